"""What was observed: the stored tables of a build as one object, without any result of a choice."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pandas as pd

from observatory.tables.storage import read_all


@dataclass(frozen=True)
class Facts:
    """The stored tables of a build (``tables.facts.STORED``); none depends on an assumption."""

    iris: gpd.GeoDataFrame
    communes: gpd.GeoDataFrame
    ept: gpd.GeoDataFrame
    points: pd.DataFrame
    sites: pd.DataFrame
    supply: pd.DataFrame
    schools: pd.DataFrame
    qpv: gpd.GeoDataFrame


def load_facts(folder: Path) -> Facts:
    """Return the stored tables of a build.

    Raises
    ------
    InputError
        A table is missing, cannot be read, or breaks its contract.
    """
    return Facts(**read_all(folder))
