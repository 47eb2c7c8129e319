"""Outlines of the départements far away are not read; where a file says nothing, all are."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from observatory import settings
from observatory.build.near_files import departements_near
from observatory.geo.perimeter import Perimeter
from observatory.read.registry import Source, load_registry

PLACE = Perimeter("200057867", "Plaine Commune", "ept", {"93066": "93066"}, "93")


@pytest.fixture(scope="module")
def source() -> Source:
    return load_registry(settings.load({}).registry).source("communes")


def _file(folder: Path, name: str, east_km: float, crs: int = 2154) -> None:
    corner = (650_000 + 1000 * east_km, 6_860_000)
    square = shapely.box(*corner, corner[0] + 10_000, corner[1] + 10_000)
    layer = gpd.GeoDataFrame({"code": ["x"]}, geometry=[square], crs=2154).to_crs(crs)
    (folder / "communes").mkdir(exist_ok=True)
    layer.to_file(folder / "communes" / name)


def test_a_file_is_read_where_it_may_hold_a_commune_taken_in(
    tmp_path: Path, source: Source
) -> None:
    _file(tmp_path, "x_com_dept93.shp", 0)
    _file(tmp_path, "x_com_dept95.shp", 12)
    _file(tmp_path, "x_communes_dept77-78.geojson", -13, crs=4326)
    _file(tmp_path, "x_com_dept13.shp", 400)
    assert departements_near(source, tmp_path, PLACE, 5_000) == {"93", "95", "77", "78"}
    assert departements_near(source, tmp_path, PLACE, 500) == {"93"}
    assert departements_near(source, tmp_path, PLACE, 500_000) == {"93", "95", "77", "78", "13"}


def test_without_the_territorys_own_or_with_a_broken_one_every_file_is_read(
    tmp_path: Path, source: Source
) -> None:
    _file(tmp_path, "x_com_dept95.shp", 12)
    assert departements_near(source, tmp_path, PLACE, 5_000) is None
    _file(tmp_path, "x_com_dept93.shp", 0)
    (tmp_path / "communes" / "x_com_dept92.shp").write_bytes(b"none")
    assert departements_near(source, tmp_path, PLACE, 5_000) is None
