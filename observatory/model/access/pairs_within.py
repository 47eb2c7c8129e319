"""Access over given pairs of sites and demand: times over a network, out and back, three steps.

A structure of pairs is sparse: each row is a site, and holds the demand points within reach of it
with their distance or time. What is not in it is out of reach.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from observatory.errors import ChoiceError, InputError
from observatory.model.access import kernels
from observatory.model.access.buckets import Buckets
from observatory.model.access.decay import Decay

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True)
class AccessResult:
    """What a floating-catchment measure gives.

    Attributes
    ----------
    access
        Supply per unit of demand at each demand point, (n,); 0 where no site is in reach, never
        missing. With types of need, (n, k).
    ratio
        Supply per unit of weighted demand at each site, (m,); 0 where the site reaches nobody.
    reached
        Whether each site reaches any demand, (m,). The conserved sum:
        ``(access * demand).sum() == supply[reached].sum()``.
    demand_in_reach
        Weighted demand that each site reaches, (m,).
    """

    access: FloatArray
    ratio: FloatArray
    reached: BoolArray
    demand_in_reach: FloatArray


@dataclass(frozen=True)
class Pairs:
    """Sites and the demand within their reach, as CSR.

    Attributes
    ----------
    indptr
        (m + 1,) where each site's pairs begin.
    indices
        Number of the demand point of each pair.
    distance
        Distance (m) or time (min) of each pair, in the unit of the decay that will weigh it.
    demand_points
        How many demand points there are, n.
    """

    indptr: NDArray[np.int64]
    indices: NDArray[np.int32]
    distance: FloatArray
    demand_points: int

    def __post_init__(self) -> None:
        ends = np.diff(self.indptr)
        sound = (
            len(self.indptr) > 0
            and self.indptr[0] == 0
            and self.indptr[-1] == len(self.indices) == len(self.distance)
            and bool((ends >= 0).all())
        )
        if sound and len(self.indices):
            sound = self.indices.min() >= 0 and self.indices.max() < self.demand_points
        if not sound:
            raise InputError(
                "pairs of sites and demand",
                expected="a CSR structure: increasing row ends, numbers below the demand's count",
                found=f"{len(self.indptr)} row ends, {len(self.indices)} numbers, "
                f"{len(self.distance)} distances, {self.demand_points} demand points",
                next_step="build it with pairs_within or Network.pairs",
            )

    @property
    def sites(self) -> int:
        """How many sites there are, m."""
        return len(self.indptr) - 1

    def rows(self) -> NDArray[np.int64]:
        """Give the site of each pair."""
        return np.repeat(np.arange(self.sites), np.diff(self.indptr))


def pairs_within(demand_xy: ArrayLike, site_xy: ArrayLike, reach: float) -> Pairs:
    """List the demand within a straight-line reach of each site.

    Parameters
    ----------
    demand_xy, site_xy
        (n, 2) and (m, 2), metres, EPSG:2154.
    reach
        Metres, included.

    Returns
    -------
    Pairs
        Distances in metres; within a site, demand in increasing number.
    """
    demand, sites = points(demand_xy, "demand"), points(site_xy, "sites")
    at = Buckets.of(sites, reach)
    indptr, indices, distance = Buckets.of(demand, reach).near(at, reach)
    row = np.repeat(at.order, np.diff(indptr))
    place = np.lexsort((indices, row))
    ends = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=len(sites)))])
    return Pairs(ends.astype(np.int64), indices[place], distance[place], len(demand))


def round_trip(out: Pairs, back: Pairs, how: Literal["mean", "sum"] = "mean") -> Pairs:
    """Join the times of going and of coming back, where both are known.

    Parameters
    ----------
    out, back
        Times from demand to site and from site to demand, both with a row a site.
    how
        ``mean`` keeps the unit of a one-way trip, so that a one-way decay still applies;
        ``sum`` is the whole trip. A pair that lacks one way is out of reach.
    """
    if how not in ("mean", "sum") or (out.sites, out.demand_points) != (
        back.sites,
        back.demand_points,
    ):
        raise ChoiceError(
            "round trip",
            expected="mean or sum, of structures with the same sites and demand",
            found=f"{how}; {out.sites} x {out.demand_points}, {back.sites} x {back.demand_points}",
            next_step="build both from the same points",
        )
    keys_out = out.rows() * out.demand_points + out.indices
    keys_back = back.rows() * back.demand_points + back.indices
    both, i, j = np.intersect1d(keys_out, keys_back, assume_unique=True, return_indices=True)
    times = (out.distance[i] + back.distance[j]) * (0.5 if how == "mean" else 1.0)
    row, column = np.divmod(both, max(out.demand_points, 1))
    ends = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=out.sites))])
    return Pairs(ends.astype(np.int64), column.astype(np.int32), times, out.demand_points)


def e2sfca_pairs(
    indptr: ArrayLike,
    indices: ArrayLike,
    distance: ArrayLike,
    demand: ArrayLike,
    supply: ArrayLike,
    decay: Decay,
) -> AccessResult:
    """Give E2SFCA (Luo & Qi 2009) over given pairs, such as times over a walking network.

    Parameters
    ----------
    indptr, indices, distance
        CSR with a row a site: demand points within its reach and their distance or time.
    demand, supply
        (n,) and (m,), none negative.
    decay
        In the unit of ``distance``.
    """
    need = amounts(demand, None, "demand")
    pairs = Pairs(
        np.asarray(indptr, np.int64),
        np.asarray(indices, np.int32),
        np.asarray(distance, float),
        len(need),
    )
    return _solve(pairs, decay.weight(pairs.distance), need, amounts(supply, pairs.sites, "supply"))


def three_sfca(pairs: Pairs, demand: ArrayLike, supply: ArrayLike, decay: Decay) -> AccessResult:
    """Give 3SFCA (Wan, Zou & Sternberg 2012) over pairs.

    A first step shares each demand point among the sites in its reach, ``G_ij = W_ij / sum_j
    W_ij``; the two steps of E2SFCA follow with ``G_ij * W_ij`` in the place of ``W_ij``, so that
    demand with much choice weighs less on each site.
    """
    weight = decay.weight(pairs.distance)
    choice = np.bincount(pairs.indices, weights=weight, minlength=pairs.demand_points)[
        pairs.indices
    ]
    share = np.divide(weight, choice, out=np.zeros_like(weight), where=choice > 0)
    return _solve(
        pairs,
        weight * share,
        amounts(demand, pairs.demand_points, "demand"),
        amounts(supply, pairs.sites, "supply"),
    )


def _solve(
    pairs: Pairs, weight: FloatArray, demand: FloatArray, supply: FloatArray
) -> AccessResult:
    heard = _gather(pairs.indptr, pairs.indices, weight, demand)
    ratio, reached = ratios(supply, heard)
    back, rows, source = kernels.transpose(pairs.indptr, pairs.indices, pairs.demand_points)
    return AccessResult(_gather(back, rows, weight[source], ratio), ratio, reached, heard)


def _gather(
    indptr: NDArray[np.int64], indices: NDArray[np.int32], weight: FloatArray, value: FloatArray
) -> FloatArray:
    out = np.zeros(len(indptr) - 1)
    at = (indptr, indices, weight, value, out)
    kernels.in_parts(lambda a, b: kernels.gather_pairs(a, b, *at), len(out), 500)
    return out


def ratios(supply: FloatArray, heard: FloatArray) -> tuple[FloatArray, BoolArray]:
    """Divide supply by the demand in reach; 0 for a site that reaches nobody."""
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        ratio = supply / heard
    reached = (heard > 0) & np.isfinite(ratio)
    return np.where(reached, ratio, 0.0), reached


def points(xy: ArrayLike, name: str) -> FloatArray:
    """Check coordinates: (n, 2), finite, metres."""
    found = np.asarray(xy, dtype=float)
    if found.size == 0:
        return found.reshape(0, 2)
    # extremes, not a comparison of every value: no array as large as the points is made
    if found.ndim != 2 or found.shape[1] != 2 or not (found.min() > -1e9 and found.max() < 1e9):
        raise InputError(
            f"coordinates of the {name}",
            expected="an array (n, 2) of finite metres",
            found=f"an array {found.shape}, {int((~np.isfinite(found)).sum())} values not finite",
            next_step="locate or set aside the places without coordinates first",
        )
    return found


def amounts(values: ArrayLike, count: int | None, name: str) -> FloatArray:
    """Check amounts: (count,), finite, none negative."""
    found = np.ascontiguousarray(values, dtype=float)
    wanted = found.size if count is None else count
    sound = found.shape == (wanted,)
    if not sound or (wanted and not (found.min() >= 0 and found.max() < np.inf)):
        bad = int((~(np.isfinite(found) & (found >= 0))).sum())
        raise InputError(
            name,
            expected=f"{wanted} finite amounts, 0 or more",
            found=f"an array {found.shape}, {bad} values missing or negative",
            next_step="decide what a missing amount means before measuring access",
        )
    return found
