"""Outlines and codes: communes, EPT, IRIS and QPV.

Every reader takes the file (or folder) and, where it can use it, the index of communes by folded
name; it gives a contracted table with an account of its rows.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from observatory.errors import ContractError
from observatory.geo.codes import check_qpv, find_commune
from observatory.geo.geometry import declare
from observatory.read.cut import cut
from observatory.read.layers import outlines, read_layer
from observatory.read.readers import Communes, reader
from observatory.read.text_files import account, read_text_table, validate
from observatory.tables import geography_tables as tables
from observatory.tables.provenance import Reading
from observatory.tables.table import METRES


@reader("communes")
def read_communes(path: Path, communes: Communes = None) -> Reading:
    """Read the outlines of the communes before the merger, which nest with the IRIS.

    A GeoJSON holds simplified outlines, which do not.
    """
    names = {"CODE_COM": "commune", "NOM_COM": "commune_name", "CODE_EPT": "ept_label"}
    if path.suffix == ".geojson":
        names = {"code": "commune", "nom": "commune_name"}
    found, note = outlines(read_layer(path, columns=list(names)).rename(columns=names), path)
    frame = validate(_labelled(found), tables.COMMUNES, path)
    return account(frame, len(found), note=note)


def _labelled(layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return outlines with the label of their EPT, missing where the source has none."""
    return layer if "ept_label" in layer else layer.assign(ept_label=None)


@reader("ept_communes")
def read_ept_communes(path: Path, communes: Communes = None) -> Reading:
    """Read the EPT of each commune of the Métropole du Grand Paris."""
    names = {
        "CODGEO": "commune",
        "LIBGEO": "commune_name",
        "EPT": "ept",
        "LIBEPT": "ept_name",
        "DEP": "departement",
    }
    found = read_text_table(path, columns=list(names))
    frame = validate(found.rename(columns=names), tables.EPT_COMMUNES, path)
    return account(frame, len(found))


@reader("iris_outlines")
def read_iris_outlines(path: Path, communes: Communes = None) -> Reading:
    """Read the outlines of the IRIS, whose ``.prj`` is an official projection without its name."""
    names = {
        "CODE_IRIS": "iris",
        "NOM_IRIS": "iris_name",
        "CODE_COM": "commune",
        "NOM_COM": "commune_name",
        "CODE_EPT": "ept_label",
    }
    known = ""
    if path.suffix == ".gpkg":  # outlines that came with incomes
        names = {n: ours for n, ours in names.items() if ours not in ("commune", "ept_label")}
        names["INSEE_COM"], known = "commune", r"IRIS|TYP_IRIS|DEC_\w+"
    raw = read_layer(path, columns=list(names), known=known).rename(columns=names)
    named = declare(raw, name=str(path))
    verified = f"its unnamed projection was verified to be EPSG:{named.crs.to_epsg()}"
    projection = "" if raw.crs.to_epsg() in METRES else verified
    found, note = outlines(named, path)
    rows = len(found)
    found, outside = cut(found, "iris", communes, str(path))
    _check_nesting(found, path)
    frame = validate(_labelled(found), tables.IRIS_OUTLINES, path)
    return account(frame, rows, *outside, note="; ".join(filter(None, (projection, note))))


@reader("iris_types")
def read_iris_types(path: Path, communes: Communes = None) -> Reading:
    """Read the type of each IRIS and its commune."""
    names = {
        "CODE_IRIS": "iris",
        "TYP_IRIS": "iris_type",
        "CODE_INSEE": "commune",
        "LIBCOM": "commune_name",
    }
    known = r"|EPCI|NATURE_EPCI|MODIF_IRIS|GRD_QUART|UU2010|REG|DEP"
    found = read_text_table(path, columns=list(names), known=f"(?:{known})?").rename(columns=names)
    rows = len(found)
    found, outside = cut(found, "iris", communes, str(path))
    _check_nesting(found, path)
    return account(validate(found, tables.IRIS_TYPES, path), rows, *outside)


