"""A small schematic map: outline of the commune, numbered places, north, scale. No tiles.

Distances are those of a plane tangent at the middle of the map (one degree of latitude is
111.2 km, one of longitude that times the cosine of the latitude): over the ten kilometres of a
sheet the error is under the width of a line.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from shapely import LineString, MultiPolygon, Polygon, box, make_valid
from shapely.errors import GEOSException

from observatory.geo.backdrop import backdrop_layers
from observatory.sheets.backdrop_svg import backdrop, credit
from observatory.sheets.sheet_model import Landmark, Outline, Point, Sheet, usable_point
from observatory.sheets.sheet_text import plain
from observatory.sheets.svg_parts import RADIUS, XY, Frame, discs, haloed, north, path, scale, text

FloatArray = NDArray[np.float64]
WIDTH, HEIGHT = 420.0, 270.0
METRES_PER_DEGREE = 111_195.0
SMALLEST_SPAN_M = 600.0
MARGIN = 34.0
FRAME = Frame(WIDTH, HEIGHT)


@dataclass(frozen=True)
class _View:
    """From degrees to the drawing: the middle of the map and units per metre."""

    lat: float
    lon: float
    units_per_metre: float

    def xy(self, point: Point) -> XY:
        east, north = _metres(point, (self.lat, self.lon))
        return WIDTH / 2 + east * self.units_per_metre, HEIGHT / 2 - north * self.units_per_metre

    def of_degrees(self, points: FloatArray) -> FloatArray:
        """Return points in longitude and latitude in the units of the drawing."""
        lon, lat = points.T
        return np.column_stack(self.xy((lat, lon)))

    def inside(self, point: Point) -> bool:
        x, y = self.xy(point)
        return 0 <= x <= WIDTH and 0 <= y <= HEIGHT


def minimap_svg(sheet: Sheet) -> str:
    """Draw the map of a sheet as SVG, or give the empty string if no place has coordinates.

    The origin, if given, is drawn as a ring around a dot; it is nowhere else in the drawing.
    """
    numbered = [(n, p.point) for n, p in enumerate(sheet.places, 1)]
    known = [(n, point) for n, point in numbered if point is not None]
    if not known:
        return ""
    origin = usable_point(sheet.origin)
    points = [p for _, p in known] + ([origin] if origin else [])
    view = _view(points, sheet.outlines)
    busy = [view.xy(p) for p in points] + [view.xy((m.lat, m.lon)) for m in sheet.landmarks]
    busy += [(WIDTH - 18, 28.0), (50.0, HEIGHT - 14)]  # the north arrow and the scale
    behind, credited = backdrop(backdrop_layers(), FRAME, view.of_degrees, "#c3cad2")
    owed, more = credit(credited, FRAME)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {HEIGHT + more:g}" '
        # In a page written from right to left, "1 km" would read "km 1".
        'direction="ltr">',
        f'<rect width="{WIDTH:g}" height="{HEIGHT:g}" fill="#eef1f4"/>',
        *(_outline(one, view) for one in sheet.outlines),
        *behind,
        *(_name(one, view, busy) for one in sheet.outlines),
        *_landmarks(sheet.landmarks, view, busy),
        _origin(view.xy(origin)) if origin else "",
        *discs({n: view.xy(p) for n, p in known}, FRAME),
        north(FRAME),
        scale(view.units_per_metre, FRAME),
        f'<rect x="0.75" y="0.75" width="{WIDTH - 1.5:g}" height="{HEIGHT - 1.5:g}" rx="4" '
        'fill="none" stroke="#5b6770" stroke-width="1.5"/>',
        owed,
        "</svg>",
    ]
    return "".join(parts)


def _metres(point: Point, middle: Point) -> XY:
    lat, lon = point
    east = (lon - middle[1]) * METRES_PER_DEGREE * math.cos(math.radians(middle[0]))
    return east, (lat - middle[0]) * METRES_PER_DEGREE


def _view(points: list[Point], outlines: tuple[Outline, ...]) -> _View:
    """Frame the points, wide enough to see something of the outline's shape around them."""
    lats, lons = [p[0] for p in points], [p[1] for p in points]
    middle = ((min(lats) + max(lats)) / 2, (min(lons) + max(lons)) / 2)
    around = [_metres(p, middle) for p in points]
    spans = [max(v) - min(v) for v in zip(*around, strict=True)]
    least = max(SMALLEST_SPAN_M, 0.3 * _reach(outlines, middle))
    across, up = max(spans[0], least), max(spans[1], least * HEIGHT / WIDTH)
    scale = min((WIDTH - 2 * MARGIN) / across, (HEIGHT - 2 * MARGIN) / up)
    return _View(middle[0], middle[1], scale)


