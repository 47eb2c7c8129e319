"""In which zone a row with a place stands: by its commune, or by its point in an outline."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import pandas as pd

from observatory.geo.codes import Cog
from observatory.geo.geometry import in_metres, place, project_to_metres
from observatory.model.levels import Level, qpv_of_degrees, zone_of
from observatory.model.observed import Facts


def zone_of_places(frame: pd.DataFrame, level: Level, cog: Cog, facts: Facts) -> pd.Series[Any]:
    """Return the zone of each row with ``commune``, ``lon`` and ``lat``; missing in none.

    A row whose point is not known stands in its commune, and in no IRIS and no QPV.
    """
    if level == "iris":
        return iris_of(frame, facts)
    if level == "qpv":
        return qpv_of_degrees(frame, facts.qpv)["qpv"]
    return zone_of(frame, level, cog, facts)


def iris_of(frame: pd.DataFrame, facts: Facts) -> pd.Series[Any]:
    """Return the IRIS whose outline holds each row with ``lon`` and ``lat``."""
    located = frame[frame["lon"].notna() & frame["lat"].notna()]
    metres = project_to_metres(located["lon"], located["lat"])
    points = gpd.GeoDataFrame(geometry=in_metres(metres, located.index))
    inside = facts.iris[facts.iris["in_territory"]]
    return pd.Series(place(points, inside, zone="iris"), index=points.index).reindex(frame.index)


def declares(column: pd.Series[Any], values: Sequence[str]) -> pd.Series[Any]:
    """Return which places declare one of some values in a column of lists."""
    lists = column.fillna("").astype(str).str.split("|")
    return lists.map(lambda said: any(value in said for value in values)).astype(bool)
