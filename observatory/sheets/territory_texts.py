"""The texts of a territory sheet by language, and the shapes that they stand in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from observatory.model.precision import CLASSES
from observatory.sheets.sheet_text import plain
from observatory.sheets.territory_zones import Territory, Zone
from observatory.tables.provenance import Provenance
from observatory.words.catalogue import Lang, Words, load_words
from observatory.words.numbers import number, quarter_name


@dataclass(frozen=True)
class Section:
    """A title and a few lines."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A table of texts.

    Attributes
    ----------
    title, headers, rows
        Its texts.
    numeric
        Places of the columns aligned to the right.
    note
        Under it; may be empty.
    nothing
        What stands in place of rows where there are none; empty: that there is nothing to show.
    """

    title: str
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[int, ...] = ()
    note: str = ""
    nothing: str = ""


@dataclass(frozen=True)
class Writer:
    """The texts of a language: those of the sheet, and those that the screens have already."""

    lang: Lang
    to_move: bool

    @cached_property
    def words(self) -> Words:
        """The texts of the sheet."""
        return load_words(self.lang, "territory", self.to_move)

    @cached_property
    def screens(self) -> Words:
        """The texts of the screens."""
        return load_words(self.lang, to_move=self.to_move)

    def headers(self, *names: str, **values: object) -> tuple[str, ...]:
        """Return headers of columns."""
        return tuple(self.words(f"column.{name}", **values) for name in names)


def grade_text(grade: object, write: Writer) -> str:
    """Return a class of precision in words."""
    return write.words(f"class.{grade}" if isinstance(grade, str) else "class.none")


def iris_name(
    territory: Territory, zone: Zone, row: dict[Any, Any], write: Writer
) -> tuple[str, str]:
    """Return the name of an IRIS, and the QPV that it is in.

    The commune is said where the zone has several.
    """
    name = plain(quarter_name(str(row["name"]), write.lang), 90)
    if len(zone.communes) > 1:
        commune = territory.commune_names.get(str(row["code"])[:5], "")
        name = write.words("worst.in_commune", name=name, commune=commune) if commune else name
    district = territory.main_qpv(str(row["code"]), zone)
    return name, write.words("near.qpv", name=plain(district, 60)) if district else ""


def zone_sentence(row: Any, words: Words) -> str:
    """Return the sentence that the screens say of a zone, or that its figure is not published.

    Parameters
    ----------
    row
        The zone in its gap table.
    words
        The texts of the screens.
    """
    if row["missing_class"] == CLASSES[-1]:
        return words("carte.withheld")
    return words(
        "carte.panel_sentence",
        rate=number(row["missing_h_per_100"], words.lang, 2),
        hours=number(row["missing_h_per_week"], words.lang),
        low=number(row["missing_low"], words.lang),
        high=number(row["missing_high"], words.lang),
    )


def publishers(sources: Iterable[Provenance]) -> str:
    """Return who publishes the sources, each once."""
    named = (one.strip() for source in sources for one in source.publisher.split(","))
    return ", ".join(dict.fromkeys(named))
