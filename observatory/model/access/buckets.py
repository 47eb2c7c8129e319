"""Points sorted by square bucket: sums and lists of what lies within reach, pairs never kept."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from observatory.model.access import kernels
from observatory.model.access.decay import Decay

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

BUCKETS_A_REACH = 6
STEPS_AT_ONCE = 4


def squared_limit(edge: float) -> float:
    """Give the largest float whose square root does not exceed an edge.

    Comparing squares with it is comparing distances with the edge, ties included, without a
    square root a pair.
    """
    limit = edge * edge
    while math.sqrt(limit) > edge:
        limit = math.nextafter(limit, 0.0)
    while math.sqrt(math.nextafter(limit, math.inf)) <= edge:
        limit = math.nextafter(limit, math.inf)
    return limit


@dataclass(frozen=True)
class Buckets:
    """Points sorted by square bucket.

    Attributes
    ----------
    x, y
        Coordinates in metres, in bucket order.
    order
        The number each point had when it was given.
    start
        Where each bucket begins in bucket order; one more than there are buckets.
    corner, size, shape
        Lower left corner, side of a bucket (metres), rows and columns.
    """

    x: FloatArray
    y: FloatArray
    order: IntArray
    start: IntArray
    corner: tuple[float, float]
    size: float
    shape: tuple[int, int]

    @classmethod
    def of(cls, xy: FloatArray, reach: float) -> Buckets:
        """Sort points (n, 2) into buckets fit for sums within a reach."""
        if not len(xy):
            nothing = np.zeros(0)
            return cls(
                nothing, nothing, np.zeros(0, np.int64), np.zeros(2, np.int64), (0, 0), 1.0, (1, 1)
            )
        x, y = np.ascontiguousarray(xy[:, 0]), np.ascontiguousarray(xy[:, 1])
        x0, y0 = float(x.min()), float(y.min())
        width, height = float(x.max()) - x0, float(y.max()) - y0
        # never many more buckets than points, so that few points far apart cost no memory
        least = max(math.sqrt(width * height / (2 * len(x))), max(width, height) / (2 * len(x)))
        size = max(reach / BUCKETS_A_REACH, least, 1e-3)
        cols, rows = int(width / size) + 1, int(height / size) + 1
        order, start = kernels.bucket_points(x, y, x0, y0, size, cols, rows)
        return cls(x[order], y[order], order, start, (x0, y0), size, (rows, cols))

    @property
    def _layout(self) -> tuple[float, float, float, int, int]:
        rows, cols = self.shape
        return (*self.corner, self.size, cols, rows)

    def sums(self, values: FloatArray, around: Buckets, decay: Decay) -> FloatArray:
        """Sum the values of these points around others, weighted by distance.

        Parameters
        ----------
        values
            One a point, in the order the points were given.
        around
            The places to sum around.
        decay
            In metres.

        Returns
        -------
        array
            One sum a place, in the order the places were given.
        """
        found = np.zeros(len(around.x))
        if not (len(self.x) and len(around.x)):
            return found
        given = (around.x, around.y, self.x, self.y, values[self.order], self.start, *self._layout)
        for weigh, how in _weighing(decay):
            sums = np.zeros(len(around.x))
            work = partial(_part, weigh, (*given, *how, sums))
            kernels.in_parts(work, len(sums), 200)
            found[around.order] += sums
        return found

    def near(self, around: Buckets, reach: float) -> tuple[IntArray, NDArray[np.int32], FloatArray]:
        """List these points within reach of each place, as CSR rows in the places' bucket order.

        Returns
        -------
        tuple
            Row pointer, numbers of the points as they were given, distances in metres.
        """
        count = len(around.x)
        if not (len(self.x) and count):
            return np.zeros(count + 1, np.int64), np.zeros(0, np.int32), np.zeros(0)
        far = squared_limit(reach)
        given = (around.x, around.y, self.x, self.y)
        counts = np.zeros(count, np.int64)
        at = (*given, self.start, *self._layout, far, counts)
        kernels.in_parts(partial(_part, kernels.count_near, at), count, 200)
        indptr = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        indices, distance = np.empty(indptr[-1], np.int32), np.empty(indptr[-1])
        to = (*given, self.order, self.start, *self._layout, far, indptr, indices, distance)
        kernels.in_parts(partial(_part, kernels.list_near, to), count, 200)
        return indptr, indices, distance


def _part(loop: Callable[..., None], given: tuple[object, ...], begin: int, end: int) -> None:
    loop(begin, end, *given)


def _weighing(decay: Decay) -> list[tuple[Callable[..., None], tuple[object, ...]]]:
    """Give the compiled loops that weigh by a decay, each with what it needs of it."""
    if decay.kind == "gaussian":
        far = squared_limit(decay.reach)
        return [(kernels.sum_bell, (far, decay.rate, decay.gain, decay.loss))]
    return [(kernels.sum_steps, block) for block in step_blocks(decay)]


def step_blocks(decay: Decay) -> list[tuple[FloatArray, FloatArray]]:
    """Cut steps into blocks of four squared limits and weights that add up to the decay.

    Every block but the last also takes off what later blocks would give within it.
    """
    edges = [squared_limit(edge) for edge in decay.edges]
    blocks = []
    for first in range(0, len(edges), STEPS_AT_ONCE):
        limits, weights = np.full(STEPS_AT_ONCE, -1.0), np.zeros(STEPS_AT_ONCE)
        part = slice(first, first + STEPS_AT_ONCE)
        count = len(edges[part])
        limits[:count], weights[:count] = edges[part], decay.weights[part]
        later = decay.weights[first + STEPS_AT_ONCE] if first + STEPS_AT_ONCE < len(edges) else 0.0
        weights[:count] -= later
        blocks.append((limits, weights))
    return blocks
