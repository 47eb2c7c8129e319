"""The share without the baccalauréat that occupations and ages let expect, fitted to communes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from observatory.build.diploma import FEWEST_COMMUNES, expected_share, fit_diploma

EFFECTS = {"intercept": 0.5, "managers": -3.0, "manual_workers": 2.0, "young": -1.0}


def iris(count: int, departments: tuple[str, ...] = ("92", "93")) -> pd.DataFrame:
    """Return IRIS of as many communes, two to each, whose people differ in three ways."""
    rng = np.random.default_rng(3)
    codes = [f"{departments[n % len(departments)]}{n:03d}" for n in range(count) for _ in "ab"]
    managers, workers = rng.uniform(50, 300, 2 * count), rng.uniform(20, 200, 2 * count)
    return pd.DataFrame(
        {
            "iris": [f"{code}010{n % 2}" for n, code in enumerate(codes)],
            "occupied": 600.0,
            "managers": managers,
            "manual_workers": workers,
            "pop_15_29": rng.uniform(100, 400, 2 * count),
            **dict.fromkeys(("pop_30_44", "pop_45_59", "pop_60_74", "pop_75p"), 150.0),
        }
    )


def frames(people: pd.DataFrame) -> dict[str, Any]:
    """Return the sources of a world in which the model holds exactly between communes."""
    sums = people.groupby(people["iris"].str[:5]).sum(numeric_only=True)
    adults = sums.filter(like="pop_").sum(axis=1)
    score = (
        EFFECTS["intercept"]
        + EFFECTS["managers"] * sums["managers"] / sums["occupied"]
        + EFFECTS["manual_workers"] * sums["manual_workers"] / sums["occupied"]
        + EFFECTS["young"] * sums["pop_15_29"] / adults
    )
    shares = (100 * pd.Series(expit(score), sums.index)).rename("low_diploma_pct")
    published = shares.rename_axis("commune").reset_index()
    return {"ages_iris_2016": people, "commune_diplomas": published}


def test_a_rule_that_holds_between_communes_is_found_again() -> None:
    fit = fit_diploma(frames(iris(30))).set_index("term")["value"]
    assert fit[list(EFFECTS)].tolist() == pytest.approx(list(EFFECTS.values()))
    assert fit["communes"] == 30
    assert fit["r2"] == pytest.approx(1.0)
    assert fit["error_commune_out"] == pytest.approx(0.0, abs=1e-9)
    assert fit["error_departement_out"] == pytest.approx(0.0, abs=1e-9)


def test_one_departement_alone_cannot_be_left_out() -> None:
    terms = set(fit_diploma(frames(iris(30, ("93",))))["term"])
    assert "error_commune_out" in terms
    assert "error_departement_out" not in terms


def test_too_few_communes_give_no_rule_and_no_expected_share() -> None:
    people = iris(FEWEST_COMMUNES - 1)
    fit = fit_diploma(frames(people))
    assert fit["term"].tolist() == ["communes"]
    found = expected_share(people, fit)
    assert found["low_diploma_expected_pct"].isna().all()
    assert found["managers_pct"].notna().all()


def test_a_commune_without_a_published_share_is_left_out_of_the_fit() -> None:
    sources = frames(iris(30))
    sources["commune_diplomas"].loc[0, "low_diploma_pct"] = np.nan
    assert fit_diploma(sources).set_index("term").at["communes", "value"] == 29


def test_the_expected_share_of_an_iris_is_the_rule_applied_to_its_people() -> None:
    people = iris(30)
    one = people.iloc[[0]].assign(managers=120.0, manual_workers=300.0, pop_15_29=200.0)
    found = expected_share(one, fit_diploma(frames(people))).iloc[0]
    assert found["managers_pct"] == 20.0
    assert found["manual_workers_pct"] == 50.0
    # 0.5 - 3 x 0.2 + 2 x 0.5 - 1 x 200 / 800 = 0.65
    assert found["low_diploma_expected_pct"] == pytest.approx(100 * expit(0.65))


def test_unknown_occupations_or_none_at_all_let_expect_nothing() -> None:
    people = iris(30)
    fit = fit_diploma(frames(people))
    blank = people.iloc[:2].assign(occupied=[np.nan, 0.0], managers=[np.nan, 0.0])
    assert expected_share(blank, fit)["low_diploma_expected_pct"].isna().all()
