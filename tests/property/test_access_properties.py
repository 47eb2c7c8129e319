"""What must hold of access for any places: conservation, monotony, order, units, origin."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from observatory.model import national
from observatory.model.access import AccessResult, Decay, e2sfca, nearest_distance
from tests.plain_access import plain

DECAYS = [
    Decay.steps([577, 1154, 1731], [1, 0.68, 0.22]),
    Decay.steps([400, 600, 1000], [0.5, 0, 1]),
    Decay.steps(np.arange(1, 11) * 200.0, np.linspace(1, 0.1, 10)),
    Decay.binary(1000),
    Decay.gaussian(1500),
    Decay.gaussian(1500, 500),
]
Places = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]


MEASURES = [e2sfca, national.e2sfca]


@st.composite
def places(draw: st.DrawFn) -> Places:
    """Need and places on a 200 m grid, where distances often fall exactly on a step's edge.

    Amounts are whole, or fractions over many orders of magnitude, some of them zero.
    """
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n, m = draw(st.integers(1, 120)), draw(st.integers(1, 20))
    side = draw(st.integers(1, 30))
    shift = draw(st.sampled_from([0.0, 100.0, 37.3]))
    cells_xy = rng.integers(0, side, (n, 2)) * 200.0 + [650_000, 6_860_000]
    places_xy = rng.integers(-3, side + 3, (m, 2)) * 200.0 + [650_000, 6_860_000] + shift
    need = rng.integers(0, 5, n).astype(float)
    if draw(st.booleans()):
        need *= rng.random(n) * 10.0 ** rng.integers(-9, 4, n)
    return cells_xy, need, places_xy, rng.integers(0, 70, m) / 2.0


def _close(found: AccessResult, wanted: AccessResult) -> None:
    np.testing.assert_allclose(found.access, wanted.access, rtol=1e-9, atol=0)
    np.testing.assert_allclose(found.ratio, wanted.ratio, rtol=1e-9, atol=0)
    np.testing.assert_array_equal(found.reached, wanted.reached)


@pytest.mark.parametrize("decay", DECAYS)
@given(where=places())
def test_both_engines_give_what_the_plain_loops_give(decay: Decay, where: Places) -> None:
    wanted = plain(*where, decay)
    for measure in MEASURES:
        _close(measure(*where, decay), wanted)


@pytest.mark.parametrize("measure", MEASURES)
@given(where=places())
def test_what_is_given_is_what_there_is(measure: Callable[..., Any], where: Places) -> None:
    found = measure(*where, DECAYS[0])
    given_out = float(found.access @ where[1])
    assert given_out == pytest.approx(where[3][found.reached].sum(), rel=1e-9)
    assert np.isfinite(found.access).all()
    assert not found.ratio[~found.reached].any()


@pytest.mark.parametrize("measure", MEASURES)
@given(where=places(), seed=st.integers(0, 1000))
def test_the_order_of_rows_changes_nothing(
    measure: Callable[..., Any], where: Places, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    i, j = rng.permutation(len(where[1])), rng.permutation(len(where[3]))
    one = measure(*where, DECAYS[0])
    other = measure(where[0][i], where[1][i], where[2][j], where[3][j], DECAYS[0])
    np.testing.assert_allclose(other.access, one.access[i], rtol=1e-9)
    np.testing.assert_allclose(other.ratio, one.ratio[j], rtol=1e-9)


@given(where=places())
def test_units_and_origin_change_nothing(where: Places) -> None:
    cells_xy, need, places_xy, hours = where
    steps, half = DECAYS[0], Decay.steps([288.5, 577, 865.5], [1, 0.68, 0.22])
    one = e2sfca(*where, steps)
    # powers of two and whole metres are exact in floats: ties stay ties
    halves = e2sfca(cells_xy / 2, need, places_xy / 2, hours, half)
    moved = e2sfca(cells_xy + 4096.0, need, places_xy + 4096.0, hours, steps)
    np.testing.assert_allclose(halves.access, one.access, rtol=1e-9)
    if not (places_xy % 1).any():
        np.testing.assert_allclose(moved.access, one.access, rtol=1e-9)
    hundreds = e2sfca(cells_xy, need / 100, places_xy, hours, steps)
    np.testing.assert_allclose(hundreds.access, one.access * 100, rtol=1e-9)


@given(where=places(), seed=st.integers(0, 1000))
def test_more_help_never_lowers_access_and_more_need_never_raises_it(
    where: Places, seed: int
) -> None:
    cells_xy, need, places_xy, hours = where
    rng = np.random.default_rng(seed)
    one = e2sfca(*where, DECAYS[0])
    more_hours = hours + rng.integers(0, 9, len(hours))
    more_help = e2sfca(cells_xy, need, places_xy, more_hours, DECAYS[0])
    assert (more_help.access >= one.access * (1 - 1e-9)).all()
    more_need = e2sfca(cells_xy, need * rng.uniform(1, 3, len(need)), places_xy, hours, DECAYS[0])
    assert (more_need.access <= one.access * (1 + 1e-9)).all()


@given(where=places())
def test_the_nearest_place_is_the_nearest_of_all(where: Places) -> None:
    cells_xy, _, places_xy, _ = where
    gaps = cells_xy[:, None, :] - places_xy[None, :, :]
    np.testing.assert_allclose(
        nearest_distance(cells_xy, places_xy), np.hypot(*gaps.T).min(axis=0), rtol=1e-12
    )
