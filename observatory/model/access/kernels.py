"""Compiled loops of the access measures; the definitions stand in :mod:`observatory.model.access`.

Each output is written by one thread, summing in a fixed order, so that results are the same to the
last bit whatever the number of threads.
"""

# Compiled loops have the types of their arguments, which numba infers and mypy cannot follow.
# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numba
import numpy as np

# Sums may be regrouped into vector lanes (always the same ones), but a product and a sum are never
# fused: distances must be those of the plain loop, or ties at a step's edge would differ.
REGROUP = {"reassoc", "nsz"}


# Several parts a thread even out the work where places are dense in some parts and not in others.
PARTS_A_THREAD = 8


def kernel(**options: Any) -> Callable[[Callable[..., Any]], Any]:
    """Compile a function and keep the machine code on disk where a folder can be written.

    It runs without Python's lock, so that :func:`in_parts` can run it on all cores. Numba's own
    parallel loops are not used: they take seconds to compile, and their schedulers do not bear
    the threads and forks of a web server.
    """

    def compiled(function: Callable[..., Any]) -> Any:
        try:
            return numba.njit(cache=True, nogil=True, **options)(function)
        except RuntimeError:  # no folder to keep machine code in: compile at each start
            return numba.njit(nogil=True, **options)(function)

    return compiled


def in_parts(work: Callable[[int, int], Any], count: int, least: int) -> list[Any]:
    """Do ``work(begin, end)`` over ``range(count)`` on all cores.

    Parameters
    ----------
    work
        Writes what is its own only, so that the parts may run at once.
    count
        How many items there are.
    least
        Fewest items that are worth a part.

    Returns
    -------
    list
        What each part gave, in the order of the parts.
    """
    threads = int(numba.config.NUMBA_NUM_THREADS)  # type: ignore[attr-defined]  # set at import
    parts = min(threads * PARTS_A_THREAD, count // least)
    if threads == 1 or parts < 2:
        return [work(0, count)]
    cuts = [count * part // parts for part in range(parts + 1)]
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(work, cuts[:-1], cuts[1:]))


@kernel()
def bucket_points(x, y, x0, y0, size, cols, rows):
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


@kernel()
def _span(centre, half, origin, size, count):
    """First and last bucket that an interval touches, widened by a bucket against rounding."""
    low = math.floor((centre - half - origin) / size - 1e-9)
    high = math.floor((centre + half - origin) / size + 1e-9)
    return max(low, 0), min(high, count - 1)


@kernel(fastmath=REGROUP)
def sum_steps(
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


@kernel()
def sum_bell(
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


@kernel()
def count_near(begin, end, tx, ty, px, py, start, x0, y0, size, cols, rows, far, out):
    """Count the points whose squared distance to each target does not exceed ``far``."""
    reach = math.sqrt(far)
    for t in range(begin, end):
        first, last = _span(ty[t], reach, y0, size, rows)
        left, right = _span(tx[t], reach, x0, size, cols)
        if left > right:
            continue
        for r in range(first, last + 1):
            for p in range(start[r * cols + left], start[r * cols + right + 1]):
                dx = px[p] - tx[t]
                dy = py[p] - ty[t]
                if dx * dx + dy * dy <= far:
                    out[t] += 1


@kernel()
def list_near(
    begin,
    end,
    tx,
    ty,
    px,
    py,
    order,
    start,
    x0,
    y0,
    size,
    cols,
    rows,
    far,
    indptr,
    indices,
    distance,
):
    """List the points near each target, by their own number, with their distances."""
    reach = math.sqrt(far)
    for t in range(begin, end):
        k = indptr[t]
        first, last = _span(ty[t], reach, y0, size, rows)
        left, right = _span(tx[t], reach, x0, size, cols)
        if left > right:
            continue
        for r in range(first, last + 1):
            for p in range(start[r * cols + left], start[r * cols + right + 1]):
                dx = px[p] - tx[t]
                dy = py[p] - ty[t]
                d2 = dx * dx + dy * dy
                if d2 <= far:
                    indices[k] = order[p]
                    distance[k] = math.sqrt(d2)
                    k += 1


@kernel()
def gather_pairs(begin, end, indptr, indices, weight, value, out):
    """Sum ``weight * value`` over the pairs of each row of a CSR structure."""
    for r in range(begin, end):
        total = 0.0
        for p in range(indptr[r], indptr[r + 1]):
            total += weight[p] * value[indices[p]]
        out[r] = total


@kernel()
def transpose(indptr, indices, columns):
    """Give the transposed CSR structure, and where each of its pairs stood."""
    back = np.zeros(columns + 1, np.int64)
    for p in range(indices.size):
        back[indices[p] + 1] += 1
    for c in range(columns):
        back[c + 1] += back[c]
    fill = back[:-1].copy()
    rows = np.empty(indices.size, np.int32)
    source = np.empty(indices.size, np.int64)
    for r in range(indptr.size - 1):
        for p in range(indptr[r], indptr[r + 1]):
            k = fill[indices[p]]
            rows[k] = r
            source[k] = p
            fill[indices[p]] += 1
    return back, rows, source
