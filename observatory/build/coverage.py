"""What a build can do without where no file covers its territory: not covered is not zero."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from observatory.build.scope import outline_files
from observatory.geo.codes import departement_of
from observatory.geo.perimeter import Perimeter, not_drawn
from observatory.read.registry import Registry
from observatory.read.source_reading import files_of
from observatory.tables import census_tables, fragility_tables, geography_tables
from observatory.tables.check import check
from observatory.tables.not_covered import ALL_COMMUNES, LACKING, communes_missing
from observatory.tables.place_tables import COUNSELLOR_ACTS, HOST_STRUCTURES, MEDNUM_SITES
from observatory.tables.remarks import Remark, remark
from observatory.tables.school_tables import (
    IPS_SCHOOLS,
    REP_SCHOOLS,
    SCHOOL_POINTS,
    SCHOOL_QPV,
)
from observatory.tables.table import Table

#: What each source that a build can do without would give.
TABLES: Mapping[str, Table] = {
    "ept_communes": geography_tables.EPT_COMMUNES,
    "qpv_2024_by_commune": geography_tables.QPV_2024_BY_COMMUNE,
    "qpv_2024_outlines": geography_tables.QPV_2024_OUTLINES,
    "cells_population_2021": census_tables.CELLS_POPULATION_2021,
    "households_iris_2016": census_tables.HOUSEHOLDS_IRIS_2016,
    "housing_iris_2016": census_tables.HOUSING_IRIS_2016,
    "income_declared_iris_2021": census_tables.INCOME_DECLARED_IRIS_2021,
    "caf_iris_2021": fragility_tables.CAF_IRIS_2021,
    "fixed_coverage_communes": fragility_tables.FIXED_COVERAGE_COMMUNES,
    "mobile_coverage_communes": fragility_tables.MOBILE_COVERAGE_COMMUNES,
    "rep_schools_2022": REP_SCHOOLS,
    "ips_ecoles_2022": IPS_SCHOOLS,
    "ips_colleges_2022": IPS_SCHOOLS,
    "ips_lycees_2022": IPS_SCHOOLS,
    "lycees_2024": SCHOOL_POINTS,
    "schools_directory_2025": SCHOOL_POINTS,
    "colleges_ms3e": SCHOOL_POINTS,
    "colleges_seed": SCHOOL_POINTS,
    "school_qpv_2024": SCHOOL_QPV,
    "sites_cnfs_2022": MEDNUM_SITES,
    "sites_data_inclusion_2023": MEDNUM_SITES,
    "france_services_2024": MEDNUM_SITES,
    "aidants_connect_2024": MEDNUM_SITES,
    "host_structures_2023": HOST_STRUCTURES,
    "counsellor_acts_2023": COUNSELLOR_ACTS,
}


#: Sources that are read where they lie in the folder, and those that each takes the place of.
GATHERED: Mapping[str, tuple[str, ...]] = {
    "national_map": ("sites_cnfs_2022", "sites_data_inclusion_2023"),
}


def gathering(folder: Path, registry: Registry) -> frozenset[str]:
    """Return which of these sources lie in the folder."""
    return frozenset(name for name in GATHERED if files_of(registry.source(name), folder))


#: How many communes without an outline a build names.
NAMED = 5
#: The counts of a build that say nothing where their source is not read.
COUNTED: Mapping[str, tuple[str, ...]] = {
    "rep_schools_2022": ("rep_schools", "rep_colleges", "rep_plus_colleges"),
    "france_services_2024": ("france_services",),
    "host_structures_2023": (
        "host_structures",
        "counsellor_posts",
        "counsellor_posts_departement",
    ),
}


def empty(source: str, metric: int) -> Any:
    """Return the table of a source that covers nothing of a territory: no row.

    Parameters
    ----------
    metric
        The projection of the territory, of a layer.
    """
    table = TABLES[source]
    rows: Any = pd.DataFrame({name: [] for name in table.names})
    if table.crs is not None:
        rows = gpd.GeoDataFrame(rows, geometry="geometry", crs=metric)
    return check(rows, table)


def communes_lacking(outlines: pd.DataFrame, perimeter: Perimeter) -> dict[str, int]:
    """Return how many communes of a territory no source draws, and of how many; none where all."""
    lost = len(not_drawn(outlines, perimeter))
    return {LACKING: lost, ALL_COMMUNES: len(perimeter.today)} if lost else {}


def coverage_remarks(
    perimeter: Perimeter,
    frames: Mapping[str, Any],
    silent: Collection[str],
    gathered: Collection[str] = (),
) -> tuple[Remark, ...]:
    """Return what the sources read do not say of a territory."""
    lost = not_drawn(frames["communes"], perimeter)
    own = frames["communes"]["commune"][
        frames["communes"]["commune"].isin(list(perimeter.communes))
    ]
    whole = int((~own.isin(frames["iris_outlines"]["commune"])).sum())
    missing = communes_missing(communes_lacking(frames["communes"], perimeter))
    named = tuple(lost[:NAMED]) + (("…",) if len(lost) > NAMED else ())
    files = outline_files(map(departement_of, lost))
    return (
        *([missing] if missing else []),
        *([remark("build.communes_files", communes=named, files=files)] if lost else []),
        *([remark("build.not_covered", sources=tuple(silent))] if silent else []),
        *([remark("build.undrawn", count=whole)] if whole else []),
        *(remark("build.gathered", source=name, sources=GATHERED[name]) for name in gathered),
    )
