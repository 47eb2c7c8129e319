"""The observatory's figures computed again, from its method page alone.

Only the stored tables of an edition and the file of assumptions are read; nothing of the
observatory's code is used. Each function names the steps of the page (`docs/methode.md`) that it
carries out; need is in :mod:`replicate_need`, the draws are in :mod:`replicate_draws`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from replicate_need import (
    national_rate,
    need_of_iris,
    need_of_points,
    residents_15,
    to_latest,
    to_points,
)
from replicate_tables import Chance, Edition
from scipy.spatial.distance import cdist

PROGRAMMES = ("Conseillers numériques", "France Services", "Aidants Connect")


@dataclass
class Result:
    """The figures of every point, and the norm."""

    need: np.ndarray
    walked: np.ndarray
    spread: np.ndarray
    norm: float
    help_hours: np.ndarray
    nearest_min: np.ndarray

    @property
    def access(self) -> np.ndarray:
        """The hours in reach, per 100 people in need: step 32."""
        return self.walked + self.spread

    @property
    def missing(self) -> np.ndarray:
        """The hours missing: step 37."""
        return np.maximum(self.norm - self.access, 0) / 100 * self.need


def replicate(e: Edition, a: dict[str, Any], chance: Chance | None = None) -> Result:
    """Compute every point of an edition under assumptions."""
    need = need_of_points(e, a, chance)
    hours = listed_hours(e, a) * (chance.standing if chance else still_there(e.supply, a))
    metres = to_places(e)
    walked = 100 * share_out(decay(metres, a), need, hours[e.located])
    spread = 100 * area_access(e, a, need, hours, chance)
    at_norm = norm(e, a, need, walked + spread)
    return Result(need, walked, spread, at_norm, hours, minutes(metres, a).min(axis=1))


def unit_hours(a: dict[str, Any]) -> dict[str, float]:
    """Return the hours of a post, of an opening hour and of an aidant: step 26."""
    contract = a["capacity.counsellor.contract_h_per_week"]
    each = (
        contract * a["capacity.counsellor.public_share"],
        a["capacity.france_services.agents"] * a["capacity.france_services.digital_share"],
        a["capacity.aidant.h_per_week"] * (1 - a["capacity.aidant.counted_twice"]),
    )
    return dict(zip(PROGRAMMES, each, strict=True))


def listed_hours(e: Edition, a: dict[str, Any]) -> np.ndarray:
    """Return the hours of each row of help as listed: step 26."""
    opened = e.supply["open_h_per_week"].fillna(a["capacity.france_services.unknown_hours"])
    units = e.supply["posts"].mask(e.supply["programme"] == "France Services", opened)
    hours = units * e.supply["programme"].map(unit_hours(a))
    return hours.mask(e.supply["counted_elsewhere"], 0.0).to_numpy()


def still_there(rows: pd.DataFrame, a: dict[str, Any]) -> np.ndarray:
    """Return the chance that help still stands, by the age of its information: step 28."""
    age = rows["age_months"]
    weight = pd.Series(1.0, index=rows.index)
    weight = weight.mask(age > a["freshness.stale_months"], a["freshness.weight_stale"])
    weight = weight.mask(age > a["freshness.very_stale_months"], a["freshness.weight_very_stale"])
    return weight.mask(age.isna(), a["freshness.weight_unknown"]).to_numpy()


def to_places(e: Edition) -> np.ndarray:
    """Return the metres from each point to each located row of help: step 29."""
    at = ["x_m", "y_m"]
    return cdist(e.points[at].to_numpy(), e.supply.loc[e.located, at].to_numpy(float))


def minutes(metres: np.ndarray, a: dict[str, Any]) -> np.ndarray:
    """Return the minutes of walking of a straight line: step 29."""
    return metres * a["walk.detour"] / (a["walk.speed_kmh"] * 1000 / 60)


def decay(metres: np.ndarray, a: dict[str, Any]) -> np.ndarray:
    """Return how much help counts at a distance in a straight line: step 30."""
    walk = minutes(metres, a)
    edges = [a[f"access.step.edge_min.e{k}"] for k in (1, 2, 3)]
    if a["access.decay"] == "binary":
        return np.where(walk <= edges[-1], 1.0, 0.0)
    if a["access.decay"] == "gaussian":
        bell = np.exp(-((walk / edges[-1]) ** 2) / 2)
        return np.where(walk <= edges[-1], (bell - np.exp(-0.5)) / (1 - np.exp(-0.5)), 0.0)
    weight = [a[f"access.step.weight.w{k}"] for k in (1, 2, 3)]
    return np.select([walk <= edge for edge in edges], weight, 0.0)


def share_out(weight: np.ndarray, need: np.ndarray, hours: np.ndarray) -> np.ndarray:
    """Return the hours per person in need at each point: step 31."""
    crowd = need @ weight
    ratio = np.divide(hours, crowd, out=np.zeros(len(hours)), where=crowd > 0)
    return weight @ ratio


def areas(e: Edition) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return the points of each area served, and the rows of help that serve it: step 32."""
    commune = e.points["commune"]
    place_of = {
        "commune": commune,
        "ept": commune.map(e.communes["ept"]),
        "departement": commune.str[:2],
    }
    rows = e.supply[~e.located]
    return [
        (np.flatnonzero(place_of[serves] == area), part.index.to_numpy())
        for (serves, area), part in rows.groupby(["serves", "area"], sort=True)
    ]


