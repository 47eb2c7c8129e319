"""Age, completeness and what to ask, on places that can be counted by hand."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from observatory.places.freshness import (
    ASK_CONFIRM,
    ASK_HOURS_TEXT,
    ASK_SEAT,
    WEIGHTS,
    age_months,
    completeness,
    corrections_to_ask,
    freshness,
    quality_table,
)
from observatory.tables.check import check
from observatory.tables.directory_tables import QUALITY, TO_ASK

TODAY = date(2026, 3, 9)
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
    assert freshness(dates, TODAY).tolist() == [expected]


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
    table = check(quality_table(frame, TODAY), QUALITY)
    assert table["freshness"].tolist() == ["fresh", "unknown"]
    assert table["lacking"].fillna("").tolist() == ["", "phone"]


def test_each_source_is_asked_for_what_lacks() -> None:
    frame = sites({}, {"hours": "9h-12h", "phone": None, "confirmed_on": "2020-01-01"})
    asked = check(corrections_to_ask(frame, TODAY, publishers={"b": "Hub Francil'in"}), TO_ASK)
    assert set(asked["site"]) == {"L2"}
    assert set(asked["source"]) == {"a", "Hub Francil'in"}
    assert len(asked) == 2 * 3
    one = asked[asked["source"] == "a"].set_index("field")
    assert one.loc["hours", ["value", "ask"]].tolist() == ["9h-12h", ASK_HOURS_TEXT]
    assert one.loc["confirmed_on", "ask"] == ASK_CONFIRM
    assert one["source_id"].tolist() == ["1"] * 3
    assert one["contact"].tolist() == ["a@b.fr"] * 3


def test_of_a_seat_one_thing_is_asked() -> None:
    frame = sites({"seat": False}, {"seat": True, "phone": None, "confirmed_on": "2020-01-01"})
    asked = check(corrections_to_ask(frame, TODAY), TO_ASK)
    assert asked[["site", "field", "ask"]].drop_duplicates().to_numpy().tolist() == [
        ["L2", "seat", ASK_SEAT]
    ]


def test_nothing_to_ask_of_full_and_fresh_places() -> None:
    assert corrections_to_ask(sites({}), TODAY).empty
