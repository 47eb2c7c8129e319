"""Find the nearest suitable places for a person, and what is not known of each.

Every condition has three answers: yes, no, not known. Only "no" sets a place aside; what is not
known stands beside the place. Places with a point come first, strictly by walking time; places
known by their address only come after.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from observatory.geo.geometry import project_to_metres
from observatory.model.assumptions import Assumptions
from observatory.places.calendars import PACKAGED, SchoolCalendar, SchoolCalendars
from observatory.places.opening_hours import moment_of
from observatory.places.rounds import RoundStop, with_rounds
from observatory.places.search.found_rows import Around, shown
from observatory.places.search.open_at import Opening
from observatory.places.search.request import NO, UNKNOWN, YES, Condition, Request, conditions
from observatory.places.search.street_walks import StreetWalks
from observatory.tables.remarks import Remark

Answers = NDArray[np.int8]
FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
#: How many rows are looked at first.
FEW = 64
#: How a place offers what is asked for: it says so, or its programme does everywhere.
DECLARED, PRESUMED = "declared", "presumed"
THROUGH = "search.programmes"


@dataclass(frozen=True)
class Answered:
    """The answers to one condition: one a place, and a remark by the place's value.

    ``of_service`` says whether the condition is on what a place offers.
    """

    answer: Answers
    value: IntArray
    remarks: list[Remark | None]
    of_service: bool = False

    def remark(self, row: int, answer: int) -> Remark | None:
        """Return the remark about a place, if that is its answer."""
        return self.remarks[self.value[row]] if self.answer[row] == answer else None


class Directory:
    """The table of sites made ready to be searched many times.

    Parameters
    ----------
    sites
        One row a place, with the columns of the table of sites (those absent are not known).
    walks
        Walks along the streets, of a build that holds them.
    calendars
        The school calendar of each commune.
    """

    #: Answers to conditions kept for later searches; few different ones are asked in practice.
    KEPT = 64

    def __init__(
        self,
        sites: pd.DataFrame,
        walks: StreetWalks | None = None,
        calendars: SchoolCalendars = PACKAGED,
    ) -> None:
        self.sites = with_rounds(sites)
        self.walks = walks
        self.calendars = calendars
        self._values: dict[str, tuple[IntArray, list[str | None]]] = {}
        self._answered: dict[tuple[tuple[str, ...], tuple[str, ...]], Answered] = {}
        self.xy = _points(self.sites)
        #: Row of each place that moves and whose stops have points -> its stops, with their metres.
        self.movers = _movers(self.sites["round"])
        #: Post codes, as the ranks of their texts.
        self.postcodes = self.values("postcode")[0]
        #: Head offices, where it is not known that people are received.
        self.head_office = (
            self.sites["seat"].eq(True).to_numpy(dtype=bool)
            if "seat" in self.sites
            else np.zeros(len(self.sites), dtype=bool)
        )
        #: Rank of each identifier: equal walks are shown in this order, whatever the rows'.
        self.rank = np.argsort(np.argsort(self.sites["site"].to_numpy(dtype=str)))

    def values(self, field: str) -> tuple[IntArray, list[str | None]]:
        """Return a field as codes and the distinct values; the last value is "not given"."""
        if field not in self._values:
            if field in self.sites:
                codes, distinct = pd.factorize(self.sites[field].astype("str"), sort=True)
            else:
                codes, distinct = np.full(len(self.sites), -1), pd.Index([])
            given = np.where(codes < 0, len(distinct), codes).astype(np.int64)
            self._values[field] = (given, [*distinct.tolist(), None])
        return self._values[field]

    def hours(
        self, school: SchoolCalendar | None = None
    ) -> tuple[IntArray, list[tuple[str | None, SchoolCalendar]]]:
        """Return hours as codes and the distinct ones, each with the calendar of its commune.

        Parameters
        ----------
        school
            The calendar of every place, in place of its commune's.
        """
        codes, texts = self.values("hours")
        of, communes = self.values("commune")
        calendars = [school or self.calendars.of(one) for one in communes]
        distinct = list(dict.fromkeys(calendars))
        which = np.array([distinct.index(one) for one in calendars], dtype=np.int64)
        joint, seen = pd.factorize(codes * len(distinct) + which[of])
        pairs = (divmod(int(one), len(distinct)) for one in seen)
        return np.asarray(joint, dtype=np.int64), [(texts[t], distinct[c]) for t, c in pairs]

    def answered(self, condition: Condition) -> Answered:
        """Return the answer of every place to a condition, reading each distinct value once."""
        key = (condition.fields, condition.key)
        if key not in self._answered:
            if len(self._answered) >= self.KEPT:
                self._answered.pop(next(iter(self._answered)))
            self._answered[key] = self._answer(condition)
        return self._answered[key]

    def _answer(self, condition: Condition) -> Answered:
        columns = [self.values(field) for field in condition.fields]
        sizes = [len(distinct) for _, distinct in columns]
        joint = np.zeros(len(self.sites), dtype=np.int64)
        for (codes, _), size in zip(columns, sizes, strict=True):
            joint = joint * size + codes
        value, seen = pd.factorize(joint)
        parts = np.column_stack(np.unravel_index(seen, sizes)).tolist()
        found = [
            condition.answer(*(d[i] for (_, d), i in zip(columns, part, strict=True)))
            for part in parts
        ]
        answer = np.array([a for a, _ in found], dtype=np.int8)
        whole = answer[value] if len(found) else answer
        remarks = [one for _, one in found]
        of_service = "services" in condition.fields
        return Answered(whole, np.asarray(value, dtype=np.int64), remarks, of_service)

    @cached_property
    def centres(self) -> dict[Any, FloatArray]:
        """Mean point of each commune's located places: how near a commune is, roughly."""
        frame = pd.DataFrame(self.xy, columns=["x", "y"])
        groups = frame.groupby(self.sites["commune"].to_numpy())
        means = groups.mean().dropna()
        return dict(zip(means.index, means.to_numpy(dtype=float), strict=True))


