"""Capacity: missing stays missing, wrong counts are refused, bounds hold the value."""

from __future__ import annotations

import tomllib

import numpy as np
import pandas as pd
import pytest

from observatory import settings
from observatory.errors import ContractError
from observatory.model import help_hours
from observatory.model.assumptions import parse_assumptions

PATH = settings.PROJECT / "data" / "assumptions.toml"
CHOICES = parse_assumptions(tomllib.loads(PATH.read_text("utf-8")), where=PATH.name)


def test_missing_posts_stay_missing() -> None:
    hours = help_hours.counsellor_hours(pd.Series([1.0, np.nan]), CHOICES)
    assert hours.central.isna().tolist() == [False, True]


def test_the_index_is_kept() -> None:
    opened = pd.Series([30.0, np.nan], index=["a", "b"])
    hours = help_hours.france_services_hours(opened, CHOICES)
    assert list(hours.central.index) == list(hours.assumed.index) == ["a", "b"]
    assert hours.assumed.tolist() == [False, True]


@pytest.mark.parametrize("value", [-1.0, 169.0])
def test_hours_outside_a_week_are_refused(value: float) -> None:
    with pytest.raises(ContractError, match="opening hours"):
        help_hours.france_services_hours(pd.Series([value]), CHOICES)


def test_negative_counts_are_refused() -> None:
    with pytest.raises(ContractError, match="counsellor posts"):
        help_hours.counsellor_hours(pd.Series([-1.0]), CHOICES)
    with pytest.raises(ContractError, match="aidants"):
        help_hours.aidants_hours(pd.Series([-2.0]), CHOICES)


def test_a_value_moved_past_its_bound_takes_the_bound_along() -> None:
    moved = CHOICES.changed({"capacity.counsellor.public_share": 0.9})
    hours = help_hours.counsellor_hours(pd.Series([1.0]), moved)
    assert hours.low[0] < hours.central[0] == hours.high[0] == 31.5


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("capacity.counsellor.public_share", help_hours.counsellor_hours),
        ("capacity.counsellor.contract_h_per_week", help_hours.counsellor_hours),
        ("capacity.france_services.agents", help_hours.france_services_hours),
        ("capacity.france_services.digital_share", help_hours.france_services_hours),
        ("capacity.aidant.h_per_week", help_hours.aidants_hours),
    ],
)
def test_hours_are_proportional_to_each_share(name: str, count: object) -> None:
    three = pd.Series([3.0])
    base = count(three, CHOICES).central[0]  # type: ignore[operator]  # one of three functions
    half = CHOICES.changed({name: CHOICES.number(name) / 2})
    assert count(three, half).central[0] == pytest.approx(base / 2)  # type: ignore[operator]


def test_freshness_never_rises_with_age() -> None:
    weights = help_hours.freshness_weight(pd.Series(np.arange(0.0, 48.0)), CHOICES)
    assert weights.is_monotonic_decreasing
    assert weights.iloc[0] == 1
    assert weights.iloc[-1] < 1
