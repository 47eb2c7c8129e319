"""Where some families would be: a number of them shared out over the REP and REP+ schools.

Nobody publishes which families a programme chose. What stands here is a computation under an
assumption, the weight of a school, and never an observation.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import pandas as pd

from observatory.errors import ChoiceError
from observatory.geo.codes import in_cog
from observatory.model.model import Model
from observatory.model.places_in import iris_of
from observatory.model.priority_schools import rep_schools
from observatory.tables.check import check
from observatory.tables.priority_results import FAMILIES, GROUPS, WEIGHTS

Weight = Literal["pupils", "ips", "need"]
Group = Literal["network", "commune", "school"]
#: A round number of families to begin with; whoever plans says theirs.
USUAL = 100
MOST = 1_000_000


def families(
    model: Model, *, count: int = USUAL, by: Group = "network", weight: Weight = "pupils"
) -> pd.DataFrame:
    """Return where some families of REP/REP+ schools would be, by an assumed weight.

    Parameters
    ----------
    count
        How many families.
    by
        ``network`` (its collège), ``commune`` or ``school``.
    weight
        ``pupils``; ``ips``, pupils over the social index; ``need``, pupils times the share of
        people in difficulty in the school's IRIS. A school whose pupils or index are not
        published, as every nursery school, has no weight and no family.

    Raises
    ------
    ChoiceError
        Another weight or group, or a number of families that is not above 0.
    """
    _verify(count, by, weight)
    schools = _weighted(model, weight)
    key = {"network": "network_head", "commune": "commune", "school": "uai"}[by]
    if by == "commune":
        schools["commune"] = schools["commune"].map(lambda code: in_cog(code, "cog_2024"))
    table = _summed(schools.dropna(subset=[key]), key)
    whole = table["amount"].sum()
    table["share_pct"] = 100 * table["amount"] / whole if whole > 0 else np.nan
    shared = largest_remainder(table["amount"], count)
    table["families"] = shared if whole > 0 else np.nan
    names = schools.set_index("uai")
    if by == "commune":
        table = table.assign(name=table["commune_name"], network=None)
    else:
        table["name"] = names["school_name"].reindex(table.index).fillna("?")
    rows = table.rename_axis("code").reset_index().assign(by=by, weight=weight)
    ordered = rows.sort_values(["share_pct", "code"], ascending=[False, True], ignore_index=True)
    return pd.DataFrame(check(ordered[FAMILIES.names], FAMILIES))


def largest_remainder(weights: pd.Series[Any], count: int) -> pd.Series[Any]:
    """Share out a whole number by weight: whole parts that sum to it (Hamilton's method).

    Each has the whole part of its share; those with the largest remainders have one more, ties in
    the order of the index.
    """
    total = float(weights.sum())
    if not total > 0:
        return pd.Series(0, index=weights.index)
    exact = (count * weights / total).sort_index()
    whole = np.floor(exact + 1e-9).astype(int)
    left = count - int(whole.sum())
    first = (exact - whole).sort_values(ascending=False, kind="stable").index[:left]
    whole.loc[first] += 1
    return pd.Series(whole.reindex(weights.index))


def _verify(count: int, by: str, weight: str) -> None:
    for name, found, known in (("by", by, GROUPS), ("weight", weight, WEIGHTS)):
        if found not in known:
            raise ChoiceError(
                name,
                expected=" or ".join(known),
                found=repr(found),
                next_step="choose one of these",
            )
    if not 1 <= count <= MOST:
        raise ChoiceError(
            "count of families",
            expected=f"a whole number from 1 to {MOST}",
            found=str(count),
            next_step="choose how many families to share out",
        )


def _weighted(model: Model, weight: Weight) -> pd.DataFrame:
    """Return the REP and REP+ schools with their weight, 0 where none is known."""
    schools = rep_schools(model)
    known = model.facts.schools.set_index("uai")
    schools["ips"] = schools["uai"].map(known["ips"]).astype(float)
    factor: Any = 1.0
    if weight == "ips":
        factor = 100.0 / schools["ips"].where(schools["ips"] > 0)
    elif weight == "need":
        at = schools[["uai"]].merge(known[["lon", "lat"]], left_on="uai", right_index=True)
        iris = model.iris.set_index("iris")
        adults = model.ground.bands.sum(axis=1)
        rate: Any = iris["need_persons"] / np.where(adults > 0, adults, np.nan)
        factor = iris_of(at, model.facts).map(rate).to_numpy()
    amount = schools["pupils"].astype(float) * factor
    each = model.assumptions.number("kinds.rep_parents.per_pupil")
    near = model.assumptions.number("access.near_min")
    return schools.assign(
        amount=amount.fillna(0.0),
        uncounted=amount.isna().astype(int),
        parents=schools["pupils"].astype(float) * each,
        far=(schools["walk_min"] > near).astype(int),
    )


def _summed(schools: pd.DataFrame, key: str) -> pd.DataFrame:
    known = schools["ips"].notna() & schools["pupils"].notna()
    schools = schools.assign(
        counted=schools["pupils"].where(known), social=(schools["ips"] * schools["pupils"])
    )
    groups = schools.groupby(key)
    sums = groups[["pupils", "parents", "counted", "social"]].sum(min_count=1).astype(float)
    return pd.DataFrame(
        {
            "amount": groups["amount"].sum(),
            "schools": groups.size(),
            "schools_uncounted": groups["uncounted"].sum(),
            "pupils": sums["pupils"],
            "ips": sums["social"] / sums["counted"],
            "parents": sums["parents"],
            "schools_far": groups["far"].sum(),
            "network": groups["network"].first(),
            "commune_name": groups["commune_name"].first(),
        }
    )
