"""Communes around the territory whose IRIS have figures and no outline: one zone each."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import geopandas as gpd
import pandas as pd

from observatory.tables.shared_columns import TOGETHER

Frames = Mapping[str, Any]
#: What an undivided commune has in place of the number of an IRIS.
UNDIVIDED = "0000"
#: Ends of the names of what does not add up: rates and incomes.
NO_COUNTS = ("_pct", "_eur")


def zone_outlines(frames: Frames) -> gpd.GeoDataFrame:
    """Return the outlines of the IRIS, and the commune's own where its IRIS have none."""
    names = ["iris", "iris_name", "commune", "geometry"]
    drawn, communes = frames["iris_outlines"], frames["communes"]
    rest = communes[~communes["commune"].isin(drawn["commune"])]
    own = rest.assign(iris=rest["commune"] + UNDIVIDED, iris_name=rest["commune_name"])
    return gpd.GeoDataFrame(pd.concat([drawn[names], own[names]], ignore_index=True), crs=drawn.crs)


def together(iris: pd.DataFrame, drawn: Collection[str]) -> pd.DataFrame:
    """Return the IRIS with those of each undrawn commune summed to one zone.

    Counts add up, and a count missing in one IRIS is missing in the whole; rates, labels and
    reasons of the IRIS do not say anything of the commune and are left missing.

    Parameters
    ----------
    iris
        IRIS with their figures.
    drawn
        Communes whose IRIS have outlines.
    """
    single = iris.groupby("commune")["iris"].transform("size") == 1
    kept = iris["commune"].isin(drawn) | (single & iris["iris"].str.endswith(UNDIVIDED))
    if kept.all():
        return iris
    rows = iris[~kept]
    alike = [n for n in _OF_COMMUNE if n in rows]
    numbers = [str(n) for n in rows.select_dtypes("number")]
    counts = [n for n in numbers if not n.endswith(NO_COUNTS)]
    zones = rows.groupby("commune", sort=True)
    sums = zones[counts].sum().where(zones[counts].count().eq(zones.size(), axis=0))
    whole = zones[alike].first().join(sums).reset_index()
    codes = whole["commune"] + UNDIVIDED
    whole = whole.assign(iris=codes, iris_type="Z", population_basis=TOGETHER)
    found = pd.concat([iris[kept], whole], ignore_index=True)
    return found.astype({n: iris[n].dtype for n in counts})


#: What all the IRIS of a commune have alike.
_OF_COMMUNE = ("commune_name", "ept", "ept_name", "in_territory")
