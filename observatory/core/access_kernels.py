"""Compiled loops of the access measures; the definitions stand in :mod:`observatory.core.access`.

Each output is written by one iteration of one parallel loop, summing in a fixed order, so that
results are the same to the last bit whatever the number of threads.
"""

# Compiled loops have the types of their arguments, which numba infers and mypy cannot follow.
# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from typing import Any

import numba
import numpy as np
from numba import prange

# Numba's fallback scheduler ends the process when two Python threads enter it at once, as the
# sessions of a web server would.
ONE_AT_A_TIME = threading.Lock()

# Sums may be regrouped into vector lanes (always the same ones), but a product and a sum are never
# fused: distances must be those of the plain loop, or ties at a step's edge would differ.
REGROUP = {"reassoc", "nsz"}


def kernel(**options: Any) -> Callable[[Callable[..., Any]], Any]:
    """Compile a function and keep the machine code on disk where a folder can be written."""

    def compiled(function: Callable[..., Any]) -> Any:
        try:
            return numba.njit(cache=True, **options)(function)
        except RuntimeError:  # no folder to keep machine code in: compile at each start
            return numba.njit(**options)(function)

    return compiled


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


@kernel(inline="always")
def _span(centre, half, origin, size, count):
    """First and last bucket that an interval touches, widened by a bucket against rounding."""
    low = math.floor((centre - half - origin) / size - 1e-9)
    high = math.floor((centre + half - origin) / size + 1e-9)
    return max(low, 0), min(high, count - 1)


@kernel(parallel=True, fastmath=REGROUP)
def sum_steps(tx, ty, px, py, pv, start, x0, y0, size, cols, rows, limits, weights):
    """Sum the values of the points around each target, by four steps of squared distance.

    ``limits`` and ``weights`` hold four each; unused ones have limit -1. A point takes the weight
    of the first limit it does not exceed.
    """
    out = np.zeros(tx.size)
    a0, a1, a2, a3 = limits[0], limits[1], limits[2], limits[3]
    w0, w1, w2, w3 = weights[0], weights[1], weights[2], weights[3]
    far = max(max(a0, a1), max(a2, a3))
    reach = math.sqrt(far)
    for t in prange(tx.size):
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
            begin = np.uint64(start[r * cols + left])
            end = np.uint64(start[r * cols + right + 1])
            part = 0.0
            for p in range(begin, end):
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
    return out


@kernel(parallel=True)
def sum_bell(tx, ty, px, py, pv, start, x0, y0, size, cols, rows, far, rate, gain, loss):
    """Sum the values of the points around each target, by a gaussian of the distance."""
    out = np.zeros(tx.size)
    reach = math.sqrt(far)
    for t in prange(tx.size):
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
            begin = np.uint64(start[r * cols + left])
            end = np.uint64(start[r * cols + right + 1])
            for p in range(begin, end):
                dx = px[p] - x
                dy = py[p] - y
                d2 = dx * dx + dy * dy
                if d2 <= far:
                    total += max(gain * math.exp(-rate * d2) - loss, 0.0) * pv[p]
        out[t] = total
    return out


@kernel(parallel=True)
def count_near(tx, ty, px, py, start, x0, y0, size, cols, rows, far):
    """Count the points whose squared distance to each target does not exceed ``far``."""
    out = np.zeros(tx.size, np.int64)
    reach = math.sqrt(far)
    for t in prange(tx.size):
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
    return out


@kernel(parallel=True)
def list_near(tx, ty, px, py, order, start, x0, y0, size, cols, rows, far, indptr):
    """List the points near each target, by their own number, with their distances."""
    indices = np.empty(indptr[-1], np.int32)
    distance = np.empty(indptr[-1])
    reach = math.sqrt(far)
    for t in prange(tx.size):
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
    return indices, distance


@kernel(parallel=True)
def gather_pairs(indptr, indices, weight, value):
    """Sum ``weight * value`` over the pairs of each row of a CSR structure."""
    rows = indptr.size - 1
    out = np.zeros(rows)
    for r in prange(rows):
        total = 0.0
        for p in range(indptr[r], indptr[r + 1]):
            total += weight[p] * value[indices[p]]
        out[r] = total
    return out


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
