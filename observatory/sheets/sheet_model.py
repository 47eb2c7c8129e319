"""What stands on a sheet: up to four places, a language, a day. Nothing about the person."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import date

from observatory.errors import ChoiceError
from observatory.places.calendars import NO_CALENDAR, SchoolCalendar
from observatory.places.rounds import RoundStop
from observatory.tables.remarks import Remark
from observatory.tables.transit_tables import STOP_KINDS
from observatory.words.sheet_words import languages

PLACES_AT_MOST = 4

Point = tuple[float, float]
"""Latitude then longitude, decimal degrees, EPSG:4326."""

Ring = tuple[Point, ...]


def _whole_minutes(minutes: float | None) -> int | None:
    if minutes is None or not math.isfinite(minutes) or minutes < 0:
        return None
    # 11.000000001 comes from arithmetic: nobody should read 12 for it.
    return max(1, math.ceil(round(minutes, 3)))


@dataclass(frozen=True)
class Place:
    """One place to go to.

    Attributes
    ----------
    name, address, commune, postcode, phone
        As the directory gives them; the empty string where it does not know.
    school
        The calendar of holidays there.
    hours
        An OSM ``opening_hours`` value, or free text, which is then shown as it is.
    services, access, fees
        Values of the national standard; another value is shown as it is, in French.
    booking
        A web address for booking; shown only if it begins with ``https://`` or ``http://``.
    appointments
        Whether it makes appointments, ``None`` where not known.
    lat, lon
        Decimal degrees, EPSG:4326; ``None`` (or 0, 0) where not known: no route, and no number
        on the map.
    walk_min
        Walking time in minutes, ``None`` where not known.
    stop, stop_kind, stop_m, stop_min, stop_lines
        The nearest transit stop, a hint: its name, one of ``tables.STOP_KINDS``, metres in a
        straight line, minutes on foot; shown only where all are known. And its lines, if known.
    email, website
        Printed where there is no phone; the first of each.
    moves
        Whether the place moves (a bus).
    stops
        Where it stands by weekday, in its record's words.
    stop_here
        The one of them that ``lat`` and ``lon`` are of, or ``None``.
    caveats
        What else is to be checked there.
    seat
        Whether it is a head office, where it is not known that the public is received.
    confirmed_on
        The day on which the information was last confirmed, ``None`` where not known.
    stale
        Whether that was too long ago, by the assumption ``freshness.stale_months``.
    """

    name: str
    address: str = ""
    commune: str = ""
    postcode: str = ""
    phone: str = ""
    hours: str = ""
    services: tuple[str, ...] = ()
    access: tuple[str, ...] = ()
    fees: tuple[str, ...] = ()
    booking: str = ""
    appointments: bool | None = None
    lat: float | None = None
    lon: float | None = None
    walk_min: float | None = None
    confirmed_on: date | None = None
    stale: bool = False
    stop: str = ""
    stop_kind: str = ""
    stop_m: float | None = None
    stop_min: float | None = None
    stop_lines: tuple[str, ...] = ()
    seat: bool = False
    email: str = ""
    website: str = ""
    moves: bool = False
    stops: tuple[RoundStop, ...] = ()
    stop_here: RoundStop | None = None
    caveats: tuple[Remark, ...] = ()
    school: SchoolCalendar = NO_CALENDAR

    @property
    def point(self) -> Point | None:
        """Where it is, or ``None`` if that is not known or not a place on Earth."""
        return usable_point(None if self.lat is None or self.lon is None else (self.lat, self.lon))

    @property
    def walk_minutes(self) -> int | None:
        """Whole minutes, rounded up and never below one; ``None`` where not known."""
        return _whole_minutes(self.walk_min)

    @property
    def stop_minutes(self) -> int | None:
        """Whole minutes to the stop, as those of the walk."""
        return _whole_minutes(self.stop_min)

    @property
    def stop_metres(self) -> int | None:
        """Metres to the stop, to the nearest ten; ``None`` where no stop is known."""
        known = self.stop and self.stop_kind in STOP_KINDS
        if not known or self.stop_m is None or not math.isfinite(self.stop_m) or self.stop_m < 0:
            return None
        return max(10, round(self.stop_m / 10) * 10)


@dataclass(frozen=True)
class Outline:
    """The outline of a commune, as rings of points (latitude, longitude)."""

    name: str
    rings: tuple[Ring, ...]


@dataclass(frozen=True)
class Landmark:
    """A point that people know (a station, a town hall), drawn to find one's way."""

    name: str
    lat: float
    lon: float


@dataclass(frozen=True)
class Sheet:
    """One orientation sheet.

    There is no field for a name, and where the person comes from (``origin``, ``origin_label``)
    stays out of ``repr``, so that no log keeps it; the routes' codes hold the destination alone.

    Attributes
    ----------
    places
        One to four places, in the order in which they are numbered.
    printed_on
        The day printed on the sheet, against which the age of the information is counted.
    language
        A code of :func:`observatory.sheets.languages`.
    documents
        Keys of the ``[documents]`` texts (see :func:`observatory.sheets.documents_for`); another
        value is shown as it is.
    origin, origin_label
        Where the person comes from, as a point for the map and as words; both optional.
    outlines, landmarks
        What the map draws besides the places.
    sources
        Who the information comes from, for the attribution line.

    Raises
    ------
    ChoiceError
        For no place, more than four, or a language that has no texts.
    """

    places: tuple[Place, ...]
    printed_on: date
    language: str = "fr"
    documents: tuple[str, ...] = ()
    origin: Point | None = field(default=None, repr=False)
    origin_label: str | None = field(default=None, repr=False)
    outlines: tuple[Outline, ...] = ()
    landmarks: tuple[Landmark, ...] = ()
    sources: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 1 <= len(self.places) <= PLACES_AT_MOST:
            raise ChoiceError(
                "sheet.places",
                expected=f"1 to {PLACES_AT_MOST} places",
                found=str(len(self.places)),
                next_step="choose the places to print, or print several sheets",
            )
        if self.language not in languages():
            raise ChoiceError(
                "sheet.language",
                expected="one of " + ", ".join(languages()),
                found=repr(self.language)[:40],
                next_step="choose one of these languages, or add its file of texts",
            )


def usable_point(point: Point | None) -> Point | None:
    """Return the point back, or ``None`` if it is missing, not finite, off the Earth, or 0, 0."""
    if point is None:
        return None
    lat, lon = point
    if not (math.isfinite(lat) and math.isfinite(lon)):
        return None
    if abs(lat) > 85 or abs(lon) > 180 or (lat == 0 and lon == 0):
        return None
    return point
