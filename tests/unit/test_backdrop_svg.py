"""The backdrop on the maps of the sheets: where it is drawn, and what is not drawn is not owed."""

from __future__ import annotations

import re

import numpy as np
import pytest
import shapely

from observatory.geo.backdrop import BackdropLayer, LayerSource, Piece
from observatory.sheets.backdrop_svg import backdrop, credit
from observatory.sheets.svg_parts import Frame, shape_path

FRAME = Frame(100.0, 100.0)


def layer(kind: str, who: str, licence: str, shape: object) -> BackdropLayer:
    said = dict.fromkeys(("title", "publisher", "vintage", "url", "path", "sha256"), "")
    source = LayerSource(
        id=kind, kind=kind, credit=who, licence=licence, tolerance_m=1, smallest_m2=0, **said
    )
    return BackdropLayer(source, (Piece(kind, "", shape),))  # type: ignore[arg-type]  # a shape


LAYERS = (
    layer("water", "Apur", "ODbL 1.0", shapely.box(2.0, 48.0, 2.1, 48.5)),
    layer("road", "A & B", "ODbL 1.0", shapely.LineString([(1.0, 48.5), (9.0, 48.5)])),
    layer("train", "IDFM", "Licence Ouverte 2.0", shapely.LineString([(7, 40), (8, 41)])),
)


def test_a_piece_is_cut_at_the_frame_and_what_is_outside_is_owed_to_nobody() -> None:
    drawn, seen = backdrop(LAYERS, FRAME, lambda at: (at - [2.0, 48.0]) * 100, "#123456")
    corners = [
        np.array(re.findall(r"[-\d.]+", re.findall(r'd="([^"]+)"', one)[0])) for one in drawn
    ]
    xy = [one.astype(float).reshape(-1, 2) for one in corners]
    assert [len(drawn), *(one.min(axis=0).tolist() for one in xy)] == [2, [0, 0], [0, 50]]
    assert [one.max(axis=0).tolist() for one in xy] == [[10, 50], [100, 50]]
    assert "#123456" in drawn[1]
    said, height = credit(seen, FRAME)
    assert "Apur, A &amp; B (ODbL 1.0)" in said
    assert "IDFM" not in said
    assert 0 < height < credit(LAYERS, FRAME)[1]


@pytest.mark.parametrize("kind", ["border", "neighbour"])
def test_neighbours_are_left_to_the_map(kind: str) -> None:
    one = layer(kind, "IGN", "Licence Ouverte 2.0", shapely.box(2.0, 48.0, 2.1, 48.5))
    assert backdrop((one,), FRAME, lambda at: at, "#ffffff") == ([], ())
    assert credit((), FRAME) == ("", 0.0)


def test_a_path_follows_lines_and_holes_and_what_is_empty_has_none() -> None:
    ring = shapely.box(0, 0, 4, 4).difference(shapely.box(1, 1, 2, 2))
    line = shapely.LineString([(0, 0), (5, 1)])
    both = shape_path(shapely.GeometryCollection([shapely.MultiPolygon([ring]), line]))
    assert both.count("Z") == 2
    assert both.endswith("M0.0 0.0L5.0 1.0")
    for empty in (shapely.Polygon(), shapely.LineString(), shapely.Point(1, 1)):
        assert shape_path(empty) == ""
