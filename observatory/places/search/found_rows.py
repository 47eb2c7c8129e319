"""The rows that a search shows: what is known of each place, and what a person must mind."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from observatory.model.assumptions import Assumptions
from observatory.places.calendars import SchoolCalendar, SchoolCalendars
from observatory.places.freshness import freshness
from observatory.places.opening_hours import (
    AHEAD,
    day_in_doubt,
    local,
    next_opening,
    open_now,
    opens_by_school_rule,
    parse,
)
from observatory.places.rounds import stop_remark
from observatory.places.search.stops import nearest_stops
from observatory.tables.directory_tables import SEPARATOR
from observatory.tables.person_needs import WALK_IN
from observatory.tables.remarks import Remark, remark

#: Columns of an answer, in order: those asked of every answer first.
COLUMNS = (
    "id",
    "name",
    "services",
    "open_now",
    "confirmed_on",
    "lat",
    "lon",
    "walk_min",
    "distance_m",
    "by_streets",
    "match",
    "opens",
    "offer",
    "why",
    "caveats",
    "next_opening",
    "stop",
    "stop_name",
    "stop_kind",
    "stop_m",
    "stop_min",
    "stop_lines",
    "freshness",
    "commune",
    "commune_name",
    "address",
    "postcode",
    "located",
    "phone",
    "email",
    "website",
    "booking",
    "appointments",
    "hours",
    "access",
    "support",
    "publics",
    "care",
    "fees",
    "programmes",
    "sources",
    "seat",
    "itinerant",
    "comment",
    "round",
    "round_stop",
    "reported",
)
HOURS_UNKNOWN = remark("search.hours_unknown")


@dataclass(frozen=True)
class Around:
    """The circumstances of a search."""

    at: datetime
    assumptions: Assumptions
    school: SchoolCalendar | None
    stops: pd.DataFrame | None
    calendars: SchoolCalendars

    def calendar(self, commune: object) -> SchoolCalendar:
        """Return the calendar of holidays of a place."""
        return self.school or self.calendars.of(commune)

    def months(self, kind: str) -> float:
        """Return the age in months from which a record is of a kind (``stale``)."""
        return self.assumptions.number(f"freshness.{kind}_months")


def shown(
    places: pd.DataFrame,
    minutes: NDArray[np.float64],
    metres: NDArray[np.float64],
    why: Iterable[Iterable[Remark | None]],
    doubts: Iterable[Iterable[Remark | None]],
    opens: list[str],
    around: Around,
) -> pd.DataFrame:
    """Return the rows of an answer, in the order of the places given (:data:`COLUMNS`).

    Parameters
    ----------
    places, minutes, metres
        The places, and the walk to each.
    why, doubts
        What answers the request in each place, and what is not known of it.
    opens
        ``yes`` or ``unknown`` at the moment asked for; ``yes`` where no moment is asked.
    around
        The circumstances of the search.
    """
    frame = places.reset_index(drop=True).rename(columns={"site": "id"})
    frame = frame.reindex(columns=list(COLUMNS))
    frame["round"] = _objects([one if isinstance(one, tuple) else () for one in frame["round"]])
    frame["walk_min"], frame["distance_m"] = minutes.round(1), metres.round(0)
    frame["why"] = _column(why)
    unsure = _column(doubts)
    texts = [t if isinstance(t, str) else None for t in frame["hours"]]
    frame["opens"] = opens
    schools = [around.calendar(commune) for commune in frame["commune"]]
    each = list(zip(texts, schools, strict=True))
    now = [open_now(text, around.at, school) for text, school in each]
    frame["open_now"] = pd.array(now, dtype="boolean")
    frame["next_opening"] = [_next(text, around.at, school) for text, school in each]
    frame["freshness"] = _freshness(frame["confirmed_on"], around)
    _add_stops(frame, around)
    lines = frame.to_dict("records")
    frame["caveats"] = _column(
        [*doubt, *_caveats(line, around)] for doubt, line in zip(unsure, lines, strict=True)
    )
    frame["match"] = ["unknown" if doubt else "yes" for doubt in unsure]
    return frame[list(COLUMNS)]


def _column(rows: Iterable[Iterable[Remark | None]]) -> pd.Series[Any]:
    """Return a column of remarks, each once a row."""
    return _objects([tuple(dict.fromkeys(one for one in row if one)) for row in rows])


def _objects(values: list[Any]) -> pd.Series[Any]:
    """Return a column of objects; of tuples too, which pandas would take for several columns."""
    column = np.empty(len(values), dtype=object)
    column[:] = values
    return pd.Series(column)


def _next(text: str | None, at: datetime, school: SchoolCalendar) -> str | None:
    opening = next_opening(text, at, school)
    return None if opening is None else opening.isoformat(timespec="minutes")


def _freshness(confirmed_on: pd.Series[Any], around: Around) -> pd.Series[Any]:
    stale, very = around.months("stale"), around.months("very_stale")
    today = local(around.at).date()
    return freshness(confirmed_on, today, stale_months=stale, very_stale_months=very)


def _caveats(line: Mapping[Hashable, Any], around: Around) -> Iterator[Remark]:
    """Return what a person must mind before going."""
    if pd.isna(line["walk_min"]):
        yield remark("search.address_only")
    if line["seat"] is True:
        yield remark("search.head_office")
    yield from _about_hours(
        line["hours"], line["next_opening"], around.at, around.calendar(line["commune"])
    )
    ways = tuple(line["access"].split(SEPARATOR)) if isinstance(line["access"], str) else ()
    if ways and WALK_IN not in ways:
        yield remark("search.contact_first", ways=ways)
    if line["itinerant"] is True or line["round"]:
        yield remark("search.travelling")
    yield from map(stop_remark, line["round"])
    if isinstance(line["comment"], str) and not line["round"]:
        yield remark("search.comment", text=line["comment"][:300])
    if isinstance(line["reported"], str):
        yield remark("search.reported", day=line["reported"])
    yield from _about_age(line["freshness"], line["confirmed_on"], around)


def _about_hours(text: Any, opening: Any, at: datetime, school: SchoolCalendar) -> Iterator[Remark]:
    hours = parse(text)
    if hours is None:
        free = isinstance(text, str)
        yield remark("search.hours_free_text", text=text[:200]) if free else HOURS_UNKNOWN
        return
    today = local(at).date()
    ruled = hours.public and not opens_by_school_rule(text, today, school)
    if school.is_public_holiday(today) and not ruled:
        yield remark("search.public_holiday")
    if hours.school:
        yield from _about_school(text, today, isinstance(opening, str), school)


def _about_school(text: str, today: date, opens: bool, school: SchoolCalendar) -> Iterator[Remark]:
    """Return when the school holidays are, and from which day on that is not known."""
    if holiday := school.holiday_from(today):
        first, last = holiday.first.isoformat(), holiday.last.isoformat()
        yield remark("search.school_holidays", first=first, last=last)
    else:
        yield remark("search.school_holidays_unknown")
    yield school.source
    # Where the next opening is known, no later day matters.
    if beyond := day_in_doubt(text, today, school, days=1 if opens else AHEAD + 1):
        yield remark("search.school_calendar_ends", day=beyond.isoformat())


def _about_age(kind: str, confirmed_on: Any, around: Around) -> Iterator[Remark]:
    if kind == "unknown":
        yield remark("search.undated")
    elif kind != "fresh":
        months = int(around.months("very_stale" if kind == "very stale" else "stale"))
        yield remark("search.old", months=months, day=confirmed_on)


def _add_stops(frame: pd.DataFrame, around: Around) -> None:
    """Add the nearest transit stop of each located place, as a hint."""
    placed = frame["walk_min"].notna()
    lon, lat = (frame[c].where(placed).to_numpy(dtype=float) for c in ("lon", "lat"))
    pace = around.assumptions.number("walk.speed_kmh") * 1000 / 60
    pace /= around.assumptions.number("walk.detour")
    found = nearest_stops(around.stops, lon, lat, pace)
    frame["stop"] = _objects([None if stop is None else stop.remark for stop in found])
    frame["stop_name"] = [None if stop is None else stop.name for stop in found]
    frame["stop_kind"] = [None if stop is None else stop.kind for stop in found]
    frame["stop_m"] = [np.nan if stop is None else stop.metres for stop in found]
    frame["stop_min"] = [np.nan if stop is None else stop.minutes for stop in found]
    frame["stop_lines"] = _objects([() if stop is None else stop.lines for stop in found])
