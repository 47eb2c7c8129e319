"""Whom the programmes are for, and a number of families shared out over schools."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import worlds
from examples import at_most
from hypothesis import given
from hypothesis import strategies as st

from observatory import settings
from observatory.errors import ChoiceError
from observatory.model.assumptions_file import load_assumptions
from observatory.model.families import families, largest_remainder
from observatory.model.model import Model
from observatory.model.publics import publics
from observatory.tables.priority_results import PUBLIC_NAMES


@pytest.fixture(scope="module")
def edition(model: Model) -> Model:
    return model


def _of(model: Model, level: str, public: str) -> pd.DataFrame:
    table = publics(model, level=level)  # type: ignore[arg-type]  # a level
    return table[table["public"] == public].set_index("code")


def test_a_suppressed_figure_stays_so_and_the_commune_says_it_is_a_lower_bound() -> None:
    iris = worlds.tables()["iris"]
    iris["caf_aah"] = np.where(iris["iris"] == "930660101", np.nan, 7.0)
    known = load_assumptions(settings.load({}).assumptions)
    model = Model(worlds.facts(iris=iris), known)
    assert np.isnan(_of(model, "iris", "aah").loc["930660101", "value"])
    inside = iris[iris["in_territory"] & (iris["commune"] == "93066")]
    row = _of(model, "commune", "aah").loc["93066"]
    assert row["value"] == 7.0 * (len(inside) - 1)
    assert row["unpublished"] == 1
    assert np.isnan(_of(model, "commune", "rsa").loc["93066", "value"]), "none is published"


def test_the_edition_counts_what_the_caf_publishes(edition: Model) -> None:
    whole = _of(edition, "ept", "rsa").iloc[0]
    inside = edition.facts.iris[edition.facts.iris["in_territory"]]
    assert whole["value"] == inside["caf_rsa"].sum() == 25_807
    assert whole["unpublished"] == 4
    assert _of(edition, "commune", "rsa")["value"].sum() == pytest.approx(whole["value"])
    assert _of(edition, "iris", "aah")["value"].sum() == inside["caf_aah"].sum()
    assert list(publics(edition, level="ept")["public"]) == list(PUBLIC_NAMES)


def test_no_place_of_the_edition_declares_a_public(edition: Model) -> None:
    table = publics(edition)
    assert (table["places_silent"] == table["places"]).all()
    assert (table["places_public"].dropna() == 0).all()
    # The standard has no word for those who receive the RSA: not known is not zero.
    assert table.loc[table["public"] == "rsa", "places_public"].isna().all()
    assert (table["places_service"] <= table["places"]).all()


def test_a_qpv_has_its_share_of_each_iris(edition: Model) -> None:
    table = _of(edition, "qpv", "seniors")
    inside = edition.facts.iris[edition.facts.iris["in_territory"]]
    assert 0 < table["value"].sum() < inside["pop_75p"].sum()


@given(st.lists(st.floats(0.1, 1e6), min_size=1, max_size=30), st.integers(1, 500))
@at_most(40)
def test_whole_families_sum_to_the_number_and_stay_near_their_share(
    weights: list[float], count: int
) -> None:
    series = pd.Series(weights, index=[f"s{n:02}" for n in range(len(weights))])
    found = largest_remainder(series, count)
    assert found.sum() == count
    assert ((found - count * series / series.sum()).abs() < 1 + 1e-6).all()


def test_ten_families_by_hand() -> None:
    # 10 x 1/7, 2/7, 4/7 = 1.43, 2.86, 5.71: the two largest remainders have one more.
    assert largest_remainder(pd.Series({"a": 1, "b": 2, "c": 4}), 10).tolist() == [1, 3, 6]


@pytest.mark.parametrize("by", ["network", "commune", "school"])
@pytest.mark.parametrize("weight", ["pupils", "ips", "need"])
def test_a_hundred_families_of_the_edition(edition: Model, by: str, weight: str) -> None:
    table = families(edition, by=by, weight=weight)  # type: ignore[arg-type]  # known names
    assert table["families"].sum() == 100
    assert table["share_pct"].sum() == pytest.approx(100)
    assert table["schools"].sum() == 259
    nursery = table["schools_uncounted"] == table["schools"]
    assert (table.loc[nursery, "families"] == 0).all()


@pytest.mark.parametrize("options", [{"by": "street"}, {"weight": "height"}, {"count": 0}])
def test_another_way_of_sharing_is_refused(edition: Model, options: dict[str, object]) -> None:
    with pytest.raises(ChoiceError):
        families(edition, **options)  # type: ignore[arg-type]  # on purpose