def _check_nesting(frame: pd.DataFrame, path: Path) -> None:
    wrong = frame[frame["iris"].str[:5] != frame["commune"]]
    if len(wrong):
        first = wrong.iloc[0]
        raise ContractError(
            f"{path}, line {wrong.index[0]}",
            expected="an IRIS code that begins with its commune's code",
            found=f"IRIS {first['iris']} in commune {first['commune']}",
            next_step="check that codes were kept as text, with their leading zeros",
        )


@reader("qpv_2024_by_commune")
def read_qpv_2024_by_commune(path: Path, communes: Communes = None) -> Reading:
    """Read the codes and names of the QPV of 2024, one row for each QPV and commune.

    The file has a point for each commune: its centroid, never the QPV's, so the geometry is not
    kept. ``rows_in`` counts the features; the frame has a row for each QPV of each.
    """
    whole = read_layer(path, columns=["insee_com", "lib_com", "code_qp", "lib_qp"])
    found, outside = cut(whole, "insee_com", communes, str(path))
    rows = [row for line, feature in found.iterrows() for row in _qpv_rows(feature, line, path)]
    frame = pd.DataFrame(rows)
    _check_one_name(frame, path)
    note = (
        "codes and names only: the points are centroids of communes; those that have merged are "
        "one (cog_2025)" + _unknown_names(frame, communes)
    )
    checked = validate(frame, tables.QPV_2024_BY_COMMUNE, path)
    return account(checked, len(whole), *outside, kept=len(found), note=note)


def _qpv_rows(feature: pd.Series[Any], line: object, path: Path) -> list[dict[str, str]]:
    codes = [code.strip() for code in feature["code_qp"].split(",")]
    names = [name.strip() for name in feature["lib_qp"].split(",")]
    if len(codes) != len(names):
        # A comma inside a name would give a QPV its neighbour's name.
        raise ContractError(
            f"{path}, feature {line}, commune {feature['insee_com']}",
            expected=f"{len(codes)} names, one for each QPV code",
            found=f"{len(names)} names: {feature['lib_qp']}",
            next_step="mend the list of names in data/corrections",
        )
    towns = "|".join(" ".join(town.split()) for town in feature["lib_com"].split(";"))
    return [
        {
            "qpv": check_qpv(code, vintage=2024),
            "qpv_name": name,
            "commune": feature["insee_com"],
            "commune_names": towns,
        }
        for code, name in zip(codes, names, strict=True)
    ]


def _check_one_name(frame: pd.DataFrame, path: Path) -> None:
    names = frame.groupby("qpv")["qpv_name"].unique()
    several = names[names.str.len() > 1]
    if len(several):
        raise ContractError(
            f"{path}, QPV {several.index[0]}",
            expected="one name in all its communes",
            found=" / ".join(several.iloc[0]),
            next_step="mend the name in data/corrections",
        )


def _unknown_names(frame: pd.DataFrame, communes: Communes) -> str:
    if communes is None:
        return ""
    index = dict(communes)
    towns = sorted({town for cell in frame["commune_names"].unique() for town in cell.split("|")})
    lost = [town for town in towns if find_commune(town, index) is None]
    return f"; names of no known commune: {', '.join(lost)}" if lost else ""


@reader("qpv_2024_outlines")
def read_qpv_2024_outlines(path: Path, communes: Communes = None) -> Reading:
    """Read the outlines of the QPV of 2024, simplified to about 5 m by whoever carried them.

    A ring that touches itself is mended into polygons.
    """
    names = {"code_qp": "qpv", "lib_qp": "qpv_name"}
    raw = read_layer(path, columns=list(names), known="insee_dep").rename(columns=names)
    found, note = outlines(raw, path)
    for code in found["qpv"]:
        check_qpv(code, vintage=2024)
    return account(validate(found, tables.QPV_2024_OUTLINES, path), len(found), note=note)
