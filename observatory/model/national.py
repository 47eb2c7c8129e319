"""Access for a country: the measure of :mod:`observatory.model.access`, compiled, pairs never kept.

Points are sorted by square bucket, and sums around each point go through the buckets in its reach.
Each output is written by one thread, summing in a fixed order: the same bits whatever the number
of threads. It needs the extra ``national`` (numba); a territory does not need it.
"""

# Compiled loops have the types of their arguments, which numba infers and mypy cannot follow.
# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from observatory.errors import InputError
from observatory.model.access import AccessResult, Decay, amounts, points

try:
    import numba
except ModuleNotFoundError as error:
    raise InputError(
        "the compiled measure of access for a country",
        expected="the package numba, of the extra 'national'",
        found="no such package",
        next_step="pip install 'observatoire-plaine-connexion[national]', or take "
        "observatory.model.access, which gives the same figures",
    ) from error

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

BUCKETS_A_REACH = 6
STEPS_AT_ONCE = 4
# Several parts a thread even out the work where places are dense in some parts and not in others.
PARTS_A_THREAD = 8
FEWEST_A_PART = 200
# Sums may be regrouped into vector lanes (always the same ones), but a product and a sum are never
# fused: distances must be those of the plain loop, or ties at a step's edge would differ.
REGROUP = {"reassoc", "nsz"}


def e2sfca(
    cells_xy: ArrayLike, need: ArrayLike, places_xy: ArrayLike, hours: ArrayLike, decay: Decay
) -> AccessResult:
    """Compute the floating catchment area; see :func:`observatory.model.access.e2sfca`."""
    cells, places = points(cells_xy, "cells"), points(places_xy, "places")
    people, given = amounts(need, len(cells), "need"), amounts(hours, len(places), "hours of help")
    around_cells, around_places = Buckets.of(cells, decay.reach), Buckets.of(places, decay.reach)
    in_reach = around_cells.sums(people, around_places, decay)
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        ratio = given / in_reach
    reached = (in_reach > 0) & np.isfinite(ratio)
    ratio = np.where(reached, ratio, 0.0)
    access = around_places.sums(ratio, around_cells, decay)
    return AccessResult(access, ratio, reached, in_reach)


