"""What a planner asks of the measured territory: equity, priority places, and the known indices."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from observatory.geo.geometry import to_metres as lambert
from observatory.model import comparators, equity, gap
from observatory.model.access import minutes_to_metres, nearest_minutes
from observatory.model.assumptions import Assumptions
from observatory.model.observe import Facts, Measured


def _territory(measured: Measured) -> pd.DataFrame:
    points = measured.points
    return points[points["in_territory"] & (points["need_persons"] > 0)]


def equity_of(facts: Facts, measured: Measured, assumptions: Assumptions) -> dict[str, float]:
    """Say how evenly access is shared among the territory's people in need.

    Returns
    -------
    dict
        ``gini``, ``theil`` of access weighted by need; ``concentration_poverty``, its
        concentration along the poverty of the IRIS (below 0: the poor have more); ``qpv_ratio``,
        mean access inside the known QPV outlines over outside; ``rep_far_schools`` and
        ``rep_known_schools``, located REP/REP+ schools beyond the near walk, and all of them.
    """
    points = _territory(measured)
    poverty = points["iris"].map(facts.iris.set_index("iris")["poverty_pct"])
    known = poverty.notna().to_numpy()
    held = points[known]
    found = equity.summary(
        held["access_h_per_100"].to_numpy(),
        held["need_persons"].to_numpy(),
        poverty[known].to_numpy(),
        held["qpv_2015"].notna().to_numpy(),
    )
    schools = rep_schools(facts, assumptions)
    far = schools["walk_min"] > assumptions.number("access.near_min")
    return {
        **found,
        "rep_far_schools": float(far.sum()),
        "rep_known_schools": float(schools["walk_min"].notna().sum()),
    }


def lorenz_of(measured: Measured) -> pd.DataFrame:
    """Give the Lorenz curve of access among the territory's people in need."""
    points = _territory(measured)
    return equity.lorenz(points["access_h_per_100"].to_numpy(), points["need_persons"].to_numpy())


def rep_schools(facts: Facts, assumptions: Assumptions) -> pd.DataFrame:
    """Give the territory's REP/REP+ schools, with the walk to the nearest help where located.

    Returns
    -------
    DataFrame
        ``uai``, ``school_name``, ``school_type``, ``network``, ``network_head``, ``commune``,
        ``pupils``, ``x_m``, ``y_m``, ``walk_min`` (missing where no source locates the school).
    """
    schools = facts.schools
    rows = schools[schools["in_territory"] & schools["network"].notna()].reset_index(drop=True)
    x, y = lambert(rows["lon"].to_numpy(dtype=float), rows["lat"].to_numpy(dtype=float))
    located = (rows["lon"].notna() & rows["lat"].notna()).to_numpy()
    walk = np.full(len(rows), np.nan)
    supply = facts.supply[facts.supply["serves"] == "point"]
    walk[located] = nearest_minutes(
        np.column_stack([x, y])[located],
        supply[["x_m", "y_m"]].to_numpy(dtype=float),
        speed_kmh=assumptions.number("walk.speed_kmh"),
        detour=assumptions.number("walk.detour"),
    )
    spots = {"x_m": np.where(located, x, np.nan), "y_m": np.where(located, y, np.nan)}
    names = ["uai", "school_name", "school_type", "network", "network_head", "commune", "pupils"]
    return rows[names].assign(**spots, walk_min=walk)


