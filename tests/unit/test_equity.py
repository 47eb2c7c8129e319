"""Equity: curves, twins by brute force, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from observatory.errors import ContractError
from observatory.model import equity


def gini_of_pairs(values: np.ndarray, weights: np.ndarray) -> float:
    """Half the mean difference of all pairs over the mean: Gini's own definition."""
    share = weights / weights.sum()
    apart = sum(
        share[i] * share[j] * abs(values[i] - values[j])
        for i in range(len(values))
        for j in range(len(values))
    )
    return float(apart / (2 * (share @ values)))


def concentration_by_covariance(values: np.ndarray, weights: np.ndarray, rank: np.ndarray) -> float:
    """Twice the covariance of value and fractional rank over the mean (Kakwani et al. 1997)."""
    share = weights / weights.sum()
    fraction = np.array(
        [share[rank < level].sum() + share[rank == level].sum() / 2 for level in rank]
    )
    mean = share @ values
    return float(2 * (share @ ((values - mean) * (fraction - share @ fraction))) / mean)


def test_twins_agree() -> None:
    rng = np.random.default_rng(7)
    for _ in range(20):
        values, weights = rng.gamma(1.0, 3.0, 40), rng.gamma(2.0, 50.0, 40)
        rank = rng.integers(0, 12, 40).astype(float)
        assert equity.gini(values, weights) == pytest.approx(gini_of_pairs(values, weights))
        assert equity.concentration(values, weights, rank) == pytest.approx(
            concentration_by_covariance(values, weights, rank)
        )


def test_the_curve_goes_from_corner_to_corner_below_the_diagonal() -> None:
    curve = equity.lorenz([3, 1, 0], [1, 2, 1])
    assert curve["people"].tolist() == [0, 0.25, 0.75, 1]
    assert curve["help"].tolist() == [0, 0, 0.4, 1]


def test_no_help_at_all_has_no_index() -> None:
    assert np.isnan(equity.gini([0, 0], [1, 1]))
    assert np.isnan(equity.theil([0, 0], [1, 1]))
    assert np.isnan(equity.concentration([0, 0], [1, 1], [1, 2]))
    assert np.isnan(equity.inside_outside([1, 0], [1, 1], [True, False]))


def test_all_alike_is_never_below_zero() -> None:
    assert equity.gini([0.7, 0.7], [0.1, 0.2]) == 0.0


def test_a_side_without_people_has_no_ratio() -> None:
    assert np.isnan(equity.inside_outside([1, 2], [1, 1], [True, True]))


def test_places_without_people_count_for_nothing() -> None:
    assert equity.gini([1, 3, np.nan], [10, 10, 0]) == pytest.approx(0.25)


@pytest.mark.parametrize(
    ("values", "weights"),
    [([1, 2], [1]), ([1, -2], [1, 1]), ([1, np.nan], [1, 1]), ([1, 2], [1, -1])],
)
def test_wrong_figures_are_refused(values: list[float], weights: list[float]) -> None:
    with pytest.raises(ContractError, match="measure of equity"):
        equity.gini(values, weights)


def test_a_missing_rank_is_refused() -> None:
    with pytest.raises(ContractError, match="rank"):
        equity.concentration([1, 2], [1, 1], [1, np.nan])


def test_all_measures_by_name() -> None:
    found = equity.summary([1, 3], [1, 1], [20, 40], [True, False])
    assert set(found) == {"gini", "theil", "concentration_poverty", "qpv_ratio"}
    assert found["concentration_poverty"] == pytest.approx(0.25)
