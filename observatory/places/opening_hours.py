"""Opening hours in OSM's ``opening_hours`` syntax: open now, this evening, on Saturday, next.

Times are local times; a time with a zone is first moved to that of the place. Public holidays
(``PH``) and school holidays (``SH``) are those of the calendar given. On a day that the school
calendar does not cover, hours with a rule for school holidays have an answer only where it is the
same inside and outside of them. Text that does not parse stays text: every answer about it is "not
known" (``None``), as are the days for which a rule has only a comment (``Sa "sur rendez-vous"``).
Hours past midnight may read wrong beside a holiday: see
:mod:`observatory.places.holiday_rules`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from opening_hours import (  # type: ignore[attr-defined]  # its stub forgets ParserError
    OpeningHours,
    ParserError,
    State,
)

from observatory.errors import ChoiceError
from observatory.geo.departements import home_of
from observatory.places.calendars import NO_CALENDAR, SchoolCalendar
from observatory.places.comment_rules import with_unknown
from observatory.places.holiday_rules import has_rules, rules_of

#: The time of metropolitan France.
MAINLAND = ZoneInfo("Europe/Paris")
DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
Part = Literal["morning", "afternoon", "evening"]
#: Hours of each part of a day: "this evening" is after 18:00.
PARTS: dict[Part, tuple[time, time]] = {
    "morning": (time(0), time(12)),
    "afternoon": (time(12), time(18)),
    "evening": (time(18), time.max),
}
#: Four weeks without a French public holiday, with one first Monday (and so on) of a month: an
#: ordinary week is their mean, whatever the week's parity. 2026-02-02 is a Monday.
_ORDINARY = (datetime(2026, 2, 2), datetime(2026, 3, 2))
_LONGEST = 1000
#: How many days ahead the next opening is looked for.
AHEAD = 60
Spans = tuple[tuple[datetime, datetime], ...]


@dataclass(frozen=True)
class Hours:
    """Hours that parse.

    Attributes
    ----------
    text
        The text as given.
    school
        Whether it has a rule for school holidays.
    public
        Whether it has a rule for public holidays.
    """

    text: str
    school: bool
    public: bool

    def rules(self, day: date, school: SchoolCalendar = NO_CALENDAR) -> tuple[str, ...]:
        """Return the rules that apply on a day: two texts where it may be one of school holidays.

        One text where the calendar reaches the day, or where it makes no difference.
        """
        if not (self.school or self.public):
            return (self.text,)
        public = school.is_public_holiday(day)
        known = school.is_holiday(day) if self.school else False
        may_be = (True, False) if known is None else (known,)
        return tuple(
            dict.fromkeys(rules_of(self.text, school=one, public=public) for one in may_be)
        )


@lru_cache(maxsize=200_000)
def parse(text: str | None) -> Hours | None:
    """Return hours that can be asked, or ``None`` where the text does not parse.

    Text of comments alone (``"sur rendez-vous"``) has no hours: ``None`` too.
    """
    if not isinstance(text, str) or not text.strip() or len(text) > _LONGEST:
        return None
    if not re.sub(r'"[^"]*"', "", text).strip(" ;,|"):
        return None
    hours = Hours(text, *has_rules(text))
    either = (True, False)
    variants = {text}
    if hours.school or hours.public:
        variants |= {rules_of(text, school=s, public=p) for s in either for p in either}
    try:
        for rules in variants:
            _compiled(rules)
    except ParserError:
        return None
    return hours


@lru_cache(maxsize=200_000)
def _compiled(rules: str) -> OpeningHours:
    return OpeningHours(with_unknown(rules), country="FR", max_interval_days=366)


def local(at: datetime, place: str = "") -> datetime:
    """Return a time as a local time, without a zone; one without a zone is local already.

    Parameters
    ----------
    place
        Code of the commune or département; metropolitan France by default.
    """
    if at.tzinfo is None:
        return at
    zone = ZoneInfo(home_of(place).time_zone) if place else MAINLAND
    return at.astimezone(zone).replace(tzinfo=None)


def open_now(text: str | None, at: datetime, school: SchoolCalendar = NO_CALENDAR) -> bool | None:
    """Return whether a place is open at a time; ``None`` where that is not known."""
    states = _states(text, local(at), school)
    return states.pop() if len(states) == 1 else None


def _states(text: str | None, moment: datetime, school: SchoolCalendar) -> set[bool | None]:
    """Return the answers that may be: several where the school calendar does not reach."""
    hours = parse(text)
    if hours is None:
        return {None}
    states = [_compiled(r).state(moment)[0] for r in hours.rules(moment.date(), school)]
    return {None if state == State.UNKNOWN else state == State.OPEN for state in states}


def spans_on(
    text: str | None, day: date, school: SchoolCalendar = NO_CALENDAR
) -> list[tuple[datetime, datetime]] | None:
    """Return the spans of a day when a place is open, in order; ``None`` where not known."""
    days = set(_days(text, day, school))
    spans = days.pop() if len(days) == 1 else None
    return None if spans is None else list(spans)


def _days(text: str | None, day: date, school: SchoolCalendar) -> list[Spans | None]:
    """Return the days that may be: several where the school calendar does not reach."""
    hours = parse(text)
    return [None] if hours is None else [_spans_of(r, day) for r in hours.rules(day, school)]


@lru_cache(maxsize=100_000)
def _spans_of(rules: str, day: date) -> Spans | None:
    start = datetime.combine(day, time())
    spans: list[tuple[datetime, datetime]] = []
    for begin, end, state, _ in _compiled(rules).intervals(start, start + timedelta(days=1)):
        if state == State.UNKNOWN:
            return None
        if state == State.OPEN and spans and spans[-1][1] == begin:
            spans[-1] = (spans[-1][0], end)
        elif state == State.OPEN:
            spans.append((begin, end))
    return tuple(spans)


def open_on(
    text: str | None,
    day: date,
    part: Part | None = None,
    school: SchoolCalendar = NO_CALENDAR,
) -> bool | None:
    """Return whether a place opens at all on a day, or in a part of it; ``None`` where not known.

    "This evening" is some time after 18:00, not the whole evening.
    """
    low, high = PARTS[part] if part else (time(), time.max)
    begin, end = datetime.combine(day, low), datetime.combine(day, high)
    answers = {
        None if spans is None else any(start < end and stop > begin for start, stop in spans)
        for spans in _days(text, day, school)
    }
    return answers.pop() if len(answers) == 1 else None


def next_opening(
    text: str | None,
    at: datetime,
    school: SchoolCalendar = NO_CALENDAR,
    *,
    days: int = AHEAD,
) -> datetime | None:
    """Return when a place next opens after a time (now, if it is open), within ``days``.

    ``None`` where the hours are not known, where the school calendar does not reach the day that
    would decide, or where there is no opening within that time.
    """
    begin = local(at)
    now = _states(text, begin, school)
    if now == {True}:
        return begin
    if len(now) > 1 or parse(text) is None:
        return None
    for ahead in range(days + 1):
        day = begin.date() + timedelta(days=ahead)
        first = {
            next((start for start, _ in spans or () if start > begin), None)
            for spans in _days(text, day, school)
        }
        if len(first) > 1:
            return None
        if found := first.pop():
            return found
    return None


def day_in_doubt(
    text: str | None, day: date, school: SchoolCalendar = NO_CALENDAR, *, days: int = 1
) -> date | None:
    """Return the first day whose hours depend on a school calendar not yet published, if any.

    Looked for on ``days`` days, from the one given.
    """
    hours = parse(text)
    if hours is None or not hours.school:
        return None
    each = (day + timedelta(days=ahead) for ahead in range(days))
    return next((one for one in each if len(set(_days(text, one, school))) > 1), None)


def opens_by_school_rule(text: str | None, day: date, school: SchoolCalendar = NO_CALENDAR) -> bool:
    """Return whether a place opens on a day by its rules of school holidays, or may by them.

    A day may be a public holiday too: in ``PH off; SH 10:00-11:00`` the last rule that names the
    day applies, but whoever wrote it may not have thought of that day.
    """
    hours = parse(text)
    if hours is None or not hours.school:
        return False
    without = _spans_of(
        rules_of(hours.text, school=False, public=school.is_public_holiday(day)), day
    )
    return any(spans and spans != without for spans in _days(text, day, school))


@lru_cache(maxsize=200_000)
def week_hours(text: str | None) -> float | None:
    """Return the hours a place is open in an ordinary week (no holiday); ``None`` where not known.

    The mean over four weeks, so that rules of odd weeks or of the month's first Monday count
    for what they are.
    """
    hours = parse(text)
    if hours is None:
        return None
    opening = _compiled(rules_of(hours.text, school=False, public=False))
    total = timedelta()
    for begin, end, state, _ in opening.intervals(*_ORDINARY):
        if state == State.UNKNOWN:
            return None
        if state == State.OPEN:
            total += end - begin
    return round(total.total_seconds() / 3600 / 4, 4)


#: Moments that can be asked for, besides an ISO day.
MOMENTS = ("now", "evening", "tomorrow", "saturday")


@dataclass(frozen=True)
class Moment:
    """A moment asked for: now, or a day, perhaps a part of it."""

    day: date
    now: bool = False
    part: Part | None = None

    def is_open(
        self, text: str | None, at: datetime, school: SchoolCalendar = NO_CALENDAR
    ) -> bool | None:
        """Return whether a place is open then; ``None`` where not known."""
        if self.now:
            return open_now(text, at, school)
        return open_on(text, self.day, self.part, school)


def moment_of(code: str, at: datetime) -> Moment:
    """Return the moment of a code (:data:`MOMENTS`, or an ISO day), asked at a time.

    Raises
    ------
    ChoiceError
        The code is neither.
    """
    today = local(at).date()
    if code == "now":
        return Moment(today, now=True)
    if code == "evening":
        return Moment(today, part="evening")
    ahead = {"tomorrow": 1, "saturday": (5 - today.weekday()) % 7}
    if code in ahead:
        return Moment(today + timedelta(days=ahead[code]))
    try:
        return Moment(date.fromisoformat(code))
    except ValueError:
        raise ChoiceError(
            "opening asked for",
            expected="one of " + ", ".join(MOMENTS) + ", or a day such as 2026-03-09",
            found=repr(code[:40]),
            next_step="choose one of these",
        ) from None
