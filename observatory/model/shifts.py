"""Logit shifts: the one number that moves many chances so that their mean is the one wanted."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import logit

FloatArray = NDArray[np.float64]
#: Means wanted are held this far from 0 and 1, where a logit does not exist.
_EDGE = 1e-9
#: A step as short as this leaves an error of about its square.
_CLOSE, _STEPS = 1e-7, 60


def solve_shifts(weights: FloatArray, level: FloatArray, wanted: FloatArray) -> FloatArray:
    """Return the shift of each row: ``sum of w expit(level + shift) = wanted x sum of w``.

    Newton's method on the logit of the mean, whose slope lies between 0 and 1 and near 1.

    Parameters
    ----------
    weights
        People by row and profile; a row without any has a shift of 0.
    level
        Logit of each profile's chance.
    wanted
        The mean of each row, a share of one.
    """
    total = weights.sum(axis=1)
    lived = total > 0
    parts = weights / np.where(lived, total, 1.0)[:, None]
    target = logit(np.clip(wanted, _EDGE, 1 - _EDGE))
    # The odds against, so that each step takes one exponential a row and not one a profile.
    against = np.exp(-level)
    shift = np.zeros(len(weights))
    for _ in range(_STEPS):
        chance = 1.0 / (1.0 + against * np.exp(-shift)[:, None])
        mean = np.einsum("nk,nk->n", parts, chance)
        slope = mean - np.einsum("nk,nk,nk->n", parts, chance, chance)
        mean = np.where(lived, mean, 0.5)
        step = (target - logit(mean)) * mean * (1 - mean) / np.where(lived, slope, 1.0)
        step = np.where(lived, step, 0.0)
        shift = shift + step
        if not np.abs(step).max(initial=0.0) > _CLOSE:
            break
    return shift
