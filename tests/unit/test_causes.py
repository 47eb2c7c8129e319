"""Causes of uncertainty: each assumption is in one, each moves alone, all make the whole."""

from __future__ import annotations

import pytest
import worlds

from observatory import settings
from observatory.model import draws
from observatory.model.assumptions_file import load_assumptions
from observatory.model.causes import CAUSES, causes
from observatory.model.draws import draw
from observatory.model.model import Model

ASSUMPTIONS = load_assumptions(settings.load({}).assumptions)


def test_each_thing_that_is_drawn_is_in_one_cause() -> None:
    for name in [*draws.names(ASSUMPTIONS), *draws.OPTIONS]:
        assert [cause.name for cause in CAUSES if cause.holds(name)] != [], name
        assert sum(cause.holds(name) for cause in CAUSES) == 1, name
    parts = [part for cause in CAUSES for part in cause.parts]
    assert sorted(parts) == sorted(draws.PARTS)


def test_a_cause_moves_what_it_holds_and_nothing_else() -> None:
    model = Model(worlds.facts(), ASSUMPTIONS)
    walking = next(cause for cause in CAUSES if cause.name == "walking")
    found = draw(model, 6, 1, walking)
    assert list(found.values.columns) == ["walk.detour", "walk.speed_kmh"]
    assert (found.need == found.need[:1]).all()
    assert (found.hours == found.hours[:1]).all()
    level = next(cause for cause in CAUSES if cause.name == "unknown_place")
    assert draw(model, 6, 1, level).values.empty


@pytest.mark.parametrize("norm", ["france", "4"])
def test_the_shares_make_the_whole_and_the_largest_comes_first(norm: str) -> None:
    model = Model(worlds.facts(), ASSUMPTIONS.changed({"gap.norm": norm}))
    table = causes(model, draws=8)
    assert table["share_pct"].sum() == pytest.approx(100)
    assert table["share_pct"].is_monotonic_decreasing
    assert (table["missing_low"] <= table["missing_high"]).all()
    assert set(table["cause"]) == {cause.name for cause in CAUSES}
