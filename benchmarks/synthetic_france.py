"""Official files of a made-up France: real communes, IRIS and figures on made-up ground.

Codes, names, ages, incomes, diplomas and lists of places are those of the national files. Outlines
and 200 m cells of the whole country are in no open copy at hand: each commune is a square of 4 km,
its IRIS cut it, its cells hold its residents. The communes of an EPCI lie together, those of a
département in one block; between two départements lies open ground. An IRIS without ages in the
file (small communes) takes those of another one, drawn, to its commune's population.
"""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import Transformer

from observatory.geo.codes import departement_of

SEED = 20261127
#: Of EPSG:3035: the cell, the cells of a commune's side, the corner of the country.
CELL_M, SIDE, WEST, SOUTH = 200, 20, 3_200_000, 2_000_000
#: Communes of a block's side, and blocks of a row.
BLOCK, ROW = 30, 10
COMMUNE_M = CELL_M * SIDE
#: Inhabited cells of the country.
CELLS = 2_300_000
#: Places of the country, and where those beyond the official lists stand.
PLACES = 20_000
#: Files by IRIS or commune that are cut as they are, with the column of the code.
CUT = (
    ("census/BASE_TD_FILO_IRIS_2021_DEC.csv", ";", "IRIS"),
    ("census/cc_filosofi_2021_COM.csv", ";", "CODGEO"),
    ("fragility/caf2021_allocataires_iris.csv", ";", "iris_code"),
    ("fragility/d4g_scol_menage_demandeurEmplois_com.csv", ",", "CODE_INSEE"),
    ("fragility/d4g_taux_couverture_THD_com.csv", ",", "CODE_INSEE"),
)
AGES = "census/epidia_IRIS_population_RP2016_habitat.csv"
BY_IRIS = (
    AGES,
    "census/epidia_IRIS_household_RP2016_habitat.csv",
    "census/epidia_IRIS_housing_RP2016_habitat.csv",
)
#: Lists of places, with the column of the commune's code.
LISTS = (
    ("sites/aidants-connect_structures_2024-02.csv", ",", "City Insee Code"),
    ("capacity/20230405-3925-cnfs.csv", ";", "Code commune INSEE"),
    ("sites/liste-fs-20240801.csv", ",", "insee_com"),
)
ACTS = "capacity/conum_cra_par_codepostal_2023-07.csv"


@dataclass(frozen=True)
class Counted:
    """What was written, counted."""

    departements: int
    communes: int
    iris: int
    cells: int
    places: int
    megabytes: float


