"""The quality of the directory as rows of text: places, merges, mended values, sources, asks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import pandas as pd

from observatory.app.place_rows import Rows
from observatory.files import csv_bytes
from observatory.places.freshness import WEIGHTS
from observatory.tables.directory_tables import FORCED, SEPARATOR
from observatory.tables.plain_text import text_or_empty
from observatory.tables.provenance import Provenance
from observatory.tables.vintages import Vintage
from observatory.words.catalogue import Words
from observatory.words.evidence_words import evidence_text
from observatory.words.numbers import UNKNOWN, day_text, number, percent
from observatory.words.remark_words import say

#: Fields that the quality of a place speaks of, for their names on screen.
FIELDS = (*WEIGHTS, "confirmed_on")
MERGED = ("merged", "merged by group", "forced merge")


def _headers(words: Words, *names: str) -> list[str]:
    return [words(f"quality.column.{name}") for name in names]


def field_names(missing: object, words: Words) -> str:
    """Return the names on screen of fields joined by ``|``."""
    names = filter(None, text_or_empty(missing).split(SEPARATOR))
    return ", ".join(words(f"quality.field.{name}") for name in names)


def freshness_word(value: str, words: Words) -> str:
    """Return a class of freshness in the reader's language."""
    return words(f"quality.freshness.{value.replace(' ', '_')}")


def freshness_count(value: str, count: int, words: Words) -> str:
    """Return a number of places of a class of freshness, in the plural where there are several."""
    many = words(f"quality.freshness_many.{value.replace(' ', '_')}")
    word = freshness_word(value, words) if count < 2 else many
    return f"{number(count, words.lang)} {word}"


def place_rows(
    table: pd.DataFrame, names: Mapping[str, str], words: Words, *, most: int | None = None
) -> Rows:
    """Return the places, the least complete first: completeness, age, freshness, what lacks.

    ``most`` cuts the list: a page of a hundred thousand rows serves nobody.
    """
    ordered = table.sort_values(["completeness", "name", "site"], kind="stable").head(
        len(table) if most is None else most
    )
    rows = [
        [
            row["name"],
            names.get(text_or_empty(row["commune"]), ""),
            percent(100 * row["completeness"], words.lang),
            day_text(text_or_empty(row["confirmed_on"]), words.lang) or UNKNOWN,
            number(row["age_months"], words.lang),
            freshness_word(row["freshness"], words),
            field_names(row["lacking"], words),
        ]
        for row in ordered.to_dict("records")
    ]
    columns = ("name", "commune", "completeness", "confirmed", "age", "freshness", "lacking")
    return _headers(words, *columns), rows


def merge_rows(
    ledger: pd.DataFrame, sites: pd.DataFrame, titles: Mapping[str, str], words: Words
) -> Rows:
    """Return the pairs of records weighed: places, decision, points, evidence in words, sources.

    The records' identifiers, which the file of corrections asks for, come last.
    """
    names = sites.set_index("site")["name"].to_dict()
    rows = [
        [
            str(names.get(row["site_a"], row["site_a"])),
            str(names.get(row["site_b"], row["site_b"])) if _apart(row) else "",
            words(f"quality.decision.{row['decision'].replace(' ', '_')}"),
            f"{number(row['score'], words.lang, 1)} / {number(row['needed'], words.lang, 1)}",
            evidence_text(row, words.lang),
            " / ".join(source_title(row[name], titles) for name in ("record_a", "record_b")),
            row["record_a"],
            row["record_b"],
        ]
        for row in ledger.to_dict("records")
    ]
    columns = ("name", "other_name", "decision", "points", "evidence", "sources")
    return _headers(words, *columns, "record_a", "record_b"), rows


def _apart(row: Mapping[Any, Any]) -> bool:
    return bool(row["site_a"] != row["site_b"])


def pair_label(
    row: Mapping[Any, Any], names: Mapping[Any, Any], titles: Mapping[str, str], words: Words
) -> str:
    """Name a pair of records: places, decision, sources; the identifier tells two alike apart."""
    places = [str(names.get(row[name], row[name]))[:80] for name in ("site_a", "site_b")]
    sources = [source_title(row[name], titles) for name in ("record_a", "record_b")]
    parts = (
        " / ".join(dict.fromkeys(places)),
        words(f"quality.decision.{row['decision'].replace(' ', '_')}"),
        " / ".join(sources),
        row["record_b"],
    )
    return " | ".join(parts)


