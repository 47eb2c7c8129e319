"""A territory measured again: the same as the measure at the choices in use, seeded, explained."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from observatory.model.observe import Facts, gaps
from observatory.model.replay import Replay

from observatory import settings
from observatory.model.assumptions import Assumptions
from observatory.model.assumptions_file import load_assumptions
from observatory.tables.storage import read_all


@pytest.fixture(scope="module")
def assumptions() -> Assumptions:
    return load_assumptions(settings.load({}).assumptions)


@pytest.fixture(scope="module")
def facts() -> Facts:
    return Facts(**read_all(settings.load({}).edition))


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"access.decay": "gaussian"},
        {"access.decay": "binary", "walk.speed_kmh": 3.6},
        {"gap.norm": "departement"},
        {"gap.norm": "2"},
    ],
    ids=str,
)
@pytest.mark.parametrize("level", ["commune", "iris"])
def test_it_agrees_with_the_measure(
    facts: Facts, assumptions: Assumptions, values: dict[str, float | str], level: str
) -> None:
    choices = assumptions.changed(values)
    table = gaps(facts, choices, level).set_index("code")  # type: ignore[arg-type]  # by its name
    again = Replay(facts, assumptions, level).missing(choices)  # type: ignore[arg-type]  # same
    held = table.loc[again.index, "missing_h_per_week"]
    np.testing.assert_allclose(again, held, rtol=1e-9, atol=1e-9)


def test_more_hours_a_post_scale_its_help(facts: Facts, assumptions: Assumptions) -> None:
    replay = Replay(facts, assumptions)
    share = assumptions.number("capacity.counsellor.public_share")
    more = replay.hours(assumptions.changed({"capacity.counsellor.public_share": share * 1.25}))
    base = replay.hours(assumptions)
    counsellors = (facts.supply["programme"] == "Conseillers numériques").to_numpy()
    np.testing.assert_allclose(more[counsellors], 1.25 * base[counsellors])
    np.testing.assert_allclose(more[~counsellors], base[~counsellors])


def test_need_follows_its_rates(facts: Facts, assumptions: Assumptions) -> None:
    replay = Replay(facts, assumptions)
    base = replay.need_at(assumptions)
    np.testing.assert_allclose(base, facts.points["need_persons"], rtol=1e-9, atol=1e-9)
    rate = assumptions.number("need.age_rate_pct.75p")
    assert (
        replay.need_at(assumptions.changed({"need.age_rate_pct.75p": rate + 2})).sum() > base.sum()
    )


def test_draws_are_seeded_and_conserve_the_zones(facts: Facts, assumptions: Assumptions) -> None:
    replay = Replay(facts, assumptions)
    first, again = replay.simulate(12, seed=7), replay.simulate(12, seed=7)
    pd.testing.assert_frame_equal(first, again)
    assert not first.equals(replay.simulate(12, seed=8))
    assert list(first.columns) == sorted(facts.communes.query("in_territory")["commune"])
    assert (first >= 0).all().all()


def test_closing_every_place_leaves_nothing_to_share(
    facts: Facts, assumptions: Assumptions
) -> None:
    replay = Replay(facts, assumptions)
    choices = assumptions.changed({"gap.norm": "2"})
    none = replay.missing(choices, np.zeros(len(facts.supply)))
    need = gaps(facts, choices, "commune").set_index("code")["need_persons"]
    np.testing.assert_allclose(none, 2 * need.loc[none.index] / 100)


def test_the_tornado_names_choices_that_move_the_ranking(
    facts: Facts, assumptions: Assumptions
) -> None:
    bars = Replay(facts, assumptions).tornado()
    assert {"walk.speed_kmh", "capacity.counsellor.public_share"} <= set(bars["name"])
    assert bars["distance"].is_monotonic_decreasing
    assert bars["distance"].iloc[0] > 0
