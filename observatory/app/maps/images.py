"""The maps of the pages as images to paste in a note, several in one where a page has several."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import geopandas as gpd
import pandas as pd
import shapely

from observatory.app.maps.national_map import at_level, plain_measure
from observatory.app.maps.public_map import counted_zones
from observatory.app.maps.side_by_side import AROUND
from observatory.app.maps.small_maps import FILLED
from observatory.geo.geometry import metric_of, project, project_to_metres
from observatory.model.measures import MEASURES, Measure
from observatory.sheets.map_image_content import MapImage, MapTexts, Panel, square, widest
from observatory.sheets.overlays import Overlays
from observatory.words.catalogue import Words

RATE = MEASURES["missing_rate"]


def compared(
    zones: gpd.GeoDataFrame,
    iris: gpd.GeoDataFrame,
    communes: gpd.GeoDataFrame,
    names: Mapping[str, str],
    texts: MapTexts,
    words: Words,
    over: Overlays,
) -> MapImage:
    """Return a window around each zone, as :func:`side_by_side.side_by_side` shows them."""
    side = AROUND * widest(zones.geometry)
    panels = tuple(
        Panel(iris, communes, square(shape, side), names[code], outline=shape)
        for code, shape in zip(zones["code"], zones.geometry, strict=True)
    )
    return MapImage(iris, communes, RATE, over, {}, texts, words, panels=panels)


def small(
    communes: gpd.GeoDataFrame,
    iris: gpd.GeoDataFrame,
    figures: Callable[[str], str],
    texts: MapTexts,
    words: Words,
) -> MapImage:
    """Return each commune with its own IRIS, the one that lacks most first.

    Parameters
    ----------
    figures
        What is said of a commune, by its code.
    """
    side = widest(communes.geometry) / FILLED
    order = communes.sort_values("missing_h_per_100", ascending=False, kind="stable")
    panels = tuple(
        Panel(
            iris[iris["commune"] == code], communes.iloc[:0], square(shape, side), name,
            figures(code), shape,
        )
        for code, name, shape in zip(order["code"], order["name"], order.geometry, strict=True)
    )  # fmt: skip
    return MapImage(iris, communes, RATE, Overlays(), {}, texts, words, panels=panels)


def public(
    zones: gpd.GeoDataFrame,
    communes: gpd.GeoDataFrame,
    counted: Mapping[str, float],
    name: str,
    texts: MapTexts,
    words: Words,
    over: Overlays,
    layers: Mapping[str, tuple[int, int]],
) -> MapImage:
    """Return how many of a public live in each zone, as :func:`public_map.public_map` shows it."""
    drawn, measure = counted_zones(zones, counted, name)
    return MapImage(drawn, communes, measure, over, layers, texts, words)


def national(territories: gpd.GeoDataFrame, colour: str, texts: MapTexts, words: Words) -> MapImage:
    """Return the territories by a rate, those of each projection in a window of their own."""
    drawn = at_level(territories).assign(commune=territories["code"])
    measure: Measure = plain_measure(MEASURES[colour])
    panels = tuple(
        Panel(zones, zones.iloc[:0], tuple(zones.total_bounds)) for zones in _by_projection(drawn)
    )
    return MapImage(drawn, drawn.iloc[:0], measure, Overlays(), {}, texts, words, panels=panels)


def _by_projection(zones: gpd.GeoDataFrame) -> Iterator[gpd.GeoDataFrame]:
    """Yield the zones of each projection in its metres, those of the most zones first."""
    points = shapely.get_coordinates(shapely.point_on_surface(zones.geometry.array))
    own = pd.Series([metric_of(at) for at in project_to_metres(*points.T)], index=zones.index)
    for epsg in own.value_counts(sort=True).index:
        yield project(zones[own == epsg], int(epsg), name="territories")
