"""Where new posts would help most, with a proof of how good the answer is.

Access is linear in the hours of each place, and missing hours are what access lacks to the norm:
with the norm of today held, the best places are a mixed integer linear programme. The answer says
how far it may be from the best possible one (``siting_solve``), and what each post adds for whom
(``siting_reasons``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from observatory.model.model import Model
from observatory.model.norms import refuse_share
from observatory.model.scenario_changes import HALF
from observatory.model.siting_candidates import asked_candidates, candidates
from observatory.model.siting_problem import IntArray, Limits
from observatory.model.siting_reasons import reasons
from observatory.model.siting_request import OwnPoint, Request, refusal
from observatory.model.siting_setting import Setting, limits_of
from observatory.model.siting_solve import Answer, Progress, Watch, solve
from observatory.tables.check import check
from observatory.tables.siting_results import SITING

__all__ = ["OwnPoint", "Request", "Siting", "candidates", "siting"]


@dataclass(frozen=True)
class Siting:
    """The places of new posts.

    Attributes
    ----------
    request : Request
        What was asked.
    table : pandas.DataFrame
        One row a place that gets posts (``tables.siting_results.SITING``).
    gain, bound : float
        What the posts gain for the aim, and the most that any placing of as many could: hours a
        week (``hours``), people (``near``), hours a week per 100 people (``worst``) or schools
        (``rep_plus``).
    proved : bool
        Whether no placing among the candidates gains more.
    gain_h_per_week : float
        Hours missing less, in the territory, whichever the aim.
    missing_h_per_week : float
        Hours missing that are left.
    candidates : int
        How many places it chose among: those whose coordinates a source gives.
    stopped : bool
        Whether it was asked to stop before its time.
    """

    request: Request
    table: pd.DataFrame
    gain: float
    bound: float
    proved: bool
    gain_h_per_week: float
    missing_h_per_week: float
    candidates: int
    stopped: bool = False

    @property
    def gap_pct(self) -> float:
        """How much of the best possible gain may be missing, %."""
        return 100 * (self.bound - self.gain) / self.bound if self.bound > 0 else 0.0

    @property
    def bound_h_per_week(self) -> float:
        """The most hours that any placing could gain; missing where the aim is another."""
        return self.bound if self.request.aim == "hours" else np.nan


def siting(
    model: Model,
    posts: float | Request,
    *,
    seconds: float = 3.5,
    stops: pd.DataFrame | None = None,
    progress: Progress | None = None,
    cancel: Callable[[], bool] | None = None,
) -> Siting:
    """Return where new counsellors' posts would help most.

    Parameters
    ----------
    model : Model
        The territory as it is; its norm is held.
    posts : float or Request
        How many posts, in halves, or all that can be asked.
    seconds : float, default 3.5
        The longest that the proof may take, where only posts are given; without one the answer
        says how far it may be from the best.
    stops : pandas.DataFrame, optional
        The transit stops of the build, where it has them.
    progress : callable, optional
        Called with the step, the gain and the bound so far.
    cancel : callable, optional
        Returns whether to stop; the answer is then the best so far.

    Returns
    -------
    Siting
        The places; one without coordinates in the sources takes no part.

    Raises
    ------
    ChoiceError
        A request that cannot be met, no place to choose from, a build with streets, or a norm that
        is a share of the help there is.
    """
    request = posts if isinstance(posts, Request) else Request(posts=posts, seconds=seconds)
    watch = Watch(request.seconds, progress, cancel)
    setting, limits = prepare(model, request, stops)
    answer = place_posts(setting, request, limits, watch)
    table = reasons(setting, request.aim, answer.chosen)
    hours = setting.problem("hours", limits)
    gained = hours.total(hours.served(answer.chosen))
    proved = answer.proved
    return Siting(
        request,
        pd.DataFrame(check(table[SITING.names], SITING)),
        answer.gain,
        answer.gain if proved else answer.bound,
        proved,
        gained,
        max(hours.worth - gained, 0.0),
        len(setting.places),
        watch.cancelled,
    )


def prepare(
    model: Model, request: Request, stops: pd.DataFrame | None = None
) -> tuple[Setting, Limits]:
    """Return the candidates of a request in a model, and how many halves may stand where.

    Raises
    ------
    ChoiceError
        As :func:`siting`.
    """
    halves = request.halves(model.assumptions)
    if model.facts.street_distances is not None:
        raise refusal("a build without streets", "one with walks along streets")
    refuse_share(model.norm_name, "siting")
    setting = Setting.of(model, asked_candidates(model.facts, request, stops))
    return setting, limits_of(request, halves, setting)


def place_posts(
    setting: Setting, request: Request, limits: Limits, watch: Watch, *, prove: bool = True
) -> Answer:
    """Return the placing for an aim; what it leaves free goes where most hours are missing."""
    problem = setting.problem(request.aim, limits)
    found = solve(problem, watch, prove=prove)
    if request.aim == "rep_plus":  # schools are whole
        found = replace(found, bound=max(float(np.floor(found.bound + 1e-6)), found.gain))
    if request.aim == "worst":
        found = replace(found, gain=problem.largest(problem.served(found.chosen)))
    if request.aim == "hours" or found.chosen.sum() >= limits.halves:
        return found
    rest = replace(limits, least=found.chosen)
    filled = solve(setting.problem("hours", rest), watch, prove=False)
    return replace(found, chosen=filled.chosen)


def posts_of(chosen: IntArray) -> float:
    """Return how many posts so many halves are."""
    return HALF * float(chosen.sum())
