"""The priority places: QPV of 2024, the people that each takes, and the schools."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from observatory.build.points import coordinates
from observatory.geo.codes import in_cog
from observatory.geo.geometry import cell_squares, share_inside
from observatory.geo.perimeter import whole_cities
from observatory.model.levels import qpv_of_degrees
from observatory.places.french_communes import commune_table
from observatory.tables.check import check
from observatory.tables.facts import POINT_QPV, QPV, SCHOOLS
from observatory.tables.priority_facts import SCHOOL_POINTS

Frames = Mapping[str, Any]
#: Shares of a surface are kept to a millionth; less of it inside is none.
MILLIONTH = 1e-6


def known_outlines(frames: Frames, iris: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the known outlines of the QPV that touch the territory: ``qpv``, geometry."""
    listed = _touching(frames["qpv_2024_by_commune"], iris)
    rows = frames["qpv_2024_outlines"]
    kept = rows.loc[rows["qpv"].isin(listed["qpv"]), ["qpv", "geometry"]]
    return kept.to_crs(iris.crs).sort_values("qpv", ignore_index=True)


def _touching(pairs: pd.DataFrame, iris: pd.DataFrame) -> pd.DataFrame:
    """Return the pairs of QPV and commune of each QPV that touches the territory."""
    inside = {in_cog(code, "cog_2025") for code in iris.loc[iris["in_territory"], "commune"]}
    inside |= whole_cities(inside, commune_table())
    touching = pairs.loc[pairs["commune"].isin(inside), "qpv"]
    return pairs[pairs["qpv"].isin(touching)].sort_values(["qpv", "commune"])


def build_point_qpv(
    points: pd.DataFrame, outlines: gpd.GeoDataFrame, qpv: gpd.GeoDataFrame
) -> pd.DataFrame:
    """Share the people of each point between the QPV and the rest, by surface.

    A cell of 200 m, or an IRIS where no cell is known, gives each QPV the part of its people that
    its surface inside has in the whole: people are taken to live evenly over it. What no QPV
    takes is outside all of them, so that in and out make the whole.

    Parameters
    ----------
    points
        The built points.
    outlines
        Outlines of the IRIS, before generalisation.
    qpv
        The outlines of the QPV that are known (``known_outlines``).
    """
    shares = share_inside(_surfaces(points, outlines), qpv, zone="point", area="qpv")
    whole = shares.groupby("point")["share"].transform("sum").clip(lower=1.0)
    share = shares["share"] / whole
    # Rounded down, so that the parts are never more than the whole.
    cut = np.floor(share / MILLIONTH) * MILLIONTH
    settled = shares.assign(share=cut.round(6).where(share < 1 - MILLIONTH, 1.0))
    kept = settled[settled["share"] > 0]
    return pd.DataFrame(check(kept[POINT_QPV.names], POINT_QPV))


def _surfaces(points: pd.DataFrame, outlines: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the surface that each point stands for: its cell, or its IRIS."""
    layer = coordinates(points[["point", "kind", "iris", "x_m", "y_m"]].reset_index(drop=True))
    cells = cell_squares(layer)
    shapes = layer["iris"].map(outlines.set_index("iris").geometry)
    surface = cells.where(layer["kind"] == "cell", gpd.GeoSeries(shapes, crs=layer.crs))
    return gpd.GeoDataFrame(layer[["point"]], geometry=surface, crs=layer.crs)


def build_qpv(
    frames: Frames,
    iris: gpd.GeoDataFrame,
    points: pd.DataFrame,
    point_qpv: pd.DataFrame,
) -> gpd.GeoDataFrame:
    """List the QPV of 2024 that touch the territory, with people inside where an outline is known.

    People are counted twice, and not mixed: shares of the IRIS's surface x census residents, and
    shares of the surface of the territory's 200 m cells x their residents.
    """
    rows = _touching(frames["qpv_2024_by_commune"], iris)
    table = rows.groupby("qpv", as_index=False).agg(
        qpv_name=("qpv_name", "first"), communes=("commune", "|".join)
    )
    outlines = known_outlines(frames, iris)
    table["outline_known"] = table["qpv"].isin(outlines["qpv"])
    table["population_iris"] = table["qpv"].map(_people_by_iris(iris, outlines))
    table["population_cells"] = table["qpv"].map(_people_by_cells(points, point_qpv))
    shapes = outlines.set_index("qpv").geometry
    layer = gpd.GeoDataFrame(
        table,
        geometry=gpd.GeoSeries(
            [shapes.get(code) for code in table["qpv"]], index=table.index, crs=iris.crs
        ),
        crs=iris.crs,
    )
    result: gpd.GeoDataFrame = check(layer[QPV.names], QPV)
    return result


def _people_by_iris(iris: gpd.GeoDataFrame, outlines: gpd.GeoDataFrame) -> pd.Series[Any]:
    shares = share_inside(iris, outlines, zone="iris", area="qpv")
    # Where no outline is known, codes map to no number.
    residents = shares["iris"].map(iris.set_index("iris")["population"]).astype(float)
    people = shares["share"] * residents
    return people.groupby(shares["qpv"]).sum().round(1)


def _people_by_cells(points: pd.DataFrame, point_qpv: pd.DataFrame) -> pd.Series[Any]:
    cells = points[(points["kind"] == "cell") & points["in_territory"]].set_index("point")
    people = point_qpv["share"] * point_qpv["point"].map(cells["residents"]).astype(float)
    return people.groupby(point_qpv["qpv"]).sum(min_count=1).round(1)


def build_schools(frames: Frames, communes: pd.DataFrame, qpv: gpd.GeoDataFrame) -> pd.DataFrame:
    """Put together the public schools, those of priority education, and those with an index.

    A school in several lists has the name and commune of the first that names it: priority
    education, then the social index, then the directory of public schools.
    """
    rep, public = frames["rep_schools_2022"], frames["schools_directory_2025"]
    ips = pd.concat(
        [frames[f"ips_{kind}_2022"] for kind in ("ecoles", "colleges", "lycees")],
        ignore_index=True,
    )
    names = ["uai", "school_name", "school_type", "commune"]
    listed = pd.concat([rep[names], ips[names], public[names]], ignore_index=True)
    nameless = listed["school_name"].str.strip().eq("")
    base = pd.concat([listed[~nameless], listed[nameless]]).drop_duplicates("uai")
    base = base.merge(rep[["uai", "network", "network_head"]], on="uai", how="left")
    base = base.merge(ips[["uai", "pupils", "ips"]], on="uai", how="left")
    base = base.merge(_school_points(frames), on="uai", how="left")
    base = base.merge(frames["school_qpv_2024"][["uai", "qpv_situation"]], on="uai", how="left")
    known = communes.set_index("commune")
    base["commune_name"] = base["commune"].map(known["commune_name"])
    base["in_territory"] = base["commune"].map(known["in_territory"]).astype(bool)
    base = base.join(qpv_of_degrees(base, qpv))
    return pd.DataFrame(check(base.sort_values("uai")[SCHOOLS.names], SCHOOLS))


def _school_points(frames: Frames) -> pd.DataFrame:
    """Return the place of each school that any source locates, the directory first."""
    parts = [frames[name][["uai", "lon", "lat"]].dropna() for name in SCHOOL_POINTS]
    return pd.DataFrame(pd.concat(parts, ignore_index=True).drop_duplicates("uai"))
