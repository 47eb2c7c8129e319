"""How fast this machine can read: the floor for any method that keeps pairs of places and sites."""

from __future__ import annotations

import time

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray

# A pair kept as tightly as can be: a number of 4 bytes and a step of 1; each step reads all pairs.
BYTES_A_PAIR, STEPS = 5, 2
FORMULA = "pairs x 5 bytes (number: 4, step: 1) x 2 steps / bytes read a second (parallel sum)"
SAMPLE = 1 << 25
TRIES = 7


@njit(parallel=True, fastmath=True)  # fast sums: only the reading counts here
def _sum(values: NDArray[np.float64]) -> float:
    total = 0.0
    for i in prange(values.size):
        total += values[i]
    return total


def bytes_a_second() -> float:
    """Measure the speed of reading memory on all threads: the best of several sums of 256 MB."""
    values = np.ones(SAMPLE)
    _sum(values)
    best = np.inf
    for _ in range(TRIES):
        begin = time.perf_counter()
        _sum(values)
        best = min(best, time.perf_counter() - begin)
    return float(values.nbytes / best)


def seconds(pairs: int, speed: float) -> float:
    """Return the time to read all pairs at both steps."""
    return pairs * BYTES_A_PAIR * STEPS / speed
