"""Find the nearest suitable places for a person, and say what is not known of each.

Every condition has three answers: yes, no, not known. Only "no" sets a place aside; what is not
known is said with the place. Places with a point come first, strictly by walking time; places
known by their address only come after.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from observatory.contracts.assumptions import Assumptions
from observatory.core.directory_request import NO, UNKNOWN, YES, Condition, Request, conditions
from observatory.core.directory_rows import Around, shown
from observatory.core.geometry import to_metres
from observatory.core.hours import NO_DAYS, understand_when

__all__ = ["Directory", "Request", "find"]

Answers = NDArray[np.int8]
FloatArray = NDArray[np.float64]


class Directory:
    """The table of sites made ready to be searched many times.

    Parameters
    ----------
    sites
        One row a place, with the columns of the table of sites (those absent are not known).
    """

    def __init__(self, sites: pd.DataFrame) -> None:
        self.sites = sites.reset_index(drop=True)
        self._values: dict[str, tuple[NDArray[np.int64], list[str | None]]] = {}

    @cached_property
    def xy(self) -> FloatArray:
        """Lambert-93 metres of each place, NaN for those known by their address only."""
        xy = np.full((len(self.sites), 2), np.nan)
        lon, lat = (self.sites[c].to_numpy(dtype=float) for c in ("lon", "lat"))
        placed = ~(np.isnan(lon) | np.isnan(lat))
        if "located" in self.sites:
            placed &= (self.sites["located"] == "point").to_numpy(dtype=bool)
        if placed.any():
            xy[placed] = np.column_stack(to_metres(lon[placed], lat[placed]))
        return xy

    def values(self, field: str) -> tuple[NDArray[np.int64], list[str | None]]:
        """Give a field as codes and the distinct values; the last value is "not given"."""
        if field not in self._values:
            if field in self.sites:
                codes, distinct = pd.factorize(self.sites[field].astype("str"))
            else:
                codes, distinct = np.full(len(self.sites), -1), pd.Index([])
            self._values[field] = (np.asarray(codes, dtype=np.int64), [*distinct.tolist(), None])
        return self._values[field]

    def answers(self, condition: Condition) -> tuple[Answers, NDArray[np.object_]]:
        """Answer a condition for every place, judging each distinct value once."""
        columns = [self.values(field) for field in condition.fields]
        sizes = [len(distinct) for _, distinct in columns]
        joint = np.zeros(len(self.sites), dtype=np.int64)
        for (codes, _), size in zip(columns, sizes, strict=True):
            joint = joint * size + codes % size
        seen, where = np.unique(joint, return_inverse=True)
        told = [
            condition.judge(
                *(d[int(i)] for (_, d), i in zip(columns, np.unravel_index(s, sizes), strict=True))
            )
            for s in seen
        ]
        answer = np.array([a for a, _ in told], dtype=np.int8)
        words = np.array([w for _, w in told], dtype=object)
        if not len(seen):
            return answer, words
        return answer[where], words[where]

    @cached_property
    def centres(self) -> dict[Any, FloatArray]:
        """Mean point of each commune's located places: how near a commune is, roughly."""
        frame = pd.DataFrame(self.xy, columns=["x", "y"])
        groups = frame.groupby(self.sites["commune"].to_numpy())
        return {code: row.to_numpy() for code, row in groups.mean().dropna().iterrows()}


def find(
    sites: pd.DataFrame | Directory,
    origin: tuple[float, float],
    request: Request,
    at: datetime,
    assumptions: Assumptions,
    *,
    stops: pd.DataFrame | None = None,
    school_holidays: Collection[date] = NO_DAYS,
) -> pd.DataFrame:
    """Give the nearest places that suit, or may suit, a request.

    Parameters
    ----------
    sites
        The table of sites, or a :class:`Directory` made from it once (faster).
    origin
        Easting and northing of the person, Lambert-93 metres.
    request
        What is asked for.
    at
        The moment it is asked, local time or with its zone.
    assumptions
        ``walk.speed_kmh``, ``walk.detour`` and, if there, ``freshness.stale_months``.
    stops
        Transit stops as a hint: ``name``, ``x_m``, ``y_m``.
    school_holidays
        Days of school holidays, for hours that speak of them.

    Returns
    -------
    DataFrame
        One row a place: ``id, name, services, open_now, confirmed_on, lat, lon, walk_min,
        distance_m, match, why, caveats`` and what a sheet needs (address, phone, hours, ...).
        ``match`` is ``yes`` or ``unknown``. Located places strictly by ``walk_min`` (within
        ``yes`` then ``unknown`` if so asked), then those known by address only. ``attrs`` says
        how many were set aside, and how many that may suit were hidden or left beyond the limit.
    """
    ready = sites if isinstance(sites, Directory) else Directory(sites)
    answer, why, doubts = _judged(ready, request)
    metres = np.hypot(*(ready.xy - np.asarray(origin, dtype=float)).T)
    minutes = _minutes(metres, assumptions)
    fits = answer != NO
    if request.max_walk_min is not None:
        fits &= ~(minutes > request.max_walk_min)
    fits &= (answer == YES) | (request.unknown != "hidden")
    near = _take(ready, _by_walk(ready, fits, metres), answer, request, at, school_holidays)
    address = _address_only(ready, fits, np.asarray(origin, dtype=float), request)
    far = _take(ready, address, answer, request, at, school_holidays)
    around = Around(at, assumptions, school_holidays, stops)
    rows = near + far
    doubts.append(_unsure_hours(ready, rows, request, at, school_holidays))
    frame = shown(ready.sites, rows, minutes, metres, why, doubts, around)
    frame.attrs = {
        "places": len(ready.sites),
        "set_aside": int((answer == NO).sum()),
        "unknown_hidden": int((answer == UNKNOWN).sum()) if request.unknown == "hidden" else 0,
        "fitting": int(fits.sum()),
    }
    return frame


