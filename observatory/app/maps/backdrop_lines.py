"""The backdrop as a map's script takes it: whole numbers, each the step from the one before."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from observatory.geo.backdrop import BackdropLayer, Piece
from observatory.words.markup import plain

#: Steps of a hundred-thousandth of a degree, about one metre: a third of the bytes of GeoJSON.
SCALE = 1e5


def encoded(layers: tuple[BackdropLayer, ...]) -> list[dict[str, Any]]:
    """Return each piece with its kind, its name, and its lines, rings or point."""
    return [_piece(piece) for layer in layers for piece in layer.pieces]


def _piece(piece: Piece) -> dict[str, Any]:
    parts = shapely.get_parts(piece.shape)
    lines = [ring for part in parts for ring in _rings(part)]
    return {"kind": piece.kind, "name": plain(piece.name), "lines": [_steps(one) for one in lines]}


def _rings(part: Any) -> list[Any]:
    if part.geom_type == "Polygon":
        return [part.exterior, *part.interiors]
    return [part]


def _steps(line: Any) -> list[int]:
    """Return latitude and longitude of the first point, then the way to each next one."""
    points = np.rint(shapely.get_coordinates(line)[:, ::-1] * SCALE).astype(int)
    steps = np.vstack([points[:1], np.diff(points, axis=0)])
    return [int(step) for step in steps.ravel()]
