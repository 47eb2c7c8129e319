"""Water, roads, rails and a park on the maps of the sheets, and whom they are owed to, as SVG."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from observatory.geo.backdrop import BackdropLayer, credits
from observatory.sheets.svg_parts import Frame, shape_path, text

FloatArray = NDArray[np.float64]
#: From longitude and latitude, one row a point, to the units of a drawing.
Projection = Callable[[FloatArray], FloatArray]
#: How each kind is drawn; the borders and names of the neighbours are the map's own.
_STYLES = {
    "park": 'fill="none" stroke="#5d7d55" stroke-width="1" stroke-dasharray="2 2.5"',
    "water": 'fill="#9fcbe8" fill-rule="evenodd"',
    "ring": 'fill="none" stroke="#8a94a3" stroke-width="2.2"',
    "train": 'fill="none" stroke="#4d5766" stroke-width="1"',
    "metro": 'fill="none" stroke="#5f6b7c" stroke-width="0.9" stroke-dasharray="1 2.4"',
    "tram": 'fill="none" stroke="#5f6b7c" stroke-width="0.7"',
}
_ROAD = 'fill="none" stroke="{colour}" stroke-width="1.5" stroke-opacity="0.85"'
#: Height and size of a line of credit.
_LINE, _CREDIT_SIZE = 11.0, 8.5


def backdrop(
    layers: Iterable[BackdropLayer], frame: Frame, project: Projection, roads: str
) -> tuple[list[str], tuple[BackdropLayer, ...]]:
    """Return what is seen of the backdrop in a frame, and the layers that it comes from.

    Parameters
    ----------
    layers
        Of ``geo.backdrop.backdrop_layers``, in the order in which they are drawn.
    frame
        The size of the drawing.
    project
        From degrees to its units.
    roads
        Colour of the roads: what stands out on the ground of the map.
    """
    drawn, seen = [], []
    for layer in layers:
        parts = [
            f'<path d="{data}" {style}/>'
            for piece in layer.pieces
            if (style := _style(piece.kind, roads)) and (data := _data(piece.shape, frame, project))
        ]
        drawn += parts
        seen += [layer] if parts else []
    return drawn, tuple(seen)


def credit(layers: tuple[BackdropLayer, ...], frame: Frame) -> tuple[str, float]:
    """Return whom a drawn backdrop is owed to, a line a licence, and their height under it."""
    said = [f"{', '.join(names)} ({licence})" for licence, names in credits(layers).items()]
    lines = [
        text(line, (frame.width, frame.height + place * _LINE - 1), _CREDIT_SIZE, "#5b6770", "end")
        for place, line in enumerate(said, 1)
    ]
    return "".join(lines), _LINE * len(lines)


def _style(kind: str, roads: str) -> str:
    return _ROAD.format(colour=roads) if kind == "road" else _STYLES.get(kind, "")


def _data(shape: BaseGeometry, frame: Frame, project: Projection) -> str:
    """Return the path of what is seen of a shape, or the empty string."""
    moved = shapely.transform(shape, project)
    if isinstance(moved, shapely.Polygon | shapely.MultiPolygon):
        moved = shapely.make_valid(moved)
    seen = shapely.intersection(moved, shapely.box(0, 0, frame.width, frame.height))
    return shape_path(shapely.simplify(seen, 0.4))