def _minutes(metres: FloatArray, assumptions: Assumptions) -> FloatArray:
    speed = assumptions.number("walk.speed_kmh") * 1000 / 60
    return metres * assumptions.number("walk.detour") / speed


def _judged(
    ready: Directory, request: Request
) -> tuple[Answers, list[NDArray[np.object_]], list[NDArray[np.object_]]]:
    """Give each place's answer to all conditions together, with reasons and doubts."""
    total = np.full(len(ready.sites), YES, dtype=np.int8)
    why: list[NDArray[np.object_]] = []
    doubts: list[NDArray[np.object_]] = []
    for condition in conditions(request):
        answer, words = ready.answers(condition)
        why.append(np.where(answer == YES, words, ""))
        doubts.append(np.where(answer == UNKNOWN, words, ""))
        total = np.where((total == NO) | (answer == NO), NO, np.minimum(total, answer)).astype(
            np.int8
        )
    return total, why, doubts


def _by_walk(ready: Directory, fits: NDArray[np.bool_], metres: FloatArray) -> list[int]:
    rows = np.flatnonzero(fits & ~np.isnan(metres))
    # Equal distances in the order of the identifiers, so that the answer never depends on rows.
    names = ready.sites["site"].to_numpy(dtype=object)[rows]
    order = np.argsort(metres[rows], kind="stable")
    tied = np.flatnonzero(np.diff(metres[rows][order]) == 0)
    if len(tied):
        order = np.lexsort((names.astype(str), metres[rows]))
    return [int(i) for i in rows[order]]


def _address_only(
    ready: Directory, fits: NDArray[np.bool_], origin: FloatArray, request: Request
) -> list[int]:
    rows = np.flatnonzero(fits & np.isnan(ready.xy[:, 0]))
    communes = ready.sites["commune"].to_numpy(dtype=object)
    if request.commune is not None:
        rows = rows[communes[rows] == request.commune]
    away = {c: float(np.hypot(*(xy - origin))) for c, xy in ready.centres.items()}
    names = ready.sites["site"].to_numpy(dtype=object)
    return sorted((int(i) for i in rows), key=lambda i: (away.get(communes[i], np.inf), names[i]))


def _take(
    ready: Directory,
    rows: list[int],
    answer: Answers,
    request: Request,
    at: datetime,
    school_holidays: Collection[date],
) -> list[int]:
    """Take the first rows up to the limit, asking the hours of no more places than needed."""
    when = understand_when(request.open_when, at) if request.open_when else None
    codes, texts = ready.values("hours")
    seen: dict[int, bool | None] = {}
    sure: list[int] = []
    doubtful: list[int] = []
    mixed: list[int] = []
    for row in rows:
        code = int(codes[row])
        if when is not None and code not in seen:
            seen[code] = when.holds(texts[code], at, school_holidays)
        opens = True if when is None else seen[code]
        unsure = opens is None or answer[row] == UNKNOWN
        if opens is False or (unsure and request.unknown == "hidden"):
            continue
        mixed.append(row)
        (doubtful if unsure else sure).append(row)
        if len(sure if request.unknown == "after" else mixed) >= request.limit:
            break
    return mixed if request.unknown != "after" else (sure + doubtful)[: request.limit]


def _unsure_hours(
    ready: Directory,
    rows: list[int],
    request: Request,
    at: datetime,
    school_holidays: Collection[date],
) -> NDArray[np.object_]:
    """Say of each place shown that its opening at the moment asked for is not known."""
    said = np.full(len(ready.sites), "", dtype=object)
    if request.open_when:
        when = understand_when(request.open_when, at)
        codes, texts = ready.values("hours")
        for row in rows:
            if when.holds(texts[codes[row]], at, school_holidays) is None:
                said[row] = f"ouverture non connue ({request.open_when})"
    return said
