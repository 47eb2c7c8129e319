"""The weekly round of a place that moves: where it stands on each day, in its record's words.

A bus of help says it in free text: ``Lundi : place Lacombe / Mardi 9h-12h, centre Houdremont``.
What is not written so is left as it is. Points of the stops, and which records are one bus, stand
in the ``rounds.toml`` of the territories that have some (``geo.territories``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from observatory.model.moving_places import (
    Mover,
    each_once,
    load_movers,
    one_place,
    rows_of_records,
)
from observatory.tables.remarks import Remark, remark

WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
CODES = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_DAY = "|".join(WEEKDAYS)
_HOURS = r"(?:de\s+)?\d{1,2}\s?[h:]\s?\d{0,2}\s*(?:-|–|à|a)\s*\d{1,2}\s?[h:]\s?\d{0,2}"
#: ``mardi et jeudi matin 9h-12h :``, before the words of the stop.
_BEGINNING = re.compile(
    rf"\b(?P<days>(?:{_DAY})s?(?:\s*(?:,|et|/|&)\s*(?:{_DAY})s?\b)*)"
    rf"\s*(?P<when>(?:(?:matin|après-midi|apres-midi|soir)e?s?)?\s*(?:{_HOURS})?)\s*(?:[:,–-]|→)\s*",
    re.IGNORECASE,
)
#: Hours of one weekday only, as OpenStreetMap writes them.
_ONE_DAY = re.compile(rf"(?P<day>{'|'.join(CODES)}) (?P<times>[\d:,-]+)")
_EDGES = " /;,.-–>\n\t"
LONGEST = 2000
#: A stop in fewer letters than this is none.
_SHORTEST = 3


@dataclass(frozen=True)
class RoundStop:
    """Where a place that moves stands.

    Attributes
    ----------
    days
        Weekdays, Monday 0.
    when
        Part of the day or hours, as written; empty where not said.
    where
        The place, as written.
    lon, lat
        Its point, where it is known.
    about
        Whether that point is a landmark beside it.
    """

    days: tuple[int, ...]
    when: str
    where: str
    lon: float | None = None
    lat: float | None = None
    about: bool = False


def weekly_round(text: object) -> tuple[RoundStop, ...]:
    """Return the stops that a free text names by weekday; none where it names fewer than two days.

    >>> weekly_round("Lundi : place Lacombe / Mardi 9h-12h, centre Houdremont")[1].where
    'centre Houdremont'
    """
    if not isinstance(text, str):
        return ()
    text = text[:LONGEST]
    begins = list(_BEGINNING.finditer(text))
    ends = [one.start() for one in begins] + [len(text)]
    stops = [
        RoundStop(_days(one["days"]), one["when"].strip(), text[one.end() : end].strip(_EDGES))
        for one, end in zip(begins, ends[1:], strict=True)
    ]
    named = {day for stop in stops for day in stop.days}
    whole = all(len(stop.where) >= _SHORTEST for stop in stops)
    return tuple(stops) if whole and len(named) > 1 else ()


def _days(text: str) -> tuple[int, ...]:
    found = re.findall(_DAY, text.lower())
    return tuple(sorted({WEEKDAYS.index(one) for one in found}))


def with_rounds(sites: pd.DataFrame, movers: tuple[Mover, ...] | None = None) -> pd.DataFrame:
    """Return places with their weekly ``round``, each place that moves once.

    Parameters
    ----------
    sites
        The table of places. Records that are a place that moves become one row, and stops of it
        where it says none itself (:func:`~observatory.model.moving_places.each_once`).
    movers
        The places that move; those of the project's data by default.
    """
    movers = load_movers() if movers is None else movers
    whole = sites.reset_index(drop=True)
    comments = whole["comment"] if "comment" in whole else pd.Series(None, index=whole.index)
    rounds = [weekly_round(text) for text in comments]
    for row, others in one_place(whole, movers).items():
        rounds[row] = rounds[row] or _stops_of(whole.iloc[list(others)])
    known = rows_of_records(whole) if "source_ids" in whole else {}
    for mover in (one for one in movers if one.place in known):
        row, points = known[mover.place], {str(one["day"]): one for one in mover.stops}
        rounds[row] = tuple(_pointed(rounds[row], points))
    whole["round"] = pd.Series(rounds, dtype=object)
    return each_once(whole, movers).reset_index(drop=True)


def _stops_of(records: pd.DataFrame) -> tuple[RoundStop, ...]:
    """Return the stops that records of one place are: those with a weekday of their own."""
    stops = [
        RoundStop(days, when, str(row["address"]), float(row["lon"]), float(row["lat"]))
        for row in records.to_dict("records")
        for days, when in (_one_day(row),)
        if days and row["located"] == "point" and isinstance(row["address"], str)
    ]
    days = [stop.days for stop in stops]
    alone = [stop for stop in stops if days.count(stop.days) == 1]
    return tuple(sorted(alone, key=lambda stop: stop.days)) if len(alone) > 1 else ()


def _one_day(row: Mapping[Any, Any]) -> tuple[tuple[int, ...], str]:
    """Return the weekday of a record, from its name or else its hours, with its hours that day."""
    hours = row["hours"] if isinstance(row["hours"], str) else ""
    only = _ONE_DAY.fullmatch(hours)
    named = _days(str(row["name"]))
    if len(named) == 1 or not only:
        return (named if len(named) == 1 else ()), ""
    times = only["times"].replace(":", "h").replace(",", ", ")
    return (CODES.index(only["day"]),), re.sub(r"\b0(?=\d)|(?<=h)00", "", times)


def _pointed(
    stops: tuple[RoundStop, ...], points: Mapping[str, Mapping[str, Any]]
) -> Iterator[RoundStop]:
    for stop in stops:
        point = points.get(CODES[stop.days[0]]) if len(stop.days) == 1 else None
        yield (
            replace(stop, lon=point["lon"], lat=point["lat"], about=bool(point["about"]))
            if point
            else stop
        )


def stop_remark(stop: RoundStop) -> Remark:
    """Return a stop as a remark: its weekdays, its hours and its words."""
    at = f"{stop.when}, {stop.where}" if stop.when else stop.where
    code = "search.round_about" if stop.about else "search.round_stop"
    return remark(code, weekdays=tuple(map(str, stop.days)), at=at)
