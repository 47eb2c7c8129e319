"""The priority places: QPV of 2024 with the outlines that are known, and REP/REP+ schools."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import pandas as pd

from observatory.geo.codes import in_cog
from observatory.geo.geometry import METRIC, share_inside
from observatory.tables.check import check
from observatory.tables.facts import QPV, SCHOOLS

Frames = Mapping[str, Any]


def known_outlines(frames: Frames) -> gpd.GeoDataFrame:
    """Return every QPV outline of 2015 that is known, once each: ``qpv``, name, geometry."""
    parts = [
        frames[name][["qpv", "qpv_name", "geometry"]].to_crs(METRIC)
        for name in ("qpv_2015_outlines", "qpv_2015_bondy")
    ]
    both = pd.concat(parts, ignore_index=True).drop_duplicates("qpv")
    return gpd.GeoDataFrame(both, geometry="geometry", crs=METRIC).sort_values(
        "qpv", ignore_index=True
    )


def build_qpv(
    frames: Frames,
    iris: gpd.GeoDataFrame,
    points: pd.DataFrame,
    communes: pd.DataFrame,
) -> gpd.GeoDataFrame:
    """List the QPV of 2024 that touch the territory, with people inside where an outline is known.

    People are counted twice, and not mixed: shares of the IRIS's surface x census residents, and
    residents of the 200 m cells of the territory whose centre is inside.
    """
    pairs = frames["qpv_2024_by_commune"]
    inside = {
        in_cog(code, "cog_2025") for code in communes.loc[communes["in_territory"], "commune"]
    }
    touching = set(pairs.loc[pairs["commune"].isin(inside), "qpv"])
    rows = pairs[pairs["qpv"].isin(touching)].sort_values(["qpv", "commune"])
    table = rows.groupby("qpv", as_index=False).agg(
        qpv_name=("qpv_name", "first"), communes=("commune", "|".join)
    )
    outlines = known_outlines(frames)
    table["outline_2015"] = table["qpv_name"].map(_unique_names(outlines))
    table["outline_known"] = table["outline_2015"].notna()
    table["population_iris"] = table["outline_2015"].map(_people_by_iris(iris, outlines))
    table["population_cells"] = table["outline_2015"].map(_people_by_cells(points))
    shapes = outlines.set_index("qpv").geometry
    layer = gpd.GeoDataFrame(
        table,
        geometry=gpd.GeoSeries(
            [shapes.get(code) for code in table["outline_2015"]], index=table.index, crs=METRIC
        ),
        crs=METRIC,
    )
    result: gpd.GeoDataFrame = check(layer[QPV.names], QPV)
    return result


def _unique_names(outlines: gpd.GeoDataFrame) -> dict[str, str]:
    """Index the outlines by name, where only one has that name."""
    single = outlines.drop_duplicates("qpv_name", keep=False)
    return dict(zip(single["qpv_name"], single["qpv"], strict=True))


def _people_by_iris(iris: gpd.GeoDataFrame, outlines: gpd.GeoDataFrame) -> pd.Series[Any]:
    shares = share_inside(iris, outlines, zone="iris", area="qpv")
    people = shares["share"] * shares["iris"].map(iris.set_index("iris")["population"])
    return people.groupby(shares["qpv"]).sum().round(1)


def _people_by_cells(points: pd.DataFrame) -> pd.Series[Any]:
    cells = points[(points["kind"] == "cell") & points["qpv_2015"].notna()]
    return cells.groupby("qpv_2015")["residents"].sum()


def build_schools(frames: Frames, communes: pd.DataFrame) -> pd.DataFrame:
    """Put together the REP/REP+ schools and every school with a published social index."""
    rep = frames["rep_schools_2022"]
    ips = pd.concat(
        [frames[f"ips_{kind}_2022"] for kind in ("ecoles", "colleges", "lycees")],
        ignore_index=True,
    )
    names = ["uai", "school_name", "school_type", "commune"]
    base = pd.concat([rep[names], ips[names]], ignore_index=True).drop_duplicates("uai")
    base = base.merge(rep[["uai", "network", "network_head"]], on="uai", how="left")
    base = base.merge(ips[["uai", "pupils", "ips"]], on="uai", how="left")
    base = base.merge(_school_points(frames), on="uai", how="left")
    base = base.merge(frames["school_qpv_2024"][["uai", "qpv_situation"]], on="uai", how="left")
    known = communes.set_index("commune")
    base["commune_name"] = base["commune"].map(known["commune_name"])
    base["in_territory"] = base["commune"].map(known["in_territory"]).astype(bool)
    return pd.DataFrame(check(base.sort_values("uai")[SCHOOLS.names], SCHOOLS))


def _school_points(frames: Frames) -> pd.DataFrame:
    """Return the place of each school that any source locates, the most recent source first."""
    parts = [
        frames[name][["uai", "lon", "lat"]].dropna()
        for name in ("lycees_2024", "colleges_ms3e", "colleges_seed")
    ]
    return pd.DataFrame(pd.concat(parts, ignore_index=True).drop_duplicates("uai"))