def area_access(
    e: Edition, a: dict[str, Any], need: np.ndarray, hours: np.ndarray, chance: Chance | None
) -> np.ndarray:
    """Return the hours per person that serve the area of each point: step 32; in draws, step 47."""
    spread = np.zeros(len(need))
    for inside, rows in areas(e):
        if need[inside].sum() > 0:
            spread[inside] += hours[rows].sum() / need[inside].sum()
    if chance:
        at = e.points[["x_m", "y_m"]].to_numpy()
        weight = decay(cdist(at, at[chance.stands_at]), a)
        apart = share_out(weight, need, hours[~e.located])
        spread += chance.gathered * (apart - spread)
    return spread


# ---- Norm, gap and sums ----------------------------------------------------------------------
def norm(e: Edition, a: dict[str, Any], need: np.ndarray, access: np.ndarray) -> float:
    """Return the norm, hours a week per 100 people in need: steps 33-36."""
    asked = a["gap.norm"]
    known = e.national.set_index(["item", "area"])["quantity"]
    each = unit_hours(a)
    if asked == "france":
        listed = ["counsellor_posts", "france_services_hours", "aidants"]
        rows = e.national.set_index("item").loc[listed]
        units = rows["quantity"].to_numpy() - [0, 0, known["aidants_in_france_services", "FR"]]
        hours = units * still_there(rows, a) @ [each[name] for name in PROGRAMMES]
        return float(100 * hours / (known["residents_15p", "FR"] * national_rate(a)))
    if asked == "promise":
        posts = known["promised_posts", "93"]
        return float(100 * posts * each[PROGRAMMES[0]] / need[e.home].sum())
    if asked == "service":
        return float(100 * a["gap.service_h_per_year"] / a["gap.open_weeks_per_year"])
    if asked in ("share", "departement"):
        kept = e.here if asked == "share" else e.home
        return float(need[kept] @ access[kept] / need[kept].sum())
    return float(str(asked).replace(",", "."))


def parts(e: Edition, level: str) -> pd.DataFrame:
    """Return which zone takes which share of each point: steps 39, 40."""
    if level == "qpv":
        row = pd.Series(range(len(e.points)), index=e.points["point"])
        taken = e.point_qpv
        return pd.DataFrame(
            {"row": taken["point"].map(row), "zone": taken["qpv"], "share": taken["share"]}
        )
    ept = e.points["commune"].map(e.communes["ept"])
    zone = ept if level == "ept" else e.points[level]
    whole = pd.DataFrame({"row": range(len(e.points)), "zone": zone, "share": 1.0})
    return whole[e.here]


def zones(e: Edition, a: dict[str, Any], result: Result, level: str) -> pd.DataFrame:
    """Return the figures of a level (``iris``, ``commune``, ``qpv``, ``ept``): steps 22, 38-41."""
    taken = parts(e, level)
    row, share, zone = (taken[name].to_numpy() for name in ("row", "share", "zone"))

    def summed(figure: np.ndarray) -> pd.Series:
        return pd.Series(figure[row] * share).groupby(zone).sum()

    need, missing = summed(result.need), summed(result.missing)
    at = e.supply[e.located]
    home = at["commune"].map(e.communes["ept"]) if level == "ept" else at[level]
    own = pd.Series(result.help_hours[e.located], index=at.index).groupby(home).sum()
    post = a["gap.etp_h_per_week"] * a["capacity.counsellor.public_share"]
    near = 100.0 * (result.nearest_min <= a["access.near_min"])
    census, adults = e.points["population"], to_points(e, residents_15(e).sum(axis=1))
    beside = to_points(e, residents_15(e).sum(axis=1) - need_of_iris(e, a))
    return pd.DataFrame(
        {
            "population": summed(census.to_numpy()),
            "population_latest": summed(
                (census * e.points["commune"].map(to_latest(e))).to_numpy()
            ),
            "population_15": summed(adults),
            "weak_skills_persons": summed(beside) * a["need.weak_skills_pct"] / 100,
            "need_pct": 100 * need / summed(adults),
            "need_persons": need,
            "help_h_per_week": summed(result.spread * result.need / 100).add(
                own.reindex(need.index), fill_value=0
            ),
            "access_h_per_100": summed(result.access * result.need) / need,
            "nearest_min": summed(result.nearest_min * result.need) / need,
            "within_15_pct": summed(near * result.need) / need,
            "missing_h_per_week": missing,
            "missing_h_per_100": 100 * missing / need,
            "missing_etp": missing / post,
        }
    )
