"""Sensitivity: seeded draws, ranks over draws, and the choice that counts most."""

from __future__ import annotations

import tomllib
from typing import Any

import numpy as np
import pandas as pd
import pytest

from observatory import settings
from observatory.errors import ChoiceError
from observatory.model import draws, uncertainty
from observatory.model.assumptions import Assumptions, parse_assumptions

PATH = settings.PROJECT / "data" / "assumptions.toml"
ASSUMPTIONS = parse_assumptions(tomllib.loads(PATH.read_text("utf-8")), where=PATH.name)


def measure(assumptions: Assumptions) -> pd.Series[Any]:
    speed, detour = assumptions.number("walk.speed_kmh"), assumptions.number("walk.detour")
    return pd.Series({"a": speed, "b": 4.4, "c": detour / 10})


def test_the_same_seed_gives_the_same_draws() -> None:
    first = draws.values(50, 1, ASSUMPTIONS)
    pd.testing.assert_frame_equal(first, draws.values(50, 1, ASSUMPTIONS))
    assert not first.equals(draws.values(50, 2, ASSUMPTIONS))


def test_a_choice_keeps_its_draws_when_others_leave() -> None:
    alone = draws.values(20, 1, ASSUMPTIONS, names=["walk.detour"])
    every = draws.values(20, 1, ASSUMPTIONS)
    assert alone["walk.detour"].equals(every["walk.detour"])


def test_draws_stay_between_the_bounds_and_lean_to_the_value() -> None:
    drawn = draws.values(4000, 3, ASSUMPTIONS)
    assert set(drawn.columns) == set(draws.bounded(ASSUMPTIONS))
    for name in drawn:
        item = ASSUMPTIONS[str(name)]
        assert item.low is not None
        assert item.high is not None
        assert drawn[name].between(item.low, item.high).all()
        centre = (item.low + item.number + item.high) / 3
        assert drawn[name].mean() == pytest.approx(centre, abs=0.03 * (item.high - item.low))


def test_choices_in_words_are_drawn_evenly() -> None:
    kinds = ["step", "gaussian", "binary"]
    drawn = draws.values(900, 5, ASSUMPTIONS, names=[], texts={"access.decay": kinds})
    counts = drawn["access.decay"].value_counts()
    assert set(counts.index) == set(kinds)
    assert counts.min() > 250


@pytest.mark.parametrize("name", ["walk.nothing", "access.step.edge_min.e1"])
def test_what_cannot_be_drawn_is_named(name: str) -> None:
    with pytest.raises(ChoiceError, match=name):
        draws.values(5, 1, ASSUMPTIONS, names=[name])


def test_no_draws_are_refused() -> None:
    with pytest.raises(ChoiceError, match="number of draws"):
        draws.values(0, 1, ASSUMPTIONS)


def test_the_lowest_can_be_the_worst() -> None:
    values = pd.DataFrame({"a": [1.0, 1.0], "b": [2.0, 2.0]})
    found = uncertainty.rank_intervals(values, worst=1, highest_is_worst=False)
    assert found.loc["a", "rank_p50"] == 1
    assert found.loc["b", "worst_share"] == 0


def test_a_zone_without_figures_has_no_rank() -> None:
    values = pd.DataFrame({"a": [1.0, 1.0], "b": [2.0, np.nan], "c": [np.nan, np.nan]})
    found = uncertainty.rank_intervals(values, worst=1)
    assert found.loc["c"].isna().all()
    assert found.loc["b", "worst_share"] == 1
    assert found.loc["a", "worst_share"] == 0.5


def test_distance_between_rankings() -> None:
    order = pd.Series([1.0, 2.0, 3.0], index=list("abc"))
    assert uncertainty.kendall_distance(order, order * 7) == 0
    assert uncertainty.kendall_distance(order, -order) == 1
    tied = pd.Series([1.0, 1.0, 3.0], index=list("abc"))
    assert uncertainty.kendall_distance(order, tied) == pytest.approx(1 / 6)
    assert np.isnan(uncertainty.kendall_distance(order.iloc[:1], order.iloc[:1]))


def test_the_tornado_puts_the_choice_that_reorders_first() -> None:
    names = ["walk.detour", "walk.speed_kmh"]
    table = uncertainty.tornado(measure, ASSUMPTIONS, names)
    assert table["name"].tolist() == ["walk.speed_kmh", "walk.detour"]
    speed = table.iloc[0]
    assert speed["distance_low"] == pytest.approx(1 / 3)  # 3.0 < 4.4: a and b change places
    assert speed["distance_high"] == 0
    assert speed["total_low"] == pytest.approx(-1.5 / 9.03)
    assert table.iloc[1]["distance"] == 0
