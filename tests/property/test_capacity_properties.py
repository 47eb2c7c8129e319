"""Capacity: bounds hold the value, hours add up, more staff never gives less."""

from __future__ import annotations

import tomllib
from collections.abc import Callable

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import settings as tries
from hypothesis import strategies as st

from observatory import settings
from observatory.model import help_hours
from observatory.model.assumptions import Assumptions, parse_assumptions

PATH = settings.PROJECT / "data" / "assumptions.toml"
CHOICES = parse_assumptions(tomllib.loads(PATH.read_text("utf-8")), where=PATH.name)
COUNTERS: list[Callable[[pd.Series, Assumptions], help_hours.Hours]] = [
    help_hours.counsellor_hours,
    help_hours.france_services_hours,
    help_hours.aidants_hours,
]
counted = st.lists(st.floats(0, 80), min_size=1, max_size=8).map(
    lambda v: pd.Series(v, dtype=float)
)


@tries(max_examples=40, deadline=None)
@given(st.sampled_from(COUNTERS), counted)
def test_bounds_hold_the_value(
    count: Callable[[pd.Series, Assumptions], help_hours.Hours], values: pd.Series
) -> None:
    hours = count(values, CHOICES)
    assert (hours.low <= hours.central).all()
    assert (hours.central <= hours.high).all()


@tries(max_examples=40, deadline=None)
@given(st.sampled_from(COUNTERS), counted)
def test_hours_of_parts_add_up(
    count: Callable[[pd.Series, Assumptions], help_hours.Hours], values: pd.Series
) -> None:
    whole = count(pd.Series([values.sum() / 10]), CHOICES)
    parts = count(values / 10, CHOICES)
    for name in ("central", "low", "high"):
        assert np.isclose(getattr(parts, name).sum(), getattr(whole, name)[0])


@tries(max_examples=40, deadline=None)
@given(st.sampled_from(COUNTERS), counted, st.floats(0, 20))
def test_more_never_gives_less(
    count: Callable[[pd.Series, Assumptions], help_hours.Hours], values: pd.Series, more: float
) -> None:
    assert (count(values + more, CHOICES).low >= count(values, CHOICES).low).all()


@tries(max_examples=40, deadline=None)
@given(st.lists(st.floats(0, 400), min_size=2, max_size=8))
def test_an_older_record_never_weighs_more(ages: list[float]) -> None:
    weights = help_hours.freshness_weight(pd.Series(sorted(ages)), CHOICES)
    assert weights.is_monotonic_decreasing
    assert weights.between(0, 1).all()
