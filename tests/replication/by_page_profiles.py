"""Poverty, diploma and profiles of a zone: steps 7 to 10 and 17 to 19 of `docs/methode.md`."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from by_page_margins import Nation
from by_page_tables import Given, by_age, expit, logit, shift

FIFTEEN = ["pop_15_29", "pop_30_44", "pop_45_59", "pop_60_74", "pop_75p"]
AGES = ["pop_0_14", *FIFTEEN]
PARTS = {  # step 8: the ages of Filosofi in those of the survey
    "15_44": {"under_30": 1 / 2, "30_39": 1 / 3, "40_49": 1 / 6},
    "45_59": {"40_49": 1 / 3, "50_59": 2 / 3},
    "60_74": {"60_74": 1},
    "75p": {"75p": 1},
}
EDGE = (0.005, 0.995)


@dataclass(frozen=True)
class Profiles:
    """People of a zone and their national rates, cell by cell (step 19)."""

    people: np.ndarray  # n(z, k)
    rates: np.ndarray  # p(k)


def four_ages(people: pd.DataFrame) -> np.ndarray:
    """Give the people of the four ages of the survey, from those of the census (step 7)."""
    young = people["pop_15_29"] + people["pop_30_44"]
    return np.column_stack([young, people[["pop_45_59", "pop_60_74", "pop_75p"]]])


def poverty_by_age(communes: pd.DataFrame) -> np.ndarray:
    """Give the commune's poverty by age of the survey, NaN where a part is suppressed (step 8)."""
    joined = [
        sum(weight * communes[f"poverty_{part}_pct"] for part, weight in parts.items())
        for parts in PARTS.values()
    ]
    return np.clip(np.column_stack(joined) / 100, *EDGE)


def spread(along: pd.Series, people: pd.Series, mean: float, slope: float) -> pd.Series:
    """Spread a commune's share over its IRIS along another (steps 8 and 10), as shares of 1."""
    known = along.notna() & ~np.isnan(mean)
    result = pd.Series(mean, index=along.index)
    if known.any() and people[known].sum() > 0:
        logits = slope * logit(along[known].to_numpy())
        moved = shift(logits, people[known].to_numpy(dtype=float), mean)
        result[known] = expit(logits + moved)
    return result


def poverty(iris: pd.DataFrame, communes: pd.DataFrame, slope: float) -> pd.Series:
    """Give pi(z), the disposable poverty of each IRIS (step 8)."""
    rate = communes.set_index("commune")["poverty_disposable_pct"] / 100
    declared = (iris["poverty_declared_pct"] / 100).clip(*EDGE)
    return pd.concat(
        spread(declared[of.index], of["population"], rate[code], slope)
        for code, of in iris.groupby("commune")
    ).reindex(iris.index)


def low_diploma(iris: pd.DataFrame, slope: float) -> pd.Series:
    """Give u(z), the share without the baccalauréat of each IRIS (step 10)."""
    expected = iris["low_diploma_expected_pct"] / 100
    people = iris[FIFTEEN].sum(axis=1)
    return pd.concat(
        spread(expected[of.index], people[of.index], of["low_diploma_pct"].iloc[0] / 100, slope)
        for _, of in iris.groupby("commune")
    ).reindex(iris.index)


def poverty_distance(
    people: np.ndarray, poor: float, by_ages: np.ndarray, commune: float, national: np.ndarray
) -> np.ndarray:
    """Give d(a), from the poverty of the nation to that of a zone (steps 8 and 17).

    `national` holds logit pi of all ages, then logit pi(a) of the four.
    """
    ages = np.where(np.isnan(by_ages), commune, by_ages)
    moved = logit(ages) + shift(logit(ages), people, poor)
    return np.where(np.isnan(by_ages), logit(poor) - national[0], moved - national[1:])


def national_poverty(given: Given, nation: Nation) -> np.ndarray:
    """Give logit pi of the nation, then of its four ages brought to that mean (step 17)."""
    mean = float(given["need.poverty_national_pct"]) / 100
    ages = logit(by_age(given, "need.poverty_age_pct"))
    return np.concatenate([[logit(mean)], ages + shift(ages, nation.age_shares, mean)])


def by_living_standard(people: np.ndarray, distance: np.ndarray, nation: Nation) -> np.ndarray:
    """Give n(z, a, g) of a zone (step 17)."""
    first = expit(logit(nation.groups[0]) + distance)
    second = expit(logit(1 - nation.groups[2]) + distance)
    return people[:, None] * np.column_stack([first, second - first, 1 - second])


def by_diploma(cells: np.ndarray, share: float, nation: Nation) -> np.ndarray:
    """Give n(z, a, g, e) of a zone, those without the baccalauréat first (step 18)."""
    logits = logit(nation.low_diploma)
    without = cells * expit(logits + shift(logits, cells, share))
    return np.stack([without, cells - without], axis=-1)


def profiles(
    people: np.ndarray,
    poor: float,
    without: float,
    distance: np.ndarray,
    nation: Nation,
) -> Profiles:
    """Give the profiles of a zone: the fullest that what is known of it allows (step 19)."""
    if np.isnan(poor):
        return Profiles(people, nation.age_rates)
    cells = by_living_standard(people, distance, nation)
    if np.isnan(without):
        return Profiles(cells.ravel(), nation.by_group.ravel())
    return Profiles(by_diploma(cells, without, nation).ravel(), nation.by_diploma.ravel())
