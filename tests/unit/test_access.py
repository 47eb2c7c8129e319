"""Access: decays, errors, coinciding points, the compiled engine, and what is missing."""

from __future__ import annotations

import builtins
import hashlib
import importlib
import math
import sys
from collections.abc import Callable
from typing import Any

import numba
import numpy as np
import pytest

from observatory import settings
from observatory.errors import ChoiceError, InputError
from observatory.model import national
from observatory.model.access import (
    Decay,
    distances,
    e2sfca,
    minutes_to_metres,
    nearest_distance,
    nearest_minutes,
    share,
    walk_minutes,
    weights,
)
from observatory.model.assumptions_file import load_assumptions
from observatory.model.model import Model
from observatory.model.observed import load_facts
from tests.plain_access import plain

STEPS = Decay.steps([577, 1154, 1731], [1, 0.68, 0.22])
NOWHERE = np.zeros((0, 2))


def _made(n: int = 5000, m: int = 60) -> tuple[np.ndarray, ...]:
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


def test_steps_of_no_weight_at_the_end_shorten_the_reach() -> None:
    assert Decay.steps([10, 20, 30], [1, 0.5, 0]).reach == 20


def test_a_missing_distance_weighs_nothing() -> None:
    assert STEPS.weight([np.nan, np.inf, 0]).tolist() == [0, 0, 1]
    assert Decay.gaussian(10).weight([np.nan, np.inf, 0]) == pytest.approx([0, 0, 1])


def test_a_place_in_the_very_middle_of_a_cell_is_in_reach_of_it() -> None:
    near = distances([[0, 0], [0, 0], [9000, 0]], [[0, 0], [3, 4]], 10)
    assert near.nnz == 4
    assert sorted(near.data) == [0, 0, 5, 5]
    assert weights(near, STEPS).toarray().tolist() == [[1, 1], [1, 1], [0, 0]]
    found = e2sfca([[0, 0]], [10], [[0, 0]], [30], Decay.binary(0))
    assert found.access.tolist() == [3]


@pytest.mark.parametrize("edge", [0.1, 1 / 3, 577.0, 1731.2345, 1e7])
def test_a_cell_at_the_very_edge_is_in_reach(edge: float) -> None:
    for measure in (e2sfca, national.e2sfca):
        found = measure([[edge, 0], [math.nextafter(edge, math.inf), 0]], [1, 1], [[0, 0]], [2],
                        Decay.binary(edge))  # fmt: skip
        assert found.access.tolist() == [2, 0]


@pytest.mark.parametrize("edge", [1e-3, 0.1, 1 / 3, 577.0, 1731.2345, 1e7])
def test_comparing_squares_is_comparing_distances(edge: float) -> None:
    limit = national.squared_limit(edge)
    assert math.sqrt(limit) <= edge < math.sqrt(math.nextafter(limit, math.inf))


def test_the_same_ways_serve_many_draws_at_once() -> None:
    cells, need, places, hours = _made(400, 20)
    weight = weights(distances(cells, places, STEPS.reach), STEPS)
    needs = np.column_stack([need, need[::-1], need * 2])
    draws = np.column_stack([hours, hours * 3, hours[::-1]])
    found = share(weight, needs, draws)
    for k in range(3):
        one = e2sfca(cells, needs[:, k], places, draws[:, k], STEPS)
        np.testing.assert_allclose(found.access[:, k], one.access, rtol=1e-12)
        np.testing.assert_array_equal(found.reached[:, k], one.reached)


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
        lambda: minutes_to_metres(1, 0, 1.3),
        lambda: walk_minutes(1, 4.5, 0.5),
    ],
)
def test_a_decay_or_walk_that_makes_no_sense_is_refused(make: Callable[[], object]) -> None:
    with pytest.raises(ChoiceError, match=r"expected .*; found .*What next"):
        make()


@pytest.mark.parametrize("measure", [e2sfca, national.e2sfca])
@pytest.mark.parametrize(
    ("cells_xy", "need", "places_xy", "hours"),
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
    measure: Callable[..., Any], cells_xy: object, need: object, places_xy: object, hours: object
) -> None:
    with pytest.raises(InputError, match="What next"):
        measure(cells_xy, need, places_xy, hours, STEPS)


