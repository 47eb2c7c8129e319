"""Priority districts (QPV) of 2024: their outlines, and which communes they are in."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from observatory.errors import CodeError, ContractError
from observatory.geo.codes import check_qpv, find_commune
from observatory.read.cut import OUTSIDE, cut, few_aside
from observatory.read.layers import outlines, read_layer
from observatory.read.readers import Communes, reader
from observatory.read.text_files import account, aside, validate
from observatory.tables import geography_tables as tables
from observatory.tables.provenance import Aside, Reading

_NO_CODE = "no code of a QPV of 2024"
_WANTED = "codes of the perimeters of 2024, such as QN09328M: never mix those of 2015"
_WANTED_NAMES = "a name for each code of a QPV, without a comma in it"
_QPV = {"code_qp": "qpv", "lib_qp": "qpv_name"}


@reader("qpv_2024_by_commune")
def read_qpv_2024_by_commune(path: Path, communes: Communes = None) -> Reading:
    """Read the codes and names of the QPV of 2024, one row for each QPV and commune.

    The file has a point for each commune: its centroid, never the QPV's, so the geometry is not
    kept. ``rows_in`` counts the features; the frame has a row for each QPV of each.
    """
    whole = read_layer(path, columns=["insee_com", "lib_com", "code_qp", "lib_qp"])
    found, outside = cut(whole, "insee_com", communes, str(path))
    found, *odd = _right_lists(found, path)
    rows = [row for _, feature in found.iterrows() for row in _qpv_rows(feature)]
    frame = pd.DataFrame(rows, columns=["qpv", "qpv_name", "commune", "commune_names"])
    _check_one_name(frame, path)
    note = (
        "codes and names only: the points are centroids of communes; those that have merged are "
        "one (cog_2025)" + _unknown_names(frame, communes)
    )
    checked = validate(frame, tables.QPV_2024_BY_COMMUNE, path)
    return account(checked, len(whole), *outside, *odd, kept=len(found), note=note)


def _right_lists(found: Any, path: Path) -> tuple[Any, Aside, Aside]:
    """Set the communes aside whose codes are not of 2024, or without a name each."""
    wrong = ~found["code_qp"].map(lambda text: all(map(_is_qpv, _parts(text)))).astype(bool)
    found, other = few_aside(found, wrong, _NO_CODE, "code_qp", _WANTED, str(path))
    # A comma inside a name would give a QPV its neighbour's name.
    codes, names = (found[name].map(_parts).map(len) for name in ("code_qp", "lib_qp"))
    reason = "not as many names of QPV as codes"
    found, unnamed = few_aside(found, codes != names, reason, "lib_qp", _WANTED_NAMES, str(path))
    return found, other, unnamed


def _parts(listed: str) -> list[str]:
    return [one.strip() for one in listed.split(",")]


def _qpv_rows(feature: pd.Series[Any]) -> list[dict[str, str]]:
    codes, names = _parts(feature["code_qp"]), _parts(feature["lib_qp"])
    towns = "|".join(" ".join(town.split()) for town in feature["lib_com"].split(";"))
    return [
        {
            "qpv": code,
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
    raw = read_layer(path, columns=list(_QPV), known="insee_dep").rename(columns=_QPV)
    kept, odd = _right_codes(raw, "qpv", path)
    found, note = outlines(kept, path)
    return account(validate(found, tables.QPV_2024_OUTLINES, path), len(raw), odd, note=note)


_ANCT = ("code_qp", "lib_qp", "insee_com", "insee_reg")


@reader("qpv_2024_outlines", "QPV of the country, GeoJSON of the ANCT", *_ANCT, seen=False)
def read_qpv_outlines_anct(path: Path, communes: Communes = None) -> Reading:
    """Read the outlines of the QPV of the communes known, from the file of the country."""
    raw, apart = _anct(path, communes)
    found, note = outlines(raw.rename(columns=_QPV), path)
    frame = validate(found[tables.QPV_2024_OUTLINES.names], tables.QPV_2024_OUTLINES, path)
    return account(frame, len(raw) + sum(item.rows for item in apart), *apart, note=note)


@reader("qpv_2024_by_commune", "QPV of the country, GeoJSON of the ANCT", *_ANCT, seen=False)
def read_qpv_by_commune_anct(path: Path, communes: Communes = None) -> Reading:
    """Read the codes and names of the QPV by commune, from the file of their outlines."""
    raw, apart = _anct(path, communes)
    rows = [
        {
            "qpv": one["code_qp"],
            "qpv_name": one["lib_qp"],
            "commune": commune,
            "commune_names": one["lib_com"] or None,
        }
        for _, one in raw.iterrows()
        for commune in _listed(one["insee_com"])
        if communes is None or commune in communes.values()
    ]
    frame = pd.DataFrame(rows, columns=tables.QPV_2024_BY_COMMUNE.names)
    checked = validate(frame, tables.QPV_2024_BY_COMMUNE, path)
    count = len(raw) + sum(item.rows for item in apart)
    return account(checked, count, *apart, kept=len(raw), note="codes and names of the outlines")


def _anct(path: Path, communes: Communes) -> tuple[gpd.GeoDataFrame, tuple[Aside, ...]]:
    """Return the QPV of the communes known, and the account of the others."""
    raw = read_layer(
        path, columns=["code_qp", "lib_qp", "insee_com"], optional=["lib_com"], known=r"\w+"
    )
    raw = raw.assign(lib_com=raw.get("lib_com", "")).fillna({"lib_com": ""})
    raw, odd = _right_codes(raw, "code_qp", path)
    away = ~raw["insee_com"].map(lambda text: _is_known(text, communes)).astype(bool)
    kept, outside = aside(raw, away, OUTSIDE, "code_qp")
    return kept, (odd, outside)


def _right_codes(raw: Any, column: str, path: Path) -> tuple[Any, Aside]:
    """Set the rows aside whose code is of no QPV of 2024; many refuse the file."""
    wrong = ~raw[column].map(_is_qpv).astype(bool)
    return few_aside(raw, wrong, _NO_CODE, column, _WANTED, str(path))


def _listed(communes: str) -> list[str]:
    """Return the codes of a QPV's communes, whatever the mark between them."""
    return re.findall(r"\d[\dAB]\d{3}", str(communes))


def _is_known(text: str, communes: Communes) -> bool:
    codes = _listed(text)
    if communes is None:
        return bool(codes)
    return not set(communes.values()).isdisjoint(codes)


def _is_qpv(code: object) -> bool:
    try:
        check_qpv(code, vintage=2024)
    except CodeError:
        return False
    return True
