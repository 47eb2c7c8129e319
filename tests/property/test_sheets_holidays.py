"""What the sheet says of holidays is what the hours answer on holidays, in any order of rules."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import example, given, settings
from hypothesis import strategies as st

from observatory.places.calendars import SchoolCalendar
from observatory.places.opening_hours import open_on, spans_on
from observatory.sheets.week_hours import hours_lines, in_words
from observatory.words.sheet_words import texts

FRENCH, HERE = texts("fr"), SchoolCalendar("C")
#: Every day of two years: each weekday is several times one of each kind of day.
DAYS = [date(2026, 1, 1) + timedelta(days=ahead) for ahead in range(730)]
PUBLIC = [day for day in DAYS if HERE.is_public_holiday(day)]
SCHOOL = [day for day in DAYS if HERE.is_holiday(day)]
#: An ordinary day for each weekday: 2026-03-09 is a Monday out of all holidays.
ORDINARY = [date(2026, 3, 9) + timedelta(days=ahead) for ahead in range(7)]

selectors = st.sampled_from(["Mo-Fr", "Sa", "We,Sa", "Mo-Su", "Mo-Fr,PH", "PH,Sa", "Mo-Su,PH"])
states = st.sampled_from(
    ["09:00-12:00", "09:00-12:00,14:00-17:00", "off", '"sur rdv"', '09:00-11:00 "sonner"']
)
weekly = st.builds("{} {}".format, selectors, states)
holidays = st.sampled_from(
    ["PH off", "SH off", "PH,SH off", "SH,PH off", "PH 10:00-12:00", "SH 10:00-12:00", "SH Mo off"]
)
whole = st.sampled_from(["24/7", "off", "10:00-12:00"])
expressions = st.lists(weekly | weekly | holidays | holidays | whole, min_size=1, max_size=4)


@settings(deadline=None)
@given(expressions.map("; ".join))
@example("SH off; Mo-Fr 09:00-12:00")
@example("PH off; Mo-Fr 09:00-12:00")
@example("Mo-Fr 09:00-12:00; PH,SH off; Sa 10:00-12:00")
@example('Mo-Fr,PH "sur rdv"')
@example("24/7; PH,Sa 09:00-12:00")
@example("Mo-Fr 09:00-12:00; PH,SH off")
def test_the_sheet_says_of_holidays_what_the_hours_answer(expression: str) -> None:
    lines = set(hours_lines(expression, FRENCH))
    if not in_words(expression):
        assert lines == {expression}
        return
    closed, opened, school = (
        FRENCH.hours[key] in lines for key in ("holidays_closed", "holidays_open", "school_closed")
    )
    for day in SCHOOL if school else ():
        assert open_on(expression, day, school=HERE) is False
    for day in PUBLIC:
        if closed or (school and HERE.is_holiday(day)):
            assert open_on(expression, day, school=HERE) is False
        elif opened:
            assert open_on(expression, day, school=HERE) is True
        else:
            assert _clocks(expression, day) == _clocks(expression, ORDINARY[day.weekday()])
    for day in () if school else SCHOOL:
        if not HERE.is_public_holiday(day):
            assert _clocks(expression, day) == _clocks(expression, ORDINARY[day.weekday()])


def _clocks(expression: str, day: date) -> list[str] | None:
    """Return the hours of a day without its date."""
    spans = spans_on(expression, day, HERE)
    return None if spans is None else [f"{a:%H:%M}-{b:%H:%M}" for a, b in spans]
