"""The REP and REP+ schools: the walk to the nearest help, and what is around each network."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from observatory.geo.geometry import project_to_metres
from observatory.model.access import minutes_to_metres, nearest_minutes
from observatory.model.model import Model


def rep_schools(model: Model) -> pd.DataFrame:
    """Return the territory's REP/REP+ schools, with the walk to the nearest help where located.

    Returns
    -------
    DataFrame
        ``uai``, ``school_name``, ``school_type``, ``network``, ``network_head``, ``commune``,
        ``commune_name``, ``qpv``, ``pupils``, ``x_m``, ``y_m``, ``walk_min`` (missing where no
        source locates the school, or where no place is known).
    """
    schools = model.facts.schools
    rows = schools[schools["in_territory"] & schools["network"].notna()].reset_index(drop=True)
    x, y = project_to_metres(rows["lon"], rows["lat"]).T
    located = (rows["lon"].notna() & rows["lat"].notna()).to_numpy()
    walk = np.full(len(rows), np.nan)
    walk[located] = nearest_minutes(
        np.column_stack([x, y])[located],
        model.ground.coordinates[1],
        speed_kmh=model.assumptions.number("walk.speed_kmh"),
        detour=model.assumptions.number("walk.detour"),
    )
    positions = {"x_m": np.where(located, x, np.nan), "y_m": np.where(located, y, np.nan)}
    names = ["uai", "school_name", "school_type", "network", "network_head", "commune"]
    return rows[[*names, "commune_name", "qpv", "pupils"]].assign(**positions, walk_min=walk)


def rep_networks(model: Model) -> pd.DataFrame:
    """Return each REP/REP+ network the need and the gap around its collège.

    The points within a near walk of the collège stand for the network's surroundings; those of
    two networks overlap, so the rows are not to be summed.

    Returns
    -------
    DataFrame
        One row a network: ``network_head``, ``name``, ``network``, ``commune``, ``schools``,
        ``pupils`` (of the schools that publish them), ``walk_min`` from the collège,
        ``need_persons``, ``access_h_per_100``, ``missing_h_per_week`` around it; missing where
        the collège is not located.
    """
    schools = rep_schools(model)
    heads = schools[schools["uai"] == schools["network_head"]]
    grouped = schools.groupby("network_head")
    table = heads[["network_head", "school_name", "network", "commune", "walk_min"]].rename(
        columns={"school_name": "name"}
    )
    table = table.assign(
        schools=table["network_head"].map(grouped.size()),
        pupils=table["network_head"].map(grouped["pupils"].sum(min_count=1)),
    )
    around = _around(heads, model)
    return table.join(around).sort_values("network_head", ignore_index=True)


def _around(heads: pd.DataFrame, model: Model) -> pd.DataFrame:
    radius = float(
        minutes_to_metres(
            model.assumptions.number("access.near_min"),
            model.assumptions.number("walk.speed_kmh"),
            model.assumptions.number("walk.detour"),
        )
    )
    points = model.measured.points
    tree = cKDTree(points[["x_m", "y_m"]].to_numpy(dtype=float))
    located = heads[heads["x_m"].notna()]
    rows = tree.query_ball_point(located[["x_m", "y_m"]].to_numpy(dtype=float), radius)
    found = []
    for index in rows:
        near = points.iloc[sorted(index)]
        people = near["need_persons"].sum()
        kept = (near["need_persons"] * near["access_h_per_100"]).sum()
        found.append(
            {
                "need_persons": people,
                "access_h_per_100": kept / people if people > 0 else np.nan,
                "missing_h_per_week": near["missing_h_per_week"].sum(),
            }
        )
    columns = ["need_persons", "access_h_per_100", "missing_h_per_week"]
    return pd.DataFrame(found, index=located.index, columns=columns, dtype=float)
