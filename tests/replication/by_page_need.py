"""People in digital difficulty: steps 5, 7, 20 and 21 of `docs/methode.md`."""

import numpy as np
import pandas as pd
from by_page_margins import Nation, nation
from by_page_profiles import (
    AGES,
    Profiles,
    four_ages,
    low_diploma,
    national_poverty,
    poverty,
    poverty_by_age,
    poverty_distance,
    profiles,
)
from by_page_tables import Given, assumptions, expit, logit, shift, table

DEPARTEMENT = "93"


def need_by_iris(given: Given | None = None) -> pd.Series:
    """Give the people in difficulty of each IRIS, at the official levels (steps 7 to 20)."""
    given = given or assumptions()
    model = nation(given)
    iris, communes = table("iris"), table("communes")
    found = iris_profiles(iris, communes, given, model)
    inside = iris["commune"].str[:2].eq(DEPARTEMENT).to_numpy()
    shifts = np.where(inside, departement_shift(found, inside, given), rest_shift(given, model))
    need = [_need(of, moved) for of, moved in zip(found, shifts, strict=True)]
    return pd.Series(need, index=iris["iris"])


def need_by_point(given: Given | None = None) -> pd.Series:
    """Give the people in difficulty of each point (steps 5 and 21)."""
    given = given or assumptions()
    points = table("points")
    share = points["residents"] / points.groupby("iris")["residents"].transform("sum")
    need = share * points["iris"].map(need_by_iris(given))
    need = need.where(points["in_territory"], need * float(given["access.border_need"]))
    return need.set_axis(points["point"])


def latest_people(iris: pd.DataFrame, communes: pd.DataFrame) -> np.ndarray:
    """Give n(z, a): people of the four ages, for the latest population (step 7)."""
    by_code = communes.set_index("commune")
    factor = (by_code["population_latest"] / by_code["population"]).astype(float).fillna(1)
    return four_ages(iris) * iris["commune"].map(factor).to_numpy()[:, None]


def iris_profiles(
    iris: pd.DataFrame, communes: pd.DataFrame, given: Given, model: Nation
) -> list[Profiles]:
    """Give the profiles of every IRIS (steps 7 to 10 and 17 to 19)."""
    own = communes.set_index("commune").loc[iris["commune"]].reset_index()
    return _all_profiles(
        people=latest_people(iris, communes),
        poor=poverty(iris, communes, float(given["need.iris_poverty"])).to_numpy(),
        without=low_diploma(iris, float(given["need.iris_diploma"])).to_numpy(),
        own=own,
        given=given,
        model=model,
    )


def region_profiles(region: pd.DataFrame, given: Given, model: Nation) -> list[Profiles]:
    """Give the profiles of communes whose ages are known, each as one IRIS (step 20)."""
    factor = region["population_latest"] / region[AGES].sum(axis=1)
    return _all_profiles(
        people=four_ages(region) * factor.to_numpy()[:, None],
        poor=region["poverty_disposable_pct"].to_numpy() / 100,
        without=region["low_diploma_pct"].to_numpy() / 100,
        own=region,
        given=given,
        model=model,
    )


def departement_shift(found: list[Profiles], inside: np.ndarray, given: Given) -> float:
    """Give s, which carries the département to its official share (step 20)."""
    of = [profile for profile, here in zip(found, inside, strict=True) if here]
    return _level_shift(of, float(given["need.level_departement_pct"]) / 100)


def rest_shift(given: Given, model: Nation) -> float:
    """Give the shift of the region outside the département (step 20)."""
    region = table("region_communes")
    known = region["pop_15_29"].notna()
    inside = region["commune"].str[:2].eq(DEPARTEMENT)
    found = region_profiles(region[known & ~inside], given, model)
    n93 = _grown(region[inside], known[inside])
    rest = _grown(region[~inside], known[~inside])
    region_level = float(given["need.level_region_pct"]) / 100
    own_level = float(given["need.level_departement_pct"]) / 100
    return _level_shift(found, (region_level * (n93 + rest) - own_level * n93) / rest)


def _grown(region: pd.DataFrame, known: pd.Series) -> float:
    """Give the people of 15 and over, communes without ages weighing by their population."""
    of = region[known]
    factor = of["population_latest"] / of[AGES].sum(axis=1)
    people = four_ages(of).sum(axis=1) @ factor.to_numpy()
    return float(people * region["population_latest"].sum() / of["population_latest"].sum())


def _all_profiles(
    people: np.ndarray,
    poor: np.ndarray,
    without: np.ndarray,
    own: pd.DataFrame,
    given: Given,
    model: Nation,
) -> list[Profiles]:
    national = national_poverty(given, model)
    ages = poverty_by_age(own)
    commune = own["poverty_disposable_pct"].to_numpy() / 100
    found = []
    for z, n in enumerate(people):
        distance = np.zeros(4)
        if n.sum() > 0 and not np.isnan(poor[z]):
            distance = poverty_distance(n, poor[z], ages[z], commune[z], national)
        share = without[z] if n.sum() > 0 else np.nan
        found.append(profiles(n, poor[z], share, distance, model))
    return found


def _need(of: Profiles, moved: float) -> float:
    return float(of.people @ expit(logit(of.rates) + moved))


def _level_shift(found: list[Profiles], level: float) -> float:
    people = np.concatenate([of.people for of in found])
    logits = logit(np.concatenate([of.rates for of in found]))
    return shift(logits, people, level)
