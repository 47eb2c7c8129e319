"""The p-median by swaps, with a bound from a Lagrangian relaxation."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
ROUNDS, PATIENCE = 400, 15


def solve(cost: FloatArray, posts: int) -> tuple[float, float]:
    """Return the cost of the places found, and what no choice can be below.

    Parameters
    ----------
    cost
        Cost of serving each point from each place.
    posts
        How many places are chosen.
    """
    chosen = _swapped(cost, _greedy(cost, posts))
    best = float(cost[:, chosen].min(axis=1).sum())
    price = np.sort(cost[:, chosen], axis=1)[:, : min(2, posts)].mean(axis=1)
    bound, step, quiet = -np.inf, 1.0, 0
    for _ in range(ROUNDS):
        saved = np.minimum(cost - price[:, None], 0.0)
        worth = saved.sum(axis=0)
        opened = np.argpartition(worth, posts - 1)[:posts]
        value = float(price.sum() + worth[opened].sum())
        if value > bound:
            bound, quiet = value, 0
        else:
            quiet += 1
        tried = float(cost[:, opened].min(axis=1).sum())
        if tried < best * 1.002:
            better = _swapped(cost, list(opened))
            best = min(best, float(cost[:, better].min(axis=1).sum()))
        slack = 1.0 - (cost[:, opened] < price[:, None]).sum(axis=1)
        if quiet >= PATIENCE:
            step, quiet = step / 2, 0
        if not slack.any() or step < 1e-3 or best - bound <= 1e-6 * best:
            break
        price = price + step * (best - value) / float(slack @ slack) * slack
    return best, min(bound, best)


def _greedy(cost: FloatArray, posts: int) -> list[int]:
    chosen: list[int] = []
    near = np.full(len(cost), np.inf)
    for _ in range(posts):
        after = np.minimum(cost, near[:, None]).sum(axis=0)
        after[chosen] = np.inf
        chosen.append(int(after.argmin()))
        near = np.minimum(near, cost[:, chosen[-1]])
    return chosen


def _swapped(cost: FloatArray, chosen: list[int]) -> list[int]:
    """Return places that no single exchange betters (Resende and Werneck's fast interchange)."""
    chosen = list(chosen)
    rows = np.arange(len(cost))
    while True:
        own = cost[:, chosen]
        order = np.argsort(own, axis=1)[:, :2]
        first = own[rows, order[:, 0]]
        second = own[rows, order[:, 1]] if len(chosen) > 1 else np.full(len(cost), np.inf)
        gain = np.maximum(first[:, None] - cost, 0.0).sum(axis=0)
        # What closing a place costs where the newcomer does not step in.
        left = np.minimum(cost, second[:, None]) - np.minimum(cost, first[:, None])
        loss = np.zeros((len(chosen), cost.shape[1]))
        np.add.at(loss, order[:, 0], left)
        net = gain[None, :] - loss
        out, into = np.unravel_index(int(net.argmax()), net.shape)
        if net[out, into] <= 1e-9 * first.sum():
            return chosen
        chosen[out] = int(into)
