"""Projections are explicit, repairs keep the surface, and shared borders stay shared."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely import Point, Polygon, box

from observatory.errors import CrsError
from observatory.geo import geometry

METRIC = 2154


def layer(shapes: list[object], crs: object = METRIC, **columns: object) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=crs)


def test_a_layer_without_a_system_is_refused_by_name() -> None:
    with pytest.raises(CrsError, match="layer quartiers"):
        geometry.project(layer([box(0, 0, 1, 1)], crs=None), METRIC, name="quartiers")


def test_an_unnamed_system_is_named_only_if_it_agrees() -> None:
    lambert = layer([box(652_000, 6_870_000, 653_000, 6_871_000)]).crs.to_wkt()
    unnamed = lambert.replace('ID["EPSG",2154]', "").replace("RGF93 v1 / Lambert-93", "x")
    named = geometry.declare(
        layer([box(652_000, 6_870_000, 653_000, 6_871_000)], crs=unnamed), name="iris"
    )
    assert named.crs.to_epsg() == METRIC
    with pytest.raises(CrsError, match="layer iris"):
        geometry.declare(layer([box(2.3, 48.9, 2.4, 49.0)], crs=4326), name="iris")


def test_metres_and_degrees_go_both_ways() -> None:
    lon, lat = np.array([2.3572, 2.3842]), np.array([48.9362, 48.9145])
    x, y = geometry.project_to_metres(lon, lat).T
    back = geometry.to_degrees(x, y)
    np.testing.assert_allclose(back[0], lon, atol=1e-9)
    np.testing.assert_allclose(back[1], lat, atol=1e-9)


def test_an_invalid_ring_is_mended_and_counted() -> None:
    bow = Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])
    mended, count = geometry.mend(layer([bow, box(5, 5, 6, 6)]))
    assert count == 1
    assert mended.geometry.is_valid.all()
    assert mended.geometry.area.tolist() == pytest.approx([2.0, 1.0])


def test_generalised_neighbours_share_their_border() -> None:
    wave = [(0, y) for y in range(0, 101, 5)]
    wiggle = [(x + (3 if i % 2 else 0), y) for i, (x, y) in enumerate(wave)]
    west = Polygon([(-100, 0), *wiggle, (-100, 100)])
    east = Polygon([(100, 0), *wiggle, (100, 100)])
    simple = geometry.generalise(layer([west, east]), 10.0)
    one, two = simple.geometry
    assert shapely.get_num_coordinates(one) < shapely.get_num_coordinates(west)
    assert one.intersection(two).area == pytest.approx(0.0)
    assert one.union(two).area == pytest.approx(20_000, rel=1e-3)
    with pytest.raises(CrsError, match="EPSG:2154"):
        geometry.generalise(layer([box(2, 48, 3, 49)], crs=4326), 10.0)


def test_shares_of_surface_add_up() -> None:
    zones = layer([box(0, 0, 2, 1), box(2, 0, 4, 1)], zone=["a", "b"])
    areas = layer([box(1, 0, 3, 1), box(3, 0, 9, 1)], area=["q", "r"])
    shares = geometry.share_inside(zones, areas, zone="zone", area="area")
    assert shares.set_index(["zone", "area"])["share"].to_dict() == pytest.approx(
        {("a", "q"): 0.5, ("b", "q"): 0.5, ("b", "r"): 0.5}
    )


def test_a_point_on_a_border_goes_to_the_first_zone_by_code() -> None:
    zones = layer([box(1, 0, 2, 1), box(0, 0, 1, 1)], zone=["b", "a"])
    points = layer([Point(1, 0.5), Point(1.5, 0.5), Point(9, 9)])
    found = geometry.place(points, zones, zone="zone")
    assert found.iloc[0] == "a"
    assert found.iloc[1] == "b"
    assert found.isna().iloc[2]


@pytest.mark.parametrize(
    ("lon", "lat", "epsg"),
    [
        (2.3572, 48.9362, METRIC),
        (8.7387, 41.9192, METRIC),
        (-61.5340, 16.2412, 5490),
        (-61.0740, 14.6037, 5490),
        (-52.3269, 4.9372, 2972),
        (55.4504, -20.8789, 2975),
        (45.2279, -12.7806, 4471),
        (-56.1773, 46.7811, 4467),
    ],
)
def test_a_point_has_the_metres_of_its_own_place(lon: float, lat: float, epsg: int) -> None:
    here = geometry.project_to_metres([lon], [lat])
    assert geometry.metric_of(here) == epsg
    back = np.column_stack(geometry.to_degrees(*here.T))
    assert np.allclose(back, [[lon, lat]], atol=1e-9)
    # A thousandth of a degree of latitude is 110.6 to 111.3 m anywhere.
    north = geometry.project_to_metres([lon], [lat + 0.001])
    assert 110.4 < np.hypot(*(north - here)[0]) < 111.4


def test_points_of_several_places_go_both_ways_together() -> None:
    lon, lat = np.array([2.36, 55.45, np.nan, -61.07]), np.array([48.94, -20.88, 1.0, 14.6])
    x, y = geometry.project_to_metres(lon, lat).T
    back = geometry.to_degrees(x, y)
    assert np.allclose(back[0], lon, equal_nan=True)
    assert np.isnan(back[1][2])


def test_the_cells_of_a_place_overseas_stand_on_its_own_grid() -> None:
    centres = gpd.GeoDataFrame(
        geometry=geometry.in_metres([[338_700, 7_690_300], [338_900, 7_690_300]])
    )
    one, other = geometry.cell_squares(centres)
    assert one.bounds == (338_600, 7_690_200, 338_800, 7_690_400)
    assert one.touches(other)