class France:
    """The national files, and the ground made up for them."""

    def __init__(self, shared: Path) -> None:
        self.shared = shared
        self.national = shared / "national"
        self._read: dict[str, pd.DataFrame] = {}

    @cached_property
    def iris(self) -> pd.DataFrame:
        """The IRIS of metropolitan France, those of an EPCI together."""
        found = self.read("iris/table_iris_insee_epci_2019.csv", ",").assign(
            area=lambda rows: rows["CODE_INSEE"].map(departement_of)
        )
        found = found[~found["area"].str.startswith("97")]
        found["TYP_IRIS"] = found["TYP_IRIS"].replace("Z", "H")
        order = found.sort_values(["area", "EPCI", "CODE_INSEE", "CODE_IRIS"], ignore_index=True)
        return order.drop_duplicates("CODE_IRIS", ignore_index=True)

    @cached_property
    def communes(self) -> pd.DataFrame:
        """The communes by code: name, département, population, corner, cells."""
        rows = self.iris.drop_duplicates("CODE_INSEE").set_index("CODE_INSEE")
        areas = {area: place for place, area in enumerate(sorted(rows["area"].unique()))}
        block = rows["area"].map(areas)
        place = rows.groupby("area").cumcount()
        pitch = COMMUNE_M * (BLOCK + 2)
        people = rows.index.map(self.population).astype(float)
        people = pd.Series(people, index=rows.index).fillna(200.0).clip(lower=20.0)
        return pd.DataFrame(
            {
                "name": rows["LIBCOM"],
                "area": rows["area"],
                "people": people,
                "east": WEST + (block % ROW) * pitch + (place % BLOCK) * COMMUNE_M,
                "north": SOUTH + (block // ROW) * pitch + (place // BLOCK) * COMMUNE_M,
                "cells": _cells(people),
            }
        )

    @cached_property
    def population(self) -> dict[str, float]:
        """The population of each commune of today."""
        listed = json.loads((self.national / "cog/communes.json").read_text("utf-8"))
        return {one["code"]: one["population"] for one in listed if "population" in one}

    def read(self, name: str, sep: str) -> pd.DataFrame:
        """Return a national file as texts; read once, never to be changed."""
        if name not in self._read:
            found = pd.read_csv(self.national / name, sep=sep, dtype=str, keep_default_na=False)
            self._read[name] = found.rename(columns={"Unnamed: 0": ""})
        return self._read[name]


def _cells(people: pd.Series[float]) -> pd.Series[int]:
    """Return how many cells of each commune are inhabited: more in a large one, all at most."""
    wanted = people**0.6
    return (wanted * CELLS / wanted.sum()).round().clip(1, SIDE * SIDE).astype(int)


def write(shared: Path, out: Path, departements: Collection[str] | None = None) -> Counted:
    """Write the official files of some départements, or of the country, as cuts side by side.

    Parameters
    ----------
    shared
        The folder that holds the national files, in ``national/``.
    out
        A new folder.
    departements
        Codes; all of metropolitan France by default.
    """
    france = France(shared)
    wanted = sorted(set(france.communes["area"]) & set(departements or france.communes["area"]))
    _copy(shared / "national" / ACTS, out / ACTS)
    _copy(shared / "national/cog/communes.json", out / "national/cog/communes.json")
    _copy(shared / "ept/ept-communes.csv", out / "ept/ept-communes.csv")
    counts = np.array([list(_departement(france, area, out)) for area in wanted])
    size = sum(path.stat().st_size for path in out.rglob("*") if path.is_file())
    communes, iris, cells, places = (int(n) for n in counts.sum(axis=0))
    return Counted(len(wanted), communes, iris, cells, places, round(size / 1e6, 1))


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def _departement(france: France, area: str, out: Path) -> Iterator[int]:
    """Write the files of one département; yield its communes, IRIS, cells and added places."""
    draw = np.random.default_rng([SEED, int(area, 36)])
    iris = france.iris[france.iris["area"] == area]
    communes = france.communes[france.communes["area"] == area]
    _outlines(communes, iris, area, out)
    _table(iris.drop(columns="area"), out / f"iris/table_iris_insee_epci_2019_dept{area}.csv")
    ages = _ages(france, iris, draw, out, area)
    _activity(iris, ages, draw, out / f"census/base-ic-activite-residents-2016_dept{area}.csv")
    for name, sep, column in CUT:
        rows = france.read(name, sep)
        mine = rows[rows[column].map(departement_of) == area]
        if "CODE" in column or column == "CODGEO":
            mine = _every_commune(mine, column, communes.index)
        _table(mine, _cut_name(out, name, area), sep)
    yield len(communes)
    yield len(iris)
    yield _populate(communes, draw, out / f"census/filosofi2021_pop200m_dept{area}")
    yield _listed_places(france, communes, draw, out, area) + _more_places(
        france, communes, draw, out, area
    )


def _every_commune(rows: pd.DataFrame, column: str, codes: pd.Index[str]) -> pd.DataFrame:
    """Return a row for each commune: one that the file lacks is like the first of the others."""
    known = rows.drop_duplicates(column)
    lacking = codes.difference(pd.Index(known[column]))
    like = pd.concat([known.iloc[:1]] * len(lacking)) if len(lacking) else known.iloc[:0]
    return pd.concat([known, like.assign(**{column: lacking})])


def _cut_name(out: Path, name: str, area: str) -> Path:
    path = out / name
    return path.with_name(f"{path.stem}_dept{area}{path.suffix}")


def _table(rows: pd.DataFrame, path: Path, sep: str = ",") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    rows.to_csv(path, sep=sep, index=False)


def _outlines(communes: pd.DataFrame, iris: pd.DataFrame, area: str, out: Path) -> None:
    shapes = {
        code: shapely.box(row.east, row.north, row.east + COMMUNE_M, row.north + COMMUNE_M)
        for code, row in zip(communes.index, communes.itertuples(), strict=True)
    }
    whole = {"CODE_COM": communes.index, "NOM_COM": communes["name"].array, "CODE_EPT": None}
    _layer(whole, [*shapes.values()], out / f"communes/synthetic_com_dept{area}.shp")
    parts = [part for code in communes.index for part in _split(shapes[code], iris, code)]
    names = iris["LIBCOM"] + " " + iris["CODE_IRIS"].str[5:]
    fine = {
        "CODE_IRIS": iris["CODE_IRIS"].array,
        "NOM_IRIS": names.array,
        "CODE_COM": iris["CODE_INSEE"].array,
        "NOM_COM": iris["LIBCOM"].array,
        "CODE_EPT": None,
    }
    _layer(fine, parts, out / f"iris/synthetic_iris_dept{area}.shp")


def _split(square: Any, iris: pd.DataFrame, commune: str) -> list[Any]:
    """Cut a commune into as many parts as it has IRIS: rows of nearly equal parts."""
    many = int((iris["CODE_INSEE"] == commune).sum())
    west, south, east, north = square.bounds
    rows = math.ceil(math.sqrt(many))
    lines = np.linspace(south, north, rows + 1)
    parts = []
    for row, share in enumerate(np.array_split(np.arange(many), rows)):
        edges = np.linspace(west, east, len(share) + 1)
        parts += [
            shapely.box(edges[n], lines[row], edges[n + 1], lines[row + 1])
            for n in range(len(share))
        ]
    return parts


def _layer(columns: dict[str, Any], shapes: list[Any], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # About as many vertices as the real outlines have, and the same ones on both sides of an edge.
    layer = gpd.GeoDataFrame(columns, geometry=shapely.segmentize(shapes, 400.0), crs=3035)
    layer.to_crs(2154).to_file(path, encoding="utf-8")


def _ages(
    france: France, iris: pd.DataFrame, draw: np.random.Generator, out: Path, area: str
) -> pd.DataFrame:
    """Write residents, households and homes by IRIS, and return the residents by age."""
    ages = france.read(AGES, ",").set_index("IRIS")
    parts = iris.groupby("CODE_INSEE")["CODE_IRIS"].transform("size")
    people = iris["CODE_INSEE"].map(france.communes["people"]) / parts
    known = iris["CODE_IRIS"].isin(ages.index).to_numpy()
    known = known & (parts > 1).to_numpy()  # an undivided commune's residents are those of today
    lived = ages.index[ages["P16_POP3044"].astype(float) > 0]
    drawn = lived[draw.integers(len(lived), size=len(iris))]
    like = np.where(known, iris["CODE_IRIS"], drawn)
    groups = [name for name in ages if name.startswith("P16_POP")]
    sums = ages.loc[like, groups].astype(float).sum(axis=1).to_numpy()
    scale = np.where(known, 1.0, people.to_numpy() / np.maximum(sums, 1.0))
    for name in BY_IRIS:
        rows = france.read(name, ",").drop_duplicates("IRIS").set_index("IRIS")
        mine = rows.reindex(like)
        numbers = [c for c in rows.columns if "16_" in c]
        values = mine[numbers].replace("", "0").astype(float).fillna(0.0).mul(scale, axis=0)
        labels = {
            "": range(len(iris)),
            "IRIS": iris["CODE_IRIS"].to_numpy(),
            "LIBCOM": iris["LIBCOM"].to_numpy(),
            "TYP_IRIS": "H",
        }
        whole = pd.DataFrame(labels).join(values.reset_index(drop=True))
        homes = (iris["TYP_IRIS"] == "H").to_numpy()
        _table(whole[homes], _cut_name(out, name, area))
        if name == AGES:
            found = whole
    return found


def _activity(
    iris: pd.DataFrame, ages: pd.DataFrame, draw: np.random.Generator, path: Path
) -> None:
    middle = ages[["P16_POP1529", "P16_POP3044", "P16_POP4559"]].sum(axis=1)
    working = (middle + ages["P16_POP6074"] / 3).to_numpy()
    active = working * draw.normal(0.74, 0.03, len(iris)).clip(0.5, 0.9)
    rows = pd.DataFrame(
        {
            "IRIS": iris["CODE_IRIS"].array,
            "COM": iris["CODE_INSEE"].array,
            "LIBCOM": iris["LIBCOM"].array,
            "LIBIRIS": (iris["LIBCOM"] + " " + iris["CODE_IRIS"].str[5:]).array,
            "TYP_IRIS": iris["TYP_IRIS"].array,
            "LAB_IRIS": "1",
            "P16_POP1564": working.round(3),
            "P16_ACT1564": active.round(3),
            "P16_CHOM1564": (active * draw.normal(0.13, 0.04, len(iris)).clip(0.03, 0.4)).round(3),
        }
    )
    _table(rows, path, ";")


_DEGREES = Transformer.from_crs(3035, 4326, always_xy=True)


def _populate(communes: pd.DataFrame, draw: np.random.Generator, folder: Path) -> int:
    """Write the inhabited cells of each commune, and return how many there are."""
    folder.mkdir(parents=True)
    for code, row in zip(communes.index, communes.itertuples(), strict=True):
        taken = draw.choice(SIDE * SIDE, row.cells, replace=False)
        east = row.east + CELL_M * (taken % SIDE + 0.5)
        north = row.north + CELL_M * (taken // SIDE + 0.5)
        weights = draw.lognormal(0.0, 1.2, row.cells)
        people = np.maximum(0.5, (row.people * weights / weights.sum() * 2).round() / 2)
        lon, lat = _DEGREES.transform(east, north)
        cells = np.column_stack([lon.round(6), lat.round(6), people]).tolist()
        (folder / f"{code}.json").write_text(json.dumps({"m": 2021, "c": code, "p": cells}))
    return int(communes["cells"].sum())


def _at(row: Any, draw: np.random.Generator) -> tuple[float, float]:
    lon, lat = _DEGREES.transform(
        row.east + draw.uniform(200, COMMUNE_M - 200),
        row.north + draw.uniform(200, COMMUNE_M - 200),
    )
    return round(float(lon), 6), round(float(lat), 6)


def _listed_places(
    france: France, communes: pd.DataFrame, draw: np.random.Generator, out: Path, area: str
) -> int:
    """Write the places of the official lists, those with a point on their commune's new ground."""
    many = 0
    for name, sep, column in LISTS:
        rows = france.read(name, sep)
        mine = rows[rows[column].str.zfill(5).isin(communes.index)]
        if "longitude" in mine:
            points = [_at(communes.loc[code], draw) for code in mine[column]]
            lon, lat = np.array(points).reshape(-1, 2).T
            mine = mine.assign(longitude=lon.astype(str), latitude=lat.astype(str))
        _table(mine, _cut_name(out, name, area), sep)
        many += len(mine)
    return many


def _more_places(
    france: France, communes: pd.DataFrame, draw: np.random.Generator, out: Path, area: str
) -> int:
    """Write the places that no official list has, so that the country has as many as wanted."""
    listed = 2_845 + 5_227 + 2_889
    share = communes["people"].sum() / france.communes["people"].sum()
    many = round((PLACES - listed) * share)
    chosen = draw.choice(len(communes), many, p=communes["people"] / communes["people"].sum())
    records = []
    for number, place in enumerate(chosen):
        row = communes.iloc[place]
        lon, lat = _at(row, draw)
        records.append(
            {
                "id": f"synthetic-{area}-{number}",
                "nom": f"Lieu {number} de {row['name']}",
                "services": "Prendre en main un ordinateur",
                "commune": row["name"],
                "code_postal": f"{area[:2].replace('A', '0').replace('B', '0')}000",
                "adresse": f"{number + 1} Rue de la Mairie",
                "latitude": lat,
                "longitude": lon,
                "horaires": "Mo-Fr 09:00-12:00,14:00-17:00",
                "source": "conseiller-numerique",
                "date_maj": "2022-11-24",
            }
        )
    path = out / f"sites/mednumcli_cnfs_2022-12_dept{area}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(records, ensure_ascii=False), encoding="utf-8")
    return many
