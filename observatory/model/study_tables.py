"""The tables of the study as the screens and the command line share them."""

from __future__ import annotations

import pandas as pd

from observatory.geo.codes import Cog, in_cog
from observatory.model import gap, kinds, languages, observe, studies, uncertainty
from observatory.model.assumptions import Assumptions
from observatory.model.observe import Facts, Level, Measured
from observatory.model.replay import Replay
from observatory.tables.check import check
from observatory.tables.language_tables import Languages
from observatory.tables.study_results import (
    COSTS,
    EQUITY,
    INDICES,
    INSIDE,
    NETWORKS,
    RANKS,
    TORNADO,
)
from observatory.tables.table import Table

DRAWS, SEED = 1000, 1
#: How many zones count as the worst, by level.
WORST = {"commune": 3, "iris": 20}
#: Acts only through the places that a draw closes, so that moving it alone moves nothing.
_CLOSING = "freshness."

MEANINGS = {
    "gini": (None, "Gini index of access: 0 all alike, 1 one person has all."),
    "theil": (None, "Theil's T of access: 0 all alike, no upper bound."),
    "concentration_poverty": (
        None,
        "Concentration of access along poverty: above 0 the poorer have more, below 0 less.",
    ),
    "qpv_ratio": (None, "Mean access inside the known QPV outlines over outside; 1 is alike."),
    "rep_far_schools": ("schools", "Located REP/REP+ schools beyond the near walk of any help."),
    "rep_known_schools": ("schools", "REP/REP+ schools whose place a source gives (collèges)."),
}


def measure(facts: Facts, assumptions: Assumptions) -> Measured:
    """Measure every point under these choices (``core.observe.measure``)."""
    return observe.measure(facts, assumptions)


def draws_by_iris(facts: Facts, assumptions: Assumptions, draws: int, seed: int) -> pd.DataFrame:
    """Draw the missing hours of every IRIS of the territory: one row a draw, one column an IRIS.

    Communes are sums of their IRIS, so that one series of draws serves both.
    """
    drawn = Replay(facts, assumptions, "iris").simulate(draws, seed)
    return drawn.set_axis(drawn.columns.astype(str), axis=1)


def to_communes(drawn: pd.DataFrame, cog: Cog) -> pd.DataFrame:
    """Sum the draws of the IRIS to their communes in a geography."""
    codes = [in_cog(str(name)[:5], cog) for name in drawn.columns]
    return drawn.T.groupby(codes).sum().T


def ranks_table(drawn: pd.DataFrame, gaps: pd.DataFrame, worst: int) -> pd.DataFrame:
    """Give each zone's hours and rank over the draws: ``contracts.study.RANKS``, worst first.

    Parameters
    ----------
    drawn
        One row a draw, one column a zone.
    gaps
        The gap table of the same zones.
    worst
        How many zones count as the worst.
    """
    ranks = uncertainty.rank_intervals(drawn, worst=worst)
    values = uncertainty.value_intervals(drawn).add_prefix("missing_")
    # A zone where nobody lives has no point, hence no draw: nothing is missing there.
    table = gaps[["code", "name", "missing_h_per_week"]].set_index("code").join(values)
    table = table.join(ranks).dropna(subset=["rank_p50"])
    table["rank"] = table["missing_h_per_week"].rank(ascending=False, method="min").astype(int)
    table["worst_pct"] = (100 * table.pop("worst_share")).clip(0, 100)
    table = table.assign(worst=worst, draws=len(drawn)).reset_index()
    return _settled(table.sort_values(["rank", "code"]), RANKS)


def tornado_table(facts: Facts, assumptions: Assumptions, cog: Cog = "cog_2024") -> pd.DataFrame:
    """Say which assumption moves the ranking of the communes most: ``contracts.study.TORNADO``.

    The chances that a place has closed are left out: they act through draws alone.
    """
    replay = Replay(facts, assumptions, "commune", cog)
    names = [name for name in replay.drawn_names() if not name.startswith(_CLOSING)]
    found = uncertainty.tornado(replay.missing, assumptions, names)
    table = found[["name", "low", "value", "high"]].assign(
        pairs_low_pct=100 * found["distance_low"],
        pairs_high_pct=100 * found["distance_high"],
        total_low_pct=100 * found["total_low"],
        total_high_pct=100 * found["total_high"],
    )
    reach = table[["total_low_pct", "total_high_pct"]].abs().max(axis=1)
    order = pd.DataFrame({"distance": -found["distance"].round(9), "reach": -reach.round(9)})
    return _settled(table.loc[order.sort_values(["distance", "reach"]).index], TORNADO)


