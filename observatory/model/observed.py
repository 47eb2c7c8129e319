"""What was observed: the stored tables of a build as one object, without any result of a choice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from observatory.geo.backdrop import landmark_layers
from observatory.geo.codes import departement_of
from observatory.model.iris_names import named_iris
from observatory.model.moving_places import each_once
from observatory.model.proper_names import proper_name
from observatory.tables.activity_tables import ACTIVITY
from observatory.tables.census_tables import INCOME_DISPOSABLE_IRIS_2021
from observatory.tables.fragility_tables import DIPLOMA_FIT
from observatory.tables.holiday_tables import SCHOOL_HOLIDAYS
from observatory.tables.language_tables import MIGRANTS_IRIS, ORIGINS_COMMUNES
from observatory.tables.manifest import State, build_state, open_build
from observatory.tables.not_covered import not_covered
from observatory.tables.provenance import Provenance
from observatory.tables.region_tables import REGION_COMMUNES
from observatory.tables.remarks import Remark
from observatory.tables.storage import read_all, read_optional
from observatory.tables.street_tables import STREET_DISTANCES

#: What a build may hold besides: people helped by post code, the fit of diplomas, the région, and
#: what one's own build adds.
OWN = (
    *(ACTIVITY, DIPLOMA_FIT, REGION_COMMUNES, STREET_DISTANCES, ORIGINS_COMMUNES, MIGRANTS_IRIS),
    INCOME_DISPOSABLE_IRIS_2021,
    SCHOOL_HOLIDAYS,
)


@dataclass(frozen=True)
class Facts:
    """The stored tables of a build (``tables.facts.STORED``); none depends on an assumption.

    Eight are tables that a build may do without: people helped by post code and the fit of
    diplomas, which every new build holds; the communes of the région, the disposable incomes by
    IRIS and the school holidays, where their files were there; walks along streets and INSEE's
    countries of birth, of a build of one's own. ``edition``, ``vintage`` and ``read_on`` name the
    build, its census and the last day on which a source was read (:class:`Manifest`); ``sources``
    are those read, ``records`` what the build says of each, and ``counts`` those of the manifest,
    none of facts made by hand.
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
    diploma_fit: pd.DataFrame | None = None
    region_communes: pd.DataFrame | None = None
    street_distances: pd.DataFrame | None = None
    origins_communes: pd.DataFrame | None = None
    migrants_iris: pd.DataFrame | None = None
    income_disposable_iris_2021: pd.DataFrame | None = None
    school_holidays: pd.DataFrame | None = None
    edition: str = ""
    vintage: str = ""
    read_on: str = ""
    sources: frozenset[str] = frozenset()
    records: tuple[Provenance, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def places(self) -> pd.DataFrame:
        """The places known, each place that moves once; ``sites`` has a row for each of its stops.

        What is counted and listed stands here; help is given at a row of ``sites``.
        """
        return each_once(self.sites)

    @property
    def departement(self) -> str:
        """The département of the territory; of most of its communes where it has several."""
        communes = self.communes.loc[self.communes["in_territory"], "commune"]
        return str(communes.map(departement_of).mode().iloc[0])

    @property
    def not_covered(self) -> dict[str, Remark]:
        """What no source of the build gives of the territory, each with the remark that says so."""
        return not_covered(self.sources, self.counts)

    @property
    def middle(self) -> tuple[float, float]:
        """Longitude and latitude of the middle of the territory, to a hundredth of a degree."""
        inside = self.points[self.points["in_territory"]]
        return round(float(inside["lon"].mean()), 2), round(float(inside["lat"].mean()), 2)


def at_home(frame: pd.DataFrame, facts: Facts) -> pd.Series[Any]:
    """Return whether the commune of each row is of the territory or of its département.

    A build holds communes around it too: they take part in access and are no part of its means.
    """
    own = frame["commune"].isin(facts.communes.loc[facts.communes["in_territory"], "commune"])
    home = frame["commune"].map(departement_of) == facts.departement
    return (own | home).astype(bool)


def load_facts(folder: Path) -> Facts:
    """Return the stored tables of a build, under the names that a person knows.

    Schools, places, QPV and IRIS are stored as their sources name them; here they have accents and
    capitals, and an IRIS what it lies near (:mod:`~observatory.model.iris_names`).

    Raises
    ------
    InputError
        A table is missing, cannot be read, breaks its contract, or is not that of the manifest.
    """
    here = folder.absolute()
    facts = _loaded(here, build_state(here))
    # Shallow copies: what one caller assigns to a table is not seen by the next.
    own: dict[str, Any] = {
        name: value.copy(deep=False)
        for name, value in vars(facts).items()
        if isinstance(value, pd.DataFrame)
    }
    return replace(facts, **own)


def stored_facts(folder: Path) -> Facts:
    """Return the stored tables of a build as they are: figures need none of the names.

    Raises
    ------
    InputError
        As for :func:`load_facts`.
    """
    known = open_build(folder)
    own: dict[str, Any] = {table.name: read_optional(table, folder) for table in OWN}
    return Facts(
        **read_all(folder),
        **own,
        edition=known.edition,
        vintage=known.vintage,
        read_on=known.day,
        sources=known.covered,
        records=known.sources,
        counts=known.facts,
    )


@lru_cache(maxsize=2)
def _loaded(folder: Path, state: State) -> Facts:
    """Return the tables of a folder, read once; ``state`` only tells one state from the next."""
    facts = stored_facts(folder)
    return replace(facts, **_named(vars(facts)))


def _named(stored: dict[str, Any]) -> dict[str, Any]:
    schools = stored["schools"]
    schools = schools.assign(school_name=schools["school_name"].map(proper_name))
    sites = stored["sites"]
    names = sites["name"].map(lambda name: proper_name(name, lone_initials=True))
    sites = sites.assign(name=names)
    qpv = stored["qpv"]
    qpv = qpv.assign(qpv_name=qpv["qpv_name"].map(proper_name, na_action="ignore"))
    iris = named_iris(stored["iris"], schools, qpv, sites, _stations())
    return {"iris": iris, "schools": schools, "sites": sites, "qpv": qpv}


def _stations() -> list[tuple[str, float, float]]:
    """Return the name, longitude and latitude of the stations behind the maps."""
    return [
        (piece.name, float(shapely.get_x(piece.shape)), float(shapely.get_y(piece.shape)))
        for layer in landmark_layers()
        for piece in layer.pieces
        if piece.kind == "station"
    ]
