"""A commune's places, schools and priority neighbourhoods as rows of text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from observatory.geo.codes import in_cog
from observatory.tables.plain_text import text_or_empty
from observatory.words.catalogue import Words
from observatory.words.numbers import UNKNOWN, day_text, hours_text, number, phone_text

Rows = tuple[list[str], list[list[str]]]


def _headers(words: Words, *names: str) -> list[str]:
    return [words(f"column.{name}") for name in names]


def places_rows(sites: pd.DataFrame, words: Words) -> Rows:
    """Return the places of digital help by name: address, programmes, phone, hours, last day."""
    rows = [
        [
            row["name"],
            text_or_empty(row["address"]),
            text_or_empty(row["programmes"]).replace("|", ", "),
            phone_text(text_or_empty(row["phone"])),
            hours_text(text_or_empty(row["hours"]), words.lang),
            day_text(text_or_empty(row["confirmed_on"]), words.lang)
            or words("map.confirmed_unknown"),
        ]
        for row in sites.sort_values("name").to_dict("records")
    ]
    names = ("name", "address", "programmes", "phone", "hours", "confirmed")
    return _headers(words, *names), rows


def school_rows(schools: pd.DataFrame, words: Words) -> Rows:
    """Return the REP and REP+ schools, REP+ first: type, network, pupils, social index, QPV."""
    ordered = schools.sort_values(["network", "school_name"], ascending=[False, True])
    rows = [
        [
            row["school_name"],
            words(f"school.{row['school_type']}"),
            row["network"],
            number(row["pupils"], words.lang),
            number(row["ips"], words.lang, 1),
            _situation(row["qpv_situation"], words),
        ]
        for row in ordered.to_dict("records")
    ]
    return _headers(words, "name", "type", "network", "pupils", "ips", "situation"), rows


def _situation(code: object, words: Words) -> str:
    return words(f"qpv_situation.{code}") if isinstance(code, str) else ""


def qpv_of(zones: pd.DataFrame, communes: list[str]) -> pd.DataFrame:
    """Return the QPV that touch some communes (``cog_2024``), in the order of their names.

    The list of 2024 names communes of ``cog_2025``: a commune merged since has those of the
    commune it is in.
    """
    wanted = {in_cog(code, "cog_2025") for code in communes}
    named = zones[zones["name"].notna()].sort_values("name")
    return named[[bool(wanted & set(text.split("|"))) for text in named["communes"]]]


def qpv_rows(zones: pd.DataFrame, words: Words) -> Rows:
    """Return QPV with their residents, need, access and gap.

    A QPV without a known outline says so in place of its residents.
    """
    rows = [
        [
            row["name"],
            _qpv_people(row, words),
            number(row["need_persons"], words.lang),
            number(row["access_h_per_100"], words.lang, 2),
            number(row["missing_h_per_week"], words.lang, 1),
        ]
        for row in zones.to_dict("records")
    ]
    return _headers(words, "name", "people", "need", "access", "missing"), rows


def _qpv_people(row: Mapping[Any, Any], words: Words) -> str:
    """Return the people of the whole QPV; where it lies in several communes, say so beside."""
    people, across = number(row["population"], words.lang), len(row["communes"].split("|"))
    if people == UNKNOWN:
        return words("commune.qpv_unknown")
    return people if across < 2 else words("commune.qpv_people", people=people, count=across)