def _points(sites: pd.DataFrame) -> FloatArray:
    """Return Lambert-93 metres of each place, NaN for those known by their address only."""
    xy = project_to_metres(sites["lon"], sites["lat"])
    if "located" in sites:
        xy[(sites["located"] != "point").to_numpy(dtype=bool)] = np.nan
    return xy


def _movers(rounds: pd.Series[Any]) -> dict[int, list[tuple[RoundStop, FloatArray]]]:
    found = {}
    for row, stops in enumerate(rounds):
        placed = [stop for stop in stops if stop.lon is not None and stop.lat is not None]
        if placed:
            xy = project_to_metres([one.lon for one in placed], [one.lat for one in placed])
            found[row] = list(zip(placed, xy, strict=True))
    return found


def find(
    sites: pd.DataFrame | Directory,
    origin: tuple[float, float],
    request: Request,
    at: datetime,
    assumptions: Assumptions,
    *,
    stops: pd.DataFrame | None = None,
    school: SchoolCalendar | None = None,
) -> pd.DataFrame:
    """Return the nearest places that suit, or may suit, a request.

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
        ``walk.speed_kmh``, ``walk.detour``, ``freshness.stale_months`` and
        ``freshness.very_stale_months``.
    stops
        Transit stops as a hint: ``name``, ``kind``, ``x_m``, ``y_m``.
    school
        The calendar of holidays of every place; that of its commune if not given.

    Returns
    -------
    DataFrame
        One row a place: ``id, name, services, open_now, confirmed_on, lat, lon, walk_min,
        distance_m, match, opens, why, caveats`` and what a sheet needs (address, phone, ...).
        ``why`` and ``caveats`` are tuples of remarks (:mod:`observatory.tables.remarks`).
        ``match`` and ``opens`` are ``yes`` or ``unknown``. ``offer`` is ``declared`` or
        ``presumed`` where a service is asked for. The nearest located places by ``walk_min``
        (within ``yes`` then ``unknown`` if so asked), those that declare the service first, then
        those known by address only. ``attrs`` has how many were set aside, how many that may suit
        were hidden, and how many declare what is asked for.
    """
    ready = sites if isinstance(sites, Directory) else Directory(sites)
    answered = [ready.answered(condition) for condition in conditions(request)]
    answer = _together(answered)
    here = np.asarray(origin, dtype=float)
    metres = np.hypot(*(ready.xy - here).T)
    moment = moment_of(request.open_when, at) if request.open_when else None
    stand = _stands(ready, here, None if moment is None else moment.day.weekday(), metres)
    way, along = _ways(ready, here, metres, stand, assumptions.number("walk.detour"))
    minutes = _minutes(way, assumptions)
    fits = answer != NO
    if request.max_walk_min is not None:
        fits &= ~(minutes > request.max_walk_min)
    fits &= (answer == YES) | (request.unknown != "hidden")
    opening = Opening(*ready.hours(school), request.open_when, at)
    near = _take(_by_walk(ready, fits, way), opening, answer, request)
    presumed = _presumed(answered, len(answer))
    # Of as many as are asked for, a service that is declared comes before one that is presumed.
    near.sort(key=lambda row: bool(presumed[row]))
    address = _address_only(ready, fits, here, request)
    rows = near + _take(_pieces(address), opening, answer, request)
    why = [[one.remark(row, YES) for one in answered] for row in rows]
    doubts = [
        [*(one.remark(row, UNKNOWN) for one in answered), doubt]
        for row, doubt in zip(rows, opening.doubts(rows), strict=True)
    ]
    opens = opening.answers(rows)
    around = Around(at, assumptions, school, stops, ready.calendars)
    places = _standing(ready.sites.iloc[rows], stand)
    frame = shown(places, minutes[rows], metres[rows], why, doubts, opens, around)
    frame["by_streets"] = along[rows]
    frame["offer"] = np.where(presumed[rows], PRESUMED, DECLARED) if _asks(request) else None
    frame.attrs = {
        "declared": int(_declare(answered, len(answer)).sum()),
        "places": len(ready.sites),
        "set_aside": int((answer == NO).sum()),
        "unknown_hidden": int((answer == UNKNOWN).sum()) if request.unknown == "hidden" else 0,
        "fitting": int(fits.sum()),
    }
    return frame


