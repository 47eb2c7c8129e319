"""A build small enough to read, on disk: the territory of tests/tiny.py in whole contracts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import tiny
from shapely.geometry import box

from observatory import __version__
from observatory.tables.columns import Column
from observatory.tables.facts import (
    COMMUNE_TABLE,
    EPT_TABLE,
    IRIS_TABLE,
    POINTS,
    QPV,
    SCHOOLS,
    SITES,
    SUPPLY,
)
from observatory.tables.manifest import Manifest, hash_tables, write_manifest
from observatory.tables.provenance import Aside, Provenance
from observatory.tables.storage import write_table
from observatory.tables.table import Table

SHARED = {
    "ept": tiny.TERRITORY,
    "ept_name": "Plaine Commune",
    "iris_type": "H",
    "geometry": box(tiny.X0, tiny.Y0, tiny.X0 + 9, tiny.Y0 + 9),
}
NAMES = {"93059": "Pierrefitte-sur-Seine", "93066": "Saint-Denis", "93008": "Bobigny"}
FACTS = {
    "communes": 2,
    "iris": 3,
    "cells": 3,
    "cell_population": 4000,
    "rep_schools": 1,
    "rep_colleges": 0,
    "rep_plus_colleges": 1,
    "france_services": 0,
    "host_structures": 2,
    "counsellor_posts": 2,
    "sites": 1,
}


def _plain(column: Column) -> Any:
    """Return a value that the column's contract allows: missing wherever that is allowed."""
    if column.missing is not None:
        return None
    if column.kind in ("int", "float"):
        return max(column.low or 0, 0)
    return False if column.kind == "bool" else (column.among or ("x",))[0]


def frame(table: Table, rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Return rows with the columns given, and plain values elsewhere."""
    base = {column.name: _plain(column) for column in table.columns}
    shared = {name: value for name, value in SHARED.items() if name in base and name != "geometry"}
    whole = pd.DataFrame([{**base, **shared, **row} for row in rows])
    if table.crs is None:
        return whole
    shapes = [row.get("geometry", SHARED["geometry"]) for row in rows]
    return gpd.GeoDataFrame(whole.drop(columns="geometry"), geometry=shapes, crs=table.crs)


def tables() -> dict[str, pd.DataFrame]:
    """Return every table of the build, whole and consistent."""
    spots = tiny.points()
    people = spots.set_index("iris")["population"].astype(int)
    iris = [
        {
            "iris": code,
            "iris_name": f"Quartier {code[-4:]}",
            "commune": code[:5],
            "commune_name": NAMES[code[:5]],
            "in_territory": code[:5] != "93008",
            "ept": tiny.TERRITORY if code[:5] != "93008" else "200057875",
            "population": count,
            "population_basis": "ages",
            "pop_75p": count / 10 / tiny.OLDEST_RATE,
        }
        for code, count in people.items()
    ]
    held = people.groupby(people.index.str[:5]).sum()
    communes = [
        {
            "commune": code,
            "commune_name": name,
            "in_territory": code != "93008",
            "ept": tiny.TERRITORY if code != "93008" else "200057875",
            "population": int(held[code]),
        }
        for code, name in NAMES.items()
    ]
    qpv = [
        {"qpv": "QN09328M", "qpv_name": "Franc Moisin", "outline_known": True,
         "outline_2015": "QP093028"},
        {"qpv": "QN09348M", "qpv_name": "Quartier", "outline_known": False, "geometry": None},
    ]  # fmt: skip
    place = {"site": "p1", "name": "=Maison, «&» <b>", "commune": "93066", "in_territory": True}
    school = {"uai": "0932030B", "school_name": "Collège", "school_type": "college"}
    at = {"commune": "93066", "commune_name": "Saint-Denis"}
    return {
        "iris": frame(IRIS_TABLE, iris),
        "communes": frame(COMMUNE_TABLE, communes),
        "ept": frame(EPT_TABLE, [{"population": 4000, "communes": 2, "iris_count": 3}]),
        "points": frame(POINTS, spots.to_dict("records")),
        "sites": frame(SITES, [{**place, **at, "lon": 2.35, "lat": 48.93, "seat": False}]),
        "supply": frame(SUPPLY, tiny.supply().to_dict("records")),
        "schools": frame(SCHOOLS, [{**school, **at, "network": "REP+", "in_territory": True}]),
        "qpv": frame(QPV, qpv),
    }


def source(**changes: Any) -> Provenance:
    """Return the record of one source."""
    record = Provenance(
        id="rep_schools_2022",
        title="Éducation prioritaire",
        publisher="Ministère de l'Éducation nationale",
        licence="Licence Ouverte 2.0",
        vintage="rentrée 2022",
        url="https://data.education.gouv.fr/rep",
        path="schools/rep.csv",
        sha256="a" * 64,
        read_on="2026-11-01",
        rows_in=10,
        rows_out=9,
        rows_aside=1,
        aside=(Aside("no code", 1, ("Collège | X",)),),
    )
    return replace(record, **changes)


def write_build(folder: Path, changed: dict[str, pd.DataFrame] | None = None) -> Path:
    """Write the build, some of its tables changed, and give its folder."""
    by_name = {
        table.name: table
        for table in (
            IRIS_TABLE, COMMUNE_TABLE, EPT_TABLE, POINTS, SITES, SUPPLY, SCHOOLS, QPV
        )
    }  # fmt: skip
    for name, rows in {**tables(), **(changed or {})}.items():
        write_table(rows, by_name[name], folder)
    made = Manifest(
        __version__, tiny.TERRITORY, "Plaine Commune", "cog_2024", FACTS, (source(),),
        hash_tables(folder),
    )  # fmt: skip
    write_manifest(made, folder)
    return folder
