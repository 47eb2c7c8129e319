"""How often each place is chosen where the assumptions are drawn.

Each draw is placed by the greedy rule with swaps, without proof: over a hundred draws what counts
is which places come back.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

import numpy as np
import pandas as pd

from observatory.model.draws import series
from observatory.model.model import SEED, Model
from observatory.model.scenario_changes import HALF
from observatory.model.siting import place_posts, prepare
from observatory.model.siting_problem import IntArray, Limits
from observatory.model.siting_request import Request
from observatory.model.siting_setting import Setting, near_m
from observatory.model.siting_solve import Watch, greedy, swapped
from observatory.tables.check import check
from observatory.tables.siting_results import CHOSEN

#: Seconds that each draw may add to those of the request.
EACH_S = 0.5


def chosen_over_draws(
    model: Model,
    request: Request,
    draws: int = 100,
    *,
    stops: pd.DataFrame | None = None,
    progress: Callable[[float], None] | None = None,
    cancel: Callable[[], bool] | None = None,
) -> pd.DataFrame:
    """Return how often each place gets posts, over draws of the assumptions.

    Parameters
    ----------
    model : Model
        The territory as it is.
    request : Request
        What is asked; each draw has its own norm.
    draws : int, default 100
        How many draws, of the series that every interval comes from.
    stops : pandas.DataFrame, optional
        The transit stops of the build, where it has them.
    progress : callable, optional
        Called with the part done, from 0 to 1.
    cancel : callable, optional
        Returns whether to stop; the table is then of the draws done.

    Returns
    -------
    pandas.DataFrame
        One row a place chosen at least once, the most often first
        (``tables.siting_results.CHOSEN``).

    Raises
    ------
    ChoiceError
        As for a siting, or no draws.
    """
    setting, limits = prepare(model, request, stops)
    central = place_posts(setting, request, limits, Watch(request.seconds, None, cancel)).chosen
    drawn = deque(series(model, draws, SEED)[1])
    reach = max(max(one.decay.reach, near_m(one)) for one in drawn)
    wide = Setting.of(model, setting.places, reach)
    ends = time.monotonic() + request.seconds + EACH_S * draws
    found: list[IntArray] = []
    while drawn:
        if found and (time.monotonic() > ends or (cancel is not None and cancel())):
            break
        found.append(_place(wide.under(drawn.popleft()), request, limits))
        if progress is not None:
            progress(len(found) / draws)
    halves = np.array(found)
    table = setting.places.assign(
        chosen_pct=100 * (halves > 0).mean(axis=0),
        mean_posts=HALF * halves.mean(axis=0),
        posts=HALF * central,
        draws=len(found),
    )
    table = table[(table["chosen_pct"] > 0) | (table["posts"] > 0)]
    table = table.sort_values(["chosen_pct", "place"], ascending=[False, True], ignore_index=True)
    return pd.DataFrame(check(table[CHOSEN.names], CHOSEN))


def _place(setting: Setting, request: Request, limits: Limits) -> IntArray:
    problem = setting.problem(request.aim, limits)
    return swapped(problem, greedy(problem, limits.least.copy()))
