"""The map of one public that programmes name: a circle a zone, its surface the count."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from observatory.app.maps.leaflet import page, zone_map
from observatory.app.maps.legend import legend_html
from observatory.model.measures import PURPLES, Measure
from observatory.sheets.hatching import remarked
from observatory.sheets.overlays import Overlays
from observatory.words.catalogue import Words

#: Parts of the largest circle of the legend that it shows too.
PARTS = (0.05, 0.25, 1.0)
#: From how many zones on circles would hide each other, and how much smaller they then are.
CROWDED, CROWDED_ROOM = 50, 4.0
#: What the first digit of the largest circle is raised to.
ROUND = (1, 2, 5, 10)


def public_map(
    zones: gpd.GeoDataFrame,
    communes: gpd.GeoDataFrame,
    counted: Mapping[str, float],
    public: str,
    words: Words,
    over: Overlays,
    layers: Mapping[str, tuple[int, int]],
) -> str:
    """Return the page of a map: how many of a public live in each zone.

    Parameters
    ----------
    zones
        ``code``, ``commune``, ``name`` and outlines.
    communes
        The same for the communes.
    counted
        Code of the zone -> how many; missing where none is published.
    public
        One of ``tables.priority_results.PUBLIC_NAMES``; its texts are ``measure.<public>``.
    over
        What lies over and behind the zones.
    layers
        Each layer drawn: how many of its things are placed, and how many there are.
    """
    drawn, measure = counted_zones(zones, counted, public)
    legend = legend_html(measure, words, layers, **remarked(drawn, measure, over))
    return page(zone_map(drawn, communes, measure, words, over, legend=legend), words)


def counted_zones(
    zones: gpd.GeoDataFrame, counted: Mapping[str, float], public: str
) -> tuple[gpd.GeoDataFrame, Measure]:
    """Return zones with how many of a public live there, and the measure that draws it."""
    values = zones["code"].map(counted).astype(float)
    room = CROWDED_ROOM if len(zones) > CROWDED else 1.0
    measure = Measure(public, _column, PURPLES, circles=circles(room * float(values.max())))
    return zones.assign(counted=values), measure


def _column(table: pd.DataFrame) -> Any:
    return table["counted"]


def circles(most: float) -> tuple[float, ...]:
    """Return the round counts that a legend shows, the last one no smaller than the largest."""
    if not np.isfinite(most) or most <= 0:
        return tuple(20 * part for part in PARTS)
    ten = 10.0 ** np.floor(np.log10(most))
    top = max(20.0, next(first * ten for first in ROUND if first * ten >= most))
    return tuple(float(round(top * part)) for part in PARTS)
