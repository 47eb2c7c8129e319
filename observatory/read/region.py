"""The communes of the région, from files of the whole country: ages, poverty, diplomas."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from observatory.geo.departements import departements
from observatory.geo.territories import leveled_region
from observatory.read.census import read_ages_iris_2016, read_income_disposable_communes_2021
from observatory.read.fragility import read_commune_diplomas
from observatory.read.readers import Communes, reader
from observatory.read.text_files import aside
from observatory.tables import region_tables as tables
from observatory.tables.provenance import Reading


@reader(tables.AGES)
def read_ages_of_region(path: Path, communes: Communes = None) -> Reading:
    """Read the residents by age of the residential IRIS of the régions that have a level."""
    return _of_region(read_ages_iris_2016(path), "iris")


@reader(tables.INCOMES)
def read_incomes_of_region(path: Path, communes: Communes = None) -> Reading:
    """Read the poverty of the communes of the région, at all ages and by age."""
    return _of_region(read_income_disposable_communes_2021(path), "commune")


@reader(tables.DIPLOMAS)
def read_diplomas_of_region(path: Path, communes: Communes = None) -> Reading:
    """Read the share without the baccalauréat of the communes of the région."""
    return _of_region(read_commune_diplomas(path), "commune")


def _of_region(reading: Reading, code: str) -> Reading:
    leveled = tuple(one for one in departements() if leveled_region(one))
    away = ~reading.frame[code].str.startswith(leveled)
    kept, out = aside(reading.frame, away, "outside the région", code)
    return replace(reading, frame=kept.reset_index(drop=True), aside=(*reading.aside, out))
