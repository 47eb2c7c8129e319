"""Points to measure on: demand clustered in towns on a 200 m grid, sites where people are.

The extent grows with the number of cells, so that the share of land that is inhabited stays that
of France (2.3 million cells of 200 m in a square of 1000 km).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

CELL = 200.0
FRANCE_CELLS, FRANCE_COLS = 2_300_000, 5000
IN_TOWNS = 0.5
BLOCK = 25  # squares: people are more numerous where inhabited squares are


@dataclass(frozen=True)
class Points:
    """Demand (n, 2) and (n,), sites (m, 2) and (m,); metres, people, hours a week."""

    demand_xy: NDArray[np.float64]
    demand: NDArray[np.float64]
    site_xy: NDArray[np.float64]
    supply: NDArray[np.float64]

    def save(self, path: Path) -> None:
        """Write the points for the contenders to share."""
        np.savez(path, **vars(self))

    @classmethod
    def load(cls, path: Path) -> Points:
        """Read the points back."""
        with np.load(path) as kept:
            return cls(*(kept[name] for name in ("demand_xy", "demand", "site_xy", "supply")))


def make(cells: int, sites: int, seed: int = 93) -> Points:
    """Draw points, always the same for the same seed.

    Most cells lie in towns (gaussian, wider where there are more people), the others anywhere.
    Sites lie on inhabited cells, drawn by the people around, so most often in large towns.
    """
    rng = np.random.default_rng(seed)
    cols = max(int(FRANCE_COLS * np.sqrt(cells / FRANCE_CELLS)), 4)
    squares = np.zeros(0, np.int64)
    while len(squares) < cells:
        squares = np.union1d(squares, _draw(rng, int(1.3 * (cells - len(squares))) + 8, cols))
    squares = np.sort(rng.choice(squares, cells, replace=False))
    row, col = np.divmod(squares, cols)
    demand_xy = CELL * np.column_stack([col + 600.0, row + 32_000.0])
    block = (row // BLOCK) * cols + col // BLOCK
    around = np.bincount(block)[block]
    demand = np.floor(rng.lognormal(2.5, 1.2, cells) * around / around.mean()) + 1
    home = rng.choice(cells, sites, p=demand / demand.sum())
    supply = np.round(rng.uniform(5, 70, sites) * 2) / 2
    return Points(demand_xy, demand, demand_xy[home] + CELL * 0.25, supply)


def _draw(rng: np.random.Generator, count: int, cols: int) -> NDArray[np.int64]:
    towns = max(cols * cols // 12_500, 1)
    centre, weight = rng.uniform(0, cols, (towns, 2)), rng.pareto(1.2, towns) + 0.1
    town = rng.choice(towns, count, p=weight / weight.sum())
    width = np.clip(12.0 * np.sqrt(weight[town]), 4, 60)[:, None]
    around = np.floor(centre[town] + rng.normal(0, 1, (count, 2)) * width)
    anywhere = np.floor(rng.uniform(0, cols, (count, 2)))
    place = np.where(rng.random((count, 1)) < IN_TOWNS, around, anywhere).astype(np.int64)
    inside = ((place >= 0) & (place < cols)).all(axis=1)
    return place[inside, 0] * cols + place[inside, 1]
