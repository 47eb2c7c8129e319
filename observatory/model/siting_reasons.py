"""What each place of a siting adds, and for whom, once those above it have their posts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from observatory.model import gap
from observatory.model.levels import zones
from observatory.model.scenario_changes import HALF
from observatory.model.siting_candidates import homes
from observatory.model.siting_problem import FloatArray, IntArray, Limits
from observatory.model.siting_request import Aim
from observatory.model.siting_setting import Setting

#: Hours a week below which a zone is not said to be helped.
HELPED_H = 0.01
#: How many IRIS are named for each place.
TOP = 3


def reasons(setting: Setting, aim: Aim, chosen: IntArray) -> pd.DataFrame:
    """Return the places chosen, the one that gains most first (``siting_results.SITING``).

    Parameters
    ----------
    setting
        The candidates.
    aim
        What the order is the order of; between equals the hours decide.
    chosen
        Halves of a post at each candidate.
    """
    order = _order(setting, aim, chosen)
    places = setting.places.iloc[order]
    names = setting.model.facts.communes.set_index("commune")["commune_name"]
    found = places.assign(
        rank=np.arange(1, len(order) + 1),
        posts=HALF * chosen[order],
        cost_eur=gap.cost_eur(HALF * chosen[order], setting.model.assumptions),
        commune_name=places["commune"].map(names),
        **homes(setting.model.facts, places),
    )
    steps = pd.DataFrame(_steps(setting, order, chosen), index=found.index, columns=_STEPS)
    return found.join(steps.astype({"newly_near_rep_plus": "int64"}))


_STEPS = [
    "gain_h_per_week",
    "reach_persons",
    "newly_near_persons",
    "newly_near_rep_plus",
    "largest_h_per_100",
    "helped_communes",
    "helped_qpv",
    "helped_iris",
    "helped_iris_names",
]


def _order(setting: Setting, aim: Aim, chosen: IntArray) -> list[int]:
    """Return the places chosen, each time the one that gains most for the aim, then in hours."""
    none = np.zeros_like(chosen)
    limits = Limits(0, none, chosen, np.ones(len(chosen), dtype=bool), 0)
    problems = [setting.problem(aim, limits), setting.problem("hours", limits)]
    left = [int(place) for place in np.flatnonzero(chosen)]
    columns = [
        {p: chosen[p] * one.gain[:, [p]].toarray().ravel() for p in left} for one in problems
    ]
    served = [one.served(none) for one in problems]
    order: list[int] = []
    while left:
        gains = {
            place: tuple(
                round(one.total(have + column[place]), 9)
                for one, have, column in zip(problems, served, columns, strict=True)
            )
            for place in left
        }
        best = max(left, key=lambda place: (*gains[place], -place))
        served = [have + column[best] for have, column in zip(served, columns, strict=True)]
        order.append(best)
        left.remove(best)
    return order


def _steps(setting: Setting, order: list[int], chosen: IntArray) -> list[dict[str, Any]]:
    model, inside = setting.model, setting.model.ground.inside
    people, reached = model.need_persons, setting.reached.copy()
    near, schools = setting.walkable, setting.walkable_schools
    far = np.zeros(len(people))
    far[setting.far_points] = people[setting.far_points]
    far_schools = np.ones(schools.shape[0])
    commune, scale = setting.communes
    missing = gap.shortfall(people, reached, model.norm) * inside
    levels = {level: model.ground.sum_matrix(level, "cog_2024") for level in _LEVELS}
    names = {level: _names(setting, level) for level in _LEVELS}
    found = []
    for place in order:
        reached = reached + chosen[place] * _column(setting.gain, place)
        left = gap.shortfall(people, reached, model.norm) * inside
        walk, walk_schools = _column(near, place), _column(schools, place)
        rates = np.bincount(commune[inside], left[inside], len(scale)) * scale
        helped = {
            level: _helped(matrix, codes, missing - left)
            for level, (matrix, codes) in levels.items()
        }
        top = helped["iris"][:TOP]
        values = (
            missing.sum() - left.sum(),
            (people * inside) @ walk,
            far @ walk,
            round(float(far_schools @ walk_schools)),
            rates.max(),
            "|".join(names["commune"][code] for code in helped["commune"]),
            "|".join(names["qpv"][code] for code in helped["qpv"]),
            "|".join(top),
            "|".join(names["iris"][code] for code in top),
        )
        found.append(dict(zip(_STEPS, values, strict=True)))
        missing, far, far_schools = left, far * (1 - walk), far_schools * (1 - walk_schools)
    return found


_LEVELS: tuple[Any, ...] = ("commune", "qpv", "iris")


def _names(setting: Setting, level: Any) -> dict[str, str]:
    listed = zones(setting.model.facts, level, "cog_2024")
    return {str(code): str(name) for code, name in zip(listed["code"], listed["name"], strict=True)}


def _helped(matrix: csr_array, codes: pd.Index, hours: FloatArray) -> list[str]:
    """Return the zones whose missing hours are less, the most first."""
    by_zone = pd.Series(matrix @ hours, index=codes)
    return [str(code) for code in by_zone[by_zone > HELPED_H].sort_values(ascending=False).index]


def _column(matrix: Any, place: int) -> FloatArray:
    return np.asarray(matrix[:, [place]].toarray().ravel(), dtype=float)
