"""The points where need stands: inhabited cells, or IRIS centres where no cell is known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import pandas as pd

from observatory.geo.geometry import in_metres, to_degrees
from observatory.tables.check import check
from observatory.tables.facts import POINTS


def build_points(
    cells: pd.DataFrame, iris: gpd.GeoDataFrame, outlines: gpd.GeoDataFrame
) -> pd.DataFrame:
    """Share the residents of each IRIS over its cells, by the cells' residents.

    Parameters
    ----------
    cells
        ``cells_population_2021``: the inhabited cells that are known.
    iris
        The IRIS, not yet holding their cells.
    outlines
        The IRIS outlines before generalisation, to place the cells exactly.
    """
    empty = set(iris.loc[iris["population"] == 0, "iris"])
    placed = _place_cells(cells, outlines[~outlines["iris"].isin(empty)])
    centres = _centres(iris, outlines, placed)
    points = pd.concat([placed, centres], ignore_index=True)
    points = points.merge(
        pd.DataFrame(iris[["iris", "commune", "in_territory", "population"]]), on="iris", how="left"
    )
    whole = points.groupby("iris")["residents"].transform("sum")
    share = (points["residents"] / whole).where(whole > 0, 0.0)
    points["population"] = points["population"] * share
    lon, lat = to_degrees(points["x_m"].to_numpy(), points["y_m"].to_numpy())
    points = points.assign(lon=lon.round(6), lat=lat.round(6), x_m=points["x_m"].round(1))
    points["y_m"] = points["y_m"].round(1)
    return pd.DataFrame(check(points.sort_values("point")[POINTS.names], POINTS))


def coordinates(frame: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return the points of a frame with ``x_m`` and ``y_m`` as a layer."""
    return gpd.GeoDataFrame(frame, geometry=in_metres(frame[["x_m", "y_m"]], frame.index))


def _place_cells(cells: pd.DataFrame, outlines: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the IRIS of each cell in its own commune; the nearest, for a centre outside.

    ``outlines`` are those of IRIS where somebody lives: a cell whose centre lies in a park or in
    water is of the IRIS on its shore.

    A cell belongs to the commune that INSEE's file says, even where its centre lies across the
    border, so that the communes keep their published number of residents.
    """
    layer = coordinates(cells.reset_index(drop=True))
    found = []
    for commune, part in layer.groupby("commune"):
        own = outlines.loc[outlines["commune"] == commune, ["iris", "geometry"]]
        if len(own) == 1:  # most communes of the country
            found.append(pd.Series(own["iris"].iloc[0], index=part.index))
            continue
        near = gpd.sjoin_nearest(part[["geometry"]], own)
        found.append(near.sort_values("iris")["iris"].groupby(level=0).first())
    # Where no cell is known, people stand on the centres of their IRIS alone.
    iris = pd.concat(found or [pd.Series(dtype="str")]).reindex(layer.index)
    return pd.DataFrame(
        {
            "point": layer["cell"],
            "kind": "cell",
            "iris": iris,
            "x_m": layer["x_m"],
            "y_m": layer["y_m"],
            "residents": layer["residents"],
        }
    )


def _centres(
    iris: gpd.GeoDataFrame, outlines: gpd.GeoDataFrame, placed: pd.DataFrame
) -> pd.DataFrame:
    """Return a centre for each inhabited IRIS that has no cell."""
    inhabited = set(iris.loc[iris["population"] > 0, "iris"]) - set(placed["iris"])
    rows = outlines[outlines["iris"].isin(inhabited)]
    centre = rows.geometry.representative_point()
    people: Mapping[str, Any] = iris.set_index("iris")["population"]
    return pd.DataFrame(
        {
            "point": "IRIS" + rows["iris"],
            "kind": "iris",
            "iris": rows["iris"],
            "x_m": centre.x,
            "y_m": centre.y,
            "residents": rows["iris"].map(people).astype(float),
        }
    )
