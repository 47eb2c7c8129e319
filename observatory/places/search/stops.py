"""Transit stops: the one nearest to a place, as a hint, and the stations found by their names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from observatory.geo.geometry import project_to_metres
from observatory.places.cleaning import fold
from observatory.tables.remarks import Remark, remark
from observatory.tables.transit_tables import METRO, RAIL, TRAM

#: What people call a station of each kind, before its name: a part of the name it is found by.
#: Bus stops are too many to be found by name.
STATION_NAMES = {RAIL: "Gare", METRO: "Métro", TRAM: "Tram"}


@dataclass(frozen=True)
class Stop:
    """The stop nearest to a place.

    Attributes
    ----------
    name, kind
        As the table of stops gives them.
    metres
        Straight line from the place, whole metres.
    lines
        Its lines as they are signed; none where they are not known.
    minutes
        Walk from the place, whole minutes rounded up.
    """

    name: str
    kind: str
    metres: int
    minutes: int
    lines: tuple[str, ...] = ()

    @property
    def remark(self) -> Remark:
        """The stop as a remark."""
        code = "search.stop_lines" if self.lines else "search.stop"
        said = {"lines": self.lines} if self.lines else {}
        way = {"metres": self.metres, "minutes": self.minutes}
        return remark(code, name=self.name, stop_kind=self.kind, **said, **way)


def nearest_stops(
    stops: pd.DataFrame | None,
    lon: NDArray[np.float64],
    lat: NDArray[np.float64],
    metres_a_minute: float,
) -> list[Stop | None]:
    """Return the stop nearest to each point; ``None`` for a point that is not known.

    Parameters
    ----------
    stops
        ``name``, ``kind``, ``x_m``, ``y_m`` (``lines`` where known); ``None`` without a table.
    lon, lat
        Points, WGS 84, ``NaN`` where not known.
    metres_a_minute
        How much of a straight line is walked in a minute, the detour counted.
    """
    found: list[Stop | None] = [None] * len(lon)
    points = project_to_metres(lon, lat)
    placed = np.flatnonzero(np.isfinite(points).all(axis=1))
    if stops is None or stops.empty or not len(placed):
        return found
    tree = cKDTree(stops[["x_m", "y_m"]].to_numpy(dtype=float))
    away, which = tree.query(points[placed])
    names, kinds = stops["name"].tolist(), stops["kind"].tolist()
    lines = stops["lines"].tolist() if "lines" in stops else [()] * len(stops)
    minutes = np.maximum(np.ceil(away / metres_a_minute), 1).astype(int)
    for row, metres, walk, stop in zip(placed, away, minutes, which, strict=True):
        found[int(row)] = Stop(
            str(names[stop]), str(kinds[stop]), round(float(metres)), int(walk), lines[stop]
        )
    return found


def with_lines(stops: pd.DataFrame, lines: pd.DataFrame) -> pd.DataFrame:
    """Return stops with the lines of each as a tuple, by number then by name; empty if unknown.

    The source puts a tram that stops at a metro under the metro: only lines of its own kind count.
    """
    rank = lines["line"].str.extract(r"^(\d+)")[0].astype(float)
    order = lines.assign(rank=rank).sort_values(["stop", "rank", "line"])
    known = order.groupby(["stop", "kind"])["line"].agg(tuple)
    both = zip(stops["stop"], stops["kind"], strict=True)
    return stops.assign(lines=[known.get(one, ()) for one in both])


def stations(stops: pd.DataFrame) -> pd.DataFrame:
    """Return the stations that can be found by their names, for the gazetteer.

    Stations, metro and tram stops; the kind comes first, so that the station of a commune is
    not taken for the commune: ``Gare Saint-Denis``, ``Métro Basilique de Saint-Denis``.
    """
    known = stops[stops["kind"].isin(STATION_NAMES)]
    return known[["commune_name", "lon", "lat"]].assign(name=list(_named(known)))


def _named(known: pd.DataFrame) -> Iterator[Any]:
    for name, kind in zip(known["name"], known["kind"], strict=True):
        word = STATION_NAMES[kind]
        yield name if fold(name).startswith(fold(word) + " ") else f"{word} {name}"
