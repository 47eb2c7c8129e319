"""Hours on days that can be checked on a calendar.

2026-03-09 is a Monday; 2026-07-14 (a Tuesday) is a public holiday.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import partial

import pytest

from observatory.errors import ChoiceError
from observatory.places import opening_hours
from observatory.places.calendars import SchoolCalendar
from observatory.places.opening_hours import Moment, Part, local, moment_of, parse, week_hours

C = SchoolCalendar("C")
day_in_doubt, next_opening, open_now, open_on, opens_by_school_rule, spans_on = (
    partial(asked, school=C)
    for asked in (
        opening_hours.day_in_doubt,
        opening_hours.next_opening,
        opening_hours.open_now,
        opening_hours.open_on,
        opening_hours.opens_by_school_rule,
        opening_hours.spans_on,
    )
)

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


@pytest.mark.parametrize(
    ("text", "friday", "saturday", "week"),
    [
        ('Mo-Fr "sur rendez-vous"', None, False, None),
        ('Mo-Fr 09:00-12:00; Sa "sur rendez-vous"', True, None, None),
        ('Mo-Fr 09:00-12:00, Sa "sur rendez-vous"', True, None, None),
        ('Mo-Fr 09:00-12:00 "a", Sa "b"', True, None, None),
        ('Mo-Fr 09:00-12:00; "sur rendez-vous"', None, None, None),
        ('Mo-Fr 09:00-12:00; week 1-53 "appeler"', None, None, None),
        ('Jan-Dec "appeler"; Mo-Fr 09:00-12:00', True, None, None),
        ('Mo-Fr 09:00-12:00; Sa closed "appeler"', True, False, 15.0),
        ('Mo-Fr 09:00-12:00 "sur rendez-vous"', True, False, 15.0),
        ('Mo-Fr 09:00-12:00 open "14:00, off"; Sa off', True, False, 15.0),
        ('Mo-Fr 09:00-12:00, Sa (sunset-00:30)-24:00 off "a"', True, False, 15.0),
        ('Fr open "porte ouverte"', True, False, 24.0),
        ('24/7 "sonner"', True, True, 168.0),
        ('Mo-Fr 09:00-12:00; PH "appeler"', True, False, 15.0),
    ],
)
def test_days_of_which_only_a_comment_is_said_are_not_known(
    text: str, friday: bool | None, saturday: bool | None, week: float | None
) -> None:
    assert open_on(text, date(2026, 3, 13)) is friday
    assert open_on(text, date(2026, 3, 14)) is saturday
    assert week_hours(text) == week


def test_a_comment_on_holidays_leaves_only_the_holidays_not_known() -> None:
    text = 'Mo-Fr 09:00-12:00; SH "fermé"; PH "voir la porte"'
    assert open_now(text, datetime.combine(IN, time(10))) is None
    assert spans_on(text, IN) is None
    assert open_now(text, datetime.combine(OUT, time(10))) is True
    assert open_on(text, date(2027, 5, 6)) is None
    assert next_opening(text, datetime.combine(IN, time(10))) == datetime.combine(OUT, time(9))
    assert week_hours(text) == 15.0


SHORTER = "Mo-Fr 09:00-17:00; SH Mo-Fr 10:00-12:00"
CLOSED = "Mo-Fr 09:00-17:00; PH,SH off"
#: A Monday of the holidays of zone C, one of ordinary time, and one beyond the calendar.
IN, OUT, BEYOND = date(2026, 10, 19), date(2026, 11, 2), date(2029, 1, 15)


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        (SHORTER, [(10, 12)], [(9, 17)]),
        (CLOSED, [], [(9, 17)]),
        ("Mo-Fr 09:00-17:00; SH,PH off", [], [(9, 17)]),
        ("Mo-Fr 09:00-17:00; SH 14:00-16:00", [(14, 16)], [(9, 17)]),
        ("Mo-Fr 09:00-12:00, SH 14:00-16:00", [(9, 12), (14, 16)], [(9, 12)]),
        ("We,SH 14:00-18:00", [(14, 18)], []),
        ("SH,We 14:00-18:00", [(14, 18)], []),
        ("SH We 14:00-18:00", [], []),
        ("SH Mo,We 14:00-18:00", [(14, 18)], []),
        ("PH,SH Mo-Fr 10:00-12:00", [(10, 12)], []),
        ("Jul-Aug SH 10:00-12:00", [], []),
        ('Mo 09:00-12:00 "SH; Mo"', [(9, 12)], [(9, 12)]),
        ("SH", [(0, 24)], []),
    ],
)
def test_rules_of_school_holidays_hold_by_the_calendar(
    text: str, inside: list[tuple[int, int]], outside: list[tuple[int, int]]
) -> None:
    for day, expected in ((IN, inside), (OUT, outside)):
        start = datetime.combine(day, time())
        spans = [(start + timedelta(hours=a), start + timedelta(hours=b)) for a, b in expected]
        assert spans_on(text, day) == spans


def test_weekdays_of_public_holidays_are_not_every_weekday() -> None:
    text = "Mo-Fr 09:00-17:00; PH Mo-Fr 10:00-12:00"
    assert open_on(text, date(2026, 3, 9), "afternoon") is True
    assert open_on(text, date(2026, 7, 14), "afternoon") is False
    assert open_on(text, date(2026, 7, 14), "morning") is True
    assert week_hours(text) == 40.0


#: Friday 1 January 2027, in the school holidays of every zone; Sunday 1 November 2026 too.
NEW_YEAR, ALL_SAINTS = date(2027, 1, 1), date(2026, 11, 1)


@pytest.mark.parametrize(
    ("text", "day", "opens", "by_school"),
    [
        ("PH off; SH Mo-Fr 10:00-11:00", NEW_YEAR, True, True),
        ("PH off; SH Mo-Fr 10:00-11:00", ALL_SAINTS, False, False),
        ("SH Mo-Fr 10:00-11:00; PH off", NEW_YEAR, False, False),
        ("Mo-Fr 09:00-17:00; PH off; SH 10:00-12:00", NEW_YEAR, True, True),
        ("PH,SH 10:00-11:00", NEW_YEAR, True, False),
        ("Mo-Fr 09:00-17:00; SH off", NEW_YEAR, False, False),
        ("Mo-Fr 09:00-17:00", NEW_YEAR, True, False),
        (SHORTER, BEYOND, True, True),
        ("9h-12h SH", NEW_YEAR, None, False),
    ],
)
def test_the_last_rule_that_names_a_day_holds_and_it_is_told_if_that_is_one_of_school(
    text: str, day: date, opens: bool | None, by_school: bool
) -> None:
    assert open_on(text, day, "morning") is opens
    assert opens_by_school_rule(text, day) is by_school


def test_the_zone_makes_the_answer() -> None:
    day = date(2027, 2, 10)
    assert open_on(CLOSED, day) is False
    assert open_on(CLOSED, day, school=SchoolCalendar("A")) is True
    assert open_now(CLOSED, datetime(2027, 2, 10, 10), school=SchoolCalendar("B")) is True
    assert moment_of("2027-02-10", MONDAY).is_open(CLOSED, MONDAY, C) is False
    assert moment_of("2027-02-10", MONDAY).is_open(CLOSED, MONDAY, SchoolCalendar("B")) is True


def test_beyond_the_calendar_an_answer_is_one_that_both_variants_give() -> None:
    at = datetime.combine(BEYOND, time())
    assert spans_on(SHORTER, BEYOND) is None
    assert open_on(SHORTER, BEYOND, "morning") is True
    assert open_on(SHORTER, BEYOND, "afternoon") is None
    assert open_on(SHORTER, BEYOND, "evening") is False
    assert open_now(SHORTER, at.replace(hour=11)) is True
    assert open_now(SHORTER, at.replace(hour=9)) is None
    assert spans_on(SHORTER, date(2029, 1, 14)) == []
    assert day_in_doubt(SHORTER, date(2029, 1, 13), days=2) is None
    assert day_in_doubt(SHORTER, date(2029, 1, 13), days=3) == BEYOND
    assert day_in_doubt(SHORTER, OUT) is None
    assert open_on(OFFICE, BEYOND, "afternoon") is True
    assert day_in_doubt(OFFICE, BEYOND) is None


def test_the_next_opening_waits_for_the_end_of_the_holidays() -> None:
    assert next_opening(CLOSED, datetime(2026, 10, 16, 18)) == datetime(2026, 11, 2, 9)
    assert next_opening(SHORTER, datetime(2026, 10, 16, 18)) == datetime(2026, 10, 19, 10)
    # Nothing tells whether the 1st of September 2028 is the day pupils come back.
    assert next_opening(CLOSED, datetime(2028, 8, 30, 10)) is None
    assert next_opening(SHORTER, datetime(2028, 8, 31, 11)) == datetime(2028, 8, 31, 11)
    assert next_opening(SHORTER, datetime(2028, 8, 31, 13)) is None
    assert next_opening(OFFICE, datetime(2028, 8, 31, 18)) == datetime(2028, 9, 1, 9)
    later = "Mo-Fr 09:00-17:00; SH Mo-Fr 09:00-12:00"
    assert next_opening(later, datetime(2028, 8, 31, 18)) == datetime(2028, 9, 1, 9)
    assert next_opening(later, datetime(2029, 1, 15, 13)) is None


def test_an_ordinary_week_has_no_school_holidays() -> None:
    assert week_hours(SHORTER) == 40.0
    assert week_hours("SH Mo-Fr 10:00-12:00") == 0.0
    hours = parse(SHORTER)
    assert hours is not None
    assert hours.school
    assert not hours.public


@pytest.mark.parametrize(
    ("code", "days", "part"),
    [
        ("evening", 0, "evening"),
        ("tomorrow", 1, None),
        ("saturday", 5, None),
        ("2026-03-11", 2, None),
    ],
)
def test_a_moment_is_a_day_and_perhaps_a_part_of_it(
    code: str, days: int, part: Part | None
) -> None:
    assert moment_of(code, MONDAY) == Moment(MONDAY.date() + timedelta(days=days), part=part)


def test_now_and_nonsense() -> None:
    assert moment_of("now", MONDAY).is_open(OFFICE, MONDAY) is True
    assert moment_of("saturday", MONDAY).is_open("9h-12h", MONDAY) is None
    with pytest.raises(ChoiceError, match="saturday"):
        moment_of("samedi", MONDAY)


@pytest.mark.parametrize(
    ("place", "hour"),
    [("", 10), ("93066", 10), ("97411", 12), ("971", 4), ("97302", 5), ("97502", 6), ("97608", 11)],
)
def test_a_moment_is_told_in_the_time_of_the_place(place: str, hour: int) -> None:
    morning = datetime(2026, 7, 6, 8, tzinfo=UTC)
    assert local(morning, place) == datetime(2026, 7, 6, hour)
    assert local(MONDAY, place) == MONDAY
