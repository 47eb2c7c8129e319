"""What a spreadsheet says of itself, in French: read-me and dictionary as rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from observatory.files.map_layers import layer_title
from observatory.files.notes import Notes, silent_lines
from observatory.tables.columns import COMPUTED, Column
from observatory.tables.provenance import Provenance
from observatory.tables.table import Table
from observatory.words.assumption_texts import assumption_texts, bounds_text
from observatory.words.catalogue import Words, load_words
from observatory.words.column_words import (
    file_words,
    header,
    meaning,
    missing_text,
    unit_text,
)
from observatory.words.numbers import day_text, value_text

Rows = list[list[Any]]


def read_me_rows(notes: Notes, name: str, count: int, table: Table | None) -> Rows:
    """Return the read-me: what the file is, how to read it, its assumptions and its sources.

    Parameters
    ----------
    notes
        The build, assumptions and choices that the figures come from.
    name
        Name of the file, or of its sheet.
    count
        How many rows of figures there are.
    table
        The contract of the figures.
    """
    words = file_words()
    return [
        ["Observatoire Plaine Connexion"],
        *_facts(notes, name, count, table, words),
        [],
        [words("readme.read")],
        *([None, words(f"readme.{one}")] for one in ("estimates", "missing", "codes")),
        *([None, line] for line in silent_lines(notes.manifest)),
        [words("readme.licence"), words("readme.licence_is")],
        [],
        [words("readme.assumptions")],
        *_assumptions(notes, words),
        [],
        [words("readme.sources")],
        *_sources(notes, words),
    ]


def _facts(notes: Notes, name: str, count: int, table: Table | None, words: Words) -> Rows:
    manifest, asked = notes.manifest, notes.choices
    titled = layer_title(name, table) if table is not None else name
    edition = words(
        "readme.edition_of",
        edition=manifest.edition,
        version=manifest.observatory,
        day=day_text(manifest.day, "fr"),
    )
    rows: Rows = [
        [words("readme.what"), titled],
        [words("readme.territory"), f"{manifest.territory_name} ({manifest.territory})"],
        *(
            [words(f"readme.{key}"), words.group(f"readme.{key}_of").get(asked[key], asked[key])]
            for key in ("level", "cog")
            if key in asked
        ),
        [words("readme.norm"), norm_text(asked["norm"])] if "norm" in asked else [],
        [words("readme.zones"), count],
        [words("readme.edition"), edition],
        [words("readme.vintage"), manifest.vintage] if manifest.vintage else [],
        [words("readme.commit"), notes.commit] if notes.commit else [],
    ]
    return [row for row in rows if row]


def norm_text(norm: str) -> str:
    """Return a norm in the words of the screens; a number with its unit."""
    known = load_words("fr").group("assumptions.norm_of")
    if norm in known:
        return known[norm]
    try:
        shown = value_text(float(norm.replace(",", ".")), "fr")
    except ValueError:
        return norm
    return f"{shown} {unit_text('h/week per 100 persons in need')}"


def _assumptions(notes: Notes, words: Words) -> Rows:
    names = ("label", "value", "unit", "bounds", "source", "name")
    return [
        [words(f"readme.assumption.{name}") for name in names],
        *(
            [
                one.label,
                value_text(one.item.value, "fr"),
                one.unit,
                bounds_text(one.item, "fr"),
                one.source,
                one.item.name,
            ]
            for one in assumption_texts(notes.assumptions, "fr")
        ),
    ]


def _sources(notes: Notes, words: Words) -> Rows:
    names = ("title", "publisher", "vintage", "licence", "covers", "read_on", "url")
    ordered = sorted(notes.manifest.sources, key=lambda source: source.id)
    return [
        [words(f"readme.source.{name}") for name in names],
        *([str(getattr(source, name)) for name in names] for source in ordered),
    ]


def dictionary_rows(columns: Iterable[Column], table: Table, sources: Sequence[Provenance]) -> Rows:
    """Return the dictionary of a table in French, a heading first, one row a column."""
    words = file_words()
    names = ("header", "column", "unit", "meaning", "missing", "source")
    known = {
        source.id: f"{source.publisher}, {source.title} ({source.vintage})" for source in sources
    }
    known[COMPUTED] = words("dictionary.computed")
    return [
        [words(f"dictionary.{name}") for name in names],
        *(
            [
                header(column.name, table.name, column.unit),
                column.name,
                unit_text(column.unit),
                meaning(column, table.name),
                missing_text(column),
                "; ".join(known.get(one, one) for one in table.source_of(column.name)),
            ]
            for column in columns
        ),
    ]
