"""Compiled loops of the access measure on a regular grid; see :mod:`observatory.model.access.grid`.

Occupied squares are numbered row by row. A bit a square, with the count of occupied squares before
each word of 64, gives the number of any square in two reads from one cache line: sums along a row
then need no array as large as the grid.
"""

# Compiled loops have the types of their arguments, which numba infers and mypy cannot follow.
# mypy: disable-error-code="no-untyped-def,assignment,call-arg"

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import types
from numba.extending import intrinsic

from observatory.model.access.kernels import kernel


@intrinsic
def _ones(context: Any, word: Any) -> Any:
    """Count the bits of a word, by the processor's own instruction."""

    def build(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.ctpop(args[0])

    return types.uint64(types.uint64), build


@kernel()
def occupy(x, y, x0, y0, size, rows, words):
    """Mark the occupied squares; each word is followed by the count of marks before it.

    Gives also how many points do not lie exactly on the grid; the marks mean nothing then.
    """
    index = np.zeros(2 * (rows * words + 1), np.uint64)
    off = 0
    for i in range(x.size):
        col, row = np.rint((x[i] - x0) / size), np.rint((y[i] - y0) / size)
        if x0 + col * size != x[i] or y0 + row * size != y[i]:
            off += 1
        c = np.uint64(col)
        w = np.uint64(2) * (np.uint64(row) * np.uint64(words) + (c >> np.uint64(6)))
        index[w] |= np.uint64(1) << (c & np.uint64(63))
    before = np.uint64(0)
    for w in range(0, index.size, 2):
        index[w + 1] = before
        before += _ones(index[w])
    return index, off


@kernel()
def _number(index, words, row, col):
    """Number of the first occupied square of a row at or after a column."""
    c = np.uint64(col)
    w = np.uint64(2) * (np.uint64(row) * words + (c >> np.uint64(6)))
    mask = (np.uint64(1) << (c & np.uint64(63))) - np.uint64(1)
    return index[w + np.uint64(1)] + _ones(index[w] & mask)


@kernel()
def numbers(begin, end, x, y, x0, y0, size, words, index, out):
    """Give the number of the square of each point."""
    wide = np.uint64(words)
    for i in range(begin, end):
        c = np.uint64(np.rint((x[i] - x0) / size))
        r = np.uint64(np.rint((y[i] - y0) / size))
        out[i] = _number(index, wide, r, c)


@kernel()
def running(square, amount, exponent, squares):
    """Running sums over squares of whole parts of ``amount * 2**exponent``, from zero."""
    total = np.zeros(squares + 1, np.int64)
    for i in range(square.size):
        total[square[i] + 1] += np.int64(np.rint(math.ldexp(amount[i], exponent)))
    for s in range(squares):
        total[s + 1] += total[s]
    return total


@kernel()
def _columns(x, dy2, limit, x0, size, cols):
    """First column, and one past the last, whose squares lie within the limit on a row.

    Rounding is settled by comparing distances themselves, as every other engine does.
    """
    half = math.sqrt(limit - dy2)
    left = (x - half - x0) / size
    right = (x + half - x0) / size
    low = math.ceil(left)
    near = np.rint(left)
    if abs(left - near) < 1e-3:
        dx = x0 + near * size - x
        low = np.int64(near) if dx * dx + dy2 <= limit else np.int64(near) + 1
    high = math.floor(right)
    near = np.rint(right)
    if abs(right - near) < 1e-3:
        dx = x0 + near * size - x
        high = np.int64(near) if dx * dx + dy2 <= limit else np.int64(near) - 1
    low = min(max(low, 0), cols)
    return low, max(min(high + 1, cols), low)


@kernel()
def sum_discs(begin, end, sx, sy, x0, y0, size, rows, cols, words, index, total, limits, out):
    """Sum whole amounts over the disc of each limit around each site."""
    wide = np.uint64(words)
    reach = math.sqrt(limits[-1])
    for s in range(begin, end):
        first = max(math.floor((sy[s] - reach - y0) / size), 0)
        last = min(math.ceil((sy[s] + reach - y0) / size), rows - 1)
        for r in range(first, last + 1):
            dy = y0 + r * size - sy[s]
            dy2 = dy * dy
            for k in range(limits.size - 1, -1, -1):
                if dy2 > limits[k]:
                    break
                low, high = _columns(sx[s], dy2, limits[k], x0, size, cols)
                out[s, k] += (
                    total[_number(index, wide, r, high)] - total[_number(index, wide, r, low)]
                )


@kernel()
def spread_discs(
    begin, end, sx, sy, whole, bands, sites, x0, y0, size, cols, words, index, limits, out
):
    """Add to each square the whole amounts of the sites whose discs hold it.

    Each band of rows belongs to one part, which takes the sites ``sites[b]`` (first, one
    past the last). Whole numbers add up the same in any order; a passing overflow is harmless, as
    the final sums fit.
    """
    wide = np.uint64(words)
    reach = math.sqrt(limits[-1])
    for b in range(begin, end):
        for s in range(sites[b, 0], sites[b, 1]):
            first = max(math.floor((sy[s] - reach - y0) / size), bands[b])
            last = min(math.ceil((sy[s] + reach - y0) / size), bands[b + 1] - 1)
            for r in range(first, last + 1):
                dy = y0 + r * size - sy[s]
                dy2 = dy * dy
                row_end = _number(index, wide, r + 1, 0)
                for k in range(limits.size - 1, -1, -1):
                    if dy2 > limits[k]:
                        break
                    low, high = _columns(sx[s], dy2, limits[k], x0, size, cols)
                    go = _number(index, wide, r, low)
                    stop = _number(index, wide, r, high)
                    if go < row_end:
                        out[go] += whole[s, k]
                    if stop < row_end:
                        out[stop] -= whole[s, k]
        for r in range(bands[b], bands[b + 1]):
            carried = np.int64(0)
            for p in range(_number(index, wide, r, 0), _number(index, wide, r + 1, 0)):
                carried += out[p]
                out[p] = carried


@kernel()
def take(begin, end, square, whole, exponent, out):
    """Add to each point ``whole * 2**-exponent`` of its square."""
    for i in range(begin, end):
        out[i] += math.ldexp(np.float64(whole[square[i]]), -exponent)
