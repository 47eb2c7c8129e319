"""How much a service counts as it lies further away, and how far a walk takes one.

A decay is written in the unit of the distances it will weigh: metres for points in EPSG:2154,
minutes for times over a network. :meth:`Decay.in_metres` turns minutes of walking into metres in
a straight line.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from observatory.errors import ChoiceError

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Decay:
    """A weight that depends on distance, and is zero beyond its reach.

    Make one with :meth:`steps`, :meth:`gaussian` or :meth:`binary`.

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
        """Give constant weights up to each edge, edge included (Luo & Qi 2009).

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
        """Give weight 1 up to the catchment, included, and 0 beyond (Luo & Wang 2003)."""
        return cls.steps((catchment,), (1.0,))

    @classmethod
    def gaussian(cls, catchment: float, bandwidth: float | None = None) -> Decay:
        """Give a gaussian weight up to the catchment and 0 beyond.

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
        """Give the weight of each distance; a missing distance (NaN) weighs nothing."""
        d = np.asarray(distance, dtype=float)
        if self.kind == "gaussian":
            bell = np.maximum(self.gain * np.exp(-self.rate * d * d) - self.loss, 0.0)
            return np.where(d <= self.reach, bell, 0.0)
        step = np.searchsorted(self.edges, d, side="left")
        known = np.where(np.isnan(d), len(self.edges), step)
        return np.append(self.weights, 0.0)[known]

    def scaled(self, factor: float) -> Decay:
        """Give the same decay with every distance multiplied by a factor."""
        if not (math.isfinite(factor) and factor > 0):
            raise ChoiceError(
                "scale of a decay",
                expected="a number above 0",
                found=repr(factor),
                next_step="check speed and detour",
            )
        edges = tuple(edge * factor for edge in self.edges)
        return Decay(self.kind, edges, self.weights, self.rate / factor**2, self.gain, self.loss)

    def in_metres(self, *, speed_kmh: float, detour: float) -> Decay:
        """Turn a decay in walking minutes into one in metres of straight line."""
        return self.scaled(float(minutes_to_metres(1.0, speed_kmh, detour)))


def _metres_a_minute(speed_kmh: float, detour: float) -> float:
    """Straight-line metres covered in a minute of walking."""
    if not (math.isfinite(speed_kmh) and speed_kmh > 0 and math.isfinite(detour) and detour >= 1):
        raise ChoiceError(
            "walking speed and detour",
            expected="a speed above 0 km/h and a detour of 1 or more",
            found=f"{speed_kmh} km/h, detour {detour}",
            next_step="see walk.* in data/assumptions.toml",
        )
    return speed_kmh * 1000.0 / 60.0 / detour


def minutes_to_metres(minutes: ArrayLike, speed_kmh: float, detour: float) -> FloatArray:
    """Return the straight line, in metres, that some minutes of walking cover.

    The way walked is the straight line times the detour: 10 minutes at 4.5 km/h with a detour of
    1.3 are 750 m of street and 577 m of straight line.
    """
    return np.asarray(minutes, dtype=float) * _metres_a_minute(speed_kmh, detour)


def walk_minutes(distance_m: ArrayLike, speed_kmh: float, detour: float) -> FloatArray:
    """Give the walking minutes of a straight line in metres (times the detour, at the speed).

    For distances along streets, which hold their detour already, give a detour of 1.
    """
    return np.asarray(distance_m, dtype=float) / _metres_a_minute(speed_kmh, detour)
