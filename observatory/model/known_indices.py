"""The known indices of digital fragility, recomputed from open inputs, beside our gap."""

from __future__ import annotations

import pandas as pd

from observatory.model import comparators
from observatory.model.observed import Facts, at_home
from observatory.tables.remarks import Remark


def indices_of(facts: Facts, gaps: pd.DataFrame) -> pd.DataFrame:
    """Return the known indices, recomputed from open inputs, beside the gap of each commune.

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
    rows = facts.communes[at_home(facts.communes, facts)]
    communes = pd.DataFrame(rows.drop(columns="geometry")).set_index("commune")
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
    work = work.reindex(communes.index)
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


def explanations(facts: Facts, gaps: pd.DataFrame, *, moved: bool = False) -> dict[str, Remark]:
    """Return for each commune of the territory the figures that tell why the ranks differ.

    ``moved``: the norm is a share of the help there is, so that its hours are to move.
    """
    table = indices_of(facts, gaps)
    shown = table.loc[:, ~table.columns.str.startswith("rank_")].drop(columns="ifn")
    return {
        str(code): comparators.explain(str(code), shown, index="recomputed", moved=moved)
        for code in table.index
    }
