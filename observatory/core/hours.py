"""Opening hours in OSM's ``opening_hours`` syntax: open now, this evening, on Saturday, next.

Times are local times of metropolitan France; a time with a zone is first moved there. French
public holidays are known (``PH``). School holidays (``SH``) are not in any library: their rules
apply only where the caller gives the days (zone C for Seine-Saint-Denis), and never otherwise.
Text that does not parse stays text: every answer about it is "not known" (``None``).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

import holidays
from opening_hours import OpeningHours, State, validate

from observatory.core.cleaning import fold
from observatory.errors import InputError

PARIS = ZoneInfo("Europe/Paris")
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
NO_DAYS: frozenset[date] = frozenset()


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
        Whether it says something of public holidays.
    """

    text: str
    school: bool
    public: bool

    def on(self, day: date, school_holidays: Collection[date] = NO_DAYS) -> OpeningHours:
        """Give the rules that hold on a day, school holidays known or not."""
        text = _school_rules(self.text, day in school_holidays) if self.school else self.text
        return _compiled(text)


@lru_cache(maxsize=200_000)
def parse(text: str | None) -> Hours | None:
    """Give hours that can be asked, or ``None`` where the text does not parse.

    Text whose comments are all it says (``"sur rendez-vous"``) says no hours: ``None`` too.
    """
    if not isinstance(text, str) or not text.strip() or len(text) > _LONGEST:
        return None
    bare = re.sub(r'"[^"]*"', "", text)
    if not bare.strip(" ;,|"):
        return None
    school = bool(_SCHOOL.search(bare))
    variants = [_school_rules(text, inside) for inside in (True, False)] if school else []
    if not all(validate(variant) for variant in (text, *variants)):
        return None
    return Hours(text, school, bool(re.search(r"\bPH\b", bare)))


@lru_cache(maxsize=200_000)
def _compiled(text: str) -> OpeningHours:
    return OpeningHours(text, country="FR", max_interval_days=366)


_SCHOOL = re.compile(r"\bSH\b")


@lru_cache(maxsize=20_000)
def _school_rules(text: str, inside: bool) -> str:
    """Rewrite the rules of school holidays for a day inside or outside of them."""
    rules = [rule.strip() for rule in text.split(";") if rule.strip()]
    kept: list[str] = []
    for rule in rules:
        if not _SCHOOL.search(rule):
            kept.append(rule)
        elif inside:
            kept.append(re.sub(r"(?:\bPH\s*,\s*)?\bSH\b(?:\s*,\s*PH\b)?\s*,?\s*", "", rule))
        elif re.search(r"\bPH\b|\bSH\s*,\s*(?:Mo|Tu|We|Th|Fr|Sa|Su)|,\s*SH\b", rule):
            kept.append(re.sub(r"\bSH\b\s*,\s*|\s*,\s*SH\b", "", rule))
    return "; ".join(kept) or "closed"


def local(at: datetime) -> datetime:
    """Give a time as a local time of metropolitan France, without a zone."""
    return at if at.tzinfo is None else at.astimezone(PARIS).replace(tzinfo=None)


def open_now(
    text: str | None, at: datetime, school_holidays: Collection[date] = NO_DAYS
) -> bool | None:
    """Say whether a place is open at a time; ``None`` where that is not known."""
    hours = parse(text)
    if hours is None:
        return None
    moment = local(at)
    state = hours.on(moment.date(), school_holidays).state(moment)[0]
    return None if state == State.UNKNOWN else state == State.OPEN


def spans_on(
    text: str | None, day: date, school_holidays: Collection[date] = NO_DAYS
) -> list[tuple[datetime, datetime]] | None:
    """Give the spans of a day when a place is open, in order; ``None`` where not known."""
    hours = parse(text)
    if hours is None:
        return None
    start = datetime.combine(day, time())
    found = hours.on(day, school_holidays).intervals(start, start + timedelta(days=1))
    spans: list[tuple[datetime, datetime]] = []
    for begin, end, state, _ in found:
        if state == State.UNKNOWN:
            return None
        if state == State.OPEN and spans and spans[-1][1] == begin:
            spans[-1] = (spans[-1][0], end)
        elif state == State.OPEN:
            spans.append((begin, end))
    return spans


def open_on(
    text: str | None,
    day: date,
    part: Part | None = None,
    school_holidays: Collection[date] = NO_DAYS,
) -> bool | None:
    """Say whether a place opens at all on a day, or in a part of it; ``None`` where not known.

    "This evening" is some time after 18:00, not the whole evening.
    """
    spans = spans_on(text, day, school_holidays)
    if spans is None:
        return None
    low, high = PARTS[part] if part else (time(), time.max)
    begin, end = datetime.combine(day, low), datetime.combine(day, high)
    return any(start < end and stop > begin for start, stop in spans)


def next_opening(
    text: str | None,
    at: datetime,
    school_holidays: Collection[date] = NO_DAYS,
    *,
    days: int = 60,
) -> datetime | None:
    """Give when a place next opens after a time (now, if it is open), within ``days``.

    ``None`` where the hours are not known, or say no opening within that time.
    """
    moment = local(at)
    hours = parse(text)
    if hours is None:
        return None
    if open_now(text, moment, school_holidays):
        return moment
    for ahead in range(days + 1):
        spans = spans_on(text, moment.date() + timedelta(days=ahead), school_holidays) or []
        later = [start for start, _ in spans if start > moment]
        if later:
            return later[0]
    return None


