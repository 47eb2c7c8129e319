"""Built tables under other choices: what a change moves, and that it moves as a build would."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from observatory.model.observe import Facts, gaps
from observatory.model.recast import recast
from observatory.model.replay import Replay

from observatory import settings
from observatory.errors import ChoiceError
from observatory.model import help_hours
from observatory.model.assumptions import Assumptions
from observatory.model.assumptions_file import load_assumptions
from observatory.tables.storage import read_all

CHANGES = {
    "need.age_rate_pct.75p": 60.0,
    "need.iris_poverty": 0.7,
    "capacity.counsellor.public_share": 0.5,
    "capacity.france_services.agents": 3.0,
    "capacity.aidant.h_per_week": 1.0,
}


@pytest.fixture(scope="module")
def base() -> Assumptions:
    return load_assumptions(settings.load({}).assumptions)


@pytest.fixture(scope="module")
def facts() -> Facts:
    return Facts(**read_all(settings.load({}).edition))


def test_the_choices_of_the_build_change_nothing(facts: Facts, base: Assumptions) -> None:
    assert recast(facts, base, base) is facts


def test_need_worked_out_again_is_the_need_built(facts: Facts, base: Assumptions) -> None:
    there = base.changed({"need.age_rate_pct.75p": 60.0})
    back = recast(recast(facts, base, there), there, base)
    for name in ("need_age", "need_persons", "need_low", "need_high"):
        np.testing.assert_allclose(back.points[name], facts.points[name], rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(back.iris[name], facts.iris[name], rtol=1e-9, atol=1e-9)


def test_hours_come_back_too(facts: Facts, base: Assumptions) -> None:
    there = base.changed({"capacity.france_services.unknown_hours": 30.0, **CHANGES})
    back = recast(recast(facts, base, there), there, base).supply
    for name in ("posts", "help_h_per_week", "help_low", "help_high"):
        np.testing.assert_allclose(back[name], facts.supply[name], rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", list(CHANGES))
def test_it_agrees_with_the_draws(facts: Facts, base: Assumptions, name: str) -> None:
    choices = base.changed({name: CHANGES[name]})
    table = gaps(recast(facts, base, choices), choices, "commune").set_index("code")
    again = Replay(facts, base).missing(choices)
    held = table.loc[again.index, "missing_h_per_week"]
    np.testing.assert_allclose(again, held, rtol=1e-9, atol=1e-9)
    before = gaps(facts, base, "commune").set_index("code")["missing_h_per_week"]
    assert not np.allclose(held, before)


def test_only_rows_of_unknown_hours_follow_the_charter(facts: Facts, base: Assumptions) -> None:
    choices = base.changed({"capacity.france_services.unknown_hours": 30.0})
    moved = recast(facts, base, choices).supply
    assumed = help_hours.is_assumed(facts.supply["basis"])
    assert assumed.any()
    ratio = moved["help_h_per_week"] / facts.supply["help_h_per_week"].where(lambda h: h > 0)
    np.testing.assert_allclose(ratio[assumed], 30 / 24)
    np.testing.assert_allclose(ratio[~assumed].dropna(), 1.0)


def test_trust_in_old_news_lifts_the_low_hours_alone(facts: Facts, base: Assumptions) -> None:
    choices = base.changed({"freshness.weight_very_stale": 1.0})
    moved = recast(facts, base, choices).supply
    old = facts.supply["age_months"] > base.number("freshness.very_stale_months")
    weight = base.number("freshness.weight_very_stale")
    np.testing.assert_allclose(moved.loc[old, "help_low"] * weight, facts.supply["help_low"][old])
    pd.testing.assert_series_equal(moved["help_h_per_week"], facts.supply["help_h_per_week"])


def test_a_choice_that_has_done_its_work_is_refused(facts: Facts, base: Assumptions) -> None:
    with pytest.raises(ChoiceError, match=r"edition\.outline_tolerance_m"):
        recast(facts, base, base.changed({"edition.outline_tolerance_m": 3.0}))
