"""Carry need to the level that INSEE gives for a département, by one shift on the logit scale.

INSEE publishes a share of people in difficulty by région and, for some, by département (2019). The
national rates by profile do not know what else sets a département apart: language, schooling
abroad, housing. One shift ``s``, the same for every profile and every zone of the département,
makes its residents aged 15 and over come to the published share::

    sum over zones z and profiles k of n(z, k) expit(logit p(k) + s) = level x residents

The order of zones hardly moves. It is solved over the whole département: a build that holds a part
of it keeps the national rates (``whole_departement`` of the communes says which).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from observatory.errors import ChoiceError
from observatory.model.assumptions import Assumptions
from observatory.model.calibration import FloatArray
from observatory.model.profiles import Profiles
from observatory.model.shifts import solve_shifts

#: The départements of which INSEE gives a level, and the assumption that holds it.
LEVELS = {"93": "need.level_departement_pct"}
#: The rows of each département that is there as a whole.
Whole = Mapping[str, NDArray[np.intp]]


def need_at_level(found: Profiles, whole: Whole, assumptions: Assumptions) -> FloatArray:
    """Return the people in difficulty of each zone, carried to the official levels.

    Parameters
    ----------
    found
        The zones by profile.
    whole
        The rows of each département that is there as a whole; the others keep national rates.
    """
    need: FloatArray = found.people @ found.rate
    for departement, shift in level_shifts(found, whole, assumptions).items():
        rows = whole[departement]
        need[rows] = found.people[rows] @ expit(logit(found.rate) + shift)
    return need


def level_shifts(found: Profiles, whole: Whole, assumptions: Assumptions) -> dict[str, float]:
    """Return the logit shift of each whole département that has an official level."""
    shifts = {}
    for departement, name in LEVELS.items():
        if departement in whole:
            total = found.people[whole[departement]].sum(axis=0)[None, :]
            level = np.array([_level(assumptions, name)])
            shifts[departement] = float(solve_shifts(total, logit(found.rate), level)[0])
    return shifts


def _level(assumptions: Assumptions, name: str) -> float:
    share = assumptions.number(name) / 100
    if not 0 < share < 1:
        raise ChoiceError(
            f"assumption {name}",
            expected="a share above 0 and below 100 %",
            found=f"{100 * share:g}",
            next_step="choose the share that INSEE publishes, or one near it",
        )
    return share
