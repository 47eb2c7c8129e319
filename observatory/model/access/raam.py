"""The rational agent access model: people move between sites until congestion and way balance.

Saxon & Snow (2019): the cost of a site is ``(people there) / (rho * supply) + time / tau``. From
everyone at their nearest site, each demand point moves people, by steps that grow smaller, from
its dearest site in use to its cheapest. The access of a point is the mean cost of its people: low
is good, unlike the floating catchments.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from observatory.errors import ChoiceError
from observatory.model.access import kernels
from observatory.model.access.pairs_within import Pairs, amounts
from observatory.model.access.raam_kernels import move

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class RaamSteps:
    """How people move.

    Attributes
    ----------
    cycles
        How many times everyone may move.
    first, least
        Largest share of a point that moves in the first cycle, and ever after.
    half_life
        Cycles after which that share is halved.
    calm
        Cycles in which sites take in at most their supply at a time, against mobbing.
    whole
        Move whole people only, as pysal's ``access`` does (it truncates), to compare with it.
    """

    cycles: int = 150
    first: float = 0.2
    least: float = 0.005
    half_life: float = 50.0
    calm: int = 20
    whole: bool = False


def raam(
    pairs: Pairs,
    demand: ArrayLike,
    supply: ArrayLike,
    *,
    tau: float,
    rho: float | None = None,
    steps: RaamSteps | None = None,
) -> FloatArray:
    """Give the mean cost of congestion and way at each demand point.

    Parameters
    ----------
    pairs
        Distance or time between each site and the demand in its reach.
    demand, supply
        (n,) and (m,), none negative. A site without supply serves nobody.
    tau
        Way that is worth a congestion equal to the mean, in the unit of ``pairs``.
    rho
        Demand per supply that counts as congestion 1; by default the mean of all.
    steps
        How people move.

    Returns
    -------
    array
        (n,) costs, of no unit; missing (NaN) where there is no demand or no site in reach.

    Raises
    ------
    ChoiceError
        ``tau`` or ``rho`` not above 0.
    """
    need = amounts(demand, pairs.demand_points, "demand")
    hours = amounts(supply, pairs.sites, "supply")
    if rho is None and hours.sum() > 0 and need.sum() > 0:
        rho = float(need.sum() / hours.sum())
    rho = 1.0 if rho is None else rho
    if not (tau > 0 and rho > 0):
        raise ChoiceError(
            "tau and rho of the rational agent model",
            expected="numbers above 0",
            found=f"tau {tau}, rho {rho}",
            next_step="tau is a distance or time worth the mean congestion",
        )
    useful = (hours[pairs.rows()] > 0) & (need[pairs.indices] > 0)
    served = Pairs(
        np.concatenate([[0], np.cumsum(np.bincount(pairs.rows()[useful], minlength=pairs.sites))]),
        pairs.indices[useful],
        pairs.distance[useful] / tau,
        pairs.demand_points,
    )
    return _settle(served, need, hours * rho, steps or RaamSteps())


def _settle(pairs: Pairs, need: FloatArray, room: FloatArray, steps: RaamSteps) -> FloatArray:
    """Move people, cycle by cycle; ``pairs`` has the way in units of tau."""
    indptr, site, source = kernels.transpose(pairs.indptr, pairs.indices, pairs.demand_points)
    way = pairs.distance[source]
    back = np.empty(len(source), np.int64)
    back[source] = np.arange(len(source))
    has = np.diff(indptr) > 0
    there = np.zeros(len(way))
    there[_nearest(indptr, way, has)] = need[has]
    for cycle in range(steps.cycles):
        share = max(steps.first * 0.5 ** (cycle / steps.half_life), steps.least)
        crowd = _crowd(pairs, there[back])
        cost = np.divide(crowd, room, out=np.zeros_like(room), where=room > 0)[site] + way
        best, worst, moved = _moves(
            (indptr, site, way, cost, there, crowd, room, need, share, steps.whole), len(need)
        )
        if cycle < steps.calm:
            coming = np.zeros(len(way))
            coming[best[has]] = moved[has]
            crush = np.maximum(_crowd(pairs, coming[back]) / np.maximum(room, 1e-300), 1.0)
            moved[has] /= crush[site[best[has]]]
            moved = np.rint(moved) if steps.whole else moved
        there[best[has]] += moved[has]
        there[worst[has]] -= moved[has]
    if not steps.whole:
        crowd = _crowd(pairs, there[back])
        cost = np.divide(crowd, room, out=np.zeros_like(room), where=room > 0)[site] + way
    return _mean_cost(indptr, cost, there, has)


def _moves(
    state: tuple[Any, ...], points: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], FloatArray]:
    best, worst = np.zeros(points, np.int64), np.zeros(points, np.int64)
    moved = np.zeros(points)
    kernels.in_parts(lambda a, b: move(a, b, *state, best, worst, moved), points, 1000)
    return best, worst, moved


def _nearest(
    indptr: NDArray[np.int64], way: FloatArray, has: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Give the pair of least way of each demand point that has one, the first of equals."""
    row = np.repeat(np.arange(len(has)), np.diff(indptr))
    order = np.lexsort((np.arange(len(way)), way, row))
    first: NDArray[np.int64] = order[indptr[:-1][has]]
    return first


def _crowd(pairs: Pairs, people: FloatArray) -> FloatArray:
    """Sum the people of each site; ``people`` has one entry a pair, site by site."""
    if not len(people):
        return np.zeros(pairs.sites)
    filled = np.diff(pairs.indptr) > 0
    out = np.zeros(pairs.sites)
    out[filled] = np.add.reduceat(people, pairs.indptr[:-1][filled])
    return out


def _mean_cost(
    indptr: NDArray[np.int64], cost: FloatArray, there: FloatArray, has: NDArray[np.bool_]
) -> FloatArray:
    mean = np.full(len(has), np.nan)
    if has.any():
        begin = indptr[:-1][has]
        mean[has] = np.add.reduceat(cost * there, begin) / np.add.reduceat(there, begin)
    return mean
