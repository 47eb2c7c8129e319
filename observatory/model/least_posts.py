"""The least number of well-placed posts that closes most of what a zone is missing.

Hours missing divided by the hours of a post are no number of posts: a post serves whoever is in
its reach, those who lack nothing too. So each zone is a programme of its own: the fewest halves of
a post, at any inhabited point, that leave it a tenth of its missing hours or less.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import csc_array, csr_array, eye_array, hstack, vstack

from observatory.geo.codes import Cog
from observatory.model import gap
from observatory.model.levels import Level, zones
from observatory.model.model import Model
from observatory.model.norms import refuse_share
from observatory.model.scenario_changes import HALF
from observatory.model.siting_problem import IntArray, Limits, Problem
from observatory.model.siting_request import refusal
from observatory.model.siting_setting import Setting
from observatory.model.siting_solve import greedy, rounded, swapped
from observatory.tables.check import check
from observatory.tables.siting_results import LEAST_POSTS

FloatArray = NDArray[np.float64]
#: The share of the missing hours that posts close.
CLOSED = 0.9
#: Hours a week below which nothing is missing.
NOTHING_H = 1e-9
#: How near a share is met, of the hours missing.
MET = 1e-9


def least_posts(model: Model, *, level: Level = "ept", cog: Cog = "cog_2024") -> pd.DataFrame:
    """Return the least posts that close 90 % of the missing hours of each zone, for itself alone.

    Parameters
    ----------
    model : Model
        The territory as it is; its norm is held.
    level : str, default "ept"
        ``ept``, ``commune`` or ``qpv``.
    cog : str, default "cog_2024"
        Communes before or since the mergers of 2025-01-01.

    Returns
    -------
    pandas.DataFrame
        One row a zone (``tables.siting_results.LEAST_POSTS``). Posts of two zones that share a
        border may be the same: they are not to be summed.

    Raises
    ------
    ChoiceError
        IRIS, a build with streets, or a norm that is a share of the help there is.
    """
    refuse_share(model.norm_name, "least posts")
    if level == "iris":
        raise refusal("least posts of a territory, communes or QPV", "iris")
    if model.facts.street_distances is not None:
        raise refusal("a build without streets", "one with walks along streets")
    setting = Setting.of(model, _points(model))
    matrix, codes = model.ground.sum_matrix(level, cog)
    listed = zones(model.facts, level, cog)
    found = {str(code): _least(setting, matrix[[row]]) for row, code in enumerate(codes)}
    table = listed[["code", "name"]].assign(
        **{
            name: [found[code][at] if code in found else np.nan for code in listed["code"]]
            for at, name in enumerate(("missing_h_per_week", "least_posts", "least_posts_bound"))
        }
    )
    known = table["least_posts"].notna()
    same = (table["least_posts"] == table["least_posts_bound"]).astype("boolean")
    table = table.assign(
        proved=same.where(known),
        missing_etp=gap.to_etp(table["missing_h_per_week"], model.assumptions),
        **gap.cost_bounds_eur(table["least_posts"], model.assumptions),
    )
    return pd.DataFrame(check(table[LEAST_POSTS.names], LEAST_POSTS))


def _points(model: Model) -> pd.DataFrame:
    """Return the inhabited points that zones take a share of, as candidates."""
    points = model.facts.points.iloc[model.ground.counted]
    return points[points["residents"] > 0][["point", "x_m", "y_m"]].reset_index(drop=True)


def _least(setting: Setting, zone: csr_array) -> tuple[float, float, float]:
    """Return the missing hours of a zone, the least posts found for it, and their bound."""
    share = zone.toarray().ravel()
    people = setting.model.need_persons * share
    lack = setting.model.norm - setting.reached
    rows = np.flatnonzero((people > 0) & (lack > 0))
    cost = people[rows] / 100
    missing = float(cost @ lack[rows])
    if missing <= NOTHING_H:
        return 0.0, 0.0, 0.0
    gain = csc_array(csr_array(setting.gain)[rows])
    gain = gain[:, np.flatnonzero(np.diff(gain.indptr))]
    count = gain.shape[1]
    free = Limits(0, np.zeros(count, int), np.full(count, 10**6), np.ones(count, bool), 10**6)
    problem = Problem(cost, lack[rows], gain, free)
    wanted = CLOSED * missing - MET * missing
    halves, parts = _relaxed(problem, (1 - CLOSED) * missing)
    best = np.zeros(count, dtype=np.int64)
    bound = number = max(int(np.ceil(halves - 1e-6)), 1)
    while True:
        best = _placed(problem, number, (best, parts))
        if problem.total(problem.served(best)) >= wanted:
            return missing, HALF * number, HALF * bound
        number += 1


def _placed(problem: Problem, halves: int, starts: tuple[IntArray, FloatArray]) -> IntArray:
    """Return the best placing found of so many halves, from the last one and the relaxation."""
    limits = Limits(
        halves,
        problem.limits.least,
        np.minimum(problem.limits.most, halves),
        problem.limits.reserved,
        halves,
    )
    one = Problem(problem.cost, problem.lack, problem.gain, limits)
    tried = [starts[0], rounded(one, starts[1])]
    done = [swapped(one, greedy(one, start)) for start in tried]
    return max(done, key=lambda chosen: one.total(one.served(chosen)))


def _relaxed(problem: Problem, left: float) -> tuple[float, FloatArray]:
    """Return the least halves, parts allowed, that leave so many hours, and where they stand."""
    short, places = problem.gain.shape
    rows = vstack(
        [
            hstack([-eye_array(short), -problem.gain]),
            hstack([csr_array(problem.cost[None, :]), csr_array((1, places))]),
        ],
        format="csr",
    )
    found: Any = linprog(
        np.append(np.zeros(short), np.ones(places)),
        A_ub=rows,
        b_ub=np.append(-problem.lack, left),
        method="highs",
    )
    if found.status != 0:
        raise refusal("missing hours that posts can close", "a point that no candidate reaches")
    return float(found.fun), np.asarray(found.x[short:], dtype=float)