def rep_networks(facts: Facts, measured: Measured, assumptions: Assumptions) -> pd.DataFrame:
    """Give each REP/REP+ network the need and the gap around its collège.

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
    schools = rep_schools(facts, assumptions)
    heads = schools[schools["uai"] == schools["network_head"]]
    grouped = schools.groupby("network_head")
    table = heads[["network_head", "school_name", "network", "commune", "walk_min"]].rename(
        columns={"school_name": "name"}
    )
    table = table.assign(
        schools=table["network_head"].map(grouped.size()),
        pupils=table["network_head"].map(grouped["pupils"].sum(min_count=1)),
    )
    around = _around(heads, measured, assumptions)
    return table.join(around).sort_values("network_head", ignore_index=True)


def _around(heads: pd.DataFrame, measured: Measured, assumptions: Assumptions) -> pd.DataFrame:
    radius = float(
        minutes_to_metres(
            assumptions.number("access.near_min"),
            assumptions.number("walk.speed_kmh"),
            assumptions.number("walk.detour"),
        )
    )
    points = measured.points
    tree = cKDTree(points[["x_m", "y_m"]].to_numpy(dtype=float))
    located = heads[heads["x_m"].notna()]
    rows = tree.query_ball_point(located[["x_m", "y_m"]].to_numpy(dtype=float), radius)
    found = []
    for index in rows:
        near = points.iloc[sorted(index)]
        people = near["need_persons"].sum()
        held = (near["need_persons"] * near["access_h_per_100"]).sum()
        found.append(
            {
                "need_persons": people,
                "access_h_per_100": held / people if people > 0 else np.nan,
                "missing_h_per_week": near["missing_h_per_week"].sum(),
            }
        )
    columns = ["need_persons", "access_h_per_100", "missing_h_per_week"]
    return pd.DataFrame(found, index=located.index, columns=columns, dtype=float)


def qpv_inside_outside(measured: Measured, assumptions: Assumptions) -> pd.DataFrame:
    """Give need, access and gap inside the QPV whose outline is known, and elsewhere.

    Returns
    -------
    DataFrame
        Two rows, ``inside`` and ``outside`` (which holds the QPV without a known outline), with
        the columns of ``gap.sum_points``.
    """
    points = measured.points[measured.points["in_territory"]]
    where = pd.Series(
        np.where(points["qpv_2015"].notna(), "inside", "outside"), index=points.index, name="where"
    )
    return gap.sum_points(points, where, assumptions)


def indices(facts: Facts, gaps: pd.DataFrame) -> pd.DataFrame:
    """Put the known indices, recomputed from open inputs, beside the gap of each commune.

    Parameters
    ----------
    gaps
        The gap table of the territory's communes, ``cog_2024``.

    Returns
    -------
    DataFrame
        Indexed by commune: ``name``, the five scores like those of IFN V2 (deciles within the
        département, not within France), their mean ``ifn``, ``deri``, our missing hours, need and
        access, and ``rank_gap``, ``rank_need``, ``rank_ifn``, ``rank_deri`` (1 the worst).
    """
    communes = pd.DataFrame(facts.communes.drop(columns="geometry")).set_index("commune")
    scores = comparators.decile_scores(_ifn_inputs(communes))
    inputs = _deri_inputs(facts, communes)
    table = gaps.set_index("code")[
        ["name", "missing_h_per_week", "need_persons", "access_h_per_100"]
    ].join(scores)
    table["ifn"] = comparators.ifn_v2(table)
    table["deri"] = comparators.deri(inputs)["deri"].reindex(table.index)
    ranked = comparators.ranks(
        pd.DataFrame(
            {
                "gap": table["missing_h_per_week"],
                "need": table["need_persons"],
                "ifn": table["ifn"],
                "deri": table["deri"],
            }
        )
    )
    return table.join(ranked)


def _ifn_inputs(communes: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "no_thd_coverage_rate": communes["no_thd_pct"],
            "no_4g_coverage_rate": 100 - communes["mobile_coverage_pct"],
            "poverty_rate": communes["poverty_disposable_pct"],
            "older_65_rate": communes["pop_65p_pct"],
            "nscol15p_rate": communes["low_diploma_pct"],
        }
    )


def _deri_inputs(facts: Facts, communes: pd.DataFrame) -> pd.DataFrame:
    work = facts.iris.groupby("commune")[["unemployed_15_64", "active_15_64"]].sum()
    people = communes["population"].where(communes["population"] > 0)
    return pd.DataFrame(
        {
            "share_75p_pct": 100 * communes["pop_75p"] / people,
            "share_60_74_pct": 100 * communes["pop_60_74"] / people,
            "low_diploma_pct": communes["low_diploma_pct"],
            "unemployment_pct": 100 * work["unemployed_15_64"] / work["active_15_64"],
            "poverty_pct": communes["poverty_disposable_pct"],
            "no_thd_pct": communes["no_thd_pct"],
        }
    )


def explanations(facts: Facts, gaps: pd.DataFrame) -> dict[str, comparators.Explanation]:
    """Say for each commune of the territory, in one sentence, why the ranks differ."""
    table = indices(facts, gaps)
    shown = table.loc[:, ~table.columns.str.startswith("rank_")].drop(columns="ifn")
    called = ("IFN V2 recalculé", "IFN V2, recomputed")
    return {str(code): comparators.explain(str(code), shown, index=called) for code in table.index}
