"""The map of a territory sheet: IRIS shaded by what they lack, communes, QPV, places. No tiles.

Shades go from light to dark, so that they are told apart in greys too; what is not published is
hatched. Layers are drawn from the ground up, in the order of :func:`territory_map`.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray
from shapely import MultiPolygon, Polygon, box
from shapely.affinity import affine_transform
from shapely.geometry.base import BaseGeometry

from observatory.geo.backdrop import backdrop_layers
from observatory.geo.geometry import project_to_metres
from observatory.model.precision import CLASSES
from observatory.sheets.backdrop_svg import backdrop, credit
from observatory.sheets.sheet_text import plain
from observatory.sheets.svg_parts import XY, Frame, discs, haloed, north, scale, shape_path
from observatory.sheets.territory_zones import Territory, Zone
from observatory.tables.map_scales import MISSING_RATE, ORANGES

FloatArray = NDArray[np.float64]
FRAME = Frame(420.0, 372.0)
MARGIN = 22.0
UNKNOWN, EDGE = "#e3e6e9", "#7d7d7d"
_HATCH = (
    '<pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse">'
    '<rect width="5" height="5" fill="#ffffff"/>'
    '<path d="M0 5L5 0" stroke="#8a8a8a" stroke-width="0.9"/></pattern>'
)
_DOT = 'fill="#111111" stroke="#ffffff" stroke-width="1.2"'
_QPV = 'fill="none" stroke="#1b3f8b" stroke-width="1.5" stroke-dasharray="4 2.4"'


def shade(rate: float, grade: object) -> str:
    """Return how an IRIS is filled, by its missing rate and the class of its precision."""
    if grade == CLASSES[-1]:
        return "url(#hatch)"
    if not math.isfinite(rate):
        return UNKNOWN
    return ORANGES[bisect_left(MISSING_RATE, rate)]


@dataclass(frozen=True)
class _View:
    """From metres to the drawing."""

    x_m: float
    y_m: float
    units_per_metre: float

    def drawn(self, shape: BaseGeometry) -> list[Polygon]:
        """Return what is seen of a shape, in the units of the drawing."""
        k = self.units_per_metre
        moved = affine_transform(
            shape,
            [k, 0, 0, -k, FRAME.width / 2 - k * self.x_m, FRAME.height / 2 + k * self.y_m],
        )
        seen = moved.simplify(0.4).buffer(0).intersection(box(0, 0, FRAME.width, FRAME.height))
        parts = seen.geoms if isinstance(seen, MultiPolygon) else [seen]
        return [one for one in parts if isinstance(one, Polygon) and not one.is_empty]

    def of_degrees(self, points: FloatArray) -> FloatArray:
        """Return points in longitude and latitude in the units of the drawing."""
        x, y = project_to_metres(*points.T).T
        return np.column_stack(self.xy(x, y))

    def xy(self, x_m: float, y_m: float) -> XY:
        k = self.units_per_metre
        return FRAME.width / 2 + k * (x_m - self.x_m), FRAME.height / 2 - k * (y_m - self.y_m)


def territory_map(territory: Territory, zone: Zone) -> str:
    """Draw the map of a zone as SVG."""
    facts = territory.model.facts
    outline = _outline(territory, zone)
    view = _view(outline)
    iris = facts.iris[facts.iris["in_territory"]]
    shown = iris if zone.level == "qpv" else iris[iris["commune"].isin(zone.communes)]
    worst = _worst(territory, zone, view)
    dots = _dots(territory, zone, view)
    busy = [*worst.values(), *dots, (FRAME.width - 18, 28.0), (50.0, FRAME.height - 14)]
    others = facts.qpv[facts.qpv["outline_known"]]
    behind, credited = backdrop(backdrop_layers(), FRAME, view.of_degrees, "#ffffff")
    owed, more = credit(credited, FRAME)
    layers = [
        f'<rect width="{FRAME.width:g}" height="{FRAME.height:g}" fill="#eef1f4"/>',
        *_shapes(facts.communes.geometry, view, 'fill="#f8f9fa" stroke="#b5bdc5"'),
        *_zones(territory, shown, view),
        *behind,
        *_shapes(iris.dissolve("commune").geometry, view, f'fill="none" stroke="{EDGE}"', 1.4),
        *_shapes(others.geometry, view, _QPV),
        *_shapes([outline], view, 'fill="none" stroke="#111111"', 2.2),
        *_names(territory, zone, view, busy),
        *(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" {_DOT}/>' for x, y in dots),
        *discs(worst, FRAME),
        north(FRAME),
        scale(view.units_per_metre, FRAME),
        f'<rect x="0.5" y="0.5" width="{FRAME.width - 1:g}" height="{FRAME.height - 1:g}" '
        'fill="none" stroke="#5b6770"/>',
        owed,
    ]
    height = FRAME.height + more
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {FRAME.width:g} {height:g}">'
        f"<defs>{_HATCH}</defs>{''.join(layers)}</svg>"
    )


def swatch(fill: str) -> str:
    """Draw one class of the legend; ``dot``, ``qpv`` and ``hatch`` are the map's own signs."""
    inside = {
        "dot": f'<circle cx="10" cy="6" r="4" {_DOT}/>',
        "qpv": f'<path d="M1 6h18" {_QPV}/>',
        "hatch": _box("url(#hatch)"),
    }.get(fill, _box(fill))
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 12">'
        f"<defs>{_HATCH}</defs>{inside}</svg>"
    )