def _stands(
    ready: Directory, here: FloatArray, weekday: int | None, metres: FloatArray
) -> dict[int, RoundStop]:
    """Return where each place that moves is sought; its way is counted to there, in ``metres``.

    That is its stop of the day asked for; without a day, or without a stop on it, the nearest.
    """
    found = {}
    for row, stops in ready.movers.items():
        of_day = [one for one in stops if weekday in one[0].days] or stops
        away = [float(np.hypot(*(xy - here))) for _, xy in of_day]
        nearest = int(np.argmin(away))
        metres[row], found[row] = away[nearest], of_day[nearest][0]
    return found


def _ways(
    ready: Directory,
    here: FloatArray,
    metres: FloatArray,
    stand: Mapping[int, RoundStop],
    detour: float,
) -> tuple[FloatArray, NDArray[np.bool_]]:
    """Return the straight line that takes as long as the walk to each place, and who has streets.

    Where the build knows the walk along the streets, that is what counts, but for a place that
    moves, whose stops no street was measured to.
    """
    way, along = metres.copy(), np.zeros(len(metres), dtype=bool)
    known = {} if ready.walks is None else ready.walks.metres(float(here[0]), float(here[1]))
    for row, site in enumerate(ready.sites["site"] if known else ()):
        if site in known and row not in stand and np.isfinite(metres[row]):
            way[row], along[row] = known[site] / detour, True
    return way, along


def _standing(places: pd.DataFrame, stand: Mapping[int, RoundStop]) -> pd.DataFrame:
    """Return places with the stop where each that moves is sought, and the point of that stop."""
    stops = [stand.get(row) for row in places.index]
    moved = places.assign(round_stop=pd.Series(stops, index=places.index, dtype=object))
    for row in set(places.index) & set(stand):
        moved.loc[row, ["lon", "lat"]] = stand[row].lon, stand[row].lat
    return moved


