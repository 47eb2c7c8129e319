"""The map of many territories: an outline and a rate each, light enough for a first page."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from observatory.app.maps.leaflet import page, zone_map
from observatory.app.maps.legend import legend_html
from observatory.model.measures import MEASURES, Measure
from observatory.sheets.hatching import remarked
from observatory.sheets.map_classes import colour_of
from observatory.sheets.overlays import Overlays
from observatory.words.catalogue import Words
from observatory.words.markup import plain
from observatory.words.numbers import number

#: The measures that are rates: two territories are compared by a colour, never by their size.
RATES = tuple(name for name, measure in MEASURES.items() if measure.breaks)
#: Vertices of all outlines together; with so many the page of a country stays under 300 KB.
MOST_VERTICES = 6_000
#: The finest outlines, and how much coarser at each try, in degrees: about 100 m.
FINEST, COARSER = 0.001, 1.5
#: Steps of the outlines, in a degree: about 100 m each.
SCALE = 1000
#: The level of zoom that shows a whole country.
FARTHEST = 4


def national_map(territories: gpd.GeoDataFrame, colour: str, words: Words) -> str:
    """Return the page of a map of territories.

    Parameters
    ----------
    territories
        The gap table, one row a territory, with outlines in degrees.
    colour
        One of :data:`RATES`: the same classes as on the map of a territory.
    words
        The language of the texts.
    """
    measure = plain_measure(MEASURES[colour])
    drawn = at_level(territories).assign(commune=territories["code"])
    legend = legend_html(measure, words, {}, **remarked(drawn, measure, Overlays()))
    whole = zone_map(
        drawn,
        drawn.iloc[:0],
        measure,
        words,
        legend=legend,
        view=drawn,
        farthest=FARTHEST,
        packed=_packed(drawn, measure, words),
    )
    return page(whole, words)


def _packed(territories: gpd.GeoDataFrame, measure: Measure, words: Words) -> dict[str, Any]:
    """Return the territories as ``unpacked.js`` takes them."""
    values = measure.values(territories).tolist()
    ranks = [colour_of(value, measure) for value in values]
    return {
        "scale": SCALE,
        "unit": plain(words(f"measure.{measure.name}.unit")),
        "colours": measure.colours,
        "rows": [
            [
                code,
                plain(name),
                measure.colours.index(colour) if colour else -1,
                number(value, words.lang, measure.decimals) if colour else _missing(words),
                [_steps(part) for part in shapely.get_parts(shape)],
            ]
            for code, name, value, colour, shape in zip(
                territories["code"],
                territories["name"],
                values,
                ranks,
                territories.geometry,
                strict=True,
            )
        ],
    }


def _missing(words: Words) -> str:
    return plain(words("legend.missing"))


def _steps(part: shapely.Polygon) -> list[int]:
    """Return latitude and longitude of the first point, then the way to each next one."""
    points = np.rint(shapely.get_coordinates(part)[:, ::-1] * SCALE).astype(int)
    return np.vstack([points[:1], np.diff(points, axis=0)]).ravel().tolist()


def plain_measure(measure: Measure) -> Measure:
    """Return a measure that says neither interval nor why a figure is withheld: it has none."""
    return replace(measure, low=None, high=None, grade=None)


def at_level(territories: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the territories with outlines as fine as their number lets them be.

    The largest come first: what is drawn later, and takes the click, is the one within.
    """
    largest = np.argsort(-shapely.area(territories.geometry.array), kind="stable")
    territories = territories.iloc[largest]
    tolerance, shapes = FINEST, _simplified(territories, FINEST)
    while shapely.get_num_coordinates(shapes).sum() > MOST_VERTICES and tolerance < 1:
        tolerance *= COARSER
        shapes = _simplified(territories, tolerance)
    return territories.set_geometry(
        gpd.GeoSeries(shapes, index=territories.index, crs=territories.crs)
    )


def _simplified(territories: gpd.GeoDataFrame, tolerance: float) -> np.ndarray:
    """Return outlines to some degrees, without the islands that would be smaller than that."""
    shapes = [_largest(shape, tolerance**2) for shape in territories.geometry]
    return shapely.simplify(shapes, tolerance)


def _largest(shape: shapely.Geometry, least: float) -> shapely.Geometry:
    parts = shapely.get_parts(shape)
    kept = [part for part in parts if part.area >= least] or [max(parts, key=lambda one: one.area)]
    outer = [shapely.Polygon(part.exterior) for part in kept]
    return outer[0] if len(outer) == 1 else shapely.MultiPolygon(outer)
