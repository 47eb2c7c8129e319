"""How many hours of help a week are missing, against a norm, and their sums by zone.

At each point ``i``, with need ``D`` (persons), access ``A`` and norm ``N`` (h/week per 100 people
in need)::

    balance(i)   = (A(i) - N) / 100 x D(i)           signed: below zero, help is lacking
    shortfall(i) = max(N - A(i), 0) / 100 x D(i)     h/week missing

Sums of shortfalls are never less than the net lack: a surplus in one quarter does not fill the
want of another. So ``sum of shortfalls - sum of surpluses = - sum of balances``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from observatory.errors import ChoiceError, ContractError
from observatory.model import need as needs
from observatory.model.assumptions import Assumptions

FloatArray = NDArray[np.float64]


def balance(need: ArrayLike, access_h_per_100: ArrayLike, norm: ArrayLike) -> FloatArray:
    """Return the net balance of each point, h/week: access less norm, times need.

    Below zero help is lacking, above zero there is more than the norm.
    """
    people = np.asarray(need, dtype=float)
    over = np.asarray(access_h_per_100, dtype=float) - np.asarray(norm, dtype=float)
    surplus: FloatArray = over / 100 * people
    return surplus


def shortfall(need: ArrayLike, access_h_per_100: ArrayLike, norm: ArrayLike) -> FloatArray:
    """Return the hours a week missing to the norm at each point; never below zero.

    Parameters
    ----------
    need
        People in digital difficulty.
    access_h_per_100
        Hours of help a week within reach, per 100 of them.
    norm
        Same unit.
    """
    return np.maximum(-balance(need, access_h_per_100, norm), 0.0) + 0.0


def to_etp(hours: Any, assumptions: Assumptions) -> Any:
    """Turn hours of help a week into full-time posts (ETP).

    A full-time post gives its paid hours times the counsellors' share with the public, so that
    the posts that fill a gap, counted by :func:`capacity.counsellor_hours`, give its hours back.
    """
    given = assumptions.number("gap.etp_h_per_week") * assumptions.number(
        "capacity.counsellor.public_share"
    )
    if not given > 0:
        raise ChoiceError(
            "assumptions gap.etp_h_per_week and capacity.counsellor.public_share",
            expected="more than 0",
            found=f"{given:g} h/week given by a post",
            next_step="choose values above 0",
        )
    return hours / given


def cost_eur(etp: Any, assumptions: Assumptions) -> Any:
    """Return what full-time posts cost the State in a year, EUR (``gap.post_cost_eur``)."""
    return etp * assumptions.number("gap.post_cost_eur")


def cost_bounds_eur(posts: Any, assumptions: Assumptions) -> dict[str, Any]:
    """Return what posts cost in a year, EUR, and at both bounds of the cost of a post."""
    item = assumptions["gap.post_cost_eur"]
    low, high = (item.number if end is None else end for end in (item.low, item.high))
    each = (item.number, min(low, item.number), max(high, item.number))
    names = ("cost_eur", "cost_low_eur", "cost_high_eur")
    return {name: posts * cost for name, cost in zip(names, each, strict=True)}


_SUMS = ("population", "need_persons", "missing_h_per_week", "balance_h_per_week")
_MEANS = {
    "access_h_per_100": "access_h_per_100",
    "nearest_min": "nearest_min",
    "within_15": "within_15_pct",
}


def sum_points(points: pd.DataFrame, by: pd.Series[Any] | str) -> pd.DataFrame:
    """Sum points to zones: every person and every hour is in one zone, and none is lost.

    Parameters
    ----------
    points
        ``population``, ``need_age``, ``need_poverty``, ``need_diploma``, ``need_persons``,
        ``missing_h_per_week``, ``balance_h_per_week``, ``access_h_per_100``, ``nearest_min``,
        ``within_15`` (100 within a quarter of an hour of a place, else 0).
    by
        The zone of each point, or the name of its column; a point has to have one.

    Returns
    -------
    DataFrame
        By zone: the sums; ``access_h_per_100``, ``nearest_min`` and ``within_15_pct``, means over
        need, NaN where nobody is in need.

    Raises
    ------
    ContractError
        A point has no zone: its people would be lost.
    """
    zone = points[by] if isinstance(by, str) else by.reindex(points.index)
    if zone.isna().any():
        raise ContractError(
            "zone of the points",
            expected="a zone for each point",
            found=f"{int(zone.isna().sum())} without one",
            next_step="leave out the points without a zone on purpose before summing",
        )
    out = points[list(_SUMS)].groupby(zone).sum()
    out[list(needs.ESTIMATES)] = points[list(needs.ESTIMATES)].groupby(zone).sum(skipna=False)
    weight = points["need_persons"]
    total = weight.groupby(zone).sum()
    for source, name in _MEANS.items():
        kept = (points[source].where(weight > 0, 0.0) * weight).groupby(zone).sum(skipna=False)
        out[name] = kept / total.where(total > 0)
    # A weighted mean of hundreds can round to a hair above one hundred.
    out["within_15_pct"] = out["within_15_pct"].clip(upper=100.0)
    return out