def _asks(request: Request) -> bool:
    return bool(request.need or request.needs or request.services)


def _declare(answered: list[Answered], count: int) -> NDArray[np.bool_]:
    """Return which places declare every service asked for, whatever else is asked."""
    services = [one for one in answered if one.of_service]
    declare = [(one.answer == YES) & ~_presumed([one], count) for one in services]
    return np.logical_and.reduce(declare) if declare else np.ones(count, dtype=bool)


def _presumed(answered: list[Answered], count: int) -> NDArray[np.bool_]:
    """Return which places offer a service asked for by their national programme alone."""
    found = np.zeros(count, dtype=bool)
    for one in answered:
        through = [known is not None and known.code == THROUGH for known in one.remarks]
        found |= (one.answer == YES) & np.array(through, dtype=bool)[one.value]
    return found


def _minutes(metres: FloatArray, assumptions: Assumptions) -> FloatArray:
    speed = assumptions.number("walk.speed_kmh") * 1000 / 60
    return metres * assumptions.number("walk.detour") / speed


def _together(answered: list[Answered]) -> Answers:
    """Return each place's answer to all conditions: one no is no, else one not known is that."""
    total = answered[0].answer
    for one in answered[1:]:
        least = np.minimum(total, one.answer)
        total = np.where((total == NO) | (one.answer == NO), np.int8(NO), least)
    return total


def _by_walk(ready: Directory, fits: NDArray[np.bool_], metres: FloatArray) -> Iterator[IntArray]:
    """Return the located places nearest first, sorting no more of them than are asked for."""
    rows = np.flatnonzero(fits & ~np.isnan(metres))
    size = FEW
    while len(rows):
        away = metres[rows]
        far = np.partition(away, size)[size] if len(rows) > size else np.inf
        chunk = rows[away <= far]
        yield chunk[np.lexsort((ready.rank[chunk], metres[chunk]))]
        rows = rows[away > far]
        size *= 4


def _address_only(
    ready: Directory, fits: NDArray[np.bool_], origin: FloatArray, request: Request
) -> IntArray:
    """Return the places without a point, the nearest commune first; head offices last."""
    rows = np.flatnonzero(fits & np.isnan(ready.xy[:, 0]))
    communes = ready.sites["commune"].to_numpy(dtype=object)
    if request.commune is not None:
        rows = rows[communes[rows] == request.commune]
    named = {code: ready.centres[code] for code in set(communes[rows]) & set(ready.centres)}
    away = {code: float(np.hypot(*(xy - origin))) for code, xy in named.items()}
    rough = np.array([away.get(code, np.inf) for code in communes[rows]], dtype=float)
    keys = (ready.rank[rows], ready.postcodes[rows], rough, ready.head_office[rows])
    ordered: IntArray = rows[np.lexsort(keys)]
    return ordered


def _pieces(rows: IntArray) -> Iterator[IntArray]:
    """Return rows in pieces that grow, few first."""
    size = FEW
    while len(rows):
        yield rows[:size]
        rows, size = rows[size:], size * 4


def _take(
    pieces: Iterable[IntArray], opening: Opening, answer: Answers, request: Request
) -> list[int]:
    """Take the first rows up to the limit, asking the hours of few more places than needed."""
    sure: list[int] = []
    doubtful: list[int] = []
    mixed: list[int] = []
    for piece in pieces:
        opens = opening.of(piece)
        unsure = (opens == UNKNOWN) | (answer[piece] == UNKNOWN)
        kept = (opens != NO) & ~(unsure & (request.unknown == "hidden"))
        sure += piece[kept & ~unsure].tolist()
        doubtful += piece[kept & unsure].tolist()
        mixed += piece[kept].tolist()
        if len(sure if request.unknown == "after" else mixed) >= request.limit:
            break
    return (sure + doubtful if request.unknown == "after" else mixed)[: request.limit]
