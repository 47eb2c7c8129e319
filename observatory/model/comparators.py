"""The known indices of digital fragility, recomputed from their formulas, beside ours.

IFN V2 (La Mednum, 2023) is the mean of five scores; IFN V1 (2020) averages four axes; a DERI-like
score follows the Digital Exclusion Risk Index (Greater Manchester). None of them holds the help
that exists: :func:`explain` gives the figures that tell why their rank differs from ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from observatory.errors import ColumnsError
from observatory.tables.remarks import Remark, remark

#: The five scores of IFN V2, by what they score; published under names that end in ``_rate``.
IFN_V2: dict[str, str] = {
    "no_thd_coverage_rate": "no fixed high-speed internet",
    "no_4g_coverage_rate": "no 4G",
    "poverty_rate": "poverty",
    "older_65_rate": "people aged 65 and over",
    "nscol15p_rate": "low diploma",
}
#: Weights of DERI v1.2-1.4 for which French open data have a like; the published scheme also has
#: pension credit, disability, mobile and broadband speeds, and social grade.
DERI: dict[str, dict[str, float]] = {
    "demography": {"share_75p_pct": 5.0, "share_60_74_pct": 5.0},
    "deprivation": {"low_diploma_pct": 4.0, "unemployment_pct": 2.0, "poverty_pct": 2.0},
    "broadband": {"no_thd_pct": 3.0},
}


def ifn_v2(scores: pd.DataFrame) -> pd.Series[Any]:
    """Return the total of IFN V2: the mean of its five scores (1-10), NaN where one is missing."""
    _need(scores, tuple(IFN_V2), "scores of IFN V2")
    return scores[list(IFN_V2)].mean(axis=1, skipna=False).rename("ifn_v2")


def decile_scores(values: pd.DataFrame) -> pd.DataFrame:
    """Score each column from 1 (lowest) to 10 (highest) by rank within the set, ties alike.

    The like of IFN V2's scores from open inputs. IFN's own rank among all the communes of France;
    within a territory the same formula gives another scale, and the comparison is of ranks.
    """
    ranks = values.rank()
    most = values.notna().sum()
    return (1 + 9 * (ranks - 1) / (most - 1).where(most > 1)).where(values.notna())


def minmax(values: pd.Series[Any]) -> pd.Series[Any]:
    """Return ``10 (x - min) / (max - min)`` within the set; 0 where all are alike."""
    span = values.max() - values.min()
    return 10 * (values - values.min()) / span if span > 0 else values * 0.0


def deri(zones: pd.DataFrame, weights: Mapping[str, Mapping[str, float]] = DERI) -> pd.DataFrame:
    """Return a DERI-like score (0-10, higher is riskier) within the set of zones.

    Each indicator is scaled by :func:`minmax`, averaged in its component with weights that are
    made to sum to one, and the components are averaged evenly.

    Parameters
    ----------
    zones
        One column for each indicator named in ``weights``, higher meaning more at risk.
    weights
        Component -> indicator -> weight.

    Returns
    -------
    DataFrame
        One column a component, and ``deri``; NaN where an indicator is missing.
    """
    _need(zones, tuple(name for part in weights.values() for name in part), "indicators of DERI")
    out = pd.DataFrame(index=zones.index)
    for component, parts in weights.items():
        total = sum(parts.values())
        out[component] = sum(minmax(zones[name]) * (w / total) for name, w in parts.items())
    out["deri"] = out[list(weights)].mean(axis=1, skipna=False)
    return out


def ranks(scores: pd.DataFrame) -> pd.DataFrame:
    """Rank each column, 1 for the highest (most fragile, or most missing hours); ties share it."""
    return scores.rank(ascending=False, method="min").astype("Int64").add_prefix("rank_")


def explain(
    code: str, table: pd.DataFrame, *, index: str = "published", moved: bool = False
) -> Remark:
    """Return the figures that tell why IFN V2 and the gap rank a commune otherwise.

    Parameters
    ----------
    code
        The commune, in the index of ``table``.
    table
        One row a commune of the territory: ``name``, ``missing_h_per_week``,
        ``access_h_per_100``, ``need_persons`` and the five scores of IFN V2.
    index
        Which IFN V2 it is: ``published``, or ``recomputed``.
    moved
        Whether what lacks to the norm is to move, the norm being a share, and not missing.
    """
    wanted = ("name", "missing_h_per_week", "access_h_per_100", "need_persons")
    _need(table, (*wanted, *IFN_V2), "comparison by commune")
    scored = table.assign(ifn=ifn_v2(table))
    known = ranks(pd.DataFrame({"gap": scored["missing_h_per_week"], "ifn": scored["ifn"]}))
    row = scored.join(known).to_dict("index")[code]
    unknown = tuple(name for name in (*wanted, *IFN_V2) if pd.isna(row[name]))
    if unknown:
        return remark("studies.not_compared", name=str(row["name"]), missing=unknown)
    by_score = sorted(IFN_V2, key=lambda name: (row[name], name))
    low, high = by_score[0], by_score[-1]
    return remark(
        "studies.ranks_compared_move" if moved else "studies.ranks_compared",
        name=str(row["name"]),
        rank_gap=int(row["rank_gap"]),
        count=len(table),
        missing_h=float(row["missing_h_per_week"]),
        rank_index=int(row["rank_ifn"]),
        index=index,
        ifn=float(row["ifn"]),
        high=high,
        high_score=float(row[high]),
        low=low,
        low_score=float(row[low]),
        people=float(row["need_persons"]),
        access_h=float(row["access_h_per_100"]),
    )


def _need(frame: pd.DataFrame, names: tuple[str, ...], what: str) -> None:
    missing = [name for name in names if name not in frame.columns]
    if missing:
        raise ColumnsError(
            what,
            expected="columns " + ", ".join(names),
            found="no " + ", ".join(missing),
            next_step="join the columns that are missing",
        )
