"""What must hold of access for any places: conservation, monotony, order, units, origin."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from observatory.model.access import (
    AccessResult,
    Decay,
    e2sfca,
    e2sfca_by_type,
    e2sfca_pairs,
    nearest_distance,
    pairs_within,
    round_trip,
    three_sfca,
)
from observatory.model.access.raam import RaamSteps, raam

QUICK = settings(max_examples=40, deadline=None)
DECAYS = [
    Decay.steps([577, 1154, 1731], [1, 0.68, 0.22]),
    Decay.steps([400, 600, 1000], [0.5, 0, 1]),
    Decay.steps(np.arange(1, 11) * 200.0, np.linspace(1, 0.1, 10)),
    Decay.binary(1000),
    Decay.gaussian(1500),
    Decay.gaussian(1500, 500),
]
Places = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]


@st.composite
def places(draw: st.DrawFn) -> Places:
    """Demand and sites on a 200 m grid, where distances often fall exactly on a step's edge.

    Amounts are whole, or fractions over many orders of magnitude, some of them zero.
    """
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n, m = draw(st.integers(1, 120)), draw(st.integers(1, 20))
    side = draw(st.integers(1, 30))
    shift = draw(st.sampled_from([0.0, 100.0, 37.3]))
    demand_xy = rng.integers(0, side, (n, 2)) * 200.0 + [650_000, 6_860_000]
    site_xy = rng.integers(-3, side + 3, (m, 2)) * 200.0 + [650_000, 6_860_000] + shift
    demand = rng.integers(0, 5, n).astype(float)
    if draw(st.booleans()):
        demand *= rng.random(n) * 10.0 ** rng.integers(-9, 4, n)
    return demand_xy, demand, site_xy, rng.integers(0, 70, m) / 2.0


def _close(found: AccessResult, wanted: AccessResult) -> None:
    np.testing.assert_allclose(found.access, wanted.access, rtol=1e-9, atol=0)
    np.testing.assert_allclose(found.ratio, wanted.ratio, rtol=1e-9, atol=0)
    np.testing.assert_array_equal(found.reached, wanted.reached)


@pytest.mark.parametrize("decay", DECAYS)
@QUICK
@given(where=places())
def test_every_engine_gives_what_the_plain_loops_give(decay: Decay, where: Places) -> None:
    plain = e2sfca(*where, decay, engine="plain")
    _close(e2sfca(*where, decay, engine="buckets"), plain)
    if decay.kind == "steps":
        _close(e2sfca(*where, decay, engine="grid"), plain)
    pairs = pairs_within(where[0], where[2], decay.reach)
    of_pairs = e2sfca_pairs(pairs.indptr, pairs.indices, pairs.distance, where[1], where[3], decay)
    _close(of_pairs, plain)


@pytest.mark.parametrize("engine", ["grid", "buckets"])
@QUICK
@given(where=places())
def test_what_is_given_is_what_there_is(engine: str, where: Places) -> None:
    found = e2sfca(*where, DECAYS[0], engine=engine)  # type: ignore[arg-type]  # parametrised
    given_out = float(found.access @ where[1])
    assert given_out == pytest.approx(where[3][found.reached].sum(), rel=1e-9)
    assert np.isfinite(found.access).all()
    assert not found.ratio[~found.reached].any()


@pytest.mark.parametrize("engine", ["grid", "buckets"])
@QUICK
@given(where=places(), seed=st.integers(0, 1000))
def test_the_order_of_rows_changes_nothing(engine: str, where: Places, seed: int) -> None:
    rng = np.random.default_rng(seed)
    i, j = rng.permutation(len(where[1])), rng.permutation(len(where[3]))
    kind = {"engine": engine}
    one = e2sfca(*where, DECAYS[0], **kind)  # type: ignore[arg-type]  # parametrised
    other = e2sfca(where[0][i], where[1][i], where[2][j], where[3][j], DECAYS[0], **kind)  # type: ignore[arg-type]  # parametrised
    np.testing.assert_allclose(other.access, one.access[i], rtol=1e-9)
    np.testing.assert_allclose(other.ratio, one.ratio[j], rtol=1e-9)


@pytest.mark.parametrize("decay", DECAYS)
@QUICK
@given(where=places())
def test_units_and_origin_change_nothing(decay: Decay, where: Places) -> None:
    demand_xy, demand, site_xy, supply = where
    one = e2sfca(*where, decay)
    # powers of two and whole metres are exact in floats: ties stay ties
    halves = e2sfca(demand_xy / 2, demand, site_xy / 2, supply, decay.scaled(0.5))
    moved = e2sfca(demand_xy + 4096.0, demand, site_xy + 4096.0, supply, decay)
    np.testing.assert_allclose(halves.access, one.access, rtol=1e-9)
    if not (site_xy % 1).any():
        np.testing.assert_allclose(moved.access, one.access, rtol=1e-9)
    hundreds = e2sfca(demand_xy, demand / 100, site_xy, supply, decay)
    np.testing.assert_allclose(hundreds.access, one.access * 100, rtol=1e-9)


@QUICK
@given(where=places(), seed=st.integers(0, 1000))
def test_more_help_never_lowers_access_and_more_need_never_raises_it(
    where: Places, seed: int
) -> None:
    demand_xy, demand, site_xy, supply = where
    rng = np.random.default_rng(seed)
    one = e2sfca(*where, DECAYS[0])
    more_help = e2sfca(
        demand_xy, demand, site_xy, supply + rng.integers(0, 9, len(supply)), DECAYS[0]
    )
    assert (more_help.access >= one.access * (1 - 1e-9)).all()
    more_need = e2sfca(
        demand_xy, demand * rng.uniform(1, 3, len(demand)), site_xy, supply, DECAYS[0]
    )
    assert (more_need.access <= one.access * (1 + 1e-9)).all()


@QUICK
@given(where=places())
def test_types_of_need_are_served_apart(where: Places) -> None:
    demand_xy, demand, site_xy, supply = where
    need, hours = np.column_stack([demand, demand[::-1]]), np.column_stack([supply, supply * 0])
    both = e2sfca_by_type(demand_xy, need, site_xy, hours, DECAYS[0])
    alone = e2sfca(demand_xy, demand, site_xy, supply, DECAYS[0])
    np.testing.assert_array_equal(both.access[:, 0], alone.access)
    assert not both.access[:, 1].any()


@QUICK
@given(where=places())
def test_three_steps_conserve_and_a_trip_there_and_back_alike_is_a_trip(where: Places) -> None:
    demand_xy, demand, site_xy, supply = where
    pairs = pairs_within(demand_xy, site_xy, 1731)
    found = three_sfca(pairs, demand, supply, DECAYS[0])
    assert float(found.access @ demand) == pytest.approx(supply[found.reached].sum(), rel=1e-9)
    mean, whole = round_trip(pairs, pairs), round_trip(pairs, pairs, "sum")
    np.testing.assert_array_equal(mean.distance, pairs.distance)
    np.testing.assert_array_equal(whole.distance, 2 * pairs.distance)
    np.testing.assert_array_equal(mean.indices, pairs.indices)
    assert (
        round_trip(
            pairs,
            replace(
                pairs,
                indptr=pairs.indptr * 0,
                indices=pairs.indices[:0],
                distance=pairs.distance[:0],
            ),
        ).indptr[-1]
        == 0
    )


@QUICK
@given(where=places())
def test_rational_agents_pay_for_the_way_at_least_and_units_change_nothing(where: Places) -> None:
    demand_xy, demand, site_xy, supply = where
    pairs = pairs_within(demand_xy, site_xy, 1731)
    cost = raam(pairs, demand, supply, tau=1000, steps=RaamSteps(cycles=40))
    known = ~np.isnan(cost)
    useful = site_xy[supply > 0]
    near = nearest_distance(demand_xy, useful)
    np.testing.assert_array_equal(known, (demand > 0) & (near <= 1731))
    assert (cost[known] >= near[known] / 1000 - 1e-9).all()
    again = raam(pairs, demand * 4, supply * 2, tau=1000, steps=RaamSteps(cycles=40))
    np.testing.assert_allclose(again[known], cost[known], rtol=1e-6)


@QUICK
@given(where=places())
def test_the_nearest_site_is_the_nearest_of_all(where: Places) -> None:
    demand_xy, _, site_xy, _ = where
    gaps = demand_xy[:, None, :] - site_xy[None, :, :]
    np.testing.assert_allclose(
        nearest_distance(demand_xy, site_xy), np.hypot(*gaps.T).min(axis=0), rtol=1e-12
    )
