"""The method as a document: made from its steps, the spec tables, the assumptions, the sources.

Nothing of it is written twice: the indicators are the tables that the tests run, the assumptions
those of the computation. Its texts stand in ``words/method`` and ``words/assumptions``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from observatory.files.method_steps import Section, read_intro, read_sections, step_lines
from observatory.model.model import Model
from observatory.tables.manifest import Manifest
from observatory.tables.provenance import Provenance
from observatory.tables.toml_files import read_toml
from observatory.words.assumption_texts import (
    NO_SOURCE,
    AssumptionText,
    assumption_texts,
    bounds_text,
)
from observatory.words.catalogue import Lang, read_texts
from observatory.words.numbers import value_text, values_text

#: Families of indicators in the order of the computation, by the first part of their names.
FAMILIES = (
    "need", "kinds", "offer", "languages", "capacity", "access", "gap", "equity", "sensitivity",
    "comparators",
)  # fmt: skip


@dataclass(frozen=True)
class Case:
    """One worked example: what goes in, what comes out, and why by hand."""

    why: str
    inputs: Mapping[str, Any]
    expected: Mapping[str, Any]


@dataclass(frozen=True)
class Indicator:
    """One indicator of a spec table, in one language.

    Attributes
    ----------
    name
        Dotted name; its first part is the family.
    title, says, formula, source
        Texts of the language, English where the language has none.
    cases
        The worked examples that the tests hold the code to.
    """

    name: str
    title: str
    says: str
    formula: str
    source: str
    cases: tuple[Case, ...]

    @property
    def family(self) -> str:
        """The first part of its name."""
        return self.name.split(".")[0]


@dataclass(frozen=True)
class Method:
    """The whole method in one language."""

    lang: Lang
    intro: str
    sections: tuple[Section, ...]
    indicators: tuple[Indicator, ...]
    assumptions: tuple[AssumptionText, ...]
    sources: tuple[Provenance, ...]
    not_measured: tuple[str, ...]

    def of(self, family: str) -> tuple[Indicator, ...]:
        """Return the indicators of a family."""
        return tuple(item for item in self.indicators if item.family == family)

    @property
    def families(self) -> tuple[str, ...]:
        """The families that have an indicator, in the order of the computation."""
        kept = {item.family for item in self.indicators}
        return (*(f for f in FAMILIES if f in kept), *sorted(kept - set(FAMILIES)))


def read_method(project: Path, model: Model, manifest: Manifest, lang: Lang = "fr") -> Method:
    """Read the method from the project: ``data/spec``, its texts, the build's record.

    An installation without the tests has no indicators to show; the rest stands. An indicator of a
    level that INSEE gives for another place is left out.

    Raises
    ------
    FileFormatError
        A table cannot be read, or lacks what a spec table has.
    """
    tables = [
        read_toml(path, "a file of the method")
        for path in sorted((project / "data" / "spec").glob("*.toml"))
    ]
    texts = read_texts("method", lang)
    own = texts.get("indicator", {})
    indicators = [
        _indicator(table, own.get(table["indicator"], {}), lang)
        for table in tables
        if table.get("level", "") not in model.ground.idle
    ]
    return Method(
        lang=lang,
        intro=read_intro(lang),
        sections=read_sections(model, manifest, lang),
        indicators=tuple(sorted(indicators, key=lambda item: _order(item.family))),
        assumptions=assumption_texts(model.assumptions, lang),
        sources=tuple(sorted(manifest.sources, key=lambda source: source.id)),
        not_measured=tuple(texts["not_measured"]),
    )


def _order(family: str) -> int:
    return FAMILIES.index(family) if family in FAMILIES else len(FAMILIES)


def _indicator(table: Mapping[str, Any], words: Mapping[str, Any], lang: str) -> Indicator:
    whys = words.get("cases", [])
    cases = [
        Case(
            str(whys[place] if place < len(whys) else case["why"]).replace("\n", " "),
            case.get("inputs", {}),
            case["expected"],
        )
        for place, case in enumerate(table["case"])
    ]
    return Indicator(
        name=table["indicator"],
        title=table["title"][lang],
        says=table["says"][lang],
        formula=words.get("formula", table["formula"]),
        source=words.get("source", table["source"]),
        cases=tuple(cases),
    )


def family_name(family: str, lang: Lang) -> str:
    """Return the name of a family of indicators; its code where it has none yet."""
    return str(read_texts("method", lang)["family"].get(family, family))


def heading(name: str, lang: Lang) -> str:
    """Return a heading of the method."""
    return str(read_texts("method", lang)["heading"][name])


def markdown(method: Method) -> str:
    """Return the method as a Markdown document, in its own language."""
    words, lang = read_texts("method", method.lang)["heading"], method.lang
    lines = [f"# {words['title']}", "", words["made"], "", words["also"], ""]
    lines += [f"## {words['not_measured']}", "", *(f"- {text}" for text in method.not_measured)]
    lines += ["", f"## {words['steps']}", "", *step_lines(method.intro, method.sections)]
    lines += [f"## {words['indicators']}", ""]
    for family in method.families:
        lines += [f"### {family_name(family, lang)}", ""]
        for indicator in method.of(family):
            lines += _indicator_lines(indicator, words, lang)
    lines += [f"## {words['assumptions']}", "", words["assumption_head"], _rule(6)]
    lines += [_row(_assumption_cells(text, words, lang)) for text in method.assumptions]
    lines += ["", f"## {words['sources']}", "", words["source_head"], _rule(4)]
    lines += [_row((s.title, s.publisher, s.vintage, s.licence)) for s in method.sources]
    return "\n".join(lines) + "\n"


def _indicator_lines(item: Indicator, words: Mapping[str, str], lang: Lang) -> Iterable[str]:
    colon = "\u00a0:" if lang == "fr" else ":"
    source = words["none"] if item.source == NO_SOURCE else item.source
    cases = (
        _row((case.why, values_text(case.inputs, lang), values_text(case.expected, lang)))
        for case in item.cases
    )
    return [
        *(f"#### {item.title}", "", item.says, ""),
        f"- {words['formula']}{colon} `{item.formula}`",
        f"- {words['source']}{colon} {source}",
        *("", words["example"], _rule(3), *cases, ""),
    ]


def _assumption_cells(text: AssumptionText, words: Mapping[str, str], lang: Lang) -> Sequence[str]:
    name = f"`{text.item.name}`"
    return (
        name if text.label == text.item.name else f"{text.label} ({name})",
        value_text(text.item.value, lang),
        bounds_text(text.item, lang),
        text.unit,
        _loud(text, words),
        text.why,
    )


def _loud(text: AssumptionText, words: Mapping[str, str]) -> str:
    """Return the source; that nobody has measured it is said loudly, with what is added to it."""
    if not text.unsourced:
        return text.source
    return words["none"] if text.item.source == NO_SOURCE else f"{words['none']} ({text.source})"


def _rule(columns: int) -> str:
    return "|" + "---|" * columns


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"