def _box(fill: str) -> str:
    return f'<rect x="0.5" y="0.5" width="19" height="11" fill="{fill}" stroke="{EDGE}"/>'


def _outline(territory: Territory, zone: Zone) -> BaseGeometry:
    facts = territory.model.facts
    if zone.level == "qpv":
        return _whole(facts.qpv[facts.qpv["qpv"] == zone.code])
    iris = facts.iris
    return _whole(iris[iris["in_territory"] & iris["commune"].isin(zone.communes)])


def _whole(rows: gpd.GeoDataFrame) -> BaseGeometry:
    whole: BaseGeometry = rows.geometry.union_all()
    return whole


def _view(outline: BaseGeometry) -> _View:
    west, south, east, north_m = outline.bounds
    across, up = max(east - west, 300.0), max(north_m - south, 300.0)
    k = min((FRAME.width - 2 * MARGIN) / across, (FRAME.height - 2 * MARGIN) / up)
    return _View((west + east) / 2, (south + north_m) / 2, k)


def _shapes(
    shapes: Iterable[BaseGeometry], view: _View, style: str, width: float | None = None
) -> list[str]:
    wide = "" if width is None else f' stroke-width="{width:g}"'
    found = (shape_path(part) for shape in shapes for part in view.drawn(shape))
    return [f'<path d="{one}" fill-rule="evenodd" {style}{wide}/>' for one in found]


def _zones(territory: Territory, iris: gpd.GeoDataFrame, view: _View) -> Iterable[str]:
    table = territory.gaps("iris")[["missing_h_per_100", "missing_class"]]
    for code, shape in zip(iris["iris"], iris.geometry, strict=True):
        rate, grade = table.loc[code]
        yield from _shapes(
            [shape], view, f'fill="{shade(float(rate), grade)}" stroke="{EDGE}"', 0.5
        )


def _worst(territory: Territory, zone: Zone, view: _View) -> dict[int, XY]:
    shapes = territory.model.facts.iris.set_index("iris").geometry
    found = {}
    for number, code in enumerate(territory.worst(zone)["code"], 1):
        at = shapes[code].representative_point()
        found[number] = FRAME.kept(view.xy(at.x, at.y))
    return found


def _dots(territory: Territory, zone: Zone, view: _View) -> list[XY]:
    """Return every known place that is in the frame, not those of the zone alone."""
    sites = territory.model.facts.places
    sites = sites[(sites["located"] == "point") & ~sites["seat"]]
    metres = project_to_metres(sites["lon"], sites["lat"])
    found = (view.xy(float(x), float(y)) for x, y in metres)
    return [(x, y) for x, y in found if 0 <= x <= FRAME.width and 0 <= y <= FRAME.height]


def _names(territory: Territory, zone: Zone, view: _View, busy: list[XY]) -> list[str]:
    """Name the communes that have room for it; the zone's own is the title."""
    facts = territory.model.facts
    found: list[str] = []
    named: Mapping[str, str] = territory.commune_names
    for code, shape in zip(facts.communes["commune"], facts.communes.geometry, strict=True):
        parts = view.drawn(shape)
        if not parts or (zone.level == "commune" and code in zone.communes):
            continue
        row = facts.communes.loc[facts.communes["commune"] == code, "commune_name"]
        name = plain(named.get(code, str(row.iloc[0])), 40)
        half = 3.6 * len(name)
        at = FRAME.quiet_point(max(parts, key=lambda one: one.area), half, busy)
        if at is not None:
            found += haloed(name, at, 12, "#222222")
    return found
