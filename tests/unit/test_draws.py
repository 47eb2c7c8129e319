"""Draws: seeded, the model itself, one for every interval; chance does what it says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import worlds

from observatory import settings
from observatory.errors import ChoiceError
from observatory.model import draws, precision
from observatory.model.assumptions import Assumptions
from observatory.model.assumptions_file import load_assumptions
from observatory.model.draws import Chance, draw
from observatory.model.model import Model
from observatory.model.observed import Facts

ASSUMPTIONS = load_assumptions(settings.load({}).assumptions)
#: Nothing is drawn: every bound is the value itself.
STILL = Assumptions(
    {item.name: replace(item, low=None, high=None) for item in ASSUMPTIONS}
).changed({"need.census.fraction": 1.0})


@pytest.fixture(scope="module")
def facts() -> Facts:
    return worlds.facts()


def chance(model: Model, **changes: object) -> Chance:
    """Return a chance that changes nothing: no closure, no other sample, help spread evenly."""
    unplaced = int((~model.ground.located).sum())
    base = {
        "census": np.ones(len(model.facts.iris)),
        "standing": np.ones(len(model.facts.supply)),
        "stands_at": np.zeros(unplaced, dtype=np.int64),
        "gathered": 0.0,
    }
    return Chance(**{**base, **changes})  # type: ignore[arg-type]  # the fields by their names


def test_the_same_seed_gives_the_same_draws(facts: Facts) -> None:
    model = Model(facts, ASSUMPTIONS)
    first, again, other = draw(model, 12, 7), draw(model, 12, 7), draw(model, 12, 8)
    np.testing.assert_array_equal(first.missing, again.missing)
    assert not np.array_equal(first.missing, other.missing)
    assert first.missing.shape == (12, 3), "the three points of the territory"
    assert (first.missing >= 0).all()
    assert (first.reached >= 0).all()


def test_each_draw_is_the_plain_model_under_what_was_drawn(facts: Facts) -> None:
    model = Model(facts, ASSUMPTIONS)
    found = draw(model, 6, 7)
    values, moved = draws.series(Model(worlds.facts(), ASSUMPTIONS), 6, 7)
    for number, one in enumerate(moved):
        drawn = {str(name): value for name, value in values.iloc[number].items()}
        plain = Model(worlds.facts(), ASSUMPTIONS.changed(drawn), chance=one.chance)
        plain.ground.reserve(plain.decay.reach)
        for figure in ("need_persons", "reached_hours", "missing_at"):
            kept = getattr(found, figure.split("_")[0])[number]
            np.testing.assert_allclose(kept, getattr(plain, figure)[found.kept], rtol=1e-9)
        np.testing.assert_allclose(found.hours[number], plain.help_hours, rtol=1e-9)
        assert found.norm[number] == pytest.approx(plain.norm, rel=1e-9)


def test_a_draw_that_nothing_moves_is_the_central_computation(facts: Facts) -> None:
    central = Model(facts, ASSUMPTIONS.changed({"gap.norm": "5"}))
    same = central.under(central.assumptions, chance(central))
    np.testing.assert_allclose(same.missing_at, central.missing_at)
    np.testing.assert_allclose(same.need_persons, central.need_persons)


def test_another_sample_of_the_census_moves_need_alone(facts: Facts) -> None:
    central = Model(facts, ASSUMPTIONS)
    census = np.full(len(facts.iris), 1.1)
    moved = central.under(ASSUMPTIONS, chance(central, census=census))
    np.testing.assert_allclose(moved.need_persons, 1.1 * central.need_persons)
    np.testing.assert_allclose(moved.help_hours, central.help_hours)


def test_a_closed_place_gives_no_hour_and_closes_as_a_whole(facts: Facts) -> None:
    central = Model(facts, ASSUMPTIONS)
    closed = central.under(ASSUMPTIONS, chance(central, standing=np.zeros(len(facts.supply))))
    assert closed.help_hours.sum() == 0
    twice = worlds.facts()
    rows = twice.supply.assign(age_months=60.0)
    second = rows[rows["serves"] == "point"].assign(supply="again")
    supply = pd.concat([rows, second], ignore_index=True)
    model = Model(replace(twice, supply=supply), ASSUMPTIONS)
    moves = [ASSUMPTIONS] * 60
    at = np.flatnonzero(supply["site"].notna().to_numpy())
    standing = np.array([one.standing[at] for one in draws.chances(model, moves, 1)])
    assert (standing == standing[:, :1]).all(), "the rows of a place stand or fall together"
    assert 0.5 < standing.mean() < 0.95, "about the chance of 0.75 of old news"


def test_help_of_unknown_place_stands_somewhere_in_its_area(facts: Facts) -> None:
    model = Model(facts, ASSUMPTIONS)
    model.ground.reserve(model.decay.reach)
    inside = np.flatnonzero(model.ground.inside)
    drawn = list(draws.chances(model, [ASSUMPTIONS] * 40, 3))
    places = {int(at) for one in drawn for at in one.stands_at}
    assert places <= set(inside.tolist()), "the EPT's post stays in the EPT"
    assert len(places) > 1
    assert all(0 <= one.gathered <= 1 for one in drawn)
    # At C, 10 km from the others, it serves the 100 people there and nobody else: 8 h per 100.
    at = int(np.flatnonzero(model.facts.points["point"] == "C")[0])
    alone = model.under(ASSUMPTIONS, chance(model, stands_at=np.array([at]), gathered=1.0))
    hours = alone.listed_hours[~model.ground.located].sum()
    assert alone.reached_hours[at] == pytest.approx(hours)
    others = [point for point in inside if point != at]
    spread = model.under(ASSUMPTIONS, chance(model))
    assert (alone.reached_hours[others] < spread.reached_hours[others]).all()


def test_every_hour_of_help_of_unknown_place_reaches_somebody_wherever_it_stands(
    facts: Facts,
) -> None:
    model = Model(facts, ASSUMPTIONS)
    model.ground.reserve(model.decay.reach)
    for one in draws.chances(model, [ASSUMPTIONS] * 10, 5):
        moved = model.under(ASSUMPTIONS, replace(one, standing=np.ones(len(facts.supply))))
        assert moved.reached_hours.sum() == pytest.approx(moved.listed_hours.sum())


def test_longer_walks_drawn_after_shorter_ones_go_their_whole_way(facts: Facts) -> None:
    shared = Model(facts, ASSUMPTIONS)
    draw(shared, 2, 1)
    further = ASSUMPTIONS.changed({"walk.speed_kmh": 40.0, "walk.detour": 1.0})
    after, alone = shared.under(further), Model(worlds.facts(), further)
    np.testing.assert_allclose(draw(after, 8, 1).reached, draw(alone, 8, 1).reached)


def test_where_nothing_is_uncertain_the_interval_is_the_figure(facts: Facts) -> None:
    supply = facts.supply[facts.supply["serves"] == "point"].assign(age_months=0.0)
    model = Model(replace(facts, supply=supply), STILL.changed({"gap.norm": "20"}))
    texts = {name: (STILL.text(name),) for name in draws.OPTIONS}
    values = draws.values(5, 1, STILL, names=draws.names(STILL), texts=texts)
    assert list(values.columns) == list(draws.OPTIONS), "no number is drawn"
    found = [model.under(model.assumptions, one) for one in draws.chances(model, [STILL] * 5, 1)]
    for one in found:
        np.testing.assert_allclose(one.missing_at, model.missing_at)


def test_a_census_that_asks_nobody_is_refused(facts: Facts) -> None:
    with pytest.raises(ChoiceError, match=r"need\.census\.fraction"):
        draw(Model(facts, ASSUMPTIONS.changed({"need.census.fraction": 0.0})), 2, 1)


def test_the_classes_of_precision_by_hand() -> None:
    drawn = np.array([[90.0, 0.0], [110.0, 0.0]])
    assert precision.variation_pct(drawn)[0] == pytest.approx(10.0)
    assert np.isnan(precision.variation_pct(drawn)[1]), "a mean of zero has no coefficient"
    errors = precision.error_pct(np.array([[0.5], [1.5]]), np.array([2.0, 2.0]))
    assert errors.tolist() == pytest.approx([25.0])
    classes = precision.classes(np.array([15.0, 15.1, 30.0, 30.1, np.nan]))
    assert classes.tolist()[:4] == ["reliable", "indicative", "indicative", "not_published"]
    assert classes.isna().tolist() == [False] * 4 + [True]


@pytest.mark.parametrize("text", ["0", "-3", "many", "1e3", "100001"])
def test_a_number_of_draws_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ChoiceError, match="OBSERVATORY_DRAWS"):
        settings.load({"OBSERVATORY_DRAWS": text})
