"""Agreement with pysal's ``access``, on every case that both can run."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from observatory.model.access import Decay, distances, e2sfca

pytest.importorskip("access", reason="did not run: pysal's access is not installed (extra: bench)")

from access import fca, weights  # type: ignore[import-untyped]

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
    xy: np.ndarray, site_xy: np.ndarray, demand: np.ndarray, supply: np.ndarray
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    need = pd.DataFrame({"demand": demand}, index=pd.RangeIndex(len(demand), name="geoid"))
    hours = pd.DataFrame({"supply": supply}, index=pd.RangeIndex(len(supply), name="geoid"))
    near = distances(xy, site_xy, REACH).tocoo()
    cost = pd.DataFrame({"origin": near.row, "dest": near.col, "cost": near.data})
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
    wanted = _peer(fca.two_stage_fca, *_frames(xy, site_xy, demand, supply), weight_fn)
    found = e2sfca(xy, demand, site_xy, supply, decay).access
    np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-12)
    assert (wanted > 0).sum() > 1000
