"""Access on a regular grid with steps: sums of discs, row by row, at no cost a pair.

Where demand lies on a regular grid and the decay has steps, what a site hears is a sum of discs,
and a disc is one run of squares on each row: a difference of two running sums. Giving back the
ratio is the transpose: mark where each run begins and ends, then run along each row. The cost
goes with sites x rows x steps, whatever the number of pairs.

Sums are held in whole numbers (amounts times a power of two), and the remainder in a second pass
where it could matter, so that there is no cancellation: out of reach is exactly zero, and the
order of rows and threads changes nothing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from observatory.model.access import grid_kernels as grid
from observatory.model.access.buckets import squared_limit
from observatory.model.access.decay import Decay
from observatory.model.access.kernels import in_parts
from observatory.model.access.pairs_within import AccessResult, ratios

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

SAMPLE = 8192
BANDS = 64
MOST_STEPS = 16
SQUARES_A_REACH = 20_000
# Whole numbers stay below 2**61; each further pass takes up more bits of the remainder.
WHOLE_BITS, MORE_BITS, LAST_BIT = 61, 38, 1000
# A sum whose rounding could exceed this share of it is refined.
TOLERANCE = 1e-11


@dataclass(frozen=True)
class Grid:
    """Demand points on a regular grid, numbered by occupied square.

    Attributes
    ----------
    corner, size
        Centre of the lower left square and side, in metres.
    rows, cols, words
        Extent in squares; words of 64 squares a row.
    index
        Occupied squares as bits, each word followed by the count before it.
    square
        (n,) number of the square of each point.
    """

    corner: tuple[float, float]
    size: float
    rows: int
    cols: int
    words: int
    index: NDArray[np.uint64]
    square: NDArray[np.int32]

    @property
    def squares(self) -> int:
        """How many squares are occupied."""
        return int(self.index[-1])

    @classmethod
    def of(cls, xy: FloatArray, reach: float) -> Grid | None:
        """Find the regular grid that holds all points exactly, or ``None``.

        The grid is also refused where it would be mostly empty words, or so fine for the reach
        that rounding could not be told from a square.
        """
        x, y = xy[:, 0], xy[:, 1]
        x0, y0 = float(x.min()), float(y.min())
        size = _spacing(x, y) or max(reach, 1.0)
        if reach > SQUARES_A_REACH * size:
            return None
        cols = round((float(x.max()) - x0) / size) + 1
        rows = round((float(y.max()) - y0) / size) + 1
        words = cols // 64 + 1
        if rows * words > max(4 * len(xy), 1 << 16):
            return None
        index, off = grid.occupy(x, y, x0, y0, size, rows, words)
        if off:
            return None
        square = np.empty(len(xy), np.int32)
        at = (x, y, x0, y0, size, words, index, square)
        in_parts(lambda a, b: grid.numbers(a, b, *at), len(xy), 20_000)
        return cls((x0, y0), size, rows, cols, words, index, square)

    def e2sfca(
        self, need: FloatArray, help_xy: FloatArray, hours: FloatArray, decay: Decay
    ) -> AccessResult:
        """Give E2SFCA for the grid's points; see :func:`observatory.model.access.e2sfca`."""
        order = np.argsort(help_xy[:, 1], kind="stable")
        sites = help_xy[order]
        limits = np.array([squared_limit(edge) for edge in decay.edges])
        weights = np.array(decay.weights)
        heard = np.empty(len(sites))
        heard[order] = self._hear(need, sites, limits, weights)
        ratio, reached = ratios(hours, heard)
        access = self._give(ratio[order], sites, limits, weights)
        return AccessResult(access, ratio, reached, heard)

    def _hear(
        self, need: FloatArray, sites: FloatArray, limits: FloatArray, weights: FloatArray
    ) -> FloatArray:
        heard = np.zeros(len(sites))
        whole = float(need.sum())
        if whole <= 0 or not len(sites):
            return heard
        exponent = WHOLE_BITS - math.frexp(whole)[1]
        in_reach = min(len(need), math.pi * (math.sqrt(limits[-1]) / self.size + 2) ** 2)
        left, poor = need, np.arange(len(sites))
        while len(poor) and exponent < LAST_BIT and left.any():
            heard[poor] += self._discs(left, exponent, sites[poor], limits) @ weights
            rounding = math.ldexp(0.5, -exponent) * in_reach * weights.max()
            left = left - np.ldexp(np.rint(np.ldexp(left, exponent)), -exponent)
            poor = poor[heard[poor] * TOLERANCE < rounding]
            exponent += MORE_BITS
        return heard

    def _discs(
        self, amount: FloatArray, exponent: int, sites: FloatArray, limits: FloatArray
    ) -> FloatArray:
        """Sum amounts over the ring of each step around each site, (m, steps)."""
        total = grid.running(self.square, amount, exponent, self.squares)
        discs = np.zeros((len(sites), len(limits)), np.int64)
        at = (*_columns(sites), *self._frame, self.index, total, limits, discs)
        in_parts(lambda a, b: grid.sum_discs(a, b, *at), len(sites), 50)
        rings: FloatArray = np.diff(discs, axis=1, prepend=0).astype(float)
        return np.ldexp(rings, -exponent)

    def _give(
        self, ratio: FloatArray, sites: FloatArray, limits: FloatArray, weights: FloatArray
    ) -> FloatArray:
        access = np.zeros(len(self.square))
        shares = ratio[:, None] * weights
        keep = ratio > 0
        if not keep.any():
            return access
        shares, sites = shares[keep], sites[keep]
        most = _most_in_reach(shares.max(axis=1), sites[:, 1], math.sqrt(limits[-1]))
        exponent = WHOLE_BITS - math.frexp(most)[1]
        least, left = shares[shares > 0].min(), shares
        while True:
            whole = np.rint(np.ldexp(left, exponent))
            self._spread(whole, exponent, sites, limits, access)
            left = left - np.ldexp(whole, -exponent)
            fine = least * TOLERANCE >= math.ldexp(0.5, -exponent)
            exponent += MORE_BITS
            if fine or exponent >= LAST_BIT or not left.any():
                return access

    def _spread(
        self,
        whole: FloatArray,
        exponent: int,
        sites: FloatArray,
        limits: FloatArray,
        access: FloatArray,
    ) -> None:
        """Add the shares of each site to the points in its rings."""
        # a ring is its disc less the next smaller one: what a disc adds is a difference of steps
        discs = -np.diff(whole.astype(np.int64), axis=1, append=0)
        bands = self._bands(sites[:, 1], math.sqrt(limits[-1]))
        margin = math.sqrt(limits[-1]) + self.size
        low = self.corner[1] + bands[:-1] * self.size - margin
        high = self.corner[1] + bands[1:] * self.size + margin
        held = np.column_stack(
            [np.searchsorted(sites[:, 1], low), np.searchsorted(sites[:, 1], high, side="right")]
        )
        x0, y0, size, _, cols, words = self._frame
        sums = np.zeros(self.squares, np.int64)
        at = (*_columns(sites), discs, bands, held, x0, y0, size, cols, words, self.index, limits)
        in_parts(lambda a, b: grid.spread_discs(a, b, *at, sums), len(bands) - 1, 2)
        to = (self.square, sums, exponent, access)
        in_parts(lambda a, b: grid.take(a, b, *to), len(access), 20_000)

    def _bands(self, y: FloatArray, reach: float) -> IntArray:
        """Cut the rows into bands that have about as much to do."""
        first = np.floor((y - reach - self.corner[1]) / self.size).astype(np.int64)
        last = np.ceil((y + reach - self.corner[1]) / self.size).astype(np.int64) + 1
        work = np.zeros(self.rows + 1, np.int64)
        np.add.at(work, np.clip(first, 0, self.rows), 1)
        np.subtract.at(work, np.clip(last, 0, self.rows), 1)
        done = np.cumsum(np.cumsum(work[:-1]) + 1)
        cuts = np.searchsorted(done, done[-1] * np.arange(1, BANDS) / BANDS) + 1
        return np.unique(np.concatenate([[0], cuts, [self.rows]])).astype(np.int64)

    @property
    def _frame(self) -> tuple[float, float, float, int, int, int]:
        return (*self.corner, self.size, self.rows, self.cols, self.words)


def fits(decay: Decay) -> bool:
    """Say whether a decay is made of few enough steps for running sums."""
    return decay.kind == "steps" and len(decay.edges) <= MOST_STEPS


def _most_in_reach(shares: FloatArray, y: FloatArray, reach: float) -> float:
    """Bound what any place can be given: the largest sum over a strip two reaches high."""
    upto = np.concatenate([[0.0], np.cumsum(shares)])
    last = np.searchsorted(y, y + 2 * reach * (1 + 1e-9), side="right")
    return float((upto[last] - upto[:-1]).max())


def _columns(xy: FloatArray) -> tuple[FloatArray, FloatArray]:
    return np.ascontiguousarray(xy[:, 0]), np.ascontiguousarray(xy[:, 1])


def _spacing(x: FloatArray, y: FloatArray) -> float | None:
    """The largest length of which all gaps between columns and rows of a sample are multiples."""
    step = max(len(x) // SAMPLE, 1)
    gaps = np.concatenate([np.diff(np.unique(x[::step])), np.diff(np.unique(y[::step]))])
    rest, size = gaps, None
    while len(rest):
        size = float(rest.min())
        off = np.abs(gaps - np.rint(gaps / size) * size)
        rest = off[off > 1e-6 * size]
    return size
