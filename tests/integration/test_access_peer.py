"""Agreement with pysal's ``access``, on every case that both can run."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from observatory.model.access import Decay, Pairs, e2sfca, pairs_within, three_sfca
from observatory.model.access.raam import RaamSteps, raam

pytest.importorskip("access", reason="did not run: pysal's access is not installed (extra: bench)")

from access import fca, weights  # type: ignore[import-untyped]
from access.raam import raam as peer_raam  # type: ignore[import-untyped]

REACH = 1731.0
CUTS = {577.0: 1.0, 1154.0: 0.68, 1731.0: 0.22}
CASES = {
    "2sfca": (Decay.binary(REACH), None),
    "e2sfca": (Decay.steps(CUTS.keys(), CUTS.values()), weights.step_fn(CUTS)),
    "gaussian": (Decay.gaussian(REACH, 600), weights.gaussian(600)),
}


def _places(seed: int, *, grid: bool) -> tuple[np.ndarray, ...]:
    rng = np.random.default_rng(seed)
    xy = rng.integers(0, 60, (3000, 2)) * 200.0 if grid else rng.random((3000, 2)) * 12_000
    site_xy = rng.integers(0, 60, (80, 2)) * 200.0 if grid else rng.random((80, 2)) * 12_000
    return xy, rng.integers(1, 300, 3000).astype(float), site_xy, rng.random(80) * 35


def _frames(
    pairs: Pairs, demand: np.ndarray, supply: np.ndarray
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    need = pd.DataFrame({"demand": demand}, index=pd.RangeIndex(len(demand), name="geoid"))
    hours = pd.DataFrame({"supply": supply}, index=pd.RangeIndex(len(supply), name="geoid"))
    cost = pd.DataFrame({"origin": pairs.indices, "dest": pairs.rows(), "cost": pairs.distance})
    return need, hours, cost


def _peer(measure: Any, need: Any, hours: Any, cost: Any, weight_fn: Any) -> np.ndarray:
    found = measure(
        need,
        hours,
        cost.copy(),
        max_cost=REACH,
        demand_index="geoid",
        demand_name="demand",
        supply_index="geoid",
        supply_name="supply",
        weight_fn=weight_fn,
    )
    # places out of reach come back missing from the peer; here they have no access
    return found.reindex(need.index).fillna(0).to_numpy()


@pytest.mark.parametrize("grid", [True, False], ids=["grid", "anywhere"])
@pytest.mark.parametrize("name", CASES)
def test_two_steps_agree_with_the_peer(name: str, grid: bool) -> None:
    decay, weight_fn = CASES[name]
    xy, demand, site_xy, supply = _places(1, grid=grid)
    pairs = pairs_within(xy, site_xy, REACH)
    wanted = _peer(fca.two_stage_fca, *_frames(pairs, demand, supply), weight_fn)
    found = e2sfca(xy, demand, site_xy, supply, decay).access
    np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-12)
    assert (wanted > 0).sum() > 1000


def test_three_steps_agree_with_the_peer() -> None:
    decay, weight_fn = CASES["e2sfca"]
    xy, demand, site_xy, supply = _places(2, grid=False)
    pairs = pairs_within(xy, site_xy, REACH)
    wanted = _peer(fca.three_stage_fca, *_frames(pairs, demand, supply), weight_fn)
    found = three_sfca(pairs, demand, supply, decay).access
    np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("tau", [300.0, 2000.0])
def test_rational_agents_agree_with_the_peer_when_they_move_whole(tau: float) -> None:
    xy, demand, site_xy, supply = _places(3, grid=False)
    xy, demand = xy[:400], demand[:400]
    pairs = pairs_within(xy, site_xy, 4000)
    need, hours, cost = _frames(pairs, demand, supply)
    wanted = peer_raam(need, hours, cost, tau=tau).sort_index()
    in_reach = np.unique(pairs.indices)
    # the peer takes the mean of all the need, that out of reach included; so do we
    found = raam(pairs, demand, supply, tau=tau, steps=RaamSteps(whole=True))
    np.testing.assert_array_equal(wanted.index, in_reach)
    np.testing.assert_allclose(found[in_reach], wanted.to_numpy(), rtol=1e-9)
    assert np.isnan(np.delete(found, in_reach)).all()
