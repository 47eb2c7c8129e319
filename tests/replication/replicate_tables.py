"""What a replication reads: the stored tables of an edition and the file of assumptions."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd


def assumptions(path: Path) -> dict[str, Any]:
    """Return the value of each assumption of a file, by dotted name."""
    return {name: entry["value"] for name, entry in entries(path).items()}


def entries(path: Path) -> dict[str, dict[str, Any]]:
    """Return the assumptions of a file with their bounds, by dotted name."""
    found: dict[str, dict[str, Any]] = {}

    def walk(tree: dict[str, Any], prefix: str) -> None:
        for key, node in tree.items():
            if "value" in node:
                found[prefix + key] = node
            else:
                walk(node, f"{prefix}{key}.")

    walk(tomllib.loads(path.read_text(encoding="utf-8")), "")
    return found


@dataclass
class Edition:
    """The stored tables: what was observed."""

    iris: pd.DataFrame
    communes: pd.DataFrame
    points: pd.DataFrame
    supply: pd.DataFrame
    national: pd.DataFrame
    point_qpv: pd.DataFrame
    region_communes: pd.DataFrame

    def __post_init__(self) -> None:
        self.communes = self.communes.set_index("commune")
        self.here = self.points["in_territory"].to_numpy()
        self.home = self.points["commune"].str.startswith("93").to_numpy()
        self.located = (self.supply["serves"] == "point").to_numpy()


def read(folder: Path) -> Edition:
    """Read the tables of an edition."""
    names = ("iris", "communes", "points", "supply", "national", "point_qpv")
    names += ("region_communes",)
    tables = {name: pd.read_parquet(folder / f"{name}.parquet") for name in names}
    return Edition(**tables)


@dataclass
class Chance:
    """What chance decides in a draw: :mod:`replicate_draws`."""

    census: np.ndarray
    standing: np.ndarray
    stands_at: np.ndarray
    gathered: float
