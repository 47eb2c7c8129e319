"""What a planner asks of the measured territory, on the edition and on the tiny territory."""

from __future__ import annotations

import numpy as np
import pytest
import tiny
from observatory.model.observe import Facts, Measured, gaps, measure

from observatory import settings
from observatory.model import studies
from observatory.model.assumptions import Assumptions
from observatory.model.assumptions_file import load_assumptions
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


def test_equity_is_within_its_bounds(
    facts: Facts, measured: Measured, assumptions: Assumptions
) -> None:
    found = studies.equity_of(facts, measured, assumptions)
    assert 0 <= found["gini"] <= 1
    assert found["theil"] >= 0
    assert -1 <= found["concentration_poverty"] <= 1
    assert found["rep_known_schools"] == 34, "the collèges: no source locates the other schools"
    assert 0 <= found["rep_far_schools"] <= found["rep_known_schools"]
    curve = studies.lorenz_of(measured)
    assert np.all(np.diff(curve.iloc[:, 0]) >= 0)


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
