"""A made-up territory, valid under the contracts and small enough to read: four communes of two
IRIS each on a row of squares, one of them outside; names as hostile as an open file can be."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
from shapely import box

from observatory.geo.geometry import to_degrees
from observatory.model.observed import Facts
from observatory.tables.check import check
from observatory.tables.facts import (
    AGES,
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
from observatory.tables.provenance import Provenance
from observatory.tables.storage import write_table
from observatory.tables.table import Table

HOSTILE = "<script>alert('x')</script>"
COMMUNES = {
    "93059": "Pierrefitte-sur-Seine",
    "93066": "Saint-Denis",
    "93072": f"Stains {HOSTILE}",
    "93008": "Bobigny",
}
OUTSIDE = "93008"
X0, Y0, SIDE = 652_000, 6_870_000, 1_000
EPT = "200057867"


def _fill(rows: list[dict[str, Any]], table: Table) -> Any:
    """Complete rows with missing values where the contract allows them, and check them."""
    frame = pd.DataFrame([dict.fromkeys(table.names) | row for row in rows])
    if table.crs is not None:
        frame = gpd.GeoDataFrame(frame, geometry="geometry", crs=table.crs)
    return check(frame, table)


def _ages(people: int) -> dict[str, float]:
    return {column.name: people / len(AGES) for column in AGES}


def _zones() -> list[dict[str, Any]]:
    zones = []
    for column, (code, name) in enumerate(COMMUNES.items()):
        for row in range(2):
            west, south = X0 + column * SIDE, Y0 + row * SIDE
            people = 1_000 * (column + 1) + 500 * row
            zones.append(
                {
                    "iris": f"{code}010{row + 1}",
                    "iris_name": f"Quartier {row + 1} de {name}",
                    "iris_type": "H",
                    "commune": code,
                    "commune_name": name,
                    "ept": EPT if code != OUTSIDE else "200057875",
                    "ept_name": "Plaine Commune" if code != OUTSIDE else "Est Ensemble",
                    "in_territory": code != OUTSIDE,
                    "population": people,
                    "geometry": box(west, south, west + SIDE, south + SIDE),
                }
            )
    return zones


def make_facts() -> Facts:
    """Return the made-up territory as built tables."""
    zones = _zones()
    iris = _fill([z | _iris_only(z) for z in zones], IRIS_TABLE)
    return Facts(
        iris=iris,
        communes=_fill(_communes(iris), COMMUNE_TABLE),
        ept=_fill(_ept(iris), EPT_TABLE),
        points=_fill([_point(z) for z in zones], POINTS),
        sites=_fill(_sites(), SITES),
        supply=_fill(_supply(), SUPPLY),
        schools=_fill(_schools(), SCHOOLS),
        qpv=_fill(_qpv(), QPV),
    )


def _iris_only(zone: dict[str, Any]) -> dict[str, Any]:
    people = zone["population"]
    return {
        "population_basis": "ages",
        "poverty_declared_pct_why": "suppressed",
        "unemployed_15_64": people / 10,
        "active_15_64": people / 2,
        "households": people / 3,
        "alone_households": people / 9,
        "persons_single_parent": people / 18,
        **_ages(people),
    }


def _communes(iris: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    whole = iris.dissolve("commune", aggfunc="first", as_index=False)
    people = iris.groupby("commune")["population"].sum()
    keep = ["commune", "commune_name", "ept", "ept_name", "in_territory", "geometry"]
    return [
        row
        | {"population": int(people[row["commune"]]), "poverty_disposable_pct": 30.0}
        | {"low_diploma_pct": 40.0, "no_thd_pct": 5.0}
        | _ages(int(people[row["commune"]]))
        for row in whole[keep].to_dict("records")
    ]


def _ept(iris: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    inside = iris[iris["in_territory"]]
    people = int(inside["population"].sum())
    return [
        {
            "ept": EPT,
            "ept_name": "Plaine Commune",
            "population": people,
            "communes": 3,
            "iris_count": len(inside),
            "geometry": inside.union_all(),
            **_ages(people),
        }
    ]


def _middle(zone: dict[str, Any]) -> dict[str, float]:
    centre = zone["geometry"].centroid
    lon, lat = to_degrees([centre.x], [centre.y])
    return {"x_m": centre.x, "y_m": centre.y, "lon": float(lon[0]), "lat": float(lat[0])}


def _point(zone: dict[str, Any]) -> dict[str, Any]:
    people = zone["population"]
    return {
        "point": f"IRIS{zone['iris']}",
        "kind": "iris",
        "iris": zone["iris"],
        "commune": zone["commune"],
        "in_territory": zone["in_territory"],
        "qpv_2015": "QP093028" if zone["iris"] == "930660101" else None,
        "residents": people,
        "population": people,
        **_middle(zone),
    }


def _sites() -> list[dict[str, Any]]:
    place = _middle(_zones()[2])
    shared = {"commune": "93066", "commune_name": "Saint-Denis", "in_territory": True}
    return [
        shared
        | {
            "site": "site-1",
            "name": HOSTILE,
            "address": '1 rue "><img src=x onerror=alert(1)>',
            "located": "point",
            "seat": False,
            "lon": place["lon"],
            "lat": place["lat"],
            "phone": "01 23 45 67 89",
            "website": "javascript:alert(1)|https://example.org/a?b=1&c=2",
            "hours": "Mo-Fr 09:00-12:00",
            "programmes": "Conseillers numériques|France Services",
            "confirmed_on": "2022-12-01",
            "sources": "sites_cnfs_2022",
            "source_ids": "1",
        },
        shared
        | {
            "site": "site-2",
            "name": "=HYPERLINK(1)" + "é" * 10_000,
            "located": "commune",
            "seat": False,
            "sources": "sites_cnfs_2022",
            "source_ids": "2",
        },
    ]


def _supply() -> list[dict[str, Any]]:
    place = _middle(_zones()[2])
    return [
        {
            "supply": "s1",
            "programme": "Conseillers numériques",
            "name": HOSTILE,
            "site": "site-1",
            "commune": "93066",
            "serves": "point",
            "iris": "930660101",
            "qpv_2015": "QP093028",
            "x_m": place["x_m"],
            "y_m": place["y_m"],
            "posts": 2,
            "counted_elsewhere": False,
            "age_months": 30,
        }
    ]


def _schools() -> list[dict[str, Any]]:
    place = _middle(_zones()[0])
    return [
        {
            "uai": "0930001D",
            "school_name": HOSTILE,
            "school_type": "college",
            "network": "REP+",
            "network_head": "0930001D",
            "commune": "93059",
            "commune_name": "Pierrefitte-sur-Seine",
            "in_territory": True,
            "pupils": 500,
            "ips": 80.5,
            "lon": place["lon"],
            "lat": place["lat"],
        },
        {
            "uai": "0930002E",
            "school_name": "Maternelle",
            "school_type": "nursery",
            "network": "REP",
            "network_head": "0930001D",
            "commune": "93066",
            "commune_name": "Saint-Denis",
            "in_territory": True,
        },
    ]


def _qpv() -> list[dict[str, Any]]:
    return [
        {
            "qpv": "QN09328M",
            "qpv_name": f"Franc Moisin {HOSTILE}",
            "communes": "93066|93008",
            "outline_known": True,
            "outline_2015": "QP093028",
            "population_iris": 900.0,
            "population_cells": 950.0,
            "geometry": box(X0 + SIDE, Y0, X0 + 1.5 * SIDE, Y0 + SIDE),
        },
        {
            "qpv": "QN09329M",
            "qpv_name": "Sans contour",
            "communes": "93072",
            "outline_known": False,
        },
    ]


def write_build(folder: Path, facts: Facts) -> Path:
    """Write the territory as a build that the app reads."""
    tables = (IRIS_TABLE, COMMUNE_TABLE, EPT_TABLE, POINTS, SITES, SUPPLY, SCHOOLS, QPV)
    for table in tables:
        write_table(getattr(facts, table.name), table, folder)
    manifest = Manifest(
        observatory="0",
        territory=EPT,
        territory_name="Plaine Commune",
        cog="cog_2024",
        facts={},
        sources=(_source("host_structures_2023", "5 avril 2023"), _source("caf", "2021")),
        tables=hash_tables(folder),
    )
    write_manifest(manifest, folder)
    return folder


def _source(name: str, vintage: str) -> Provenance:
    return Provenance(
        id=name,
        title=f"{name} {HOSTILE}",
        publisher="ANCT",
        licence="Licence Ouverte 2.0",
        vintage=vintage,
        url="https://www.data.gouv.fr",
        path="x.csv",
        sha256="0" * 64,
        read_on="2026-11-22",
        rows_in=10,
        rows_out=9,
        rows_aside=1,
    )