@pytest.mark.parametrize("measure", [e2sfca, national.e2sfca])
@pytest.mark.parametrize("decay", [STEPS, Decay.gaussian(1000)])
def test_nobody_and_nothing_are_fine(measure: Callable[..., Any], decay: Decay) -> None:
    nobody = measure(NOWHERE, [], [[0, 0]], [5], decay)
    assert nobody.access.shape == (0,)
    assert (nobody.ratio.tolist(), nobody.reached.tolist()) == ([0], [False])
    nothing = measure([[0, 0]], [5], NOWHERE, [], decay)
    assert (nothing.access.tolist(), nothing.ratio.shape) == ([0], (0,))


@pytest.mark.parametrize("measure", [e2sfca, national.e2sfca])
def test_need_too_small_to_divide_by_is_no_need(measure: Callable[..., Any]) -> None:
    found = measure([[0, 0]], [5e-324], [[0, 0]], [30], STEPS)
    assert (found.access.tolist(), found.reached.tolist()) == ([0], [False])


def test_no_place_is_not_known_not_far() -> None:
    assert np.isnan(nearest_distance([[0, 0]], NOWHERE)).all()
    assert np.isnan(nearest_minutes([[0, 0]], NOWHERE, speed_kmh=4.5, detour=1.3)).all()


@pytest.mark.parametrize("decay", [STEPS, Decay.binary(1154), Decay.gaussian(1731)])
def test_the_compiled_engine_agrees_on_the_edition_s_own_cells(decay: Decay) -> None:
    here = settings.load({})
    model = Model(load_facts(here.edition), load_assumptions(here.assumptions))
    cells, supply = model.measured.points, model.help_table
    cells = cells[cells["kind"] == "cell"]
    supply = supply[supply["serves"] == "point"]
    given = (
        cells[["x_m", "y_m"]].to_numpy(float),
        cells["need_persons"].to_numpy(float),
        supply[["x_m", "y_m"]].to_numpy(float),
        supply["help_h_per_week"].to_numpy(float),
    )
    assert len(cells) == 869 + 2_137, "those of the territory and of the communes around"
    ours, theirs = e2sfca(*given, decay), national.e2sfca(*given, decay)
    np.testing.assert_allclose(theirs.access, ours.access, rtol=1e-9)
    np.testing.assert_array_equal(theirs.reached, ours.reached)
    np.testing.assert_allclose(ours.access, plain(*given, decay).access, rtol=1e-9)


@pytest.mark.parametrize("decay", [STEPS, Decay.gaussian(1500)])
def test_the_same_bits_whatever_the_number_of_threads(
    decay: Decay, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = set()
    for threads in (1, 2, 7):
        monkeypatch.setattr(numba.config, "NUMBA_NUM_THREADS", threads)
        result = national.e2sfca(*_made(), decay)
        bits = result.access.tobytes() + result.ratio.tobytes()
        found.add(hashlib.sha256(bits).hexdigest())
    assert len(found) == 1


def test_few_points_far_apart_cost_no_memory() -> None:
    xy = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [9e7, 9e7]])
    assert national.Buckets.of(xy, 10.0).start.size < 100
    assert national.e2sfca(xy, [1, 1, 1, 1], xy, [1, 1, 1, 1], Decay.binary(10)).access[3] == 1


def test_it_runs_where_no_machine_code_can_be_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled = numba.njit

    def nowhere_to_write(**options: bool) -> Callable[..., Any]:
        if options.pop("cache", False):
            raise RuntimeError("cannot cache function: no locator available")
        return compiled(**options)

    monkeypatch.setattr(numba, "njit", nowhere_to_write)

    @national._kernel()
    def twice(x: float) -> float:
        return x + x

    assert twice(2.0) == 4.0


def test_without_numba_the_error_says_which_extra_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real = builtins.__import__

    def absent(name: str, *rest: Any, **more: Any) -> Any:
        if name == "numba":
            raise ModuleNotFoundError("No module named 'numba'", name="numba")
        return real(name, *rest, **more)

    monkeypatch.delitem(sys.modules, "observatory.model.national")
    monkeypatch.setattr(builtins, "__import__", absent)
    with pytest.raises(InputError, match=r"numba.*found no such package.*\[national\]"):
        importlib.import_module("observatory.model.national")
