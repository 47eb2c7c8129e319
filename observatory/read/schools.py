"""Schools: their places, and their situation to the QPV.

Each reader takes the path of its file and, where communes stand by name, the index of the
département's communes; it gives one contracted table with an account of every row.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from observatory.errors import ContractError
from observatory.places.french_communes import french_communes
from observatory.read.carried import carry
from observatory.read.code_columns import is_uai
from observatory.read.cut import WRONG_UAI, cut, readable, right_uai
from observatory.read.named_communes import named_communes
from observatory.read.readers import Communes, reader
from observatory.read.text_files import account, aside, decimal, read_text_table
from observatory.tables.check import check
from observatory.tables.provenance import Aside, Reading
from observatory.tables.school_tables import (
    SCHOOL_POINTS,
    SCHOOL_QPV,
)
from observatory.tables.table import Table

_KINDS = {"rep": "REP", "rep_plus": "REP+"}
_SITUATIONS = {
    "dans un QPV": "inside",
    "à moins de 300 m d'un QPV": "within_300_m",
    "hors QPV": "outside",
    "": None,
}
_WKT = re.compile(r"POINT\s*\(\s*(-?\d+(?:\.\d+)?)\s+(-?\d+(?:\.\d+)?)\s*\)")


@reader("lycees_2024")
def read_lycees_2024(path: Path, communes: Communes = None) -> Reading:
    """Read the lycées of the national directory with their places, WGS 84 (``SCHOOL_POINTS``).

    Schools that the directory does not say to be open are set aside.

    Raises
    ------
    CodeError, ContractError
        More than a few communes that do not exist, UAI whose check letter is wrong, or figures that
        are no numbers.
    """
    raw = read_text_table(
        path,
        sep=";",
        columns=(
            "Identifiant_de_l_etablissement",
            "Nom_etablissement",
            "Code_postal",
            "Code_commune",
            "Nombre_d_eleves",
            "latitude",
            "longitude",
            "etat",
        ),
        known=r"[A-Za-z_0-9]+",
    )
    where, rows = str(path), len(raw)
    raw, carried = carry(raw, "Code_commune", communes)
    raw, outside = cut(raw, "Code_commune", communes, where)
    raw, unsure = right_uai(raw, "Identifiant_de_l_etablissement", where)
    raw, odd = readable(
        raw, ["Nombre_d_eleves", "latitude", "longitude"], "Nom_etablissement", where
    )
    raw, shut = aside(
        raw, raw["etat"] != "OUVERT", "not open in the directory", "Nom_etablissement"
    )
    frame = pd.DataFrame(
        {
            "uai": raw["Identifiant_de_l_etablissement"],
            "school_name": raw["Nom_etablissement"],
            "school_type": "lycee",
            "commune": raw["Code_commune"],
            "postcode": _blank(raw["Code_postal"]),
            "network": None,
            "pupils": decimal(raw["Nombre_d_eleves"], where)[0],
            "lon": decimal(raw["longitude"], where)[0],
            "lat": decimal(raw["latitude"], where)[0],
        }
    )
    asides = (*outside, unsure, odd, shut)
    return once_each(frame, SCHOOL_POINTS, where, *asides, rows=rows, note=carried)


@reader("colleges_ms3e")
def read_colleges_ms3e(path: Path, communes: Communes = None) -> Reading:
    """Read the collèges of the third-year placements with their places (``SCHOOL_POINTS``).

    Places are WKT points, longitude first; a collège near a QPV only has no network. A school
    whose UAI is wrong is set aside: its place could not be joined to anything.
    """
    raw = read_text_table(
        path,
        columns=("name", "city", "zipcode", "code_uai", "coordinates", "kind"),
        known=r"[a-z_]+",
    )
    where = str(path)
    network = among(raw["kind"], {**_KINDS, "qpv_proche": None, "qpv": None}, where)
    return _colleges(
        raw,
        {"uai": "code_uai", "name": "name", "commune": "city"},
        network,
        [_from_wkt(text, where, line) for line, text in raw["coordinates"].items()],
        (communes, where),
    )


@reader("colleges_seed")
def read_colleges_seed(path: Path, communes: Communes = None) -> Reading:
    """Read the collèges REP and REP+ with their places, GeoJSON text (``SCHOOL_POINTS``)."""
    raw = read_text_table(
        path,
        columns=("zipcode", "Commune", "ETABLISSEMENT", "Code UAI", "coordinates"),
        known="Département",
    )
    where = str(path)
    return _colleges(
        raw,
        {"uai": "Code UAI", "name": "ETABLISSEMENT", "commune": "Commune"},
        None,
        [_from_geojson(text, where, line) for line, text in raw["coordinates"].items()],
        (communes, where),
    )


def _colleges(
    raw: pd.DataFrame,
    columns: dict[str, str],
    network: pd.Series[Any] | None,
    points: list[tuple[float | None, float | None]],
    context: tuple[Communes, str],
) -> Reading:
    communes, where = context
    places = pd.DataFrame(points, index=raw.index, columns=["lon", "lat"], dtype=float)
    rows, areas = len(raw), raw["zipcode"].map(_areas_of)
    raw, outside = named_communes(raw, columns["commune"], areas, communes, where)
    # These two files are typed by hand: a letter in lower case is read, one of another school not.
    uai = raw[columns["uai"]].str.upper()
    frame = pd.DataFrame(
        {
            "uai": uai,
            "school_name": raw[columns["name"]],
            "school_type": "college",
            "commune": raw["code"],
            "postcode": _blank(raw["zipcode"]),
            "network": None if network is None else network[raw.index],
            "pupils": float("nan"),
            "lon": places["lon"],
            "lat": places["lat"],
        },
        index=raw.index,
    )
    wrong = ~uai.map(is_uai).astype(bool)
    frame["label"] = frame["uai"] + " " + frame["school_name"]
    frame, unsure = aside(frame, wrong, WRONG_UAI, "label")
    frame, twins = aside(frame, frame["uai"].duplicated(), "a school that stands twice", "label")
    kept = frame.drop(columns="label")
    return once_each(kept, SCHOOL_POINTS, where, *outside, unsure, twins, rows=rows)


def _areas_of(postcode: str) -> frozenset[str]:
    """Return the départements of a post code; none where there is none."""
    return french_communes().areas(postcode.zfill(5)) if postcode else frozenset()


@reader("school_qpv_2024")
def read_school_qpv_2024(path: Path, communes: Communes = None) -> Reading:
    """Read the situation of schools to the QPV (``SCHOOL_QPV``).

    The source repeats a school over several lines, most of them blank: the filled line stands, the
    others are set aside.

    Raises
    ------
    ContractError
        Two lines of a school give different situations, or one gives an unknown situation.
    """
    uai = "Numéro établissement"
    situation = "Situation relative à un QPV (quartier prioritaire de la Ville)"
    raw = read_text_table(path, sep=";", columns=(uai, situation))
    where, rows = str(path), len(raw)
    raw, unsure = right_uai(raw, uai, where)
    text = raw[situation].str.replace("’", "'", regex=False)
    raw["qpv_situation"] = among(text, _SITUATIONS, where)
    _refuse_quarrel(raw.dropna(subset="qpv_situation"), uai, where)
    ordered = raw.sort_values("qpv_situation", na_position="last", kind="stable")
    chosen = ordered.drop_duplicates(uai)
    others = ~raw.index.isin(chosen.index)
    blank = pd.Series(others, index=raw.index) & raw["qpv_situation"].isna()
    raw, empty = aside(raw, blank, "a blank line of a school that stands on another line", uai)
    again = pd.Series(~raw.index.isin(chosen.index), index=raw.index)
    raw, repeats = aside(raw, again, "repeats the situation of a school", uai)
    kept = raw.rename(columns={uai: "uai"})[SCHOOL_QPV.names]
    return account(check(kept, SCHOOL_QPV, where=where), rows, unsure, empty, repeats)


def _refuse_quarrel(filled: pd.DataFrame, uai: str, where: str) -> None:
    several = filled.groupby(uai)["qpv_situation"].nunique()
    if (several > 1).any():
        school = several[several > 1].index[0]
        given = filled.loc[filled[uai] == school, "qpv_situation"].unique()
        raise ContractError(
            f"{where}, school {school}",
            expected="one situation a school",
            found=" and ".join(given),
            next_step="ask the publisher which one holds, and correct it in data/corrections",
        )


def among(values: pd.Series[Any], known: Mapping[str, str | None], where: str) -> pd.Series[Any]:
    """Return what each value stands for; a value that is not known is refused with its line."""
    wrong = values[~values.isin(list(known))]
    if len(wrong):
        raise ContractError(
            f"{where}, column {values.name}, line {wrong.index[0]}",
            expected="one of " + ", ".join(known),
            found=f"{wrong.iloc[0]!r} ({len(wrong)} values in all)",
            next_step="check the vintage of the file, or correct it in data/corrections",
        )
    return values.map(known)


def _blank(values: pd.Series[Any]) -> pd.Series[Any]:
    return values.where(values != "")


def _from_wkt(text: str, where: str, line: object) -> tuple[float | None, float | None]:
    if not text:
        return None, None
    found = _WKT.fullmatch(text)
    if found is None:
        raise _no_point(text, where, line, "a WKT point such as POINT (2.36 48.93)")
    return float(found[1]), float(found[2])


def _from_geojson(text: str, where: str, line: object) -> tuple[float | None, float | None]:
    if not text:
        return None, None
    try:
        point = json.loads(text)
        lon, lat = point["coordinates"]
        if point["type"] != "Point":
            raise TypeError(point["type"])
        return float(lon), float(lat)
    except (ValueError, KeyError, TypeError) as error:
        raise _no_point(text, where, line, "a GeoJSON point") from error


def _no_point(text: str, where: str, line: object, expected: str) -> ContractError:
    return ContractError(
        f"{where}, column coordinates, line {line}",
        expected=expected,
        found=repr(text[:80]),
        next_step="mend the point at its source, or correct it in data/corrections",
    )


def once_each(
    frame: pd.DataFrame,
    table: Table,
    where: str,
    *asides: Aside,
    rows: int,
    note: str = "",
) -> Reading:
    """Set aside exact repeats, and check the rest."""
    frame, repeats = aside(frame, frame.duplicated(), "the same line twice", "school_name")
    checked = check(frame, table, where=where)
    return account(checked, rows, *asides, repeats, note=note)
