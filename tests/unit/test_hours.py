"""Hours on days that can be checked on a calendar.

2026-03-09 is a Monday; 2026-07-14 (a Tuesday) is a public holiday.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from observatory.core.hours import (
    from_days,
    is_public_holiday,
    next_opening,
    open_now,
    open_on,
    parse,
    spans_on,
    understand_when,
    week_hours,
)
from observatory.errors import InputError

OFFICE = "Mo-Fr 09:00-12:00,14:00-17:30; PH off"
MONDAY = datetime(2026, 3, 9, 10)


@pytest.mark.parametrize(
    "text", [None, "", "  ", "9h-12h", "sur rendez-vous", "lundi 9h", '"sur rdv"', "x" * 5000]
)
def test_text_that_does_not_parse_is_not_known(text: str | None) -> None:
    assert parse(text) is None
    assert open_now(text, MONDAY) is None
    assert open_on(text, MONDAY.date()) is None
    assert next_opening(text, MONDAY) is None
    assert week_hours(text) is None


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (datetime(2026, 3, 9, 10), True),
        (datetime(2026, 3, 9, 12), False),
        (datetime(2026, 3, 9, 13), False),
        (datetime(2026, 3, 14, 10), False),
        (datetime(2026, 7, 14, 10), False),
        (datetime(2026, 3, 9, 8, 30, tzinfo=UTC), True),
        (datetime(2026, 3, 9, 7, 30, tzinfo=UTC), False),
    ],
)
def test_open_now(at: datetime, expected: bool) -> None:
    assert open_now(OFFICE, at) is expected


def test_this_evening_and_saturday() -> None:
    text = "Tu 10:00-19:00; Sa 10:00-12:00"
    assert open_on(text, date(2026, 3, 10), "evening") is True
    assert open_on(text, date(2026, 3, 14)) is True
    assert open_on(text, date(2026, 3, 14), "afternoon") is False
    assert open_on(OFFICE, date(2026, 3, 9), "evening") is False
    assert open_on("Mo 09:00-18:00", date(2026, 3, 9), "evening") is False
    assert open_on("Mo unknown", date(2026, 3, 9)) is None


def test_the_next_opening() -> None:
    assert next_opening(OFFICE, datetime(2026, 3, 9, 10)) == datetime(2026, 3, 9, 10)
    assert next_opening(OFFICE, datetime(2026, 3, 9, 12, 30)) == datetime(2026, 3, 9, 14)
    assert next_opening(OFFICE, datetime(2026, 3, 13, 18)) == datetime(2026, 3, 16, 9)
    assert next_opening(OFFICE, datetime(2026, 7, 13, 18)) == datetime(2026, 7, 15, 9)
    assert next_opening("off", MONDAY) is None


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        (OFFICE, 5 * 6.5),
        ("Mo-Fr 09:00-12:00,14:00-17:30", 5 * 6.5),
        ("24/7", 168.0),
        ("Mo[1] 09:00-13:00", 1.0),
        ("off", 0.0),
        ("Mo 09:00-12:00; Tu unknown", None),
    ],
)
def test_hours_of_an_ordinary_week(text: str, hours: float | None) -> None:
    assert week_hours(text) == hours


def test_school_holidays_count_only_where_they_are_given() -> None:
    text = "Mo-Fr 09:00-17:00; SH Mo-Fr 10:00-12:00"
    day = date(2026, 4, 20)
    assert open_on(text, day, "afternoon") is True
    assert open_on(text, day, "afternoon", {day}) is False
    assert spans_on(text, day, {day}) == [
        (datetime(2026, 4, 20, 10), datetime(2026, 4, 20, 12)),
    ]
    assert open_on("Mo-Fr 09:00-17:00; PH,SH off", day, None, {day}) is False
    assert open_on("Mo-Fr 09:00-17:00; PH,SH off", date(2026, 7, 14)) is False
    assert open_on("Mo-Fr 09:00-17:00; PH,SH off", day) is True
    hours = parse(text)
    assert hours is not None
    assert hours.school


def test_days_of_a_table_become_one_text() -> None:
    usual = "09:30 - 12:00 / 14:00 - 18:00"
    days = {"Mo": usual, "Tu": usual, "We": None, "Th": "9h30 - 12h", "Sa": ""}
    assert from_days(days) == "Mo-Tu 09:30-12:00,14:00-18:00; Th 09:30-12:00"
    assert from_days({"Mo": "09:00 - 12:30 / 12:00 - 17:00"}) == "Mo 09:00-17:00"
    assert from_days({}) is None
    assert week_hours(from_days(days)) == 2 * 6.5 + 2.5


@pytest.mark.parametrize("text", ["17:00 - 09:00", "09:00", "matin", "09:70 - 10:00"])
def test_a_day_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="opening hours by day"):
        from_days({"Mo": text})
    with pytest.raises(InputError):
        from_days({"lundi": "09:00 - 12:00"})


@pytest.mark.parametrize(
    ("words", "days", "part"),
    [
        ("ce soir", [0], "evening"),
        ("Samedi", [5], None),
        ("samedi matin", [5], "morning"),
        ("demain après-midi", [1], "afternoon"),
        ("week-end", [5, 6], None),
        ("lundi", [0], None),
        ("2026-03-11", [2], None),
        ("aujourd'hui", [0], None),
    ],
)
def test_moments_in_a_persons_words(words: str, days: list[int], part: str | None) -> None:
    when = understand_when(words, MONDAY)
    assert when.part == part
    assert list(when.days) == [MONDAY.date() + timedelta(days=d) for d in days]


def test_now_and_nonsense() -> None:
    assert understand_when("maintenant", MONDAY).holds(OFFICE, MONDAY) is True
    assert understand_when("samedi", MONDAY).holds("9h-12h", MONDAY) is None
    with pytest.raises(InputError, match="week-end"):
        understand_when("à la saint-glinglin", MONDAY)


def test_public_holidays_of_france() -> None:
    assert is_public_holiday(date(2026, 7, 14))
    assert not is_public_holiday(date(2026, 7, 15))
