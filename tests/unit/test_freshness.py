"""Age, completeness and what to ask, on places that can be counted by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import pytest

from observatory.files import csv_bytes, published
from observatory.places.freshness import (
    WEIGHTS,
    age_months,
    completeness,
    corrections_to_ask,
    freshness,
    quality_table,
)
from observatory.tables.check import check
from observatory.tables.directory_tables import QUALITY, TO_ASK
from observatory.tables.remark_codes import CODES
from observatory.tables.remarks import remark, remarks_of
from observatory.words.remark_words import say

TODAY = date(2026, 3, 9)
LIMITS = {"stale_months": 12.0, "very_stale_months": 24.0}
FULL = {
    "site": "L1",
    "name": "Mairie",
    "commune": "93072",
    "sources": "a|b",
    "source_ids": "1|2",
    "confirmed_on": "2026-01-01",
    "lon": 2.38,
    "lat": 48.95,
    "address": "6 avenue Vaillant",
    "hours": "Mo 09:00-12:00",
    "services": "X",
    "phone": "+33100000000",
    "fees": "Gratuit",
    "access": "Se présenter",
    "support": "En autonomie",
    "email": "a@b.fr",
    "website": "https://a.fr",
    "postcode": "93240",
    "siret": "21930072000014",
}


def sites(*changes: dict[str, object]) -> pd.DataFrame:
    rows = [{**FULL, "site": f"L{i}", **change} for i, change in enumerate(changes, 1)]
    return pd.DataFrame(rows)


@pytest.mark.parametrize(
    ("confirmed", "expected"),
    [
        ("2026-03-09", "fresh"),
        ("2025-03-09", "fresh"),
        ("2025-03-08", "stale"),
        ("2024-03-09", "stale"),
        ("2024-03-08", "very stale"),
        (None, "unknown"),
        ("2026-03-10", "unknown"),
        ("hier", "unknown"),
    ],
)
def test_classes_of_freshness(confirmed: str | None, expected: str) -> None:
    dates = pd.Series([confirmed], dtype="str")
    assert freshness(dates, TODAY, **LIMITS).tolist() == [expected]


def test_age_in_months() -> None:
    ages = age_months(pd.Series(["2026-03-09", "2025-03-09", None, "2027-01-01"]), TODAY)
    assert ages.tolist()[:2] == [0.0, 12.0]
    assert ages.isna().tolist() == [False, False, True, True]


def test_completeness_is_the_sum_of_the_weights_of_what_is_given() -> None:
    assert sum(WEIGHTS.values()) == pytest.approx(1)
    frame = sites({}, {"lon": None, "phone": None}, {"hours": "9h-12h"})
    assert completeness(frame).tolist() == [1.0, 0.7, 0.85]
    only_name = pd.DataFrame({"site": ["L1"], "name": ["x"]})
    assert completeness(only_name).tolist() == [0.0]


def test_the_quality_table_keeps_its_contract() -> None:
    frame = sites({}, {"phone": None, "confirmed_on": None, "commune": None})
    table = check(quality_table(frame, TODAY, **LIMITS), QUALITY)
    assert table["freshness"].tolist() == ["fresh", "unknown"]
    assert table["lacking"].fillna("").tolist() == ["", "phone"]


def _asked(frame: pd.DataFrame, **options: Any) -> pd.DataFrame:
    quality = quality_table(frame, TODAY, **LIMITS)
    return pd.DataFrame(check(corrections_to_ask(frame, quality, **options), TO_ASK))


def test_each_field_that_can_be_missing_has_what_to_ask() -> None:
    assert {f"asking.{field}" for field in WEIGHTS} <= set(CODES)


def test_the_list_to_send_is_in_french() -> None:
    asks = _asked(sites({"fees": None}))
    lines = csv_bytes(published(asks)).decode().splitlines()
    assert [line.split(",")[7] for line in lines] == [
        "ask",
        "Dire si c'est gratuit ou payant.",
        "Dire si c'est gratuit ou payant.",
    ]


def test_each_source_is_asked_for_what_lacks() -> None:
    frame = sites({}, {"hours": "9h-12h", "phone": None, "confirmed_on": "2020-01-01"})
    asked = _asked(frame, publishers={"b": "Hub Francil'in"})
    assert set(asked["site"]) == {"L2"}
    assert set(asked["source"]) == {"a", "Hub Francil'in"}
    assert len(asked) == 2 * 3
    one = asked[asked["source"] == "a"].set_index("field")
    assert one.loc["hours", "value"] == "9h-12h"
    assert say(one.loc["hours", "ask"], "fr").startswith("Écrire les horaires dans le format")
    assert say(one.loc["phone", "ask"], "en") == "Give a telephone number."
    assert remarks_of(one.loc["confirmed_on", "ask"]) == (remark("asking.confirm"),)
    assert one["source_id"].tolist() == ["1"] * 3
    assert one["contact"].tolist() == ["a@b.fr"] * 3


def test_of_a_seat_one_thing_is_asked() -> None:
    frame = sites({"seat": False}, {"seat": True, "phone": None, "confirmed_on": "2020-01-01"})
    asked = _asked(frame)
    assert asked[["site", "field", "ask"]].drop_duplicates().to_numpy().tolist() == [
        ["L2", "seat", '[{"code":"asking.seat"}]']
    ]


def test_nothing_to_ask_of_full_and_fresh_places() -> None:
    assert _asked(sites({})).empty
