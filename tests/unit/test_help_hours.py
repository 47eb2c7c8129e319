"""Hours of help: missing stays missing, wrong counts are refused, bounds hold the value."""

from __future__ import annotations

import tomllib

import numpy as np
import pandas as pd
import pytest

from observatory import settings
from observatory.errors import ContractError
from observatory.model import help_hours
from observatory.model.assumptions import Assumptions, parse_assumptions

PATH = settings.PROJECT / "data" / "assumptions.toml"
ASSUMPTIONS = parse_assumptions(tomllib.loads(PATH.read_text("utf-8")), where=PATH.name)


COUNSELLORS, SERVICE, AIDANTS = (
    help_hours.COUNSELLORS,
    help_hours.FRANCE_SERVICES,
    help_hours.AIDANTS,
)


def row(programme: str, count: float, **changes: object) -> pd.DataFrame:
    """Return one row of help: a count of posts, aidants or opening hours."""
    opened = count if programme == SERVICE else np.nan
    posts = np.nan if programme == SERVICE else count
    base = {"posts": posts, "open_h_per_week": opened, "counted_elsewhere": False}
    return pd.DataFrame([{"programme": programme, **base, **changes}])


def hours(rows: pd.DataFrame, assumptions: Assumptions = ASSUMPTIONS) -> float:
    return float(help_hours.hours_of(rows, assumptions)[0])


def test_missing_posts_stay_missing() -> None:
    assert np.isnan(hours(row(COUNSELLORS, np.nan)))


def test_unknown_opening_hours_take_the_charter_and_say_so() -> None:
    rows = pd.concat([row(SERVICE, 30.0), row(SERVICE, np.nan)])
    assert help_hours.hours_of(rows, ASSUMPTIONS).tolist() == pytest.approx([24.0, 19.2])
    assert help_hours.basis_of(rows).tolist() == ["opening_hours", "charter_minimum"]


def test_aidants_counted_as_agents_give_no_hours_of_their_own() -> None:
    twice = row(AIDANTS, 4.0, counted_elsewhere=True)
    assert hours(twice) == 0
    assert help_hours.basis_of(twice).tolist() == ["counted_elsewhere"]


@pytest.mark.parametrize("value", [-1.0, 169.0])
def test_hours_outside_a_week_are_refused(value: float) -> None:
    with pytest.raises(ContractError, match="opening hours"):
        hours(row(SERVICE, value))


def test_negative_counts_are_refused() -> None:
    with pytest.raises(ContractError, match="posts"):
        hours(row(COUNSELLORS, -1.0))


def test_aidants_counted_twice_give_the_rest_of_their_hours() -> None:
    twice = ASSUMPTIONS.changed({"capacity.aidant.counted_twice": 0.25})
    assert hours(row(AIDANTS, 4.0), twice) == pytest.approx(6.0)
    assert hours(row(COUNSELLORS, 4.0), twice) == hours(row(COUNSELLORS, 4.0))


@pytest.mark.parametrize(
    ("name", "programme"),
    [
        ("capacity.counsellor.public_share", COUNSELLORS),
        ("capacity.counsellor.contract_h_per_week", COUNSELLORS),
        ("capacity.france_services.agents", SERVICE),
        ("capacity.france_services.digital_share", SERVICE),
        ("capacity.aidant.h_per_week", AIDANTS),
    ],
)
def test_hours_are_proportional_to_each_share(name: str, programme: str) -> None:
    three = row(programme, 3.0)
    half = ASSUMPTIONS.changed({name: ASSUMPTIONS.number(name) / 2})
    assert hours(three, half) == pytest.approx(hours(three) / 2)


def test_freshness_never_rises_with_age() -> None:
    weights = help_hours.freshness_weight(np.arange(0.0, 48.0), ASSUMPTIONS)
    assert (np.diff(weights) <= 0).all()
    assert weights[0] == 1
    assert weights[-1] < 1
