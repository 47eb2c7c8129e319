"""Solve a siting problem: greedy with swaps for the answer, relaxation and HiGHS for the proof.

The linear relaxation gives a bound at once, and rounded down a second start for the swaps. What its
reduced costs show cannot be in a better answer is left out of the whole-number programme, which
then often ends within the time; where it does not, its bound holds all the same. The clock bounds
that proof alone: greedy, swaps and relaxation end by themselves, after so many steps at most, so
that a busy machine gives the answer that a free one does.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from observatory.model.siting_problem import IntArray, Problem

FloatArray = NDArray[np.float64]
Step = Literal["bound", "places", "swaps", "proof", "done"]
#: Called with the step and what is gained so far; it returns nothing.
Progress = Callable[[Step, float, float], None]
#: A gain this near the bound, as a share of it, proves itself.
CLOSE = 1e-7
#: A gain this near the bound needs no swaps from another start.
NEAR_ENOUGH = 0.005
#: Swaps looked at, for each half post; they end by themselves long before.
SWAPS = 50
#: Steps of the relaxation, at most: it takes some thousands for a territory.
STEPS = 200_000
#: Seconds between two looks at whether to stop.
LOOK_S = 0.1


@dataclass
class Watch:
    """How long a proof may take, whom solving tells, and whether it was asked to stop.

    Attributes
    ----------
    seconds
        How long after its beginning a proof is looked for; the answer is found all the same.
    progress
        Told of each step, with the gain and the bound so far.
    cancel
        Returns whether to stop.
    """

    seconds: float
    progress: Progress | None = None
    cancel: Callable[[], bool] | None = None
    begun: float = field(default_factory=time.monotonic)

    @property
    def left(self) -> float:
        """Seconds left."""
        return self.seconds - (time.monotonic() - self.begun)

    @property
    def over(self) -> bool:
        """Whether to look for no proof."""
        return self.left <= 0 or self.cancelled

    @property
    def cancelled(self) -> bool:
        """Whether someone asked to stop."""
        return self.cancel is not None and self.cancel()

    def tell(self, step: Step, gain: float, bound: float) -> None:
        """Say where solving stands."""
        if self.progress is not None:
            self.progress(step, gain, bound)


@dataclass(frozen=True)
class Answer:
    """Half posts by place, what they gain, and the most that any placing could.

    Attributes
    ----------
    chosen
        Halves of a post at each place.
    gain, bound
        In the unit of the aim.
    proved
        Whether no placing gains more.
    """

    chosen: IntArray
    gain: float
    bound: float
    proved: bool


@dataclass(frozen=True)
class Relaxed:
    """The relaxation solved: parts of halves allowed.

    Attributes
    ----------
    bound
        What it gains, which no placing exceeds.
    halves
        Its halves at each place, with their parts.
    reduced
        What the bound loses at least with one half more where it has none.
    price, elsewhere
        What one half more in all, and one more elsewhere than at reserved places, would add.
    """

    bound: float
    halves: FloatArray
    reduced: FloatArray
    price: float
    elsewhere: float


def solve(problem: Problem, watch: Watch, *, prove: bool = True) -> Answer:
    """Return the best placing found, and a bound of what any could gain.

    Parameters
    ----------
    problem
        What half posts take away.
    watch
        How long it may take.
    prove
        Whether to look for a proof where the relaxation does not give it.
    """
    worth = problem.worth
    watch.tell("places", 0.0, worth)
    best = greedy(problem, problem.limits.least.copy(), watch)
    gain, bound, relaxed = _gain(problem, best), worth, None
    watch.tell("bound", gain, worth)
    if gain < worth * (1 - CLOSE) and not watch.cancelled:
        relaxed = relax(problem, watch)
    starts = [best]
    if relaxed is not None:
        bound = min(worth, relaxed.bound)
        starts.insert(0, greedy(problem, rounded(problem, relaxed.halves), watch))
    for start in starts:
        if gain >= bound * (1 - NEAR_ENOUGH) and start is not starts[0]:
            break
        watch.tell("swaps", gain, bound)
        best = max(best, swapped(problem, start, watch), key=lambda one: _gain(problem, one))
        gain = _gain(problem, best)
    if prove and relaxed is not None and gain < bound * (1 - CLOSE) and not watch.over:
        watch.tell("proof", gain, bound)
        proved, most = _whole(problem, relaxed, gain, watch)
        bound = min(bound, max(most, gain))
        if proved is not None and _gain(problem, proved) > gain:
            best, gain = proved, _gain(problem, proved)
    bound = max(bound, gain)
    watch.tell("done", gain, bound)
    return Answer(best, gain, bound, gain >= bound * (1 - CLOSE))


def _gain(problem: Problem, chosen: IntArray) -> float:
    return problem.total(problem.served(chosen))


def greedy(problem: Problem, chosen: IntArray, watch: Watch | None = None) -> IntArray:
    """Return a placing with half a post added where it gains most, again and again."""
    limits, chosen = problem.limits, chosen.copy()
    served = problem.served(chosen)
    while chosen.sum() < limits.halves and not (watch is not None and watch.cancelled):
        added = np.where(limits.free(chosen), problem.additions(served), -1.0)
        best = int(added.argmax())
        if added[best] <= CLOSE * max(problem.worth, 1e-12):
            break
        chosen[best] += 1
        served += _column(problem, best)
    return chosen


def swapped(problem: Problem, chosen: IntArray, watch: Watch | None = None) -> IntArray:
    """Return a placing in which no half post moved to another place would gain more.

    It is the best found where it was asked to stop, or after :data:`SWAPS` for each half post.
    """
    limits, chosen = problem.limits, chosen.copy()
    served = problem.served(chosen)
    gain = problem.total(served)
    worth = max(problem.worth, 1e-12)
    quiet, at = 0, -1
    for _ in range(SWAPS * max(limits.halves, 1)):
        movable = np.flatnonzero(chosen > limits.least)
        stop = watch is not None and watch.cancelled
        if stop or not len(movable) or quiet > len(np.flatnonzero(chosen)):
            break
        at = int(movable[np.searchsorted(movable, at + 1) % len(movable)])
        chosen[at] -= 1
        without = served - _column(problem, at)
        added = np.where(limits.free(chosen), problem.additions(without), -1.0)
        best = int(added.argmax())
        moved = problem.total(without) + float(added[best])
        if best == at or moved <= gain + CLOSE * worth:
            chosen[at] += 1
            quiet += 1
            continue
        chosen[best] += 1
        served = without + _column(problem, best)
        gain, quiet = problem.total(served), 0
    return chosen


def rounded(problem: Problem, halves: FloatArray) -> IntArray:
    """Return the relaxation's halves without their parts, within the limits."""
    limits = problem.limits
    whole = np.clip(np.floor(halves + 1e-6).astype(np.int64), limits.least, limits.most)
    for part in (~limits.reserved, np.ones(len(whole), dtype=bool)):
        cap = limits.halves if part.all() else limits.elsewhere
        for place in np.argsort(halves):
            if whole[part].sum() <= cap:
                break
            if part[place]:
                whole[place] = limits.least[place]
    return whole


