"""Where new posts would take most off the missing hours, with a proof of how good the answer is.

Access is linear in the hours of each place, and missing hours are what access lacks to the norm:
with the norm of today held, the best places are a mixed integer linear programme, which HiGHS
solves, or bounds when its time is over.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, eye_array, hstack, vstack

from observatory.errors import ChoiceError
from observatory.geo.geometry import project_to_metres
from observatory.model import access
from observatory.model.gap import shortfall
from observatory.model.help_hours import COUNSELLORS, unit_hours
from observatory.model.model import Model
from observatory.model.norms import refuse_share
from observatory.model.observed import Facts
from observatory.model.scenario_changes import HALF
from observatory.tables.check import check
from observatory.tables.decision_results import SITING

FloatArray = NDArray[np.float64]
#: A bound this near the gain, in hours a week, proves it.
PROVED_H = 1e-4


@dataclass(frozen=True)
class Siting:
    """The places of new posts.

    Attributes
    ----------
    table : pandas.DataFrame
        One row a place that gets posts (``tables.decision_results.SITING``).
    gain_h_per_week : float
        Hours missing less, in the territory.
    bound_h_per_week : float
        The most that any placing of as many posts among the candidates could gain.
    candidates : int
        How many places it chose among: those whose coordinates a source gives.
    """

    table: pd.DataFrame
    gain_h_per_week: float
    bound_h_per_week: float
    candidates: int

    @property
    def proved(self) -> bool:
        """Whether no placing among the candidates gains more."""
        return self.bound_h_per_week - self.gain_h_per_week <= PROVED_H


def siting(model: Model, posts: float, *, seconds: float = 20.0) -> Siting:
    """Return where new counsellors' posts take most off the missing hours of the territory.

    Parameters
    ----------
    model : Model
        The territory as it is; its norm is held.
    posts : float
        How many posts, in halves.
    seconds : float, default 20
        The longest that the proof may take; the answer then says how far it may be from the best.

    Returns
    -------
    Siting
        The places, among those of the territory where people are received and its schools; one
        without coordinates in the sources takes no part.

    Raises
    ------
    ChoiceError
        Posts that are not halves, no place to choose from, a build with streets, a norm that is a
        share of the help there is, or no answer within the time.
    """
    halves = posts / HALF
    if not (posts > 0 and halves.is_integer()):
        raise _refusal("a number of halves above 0, such as 2.5", repr(posts))
    if model.facts.street_distances is not None:
        raise _refusal("a build without streets", "one with walks along streets")
    refuse_share(model.norm_name, "siting")
    places = candidates(model.facts)
    if places.empty:
        raise _refusal("places or schools with coordinates", "none")
    norm, people = model.norm, model.need_persons
    reached = model.measured.points["access_h_per_100"].to_numpy(dtype=float)
    here = np.flatnonzero(model.ground.inside & (people > 0) & (reached < norm))
    gain = _gains(model, places)[here]
    chosen, bound = _solve(people[here] / 100, norm - reached[here], gain, round(halves), seconds)
    order, steps = _in_order(people[here], reached[here], gain, chosen, norm)
    table = places.iloc[order].assign(
        rank=np.arange(1, len(order) + 1), posts=HALF * chosen[order], gain_h_per_week=steps
    )
    total = float(np.sum(steps))
    found = pd.DataFrame(check(table[SITING.names], SITING))
    return Siting(found, total, max(bound, total), len(places))


def candidates(facts: Facts) -> pd.DataFrame:
    """Return the places that may get posts: those of the territory with a point, and schools.

    Returns
    -------
    pandas.DataFrame
        ``place, kind, name, commune, x_m, y_m``.
    """
    sites = facts.sites[facts.sites["in_territory"] & ~facts.sites["seat"]]
    schools = facts.schools[facts.schools["in_territory"]]
    parts = [
        sites.rename(columns={"site": "place"}).assign(kind="site"),
        schools.rename(columns={"uai": "place", "school_name": "name"}).assign(kind="school"),
    ]
    names = ["place", "kind", "name", "commune", "lon", "lat"]
    both = pd.concat([part[names] for part in parts], ignore_index=True)
    known = both.dropna(subset=["lon", "lat"]).reset_index(drop=True)
    # To the decimetre, as a build stores the help that stands there.
    metres = project_to_metres(known["lon"], known["lat"]).round(1)
    return known.assign(x_m=metres[:, 0], y_m=metres[:, 1])


def _gains(model: Model, places: pd.DataFrame) -> csr_array:
    """Return the access that half a post at each place adds at each point, h per 100 people."""
    points, _ = model.ground.coordinates
    at = places[["x_m", "y_m"]].to_numpy(dtype=float)
    weights = access.weights(access.distances(points, at, model.decay.reach), model.decay)
    within = weights.T @ model.need_persons
    each = HALF * unit_hours(model.assumptions)[COUNSELLORS]
    ratio = np.divide(each, within, out=np.zeros_like(within), where=within > 0)
    return csr_array(weights.multiply(100 * ratio[None, :]))


def _solve(
    cost: FloatArray, lack: FloatArray, gain: csr_array, halves: int, seconds: float
) -> tuple[NDArray[np.int64], float]:
    """Return the half posts of each place, and the most hours that any choice could gain."""
    short, places = gain.shape
    rows = vstack(
        [
            hstack([eye_array(short), gain]),
            hstack([csr_array((1, short)), csr_array(np.ones((1, places)))]),
        ],
        format="csc",
    )
    found: Any = milp(
        np.concatenate([cost, np.zeros(places)]),
        integrality=np.concatenate([np.zeros(short), np.ones(places)]),
        bounds=Bounds(0, np.concatenate([np.full(short, np.inf), np.full(places, halves)])),
        constraints=LinearConstraint(
            rows,
            np.concatenate([lack, [0.0]]),
            np.concatenate([np.full(short, np.inf), [float(halves)]]),
        ),
        options={"time_limit": seconds, "mip_rel_gap": 1e-9},
    )
    if found.x is None:
        raise _refusal(f"an answer within {seconds:g} s", str(found.message))
    chosen = np.round(found.x[short:]).astype(np.int64)
    return chosen, float((cost * lack).sum() - found.mip_dual_bound)


def _in_order(
    people: FloatArray, reached: FloatArray, gain: csr_array, chosen: NDArray[np.int64], norm: float
) -> tuple[list[int], list[float]]:
    """Return the places chosen, the one that gains most first, and what each adds in turn."""
    columns = gain.tocsc()
    left = [int(place) for place in np.flatnonzero(chosen)]
    order: list[int] = []
    steps: list[float] = []
    while left:
        missing = float(shortfall(people, reached, norm).sum())
        with_each = {
            place: reached + columns[:, [place]].toarray().ravel() * chosen[place] for place in left
        }
        after = {p: float(shortfall(people, one, norm).sum()) for p, one in with_each.items()}
        best = min(left, key=lambda place: (after[place], place))
        order.append(best)
        steps.append(missing - after[best])
        reached = with_each[best]
        left.remove(best)
    return order, steps


def _refusal(expected: str, found: str) -> ChoiceError:
    return ChoiceError("siting", expected=expected, found=found, next_step="ask for another siting")
