"""The curve of posts: what each number of well-placed posts leaves, and the least that any could.

What a relaxation gains is concave in the halves there are, so that its prices at one number bound
what any other number gains; a few numbers are solved and the others bounded by them.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd

from observatory.model import gap
from observatory.model.model import Model
from observatory.model.scenario_changes import HALF
from observatory.model.siting import prepare
from observatory.model.siting_problem import IntArray, Limits, Problem
from observatory.model.siting_request import Request
from observatory.model.siting_setting import Setting
from observatory.model.siting_solve import Relaxed, Watch, greedy, relax, rounded, swapped
from observatory.tables.check import check
from observatory.tables.siting_results import CURVE

#: How many numbers of posts are solved, at most.
SOLVED = 9
#: A bound below this is none: what the solver leaves of a gain of zero.
NOTHING = 1e-9
#: Seconds that the curve may take for each half post, beyond those of the request.
EACH_S = 0.25


def curve(
    model: Model,
    request: Request,
    *,
    stops: pd.DataFrame | None = None,
    progress: Callable[[float], None] | None = None,
    cancel: Callable[[], bool] | None = None,
) -> pd.DataFrame:
    """Return the hours missing that each number of posts leaves, from none to those asked.

    Parameters
    ----------
    model : Model
        The territory as it is; its norm is held.
    request : Request
        The most posts or a budget, and the rest. Fixed places have theirs from the first row on.
    stops : pandas.DataFrame, optional
        The transit stops of the build, where it has them.
    progress : callable, optional
        Called with the part done, from 0 to 1.
    cancel : callable, optional
        Returns whether to stop; the rows are then those of the posts reached.

    Returns
    -------
    pandas.DataFrame
        One row each half post (``tables.siting_results.CURVE``).

    Raises
    ------
    ChoiceError
        As for a siting.
    """
    setting, limits = prepare(model, request, stops)
    problem = setting.problem(request.aim, limits)
    first = int(limits.least.sum())
    numbers = range(first, limits.halves + 1)
    watch = Watch(request.seconds + EACH_S * len(numbers), None, cancel)
    solved = _solved(problem, request, first, watch)
    rows, hours = [], setting.problem("hours", limits)
    chosen = limits.least.copy()
    for halves in numbers:
        if watch.cancelled:
            break
        one = replace(problem, limits=_of(problem.limits, request, halves))
        chosen = _better(one, chosen, solved.get(halves), watch)
        placed = _filled(setting, one, chosen, request)
        gain = one.largest(one.served(chosen))
        bound = max(gain, min(one.worth, _bound(one, solved)))
        if request.aim == "rep_plus":
            bound = max(gain, math.floor(bound + 1e-6))
        left = max(hours.worth - hours.total(hours.served(placed)), 0.0)
        rows.append(
            {
                "posts": HALF * halves,
                "gain": gain,
                "bound": bound,
                "gap_pct": 100 * (bound - gain) / bound if bound > NOTHING else 0.0,
                "missing_h_per_week": left,
                "missing_low_h_per_week": max(hours.worth - bound, 0.0)
                if request.aim == "hours"
                else np.nan,
                "cost_eur": gap.cost_eur(HALF * halves, model.assumptions),
            }
        )
        if progress is not None:
            progress((halves - first + 1) / len(numbers))
    table = pd.DataFrame(rows, columns=CURVE.names).astype(dict.fromkeys(CURVE.names, float))
    return pd.DataFrame(check(table, CURVE))


def _of(limits: Limits, request: Request, halves: int) -> Limits:
    """Return the limits of another number of halves."""
    fixed = int(limits.least[~limits.reserved].sum())
    elsewhere = halves - math.ceil(request.qpv_share * halves - 1e-9)
    return replace(limits, halves=halves, elsewhere=max(elsewhere, fixed))


def _solved(
    problem: Problem, request: Request, first: int, watch: Watch
) -> dict[int, tuple[Limits, Relaxed]]:
    """Return the relaxation at some numbers of halves, closer where they are few."""
    last = problem.limits.halves
    share = np.linspace(0, 1, min(SOLVED, last - first + 1)) ** 1.5
    found = {}
    for halves in sorted({round(first + part * (last - first)) for part in share}, reverse=True):
        limits = _of(problem.limits, request, halves)
        relaxed = None if watch.over else relax(replace(problem, limits=limits), watch)
        if relaxed is not None:
            found[halves] = limits, relaxed
    return found


def _bound(problem: Problem, solved: dict[int, tuple[Limits, Relaxed]]) -> float:
    """Return the least of the bounds that the prices of each solved number give."""
    limits = problem.limits
    return min(
        (
            one.bound
            + one.price * (limits.halves - at.halves)
            + one.elsewhere * (limits.elsewhere - at.elsewhere)
            for at, one in solved.values()
        ),
        default=math.inf,
    )


def _better(
    problem: Problem, before: IntArray, solved: tuple[Limits, Relaxed] | None, watch: Watch
) -> IntArray:
    """Return the best of one half more than before, and of the relaxation rounded."""
    starts = [before] if solved is None else [before, rounded(problem, solved[1].halves)]
    tried = [swapped(problem, greedy(problem, one, watch), watch) for one in starts]
    return max(tried, key=lambda one: problem.total(problem.served(one)))


def _filled(setting: Setting, problem: Problem, chosen: IntArray, request: Request) -> IntArray:
    """Return the placing with what the aim leaves free where most hours are missing."""
    if request.aim == "hours" or chosen.sum() >= problem.limits.halves:
        return chosen
    free = replace(problem.limits, least=chosen, most=np.full_like(chosen, problem.limits.halves))
    return greedy(setting.problem("hours", free), chosen)
