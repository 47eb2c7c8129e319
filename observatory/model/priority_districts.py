"""The QPV: each with what is in it and the rest of its communes, and all of them against the rest.

A cell that the edge of a QPV cuts gives it the share of its people that its surface inside has in
the whole (``tables.facts.POINT_QPV``). What no QPV takes is outside, so in and out make the whole.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from observatory.geo.codes import in_cog
from observatory.model import gap
from observatory.model.levels import inside_and_outside, parts_of, qpv_of_degrees
from observatory.model.model import Model

SIDES = ("inside", "outside")
_NEED = "need_persons"
_COUNTS = ("places", "schools", "rep_schools", "edge_points")


def sides(model: Model) -> tuple[pd.DataFrame, pd.Series[Any]]:
    """Return the territory's points, cut by the edges of the QPV, and on which side each is."""
    return parts_of(model.measured.points, inside_and_outside(model.facts))


def totals(model: Model) -> pd.DataFrame:
    """Return need, help and gap inside the QPV of known outline and outside, by side.

    Columns of :func:`observatory.model.gap.sum_points` and ``help_h_per_week``.
    """
    parts, side = sides(model)
    shared = (parts["area_h_per_100"] * parts[_NEED] / 100).groupby(side).sum()
    at = model.facts.supply[model.ground.located]
    hours = pd.Series(model.help_hours[model.ground.located], index=at.index)
    here = at["commune"].map(model.facts.communes.set_index("commune")["in_territory"])
    own = hours[here.astype(bool)].groupby(_side(at["qpv"])).sum()
    found = gap.sum_points(parts, side)
    return found.assign(help_h_per_week=shared.add(own, fill_value=0.0)).rename_axis("code")


def qpv_zones(model: Model) -> pd.DataFrame:
    """Return each QPV of the territory, then both sides of their edges (``QPV_ZONES``).

    A QPV across the border of the territory is whole in its row; both sides are of the territory.
    """
    facts = model.facts
    names = facts.qpv.set_index("qpv")
    zones = model.gaps("qpv", "cog_2025").set_index("code")
    lacking = model.figures("qpv", "cog_2025").set_index("code")["missing_h_per_week"]
    zones = zones.assign(
        missing_h_per_week=lacking,  # to the norm, whichever it is, as in the totals
        communes=names["communes"],
        edge_pct=_edge_pct(model),
        **_rest(model, names["communes"]),
    )
    table = pd.concat([zones, totals(model)])
    table = table.join(_counts(model).where(_known(facts.qpv, table.index)))
    people = table[_NEED].where(table[_NEED] > 0)
    table["missing_h_per_100"] = 100 * table["missing_h_per_week"] / people
    table["need_pct"] = 100 * table[_NEED] / table["population"].where(table["population"] > 0)
    return table.rename_axis("code").reset_index()


def _side(qpv: pd.Series[Any]) -> pd.Series[Any]:
    return qpv.notna().map({True: SIDES[0], False: SIDES[1]})


def _known(qpv: pd.DataFrame, codes: pd.Index) -> pd.Series[Any]:
    """Return which rows have an outline, and so counts: nothing is counted where none is known."""
    unknown = set(qpv.loc[~qpv["outline_known"], "qpv"])
    return pd.Series(~codes.isin(unknown), index=codes)


def _edge_pct(model: Model) -> pd.Series[Any]:
    """Return the share of each QPV's people in difficulty on surfaces that its edge cuts, %."""
    taken = model.ground.memberships("qpv", "cog_2025")
    people = taken["share"] * model.need_persons[taken["row"].to_numpy()]
    whole = people.groupby(taken["zone"]).sum()
    cut = people.where(taken["share"] < 1, 0.0).groupby(taken["zone"]).sum()
    return pd.Series(100 * cut / whole.where(whole > 0)).clip(upper=100.0)


def _rest(model: Model, communes: pd.Series[Any]) -> dict[str, pd.Series[Any]]:
    """Return what the communes of each QPV have outside every QPV, within the territory."""
    parts, side = sides(model)
    out = parts[side == SIDES[1]]
    commune = out["commune"].map(lambda code: in_cog(code, "cog_2025"))
    reached = out[_NEED] * out["access_h_per_100"]
    sums = (
        out[["population", _NEED, "missing_h_per_week"]]
        .assign(reached=reached.where(out[_NEED] > 0, 0.0))
        .groupby(commune)
        .sum()
    )
    rest = pd.DataFrame(
        {code: sums.reindex(text.split("|")).sum() for code, text in communes.items()},
        index=sums.columns,
    ).T
    people = rest[_NEED].where(rest[_NEED] > 0)
    return {
        "rest_need_pct": 100 * rest[_NEED] / rest["population"].where(rest["population"] > 0),
        "rest_access_h_per_100": rest["reached"] / people,
        "rest_missing_h_per_100": 100 * rest["missing_h_per_week"] / people,
    }


def _counts(model: Model) -> pd.DataFrame:
    """Return how many places and schools each QPV and each side holds, by their point."""
    facts = model.facts
    places = facts.places
    sites = places[(places["located"] == "point") & ~places["seat"]]
    sites = sites[["in_territory"]].join(qpv_of_degrees(sites, facts.qpv))
    schools = facts.schools[facts.schools["lon"].notna()]
    ranked = schools["network"].notna()
    names = ["qpv", "qpv_edge", "in_territory"]
    rows = pd.concat(
        [
            sites[names].assign(places=1),
            schools[names].assign(schools=1, rep_schools=ranked.astype(int)),
        ]
    ).fillna(dict.fromkeys(_COUNTS[:3], 0))
    rows["edge_points"] = rows["qpv_edge"].eq(True).fillna(False).astype(int)
    here = rows[rows["in_territory"]]
    by_side = here.groupby(_side(here["qpv"]))[list(_COUNTS)].sum()
    by_qpv = rows.groupby("qpv")[list(_COUNTS)].sum()
    codes = [*facts.qpv["qpv"], *SIDES]
    found = pd.concat([by_qpv, by_side]).reindex(codes, fill_value=0)
    return found.astype(np.float64)
