"""What hours promise of any text and any week."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from observatory.core.hours import DAYS, from_days, next_opening, open_now, open_on, week_hours

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


@given(weeks)
def test_a_weeks_hours_are_the_minutes_of_its_days(week: dict[str, list[tuple[int, int]]]) -> None:
    text = from_days({day: _text(found) for day, found in week.items()})
    open_quarters = sum(len({q for a, b in found for q in range(a, b)}) for found in week.values())
    assert (week_hours(text) or 0.0) == open_quarters / 4


@given(weeks, moments)
def test_open_now_is_read_from_the_table(
    week: dict[str, list[tuple[int, int]]], at: datetime
) -> None:
    text = from_days({day: _text(found) for day, found in week.items()})
    minute = at.hour * 4 + at.minute // 15
    spelled = any(a <= minute < b for a, b in week.get(DAYS[at.weekday()], []))
    assert bool(open_now(text, at)) is spelled


@given(weeks, moments)
def test_the_next_opening_is_open_and_nothing_before_it_is(
    week: dict[str, list[tuple[int, int]]], at: datetime
) -> None:
    text = from_days({day: _text(found) for day, found in week.items()})
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
