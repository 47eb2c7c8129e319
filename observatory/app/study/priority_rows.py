"""The tables of the priorities as rows of text, and the sentences over them; no Streamlit here."""

from __future__ import annotations

from typing import Any

import pandas as pd

from observatory.app.place_rows import Rows
from observatory.app.study.study_rows import listed
from observatory.model.precision import CLASSES
from observatory.words.catalogue import Words
from observatory.words.numbers import UNKNOWN, is_known, number

#: How many zones a sentence names.
NAMED = 5


def public_rows(table: pd.DataFrame, words: Words) -> Rows:
    """Return each public of a zone: how many, and the places there that declare it."""
    rows = [
        [
            public_name(row["public"], words),
            count_text(row, words),
            number(row["places_service"], words.lang),
            number(row["places_public"], words.lang, 0, words("priority.no_name")),
        ]
        for row in table.to_dict("records")
    ]
    return [
        words(f"priority.column.{name}") for name in ("public", "count", "service", "said")
    ], rows


def public_name(public: str, words: Words) -> str:
    """Return what a public is called, and whether people or households are counted."""
    label, unit = (words(f"measure.{public}.{part}") for part in ("label", "unit"))
    return f"{label} ({unit})"


def count_text(row: Any, words: Words) -> str:
    """Return how many a row counts: at least so many where some of it is not published.

    Parents of pupils are counted by school: a zone without one has nothing that is not published.
    """
    value = number(row["value"], words.lang)
    if value == UNKNOWN:
        no_school = row.get("public") == "rep_parents" and not row["unpublished"]
        known = is_known(row["places"])  # else the outline of the zone is not
        return words(f"priority.{'no_school' if no_school and known else 'unpublished'}")
    return words("priority.at_least", value=value) if row["unpublished"] else value


def lacking_qpv(zones: pd.DataFrame, gaps: pd.DataFrame) -> pd.DataFrame:
    """Return the QPV with what they lack, worst rate first, with their class of precision.

    Parameters
    ----------
    zones
        ``tables.QPV_ZONES``; its totals are left out.
    gaps
        The gap table of the QPV.
    """
    named = zones[zones["name"].notna()]
    more = gaps.set_index("code")[
        ["missing_class", "missing_h_per_100_low", "missing_h_per_100_high"]
    ]
    table = named.join(more, on="code")
    return table.sort_values(
        ["missing_h_per_100", "code"], ascending=[False, True], ignore_index=True
    )


def qpv_sentence(table: pd.DataFrame, words: Words) -> str:
    """Return how many QPV lack help, and which lack most; those withheld are not named."""
    shown = table[table["missing_class"] != CLASSES[-1]]
    short = shown[shown["missing_h_per_100"] >= 0.005]
    empty = int((table["places"] == 0).sum())
    hidden = len(table) - len(shown)
    more = " " + words("priority.qpv_withheld", withheld=hidden) if hidden else ""
    said = words(
        "priority.qpv_answer",
        short=len(short),
        total=len(table),
        names=listed(
            [
                f"{row['name_shown']} ({number(row['missing_h_per_100'], words.lang, 2)})"
                for row in short.head(NAMED).to_dict("records")
            ],
            words,
        ),
        empty=empty,
    )
    return said + more


def families_sentence(table: pd.DataFrame, count: int, words: Words) -> str:
    """Return where most of the families would be, by commune."""
    first = table[table["families"] > 0].head(3)
    return words(
        "priority.families_answer",
        count=number(count, words.lang),
        names=listed(
            [
                f"{row['commune_name']} ({number(row['families'], words.lang)})"
                for row in first.to_dict("records")
            ],
            words,
        ),
    )
