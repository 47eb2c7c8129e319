"""What was observed: the stored tables of a build as one object, without any result of a choice."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from observatory.geo.codes import departement_of
from observatory.tables.language_tables import MIGRANTS_IRIS, ORIGINS_COMMUNES
from observatory.tables.manifest import open_build
from observatory.tables.storage import read_all, read_optional
from observatory.tables.street_tables import STREET_DISTANCES

#: What a build of one's own may hold besides, and the model computes with.
OWN = (STREET_DISTANCES, ORIGINS_COMMUNES, MIGRANTS_IRIS)


@dataclass(frozen=True)
class Facts:
    """The stored tables of a build (``tables.facts.STORED``); none depends on an assumption.

    The last three are tables that only a build of one's own may hold: walks along streets, and
    INSEE's countries of birth.
    """

    iris: gpd.GeoDataFrame
    communes: gpd.GeoDataFrame
    ept: gpd.GeoDataFrame
    points: pd.DataFrame
    sites: pd.DataFrame
    supply: pd.DataFrame
    schools: pd.DataFrame
    qpv: gpd.GeoDataFrame
    street_distances: pd.DataFrame | None = None
    origins_communes: pd.DataFrame | None = None
    migrants_iris: pd.DataFrame | None = None


def at_home(frame: pd.DataFrame, facts: Facts) -> pd.Series[Any]:
    """Return whether the commune of each row is of the territory's département.

    A build holds communes around it too: they take part in access and are no part of its means.
    """
    communes = facts.communes.loc[facts.communes["in_territory"], "commune"]
    home = set(communes.map(departement_of))
    return frame["commune"].map(lambda commune: departement_of(commune) in home).astype(bool)


def load_facts(folder: Path) -> Facts:
    """Return the stored tables of a build.

    Raises
    ------
    InputError
        A table is missing, cannot be read, breaks its contract, or is not that of the manifest.
    """
    open_build(folder)
    own: dict[str, Any] = {table.name: read_optional(table, folder) for table in OWN}
    return Facts(**read_all(folder), **own)
