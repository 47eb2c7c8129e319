"""Access to help: the floating-catchment family, nearest sites and coverage.

Points are float arrays (n, 2) of metres in EPSG:2154. The enhanced two-step floating catchment
area (Luo & Qi 2009), with ``W`` the decay and ``d_ij`` the straight line:

1. at site j, ``R_j = S_j / sum_i W(d_ij) D_i``;
2. at demand i, ``A_i = sum_j W(d_ij) R_j``.

``A`` is in units of supply per unit of demand. What is shared out is what there is:
``sum_i A_i D_i = sum_j S_j`` over the sites that reach anyone.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.spatial import cKDTree

from observatory.errors import ChoiceError, InputError
from observatory.model.access.buckets import Buckets
from observatory.model.access.decay import Decay, walk_minutes
from observatory.model.access.grid import Grid, fits
from observatory.model.access.pairs_within import AccessResult, amounts, points, ratios

FloatArray = NDArray[np.float64]
Engine = Literal["auto", "grid", "buckets", "plain"]

# Below this, finding out whether the points lie on a grid costs more than it saves.
ENOUGH_FOR_GRID = 2000


def e2sfca(
    demand_xy: ArrayLike,
    demand: ArrayLike,
    site_xy: ArrayLike,
    supply: ArrayLike,
    decay: Decay,
    *,
    engine: Engine = "auto",
) -> AccessResult:
    """Give the (enhanced) two-step floating catchment area by straight line.

    ``Decay.binary`` makes it 2SFCA, ``Decay.steps`` E2SFCA, ``Decay.gaussian`` the gaussian form.

    Parameters
    ----------
    demand_xy, demand
        (n, 2) metres in EPSG:2154 and (n,) amounts, none negative; zeros are fine.
    site_xy, supply
        (m, 2) and (m,).
    decay
        In metres; see :meth:`Decay.in_metres`.
    engine
        ``auto``, or one of ``grid`` (demand on a regular grid, a decay in steps), ``buckets`` (any
        points, any decay; pairs are never kept) and ``plain`` (the definition in plain loops, for
        tests). All give the same within rounding.

    Raises
    ------
    InputError
        Shapes that do not agree, coordinates or amounts that are missing, a negative amount.
    """
    need_xy, help_xy = points(demand_xy, "demand"), points(site_xy, "sites")
    need = amounts(demand, len(need_xy), "demand")
    hours = amounts(supply, len(help_xy), "supply")
    if engine == "plain":
        return e2sfca_plain(need_xy, need, help_xy, hours, decay)
    if engine == "grid" or (engine == "auto" and len(need) >= ENOUGH_FOR_GRID and fits(decay)):
        grid = Grid.of(need_xy, decay.reach) if len(need) and fits(decay) else None
        if grid is not None:
            return grid.e2sfca(need, help_xy, hours, decay)
    if engine in ("auto", "buckets"):
        return _by_buckets(need_xy, need, help_xy, hours, decay)
    raise ChoiceError(
        "engine of the access measure",
        expected="auto, buckets or plain; grid for demand on a regular grid and few steps",
        found=repr(engine),
        next_step="leave it at auto",
    )


def _by_buckets(
    need_xy: FloatArray, need: FloatArray, help_xy: FloatArray, hours: FloatArray, decay: Decay
) -> AccessResult:
    demand, sites = Buckets.of(need_xy, decay.reach), Buckets.of(help_xy, decay.reach)
    heard = demand.sums(need, sites, decay)
    ratio, reached = ratios(hours, heard)
    return AccessResult(sites.sums(ratio, demand, decay), ratio, reached, heard)


def e2sfca_plain(
    need_xy: FloatArray, need: FloatArray, help_xy: FloatArray, hours: FloatArray, decay: Decay
) -> AccessResult:
    """Give the same measure by the definition itself, a site and a demand point at a time."""
    access, ratio, heard = np.zeros(len(need)), np.zeros(len(hours)), np.zeros(len(hours))
    reached = np.zeros(len(hours), dtype=bool)
    for j, (x, y) in enumerate(help_xy):
        dx, dy = need_xy[:, 0] - x, need_xy[:, 1] - y
        weight = decay.weight(np.sqrt(dx * dx + dy * dy))
        for i in range(len(need)):
            heard[j] += weight[i] * need[i]
        one, reaches = ratios(hours[j : j + 1], heard[j : j + 1])
        ratio[j], reached[j] = one[0], reaches[0]
        for i in range(len(need)):
            access[i] += weight[i] * ratio[j]
    return AccessResult(access, ratio, reached, heard)


def e2sfca_by_type(
    demand_xy: ArrayLike, demand: ArrayLike, site_xy: ArrayLike, supply: ArrayLike, decay: Decay
) -> AccessResult:
    """Give access for several types of need at once, each served by its own capacity.

    Parameters
    ----------
    demand, supply
        (n, k) and (m, k): a column a type.

    Returns
    -------
    AccessResult
        Arrays (n, k) and (m, k).
    """
    need, hours = np.asarray(demand, dtype=float), np.asarray(supply, dtype=float)
    if need.ndim != 2 or hours.ndim != 2 or need.shape[1] != hours.shape[1]:
        raise InputError(
            "demand and supply by type of need",
            expected="arrays (n, k) and (m, k) with the same k",
            found=f"arrays {need.shape} and {hours.shape}",
            next_step="give one column for each type of need in both",
        )
    n, m, types = len(need), len(hours), need.shape[1]
    access, ratio, heard = np.zeros((n, types)), np.zeros((m, types)), np.zeros((m, types))
    reached = np.zeros((m, types), dtype=bool)
    for k in range(types):
        one = e2sfca(demand_xy, need[:, k], site_xy, hours[:, k], decay)
        access[:, k], ratio[:, k] = one.access, one.ratio
        reached[:, k], heard[:, k] = one.reached, one.demand_in_reach
    return AccessResult(access, ratio, reached, heard)


def nearest_distance(demand_xy: ArrayLike, site_xy: ArrayLike) -> FloatArray:
    """Give the straight line in metres to the nearest site; missing (NaN) if there is no site."""
    need_xy, help_xy = points(demand_xy, "demand"), points(site_xy, "sites")
    if not len(help_xy) or not len(need_xy):
        return np.full(len(need_xy), np.nan)
    distance, _ = cKDTree(help_xy).query(need_xy, workers=-1)
    return np.asarray(distance, dtype=float)


def nearest_minutes(
    demand_xy: ArrayLike, site_xy: ArrayLike, *, speed_kmh: float, detour: float
) -> FloatArray:
    """Give the walking minutes to the nearest site; missing (NaN) if there is no site."""
    return walk_minutes(nearest_distance(demand_xy, site_xy), speed_kmh, detour)


def coverage(nearest: ArrayLike, weights: ArrayLike, thresholds: ArrayLike) -> FloatArray:
    """Give the share of the weights whose nearest site is within each threshold, included.

    Parameters
    ----------
    nearest
        (n,) minutes or metres to the nearest site; missing means that there is none.
    weights
        (n,) people or people in need.
    thresholds
        (t,) in the unit of ``nearest``, in any order.

    Returns
    -------
    array
        (t,) shares in 0-1; missing (NaN) if the weights sum to zero.
    """
    far = np.asarray(nearest, dtype=float)
    people = amounts(weights, len(far), "weights of the coverage")
    limits = np.atleast_1d(np.asarray(thresholds, dtype=float))
    whole = people.sum()
    if whole <= 0:
        return np.full(len(limits), np.nan)
    return np.array([people[far <= limit].sum() / whole for limit in limits])


def share_within(nearest: ArrayLike, weights: ArrayLike, threshold: float) -> float:
    """Give the share (0-1) of the weights whose nearest site is within one threshold."""
    return float(coverage(nearest, weights, [threshold])[0])
