"""Lines over the zones whose figure says little: withheld, or with no known place of help."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from observatory.model.measures import Measure
from observatory.sheets.overlays import Overlays

#: Metres between two lines.
APART_M = 90.0
Flags = NDArray[np.bool_]


def withheld(zones: gpd.GeoDataFrame, measure: Measure) -> Flags:
    """Return which zones have a figure too uncertain to be published."""
    return np.asarray(measure.withheld(zones), dtype=bool)


def without_place(
    zones: gpd.GeoDataFrame, measure: Measure, placed: frozenset[str] | None
) -> Flags:
    """Return which zones lie in a commune where no place is known, for what rests on places.

    Parameters
    ----------
    placed
        Codes of the communes with a known place, in the geography of the zones; ``None`` where
        that is not said.
    """
    if placed is None:
        return np.zeros(len(zones), dtype=bool)
    none = ~zones["commune"].isin(placed).to_numpy(dtype=bool)
    return np.asarray(none & measure.on_places, dtype=bool)


def remarked(zones: gpd.GeoDataFrame, measure: Measure, over: Overlays) -> dict[str, bool]:
    """Return which remarks the legend has to make: some zone has no figure, and why."""
    hidden = withheld(zones, measure)
    empty = ~np.isfinite(measure.values(zones).to_numpy(dtype=float))
    unknown = without_place(zones, measure, over.placed)
    return {
        "missing": bool((empty & ~hidden).any()),
        "withheld": bool(hidden.any()),
        "unknown": bool(unknown.any()),
    }


def hatching(zones: gpd.GeoDataFrame, which: Flags, *, falling: bool = False) -> gpd.GeoDataFrame:
    """Return oblique lines over some zones, rising eastwards, or falling."""
    lines = [_lines(shape, falling) for shape in zones.geometry[which]]
    kept = gpd.GeoDataFrame(geometry=gpd.GeoSeries(lines, crs=zones.crs))
    return kept[~kept.geometry.is_empty]


def _lines(shape: Any, falling: bool) -> Any:
    west, south, east, north = shape.bounds
    height = north - south
    starts = np.arange(np.floor((west - height) / APART_M) * APART_M, east, APART_M)
    first, last = (north, south) if falling else (south, north)
    ends = [shapely.LineString([(x, first), (x + height, last)]) for x in starts]
    inside = shapely.get_parts(shapely.intersection(shapely.MultiLineString(ends), shape))
    # A line that only touches the outline gives a point; none may cross it at all.
    return shapely.MultiLineString([one for one in inside if one.length > 0])
