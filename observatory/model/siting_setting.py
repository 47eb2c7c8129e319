"""What half a post at each candidate changes, in the figures of a model: access, walks, schools."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csc_array, csr_array

from observatory.model import access
from observatory.model.help_hours import COUNSELLORS, unit_hours
from observatory.model.model import Model
from observatory.model.priority_schools import rep_schools
from observatory.model.scenario_changes import HALF
from observatory.model.siting_candidates import homes
from observatory.model.siting_problem import IntArray, Limits, Problem
from observatory.model.siting_request import Aim, Request, refusal, whole_halves

FloatArray = NDArray[np.float64]
Rows = NDArray[np.intp]


@dataclass(frozen=True)
class Setting:
    """A model, the candidates, and what half a post at each would change.

    Attributes
    ----------
    model
        The territory as it is; its norm is held.
    places
        The candidates.
    near
        Metres from each point to each candidate, at least up to the reach of help.
    """

    model: Model
    places: pd.DataFrame
    near: csr_array

    @classmethod
    def of(cls, model: Model, places: pd.DataFrame, reach: float = 0.0) -> Setting:
        """Return the setting of a model; a reach beyond its own serves other models too."""
        at = places[["x_m", "y_m"]].to_numpy(dtype=float)
        far = max(model.decay.reach, near_m(model), reach)
        return cls(model, places, access.distances(model.ground.coordinates[0], at, far))

    def under(self, model: Model) -> Setting:
        """Return the same candidates in another model on the same facts, of no longer reach."""
        return replace(self, model=model)

    @cached_property
    def reached(self) -> FloatArray:
        """Help within reach of each point, h/week per 100 people in need."""
        people = self.model.need_persons
        return np.divide(
            100 * self.model.reached_hours, people, out=np.zeros_like(people), where=people > 0
        )

    @cached_property
    def short(self) -> Rows:
        """The points of the territory that lack help."""
        lacking = (self.model.need_persons > 0) & (self.reached < self.model.norm)
        return np.flatnonzero(self.model.ground.inside & lacking)

    @cached_property
    def gain(self) -> csc_array:
        """The access that half a post at each place adds at each point, h per 100 people."""
        weights = access.weights(self.near, self.model.decay)
        within = weights.T @ self.model.need_persons
        each = 100 * HALF * unit_hours(self.model.assumptions)[COUNSELLORS]
        ratio = np.divide(each, within, out=np.zeros_like(within), where=within > 0)
        found = csc_array(weights.multiply(ratio[None, :]))
        found.eliminate_zeros()
        return found

    @cached_property
    def far_points(self) -> Rows:
        """The points of the territory with people in need and no place within the near walk."""
        far = ~(self.model.nearest_min <= near_min(self.model))
        return np.flatnonzero(self.model.ground.inside & (self.model.need_persons > 0) & far)

    @cached_property
    def walkable(self) -> csc_array:
        """1 for each point within the near walk of each place."""
        return _walkable(self.near, self.model)

    @cached_property
    def far_schools(self) -> pd.DataFrame:
        """The REP+ schools with a position and no place within the near walk."""
        schools = rep_schools(self.model)
        far = ~(schools["walk_min"] <= near_min(self.model))
        rows = schools[(schools["network"] == "REP+") & schools["x_m"].notna() & far]
        return rows.reset_index(drop=True)

    @cached_property
    def walkable_schools(self) -> csc_array:
        """1 for each of these schools within the near walk of each place."""
        names = ["x_m", "y_m"]
        schools, places = self.far_schools[names], self.places[names]
        near = access.distances(schools.to_numpy(), places.to_numpy(), near_m(self.model))
        return _walkable(near, self.model)

    @cached_property
    def communes(self) -> tuple[IntArray, FloatArray]:
        """The number of each point's commune, and what turns its hours into its rate."""
        inside, people = self.model.ground.inside, self.model.need_persons
        commune, codes = pd.factorize(self.model.facts.points["commune"].where(inside), sort=True)
        total = np.bincount(commune[inside], people[inside], len(codes))
        scale = np.divide(100.0, total, out=np.zeros_like(total), where=total > 0)
        return commune.astype(np.int64), scale

    def problem(self, aim: Aim, limits: Limits) -> Problem:
        """Return what siting solves for an aim."""
        people = self.model.need_persons
        if aim in ("near", "rep_plus"):
            once = replace(limits, most=np.maximum(limits.least, np.minimum(limits.most, 1)))
            if aim == "near":
                rows = self.far_points
                return _cover(people[rows], csc_array(csr_array(self.walkable)[rows]), once)
            return _cover(np.ones(len(self.far_schools)), self.walkable_schools, once)
        rows = self.short
        lack = self.model.norm - self.reached[rows]
        gain = csc_array(csr_array(self.gain)[rows])
        found = Problem(people[rows] / 100, lack, gain, limits)
        if aim == "worst":
            commune, scale = self.communes
            return replace(found, group=commune[rows], scale=scale)
        return found


def limits_of(request: Request, halves: int, setting: Setting) -> Limits:
    """Return how many halves may stand where, as a request says.

    Raises
    ------
    ChoiceError
        Its parts cannot all be met.
    """
    places = setting.places
    count = len(places)
    most = np.full(count, halves, dtype=np.int64)
    if request.at_most is not None:
        most = np.minimum(most, whole_halves(request.at_most, "at most at one place"))
    most[places["place"].isin(list(request.forbidden)).to_numpy()] = 0
    least = np.zeros(count, dtype=np.int64)
    for name, posts in request.fixed.items():
        fixed = whole_halves(posts, f"fixed posts of {name}")
        least[int(np.flatnonzero(places["place"] == name)[0])] = fixed
    if (least > most).any() or least.sum() > halves:
        raise refusal("fixed posts that fit in the posts, and at one place", f"{least.sum() / 2:g}")
    reserved = np.ones(count, dtype=bool)
    kept = math.ceil(request.qpv_share * halves - 1e-9)
    if kept:
        reserved = homes(setting.model.facts, places)["qpv"].notna().to_numpy()
    if least[~reserved].sum() > halves - kept:
        raise refusal("fixed posts that leave the share of the QPV", f"{request.qpv_share:g}")
    return Limits(halves, least, most, reserved, halves - kept)


def near_min(model: Model) -> float:
    """Return the minutes of the near walk."""
    return model.assumptions.number("access.near_min")


def near_m(model: Model) -> float:
    """Return the metres of straight line of the near walk."""
    speed = model.assumptions.number("walk.speed_kmh")
    return float(access.minutes_to_metres(near_min(model), speed, model.detour))


def _walkable(near: csr_array, model: Model) -> csc_array:
    pairs: Any = near.tocoo()
    speed = model.assumptions.number("walk.speed_kmh")
    kept = access.walk_minutes(pairs.data, speed, model.detour) <= near_min(model)
    at = (pairs.row[kept], pairs.col[kept])
    return csc_array((np.ones(int(kept.sum())), at), shape=near.shape)


def _cover(weight: FloatArray, reach: csc_array, limits: Limits) -> Problem:
    """Return the problem of reaching as much as can be, each thing once."""
    return Problem(weight, np.ones(len(weight)), reach, limits)
