"""Made-up worlds: one builder of rows, tables, facts and builds on disk, with two territories.

``SMALL`` is small enough to check by hand: two communes, three points, two helps::

    commune 93059          commune 93066                      commune 93008 (outside)
    A: 100 in need         B: 200 in need   C: 100 in need    D: 50 in need
    0 m                    500 m            10 km             400 m north of B

One place at B gives 12 h a week to those who can walk there; the EPT's own post gives 8 h a week
to its whole territory.

``BORDER`` is the small world with people of another département across its border.

``GRID`` has four communes of two square IRIS each on a row, one commune outside; its names are as
hostile as an open file can be.

Options: ``world`` says which territory; ``changed`` puts a table in place of the world's own;
``stops`` adds transit stops to a build. Each call gives fresh tables, that a test may change.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
from shapely import box
from shapely.geometry.base import BaseGeometry

from observatory import __version__, settings
from observatory.geo.geometry import to_degrees
from observatory.model.observed import Facts
from observatory.places.search.found_rows import COLUMNS
from observatory.tables.activity_tables import ACTIVITY
from observatory.tables.check import check
from observatory.tables.columns import Column
from observatory.tables.facts import (
    AGES,
    COMMUNE_TABLE,
    EPT_TABLE,
    IRIS_TABLE,
    NATIONAL,
    POINT_QPV,
    POINTS,
    QPV,
    SCHOOLS,
    SITES,
    SUPPLY,
)
from observatory.tables.manifest import Manifest, hash_tables, write_manifest
from observatory.tables.provenance import Aside, Provenance
from observatory.tables.remarks import remark
from observatory.tables.storage import STORED, write_table
from observatory.tables.table import Table
from observatory.tables.transit_tables import STOPS, STOPS_SOURCE

Row = dict[str, Any]
TERRITORY = "200057867"
#: The communes outside, and their EPT; one of another département has none.
OUTSIDE = {"93008": ("200057875", "Est Ensemble"), "75118": (None, None)}
#: The corner of both worlds in metres (EPSG:2154), and the side of a square of the grid.
X0, Y0, SIDE = 652_000.0, 6_870_000.0, 1_000.0
#: Hours a week of a post, and the rate of difficulty of the 75 and over: data/assumptions.toml.
A_POST, OLDEST_RATE = 35 * 0.6, 0.67
#: A country of 1 000 residents aged 15 and over; one département was promised 2 posts.
NATION: tuple[Row, ...] = tuple(
    {"item": item, "area": area, "quantity": quantity, "unit": unit, "as_of": "2026-06-01"}
    for item, area, quantity, unit in (
        ("counsellor_posts", "FR", 0.2, "posts"),
        ("france_services_hours", "FR", 5.0, "h/week"),
        ("aidants", "FR", 1.5, "aidants"),
        ("aidants_in_france_services", "FR", 0.5, "aidants"),
        ("residents_15p", "FR", 1000.0, "persons"),
        ("promised_posts", "93", 2.0, "posts"),
    )
)
PARIS_TRANSIT = "Île-de-France Mobilités"
HOSTILE = "<script>alert('x')</script>"
HOSTILE_TEXTS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    '=HYPERLINK("http://evil.example","x")',
    "\u202egnirts\u202c desrever",
    "{{7*7}} {% raw %} ${7*7} </script><script>alert(1)//",
    "[x](javascript:alert(1)) ![i](http://evil.example/i.png)",
    "javascript:alert(1)",
    "x" * 10_000,
)


@dataclass(frozen=True)
class Zone:
    """An IRIS and the point that stands for its residents; the ages that are not given are 0."""

    iris: str
    name: str
    x: float
    y: float
    people: int
    ages: Mapping[str, float]
    outline: BaseGeometry
    point: str
    kind: str = "iris"

    @property
    def commune(self) -> str:
        return self.iris[:5]


@dataclass(frozen=True)
class World:
    """What a territory is made of: names of communes, zones, and rows of the other tables.

    Attributes
    ----------
    of_commune, of_iris
        Columns that every commune, or every IRIS, has alike.
    shares
        Columns of an IRIS that are a share of its residents.
    counts
        The facts that the manifest of a build gives.
    qpv_share
        How much of the point of IRIS 930660101 the QPV QN09328M takes.
    """

    communes: Mapping[str, str]
    zones: Sequence[Zone]
    sites: Sequence[Row]
    supply: Sequence[Row]
    schools: Sequence[Row]
    qpv: Sequence[Row]
    sources: Sequence[Provenance]
    counts: Mapping[str, int]
    of_commune: Mapping[str, float]
    of_iris: Mapping[str, str]
    shares: Mapping[str, float]
    qpv_share: float = 1.0


def tables(world: World | None = None) -> dict[str, Any]:
    """Return every table of a world, valid under its contract."""
    world = world or SMALL
    iris = frame(IRIS_TABLE, [_iris(world, zone) for zone in world.zones])
    rows = {
        COMMUNE_TABLE: _communes(world, iris),
        EPT_TABLE: [_ept(iris[iris["in_territory"]])],
        POINTS: [_point(zone) for zone in world.zones],
        SITES: world.sites,
        SUPPLY: world.supply,
        SCHOOLS: world.schools,
        QPV: world.qpv,
        NATIONAL: NATION,
        POINT_QPV: [
            {"point": zone.point, "qpv": "QN09328M", "share": world.qpv_share}
            for zone in world.zones
            if zone.iris == "930660101"
        ],
    }
    return {"iris": iris} | {table.name: frame(table, given) for table, given in rows.items()}


def facts(world: World | None = None, **changed: Any) -> Facts:
    """Return the tables of a world as facts, some of them changed."""
    return Facts(**(tables(world) | changed))


def write_build(
    folder: Path,
    changed: Mapping[str, pd.DataFrame] | None = None,
    *,
    world: World | None = None,
    stops: pd.DataFrame | None = None,
) -> Path:
    """Write a world as a build on disk and return its folder."""
    world = world or SMALL
    made = tables(world) | dict(changed or {})
    sources = tuple(world.sources)
    for table in STORED:
        write_table(made[table.name], table, folder)
    write_table(activity(world), ACTIVITY, folder)
    if stops is not None:
        write_table(stops, STOPS, folder)
        sources += (source(id=STOPS_SOURCE, publisher=PARIS_TRANSIT, licence="unconfirmed"),)
    hashes = hash_tables(folder)
    manifest = Manifest(
        __version__, TERRITORY, "Plaine Commune", "cog_2024", world.counts, sources, hashes
    )
    write_manifest(manifest, folder)
    return folder


def activity(world: World) -> pd.DataFrame:
    """Return the people helped in one post code, that of the first commune of a world."""
    first = next(iter(world.communes))
    row = {"postcode": first, "communes": first, "commune": first, "basis": "list of communes"}
    return pd.DataFrame(frame(ACTIVITY, [{**row, "people_helped": 42}]))


def frame(table: Table, rows: Iterable[Row]) -> Any:
    """Return rows under a contract: columns not given are missing, or plain where none may be."""
    base = {column.name: _plain(column) for column in table.columns}
    whole = pd.DataFrame([{**base, **row} for row in rows], columns=table.names)
    if table.crs is not None:
        whole = gpd.GeoDataFrame(whole, geometry="geometry", crs=table.crs[0])
    return check(whole, table)


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


def stops(rows: Sequence[tuple[str, str, float, float]], commune: str = "93066") -> pd.DataFrame:
    """Return a table of transit stops from names, kinds, and metres (EPSG:2154)."""
    shared = {"commune": commune, "commune_name": "Saint-Denis"}
    made = [
        {"stop": f"s{n}", "name": name, "kind": kind, **shared, **_at(x, y)}
        for n, (name, kind, x, y) in enumerate(rows)
    ]
    return frame(STOPS, made)


def found_row(**changes: Any) -> Row:
    """Return one row of a search, as the search gives it."""
    base: Row = dict.fromkeys(COLUMNS)
    base |= {
        "id": "L1",
        "name": "Maison",
        "services": "Aide aux démarches administratives",
        "open_now": None,
        "confirmed_on": "2022-12-05",
        "lat": 48.95,
        "lon": 2.38,
        "walk_min": 6.2,
        "distance_m": 400.0,
        "match": "yes",
        "opens": "yes",
        "why": (),
        "caveats": (remark("search.old", months=24, day="2022-12-05"),),
        "freshness": "very stale",
        "commune_name": "Stains",
        "address": "1 rue du Test",
        "postcode": "93240",
        "phone": "+33148224795",
        "hours": "Mo-Fr 09:00-12:30,14:00-17:00",
        "sources": "a|b",
    }
    return base | changes


def found_rows(*changes: Row) -> pd.DataFrame:
    """Return several rows of a search, numbered where no identifier is given."""
    made = [found_row(**({"id": f"L{n}"} | one)) for n, one in enumerate(changes, start=1)]
    table = pd.DataFrame(made, columns=list(COLUMNS))
    table["open_now"] = pd.array(table["open_now"].tolist(), dtype="boolean")
    table["walk_min"] = table["walk_min"].astype(float)
    return table


def _plain(column: Column) -> Any:
    if column.missing is not None or column.kind == "geometry":
        return None
    if column.kind in ("int", "float"):
        return max(column.low or 0, 0)
    return False if column.kind == "bool" else (column.among or ("x",))[0]


def _at(x: float, y: float) -> Row:
    lon, lat = to_degrees([x], [y])
    return {"x_m": x, "y_m": y, "lon": float(lon[0]), "lat": float(lat[0])}


def _whose(commune: str) -> Row:
    ept, name = OUTSIDE.get(commune, (TERRITORY, "Plaine Commune"))
    return {"ept": ept, "ept_name": name, "in_territory": commune not in OUTSIDE}


def _iris(world: World, zone: Zone) -> Row:
    return {
        "iris": zone.iris,
        "iris_name": zone.name,
        "iris_type": "H",
        "commune": zone.commune,
        "commune_name": world.communes[zone.commune],
        "population": zone.people,
        "population_basis": "ages",
        "geometry": zone.outline,
        **_whose(zone.commune),
        **{column.name: 0.0 for column in AGES},
        **zone.ages,
        **world.of_iris,
        **{name: zone.people * share for name, share in world.shares.items()},
    }


def _sums(iris: gpd.GeoDataFrame) -> Row:
    ages = {column.name: iris[column.name].sum() for column in AGES}
    return {"population": int(iris["population"].sum()), "geometry": iris.union_all(), **ages}


def _communes(world: World, iris: gpd.GeoDataFrame) -> list[Row]:
    names = [{"commune": code, "commune_name": name} for code, name in world.communes.items()]
    return [
        row | _whose(row["commune"]) | _sums(iris[iris["commune"] == row["commune"]])
        | dict(world.of_commune)
        for row in names
    ]  # fmt: skip


def _ept(inside: gpd.GeoDataFrame) -> Row:
    counts = {"communes": inside["commune"].nunique(), "iris_count": len(inside)}
    return {"ept": TERRITORY, "ept_name": "Plaine Commune", **counts, **_sums(inside)}


def _point(zone: Zone) -> Row:
    return {
        "point": zone.point,
        "kind": zone.kind,
        "iris": zone.iris,
        "commune": zone.commune,
        "in_territory": zone.commune not in OUTSIDE,
        "residents": zone.people,
        "population": zone.people,
        **_at(zone.x, zone.y),
    }


def _small_zone(point: str, iris: str, east: float, north: float, need: float) -> Zone:
    """Return a zone of ten times as many residents as people in need, all of these 75 and over."""
    return Zone(
        iris=iris,
        name=f"Quartier {iris[-4:]}",
        x=X0 + east,
        y=Y0 + north,
        people=round(need * 10),
        ages={"pop_75p": need / OLDEST_RATE},
        outline=EVERYWHERE,
        point=point,
        kind="iris" if iris[:5] in OUTSIDE else "cell",
    )


def _square(row: int, column: int, commune: str, name: str) -> Zone:
    people = 1_000 * (column + 1) + 500 * row
    west, south = X0 + column * SIDE, Y0 + row * SIDE
    return Zone(
        iris=f"{commune}010{row + 1}",
        name=f"Quartier {row + 1} de {name}",
        x=west + SIDE / 2,
        y=south + SIDE / 2,
        people=people,
        ages={column.name: people / len(AGES) for column in AGES},
        outline=box(west, south, west + SIDE, south + SIDE),
        point=f"IRIS{commune}010{row + 1}",
    )


#: All zones of the small world share one outline: its figures come from its points.
EVERYWHERE = box(X0, Y0, X0 + 9, Y0 + 9)
AT_SAINT_DENIS = {"commune": "93066", "commune_name": "Saint-Denis", "in_territory": True}
COUNSELLOR = {
    "programme": "Conseillers numériques",
    "commune": "93066",
    "counted_elsewhere": False,
    "age_months": 3.0,
}
AT_IRIS = {"serves": "point", "iris": "930660101", "qpv": "QN09328M", "qpv_edge": False}
SMALL = World(
    communes={"93059": "Pierrefitte-sur-Seine", "93066": "Saint-Denis", "93008": "Bobigny"},
    zones=(
        _small_zone("A", "930590101", 0.0, 0.0, 100.0),
        _small_zone("B", "930660101", 500.0, 0.0, 200.0),
        _small_zone("C", "930660102", 10_000.0, 0.0, 100.0),
        _small_zone("D", "930080101", 500.0, 400.0, 50.0),
    ),
    sites=[
        AT_SAINT_DENIS
        | {"site": "p1", "name": "=Maison, «&» <b>", "lon": 2.35, "lat": 48.93, "seat": False}
    ],
    supply=[
        COUNSELLOR | AT_IRIS
        | {"supply": "s1", "name": "Place at B", "site": "p1", "posts": 12.0 / A_POST}
        | {"x_m": X0 + 500.0, "y_m": Y0},
        COUNSELLOR
        | {"supply": "s2", "name": "The EPT's post", "posts": 8.0 / A_POST}
        | {"serves": "ept", "area": TERRITORY},
    ],
    schools=[
        AT_SAINT_DENIS
        | {"uai": "0932030B", "school_name": "Collège", "school_type": "college"}
        | {"network": "REP+"}
    ],
    qpv=[
        {"qpv": "QN09328M", "qpv_name": "Franc Moisin", "communes": "93008|93066"}
        | {"outline_known": True, "geometry": EVERYWHERE},
        {"qpv": "QN09348M", "qpv_name": "Quartier", "communes": "93066", "outline_known": False},
    ],
    sources=[source()],
    counts={
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
        "places": 1,
    },
    of_commune={},
    of_iris={},
    shares={},
)  # fmt: skip
#: The small world and a commune of another département: E, 50 in need, 400 m south of B.
BORDER = replace(
    SMALL,
    communes={**SMALL.communes, "75118": "Paris 18e Arrondissement"},
    zones=(*SMALL.zones, _small_zone("E", "751180101", 500.0, -400.0, 50.0)),
)
#: A place of the other département at E: 12 h a week.
ACROSS = (
    COUNSELLOR
    | {"supply": "s3", "name": "Place at E", "site": "p2", "posts": 12.0 / A_POST}
    | {"commune": "75118", "serves": "point", "iris": "751180101"}
    | {"x_m": X0 + 500.0, "y_m": Y0 - 400.0}
)

_GRID_COMMUNES = {
    "93059": "Pierrefitte-sur-Seine",
    "93066": "Saint-Denis",
    "93072": f"Stains {HOSTILE}",
    "93008": "Bobigny",
}
_OFFICIAL = {"title": f"Source {HOSTILE}", "publisher": "ANCT", "sha256": "0" * 64}
#: The place of the grid with a point stands 1500, 500 from its corner; its college 500, 500.
_PLACE, _COLLEGE = _at(X0 + 1.5 * SIDE, Y0 + SIDE / 2), _at(X0 + SIDE / 2, Y0 + SIDE / 2)
_LOCATED = ("lon", "lat")
GRID = World(
    communes=_GRID_COMMUNES,
    zones=[
        _square(row, column, code, name)
        for column, (code, name) in enumerate(_GRID_COMMUNES.items())
        for row in range(2)
    ],
    sites=[
        AT_SAINT_DENIS
        | {
            "site": "site-1",
            "name": HOSTILE,
            "address": '1 rue "><img src=x onerror=alert(1)>',
            "located": "point",
            "seat": False,
            "phone": "01 23 45 67 89",
            "website": "javascript:alert(1)|https://example.org/a?b=1&c=2",
            "hours": "Mo-Fr 09:00-12:00",
            "programmes": "Conseillers numériques|France Services",
            "confirmed_on": "2022-12-01",
            "sources": "sites_cnfs_2022",
            "source_ids": "1",
            **{name: _PLACE[name] for name in _LOCATED},
        },
        AT_SAINT_DENIS
        | {
            "site": "site-2",
            "name": "=HYPERLINK(1)" + "é" * 10_000,
            "located": "commune",
            "seat": False,
            "sources": "sites_cnfs_2022",
            "source_ids": "2",
        },
    ],
    supply=[
        COUNSELLOR | AT_IRIS
        | {"supply": "s1", "name": HOSTILE, "site": "site-1", "posts": 2, "age_months": 30}
        | {"x_m": _PLACE["x_m"], "y_m": _PLACE["y_m"]},
    ],
    schools=[
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
            **{name: _COLLEGE[name] for name in _LOCATED},
        },
        AT_SAINT_DENIS
        | {"uai": "0930002E", "school_name": "Maternelle", "school_type": "nursery"}
        | {"network": "REP", "network_head": "0930001D"},
    ],
    qpv=[
        {
            "qpv": "QN09328M",
            "qpv_name": f"Franc Moisin {HOSTILE}",
            "communes": "93066|93008",
            "outline_known": True,
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
    ],
    sources=[
        source(id="host_structures_2023", vintage="5 avril 2023", **_OFFICIAL),
        source(id="caf", vintage="2021", **_OFFICIAL),
    ],
    counts={},
    of_commune={"poverty_disposable_pct": 30.0, "low_diploma_pct": 40.0, "no_thd_pct": 5.0},
    of_iris={"poverty_declared_pct_why": "suppressed"},
    shares={
        "unemployed_15_64": 1 / 10,
        "active_15_64": 1 / 2,
        "households": 1 / 3,
        "alone_households": 1 / 9,
        "persons_single_parent": 1 / 18,
    },
)  # fmt: skip


def world_of(month: int) -> World:
    """Return the grid as it is in a month.

    In the second month a place is closed and a source newer; in the third the places have another
    name and address, in the fourth the same with another identifier.
    """
    if month == 1:
        return GRID
    if month > 2:
        named = [
            {**row, "name": "Mairie", "address": f"{n} rue Pinel"}
            for n, row in enumerate(GRID.sites, 1)
        ]
        numbered = [{**row, "source_ids": f"new-{row['source_ids']}"} for row in named]
        return replace(GRID, sites=named if month == 3 else numbered)
    gone = str(GRID.supply[0]["site"])
    sites = [row for row in GRID.sites if row["site"] != gone]
    supply = [row for row in GRID.supply if row.get("site") != gone]
    sources = [replace(GRID.sources[0], vintage="rentrée 2023"), *GRID.sources[1:]]
    return replace(GRID, sites=sites, supply=supply, sources=sources)


def data_without_edition(home: Path) -> Path:
    """Return the project's data without the edition, which is a build to compare with too."""
    data = home / "data"
    data.mkdir()
    for path in settings.load({}).data.iterdir():
        if path.name != "edition":
            (data / path.name).symlink_to(path)
    return data
