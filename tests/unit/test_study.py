"""What a planner asks of the measured territory, on the edition and on the tiny territory."""

from __future__ import annotations

import numpy as np
import pytest
import tiny

from observatory import settings
from observatory.model import studies
from observatory.model.assumptions import Assumptions
from observatory.model.assumptions_file import load_assumptions
from observatory.model.observe import Facts, Measured, gaps, measure
from observatory.tables.storage import read_all


@pytest.fixture(scope="module")
def assumptions() -> Assumptions:
    return load_assumptions(settings.load({}).assumptions)


@pytest.fixture(scope="module")
def facts() -> Facts:
    return Facts(**read_all(settings.load({}).edition))


@pytest.fixture(scope="module")
def measured(facts: Facts, assumptions: Assumptions) -> Measured:
    return measure(facts, assumptions)


def test_inside_and_outside_the_qpv_make_the_whole(
    facts: Facts, measured: Measured, assumptions: Assumptions
) -> None:
    table = studies.qpv_inside_outside(measured, assumptions)
    whole = gaps(facts, assumptions, "ept", measured=measured).iloc[0]
    assert list(table.index) == ["inside", "outside"]
    assert table["need_persons"].sum() == pytest.approx(whole["need_persons"])
    assert table["missing_h_per_week"].sum() == pytest.approx(whole["missing_h_per_week"])


def test_qpv_split_by_hand(assumptions: Assumptions) -> None:
    # B alone is in the known outline: 200 people in need, access 5.4286 (tests/tiny.py).
    table = studies.qpv_inside_outside(measure(tiny.facts(), assumptions), assumptions)
    assert table.loc["inside", "need_persons"] == 200
    assert table.loc["inside", "access_h_per_100"] == pytest.approx(5.428571, abs=1e-5)
    assert table.loc["outside", "need_persons"] == 200
    assert table.loc["outside", "missing_h_per_week"] == pytest.approx(2.571429, abs=1e-5)


def _weighted_gini(values: np.ndarray, weights: np.ndarray) -> float:
    """Compute the Gini from every pair: mean difference over twice the mean."""
    share = weights / weights.sum()
    apart = np.abs(values[:, None] - values[None, :])
    return float(share @ apart @ share / (2 * share @ values))


def test_equity_agrees_with_every_pair_of_points(
    facts: Facts, measured: Measured, assumptions: Assumptions
) -> None:
    found = studies.equity_of(facts, measured, assumptions)
    poverty = facts.iris.set_index("iris")["poverty_pct"]
    points = measured.points[measured.points["in_territory"]]
    points = points[points["iris"].map(poverty).notna() & (points["need_persons"] > 0)]
    access = points["access_h_per_100"].to_numpy()
    need = points["need_persons"].to_numpy()
    assert found["gini"] == pytest.approx(_weighted_gini(access, need), rel=1e-9)
    ratio = access / np.average(access, weights=need)
    logs = np.log(ratio, out=np.zeros_like(ratio), where=ratio > 0)
    assert found["theil"] == pytest.approx(np.average(ratio * logs, weights=need), rel=1e-9)
    # No ranking gives a stronger concentration than the help itself does.
    assert 0 < abs(found["concentration_poverty"]) < found["gini"]
    assert found["rep_known_schools"] == 34, "the collèges: no source locates the other schools"
    walks = studies.rep_schools(facts, assumptions)["walk_min"]
    assert found["rep_far_schools"] == (walks > assumptions.number("access.near_min")).sum()
    curve = studies.lorenz_of(measured)
    assert (curve.iloc[0] == 0).all()
    assert curve.iloc[-1].tolist() == pytest.approx([1.0, 1.0])
    # The poorest in help first: each step is at least as steep as the one before.
    slopes = np.diff(curve["help"]) / np.diff(curve["people"])
    assert (np.diff(slopes) > -1e-6).all()


def test_a_school_without_a_place_has_no_walk(facts: Facts, assumptions: Assumptions) -> None:
    schools = studies.rep_schools(facts, assumptions)
    assert len(schools) == 259
    assert schools["walk_min"].isna().sum() == 259 - 34
    assert (schools["walk_min"].isna() == schools["x_m"].isna()).all()


def test_each_network_has_its_college_and_its_schools(
    facts: Facts, measured: Measured, assumptions: Assumptions
) -> None:
    table = studies.rep_networks(facts, measured, assumptions)
    assert len(table) == 34
    assert table["network"].value_counts().to_dict() == {"REP": 17, "REP+": 17}
    assert table["schools"].sum() == 259
    assert (table["missing_h_per_week"] >= 0).all()


def test_the_known_indices_stand_beside_the_gap(facts: Facts, assumptions: Assumptions) -> None:
    table = studies.indices(facts, gaps(facts, assumptions, "commune"))
    assert len(table) == 9
    for name in ("rank_gap", "rank_need", "rank_ifn", "rank_deri"):
        assert table[name].min() == 1
        assert table[name].max() <= 9
    sentences = studies.explanations(facts, gaps(facts, assumptions, "commune"))
    assert sentences["93031"].fr.startswith("Épinay-sur-Seine : ")
    assert all("recalculé" in said.fr and "recomputed" in said.en for said in sentences.values())
