"""The other side of the border takes part, on a world that a person can check by hand.

As in ``test_model.py``: the place at B gives 12 h. With E across the border, 400 m from B, it is
shared by 200 + 100 + 50 + 50 people: 3 h per 100. Nothing of the territory's own post goes across.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import worlds
from worlds import ACROSS, BORDER, SMALL

from observatory import settings
from observatory.app.profile import area_of
from observatory.model.assumptions import Assumptions
from observatory.model.assumptions_file import load_assumptions
from observatory.model.known_indices import indices_of
from observatory.model.model import Model
from observatory.model.observed import at_home


@pytest.fixture(scope="module")
def assumptions() -> Assumptions:
    """Return the project's assumptions with a norm that nothing moves."""
    return load_assumptions(settings.load({}).assumptions).changed({"gap.norm": "10"})


@pytest.fixture(scope="module")
def alone(assumptions: Assumptions) -> Model:
    return Model(worlds.facts(SMALL), assumptions)


@pytest.fixture(scope="module")
def crowded(assumptions: Assumptions) -> Model:
    """Return the territory with people across the border."""
    return Model(worlds.facts(BORDER), assumptions)


@pytest.fixture(scope="module")
def helped(assumptions: Assumptions) -> Model:
    """Return the same with a place across the border too."""
    return Model(worlds.facts(replace(BORDER, supply=[*BORDER.supply, ACROSS])), assumptions)


def _access(model: Model) -> pd.Series:
    return model.measured.points.set_index("point")["access_h_per_100"]


def _missing(model: Model) -> float:
    return float(model.gaps("ept")["missing_h_per_week"].sum())


def test_people_across_the_border_crowd_a_place_inside(alone: Model, crowded: Model) -> None:
    assert _access(alone)["B"] == pytest.approx(12 / 350 * 100 + 2)
    assert _access(crowded)["B"] == pytest.approx(12 / 400 * 100 + 2)
    # 300 people of the territory lose 12 / 350 - 12 / 400 of an hour each.
    assert _missing(crowded) - _missing(alone) == pytest.approx(300 * (12 / 350 - 12 / 400))


def test_a_place_across_the_border_lowers_what_is_missing_inside(
    crowded: Model, helped: Model
) -> None:
    gained = _access(helped) - _access(crowded)
    # B and E are within the first step of it, A (640 m) and D (800 m) within the second.
    demand = 200 + 50 + 0.68 * (100 + 50)
    assert gained["B"] == pytest.approx(100 * 12 / demand)
    assert gained["A"] == pytest.approx(0.68 * 100 * 12 / demand)
    assert gained["C"] == 0
    assert _missing(helped) < _missing(crowded)


def test_every_hour_reaches_somebody_on_one_side_or_the_other(helped: Model) -> None:
    points = helped.measured.points
    hours = points["access_h_per_100"] @ points["need_persons"] / 100
    assert hours == pytest.approx(12 + 12 + 8)


def test_the_territory_s_own_post_stays_on_its_side(crowded: Model) -> None:
    points = crowded.measured.points.set_index("point")
    assert points.loc[["D", "E"], "area_h_per_100"].tolist() == [0, 0]


def test_the_departement_s_norm_and_means_leave_the_other_ones_out(helped: Model) -> None:
    done = helped.with_assumptions({"gap.norm": "departement"}).measured
    at = done.points.set_index("point").loc[["A", "B", "C", "D"]]
    mean = np.average(at["access_h_per_100"], weights=at["need_persons"])
    assert done.norm == pytest.approx(mean)
    facts = helped.facts
    assert at_home(facts.communes, facts).sum() == 3
    whole = area_of(facts, done.points, None)
    assert set(whole.points["point"]) == {"A", "B", "C", "D"}
    assert set(whole.communes["commune"]) == {"93059", "93066", "93008"}


def test_the_known_indices_rank_the_departement_alone(alone: Model, helped: Model) -> None:
    """Their scores are deciles and means of its communes: others would move them."""
    first, second = (indices_of(one.facts, one.gaps("commune")) for one in (alone, helped))
    pd.testing.assert_series_equal(first["deri"], second["deri"])
    pd.testing.assert_series_equal(first["ifn"], second["ifn"])


@pytest.mark.parametrize("level", ["commune", "iris", "ept"])
def test_no_zone_across_the_border_is_one_of_the_territory(helped: Model, level: str) -> None:
    listed = helped.gaps(level)  # type: ignore[arg-type]  # one of the levels
    assert not listed["code"].str.startswith(("75", "93008")).any()
    assert listed["population"].sum() == 4000
