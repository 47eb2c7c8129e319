"""Equity: the axioms of inequality measures."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from observatory.model import equity

places = st.lists(
    st.tuples(st.floats(0.01, 100), st.floats(0.1, 100), st.integers(0, 5)), min_size=2, max_size=10
).map(lambda rows: tuple(np.array(column, dtype=float) for column in zip(*rows, strict=True)))
Places = tuple[np.ndarray, np.ndarray, np.ndarray]
positive = st.floats(0.01, 100)


def measures(values: np.ndarray, weights: np.ndarray, rank: np.ndarray) -> np.ndarray:
    return np.array(
        [
            equity.gini(values, weights),
            equity.theil(values, weights),
            equity.concentration(values, weights, rank),
            equity.inside_outside(values, weights, np.arange(len(values)) == 0),
        ]
    )


@given(places, positive, positive)
def test_units_do_not_matter(at: Places, unit: float, other: float) -> None:
    values, weights, rank = at
    moved = measures(values * unit, weights * other, rank * 3 + 1)
    assert moved == pytest.approx(measures(*at), abs=1e-7)


@given(places, st.randoms())
def test_order_does_not_matter(at: Places, random: object) -> None:
    values, weights, rank = at
    order = list(range(len(values)))
    random.shuffle(order)  # type: ignore[attr-defined]  # hypothesis gives a random.Random
    mixed = measures(values[order], weights[order], rank[order])
    assert mixed[:3] == pytest.approx(measures(*at)[:3], abs=1e-7)


@given(places)
def test_splitting_places_in_two_changes_nothing(at: Places) -> None:
    values, weights, rank = at
    split = measures(np.tile(values, 2), np.tile(weights / 2, 2), np.tile(rank, 2))
    assert split[:3] == pytest.approx(measures(*at)[:3], abs=1e-7)


@given(places)
def test_ranges(at: Places) -> None:
    gini, theil, concentration, _ = measures(*at)
    _, weights, _ = at
    share = weights / weights.sum()
    assert -1e-9 <= gini <= 1 - share.min() + 1e-9
    assert 0 <= theil <= np.log(1 / share.min()) + 1e-9
    assert abs(concentration) <= gini + 1e-9


@given(places, st.floats(0.01, 1))
def test_help_moved_to_the_worse_served_lowers_inequality(at: Places, part: float) -> None:
    values, weights, _ = at
    low, high = int(values.argmin()), int(values.argmax())
    assume(values[high] - values[low] > 0.01)
    most = (values[high] - values[low]) / (1 / weights[low] + 1 / weights[high])
    moved = values.copy()
    moved[low] += part * most / weights[low]
    moved[high] -= part * most / weights[high]
    assert equity.gini(moved, weights) < equity.gini(values, weights) + 1e-12
    assert equity.theil(moved, weights) < equity.theil(values, weights) + 1e-12


@given(places, positive)
def test_the_same_help_added_to_all_lowers_gini(at: Places, more: float) -> None:
    values, weights, _ = at
    assert equity.gini(values + more, weights) <= equity.gini(values, weights) + 1e-9


@given(places)
def test_turning_poverty_round_turns_the_sign(at: Places) -> None:
    values, weights, rank = at
    there = equity.concentration(values, weights, rank)
    assert equity.concentration(values, weights, -rank) == pytest.approx(-there, abs=1e-9)


@given(places)
def test_the_curve_is_convex_and_below_the_diagonal(at: Places) -> None:
    curve = equity.lorenz(at[0], at[1])
    assert (curve["help"] <= curve["people"] + 1e-9).all()
    slopes = np.diff(curve["help"]) / np.diff(curve["people"])
    assert (np.diff(slopes) >= -1e-6).all()


@given(places)
def test_ratios_of_the_two_sides_are_inverse(at: Places) -> None:
    values, weights, _ = at
    inside = np.arange(len(values)) == 0
    there = equity.inside_outside(values, weights, inside)
    back = equity.inside_outside(values, weights, ~inside)
    assert there * back == pytest.approx(1)
