"""What hours promise of any text and any week."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from observatory.places.calendars import SchoolCalendar
from observatory.places.holiday_rules import rules_of
from observatory.places.opening_hours import (
    DAYS,
    PARTS,
    day_in_doubt,
    next_opening,
    open_now,
    open_on,
    spans_on,
    week_hours,
)
from observatory.read.written_hours import read_spans, to_osm

quarters = st.integers(0, 96)
spans = st.lists(
    st.tuples(quarters, quarters).filter(lambda s: s[0] < s[1]), min_size=0, max_size=3
)
weeks = st.dictionaries(st.sampled_from(DAYS), spans, max_size=7)
moments = st.datetimes(datetime(2026, 3, 9), datetime(2026, 4, 5))


def _text(found: list[tuple[int, int]]) -> str:
    return " / ".join(
        f"{a // 4:02d}:{a % 4 * 15:02d} - {b // 4:02d}:{b % 4 * 15:02d}" for a, b in found
    )


def _osm(week: dict[str, list[tuple[int, int]]]) -> str | None:
    return to_osm({day: read_spans(_text(found))[0] for day, found in week.items()}) or None


@given(weeks)
def test_a_weeks_hours_are_the_minutes_of_its_days(week: dict[str, list[tuple[int, int]]]) -> None:
    text = _osm(week)
    open_quarters = sum(len({q for a, b in found for q in range(a, b)}) for found in week.values())
    assert (week_hours(text) or 0.0) == open_quarters / 4


@given(weeks, moments)
def test_open_now_is_read_from_the_table(
    week: dict[str, list[tuple[int, int]]], at: datetime
) -> None:
    text = _osm(week)
    minute = at.hour * 4 + at.minute // 15
    spelled = any(a <= minute < b for a, b in week.get(DAYS[at.weekday()], []))
    assert bool(open_now(text, at)) is spelled


@given(weeks, moments)
def test_the_next_opening_is_open_and_nothing_before_it_is(
    week: dict[str, list[tuple[int, int]]], at: datetime
) -> None:
    text = _osm(week)
    opening = next_opening(text, at)
    if text is None:
        assert opening is None
        return
    assert opening is not None
    assert at <= opening <= at + timedelta(days=8)
    assert open_now(text, opening)
    assert open_on(text, opening.date())
    if opening > at:
        assert not open_now(text, opening - timedelta(minutes=1))


@given(st.text(max_size=40))
def test_any_text_has_an_answer(text: str) -> None:
    known = week_hours(text)
    assert known is None or 0 <= known <= 168
    assert open_now(text, datetime(2026, 3, 9, 10)) in (True, False, None)


calendars = st.sampled_from([SchoolCalendar("A"), SchoolCalendar("B"), SchoolCalendar("C")])
#: Days before, in and after what the calendars cover.
days = st.dates(date(2026, 1, 1), date(2029, 12, 31)) | st.dates(
    date(1989, 1, 1), date(1991, 12, 31)
)
parts = st.sampled_from([None, *PARTS])
clocks = st.times()


@st.composite
def rules(draw: st.DrawFn, selectors: tuple[str, ...]) -> str:
    """Return a few rules, each with days, hours or closed, and perhaps a comment."""
    said = []
    for _ in range(draw(st.integers(1, 3))):
        low, high = sorted(draw(st.sets(st.integers(0, 24), min_size=2, max_size=2)))
        hours = draw(st.sampled_from([f"{low:02d}:00-{high:02d}:00", "off"]))
        comment = draw(st.sampled_from(["", "", ' "SH, PH"']))
        said.append(f"{draw(st.sampled_from(selectors))} {hours}{comment}")
    return "; ".join(said)


WEEKDAYS = ("Mo-Fr", "We", "Sa,Su", "Mo-Su")
PUBLIC = ("PH", "Mo-Sa,PH")
#: A selector that speaks of school holidays -> what it is inside, and outside of them.
SCHOOL = {
    "SH": ("Mo-Su,PH", ""),
    "PH,SH": ("Mo-Su,PH", "PH"),
    "SH Mo-Fr": ("Mo-Fr", ""),
    "SH We,Sa": ("We,Sa", ""),
    "We,SH": ("Mo-Su,PH", "We"),
    "SH,Mo": ("Mo-Su,PH", "Mo"),
}
ALL = (*WEEKDAYS, *PUBLIC, *SCHOOL)
plain = rules((*WEEKDAYS, *PUBLIC))
school = rules(ALL)
#: The calendar is read on the first day asked for.
unhurried = settings(deadline=None)


@unhurried
@given(plain, calendars, days, clocks, parts)
def test_hours_that_say_nothing_of_school_holidays_are_the_same_by_any_calendar(
    text: str, calendar: SchoolCalendar, day: date, clock: object, part: object
) -> None:
    at = datetime.combine(day, clock)  # type: ignore[arg-type]  # hypothesis gives a time
    assert open_now(text, at, calendar) == open_now(text, at)
    assert open_on(text, day, part, calendar) == open_on(text, day, part)  # type: ignore[arg-type]
    assert spans_on(text, day, calendar) == spans_on(text, day)
    assert next_opening(text, at, calendar) == next_opening(text, at)
    assert day_in_doubt(text, day, calendar, days=7) is None
    assert open_now(text, at) is not None


@unhurried
@given(school, calendars, days, clocks, parts)
def test_an_answer_is_that_of_the_variant_that_holds_or_of_both(
    text: str, calendar: SchoolCalendar, day: date, clock: object, part: object
) -> None:
    at = datetime.combine(day, clock)  # type: ignore[arg-type]  # hypothesis gives a time
    held = calendar.is_holiday(day)
    may_be = (True, False) if held is None else (held,)
    variants = [_spelled(text, inside) for inside in may_be]
    for told, asked in (
        (open_now(text, at, calendar), [open_now(v, at) for v in variants]),
        (open_on(text, day, part, calendar), [open_on(v, day, part) for v in variants]),  # type: ignore[arg-type]
        (spans_on(text, day, calendar), [spans_on(v, day) for v in variants]),
    ):
        assert told == (asked[0] if all(one == asked[0] for one in asked) else None)
    doubt = any(spans_on(v, day) != spans_on(variants[0], day) for v in variants)
    assert day_in_doubt(text, day, calendar) == (day if doubt else None)


def _spelled(text: str, inside: bool) -> str:
    """Write the rules without school holidays, by the table and rule by rule."""
    kept = []
    for rule in text.split("; "):
        selector = max((one for one in ALL if rule.startswith(f"{one} ")), key=len)
        named = SCHOOL[selector][not inside] if selector in SCHOOL else selector
        kept += [named + rule.removeprefix(selector)] if named else []
    return "; ".join(kept) or "off"


@given(st.text(alphabet='SHPMoFr-,; "0123456789:', max_size=40), st.booleans(), st.booleans())
def test_rules_are_rewritten_outside_of_comments_only(
    text: str, inside: bool, public: bool
) -> None:
    quoted = f'"{text.replace(chr(34), "")}"'
    assert rules_of(quoted, school=inside, public=public) == quoted


@unhurried
@given(school, st.sampled_from(ALL), days)
def test_a_last_rule_with_a_comment_alone_says_that_nobody_knows(
    text: str, selector: str, day: date
) -> None:
    told, marked = (spans_on(f'{text}; {selector}{state} "?"', day) for state in ("", " unknown"))
    assert told == marked
    assert spans_on(f'{text}; Mo-Su,PH "?"', day) is None


@unhurried
@given(school, calendars, days, clocks)
def test_nothing_opens_before_the_next_opening_that_is_told(
    text: str, calendar: SchoolCalendar, day: date, clock: object
) -> None:
    at = datetime.combine(day, clock)  # type: ignore[arg-type]  # hypothesis gives a time
    opening = next_opening(text, at, calendar)
    if opening is None:
        return
    assert at <= opening
    if opening > at:
        assert open_now(text, at, calendar) is False
        assert open_now(text, opening, calendar) is True
        for ahead in range((opening.date() - at.date()).days + 1):
            one = at.date() + timedelta(days=ahead)
            spans = spans_on(text, one, calendar)
            # A day in doubt begins alike in both variants, or it would have stopped the search.
            assert spans is None or all(not at < start < opening for start, _ in spans)
