"""Water, roads, rails and a park on the maps of the sheets, and whom they are owed to, as SVG."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from observatory.geo.backdrop import BackdropLayer, credits
from observatory.sheets import map_signs
from observatory.sheets.map_frame import styled
from observatory.sheets.svg_parts import Frame, shape_path, text

FloatArray = NDArray[np.float64]
#: From longitude and latitude, one row a point, to the units of a drawing.
Projection = Callable[[FloatArray], FloatArray]
#: How thick a line is here, beside the same one on the large maps.
_FINER = 0.75
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
    """Return how a kind is drawn; the borders and names of the neighbours are the map's own."""
    look = map_signs.BACKDROP.get(kind) if kind != "border" else None
    if look is None:
        return ""
    if look.get("stroke", True):
        look = {**look, "weight": round(_FINER * look["weight"], 2)}
    if kind == "road":
        look = {**look, "color": roads}
    return f'{styled(look)} fill-rule="evenodd"'


def _data(shape: BaseGeometry, frame: Frame, project: Projection) -> str:
    """Return the path of what is seen of a shape, or the empty string."""
    moved = shapely.transform(shape, project)
    if isinstance(moved, shapely.Polygon | shapely.MultiPolygon):
        moved = shapely.make_valid(moved)
    seen = shapely.intersection(moved, shapely.box(0, 0, frame.width, frame.height))
    return shape_path(shapely.simplify(seen, 0.4))
