"""Maps of several zones on one scale: the same colours, and the same ground in each."""

from __future__ import annotations

from dataclasses import dataclass, replace

import geopandas as gpd
from shapely import box
from shapely.geometry.base import BaseGeometry

from observatory.app.maps.leaflet import page, zone_map
from observatory.app.maps.legend import legend_html
from observatory.geo.backdrop import BackdropLayer
from observatory.geo.geometry import WORLD
from observatory.model.measures import Measure
from observatory.sheets.hatching import remarked
from observatory.sheets.map_image_content import square, widest
from observatory.sheets.overlays import Overlays
from observatory.words.catalogue import Words

#: How much of the surroundings stands around the widest zone.
AROUND = 1.15


@dataclass(frozen=True)
class SideBySide:
    """One page of HTML a zone, by code, and the legend that all share."""

    pages: dict[str, str]
    legend: str


def side_by_side(
    zones: gpd.GeoDataFrame,
    iris: gpd.GeoDataFrame,
    communes: gpd.GeoDataFrame,
    measure: Measure,
    words: Words,
    backdrop: tuple[BackdropLayer, ...] = (),
) -> SideBySide:
    """Return a map of each zone: the IRIS around it coloured by a measure, its edge in ink.

    Every map shows a square of the same side, that of the widest zone, and the colours are those
    of the IRIS of the whole territory.

    Parameters
    ----------
    zones
        ``code`` and outlines, in metres.
    iris
        Every IRIS of the territory with its figures.
    communes
        The communes of the territory, whose outlines and names stand above the IRIS.
    backdrop
        What lies behind; each map takes what it shows of it.
    """
    side = AROUND * widest(zones.geometry)
    pages = {}
    for place, code in enumerate(zones["code"]):
        ground = box(*square(zones.geometry.iloc[place], side))
        view = gpd.GeoDataFrame(geometry=[ground], crs=zones.crs)
        near = iris[iris.intersects(ground)]
        drawn = zone_map(
            near if len(near) else iris,
            communes,
            measure,
            words,
            Overlays(backdrop=_seen(backdrop, view)),
            view=view,
            outline=zones.iloc[[place]],
        )
        pages[str(code)] = page(drawn, words)
    said = remarked(iris, measure, Overlays())
    return SideBySide(pages, legend_html(measure, words, {}, **said))


def _seen(layers: tuple[BackdropLayer, ...], view: gpd.GeoDataFrame) -> tuple[BackdropLayer, ...]:
    """Return the pieces of a backdrop that touch what a map shows."""
    shown: BaseGeometry = view.to_crs(WORLD).geometry.iloc[0]
    return tuple(
        replace(layer, pieces=tuple(one for one in layer.pieces if one.shape.intersects(shown)))
        for layer in layers
    )