@lru_cache(maxsize=200_000)
def week_hours(text: str | None) -> float | None:
    """Give the hours a place is open in an ordinary week (no holiday); ``None`` where not known.

    The mean over four weeks, so that rules of odd weeks or of the month's first Monday count
    for what they are.
    """
    hours = parse(text)
    if hours is None:
        return None
    opening = hours.on(_ORDINARY[0].date())
    total = timedelta()
    for begin, end, state, _ in opening.intervals(*_ORDINARY):
        if state == State.UNKNOWN:
            return None
        if state == State.OPEN:
            total += end - begin
    return round(total.total_seconds() / 3600 / 4, 2)


def is_public_holiday(day: date) -> bool:
    """Say whether a day is a public holiday of metropolitan France."""
    return day in _public_holidays(day.year)


@lru_cache(maxsize=50)
def _public_holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("FR", years=year))


_SPAN = re.compile(r"^(\d{1,2})\s*[:hH]\s*(\d{2})?\s*[-–à]\s*(\d{1,2})\s*[:hH]\s*(\d{2})?$")


def from_days(days: Mapping[str, str | None]) -> str | None:
    """Give OSM text for hours told by day, overlapping spans united and equal days together.

    Parameters
    ----------
    days
        ``Mo`` ... ``Su`` -> ``"09:30 - 12:00 / 14:00 - 18:00"`` (``09h30`` too); a day missing or
        empty is closed.

    Returns
    -------
    str or None
        ``"Mo-We 09:30-12:00,14:00-18:00; Fr 14:00-18:00"``; ``None`` where no day has hours.

    Raises
    ------
    InputError
        A day or span that cannot be read; its text is said.
    """
    unknown = set(days) - set(DAYS)
    if unknown:
        raise _unread("days " + ", ".join(DAYS), ", ".join(sorted(unknown)))
    texts = [_spans(days.get(day)) for day in DAYS]
    rules: list[str] = []
    start = 0
    for i in range(1, len(DAYS) + 1):
        if i == len(DAYS) or texts[i] != texts[start]:
            if texts[start]:
                last = "" if i - start == 1 else f"-{DAYS[i - 1]}"
                rules.append(f"{DAYS[start]}{last} {texts[start]}")
            start = i
    return "; ".join(rules) or None


def _spans(text: str | None) -> str:
    if not isinstance(text, str) or not text.strip():
        return ""
    spans = sorted(_span(part.strip()) for part in re.split(r"[/,;]", text) if part.strip())
    united: list[tuple[int, int]] = []
    for begin, end in spans:
        if united and begin <= united[-1][1]:
            united[-1] = (united[-1][0], max(end, united[-1][1]))
        else:
            united.append((begin, end))
    return ",".join(f"{_clock(b)}-{_clock(e)}" for b, e in united)


def _span(text: str) -> tuple[int, int]:
    found = _SPAN.match(text)
    if found:
        hour, minute, to_hour, to_minute = (int(part or 0) for part in found.groups())
        begin, end = 60 * hour + minute, 60 * to_hour + to_minute
        if begin < end <= 1440 and minute < 60 and to_minute < 60:
            return begin, end
    raise _unread("a span such as 09:30 - 12:00, ending after it begins", text)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _unread(expected: str, found: str) -> InputError:
    return InputError(
        "opening hours by day",
        expected=expected,
        found=repr(found),
        next_step="mend the span in the source, or keep the hours as text",
    )


#: Words of a request -> days ahead of today, or the weekday, and the part of the day.
_WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_ENGLISH = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_PARTS: dict[str, Part] = {
    "matin": "morning",
    "morning": "morning",
    "apres midi": "afternoon",
    "afternoon": "afternoon",
    "soir": "evening",
    "soiree": "evening",
    "evening": "evening",
    "tonight": "evening",
}


@dataclass(frozen=True)
class When:
    """A moment asked for: now, or any of some days, perhaps in a part of them."""

    now: bool
    days: tuple[date, ...] = ()
    part: Part | None = None

    def holds(
        self, text: str | None, at: datetime, school_holidays: Collection[date] = NO_DAYS
    ) -> bool | None:
        """Say whether a place is open then; ``None`` where not known."""
        if self.now:
            return open_now(text, at, school_holidays)
        told = [open_on(text, day, self.part, school_holidays) for day in self.days]
        return True if True in told else None if None in told else False


def understand_when(words: str, at: datetime) -> When:
    """Read ``now``, ``ce soir``, ``demain matin``, ``samedi``, ``week-end``, or an ISO day.

    Raises
    ------
    InputError
        The words name no moment.
    """
    text = fold(words)
    today = local(at).date()
    part = next((p for word, p in _PARTS.items() if re.search(rf"\b{word}\b", text)), None)
    if text in ("now", "maintenant", "ouvert", "ouvert maintenant", "en ce moment"):
        return When(True)
    if iso := re.search(r"\d{4} \d{2} \d{2}", text):
        return When(False, (date.fromisoformat(iso.group().replace(" ", "-")),), part)
    for names in (_WEEKDAYS, _ENGLISH):
        for i, name in enumerate(names):
            if name in text.split():
                return When(False, (today + timedelta(days=(i - today.weekday()) % 7),), part)
    if "week end" in text or "weekend" in text:
        ahead = [(d - today.weekday()) % 7 for d in (5, 6)]
        return When(False, tuple(today + timedelta(days=d) for d in sorted(ahead)), part)
    if "demain" in text or "tomorrow" in text:
        return When(False, (today + timedelta(days=1),), part)
    if part or "aujourd hui" in text or "today" in text:
        return When(False, (today,), part)
    raise InputError(
        "opening asked for",
        expected="maintenant, ce soir, demain, a weekday, week-end or a day such as 2026-03-09",
        found=repr(words),
        next_step="choose one of these",
    )