def source_title(record: str, titles: Mapping[str, str]) -> str:
    """Return the title of the source that a record comes from, or its identifier."""
    source = str(record).split(":", 1)[0]
    return titles.get(source, source)


def names_of_records(origins: pd.DataFrame, sites: pd.DataFrame) -> dict[str, str]:
    """Return the name of the place that each record stands in."""
    of = origins.drop_duplicates("record").set_index("record")["site"]
    named = of.map(sites.set_index("site")["name"]).dropna()
    return {str(record): str(name) for record, name in named.items()}


def note_rows(
    notes: pd.DataFrame, names: Mapping[str, str], titles: Mapping[str, str], words: Words
) -> Rows:
    """Return the values mended: place, field, what stood there, what is kept, why, record."""
    rows = [
        [
            names.get(row["record"], ""),
            field_word(row["field"], words),
            text_or_empty(row["before"]),
            text_or_empty(row["after"]),
            say(row["note"], words.lang),
            source_title(row["record"], titles),
            row["record"],
        ]
        for row in notes.to_dict("records")
    ]
    columns = ("name", "field", "before", "after", "note", "source", "record")
    return _headers(words, *columns), rows


def field_word(field: str, words: Words) -> str:
    """Name a field of a record in the reader's language; one without a word keeps its own."""
    name = f"quality.field.{'point' if field == 'lon lat' else field}"
    return words(name) if words.has(name) else field


def origin_rows(
    origins: pd.DataFrame, sites: pd.DataFrame, titles: Mapping[str, str], words: Words
) -> Rows:
    """Give, for each source of a record, how many values of places come from it.

    ``titles`` names the sources; one that it does not name is said by its identifier.
    """
    mine = origins[origins["site"].isin(sites["site"])]
    source = mine["record"].str.split(":", n=1).str[0]
    counts = (
        mine.assign(source=source)
        .groupby("source")
        .agg(values=("field", "size"), places=("site", "nunique"))
    )
    rows = [
        [
            titles.get(str(name), str(name)),
            number(row["places"], words.lang),
            number(row["values"], words.lang),
        ]
        for name, row in counts.sort_values("values", ascending=False).iterrows()
    ]
    return _headers(words, "source", "places", "values"), rows


def source_rows(
    sources: Iterable[Provenance], vintages: Mapping[str, Vintage], today: date, words: Words
) -> Rows:
    """Return the sources of the build, the stalest first: day, age, limit, state."""
    aged = [(item, vintages[item.id]) for item in sources if item.id in vintages]
    aged.sort(key=lambda pair: (-_over(pair[1], today), pair[0].id))
    rows = [
        [
            item.title,
            item.publisher,
            day_text(vintage.as_of.isoformat(), words.lang),
            number(vintage.age_months(today), words.lang),
            number(vintage.stale_after_months, words.lang),
            words("quality.stale" if vintage.is_stale(today) else "quality.current"),
        ]
        for item, vintage in aged
    ]
    return _headers(words, "source", "publisher", "as_of", "age", "limit", "state"), rows


def _over(vintage: Vintage, today: date) -> float:
    return vintage.age_months(today) / max(vintage.stale_after_months, 1)


def ask_rows(asks: pd.DataFrame, words: Words) -> Rows:
    """Return what to ask: how many requests by source and field, the most frequent first."""
    counts = asks.groupby(["source", "field", "ask"]).agg(
        places=("site", "nunique"), first=("name", "first")
    )
    ordered = counts.reset_index().sort_values(
        ["places", "source", "field"], ascending=[False, True, True]
    )
    rows = [
        [
            row["source"],
            words(f"quality.field.{row['field']}"),
            say(row["ask"], words.lang),
            number(row["places"], words.lang),
            row["first"],
        ]
        for row in ordered.to_dict("records")
    ]
    return _headers(words, "source", "field", "ask", "places", "example"), rows


def correction_line(row: Mapping[Any, Any], reason: str) -> bytes:
    """Return the lines of ``data/corrections/places.csv`` that decide a pair the other way."""
    action = "split" if row["decision"] in MERGED else "merge"
    frame = pd.DataFrame(
        [
            {
                "action": action,
                "record_a": row["record_a"],
                "record_b": row["record_b"],
                "reason": reason,
            }
        ]
    )
    return csv_bytes(frame[FORCED.names])
