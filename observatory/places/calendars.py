"""The days that change opening hours: public holidays, school holidays, each where they apply.

School holidays are those of the build's official calendar, where it holds the place's zone; else
those of zone A, B or C, as the package ``vacances-scolaires-france`` carries them. Corsica and
overseas, whose académies set their own, are known from a build alone. A calendar reaches as far as
it is published: of a day before its first holiday or after its last one nothing is known, nor of
one in holidays whose end is not published. Public holidays of Alsace, Moselle and overseas come
with the country's, as the package ``holidays`` knows them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache, cached_property, lru_cache
from importlib.metadata import version
from typing import Literal, get_args

import holidays
import pandas as pd
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


@dataclass(frozen=True, eq=False)
class Published:
    """What is published of the school holidays of one zone.

    Attributes
    ----------
    holidays
        In order of their first day, at least one.
    endless
        First days of holidays whose end is not published, in order.
    """

    holidays: tuple[Holiday, ...]
    endless: tuple[date, ...] = ()

    @cached_property
    def days(self) -> frozenset[date]:
        """Every day of the holidays."""
        return frozenset(
            one.first + timedelta(days=ahead)
            for one in self.holidays
            for ahead in range((one.last - one.first).days + 1)
        )

    @cached_property
    def end(self) -> date:
        """The last day of which anything is known."""
        before = (one - timedelta(days=1) for one in self.endless)
        return max([*(one.last for one in self.holidays), *before])

    def covers(self, day: date) -> bool:
        """Return whether it is known of a day if it is one of the holidays."""
        begun = [one for one in self.endless if one <= day]
        if begun and all(one.first <= begun[-1] or day < one.first for one in self.holidays):
            return False
        return self.holidays[0].first <= day <= self.end

    def following(self, day: date) -> Holiday | None:
        """Return the holidays that a day is in, else the next ones, if their end is known."""
        found = next((one for one in self.holidays if one.last >= day), None)
        if found and any(day < one <= found.first for one in self.endless):
            return None
        return found


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
    official
        What the official calendar of a build says of the zone or académie; ``None`` without one.

    Raises
    ------
    ChoiceError
        For another zone.
    """

    zone: Zone = ""
    academie: str = ""
    holidays: str = ""
    official: Published | None = None

    def __post_init__(self) -> None:
        if self.zone not in get_args(Zone):
            raise ChoiceError(
                "zone of the school calendar",
                expected="one of " + ", ".join(filter(None, get_args(Zone))),
                found=repr(self.zone)[:40],
                next_step="choose the zone of the territory's académie",
            )

    @property
    def published(self) -> Published | None:
        """What is published of its school holidays; ``None`` where nothing is known of them."""
        return self.official or (_of_package(self.zone) if self.zone else None)

    @property
    def source(self) -> Remark:
        """Whose calendar it is, and through what it is known."""
        if self.official and self.zone:
            return remark("search.school_calendar_official", zone=self.zone)
        if self.official:
            return remark("search.school_calendar_official_own", academie=self.academie)
        if not self.zone:
            return remark("search.school_calendar_own", academie=self.academie)
        package = f"{PACKAGE} {version(PACKAGE)}"
        return remark("search.school_calendar", zone=self.zone, package=package)

    def covers(self, day: date) -> bool:
        """Return whether it is known of a day if it is one of school holidays.

        Known from the first day of the first holidays to the last day of the last ones: the day
        after may be one of holidays not published yet. Of holidays whose end is not published, the
        day before is the last one known, till the next holidays begin.
        """
        return self.published is not None and self.published.covers(_day(day))

    def is_holiday(self, day: date) -> bool | None:
        """Return whether a day is one of school holidays; ``None`` where that is not known."""
        known = self.published
        return _day(day) in known.days if known and known.covers(_day(day)) else None

    def holiday_from(self, day: date) -> Holiday | None:
        """Return the holidays that a day is in, else the next ones; ``None`` where not known."""
        known = self.published
        return known.following(_day(day)) if known and known.covers(_day(day)) else None

    def is_public_holiday(self, day: date) -> bool:
        """Return whether a day is a public holiday there."""
        return _day(day) in _public_holidays(day.year, self.holidays)


#: No school calendar, and the public holidays of the whole country.
NO_CALENDAR = SchoolCalendar()


class SchoolCalendars:
    """The calendar of each commune, by what a build knows of school holidays.

    Parameters
    ----------
    table
        The build's official calendar (``SCHOOL_HOLIDAYS``); ``None`` where it holds none.
    """

    def __init__(self, table: pd.DataFrame | None = None) -> None:
        self._official = {} if table is None else _by_zone(table)
        self._known: dict[str, SchoolCalendar] = {}

    def of(self, commune: object) -> SchoolCalendar:
        """Return the calendar of a commune, that of its département.

        Parameters
        ----------
        commune
            INSEE code of a commune or département, or what is missing: :data:`NO_CALENDAR`.
        """
        if not isinstance(commune, str):
            return NO_CALENDAR
        code = departement_of(commune)
        if code not in self._known:
            self._known[code] = self._of_departement(code)
        return self._known[code]

    def _of_departement(self, code: str) -> SchoolCalendar:
        home = departements().get(code)
        if home is None:
            return NO_CALENDAR
        zone = next(one for one in get_args(Zone) if one == home.school_zone)
        academie = "" if zone else home.academie or home.name
        official = self._official.get(zone or academie)
        return SchoolCalendar(zone, academie, home.holidays, official)


#: The calendars where no build says more: zones A, B and C alone.
PACKAGED = SchoolCalendars()


def _by_zone(table: pd.DataFrame) -> dict[str, Published]:
    """Return what a build's table says of each zone in which some holidays have an end."""
    found: dict[str, Published] = {}
    for zone, rows in table.sort_values(["first", "last"]).groupby("zone"):
        days = [
            (str(name), date.fromisoformat(first), None if pd.isna(last) else str(last))
            for name, first, last in zip(rows["name"], rows["first"], rows["last"], strict=True)
        ]
        whole = [Holiday(n, first, date.fromisoformat(last)) for n, first, last in days if last]
        if whole:
            endless = tuple(first for _, first, last in days if not last)
            found[str(zone)] = Published(tuple(whole), endless)
    return found


def _day(day: date) -> date:
    return day.date() if isinstance(day, datetime) else day


@cache
def _of_package(zone: Zone) -> Published:
    """Return the holidays of a zone in order: following days with the same name."""
    calendar = SchoolHolidayDates()
    found: list[Holiday] = []
    for year in range(calendar.min_year, calendar.max_year + 1):
        days = calendar.holidays_for_year_and_zone(year, zone)
        for day in sorted(days):
            name = str(days[day]["nom_vacances"])
            if found and found[-1].name == name and found[-1].last + timedelta(days=1) == day:
                found[-1] = Holiday(name, found[-1].first, day)
            else:
                found.append(Holiday(name, day, day))
    return Published(tuple(found))


@lru_cache(maxsize=200)
def _public_holidays(year: int, place: str) -> frozenset[date]:
    return frozenset(holidays.country_holidays("FR", place or None, years=year))
