"""Mend the coordinates that sources give: swapped, in metres, at 0,0, out of their commune."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from observatory.geo.geometry import project_to_metres, to_degrees
from observatory.tables.remarks import remark, stored

#: Longitude and latitude bounds of metropolitan and overseas France, degrees.
_FRANCE = (
    (-5.5, 41.2, 9.7, 51.2),
    (-61.9, 14.3, -60.7, 18.2),
    (-63.2, 17.8, -62.7, 18.2),
    (-54.7, 2.0, -51.5, 5.9),
    (55.1, -21.5, 55.9, -20.8),
    (44.9, -13.1, 45.4, -12.5),
    (-56.5, 46.7, -56.0, 47.2),
)
FloatArray = NDArray[np.float64]


def in_france(lon: FloatArray, lat: FloatArray) -> NDArray[np.bool_]:
    """Return which points lie in a box around a part of France, overseas included."""
    inside = np.zeros(len(lon), dtype=bool)
    for west, south, east, north in _FRANCE:
        inside |= (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
    return inside


def _in_lambert(x: FloatArray, y: FloatArray) -> NDArray[np.bool_]:
    return (x > 90_000) & (x < 1_300_000) & (y > 6_000_000) & (y < 7_200_000)


def mend_points(
    lon: FloatArray, lat: FloatArray
) -> tuple[FloatArray, FloatArray, NDArray[np.object_]]:
    """Mend coordinates that are not degrees in France, with a note each.

    In turn: half a coordinate and 0,0 become missing; Lambert-93 metres (either way round) are
    converted; latitude and longitude the wrong way round are swapped back; what is then still out
    of France becomes missing.

    Returns
    -------
    tuple
        Longitudes, latitudes (degrees, NaN where missing), and notes as a table stores them
        (``None`` where nothing was done).
    """
    x, y = np.array(lon, dtype=float), np.array(lat, dtype=float)
    note = np.full(len(x), None, dtype=object)
    half = np.isnan(x) != np.isnan(y)
    zero = (x == 0) & (y == 0)
    for where, code in ((half, "half_point"), (zero, "zero_point")):
        note[where], x[where], y[where] = _note(code), np.nan, np.nan
    turned = _in_lambert(y, x)
    x[turned], y[turned] = y[turned], x[turned]
    metres = _in_lambert(x, y)
    if metres.any():
        x[metres], y[metres] = to_degrees(x[metres], y[metres])
        note[metres] = _note("metres")
    swapped = ~in_france(x, y) & in_france(y, x)
    x[swapped], y[swapped] = y[swapped], x[swapped]
    note[swapped] = _note("swapped")
    lost = ~np.isnan(x) & ~in_france(x, y)
    note[lost], x[lost], y[lost] = _note("out_of_france"), np.nan, np.nan
    return x, y, note


def _note(code: str) -> str | None:
    return stored([remark(f"cleaning.{code}")])


def far_from_commune(
    lon: FloatArray, lat: FloatArray, commune: pd.Series[Any], outlines: gpd.GeoDataFrame
) -> FloatArray:
    """Return how far each point lies out of its own commune, metres; 0 inside, NaN where unknown.

    ``outlines`` has a row a commune: ``commune`` and its outline, in metres.
    """
    shapes = outlines.set_index("commune").geometry
    rows = shapes.index.get_indexer(commune)
    points = project_to_metres(lon, lat)
    known = (rows >= 0) & np.isfinite(points).all(axis=1)
    away = np.full(len(lon), np.nan)
    away[known] = shapely.distance(shapes.array[rows[known]], shapely.points(points[known]))
    return away
