"""The backdrop compiled from the published files: the same bytes as those that are shown."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pytest
from shapely.geometry import LineString

from observatory import settings
from observatory.build.backdrop import REACH_M, compile_backdrop, drawn_once


@pytest.mark.real_files
def test_the_published_files_give_the_backdrop_that_is_shown(
    source_folder: Path, tmp_path: Path
) -> None:
    where = settings.load({})
    done = compile_backdrop(source_folder, "200057867", where, tmp_path)
    assert all(one.pinned for one in done)
    for one in done:
        name = f"{one.source.id}.geojson"
        assert (tmp_path / name).read_bytes() == (where.backdrop / name).read_bytes(), name


def test_two_tracks_side_by_side_are_one_line_and_a_branch_reaches_it() -> None:
    tracks = [
        LineString([(0, 0), (1000, 0)]),
        LineString([(0, 8), (600, 8)]),
        LineString([(600, 8), (600, 400)]),
    ]
    drawn = drawn_once(gpd.GeoSeries(tracks, crs=2154))
    assert 1000 + 392 - 30 < drawn.length < 1000 + 392 + REACH_M
    assert drawn.intersects(LineString([(590, 40), (610, 40)]))
    assert drawn.distance(LineString([(0, 8), (500, 8)])) == pytest.approx(8)
