"""The days that change opening hours: public holidays, school holidays, each where they apply.

School holidays are those of the Éducation nationale's calendar for zone A, B or C, as the package
``vacances-scolaires-france`` carries it. It reaches as far as the calendar is published: of a day
before its first holiday or after its last one nothing is known. Nor is it in Corsica and overseas,
whose académies set their own. Public holidays of Alsace, Moselle and overseas come with the
country's, as the package ``holidays`` knows them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from importlib.metadata import version
from typing import Literal, get_args

import holidays
from vacances_scolaires_france import SchoolHolidayDates

from observatory.errors import ChoiceError
from observatory.geo.codes import departement_of
from observatory.geo.departements import departements
from observatory.tables.remarks import Remark, remark

Zone = Literal["A", "B", "C", ""]
PACKAGE = "vacances-scolaires-france"


@dataclass(frozen=True)
class Holiday:
    """School holidays: their French name, their first and last day."""

    name: str
    first: date
    last: date


@dataclass(frozen=True)
class SchoolCalendar:
    """The school holidays of a zone, as far as they are published, and its public holidays.

    Attributes
    ----------
    zone
        ``A``, ``B`` or ``C``; empty where no calendar is known: no day is known to be one of
        school holidays, or not to be.
    academie
        The académie that sets its own holidays; empty where it follows a zone.
    holidays
        What ``holidays`` calls a place with public holidays of its own; empty: the country's.

    Raises
    ------
    ChoiceError
        For another zone.
    """

    zone: Zone = ""
    academie: str = ""
    holidays: str = ""

    def __post_init__(self) -> None:
        if self.zone not in get_args(Zone):
            raise ChoiceError(
                "zone of the school calendar",
                expected="one of " + ", ".join(filter(None, get_args(Zone))),
                found=repr(self.zone)[:40],
                next_step="choose the zone of the territory's académie",
            )

    @property
    def source(self) -> Remark:
        """Whose calendar it is, and through what it is known."""
        if not self.zone:
            return remark("search.school_calendar_own", academie=self.academie)
        package = f"{PACKAGE} {version(PACKAGE)}"
        return remark("search.school_calendar", zone=self.zone, package=package)

    def covers(self, day: date) -> bool:
        """Return whether it is known of a day if it is one of school holidays.

        Known from the first day of the first holidays to the last day of the last ones: the day
        after may be one of holidays not published yet.
        """
        if not self.zone:
            return False
        known = _school_holidays(self.zone)
        return known[0].first <= _day(day) <= known[-1].last

    def is_holiday(self, day: date) -> bool | None:
        """Return whether a day is one of school holidays; ``None`` where that is not known."""
        return _day(day) in _school_days(self.zone) if self.covers(day) else None

    def holiday_from(self, day: date) -> Holiday | None:
        """Return the holidays that a day is in, else the next ones; ``None`` where not known."""
        if not self.covers(day):
            return None
        return next(one for one in _school_holidays(self.zone) if one.last >= _day(day))

    def is_public_holiday(self, day: date) -> bool:
        """Return whether a day is a public holiday there."""
        return _day(day) in _public_holidays(day.year, self.holidays)


#: No school calendar, and the public holidays of the whole country.
NO_CALENDAR = SchoolCalendar()


def calendar_of(commune: object) -> SchoolCalendar:
    """Return the calendar of a commune, that of its département; :data:`NO_CALENDAR` without any.

    Parameters
    ----------
    commune
        INSEE code of a commune or département, or what is missing.
    """
    return _of_departement(departement_of(commune)) if isinstance(commune, str) else NO_CALENDAR


@cache
def _of_departement(code: str) -> SchoolCalendar:
    home = departements().get(code)
    if home is None:
        return NO_CALENDAR
    zone = next(one for one in get_args(Zone) if one == home.school_zone)
    return SchoolCalendar(zone, "" if zone else home.academie or home.name, home.holidays)


def _day(day: date) -> date:
    return day.date() if isinstance(day, datetime) else day


@cache
def _published() -> SchoolHolidayDates:
    return SchoolHolidayDates()


@cache
def _school_holidays(zone: Zone) -> tuple[Holiday, ...]:
    """Return the holidays of a zone in order: following days with the same name."""
    calendar = _published()
    found: list[Holiday] = []
    for year in range(calendar.min_year, calendar.max_year + 1):
        days = calendar.holidays_for_year_and_zone(year, zone)
        for day in sorted(days):
            name = str(days[day]["nom_vacances"])
            if found and found[-1].name == name and found[-1].last + timedelta(days=1) == day:
                found[-1] = Holiday(name, found[-1].first, day)
            else:
                found.append(Holiday(name, day, day))
    return tuple(found)


@cache
def _school_days(zone: Zone) -> frozenset[date]:
    return frozenset(
        one.first + timedelta(days=ahead)
        for one in _school_holidays(zone)
        for ahead in range((one.last - one.first).days + 1)
    )


@lru_cache(maxsize=200)
def _public_holidays(year: int, place: str) -> frozenset[date]:
    return frozenset(holidays.country_holidays("FR", place or None, years=year))
