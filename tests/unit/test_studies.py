"""What a planner asks of the measured territory, on the edition and on the tiny territory."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import worlds

from observatory.errors import ChoiceError
from observatory.model import studies
from observatory.model.model import Model
from observatory.model.priority_schools import rep_schools
from observatory.model.studies import STUDIES
from observatory.words.remark_words import say


def test_inside_and_outside_the_qpv_make_the_whole(model: Model) -> None:
    table = studies.qpv(model)
    whole = model.gaps("ept").iloc[0]
    assert list(table["where"]) == ["inside", "outside"]
    assert table["need_persons"].sum() == pytest.approx(whole["need_persons"])
    assert table["missing_h_per_week"].sum() == pytest.approx(whole["missing_h_per_week"])


def test_qpv_split_by_hand(model: Model) -> None:
    # B alone is in the known outline: 200 people in need, access 5.4286 (tests/worlds.py).
    shared = model.assumptions.changed({"gap.norm": "share"})
    table = studies.qpv(Model(worlds.facts(), shared)).set_index("where")
    assert table.loc["inside", "need_persons"] == pytest.approx(200)
    assert table.loc["inside", "access_h_per_100"] == pytest.approx(5.428571, abs=1e-5)
    assert table.loc["outside", "need_persons"] == pytest.approx(200)
    assert table.loc["outside", "missing_h_per_week"] == pytest.approx(2.571429, abs=1e-5)


def _weighted_gini(values: np.ndarray, weights: np.ndarray) -> float:
    """Compute the Gini from every pair: mean difference over twice the mean."""
    share = weights / weights.sum()
    apart = np.abs(values[:, None] - values[None, :])
    return float(share @ apart @ share / (2 * share @ values))


def test_equity_agrees_with_every_pair_of_points(model: Model) -> None:
    found = studies.equity_of(model)
    poverty = model.iris.set_index("iris")["poverty_pct"]
    points = model.measured.points[model.measured.points["in_territory"]]
    points = points[points["iris"].map(poverty).notna() & (points["need_persons"] > 0)]
    access = points["access_h_per_100"].to_numpy()
    need = points["need_persons"].to_numpy()
    assert found["gini"] == pytest.approx(_weighted_gini(access, need), rel=1e-9)
    ratio = access / np.average(access, weights=need)
    logs = np.log(ratio, out=np.zeros_like(ratio), where=ratio > 0)
    assert found["theil"] == pytest.approx(np.average(ratio * logs, weights=need), rel=1e-9)
    # No ranking gives a stronger concentration than the help itself does.
    assert 0 < abs(found["concentration_poverty"]) < found["gini"]
    assert found["rep_known_schools"] == 258, "the directory locates all schools but one"
    walks = rep_schools(model)["walk_min"]
    assert found["rep_far_schools"] == (walks > model.assumptions.number("access.near_min")).sum()
    curve = studies.lorenz(model)
    assert (curve.iloc[0] == 0).all()
    assert curve.iloc[-1].tolist() == pytest.approx([1.0, 1.0])
    # The poorest in help first: each step is at least as steep as the one before.
    slopes = np.diff(curve["help"]) / np.diff(curve["people"])
    assert (np.diff(slopes) > -1e-6).all()


def test_a_school_without_a_place_has_no_walk(model: Model) -> None:
    schools = rep_schools(model)
    assert len(schools) == 259
    assert schools.loc[schools["walk_min"].isna(), "uai"].tolist() == ["0930241G"]
    assert (schools["walk_min"].isna() == schools["x_m"].isna()).all()


def test_each_network_has_its_college_and_its_schools(model: Model) -> None:
    table = studies.rep(model)
    assert len(table) == 34
    assert table["network"].value_counts().to_dict() == {"REP": 17, "REP+": 17}
    assert table["schools"].sum() == 259
    assert table["missing_h_per_week"].is_monotonic_decreasing


def test_the_known_indices_stand_beside_the_gap(model: Model) -> None:
    table = studies.indices(model)
    assert len(table) == 9
    for name in ("rank_gap", "rank_need", "rank_ifn", "rank_deri"):
        assert table[name].min() == 1
        assert table[name].max() <= 9
    why = table.set_index("code")["why"]
    assert say(why["93031"], "fr").startswith("Épinay-sur-Seine\u00a0: ")
    assert all("recalculé" in say(text, "fr") for text in why)
    assert all("recomputed" in say(text, "en") for text in why)


def test_closing_every_place_leaves_the_whole_norm_missing(model: Model) -> None:
    asked = model.assumptions.changed({"gap.norm": "2"})
    closed = replace(model.facts, supply=model.facts.supply.iloc[:0])
    none = Model(closed, asked).figures("commune").set_index("code")
    np.testing.assert_allclose(none["missing_h_per_week"], 2 * none["need_persons"] / 100)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("need.age_rate_pct.75p", 60.0),
        ("need.iris_poverty", 0.7),
        ("capacity.counsellor.public_share", 0.5),
        ("capacity.france_services.agents", 3.0),
        ("capacity.france_services.unknown_hours", 30.0),
        ("capacity.aidant.h_per_week", 1.0),
        ("walk.speed_kmh", 3.6),
        ("access.decay", "gaussian"),
        ("gap.norm", "departement"),
    ],
)
def test_every_assumption_acts_and_the_gap_table_sums_what_a_draw_gives(
    model: Model, name: str, value: float | str
) -> None:
    moved = model.with_assumptions({name: value})
    table = moved.figures("commune").set_index("code")["missing_h_per_week"]
    quick = moved.missing("commune")
    np.testing.assert_allclose(quick, table.loc[quick.index], rtol=1e-9, atol=1e-9)
    before = model.missing("commune")
    # Unknown opening hours are those of places outside the territory, some of them within reach.
    assert not np.allclose(quick, before) or name == "capacity.france_services.unknown_hours"


def test_old_news_counts_for_the_chance_that_it_still_holds(model: Model) -> None:
    trusted = model.with_assumptions({"freshness.weight_very_stale": 1.0})
    old = model.facts.supply["age_months"] > model.assumptions.number("freshness.very_stale_months")
    weight = model.assumptions.number("freshness.weight_very_stale")
    assert old.any()
    np.testing.assert_allclose(trusted.help_hours[old] * weight, model.help_hours[old])
    np.testing.assert_array_equal(trusted.listed_hours, model.listed_hours)
    np.testing.assert_array_equal(trusted.help_hours[~old], model.help_hours[~old])


def test_a_share_counts_no_cost(model: Model) -> None:
    with pytest.raises(ChoiceError, match="to move, not missing"):
        studies.cost(model.with_assumptions({"gap.norm": "share"}))


def test_what_acts_on_a_build_alone_is_refused_by_name(model: Model) -> None:
    with pytest.raises(ChoiceError, match=r"edition\.outline_tolerance_m"):
        model.with_assumptions({"edition.outline_tolerance_m": 3.0})


def test_the_tornado_names_assumptions_that_move_the_ranking(model: Model) -> None:
    bars = studies.tornado(model)
    assert {"walk.speed_kmh", "capacity.counsellor.public_share"} <= set(bars["name"])
    moved = bars[["pairs_low_pct", "pairs_high_pct"]].max(axis=1)
    assert moved.is_monotonic_decreasing
    assert moved.iloc[0] > 0


#: The decisions are slow: tests/unit/test_open_decisions.py looks at their table.
@pytest.mark.parametrize("name", sorted(set(STUDIES) - {"spoken", "decisions"}))
def test_every_study_gives_its_table(model: Model, name: str) -> None:
    study = STUDIES[name]
    options = {"draws": 5} if "draws" in study.options else {}
    table = study.of(model, **options)
    assert list(table.columns) == study.table.names
    assert len(table)
    assert study.summary.endswith(".")


def test_languages_spoken_are_refused_without_the_table_that_tells(model: Model) -> None:
    with pytest.raises(ChoiceError, match="birth_countries_2022"):
        studies.spoken(model)