def equity_table(facts: Facts, measured: Measured, assumptions: Assumptions) -> pd.DataFrame:
    """Give the measures of equity by name: ``contracts.study.EQUITY``."""
    found = studies.equity_of(facts, measured, assumptions)
    rows = [
        {"measure": name, "value": value, "unit": MEANINGS[name][0], "meaning": MEANINGS[name][1]}
        for name, value in found.items()
    ]
    return _settled(pd.DataFrame(rows), EQUITY)


def indices_table(facts: Facts, gaps: pd.DataFrame) -> pd.DataFrame:
    """Put the known indices beside the gap of each commune: ``contracts.study.INDICES``.

    Parameters
    ----------
    gaps
        The gap table of the communes, ``cog_2024``.
    """
    said = studies.explanations(facts, gaps)
    table = studies.indices(facts, gaps).rename_axis("code").reset_index()
    table["why"] = [said[code].fr for code in table["code"]]
    return _settled(table[INDICES.names].sort_values(["rank_gap", "code"]), INDICES)


def qpv_table(measured: Measured, assumptions: Assumptions) -> pd.DataFrame:
    """Give need, help and gap inside the known QPV outlines and outside."""
    table = studies.qpv_inside_outside(measured, assumptions).reset_index(names="where")
    table["missing_etp"] = gap.to_etp(table["missing_h_per_week"], assumptions)
    return _settled(table[INSIDE.names], INSIDE)


def networks_table(facts: Facts, measured: Measured, assumptions: Assumptions) -> pd.DataFrame:
    """Give need and gap around each REP/REP+ network's collège, the most lacking first."""
    table = studies.rep_networks(facts, measured, assumptions)[NETWORKS.names]
    order = ["missing_h_per_week", "network_head"]
    return _settled(table.sort_values(order, ascending=[False, True]), NETWORKS)


def costs_table(gaps: pd.DataFrame, assumptions: Assumptions) -> pd.DataFrame:
    """Give what the posts that fill each zone's gap cost in a year; zones not known are left out.

    The two bounds are those of the cost of one post, at the central gap.
    """
    table = gaps[["code", "name", "missing_h_per_week", "missing_etp"]].dropna()
    item = assumptions["gap.post_cost_eur"]
    low = item.number if item.low is None else item.low
    high = item.number if item.high is None else item.high
    table = table.assign(
        cost_eur=gap.cost_eur(table["missing_etp"], assumptions),
        cost_low_eur=table["missing_etp"] * min(low, item.number),
        cost_high_eur=table["missing_etp"] * max(high, item.number),
    )
    return _settled(table.sort_values(["cost_eur", "code"], ascending=[False, True]), COSTS)


def kinds_table(facts: Facts, assumptions: Assumptions, level: Level, cog: Cog) -> pd.DataFrame:
    """Give need by kind of difficulty: ``contracts.kinds.KINDS``."""
    return kinds.by_zone(facts, assumptions, level, cog)


def parents_table(facts: Facts, assumptions: Assumptions, by: kinds.By, cog: Cog) -> pd.DataFrame:
    """Count the parents of REP and REP+ pupils: ``contracts.kinds.REP_PARENTS``."""
    ept = str(facts.ept["ept"].iloc[0])
    return kinds.rep_parents(facts.schools, assumptions, by, cog, ept)


def languages_table(facts: Facts, spoken: Languages, cog: Cog) -> pd.DataFrame:
    """Say what is known of languages in each commune: ``contracts.languages.STATUS``."""
    return languages.status(facts, spoken, cog)


def _settled(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    return pd.DataFrame(check(frame, table))
