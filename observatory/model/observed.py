"""What was observed: the stored tables of a build as one object, without any result of a choice."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from observatory.geo.codes import departement_of
from observatory.tables.activity_tables import ACTIVITY
from observatory.tables.language_tables import MIGRANTS_IRIS, ORIGINS_COMMUNES
from observatory.tables.manifest import open_build
from observatory.tables.region_tables import REGION_COMMUNES
from observatory.tables.storage import read_all, read_optional
from observatory.tables.street_tables import STREET_DISTANCES

#: What a build may hold besides: people helped by post code, the région, and what one's own build
#: adds.
OWN = (ACTIVITY, REGION_COMMUNES, STREET_DISTANCES, ORIGINS_COMMUNES, MIGRANTS_IRIS)


@dataclass(frozen=True)
class Facts:
    """The stored tables of a build (``tables.facts.STORED``); none depends on an assumption.

    Five are tables that a build may do without: people helped by post code, which every new build
    holds; the communes of the région, where its files were there; walks along streets and INSEE's
    countries of birth, of a build of one's own. ``edition`` names the build
    (:attr:`Manifest.edition`).
    """

    iris: gpd.GeoDataFrame
    communes: gpd.GeoDataFrame
    ept: gpd.GeoDataFrame
    points: pd.DataFrame
    sites: pd.DataFrame
    supply: pd.DataFrame
    schools: pd.DataFrame
    qpv: gpd.GeoDataFrame
    point_qpv: pd.DataFrame
    national: pd.DataFrame
    activity: pd.DataFrame | None = None
    region_communes: pd.DataFrame | None = None
    street_distances: pd.DataFrame | None = None
    origins_communes: pd.DataFrame | None = None
    migrants_iris: pd.DataFrame | None = None
    edition: str = ""

    @property
    def departement(self) -> str:
        """The département of the territory; of most of its communes where it has several."""
        communes = self.communes.loc[self.communes["in_territory"], "commune"]
        return str(communes.map(departement_of).mode().iloc[0])


def at_home(frame: pd.DataFrame, facts: Facts) -> pd.Series[Any]:
    """Return whether the commune of each row is of the territory or of its département.

    A build holds communes around it too: they take part in access and are no part of its means.
    """
    own = frame["commune"].isin(facts.communes.loc[facts.communes["in_territory"], "commune"])
    home = frame["commune"].map(departement_of) == facts.departement
    return (own | home).astype(bool)


def load_facts(folder: Path) -> Facts:
    """Return the stored tables of a build.

    Raises
    ------
    InputError
        A table is missing, cannot be read, breaks its contract, or is not that of the manifest.
    """
    edition = open_build(folder).edition
    own: dict[str, Any] = {table.name: read_optional(table, folder) for table in OWN}
    return Facts(**read_all(folder), **own, edition=edition)
