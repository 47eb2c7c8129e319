"""The floating catchment by its definition, a place and a cell at a time, to compare with."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from observatory.model.access import AccessResult, Decay


def plain(
    cells_xy: ArrayLike, need: ArrayLike, places_xy: ArrayLike, hours: ArrayLike, decay: Decay
) -> AccessResult:
    cells, places = (np.asarray(xy, float).reshape(-1, 2) for xy in (cells_xy, places_xy))
    people, given = np.asarray(need, float), np.asarray(hours, float)
    access, ratio, in_reach = np.zeros(len(cells)), np.zeros(len(places)), np.zeros(len(places))
    for j, (x, y) in enumerate(places):
        dx, dy = cells[:, 0] - x, cells[:, 1] - y
        weight = decay.weight(np.sqrt(dx * dx + dy * dy))
        for i in range(len(cells)):
            in_reach[j] += weight[i] * people[i]
        with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
            one = given[j] / in_reach[j]
        ratio[j] = one if in_reach[j] > 0 and np.isfinite(one) else 0.0
        for i in range(len(cells)):
            access[i] += weight[i] * ratio[j]
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        reached = (in_reach > 0) & np.isfinite(given / in_reach)
    return AccessResult(access, ratio, reached, in_reach)