def squared_limit(edge: float) -> float:
    """Return the largest float whose square root does not exceed an edge.

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
        order, start = _bucket_points(x, y, x0, y0, size, cols, rows)
        return cls(x[order], y[order], order, start, (x0, y0), size, (rows, cols))

    def sums(self, values: FloatArray, around: Buckets, decay: Decay) -> FloatArray:
        """Sum the values of these points around others, weighted by distance.

        Parameters
        ----------
        values
            One a point, in the order the points were given.
        around
            The points to sum around.
        decay
            In metres.

        Returns
        -------
        array
            One sum a point of ``around``, in the order these were given.
        """
        found = np.zeros(len(around.x))
        if not (len(self.x) and len(around.x)):
            return found
        layout = (*self.corner, self.size, self.shape[1], self.shape[0])
        given = (around.x, around.y, self.x, self.y, values[self.order], self.start, *layout)
        for weigh, how in _weighing(decay):
            sums = np.zeros(len(around.x))
            _in_parts(partial(_part, weigh, (*given, *how, sums)), len(sums))
            found[around.order] += sums
        return found


def _part(loop: Callable[..., None], given: tuple[object, ...], begin: int, end: int) -> None:
    loop(begin, end, *given)


def _in_parts(work: Callable[[int, int], None], count: int) -> None:
    """Do ``work(begin, end)`` over ``range(count)`` on all cores; each part writes its own only."""
    threads = int(numba.config.NUMBA_NUM_THREADS)  # type: ignore[attr-defined]  # set at import
    parts = min(threads * PARTS_A_THREAD, count // FEWEST_A_PART)
    if threads == 1 or parts < 2:
        work(0, count)
        return
    cuts = [count * part // parts for part in range(parts + 1)]
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, cuts[:-1], cuts[1:]))


def _weighing(decay: Decay) -> list[tuple[Callable[..., None], tuple[object, ...]]]:
    """Return the compiled loops that weigh by a decay, each with what it needs of it."""
    if decay.kind == "gaussian":
        far = squared_limit(decay.reach)
        return [(_sum_bell, (far, decay.rate, decay.gain, decay.loss))]
    return [(_sum_steps, block) for block in _step_blocks(decay)]


def _step_blocks(decay: Decay) -> list[tuple[FloatArray, FloatArray]]:
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


def _kernel(**options: Any) -> Callable[[Callable[..., Any]], Any]:
    """Compile a function and keep the machine code on disk where a folder can be written.

    It runs without Python's lock, so that several threads can run it on all cores. Numba's own
    parallel loops are not used: they take seconds to compile, and their schedulers do not bear
    the threads and forks of a web server.
    """

    def compiled(function: Callable[..., Any]) -> Any:
        try:
            return numba.njit(cache=True, nogil=True, **options)(function)
        except RuntimeError:  # no folder to keep machine code in: compile at each start
            return numba.njit(nogil=True, **options)(function)

    return compiled


@_kernel()
def _bucket_points(x, y, x0, y0, size, cols, rows):
    """Sort points by square bucket, row by row; within a bucket the given order is kept."""
    n = x.size
    where = np.empty(n, np.int32)
    start = np.zeros(rows * cols + 1, np.int64)
    for i in range(n):
        c = min(max(int((x[i] - x0) / size), 0), cols - 1)
        r = min(max(int((y[i] - y0) / size), 0), rows - 1)
        where[i] = r * cols + c
        start[where[i] + 1] += 1
    for b in range(rows * cols):
        start[b + 1] += start[b]
    fill = start[:-1].copy()
    order = np.empty(n, np.int64)
    for i in range(n):
        order[fill[where[i]]] = i
        fill[where[i]] += 1
    return order, start


@_kernel()
def _span(centre, half, origin, size, count):
    """First and last bucket that an interval touches, widened by a bucket against rounding."""
    low = math.floor((centre - half - origin) / size - 1e-9)
    high = math.floor((centre + half - origin) / size + 1e-9)
    return max(low, 0), min(high, count - 1)


@_kernel(fastmath=REGROUP)
def _sum_steps(
    begin, end, tx, ty, px, py, pv, start, x0, y0, size, cols, rows, limits, weights, out
):
    """Sum the values of the points around each target, by four steps of squared distance.

    ``limits`` and ``weights`` hold four each; unused ones have limit -1. A point takes the weight
    of the first limit it does not exceed.
    """
    a0, a1, a2, a3 = limits[0], limits[1], limits[2], limits[3]
    w0, w1, w2, w3 = weights[0], weights[1], weights[2], weights[3]
    far = max(max(a0, a1), max(a2, a3))
    reach = math.sqrt(far)
    for t in range(begin, end):
        x, y = tx[t], ty[t]
        total = 0.0
        first, last = _span(y, reach, y0, size, rows)
        for r in range(first, last + 1):
            low = y0 + r * size
            gap = max(max(low - y, y - low - size) - 1e-6 * size, 0.0)
            if gap * gap > far:
                continue
            left, right = _span(x, math.sqrt(far - gap * gap), x0, size, cols)
            if left > right:
                continue
            # unsigned: a signed index would be tested for being negative, and not vectorised
            from_p = np.uint64(start[r * cols + left])
            to_p = np.uint64(start[r * cols + right + 1])
            part = 0.0
            for p in range(from_p, to_p):
                dx = px[p] - x
                dy = py[p] - y
                d2 = dx * dx + dy * dy
                w = w3 if d2 <= a3 else 0.0
                w = w2 if d2 <= a2 else w
                w = w1 if d2 <= a1 else w
                w = w0 if d2 <= a0 else w
                part += w * pv[p]
            total += part
        out[t] = total


@_kernel()
def _sum_bell(
    begin, end, tx, ty, px, py, pv, start, x0, y0, size, cols, rows, far, rate, gain, loss, out
):
    """Sum the values of the points around each target, by a gaussian of the distance."""
    reach = math.sqrt(far)
    for t in range(begin, end):
        x, y = tx[t], ty[t]
        total = 0.0
        first, last = _span(y, reach, y0, size, rows)
        for r in range(first, last + 1):
            low = y0 + r * size
            gap = max(max(low - y, y - low - size) - 1e-6 * size, 0.0)
            if gap * gap > far:
                continue
            left, right = _span(x, math.sqrt(far - gap * gap), x0, size, cols)
            if left > right:
                continue
            from_p = np.uint64(start[r * cols + left])
            to_p = np.uint64(start[r * cols + right + 1])
            for p in range(from_p, to_p):
                dx = px[p] - x
                dy = py[p] - y
                d2 = dx * dx + dy * dy
                if d2 <= far:
                    total += max(gain * math.exp(-rate * d2) - loss, 0.0) * pv[p]
        out[t] = total
