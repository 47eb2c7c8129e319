"""When the school holidays are, on the card of a place whose hours depend on them."""

from __future__ import annotations

from datetime import date

from observatory.places.calendars import SchoolCalendar
from observatory.places.opening_hours import parse
from observatory.words.catalogue import Words
from observatory.words.numbers import day_text
from observatory.words.remark_words import sentence


def school_dates(hours: str, day: date, words: Words, school: SchoolCalendar) -> str:
    """Return the dates of the holidays that a day is in, or of the next ones.

    Empty where the hours have no rule for school holidays.
    """
    if not _has_rule(hours):
        return ""
    if school.published is None:
        return words("find.card.school_own", academie=school.academie)
    zone = words("find.card.school_zone", zone=school.zone) if school.zone else school.academie
    holiday = school.holiday_from(day)
    if holiday is None:
        return words("find.card.school_unknown", zone=zone)
    first, last = (day_text(one.isoformat(), words.lang) for one in (holiday.first, holiday.last))
    return words("find.card.school_dates", first=first, last=last, zone=zone)


def school_source(hours: str, words: Words, school: SchoolCalendar) -> str:
    """Return whose calendar the dates come from; empty where the hours have no rule for them."""
    return sentence(school.source, words.lang) if _has_rule(hours) else ""


def _has_rule(hours: str) -> bool:
    read = parse(hours)
    return read is not None and read.school
