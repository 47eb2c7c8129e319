"""Projections, repairs, areas, overlays and generalisation, always with an explicit system.

Lengths and areas are in metres of the official projection of the place: Lambert-93 (EPSG:2154) in
metropolitan France, off by -0.005 % at Saint-Denis, and one each overseas. Their boxes of degrees
and of metres do not meet, so that a point tells its own projection, either way. A layer without a
reference system is refused by name: nothing is guessed there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import ArrayLike, NDArray
from pyproj import CRS, Transformer

from observatory.errors import CrsError
from observatory.tables.table import METRES

#: The projection of metropolitan France.
METRIC = METRES[0]
WORLD = 4326
#: West, south, east and north of the parts of the country that have a projection of their own.
OVERSEAS: Mapping[int, tuple[float, float, float, float]] = {
    5490: (-66.0, 13.0, -58.0, 20.0),
    2972: (-55.0, 1.0, -49.0, 9.0),
    2975: (50.0, -25.0, 60.0, -17.0),
    4467: (-58.0, 42.0, -54.0, 49.0),
    4471: (42.0, -15.0, 48.0, -10.0),
}
#: The system of INSEE's grid of cells, and the side of a cell.
GRID, CELL_M = 3035, 200.0
FloatArray = NDArray[np.float64]


def project(layer: gpd.GeoDataFrame, epsg: int, *, name: str) -> gpd.GeoDataFrame:
    """Return the layer in another reference system.

    Raises
    ------
    CrsError
        The layer has no reference system; ``name`` is said.
    """
    if layer.crs is None:
        raise CrsError(
            f"layer {name}",
            expected="a declared reference system",
            found="none",
            next_step="add the .prj file, or declare the EPSG code of the source in the registry",
        )
    return layer if epsg_of(layer) == epsg else layer.to_crs(epsg)


def epsg_of(layer: gpd.GeoDataFrame) -> int | None:
    """Return the EPSG code of a layer's reference system, or nothing where it has none."""
    return None if layer.crs is None else _epsg(layer.crs.to_wkt())


@lru_cache(maxsize=64)
def _epsg(description: str) -> int | None:
    """Look a description up among those that are published; it takes longer than a layer."""
    code: int | None = CRS.from_wkt(description).to_epsg()
    return code


def declare(layer: gpd.GeoDataFrame, *, name: str) -> gpd.GeoDataFrame:
    """Name the projection of a layer in metres whose file describes it without an EPSG code.

    The description must agree with that of an official projection (``METRES``) to a centimetre
    over the layer's bounds.

    Raises
    ------
    CrsError
        No description at all, or one of another system.
    """
    if layer.crs is None:
        return project(layer, METRIC, name=name)
    if epsg_of(layer) in METRES:
        return layer
    corners = layer.total_bounds.reshape(2, 2)
    for epsg in METRES:
        move = Transformer.from_crs(layer.crs, epsg, always_xy=True)
        moved = np.column_stack(move.transform(corners[:, 0], corners[:, 1]))
        if np.allclose(moved, corners, atol=0.01):
            return layer.set_crs(epsg, allow_override=True)
    raise CrsError(
        f"layer {name}",
        expected=f"EPSG:{METRIC}, a projection of France overseas, or the same system unnamed",
        found=layer.crs.name,
        next_step=f"project the layer to EPSG:{METRIC} explicitly",
    )


def mend(layer: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, int]:
    """Make invalid outlines valid; give the layer and how many were mended."""
    bad = ~layer.geometry.is_valid
    fixed = layer.copy()
    if bad.any():
        whole = [polygons(shape) for shape in shapely.make_valid(layer.geometry[bad].array)]
        fixed.loc[bad, layer.geometry.name] = gpd.GeoSeries(
            whole, index=layer.index[bad], crs=layer.crs
        )
    return fixed, int(bad.sum())


def polygons(shape: Any) -> Any:
    """Keep the polygons of a shape that a repair may have mixed with lines and points."""
    if shape.geom_type in ("Polygon", "MultiPolygon"):
        return shape
    parts = [part for part in shapely.get_parts(shape) if part.geom_type.endswith("Polygon")]
    return shapely.union_all(parts)


def project_to_metres(lon: ArrayLike, lat: ArrayLike) -> FloatArray:
    """Return metres for WGS 84 degrees: one row a point, ``x`` and ``y`` in its own projection.

    A point without both coordinates is NaN.
    """
    degrees = np.column_stack([np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)])
    metres = np.full(degrees.shape, np.nan)
    for epsg, rows in _parts(degrees, OVERSEAS):
        metres[rows] = _moved(degrees[rows], WORLD, epsg)
    return metres


