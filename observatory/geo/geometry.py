"""Projections, repairs, areas, overlays and generalisation, always with an explicit system.

Lengths and areas are in metres in RGF93 v1 / Lambert-93 (EPSG:2154), off by -0.005 % at
Saint-Denis. A layer without a reference system is refused by name: nothing is guessed here.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import ArrayLike, NDArray
from pyproj import Transformer

from observatory.errors import CrsError

METRIC = 2154
WORLD = 4326
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
    return layer if layer.crs.to_epsg() == epsg else layer.to_crs(epsg)


def declare(layer: gpd.GeoDataFrame, epsg: int, *, name: str) -> gpd.GeoDataFrame:
    """Name the system of a layer whose file describes it without an EPSG code.

    The description must agree with the EPSG code to a centimetre over the layer's bounds.

    Raises
    ------
    CrsError
        No description at all, or one of another system.
    """
    if layer.crs is None:
        return project(layer, epsg, name=name)
    if layer.crs.to_epsg() == epsg:
        return layer
    corners = layer.total_bounds.reshape(2, 2)
    move = Transformer.from_crs(layer.crs, epsg, always_xy=True)
    moved = np.column_stack(move.transform(corners[:, 0], corners[:, 1]))
    if not np.allclose(moved, corners, atol=0.01):
        raise CrsError(
            f"layer {name}",
            expected=f"EPSG:{epsg}, or the same system unnamed",
            found=layer.crs.name,
            next_step=f"project the layer to EPSG:{epsg} explicitly",
        )
    return layer.set_crs(epsg, allow_override=True)


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
    """Return Lambert-93 metres for WGS 84 degrees: one row a point, ``x`` and ``y``.

    A point without both coordinates is NaN.
    """
    degrees = np.column_stack([np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)])
    metres = np.full(degrees.shape, np.nan)
    known = np.isfinite(degrees).all(axis=1)
    if known.any():
        move = _mover(WORLD, METRIC)
        metres[known] = np.column_stack(move.transform(*degrees[known].T))
    return metres


@lru_cache(maxsize=4)
def _mover(start: int, end: int) -> Transformer:
    """Return the way from one system to another; making it takes longer than a thousand points."""
    return Transformer.from_crs(start, end, always_xy=True)


def to_degrees(x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return WGS 84 longitude and latitude for Lambert-93 metres."""
    move = _mover(METRIC, WORLD)
    lon, lat = move.transform(np.asarray(x, dtype=float), np.asarray(y, dtype=float))
    return np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)


def cell_squares(centres: gpd.GeoDataFrame) -> gpd.GeoSeries:
    """Return the 200 m cell around each centre, turned as INSEE's grid is (EPSG:3035).

    A centre is moved by less than a metre to that of a cell, so that squares side by side meet.
    """
    at = centres.geometry.to_crs(GRID)
    x, y = ((axis // CELL_M) * CELL_M for axis in (at.x.to_numpy(), at.y.to_numpy()))
    squares = shapely.box(x, y, x + CELL_M, y + CELL_M)
    return gpd.GeoSeries(squares, index=centres.index, crs=GRID).to_crs(centres.crs)


def generalise(layer: gpd.GeoDataFrame, tolerance_m: float) -> gpd.GeoDataFrame:
    """Simplify a coverage in metres, shared borders kept shared, and round to the metre.

    Raises
    ------
    CrsError
        The layer is not in EPSG:2154.
    """
    if layer.crs is None or layer.crs.to_epsg() != METRIC:
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
    joined = gpd.sjoin(points[["geometry"]], zones[[zone, "geometry"]], predicate="intersects")
    first: pd.Series[Any] = joined.sort_values(zone)[zone].groupby(level=0).first()
    return first.reindex(points.index)


def inner_point(shape: Any) -> shapely.Point:
    """Return the point of a shape that is furthest from its edge: where its name is written."""
    return shapely.Point(shapely.maximum_inscribed_circle(shape).coords[0])
