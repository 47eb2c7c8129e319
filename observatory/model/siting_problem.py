"""What siting solves: shortfalls that half posts take away, whichever the aim counts.

Each row lacks something and half a post at a place takes a known part of it away; what is left
costs. Hours missing, people beyond the near walk and schools beyond it are all of this form::

    minimise  sum_i cost_i max(0, lack_i - sum_c gain_ic y_c)      y_c halves of a post

For the worst commune first, the sum is taken by commune, over its people, and the largest counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array, csr_array, eye_array, hstack, vstack

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
#: What an hour counts beside the largest rate: it decides between placings that are else alike.
TIE = 1e-6


@dataclass(frozen=True)
class Limits:
    """How many halves of a post may stand where.

    Attributes
    ----------
    halves
        In all, at most.
    least, most
        At each place.
    reserved
        Which places the reserved halves may stand at.
    elsewhere
        At the other places together, at most.
    """

    halves: int
    least: IntArray
    most: IntArray
    reserved: NDArray[np.bool_]
    elsewhere: int

    def free(self, chosen: IntArray) -> NDArray[np.bool_]:
        """Return which places may get half a post more."""
        if chosen.sum() >= self.halves:
            return np.zeros(len(chosen), dtype=bool)
        open_ = chosen < self.most
        if chosen[~self.reserved].sum() >= self.elsewhere:
            open_ &= self.reserved
        return open_


class Programme(NamedTuple):
    """The linear programme: minimise ``cost x``, ``rows (x, y) <= right``, y the halves.

    The last two rows are the halves in all and those elsewhere than at reserved places.
    """

    cost: FloatArray
    rows: csr_array
    right: FloatArray
    extras: int


@dataclass(frozen=True)
class Problem:
    """Shortfalls, and what half a post at each place takes from each.

    Attributes
    ----------
    cost
        What one unit of each row's shortfall costs.
    lack
        What each row lacks.
    gain
        What half a post takes away, rows x places.
    limits
        How many halves may stand where.
    group
        The commune of each row, where the worst commune comes first.
    scale
        What turns the cost of each commune into its rate.
    """

    cost: FloatArray
    lack: FloatArray
    gain: csc_array
    limits: Limits
    group: IntArray | None = None
    scale: FloatArray | None = None

    @cached_property
    def _columns(self) -> IntArray:
        """The place of each stored gain."""
        return np.repeat(np.arange(self.gain.shape[1]), np.diff(self.gain.indptr))

    @cached_property
    def worth(self) -> float:
        """What there is to gain in all."""
        return self._measure(self.cost * self.lack)

    def served(self, chosen: IntArray) -> FloatArray:
        """Return what the halves chosen take from each row, whether it lacks it or not."""
        return np.asarray(self.gain @ chosen.astype(float), dtype=float)

    def total(self, served: FloatArray) -> float:
        """Return what is gained."""
        return self.worth - self._measure(self.cost * np.maximum(self.lack - served, 0.0))

    def additions(self, served: FloatArray) -> FloatArray:
        """Return what half a post more at each place would add to what is gained."""
        left = np.maximum(self.lack - served, 0.0)
        at = self.gain.indices
        taken = self.cost[at] * np.minimum(left[at], self.gain.data)
        places = self.gain.shape[1]
        if self.group is None or self.scale is None:
            return np.asarray(np.bincount(self._columns, taken, places), dtype=float)
        zones = len(self.scale)
        each = np.bincount(self.group[at] * places + self._columns, taken, zones * places)
        by_zone = each.reshape(zones, places)
        now = np.bincount(self.group, self.cost * left, zones)
        rates = (now[:, None] - by_zone) * self.scale[:, None]
        gained: FloatArray = (now * self.scale).max() - rates.max(axis=0)
        return np.asarray(gained + TIE * by_zone.sum(axis=0), dtype=float)

    def largest(self, served: FloatArray) -> float:
        """Return what is gained without what decides between equals: the aim's own figure."""
        left = self.cost * np.maximum(self.lack - served, 0.0)
        whole = self.cost * self.lack
        if self.group is None or self.scale is None:
            return float(whole.sum() - left.sum())
        rates = [np.bincount(self.group, v, len(self.scale)) * self.scale for v in (whole, left)]
        return float(rates[0].max() - rates[1].max())

    def _measure(self, left: FloatArray) -> float:
        if self.group is None or self.scale is None:
            return float(left.sum())
        rates = np.bincount(self.group, left, len(self.scale)) * self.scale
        return float(rates.max() + TIE * left.sum())

    def programme(self) -> Programme:
        """Return the problem as a linear programme, whose least cost is what cannot be gained."""
        short, places = self.gain.shape
        outside = csr_array((~self.limits.reserved)[None, :].astype(float))
        halves = csr_array(np.ones((1, places)))
        shortfall = [-eye_array(short), -self.gain]
        parts = [shortfall, [csr_array((1, short)), halves], [csr_array((1, short)), outside]]
        right = [-self.lack, np.array([self.limits.halves, self.limits.elsewhere], dtype=float)]
        cost, extras = self.cost, short
        if self.group is not None and self.scale is not None:
            zones = len(self.scale)
            rates = csr_array(
                (self.cost * self.scale[self.group], (self.group, np.arange(short))),
                (zones, short),
            )
            none = csr_array((zones, places))
            top = csr_array(np.full((zones, 1), -1.0))
            empty = csr_array((short, 1)), csr_array((1, 1)), csr_array((1, 1))
            parts = [
                [one, column, *rest] for (one, *rest), column in zip(parts, empty, strict=True)
            ]
            parts.insert(1, [rates, top, none])
            right.insert(1, np.zeros(zones))
            cost, extras = np.append(TIE * self.cost, 1.0), short + 1
        rows = csr_array(vstack([hstack(part) for part in parts], format="csr"))
        return Programme(np.append(cost, np.zeros(places)), rows, np.concatenate(right), extras)