def to_degrees(x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return WGS 84 longitude and latitude for metres, each point in its own projection."""
    metres = np.column_stack([np.asarray(x, dtype=float), np.asarray(y, dtype=float)])
    degrees = np.full(metres.shape, np.nan)
    for epsg, rows in _parts(metres, _boxes_of_metres()):
        degrees[rows] = _moved(metres[rows], epsg, WORLD)
    return degrees[:, 0], degrees[:, 1]


def metric_of(metres: ArrayLike) -> int:
    """Return the projection of some points in metres; of the first one where they differ."""
    points = np.asarray(metres, dtype=float).reshape(-1, 2)
    return next((epsg for epsg, _ in _parts(points, _boxes_of_metres())), METRIC)


def in_metres(points: ArrayLike, index: Any = None) -> gpd.GeoSeries:
    """Return points in metres, one row each, as a series that names their projection."""
    metres = np.asarray(points, dtype=float).reshape(-1, 2)
    return gpd.GeoSeries(gpd.points_from_xy(*metres.T), index=index, crs=metric_of(metres))


def to_metres(layer: gpd.GeoDataFrame, *, name: str) -> gpd.GeoDataFrame:
    """Return a layer in the projection of the place that the middle of it lies in.

    Raises
    ------
    CrsError
        The layer has no reference system; ``name`` is said.
    """
    if epsg_of(layer) in METRES:
        return layer
    world = project(layer, WORLD, name=name)
    west, south, east, north = world.total_bounds
    middle = project_to_metres([(west + east) / 2], [(south + north) / 2])
    return project(world if layer.empty else layer, metric_of(middle), name=name)


def _parts(
    points: FloatArray, boxes: Mapping[int, tuple[float, float, float, float]]
) -> Iterator[tuple[int, NDArray[np.bool_]]]:
    """Yield each projection that has some of the points, and which."""
    left = np.all(np.isfinite(points), axis=1)
    for epsg, (west, south, east, north) in boxes.items():
        low, high = points >= (west, south), points <= (east, north)
        inside = np.logical_and(left, np.all(low & high, axis=1))
        if inside.any():
            yield epsg, inside
            left = np.logical_and(left, ~inside)
    if left.any():
        yield METRIC, left


@lru_cache(maxsize=1)
def _boxes_of_metres() -> Mapping[int, tuple[float, float, float, float]]:
    """Return the boxes of degrees as those that hold the same points in metres."""
    return {
        epsg: _mover(WORLD, epsg).transform_bounds(*box, densify_pts=21)
        for epsg, box in OVERSEAS.items()
    }


def _moved(points: FloatArray, start: int, end: int) -> FloatArray:
    return np.column_stack(_mover(start, end).transform(*points.T))


@lru_cache(maxsize=16)
def _mover(start: int, end: int) -> Transformer:
    """Return the way from one system to another; making it takes longer than a thousand points."""
    return Transformer.from_crs(start, end, always_xy=True)


def cell_squares(centres: gpd.GeoDataFrame) -> gpd.GeoSeries:
    """Return the 200 m cell around each centre, turned as INSEE's grid is: EPSG:3035, or overseas
    the projection of the place.

    A centre is moved by less than a metre to that of a cell, so that squares side by side meet.
    """
    own = centres.crs.to_epsg()
    grid = GRID if own == METRIC else own
    at = centres.geometry.to_crs(grid)
    x, y = ((axis // CELL_M) * CELL_M for axis in (at.x.to_numpy(), at.y.to_numpy()))
    squares = shapely.box(x, y, x + CELL_M, y + CELL_M)
    return gpd.GeoSeries(squares, index=centres.index, crs=grid).to_crs(centres.crs)


def generalise(layer: gpd.GeoDataFrame, tolerance_m: float) -> gpd.GeoDataFrame:
    """Simplify a coverage in metres, shared borders kept shared, and round to the metre.

    Raises
    ------
    CrsError
        The layer is not in metres.
    """
    if epsg_of(layer) not in METRES:
        raise CrsError(
            "layer to generalise",
            expected=f"EPSG:{METRIC}",
            found=str(layer.crs),
            next_step="project it first",
        )
    simple = shapely.coverage_simplify(layer.geometry.array, tolerance_m)
    rounded = shapely.set_precision(simple, 1.0, mode="valid_output")
    return layer.set_geometry(gpd.GeoSeries(rounded, index=layer.index, crs=layer.crs))


def share_inside(
    zones: gpd.GeoDataFrame, areas: gpd.GeoDataFrame, *, zone: str, area: str
) -> pd.DataFrame:
    """Return the share of each zone's surface that lies inside each area.

    Returns
    -------
    DataFrame
        One row a zone and area that overlap: ``zone``, ``area``, ``share`` in 0-1.
    """
    pieces = gpd.overlay(
        zones[[zone, "geometry"]],
        areas[[area, "geometry"]],
        how="intersection",
        keep_geom_type=True,
    )
    whole = zones.set_index(zone).geometry.area
    # Where nothing overlaps, the pieces are of no type and their codes map to no number.
    surfaces = pieces[zone].map(whole).astype(float)
    pieces["share"] = (pieces.geometry.area / surfaces).clip(upper=1.0)
    return pd.DataFrame(pieces[[zone, area, "share"]]).sort_values([zone, area], ignore_index=True)


def place(points: gpd.GeoDataFrame, zones: gpd.GeoDataFrame, *, zone: str) -> pd.Series[Any]:
    """Return the zone that holds each point (the first by code on a border), or missing."""
    if points.empty:  # no point tells its projection
        points = points.set_crs(zones.crs, allow_override=True)
    joined = gpd.sjoin(points[["geometry"]], zones[[zone, "geometry"]], predicate="intersects")
    first: pd.Series[Any] = joined.sort_values(zone)[zone].groupby(level=0).first()
    return first.reindex(points.index)


def inner_point(shape: Any) -> shapely.Point:
    """Return the point of a shape that is furthest from its edge: where its name is written."""
    return shapely.Point(shapely.maximum_inscribed_circle(shape).coords[0])
