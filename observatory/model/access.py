"""Access to help: the enhanced two-step floating catchment area, and the nearest place.

Points are float arrays (n, 2) of metres. With ``W`` the decay and ``d_ij`` the way
from cell i to place j (Luo & Qi 2009)::

    R_j = hours_j / sum_i W(d_ij) need_i
    A_i = sum_j W(d_ij) R_j

``A`` is in hours per unit of need. What is shared out is what there is: ``sum_i A_i need_i`` is
the sum of the hours of the places that reach anyone. :func:`e2sfca` does it in one go; where the
same ways serve again and again, take :func:`distances` once, then ``weights`` and :func:`share`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csc_array, csr_array
from scipy.spatial import cKDTree

from observatory.errors import ChoiceError, InputError

FloatArray = NDArray[np.float64]
#: A matrix of ways by cells, or by places.
Sparse = TypeVar("Sparse", csr_array, csc_array)
BoolArray = NDArray[np.bool_]
#: The tree compares squares: a little more is asked of it, and the decay decides at its edge.
_ABOVE = 1 + 1e-12


@dataclass(frozen=True)
class Decay:
    """A weight that depends on distance, and is zero beyond its reach.

    Make one with :meth:`steps`, :meth:`gaussian` or :meth:`binary`, in the unit of the distances
    it will weigh.

    Attributes
    ----------
    kind
        ``steps`` or ``gaussian``.
    edges
        Upper ends of the steps, included, increasing; for a gaussian its catchment alone.
    weights
        Weight of each step; for a gaussian, of distance zero.
    rate, gain, loss
        Of a gaussian: ``weight = gain * exp(-rate * distance ** 2) - loss``.
    """

    kind: Literal["steps", "gaussian"]
    edges: tuple[float, ...]
    weights: tuple[float, ...]
    rate: float = 0.0
    gain: float = 1.0
    loss: float = 0.0

    @classmethod
    def steps(cls, edges: Iterable[float], weights: Iterable[float]) -> Decay:
        """Return constant weights up to each edge, edge included (Luo & Qi 2009).

        Parameters
        ----------
        edges
            Upper ends, strictly increasing.
        weights
            As many weights, none negative, one at least above zero.

        Raises
        ------
        ChoiceError
            The edges or weights are not such.
        """
        ends = tuple(float(edge) for edge in edges)
        worth = tuple(float(weight) for weight in weights)
        sound = (
            len(ends) == len(worth) > 0
            and all(math.isfinite(value) and value >= 0 for value in (*ends, *worth))
            and all(a < b for a, b in pairwise(ends))
            and any(worth)
        )
        if not sound:
            raise ChoiceError(
                "steps of a decay",
                expected="increasing edges and as many weights, 0 or more, not all 0",
                found=f"edges {ends}, weights {worth}",
                next_step="give for instance edges 10, 20, 30 and weights 1, 0.68, 0.22",
            )
        last = max(k for k, weight in enumerate(worth) if weight > 0) + 1
        return cls("steps", ends[:last], worth[:last])

    @classmethod
    def binary(cls, catchment: float) -> Decay:
        """Return weight 1 up to the catchment, included, and 0 beyond (Luo & Wang 2003)."""
        return cls.steps((catchment,), (1.0,))

    @classmethod
    def gaussian(cls, catchment: float, bandwidth: float | None = None) -> Decay:
        """Return a gaussian weight up to the catchment and 0 beyond.

        Without a bandwidth the weight falls to exactly 0 at the catchment ``c`` (Dai 2010):
        ``(exp(-d**2 / 2c**2) - exp(-1/2)) / (1 - exp(-1/2))``. With a bandwidth ``s`` it is
        ``exp(-d**2 / 2s**2)``, cut at the catchment.

        Raises
        ------
        ChoiceError
            A catchment or bandwidth that is not above zero.
        """
        width = catchment if bandwidth is None else bandwidth
        if not all(math.isfinite(value) and value > 0 for value in (catchment, width)):
            raise ChoiceError(
                "gaussian decay",
                expected="a catchment and a bandwidth above 0",
                found=f"catchment {catchment}, bandwidth {bandwidth}",
                next_step="give both in the unit of the distances",
            )
        rate = 1.0 / (2.0 * width * width)
        if bandwidth is not None:
            return cls("gaussian", (float(catchment),), (1.0,), rate)
        end = math.exp(-0.5)
        return cls("gaussian", (float(catchment),), (1.0,), rate, 1 / (1 - end), end / (1 - end))

    @property
    def reach(self) -> float:
        """The distance beyond which the weight is zero."""
        return self.edges[-1]

    def weight(self, distance: ArrayLike) -> FloatArray:
        """Return the weight of each distance; a missing distance (NaN) weighs nothing."""
        d = np.asarray(distance, dtype=float)
        if self.kind == "gaussian":
            bell = np.maximum(self.gain * np.exp(-self.rate * d * d) - self.loss, 0.0)
            return np.where(d <= self.reach, bell, 0.0)
        step = np.zeros(d.shape, dtype=np.min_scalar_type(len(self.edges)))
        for edge in self.edges:
            step += ~(d <= edge)  # a missing distance is beyond every edge
        return np.append(self.weights, 0.0)[step]


@dataclass(frozen=True)
class AccessResult:
    """What the floating catchment gives.

    Attributes
    ----------
    access
        Hours per unit of need at each cell, (n,); 0 where no place is in reach, never missing.
    ratio
        Hours per unit of weighted need at each place, (m,); 0 where the place reaches nobody.
    reached
        Whether each place reaches any need, (m,). The conserved sum:
        ``(access * need).sum() == hours[reached].sum()``.
    need_in_reach
        Weighted need that each place reaches, (m,).
    """

    access: FloatArray
    ratio: FloatArray
    reached: BoolArray
    need_in_reach: FloatArray


def e2sfca(
    cells_xy: ArrayLike, need: ArrayLike, places_xy: ArrayLike, hours: ArrayLike, decay: Decay
) -> AccessResult:
    """Compute the (enhanced) two-step floating catchment area by straight line.

    ``Decay.binary`` makes it 2SFCA, ``Decay.steps`` E2SFCA, ``Decay.gaussian`` the gaussian form.

    Parameters
    ----------
    cells_xy, need
        (n, 2) metres and (n,) amounts, none negative; zeros are fine.
    places_xy, hours
        (m, 2) and (m,).
    decay
        In metres.

    Raises
    ------
    InputError
        Shapes that do not agree, coordinates or amounts that are missing, a negative amount.
    """
    near = distances(cells_xy, places_xy, decay.reach)
    cells, places = near.shape
    people, given = amounts(need, cells, "need"), amounts(hours, places, "hours of help")
    return share(weights(near, decay), people, given)


def distances(cells_xy: ArrayLike, places_xy: ArrayLike, reach: float) -> csr_array:
    """Compute the straight lines from cells to the places within a reach, included.

    Returns
    -------
    csr_array
        (n, m) metres. A pair in reach is stored even at distance 0; what is not stored is out of
        reach. Read ``data`` and never drop its zeros.
    """
    cells, places = points(cells_xy, "cells"), points(places_xy, "places")
    shape = (len(cells), len(places))
    if not all(shape):
        return csr_array(shape, dtype=float)
    pairs = cKDTree(cells).sparse_distance_matrix(
        cKDTree(places), reach * _ABOVE, output_type="ndarray"
    )
    return csr_array((pairs["v"], (pairs["i"], pairs["j"])), shape=shape)


def weights(near: csr_array, decay: Decay) -> csr_array:
    """Return the weight of each stored way of :func:`distances`, cells x places."""
    return weighed(near, decay)


def weighed(near: Sparse, decay: Decay) -> Sparse:
    """Return a matrix of metres with the weight of each in its place; the ways are shared."""
    found = copy(near)
    found.data = decay.weight(near.data)
    return found


def share(weight: csr_array, need: FloatArray, hours: FloatArray) -> AccessResult:
    """Share the hours of places among the need in their reach.

    Parameters
    ----------
    weight
        (n, m), of :func:`weights`.
    need, hours
        (n,) and (m,); or (n, k) and (m, k), one column a draw or a kind of need. They are taken
        as they are: finite, no need below zero. Access is a sum over places, linear in their
        hours: those that a change takes away may stand below zero.
    """
    in_reach = weight.T @ need
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        ratio = hours / in_reach
    reached = (in_reach > 0) & np.isfinite(ratio)
    ratio = np.where(reached, ratio, 0.0)
    return AccessResult(weight @ ratio, ratio, reached, in_reach)


def nearest_distance(cells_xy: ArrayLike, places_xy: ArrayLike) -> FloatArray:
    """Return the straight line in metres to the nearest place; NaN if there is no place."""
    cells, places = points(cells_xy, "cells"), points(places_xy, "places")
    if not len(places) or not len(cells):
        return np.full(len(cells), np.nan)
    distance, _ = cKDTree(places).query(cells)
    return np.asarray(distance, dtype=float)


def nearest_minutes(
    cells_xy: ArrayLike, places_xy: ArrayLike, *, speed_kmh: float, detour: float
) -> FloatArray:
    """Return the walking minutes to the nearest place; NaN if there is no place."""
    return walk_minutes(nearest_distance(cells_xy, places_xy), speed_kmh, detour)


def minutes_to_metres(minutes: ArrayLike, speed_kmh: float, detour: float) -> FloatArray:
    """Return the straight line, in metres, that some minutes of walking cover.

    The way walked is the straight line times the detour: 10 minutes at 4.5 km/h with a detour of
    1.3 are 750 m of street and 577 m of straight line.
    """
    return np.asarray(minutes, dtype=float) * _metres_a_minute(speed_kmh, detour)


def walk_minutes(distance_m: ArrayLike, speed_kmh: float, detour: float) -> FloatArray:
    """Return the walking minutes of a straight line in metres (times the detour, at the speed).

    For distances along streets, which hold their detour already, give a detour of 1.
    """
    return np.asarray(distance_m, dtype=float) / _metres_a_minute(speed_kmh, detour)


def _metres_a_minute(speed_kmh: float, detour: float) -> float:
    """Return the straight-line metres covered in a minute of walking."""
    if not (math.isfinite(speed_kmh) and speed_kmh > 0 and math.isfinite(detour) and detour >= 1):
        raise ChoiceError(
            "walking speed and detour",
            expected="a speed above 0 km/h and a detour of 1 or more",
            found=f"{speed_kmh} km/h, detour {detour}",
            next_step="see walk.* in data/assumptions.toml",
        )
    return speed_kmh * 1000.0 / 60.0 / detour


def points(xy: Any, name: str) -> FloatArray:
    """Validate coordinates: (n, 2), finite, metres."""
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


def amounts(values: ArrayLike, count: int, name: str) -> FloatArray:
    """Validate amounts: (count,), finite, none negative."""
    found = np.ascontiguousarray(values, dtype=float)
    sound = found.shape == (count,)
    if not sound or (count and not (found.min() >= 0 and found.max() < np.inf)):
        bad = int((~(np.isfinite(found) & (found >= 0))).sum())
        raise InputError(
            name,
            expected=f"{count} finite amounts, 0 or more",
            found=f"an array {found.shape}, {bad} values missing or negative",
            next_step="decide what a missing amount means before measuring access",
        )
    return found
