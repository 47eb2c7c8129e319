"""When the school holidays are, said on the card of a place whose hours speak of them."""

from __future__ import annotations

from datetime import date

from observatory.places.calendars import SCHOOL_CALENDAR, SchoolCalendar
from observatory.places.opening_hours import parse
from observatory.words.catalogue import Words
from observatory.words.numbers import day_text


def school_dates(
    hours: str, day: date, words: Words, school: SchoolCalendar = SCHOOL_CALENDAR
) -> str:
    """Return the dates of the holidays that a day is in, or of the next ones.

    Empty where the hours do not speak of school holidays.
    """
    if not _speaks(hours):
        return ""
    held = school.holiday_from(day)
    if held is None:
        return words("find.card.school_unknown", zone=school.zone)
    first, last = (day_text(one.isoformat(), words.lang) for one in (held.first, held.last))
    return words("find.card.school_dates", first=first, last=last, zone=school.zone)


def school_source(hours: str, school: SchoolCalendar = SCHOOL_CALENDAR) -> str:
    """Return whose calendar tells the school holidays; empty where the hours speak of none."""
    return school.source if _speaks(hours) else ""


def _speaks(hours: str) -> bool:
    read = parse(hours)
    return read is not None and read.school
