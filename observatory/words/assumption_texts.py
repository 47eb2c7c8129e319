"""The assumptions in the words of a language: name, unit, source and reason."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from observatory.geo.territories import level_places
from observatory.model.assumptions import Assumption
from observatory.words.catalogue import Lang, Words, read_texts
from observatory.words.numbers import value_text

NO_SOURCE = "none"
#: What stands in the label of a level for the place that has it (``data/territories``).
LEVEL_PLACE = "{level_place}"
#: The assumptions whose values the screens name, and how those texts are called.
_NAMED = {"gap.norm": "norm", "access.decay": "decay", "need.model": "model"}


@dataclass(frozen=True)
class AssumptionText:
    """One assumption in one language.

    Attributes
    ----------
    item
        The assumption as computed with.
    label, unit, source, why
        Texts of the language, English where the language has none.
    """

    item: Assumption
    label: str
    unit: str
    source: str
    why: str

    @property
    def unsourced(self) -> bool:
        """Whether nobody has measured it."""
        return self.item.source.split(";")[0].split(" ")[0].strip(" ,") == NO_SOURCE


def assumption_texts(
    assumptions: Iterable[Assumption], lang: Lang = "fr"
) -> tuple[AssumptionText, ...]:
    """Return the assumptions with their texts in a language, in their own order.

    Raises
    ------
    FileFormatError
        The texts of the language cannot be read.
    """
    texts, places = read_texts("assumptions", lang), level_places()
    labels, whys, phrases = (texts.get(part, {}) for part in ("label", "why", "phrases"))
    return tuple(
        AssumptionText(
            item=item,
            label=labels.get(item.name, item.name).replace(LEVEL_PLACE, places.get(item.name, "")),
            unit=phrases.get(item.unit, item.unit),
            source=phrases.get(item.source, item.source),
            why=whys.get(item.name, item.why),
        )
        for item in assumptions
    )


def bounds_text(item: Assumption, lang: Lang) -> str:
    """Return the bounds of an assumption, or the empty text where it has none."""
    if item.low is None or item.high is None:
        return ""
    return f"{value_text(item.low, lang)} – {value_text(item.high, lang)}"


def value_words(item: Assumption, words: Words) -> str:
    """Return the value of an assumption; one of a closed list by its name on the screens."""
    name = f"assumptions.{_NAMED.get(item.name, '')}_of.{item.value}"
    return words(name) if words.has(name) else value_text(item.value, words.lang)
