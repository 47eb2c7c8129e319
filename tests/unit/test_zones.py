"""The residents of the IRIS without published ages, by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from observatory.build.zones import AGE_NAMES, ages_of_iris, whole_persons


def _people() -> pd.DataFrame:
    """Two communes of known ages, IRIS without ages in the first, and a third with no ages at all.

    Commune 93001: 20 children and 120 others for 100 people of 15-64; 93002: 80 and 280 for 300.
    """
    first = dict(zip(AGE_NAMES, (20.0, 40.0, 30.0, 20.0, 20.0, 10.0), strict=True))
    second = dict(zip(AGE_NAMES, (80.0, 100.0, 90.0, 60.0, 20.0, 10.0), strict=True))
    codes = ["930010101", "930010201", "930020101", "930150000", "930150001"]
    ages = pd.DataFrame([{"iris": codes[0], **first}, {"iris": codes[2], **second}])
    activity = pd.DataFrame({"iris": codes, "pop_15_64": [100.0, 50.0, 300.0, 40.0, 0.0]})
    iris = pd.DataFrame({"iris": codes, "commune": [code[:5] for code in codes]})
    frames = {"ages_iris_2016": ages, "activity_iris_2016": activity}
    return ages_of_iris(iris, frames).set_index("iris")


def test_ages_come_from_the_commune_else_from_the_departement() -> None:
    found = _people()
    # The commune: 20 children for 100 of 15-64, so 10 for 50.
    assert found.loc["930010201", "pop_0_14"] == pytest.approx(10.0)
    # The département: (20 + 80) children for 100 + 300 of 15-64, so 10 for 40.
    assert found.loc["930150000", "pop_0_14"] == pytest.approx(10.0)
    # And (140 + 360) residents for 400 of 15-64, so 50 for 40.
    assert found.loc["930150000", AGE_NAMES].sum() == pytest.approx(50.0)
    assert found.loc["930150001", AGE_NAMES].sum() == 0


def test_the_basis_says_whose_ages_were_used() -> None:
    assert _people()["population_basis"].tolist() == [
        "ages",
        "estimated from 15-64",
        "ages",
        "estimated from 15-64, département's ages",
        "none",
    ]


def test_an_iris_that_no_source_counts_is_not_empty() -> None:
    ages = pd.DataFrame([{"iris": "930010101", **dict.fromkeys(AGE_NAMES, 10.0)}])
    activity = pd.DataFrame({"iris": ["930010101"], "pop_15_64": [40.0]})
    iris = pd.DataFrame({"iris": ["930010101", "930010102"], "commune": "93001"})
    found = ages_of_iris(iris, {"ages_iris_2016": ages, "activity_iris_2016": activity})
    assert found.loc[0, AGE_NAMES].tolist() == [10.0] * 6
    assert found.loc[1, AGE_NAMES].isna().all()


def test_whole_persons_keep_the_rounded_sum_of_their_group_and_what_is_missing() -> None:
    values = pd.Series([1.4, 1.4, 1.4, 2.6, float("nan")])
    groups = pd.Series(["a", "a", "a", "b", "b"])
    assert whole_persons(values, groups).tolist()[:4] == [2, 1, 1, 3]
    assert whole_persons(values, groups).isna().tolist() == [False] * 4 + [True]
    assert whole_persons(values.iloc[:4], groups.iloc[:4]).dtype == "int64"
