"""One window of an image: its zones, what lies behind and over them, signs and names."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from observatory.geo.backdrop import Piece
from observatory.geo.geometry import WORLD, inner_point, project_to_metres
from observatory.model.measures import MISSING, Measure
from observatory.sheets import map_signs
from observatory.sheets.hatching import hatching, withheld, without_place
from observatory.sheets.map_classes import CIRCLE, colour_of, radius_of
from observatory.sheets.map_frame import Name, View, paragraph, shapes, sign, stamp, written
from observatory.sheets.map_image_content import Box, MapImage, Panel
from observatory.sheets.svg_parts import Frame, north, scale

#: Kinds of the backdrop that are named on the image: rank, size and look.
NAMED: dict[str, tuple[int, float, str]] = {
    "neighbour": (5, 12, 'fill="#5b6675"'),
    "water": (4, 12, 'fill="#1f5f8f" font-style="italic"'),
    "park": (4, 12, 'fill="#47623f" font-style="italic"'),
    "ring": (3, 11, 'fill="#4a5566"'),
}
_TOWN = 'fill="#1b2330" font-weight="bold"'
_INK = f'fill="{map_signs.INK}"'
Behind = Sequence[tuple[Piece, BaseGeometry]]


@dataclass(frozen=True)
class _Drawn:
    """A panel with the image that it is of, what lies behind, and its window in pixels."""

    image: MapImage
    panel: Panel
    behind: Behind
    view: View


def behind(image: MapImage) -> Behind:
    """Return the pieces of the backdrop with their shapes in metres."""
    pieces = [piece for layer in image.over.backdrop for piece in layer.pieces]
    found = gpd.GeoSeries([piece.shape for piece in pieces], crs=WORLD).to_crs(image.zones.crs)
    return list(zip(pieces, found, strict=True))


def heads(panels: Sequence[Panel], frames: Sequence[Box]) -> tuple[list[str], float]:
    """Write what is said above each panel; return it and the height that the highest takes."""
    parts: list[str] = []
    most = 0.0
    for panel, (x, y, width, _) in zip(panels, frames, strict=True):
        below = y
        for text, size, look in (
            (panel.name, 13, f'{_INK} font-weight="bold"'),
            (panel.figures, 12, _INK),
        ):
            if text:
                lines, below = paragraph(text, (x, below), width, size, look)
                parts += lines
        most = max(most, below - y)
    return parts, most + 4 if most else 0.0


def panel_svg(image: MapImage, panel: Panel, frame: Box, back: Behind, place: int) -> list[str]:
    """Draw a panel in its frame; its place among the others names what is its own."""
    x, y, width, height = frame
    drawn = _Drawn(image, panel, back, View.around(panel.bounds, frame))
    box = f'x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}"'
    return [
        f'<clipPath id="frame{place}"><rect {box}/></clipPath>',
        f'<rect {box} fill="{map_signs.GROUND}"/>',
        f'<g clip-path="url(#frame{place})">',
        *_ground(drawn),
        *_signs(drawn),
        *_names(drawn),
        *_outline(drawn),
        *_stamps(drawn),
        "</g>",
        f'<g transform="translate({x:g} {y:g})">',
        *([] if place else [north(Frame(width, height))]),
        scale(drawn.view.per_metre, Frame(width, height)),
        "</g>",
        f'<rect {box} fill="none" stroke="#cfd6e1"/>',
    ]


def _ground(drawn: _Drawn) -> Iterator[str]:
    """Draw the zones, what their figure is worth, the backdrop and the outlines over them."""
    image, view, zones = drawn.image, drawn.view, drawn.panel.zones
    measure = image.measure
    values = measure.values(zones).to_numpy(dtype=float)
    for shape, value in zip(zones.geometry, values, strict=True):
        yield from shapes([shape], view, _zone_style(value, measure, image.fine))
    unknown = without_place(zones, measure, image.over.placed)
    for which, falling in ((withheld(zones, measure), False), (unknown, True)):
        yield from shapes(hatching(zones, which, falling=falling).geometry, view, map_signs.HATCH)
    for piece, shape in drawn.behind:
        if piece.kind in map_signs.BACKDROP:
            yield from shapes([shape], view, map_signs.BACKDROP[piece.kind])
    if image.fine:
        yield from shapes(drawn.panel.communes.geometry, view, map_signs.OUTLINE)
    if image.over.qpv is not None:
        known = image.over.qpv[image.over.qpv["outline_known"]]
        yield from shapes(known.geometry, view, map_signs.QPV)


def _zone_style(value: float, measure: Measure, fine: bool) -> dict[str, Any]:
    fill = colour_of(value, measure)
    known = bool(np.isfinite(value))
    ground = "#eef1f5" if known else MISSING
    return {
        "fillColor": fill or ground,
        "fillOpacity": 0.9,
        "color": map_signs.EDGE if known else map_signs.INK,
        "weight": 0.7 if fine else 1,
        "dashArray": None if known else "4 4",
    }


def _signs(drawn: _Drawn) -> Iterator[str]:
    """Draw the circles of a count, then schools, then places."""
    image, view, zones = drawn.image, drawn.view, drawn.panel.zones
    measure = image.measure
    if measure.circles:
        fill = measure.colours[CIRCLE]
        values = measure.values(zones).to_numpy(dtype=float)
        for shape, value in zip(zones.geometry, values, strict=True):
            radius = radius_of(value, measure)
            if radius is not None:
                at = inner_point(shape)
                yield sign("circle", view.xy(at.x, at.y), radius, fill, edge=1, opacity=0.85)
    if image.over.schools is not None:
        schools = image.over.schools[image.over.schools["network"].notna()]
        yield from _points(schools, schools["network"], view)
    if image.over.sites is not None:
        sites = image.over.sites[image.over.sites["located"] == "point"]
        yield from _points(sites, pd.Series("sites", index=sites.index), view)


def _points(rows: pd.DataFrame, kinds: Any, view: View) -> Iterator[str]:
    known = (rows["lon"].notna() & rows["lat"].notna()).to_numpy(dtype=bool)
    metres = project_to_metres(rows["lon"][known], rows["lat"][known])
    for (x, y), kind in zip(metres, kinds[known], strict=True):
        look = map_signs.SIGNS[kind]
        yield sign(look["shape"], view.xy(float(x), float(y)), look["radius"], look["fillColor"])


def _names(drawn: _Drawn) -> list[str]:
    """Write the communes' names, then those of what lies around them."""
    view, names, communes = drawn.view, [], drawn.panel.communes
    for name, shape in zip(communes["name"], communes.geometry, strict=True):
        at = inner_point(shape)
        names.append(Name(str(name), [view.xy(at.x, at.y)], 9, 14.0, _TOWN, shifted=True))
    for piece, shape in drawn.behind:
        if piece.name and piece.kind in NAMED:
            rank, size, style = NAMED[piece.kind]
            names.append(Name(piece.name, _middle_first(shape, view), rank, size, style))
    return written(names, view)


def _middle_first(shape: Any, view: View) -> list[tuple[float, float]]:
    """Return the points of a shape that are seen, from the middle of the frame outwards."""
    middle = view.box.centroid
    seen = [(float(x), float(y)) for x, y in shapely.get_coordinates(view.drawn(shape))]
    return sorted(seen, key=lambda at: math.dist(at, (middle.x, middle.y)))


def _stamps(drawn: _Drawn) -> Iterator[str]:
    """Draw the numbered marks, those of what is gone in white."""
    stamps = drawn.image.stamps
    metres = project_to_metres([one.lon for one in stamps], [one.lat for one in stamps])
    for one, (x, y) in zip(stamps, metres, strict=True):
        yield stamp(drawn.view.xy(float(x), float(y)), one.text, gone=one.gone)


def _outline(drawn: _Drawn) -> list[str]:
    """Draw the edge of what is chosen, finer where a window is one of several."""
    edge = drawn.panel.outline
    look = map_signs.CHOSEN | ({"weight": 2} if drawn.image.panels else {})
    return [] if edge is None else shapes([edge], drawn.view, look)
