"""How evenly help is within reach of those who need it: Lorenz, Gini, Theil, concentration.

A row is a place with a value (its access, h/week per 100 people in need) and a weight (its people
in need). All measures ignore the order of rows and the units of value and weight, and stay the
same when each place is split in parts of equal value. They do not exist, and are NaN, where there
is no weight or no help at all.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from observatory.errors import ContractError

FloatArray = NDArray[np.float64]


def lorenz(values: ArrayLike, weights: ArrayLike) -> pd.DataFrame:
    """Return the Lorenz curve: the share of help within reach of the worst-served share of people.

    Returns
    -------
    DataFrame
        ``people`` and ``help``, cumulated shares from (0, 0) to (1, 1), worst served first.
    """
    value, weight = _pair(values, weights)
    people, help_ = _curve(value, weight, np.argsort(value, kind="stable"))
    return pd.DataFrame({"people": people, "help": help_})


def gini(values: ArrayLike, weights: ArrayLike) -> float:
    """Return the Gini index: 0 where all have the same, ``1 - w`` where a share ``w`` has all.

    Twice the area between the Lorenz curve and the diagonal.
    """
    value, weight = _pair(values, weights)
    return float(gini_by_row(value[None], weight[None])[0])


def gini_by_row(values: ArrayLike, weights: ArrayLike) -> FloatArray:
    """Return the Gini index of each row of a table of values and weights, none of them missing."""
    value, weight = np.asarray(values, dtype=float), np.asarray(weights, dtype=float)
    area = _twice_area(*_curve(value, weight, np.argsort(value, axis=-1, kind="stable")))
    # Where all have the same, the last digit of a sum may fall below zero.
    return np.asarray(np.maximum(area, 0.0))


def concentration(values: ArrayLike, weights: ArrayLike, rank: ArrayLike) -> float:
    """Return the concentration index of help along a variable, such as poverty.

    Below zero, help goes to the low end of the variable (the richer); above zero, to the high end
    (the poorer). Between minus the Gini index and the Gini index (Kakwani, Wagstaff & van Doorslaer
    1997). Places of the same rank are taken as one.

    Raises
    ------
    ContractError
        A rank is missing.
    """
    value, weight = _pair(values, weights)
    level = np.asarray(rank, dtype=float)
    if level.shape != np.shape(values) or np.isnan(level).any():
        raise _refusal("rank", "one number for each place, none missing", "another shape or NaN")
    kept = np.asarray(weights, dtype=float) > 0
    _, group = np.unique(level[kept], return_inverse=True)
    found_rows = np.bincount(group, weights=weight).astype(np.float64)
    pooled = np.bincount(group, weights=weight * value) / found_rows
    return float(_twice_area(*_curve(pooled, found_rows, np.arange(len(found_rows)))))


def theil(values: ArrayLike, weights: ArrayLike) -> float:
    """Return Theil's T: 0 where all have the same, ``ln(1 / w)`` where a share ``w`` has all.

    ``sum of s x (v / m) x ln(v / m)`` with ``s`` the shares of weight and ``m`` the mean; places
    without help count for nothing in the sum (the limit of ``x ln x`` at zero).
    """
    value, weight = _pair(values, weights)
    if not value @ weight > 0:
        return float("nan")
    share = weight / weight.sum()
    ratio = value / (share @ value)
    logs = np.log(ratio, out=np.zeros_like(ratio), where=ratio > 0)
    return max(float(share @ (ratio * logs)), 0.0)


def inside_outside(values: ArrayLike, weights: ArrayLike, inside: ArrayLike) -> float:
    """Return the mean within a set of places (QPV) over the mean in the others.

    1 where both are served alike; NaN where a side has no weight or the others have no help.
    """
    value, weight = np.asarray(values, dtype=float), np.asarray(weights, dtype=float)
    _pair(value, weight)
    chosen = np.asarray(inside, dtype=bool)
    if chosen.shape != value.shape:
        raise _refusal("inside", "true or false for each place", f"shape {chosen.shape}")
    means = []
    for side in (chosen, ~chosen):
        found_rows = weight[side].sum()
        reached = np.where(weight[side] > 0, value[side], 0.0)
        means.append(weight[side] @ reached / found_rows if found_rows > 0 else np.nan)
    return float(means[0] / means[1]) if means[1] > 0 else float("nan")


def summary(
    values: ArrayLike, weights: ArrayLike, poverty: ArrayLike, inside: ArrayLike
) -> dict[str, float]:
    """Return all the measures of equity of one situation, by name."""
    return {
        "gini": gini(values, weights),
        "theil": theil(values, weights),
        "concentration_poverty": concentration(values, weights, poverty),
        "qpv_ratio": inside_outside(values, weights, inside),
    }


def _pair(values: ArrayLike, weights: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Return values and weights of the places that have weight, after checking them."""
    value, weight = np.asarray(values, dtype=float), np.asarray(weights, dtype=float)
    if value.ndim != 1 or value.shape != weight.shape:
        raise _refusal("weights", f"one for each of {value.size} values", f"{weight.size}")
    if not np.all(np.isfinite(weight) & (weight >= 0)):
        raise _refusal("weights", "numbers of 0 or more, none missing", "negative or missing ones")
    kept = weight > 0
    if not np.all(np.isfinite(value[kept]) & (value[kept] >= 0)):
        raise _refusal("values", "numbers of 0 or more, none missing", "negative or missing ones")
    return value[kept], weight[kept]


def _curve(
    value: FloatArray, weight: FloatArray, order: NDArray[np.signedinteger[Any]]
) -> tuple[FloatArray, FloatArray]:
    """Return the cumulated shares of weight and of weighted value in an order, along each row."""
    people, got = (
        _cumulated(np.take_along_axis(amount, order, axis=-1))
        for amount in (weight, weight * value)
    )
    helped = got[..., -1:] > 0
    shares = [np.full_like(one, np.nan) for one in (people, got)]
    for share, one in zip(shares, (people, got), strict=True):
        np.divide(one, one[..., -1:], out=share, where=helped)
    return shares[0], shares[1]


def _cumulated(amounts: FloatArray) -> FloatArray:
    """Return the sums so far along each row, from zero."""
    found = np.zeros((*amounts.shape[:-1], amounts.shape[-1] + 1))
    np.cumsum(amounts, axis=-1, out=found[..., 1:])
    return found


def _twice_area(people: FloatArray, help_: FloatArray) -> FloatArray:
    """Return one less twice the area under each curve of shares."""
    steps = np.diff(people, axis=-1) * (help_[..., 1:] + help_[..., :-1])
    return np.asarray(1.0 - steps.sum(axis=-1))


def _refusal(where: str, expected: str, found: str) -> ContractError:
    return ContractError(
        f"{where} of a measure of equity",
        expected=expected,
        found=found,
        next_step="set aside the places that have no figure before measuring",
    )