def relax(problem: Problem, watch: Watch | None = None) -> Relaxed | None:
    """Return the relaxation solved, or nothing where it was stopped or took too many steps."""
    made, limits = problem.programme(), problem.limits
    low = np.append(np.zeros(made.extras), limits.least)
    high = np.append(np.full(made.extras, np.inf), limits.most)
    found = _awaited(
        watch,
        lambda: linprog(
            made.cost,
            A_ub=made.rows,
            b_ub=made.right,
            bounds=np.column_stack([low, high]),
            method="highs",
            options={"maxiter": STEPS},
        ),
    )
    if found is None or found.status != 0:
        return None
    price, elsewhere = (-float(one) for one in found.ineqlin.marginals[-2:])
    return Relaxed(
        problem.worth - float(found.fun),
        np.asarray(found.x[made.extras :], dtype=float),
        np.asarray(found.lower.marginals[made.extras :], dtype=float),
        price,
        elsewhere,
    )


def _whole(
    problem: Problem, relaxed: Relaxed, gain: float, watch: Watch
) -> tuple[IntArray | None, float]:
    """Return a better placing if the whole-number programme finds one, and its bound."""
    made, limits = problem.programme(), problem.limits
    most = limits.most.astype(float)
    # A place that would cost the bound more than the answer lacks is in no better answer.
    useless = (relaxed.halves <= limits.least + 1e-9) & (relaxed.bound - relaxed.reduced < gain)
    most[useless] = limits.least[useless]
    low = np.append(np.zeros(made.extras), limits.least)
    high = np.append(np.full(made.extras, np.inf), most)
    kept = np.flatnonzero(high > 0)
    found = _awaited(
        watch,
        lambda: milp(
            made.cost[kept],
            integrality=(kept >= made.extras).astype(int),
            bounds=Bounds(low[kept], high[kept]),
            constraints=LinearConstraint(made.rows[:, kept], -np.inf, made.right),
            options={"time_limit": max(watch.left, 0.05), "mip_rel_gap": 1e-9},
        ),
    )
    if found is None:
        return None, relaxed.bound
    if found.status == 2:  # nothing is better than what was left out
        return None, gain
    bound = found.mip_dual_bound
    most_gained = relaxed.bound if bound is None else problem.worth - float(bound)
    if found.x is None:
        return None, most_gained
    chosen = np.zeros(len(limits.least), dtype=np.int64)
    places = kept[kept >= made.extras] - made.extras
    chosen[places] = np.round(found.x[kept >= made.extras]).astype(np.int64)
    return chosen, most_gained


def _awaited(watch: Watch | None, work: Callable[[], Any]) -> Any:
    """Return what some work gives, or nothing once it was asked to stop."""
    if watch is None or watch.cancel is None:
        return work()
    pool = ThreadPoolExecutor(1)
    running = pool.submit(work)
    try:
        while True:
            try:
                return running.result(timeout=LOOK_S)
            except NotYet:
                if watch.cancelled:
                    return None
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _column(problem: Problem, place: int) -> FloatArray:
    return np.asarray(problem.gain[:, [place]].toarray().ravel(), dtype=float)
