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
    """

    name: str
    kind: str
    metres: int

    @property
    def remark(self) -> Remark:
        """The stop as a remark."""
        return remark("search.stop", name=self.name, stop_kind=self.kind, metres=self.metres)


def nearest_stops(
    stops: pd.DataFrame | None, lon: NDArray[np.float64], lat: NDArray[np.float64]
) -> list[Stop | None]:
    """Return the stop nearest to each point; ``None`` for a point that is not known.

    Parameters
    ----------
    stops
        ``name``, ``kind``, ``x_m``, ``y_m``; ``None`` where there is no table.
    lon, lat
        Points, WGS 84, ``NaN`` where not known.
    """
    found: list[Stop | None] = [None] * len(lon)
    points = project_to_metres(lon, lat)
    placed = np.flatnonzero(np.isfinite(points).all(axis=1))
    if stops is None or stops.empty or not len(placed):
        return found
    tree = cKDTree(stops[["x_m", "y_m"]].to_numpy(dtype=float))
    away, which = tree.query(points[placed])
    names, kinds = stops["name"].tolist(), stops["kind"].tolist()
    for row, metres, stop in zip(placed, away, which, strict=True):
        found[int(row)] = Stop(str(names[stop]), str(kinds[stop]), round(float(metres)))
    return found


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
