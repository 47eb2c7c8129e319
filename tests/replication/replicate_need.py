"""The people in digital difficulty of every point, computed again from the method page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from replicate_tables import Chance, Edition
from scipy.optimize import brentq, root
from scipy.special import expit, logit

#: The départements of the region, less the one with a level of its own.
REST = ("75", "77", "78", "91", "92", "94", "95")
BANDS = {
    "15_44": ["pop_15_29", "pop_30_44"],
    "45_59": ["pop_45_59"],
    "60_74": ["pop_60_74"],
    "75p": ["pop_75p"],
}


def need_of_points(e: Edition, a: dict[str, Any], chance: Chance | None = None) -> np.ndarray:
    """Return the people in difficulty of each point: step 21."""
    need = to_points(e, need_of_iris(e, a) * (chance.census if chance else 1.0))
    return np.where(e.here, need, need * a["access.border_need"])


def to_points(e: Edition, people: np.ndarray) -> np.ndarray:
    """Return the share of each point in the people of its IRIS: step 5."""
    share = e.points["residents"] / e.points.groupby("iris")["residents"].transform("sum")
    whole = e.points["iris"].map(pd.Series(people, index=e.iris["iris"]))
    return (whole * share.fillna(0)).to_numpy()


def to_latest(e: Edition) -> pd.Series:
    """Return what carries the census of each commune to its latest population: step 7."""
    return (e.communes["population_latest"].astype(float) / e.communes["population"]).fillna(1)


def residents_15(e: Edition) -> np.ndarray:
    """Return the residents of each IRIS by band of the survey: step 7."""
    bands = np.stack([e.iris[names].sum(axis=1) for names in BANDS.values()], axis=1)
    return bands * e.iris["commune"].map(to_latest(e)).to_numpy()[:, None]


def need_of_iris(e: Edition, a: dict[str, Any]) -> np.ndarray:
    """Return the people in difficulty of each IRIS: steps 19, 20."""
    n, poverty = residents_15(e), poverty_of_iris(e, a)
    by_age = poverty_by_age(n, poverty, e.communes.reindex(e.iris["commune"]))
    profiles, rates = by_profile(n, poverty, by_age, diploma_of_iris(e, a), a)
    need = profiles @ rates
    commune = e.iris["commune"]
    rows = (commune.map(e.communes["whole_departement"]) & (commune.str[:2] == "93")).to_numpy()
    if rows.any():
        level = a["need.level_departement_pct"] / 100
        level = shift(profiles[rows].sum(axis=0), logit(rates), level)
        need[rows] = profiles[rows] @ expit(logit(rates) + level)
    around = commune.str[:2].isin(REST).to_numpy()
    need[around] = profiles[around] @ expit(logit(rates) + shift_of_region(e, a))
    return need


def shift_of_region(e: Edition, a: dict[str, Any]) -> float:
    """Return the shift of the region outside Seine-Saint-Denis: step 20."""
    known = e.region_communes.set_index("commune")
    ages = [name for name in known if name.startswith("pop_")]
    latest = known["population_latest"]
    home, told = known.index.str[:2] == "93", known[ages].notna().all(axis=1)
    bands = np.stack([known[names].sum(axis=1) for names in BANDS.values()], axis=1)
    n = bands * np.where(told, latest / known[ages].sum(axis=1), 0)[:, None]
    weight = n[~home].sum() * latest[~home].sum() / latest[~home & told].sum()
    of_93 = n[home].sum() * latest[home].sum() / latest[home & told].sum()
    region, departement = (a[f"need.level_{part}_pct"] for part in ("region", "departement"))
    left = (region * (of_93 + weight) - departement * of_93) / weight / 100
    rest = known[~home & told]
    poverty = rest["poverty_disposable_pct"].to_numpy() / 100
    n = n[~home & told]
    by_age = poverty_by_age(n, poverty, rest)
    diploma = rest["low_diploma_pct"].to_numpy() / 100
    profiles, rates = by_profile(n, poverty, by_age, diploma, a)
    return shift(profiles.sum(axis=0), logit(rates), left)


def by_profile(
    n: np.ndarray, poverty: np.ndarray, by_age: np.ndarray, diploma: np.ndarray, a: dict[str, Any]
) -> tuple[np.ndarray, np.ndarray]:
    """Return the residents by profile, and the rate of each profile: steps 18, 19."""
    fitted = calibrate(a)
    # Profiles: the band alone, the band in a group, and these with or without the baccalauréat.
    people = [np.zeros((len(n), 4)), np.zeros((len(n), 12)), np.zeros((len(n), 24))]
    for z in range(len(n)):
        if np.isnan(poverty[z]) or a["need.model"] == "age":
            people[0][z] = n[z]
            continue
        grouped = n[z][:, None] * groups(poverty[z], by_age[z], a)
        if np.isnan(diploma[z]) or a["need.model"] == "poverty":
            people[1][z] = grouped.ravel()
            continue
        lack = expit(fitted.lack + shift(grouped, fitted.lack, diploma[z]))
        people[2][z] = np.stack([grouped * (1 - lack), grouped * lack], axis=2).ravel()
    rates = np.concatenate([fitted.by_age, fitted.by_group.ravel(), fitted.by_diploma.ravel()])
    return np.concatenate(people, axis=1), rates


def shift(people: np.ndarray, level: np.ndarray, share: float) -> float:
    """Return the s for which the people of chances expit(level + s) are a share of all."""
    total = people.sum()
    if total == 0:
        return 0.0
    share = min(max(share, 1e-9), 1 - 1e-9)
    return float(
        brentq(lambda s: (people * expit(level + s)).sum() / total - share, -60, 60, xtol=1e-13)
    )


def poverty_of_iris(e: Edition, a: dict[str, Any]) -> np.ndarray:
    """Return the poverty rate of each IRIS, a share of one: step 8."""
    published = e.iris["commune"].map(e.communes["poverty_disposable_pct"])
    known, people = e.iris["poverty_declared_pct"], e.iris["population"]
    return along(e.iris["commune"], known, published, people, a["need.iris_poverty"])


def poverty_by_age(n: np.ndarray, poverty: np.ndarray, communes: pd.DataFrame) -> np.ndarray:
    """Return the logit of poverty by band, NaN where it is suppressed: step 8."""
    under_30, thirties, forties, fifties, sixties, old = (
        communes[f"poverty_{ages}_pct"].to_numpy() / 100
        for ages in ("under_30", "30_39", "40_49", "50_59", "60_74", "75p")
    )
    young = under_30 / 2 + thirties / 3 + forties / 6
    bands = np.stack([young, forties / 3 + 2 * fifties / 3, sixties, old], axis=1)
    all_ages = communes["poverty_disposable_pct"].to_numpy()[:, None] / 100
    level = logit(np.where(np.isnan(bands), all_ages, bands).clip(0.005, 0.995))
    found = np.full(bands.shape, np.nan)
    for z in np.flatnonzero(~np.isnan(poverty)):
        told = ~np.isnan(bands[z])
        found[z, told] = level[z, told] + shift(n[z], level[z], poverty[z])
    return found


def diploma_of_iris(e: Edition, a: dict[str, Any]) -> np.ndarray:
    """Return the share without the baccalauréat of each IRIS, of one: step 10."""
    adults = e.iris[[name for names in BANDS.values() for name in names]].sum(axis=1)
    known, published = e.iris["low_diploma_expected_pct"], e.iris["low_diploma_pct"]
    contrast = np.where(e.iris["low_diploma_measured"], 1.0, a["need.iris_diploma"])
    return along(e.iris["commune"], known, published, adults, contrast)


def along(
    commune: pd.Series,
    known: pd.Series,
    published: pd.Series,
    people: pd.Series,
    contrast: float | np.ndarray,
) -> np.ndarray:
    """Spread what a commune publishes over its IRIS along what is known of each of them."""
    slope = contrast * logit((known.astype(float) / 100).clip(0.005, 0.995))
    found = published.astype(float) / 100
    for _, rows in commune.groupby(commune):
        told = slope[rows.index].dropna()
        share, lived = found[rows.index[0]], people[told.index]
        if lived.sum() > 0 and 0 < share < 1:
            c = shift(lived.to_numpy(float), told.to_numpy(), share)
            found[told.index] = expit(told + c)
    return found.to_numpy()


def groups(poverty: float, by_age: np.ndarray, a: dict[str, Any]) -> np.ndarray:
    """Return the shares of the low, middle and high living standards by band: step 17."""
    nation = a["need.poverty_national_pct"] / 100
    share, level = (
        np.array([a[f"need.{what}_pct.{band}"] for band in BANDS])
        for what in ("age_share", "poverty_age")
    )
    level = logit(level / 100)
    own = by_age - level - shift(share, level, nation)
    move = np.where(np.isnan(by_age), logit(poverty) - logit(nation), own)
    low = expit(logit(a["need.living_standard.low_share_pct"] / 100) + move)
    below_high = expit(logit(1 - a["need.living_standard.high_share_pct"] / 100) + move)
    return np.stack([low, below_high - low, 1 - below_high], axis=1)


@dataclass
class Fitted:
    """The national model: rates by profile, and the logit of lacking the baccalauréat."""

    by_age: np.ndarray
    by_group: np.ndarray
    by_diploma: np.ndarray
    lack: np.ndarray


def calibrate(a: dict[str, Any]) -> Fitted:
    """Fit the national model: steps 11-15."""
    share = np.array([a[f"need.age_share_pct.{band}"] for band in BANDS])
    share, rate = share / share.sum(), np.array([a[f"need.age_rate_pct.{b}"] for b in BANDS]) / 100
    low, high = (a[f"need.living_standard.{end}_share_pct"] / 100 for end in ("low", "high"))
    group = np.array([low, 1 - low - high, high])
    total, nation = a["need.total_2021_pct"] / 100, share @ rate

    def carried(rate_2021: float) -> float:
        return float(expit(logit(rate_2021) + logit(nation) - logit(total)))

    low_rate, high_rate = (
        carried(a[f"need.living_standard.{end}_rate_pct"] / 100) for end in ("low", "high")
    )
    odds = np.log(a["need.diploma.living_standard_odds"]) * np.array([1.0, 0.0, -1.0])
    without = np.array([a[f"need.diploma.share_pct.{band}"] for band in BANDS]) / 100
    lack = np.array([shift(group, odds, part) + odds for part in without])
    every, above = share @ without, a["need.diploma.above_rate_pct"] / 100
    lack_rate = carried((total - (1 - every) * above) / every)
    cells = np.outer(share, group)
    split = np.stack([cells * (1 - expit(lack)), cells * expit(lack)], axis=2)
    margins = [*(share * rate), low * low_rate, high * high_rate]
    by_group = fit(cells[:, :, None], margins)
    by_diploma = fit(split, [*margins, every * lack_rate])
    return Fitted(rate, by_group[:, :, 0], by_diploma, lack)


def fit(cells: np.ndarray, margins: list[float]) -> np.ndarray:
    """Return the rates of cells (age, group, diploma) of given margins: steps 13, 15-16."""
    age, group, lack = np.indices(cells.shape)
    terms = [age == band for band in range(4)] + [group == 0, group == 2, lack == 1]
    terms, wanted = terms[: len(margins)], list(margins)
    design = np.array(terms, dtype=float)

    def rates(effects: np.ndarray) -> np.ndarray:
        return np.asarray(expit(np.tensordot(effects, design, axes=1)))

    def solve(kept: list[int]) -> np.ndarray:
        def gap(some: np.ndarray) -> np.ndarray:
            effects = np.zeros(len(wanted))
            effects[kept] = some
            return np.array([(cells * rates(effects))[terms[k]].sum() - wanted[k] for k in kept])

        effects = np.zeros(len(wanted))
        effects[kept] = root(gap, np.where(np.array(kept) < 4, -1.0, 0.0), tol=1e-13).x
        return effects

    effects = solve(list(range(len(wanted))))
    if effects[4] < 0:
        effects = solve([k for k in range(len(wanted)) if k != 4])
    return rates(effects)


def national_rate(a: dict[str, Any]) -> float:
    """Return the country's rate of difficulty: step 11."""
    share = np.array([a[f"need.age_share_pct.{band}"] for band in BANDS])
    rate = np.array([a[f"need.age_rate_pct.{band}"] for band in BANDS])
    return float(share @ rate / share.sum() / 100)