def _reach(outlines: tuple[Outline, ...], middle: Point) -> float:
    """The longer side of what the outlines cover, in metres; at most that of a large commune."""
    points = [_metres(p, middle) for o in outlines for ring in o.rings for p in ring]
    east = [x for x, y in points if math.isfinite(x) and math.isfinite(y)]
    north = [y for x, y in points if math.isfinite(x) and math.isfinite(y)]
    if not east:
        return 0.0
    return min(8000.0, max(max(east) - min(east), max(north) - min(north)))


def _outline(outline: Outline, view: _View) -> str:
    """Draw what is seen of a commune."""
    fill = "".join(path(polygon.exterior.coords) for polygon in _seen(outline, view))
    edge = "".join(path(line.coords, closed=False) for line in _edges(outline, view))
    if not fill:
        return ""
    return (
        f'<path d="{fill}" fill="#ffffff"/>'
        f'<path d="{edge}" fill="none" stroke="#8a97a3" stroke-width="1.6" stroke-dasharray="6 3"/>'
    )


def _name(outline: Outline, view: _View, busy: list[XY]) -> str:
    """Write the name of a commune where there is room, over what lies behind."""
    seen, name = _seen(outline, view), plain(outline.name, 40)
    if not seen or not name:
        return ""
    at = FRAME.quiet_point(max(seen, key=lambda one: one.area), 4.0 * len(name), busy)
    return "".join(haloed(name, at, 13, "#5b6770")) if at else ""


def _seen(outline: Outline, view: _View) -> list[Polygon]:
    return [polygon for ring in outline.rings for polygon in _visible(ring, view)]


def _visible(ring: Iterable[Point], view: _View) -> list[Polygon]:
    frame = box(0, 0, WIDTH, HEIGHT)
    try:
        seen = make_valid(Polygon([view.xy(p) for p in ring])).intersection(frame)
    except (ValueError, GEOSException):
        return []
    found = seen.simplify(0.6)
    parts = found.geoms if isinstance(found, MultiPolygon) else [found]
    return [part for part in parts if isinstance(part, Polygon) and not part.is_empty]


def _edges(outline: Outline, view: _View) -> list[LineString]:
    """The border itself, cut at the frame (the frame is no border)."""
    frame = box(0, 0, WIDTH, HEIGHT)
    lines: list[LineString] = []
    for ring in outline.rings:
        try:
            seen = LineString([view.xy(p) for p in [*ring, ring[0]]]).simplify(0.6)
            seen = seen.intersection(frame)
        except (ValueError, IndexError, GEOSException):
            continue
        lines += [part for part in getattr(seen, "geoms", [seen]) if isinstance(part, LineString)]
    return [line for line in lines if not line.is_empty]


def _landmarks(landmarks: tuple[Landmark, ...], view: _View, busy: list[XY]) -> list[str]:
    """Draw at most six landmarks that are in the frame: a small square and a name."""
    parts = []
    seen = [m for m in landmarks if usable_point((m.lat, m.lon)) and view.inside((m.lat, m.lon))]
    for mark in seen[:6]:
        x, y = view.xy((mark.lat, mark.lon))
        parts.append(
            f'<rect x="{x - 3.5:.1f}" y="{y - 3.5:.1f}" width="7" height="7" fill="#46525c"/>'
        )
        name = plain(mark.name, 28)
        at, anchor = _beside((x, y), 6.0 * len(name), busy)
        parts.append(text(name, at, 11, "#46525c", anchor))
    return parts


def _beside(at: XY, width: float, busy: list[XY]) -> tuple[XY, str]:
    """Where to write a name: right, left, below or above, where it covers least."""
    x, y = at
    points = [
        ((x + 7, y + 4), "start", x + 7),
        ((x - 7, y + 4), "end", x - 7 - width),
        ((x, y + 16), "middle", x - width / 2),
        ((x, y - 8), "middle", x - width / 2),
    ]

    def covered(point: tuple[XY, str, float]) -> int:
        (_, base), _, left = point
        out = left < 2 or left + width > WIDTH - 2
        near = sum(
            left - RADIUS < bx < left + width + RADIUS and base - 20 < by < base + 8
            for bx, by in busy
            if (bx, by) != at
        )
        return near + 10 * out

    best = min(points, key=covered)
    return best[0], best[1]


def _origin(at: XY) -> str:
    x, y = at
    return (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="7" fill="#ffffff" stroke="#111111" '
        f'stroke-width="3"/><circle cx="{x:.1f}" cy="{y:.1f}" r="2" fill="#111111"/>'
    )
