"""Access: decays, errors, engines, threads, and what is missing."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from typing import Any

import numba
import numpy as np
import pytest

from observatory.errors import ChoiceError, InputError
from observatory.model.access import (
    Decay,
    Pairs,
    coverage,
    e2sfca,
    e2sfca_by_type,
    e2sfca_pairs,
    minutes_to_metres,
    nearest_distance,
    nearest_minutes,
    pairs_within,
    round_trip,
    share_within,
    walk_minutes,
)
from observatory.model.access.buckets import squared_limit
from observatory.model.access.grid import Grid
from observatory.model.access.kernels import in_parts, kernel
from observatory.model.access.raam import raam

STEPS = Decay.steps([577, 1154, 1731], [1, 0.68, 0.22])
NOWHERE = np.zeros((0, 2))


def _places(n: int = 5000, m: int = 60) -> tuple[np.ndarray, ...]:
    rng = np.random.default_rng(93)
    return (
        rng.integers(0, 120, (n, 2)) * 200.0,
        rng.integers(0, 300, n) * 0.3,
        rng.integers(0, 120, (m, 2)) * 200.0 + 50,
        rng.integers(1, 70, m) / 2.0,
    )


def test_walking_minutes_and_metres_are_each_other_s_inverse() -> None:
    assert minutes_to_metres(10, 4.5, 1.3) == pytest.approx(576.923, abs=1e-3)
    assert walk_minutes(minutes_to_metres([1, 30], 4.5, 1.3), 4.5, 1.3) == pytest.approx([1, 30])
    assert STEPS.scaled(2).edges == (1154, 2308, 3462)
    assert Decay.steps([10], [1]).in_metres(speed_kmh=6, detour=1.0).reach == pytest.approx(1000)


def test_a_scaled_gaussian_keeps_its_shape() -> None:
    bell = Decay.gaussian(30)
    at = np.linspace(0, 31, 50)
    np.testing.assert_allclose(bell.scaled(50).weight(at * 50), bell.weight(at), atol=1e-12)


def test_steps_of_no_weight_at_the_end_shorten_the_reach() -> None:
    assert Decay.steps([10, 20, 30], [1, 0.5, 0]).reach == 20


def test_a_missing_distance_weighs_nothing() -> None:
    assert STEPS.weight([np.nan, np.inf, 0]).tolist() == [0, 0, 1]
    assert Decay.gaussian(10).weight([np.nan, np.inf, 0]) == pytest.approx([0, 0, 1])


@pytest.mark.parametrize("edge", [1e-3, 0.1, 1 / 3, 577.0, 1731.2345, 1e7])
def test_comparing_squares_is_comparing_distances(edge: float) -> None:
    limit = squared_limit(edge)
    assert math.sqrt(limit) <= edge < math.sqrt(math.nextafter(limit, math.inf))


@pytest.mark.parametrize(
    "make",
    [
        lambda: Decay.steps([], []),
        lambda: Decay.steps([10, 20], [1]),
        lambda: Decay.steps([20, 10], [1, 0.5]),
        lambda: Decay.steps([10], [-1]),
        lambda: Decay.steps([10, 20], [0, 0]),
        lambda: Decay.steps([math.inf], [1]),
        lambda: Decay.gaussian(0),
        lambda: Decay.gaussian(10, -1),
        lambda: STEPS.scaled(0),
        lambda: minutes_to_metres(1, 0, 1.3),
        lambda: walk_minutes(1, 4.5, 0.5),
        lambda: e2sfca([[0, 0]], [1], [[0, 0]], [1], STEPS, engine="fast"),  # type: ignore[arg-type]  # the error is the test
        lambda: e2sfca([[0, 0]], [1], [[0, 0]], [1], Decay.gaussian(10), engine="grid"),
        lambda: round_trip(pairs_within([[0, 0]], [[0, 0]], 1), pairs_within(NOWHERE, [[0, 0]], 1)),
        lambda: raam(pairs_within([[0, 0]], [[0, 0]], 1), [1], [1], tau=0),
    ],
)
def test_a_choice_that_makes_no_sense_is_refused(make: object) -> None:
    with pytest.raises(ChoiceError, match=r"expected .*; found .*What next"):
        make()  # type: ignore[operator]  # parametrised


@pytest.mark.parametrize(
    ("demand_xy", "demand", "site_xy", "supply"),
    [
        ([[0, np.nan]], [1], [[0, 0]], [1]),
        ([[0, np.inf]], [1], [[0, 0]], [1]),
        ([[0, 0, 0]], [1], [[0, 0]], [1]),
        ([[0, 0]], [1, 2], [[0, 0]], [1]),
        ([[0, 0]], [np.nan], [[0, 0]], [1]),
        ([[0, 0]], [-1], [[0, 0]], [1]),
        ([[0, 0]], [1], [[0, 0]], [np.inf]),
        ([[0, 0]], [1], [[0, 0]], []),
    ],
)
def test_missing_or_negative_amounts_are_refused(
    demand_xy: object, demand: object, site_xy: object, supply: object
) -> None:
    with pytest.raises(InputError, match="What next"):
        e2sfca(demand_xy, demand, site_xy, supply, STEPS)  # type: ignore[arg-type]  # the error is the test


@pytest.mark.parametrize("decay", [STEPS, Decay.gaussian(1000)])
def test_nobody_and_nothing_are_fine(decay: Decay) -> None:
    nobody = e2sfca(NOWHERE, [], [[0, 0]], [5], decay)
    assert (nobody.access.shape, nobody.ratio.tolist(), nobody.reached.tolist()) == (
        (0,),
        [0],
        [False],
    )
    nothing = e2sfca([[0, 0]], [5], NOWHERE, [], decay)
    assert (nothing.access.tolist(), nothing.ratio.shape) == ([0], (0,))
    assert pairs_within(NOWHERE, NOWHERE, 10).sites == 0


def test_need_too_small_to_divide_by_is_no_need() -> None:
    found = e2sfca([[0, 0]], [5e-324], [[0, 0]], [30], STEPS)
    assert (found.access.tolist(), found.reached.tolist()) == ([0], [False])


def test_types_must_be_the_same_on_both_sides() -> None:
    with pytest.raises(InputError, match="same k"):
        e2sfca_by_type([[0, 0]], [[1, 2]], [[0, 0]], [[1]], STEPS)


@pytest.mark.parametrize(
    ("indptr", "indices"), [([0, 2], [0]), ([0, 1], [7]), ([0, 1], [-1]), ([1, 1], [])]
)
def test_pairs_that_do_not_hold_together_are_refused(indptr: list[int], indices: list[int]) -> None:
    with pytest.raises(InputError, match="CSR"):
        e2sfca_pairs(indptr, indices, np.zeros(len(indices)), [1.0], [1.0], STEPS)


def test_a_trip_counts_both_ways() -> None:
    out = Pairs(np.array([0, 2]), np.array([0, 1], np.int32), np.array([10.0, 4.0]), 2)
    back = Pairs(np.array([0, 1]), np.array([0], np.int32), np.array([20.0]), 2)
    mean, whole = round_trip(out, back), round_trip(out, back, "sum")
    assert (mean.indices.tolist(), mean.distance.tolist()) == ([0], [15])
    assert whole.distance.tolist() == [30]


def test_no_site_is_not_known_not_far() -> None:
    assert np.isnan(nearest_distance([[0, 0]], NOWHERE)).all()
    assert np.isnan(nearest_minutes([[0, 0]], NOWHERE, speed_kmh=4.5, detour=1.3)).all()
    assert coverage([np.nan, 5], [1, 3], [4, 5]).tolist() == [0, 0.75]
    assert share_within([1, 2], [1, 1], 1) == 0.5
    assert math.isnan(share_within([1], [0], 1))


@pytest.mark.parametrize("decay", [STEPS, Decay.gaussian(1500)])
@pytest.mark.parametrize("engine", ["auto", "buckets"])
def test_the_same_bits_whatever_the_number_of_threads(
    decay: Decay, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = set()
    for threads in (1, 2, 7):
        monkeypatch.setattr(numba.config, "NUMBA_NUM_THREADS", threads)
        result = e2sfca(*_places(), decay, engine=engine)  # type: ignore[arg-type]  # parametrised
        pairs = pairs_within(*_places()[::2], 1000)
        told = (result.access, result.ratio, pairs.indices, pairs.distance)
        found.add(hashlib.sha256(b"".join(part.tobytes() for part in told)).hexdigest())
    assert len(found) == 1


def test_parts_cover_everything_once_and_come_back_in_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for threads in (1, 3):
        monkeypatch.setattr(numba.config, "NUMBA_NUM_THREADS", threads)
        for count in (0, 1, 99, 1000):
            parts = in_parts(lambda a, b: list(range(a, b)), count, 10)
            assert [k for part in parts for k in part] == list(range(count))
    assert len(in_parts(lambda a, b: (a, b), 1000, 10)) == 24


def test_an_error_in_a_part_is_told() -> None:
    with pytest.raises(ZeroDivisionError):
        in_parts(lambda a, b: 1 / 0, 100, 1)


def test_points_off_the_grid_by_a_millimetre_are_not_taken_for_a_grid() -> None:
    xy, demand, site_xy, supply = _places()
    assert Grid.of(xy, 1731.0) is not None
    xy[17, 0] += 0.001
    assert Grid.of(xy, 1731.0) is None
    found = e2sfca(xy, demand, site_xy, supply, STEPS)
    plain = e2sfca(xy, demand, site_xy, supply, STEPS, engine="plain")
    np.testing.assert_allclose(found.access, plain.access, rtol=1e-9)


def test_a_grid_far_too_wide_for_its_points_is_left_to_buckets() -> None:
    xy = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [9e7, 9e7]])
    assert Grid.of(xy, 10.0) is None
    assert e2sfca(xy, [1, 1, 1, 1], xy, [1, 1, 1, 1], Decay.binary(10)).access[3] == 1


def test_it_runs_where_no_machine_code_can_be_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled = numba.njit

    def nowhere_to_write(**options: bool) -> Callable[..., Any]:
        if options.pop("cache", False):
            raise RuntimeError("cannot cache function: no locator available")
        return compiled(**options)

    monkeypatch.setattr(numba, "njit", nowhere_to_write)

    @kernel()
    def twice(x: float) -> float:
        return x + x

    assert twice(2.0) == 4.0
