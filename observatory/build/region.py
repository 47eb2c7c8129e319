"""The communes of the région, from the files of the country where they are in the folder."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from observatory.build.zones import AGE_NAMES, latest_population
from observatory.geo.perimeter import Perimeter, today_in
from observatory.geo.territories import leveled_region
from observatory.model.poverty_by_age import ALL_AGES, COLUMNS
from observatory.read.registry import Registry
from observatory.tables.check import check
from observatory.tables.region_tables import AGES, DIPLOMAS, INCOMES, REGION_COMMUNES, SOURCES

Frames = Mapping[str, Any]


def region_files(folder: Path, registry: Registry, perimeter: Perimeter) -> frozenset[str]:
    """Return the sources of the région, if all lie in the folder and it is the territory's."""
    if not leveled_region(perimeter.departement):
        return frozenset()
    there = all((folder / registry.source(name).path).is_file() for name in SOURCES)
    return frozenset(SOURCES if there else ())


def region_index(frames: Frames) -> dict[str, str]:
    """Return the communes of the région by code, where they are read."""
    if AGES not in frames:
        return {}
    codes = frames[AGES]["iris"].str[:5].unique()
    return dict(zip(codes, codes, strict=True))


def build_region(frames: Frames, departement: str) -> pd.DataFrame | None:
    """Return the communes of the région (``REGION_COMMUNES``); ``None`` without its files."""
    if AGES not in frames:
        return None
    region = leveled_region(departement)
    ages, listed = _within(frames[AGES], "iris", region), frames["cog_communes_2026"]
    home = ages["iris"].str[:5].rename("commune")
    table = ages.groupby(home)[AGE_NAMES].sum().reset_index()
    table["population"] = table[AGE_NAMES].sum(axis=1)
    table["population_latest"] = latest_population(table, listed)["population_latest"]
    here = listed[listed["commune"].str.startswith(region)]
    others = here[~here["commune"].isin(today_in(listed, table["commune"]))]
    by_size = others[["commune"]].assign(population_latest=others["population"])
    table = pd.concat([table, by_size], ignore_index=True)
    incomes = frames[INCOMES][["commune", ALL_AGES, *COLUMNS]]
    diplomas = frames[DIPLOMAS][["commune", "low_diploma_pct"]]
    whole = table.merge(incomes, on="commune", how="left").merge(diplomas, on="commune", how="left")
    whole = whole.astype({"population_latest": "float64"})
    return pd.DataFrame(check(whole[REGION_COMMUNES.names], REGION_COMMUNES))


def _within(frame: pd.DataFrame, column: str, departements: tuple[str, ...]) -> pd.DataFrame:
    return frame[frame[column].str.startswith(departements)]
