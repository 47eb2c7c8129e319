"""Compiled loops of the rational agent model; see :mod:`observatory.model.access.raam`."""

# Compiled loops have the types of their arguments, which numba infers and mypy cannot follow.
# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

import numpy as np

from observatory.model.access.kernels import kernel


@kernel()
def move(
    first, last, indptr, site, way, cost, there, crowd, room, need, share, whole, best, worst, moved
):
    """Say how many people each point moves from its dearest pair in use to its cheapest.

    The number that would make both sites cost the same, at most those who are there and the share
    that may move in one cycle.
    """
    for i in range(first, last):
        begin, end = indptr[i], indptr[i + 1]
        if begin == end:
            continue
        low, high = begin, -1
        for p in range(begin, end):
            if cost[p] < cost[low]:
                low = p
            if there[p] != 0 and (high < 0 or cost[p] > cost[high]):
                high = p
        best[i], worst[i] = low, high
        if high < 0 or high == low:
            worst[i] = low
            continue
        a, b = room[site[low]], room[site[high]]
        both = there[low] + there[high]
        other_low = crowd[site[low]] - there[low]
        other_high = crowd[site[high]] - there[high]
        new = ((a * b) / (a + b)) * (
            (way[high] - way[low]) + (both + other_high) / b - other_low / a
        )
        number = min(min(new - there[low], there[high]), share * need[i])
        moved[i] = np.trunc(number) if whole else max(number, 0.0)
