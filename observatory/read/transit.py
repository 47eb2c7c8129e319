"""Transit stops of Île-de-France Mobilités: each with its kind, its point and its lines."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from observatory.geo.codes import check_insee
from observatory.geo.geometry import to_degrees
from observatory.read.carried import carry
from observatory.read.code_columns import checked
from observatory.read.readers import Communes, reader
from observatory.read.text_files import account, aside, numbers, read_text_table, validate
from observatory.tables.provenance import Reading
from observatory.tables.transit_tables import BUS, METRO, OTHER, RAIL, STOP_LINES, STOPS, TRAM

#: Types of the file -> kinds; any other type is kept as ``other``, and said in the note.
TYPES = {
    "railStation": RAIL,
    "metroStation": METRO,
    "onstreetTram": TRAM,
    "onstreetBus": BUS,
}
_POINT = {"ZdAXEpsg2154": "x_m", "ZdAYEpsg2154": "y_m"}
_COLUMNS = ("ZdAId", "ZdAName", *_POINT, "ZdAType", "ZdAPostalRegion", "ZdATown")
#: Said of a line by the kind of its stop already.
_KINDS = {"METRO": METRO, "TRAM": TRAM, "RER": RAIL, "TRAIN": RAIL}
_MODE = r"^(?:METRO|TRAM|TRAIN) "
#: Decimals of a degree kept: a tenth of a metre.
DECIMALS = 6


@reader("transit_stops_2024")
def read_transit_stops_2024(path: Path, communes: Communes = None) -> Reading:
    """Read the stop areas of Île-de-France Mobilités, December 2024 (``STOPS``).

    The file calls "postal region" what is the INSEE code of the commune, before the mergers
    of 2025. Its town is kept as it is written (``Saint-Ouen``).

    Parameters
    ----------
    path
        The file.
    communes
        Folded name -> INSEE code; the stops of other communes are set aside.

    Raises
    ------
    CodeError
        A commune's code that is malformed.
    ContractError
        A coordinate that is no number, or two different lines of one identifier.
    """
    raw = read_text_table(
        path, sep=";", columns=_COLUMNS, known="ZdAVersion|ZdACreated|ZdAChanged|ZdCId"
    )
    where, rows = str(path), len(raw)
    checked(raw["ZdAPostalRegion"], check_insee, where)
    raw["label"] = raw["ZdAName"] + " (" + raw["ZdAId"] + ")"
    raw, repeats = aside(raw, raw.duplicated(), "the same line twice", "label")
    raw, carried = carry(raw, "ZdAPostalRegion", communes)
    raw, outside = aside(
        raw, _outside(raw, communes), "outside the communes known, by its commune's code", "label"
    )
    raw, nameless = aside(raw, raw["ZdAName"] == "", "no name", "label")
    frame = _stops(raw, where)
    lost = ~_somewhere(frame)
    _, pointless = aside(raw, lost, "no coordinates, or none in metropolitan France", "label")
    known = validate(frame[~lost], STOPS, path)
    note = "; ".join(filter(None, (_note(raw["ZdAType"][~lost]), carried)))
    return account(known, rows, repeats, outside, nameless, pointless, note=note)


def _outside(raw: pd.DataFrame, communes: Communes) -> pd.Series[Any]:
    there = set(communes.values()) if communes else set(raw["ZdAPostalRegion"])
    return ~raw["ZdAPostalRegion"].isin(there)


def _stops(raw: pd.DataFrame, where: str) -> pd.DataFrame:
    point = numbers(raw, _POINT, where)
    lon, lat = to_degrees(point["x_m"].to_numpy(dtype=float), point["y_m"].to_numpy(dtype=float))
    return pd.DataFrame(
        {
            "stop": raw["ZdAId"],
            "name": raw["ZdAName"],
            "kind": raw["ZdAType"].map(TYPES).fillna(OTHER),
            "commune": raw["ZdAPostalRegion"],
            "commune_name": raw["ZdATown"],
            **{name: point[name] for name in _POINT.values()},
            "lon": np.round(lon, DECIMALS),
            "lat": np.round(lat, DECIMALS),
        },
        index=raw.index,
    )


def _somewhere(frame: pd.DataFrame) -> pd.Series[Any]:
    """Return which points lie in metropolitan France; one that is missing does not."""
    return frame["lat"].between(41, 51.5) & frame["lon"].between(-5.5, 10)


def _note(types: pd.Series[Any]) -> str:
    unknown = types[~types.isin(list(TYPES))].value_counts().sort_index()
    unknown_text = ", ".join(f"{name or 'no type'} ({count})" for name, count in unknown.items())
    return f"types not known, kept as other: {unknown_text}" if unknown_text else ""


@reader("transit_lines_2025")
def read_transit_lines_2025(path: Path, communes: Communes = None) -> Reading:
    """Read the lines that call at each station, November 2025 (``STOP_LINES``).

    The file has a row for each station and line of train, RER, metro and tram; of buses none. It
    names no commune: the lines of every stop area are kept.

    Parameters
    ----------
    path
        The file.
    communes
        Not used: the file says no commune.
    """
    raw = read_text_table(path, sep=";", columns=("id_ref_zda", "nom_zda", "res_com"), known=".+")
    rows = len(raw)
    raw, nameless = aside(
        raw,
        (raw["id_ref_zda"] == "") | (raw["res_com"] == ""),
        "no stop area, or no line",
        "nom_zda",
    )
    lines = raw["res_com"].str.replace(_MODE, "", regex=True)
    kinds = raw["res_com"].str.extract(r"^(\w+) ")[0].map(_KINDS).fillna(OTHER)
    frame = pd.DataFrame({"stop": raw["id_ref_zda"], "kind": kinds, "line": lines}, index=raw.index)
    _, repeats = aside(raw, frame.duplicated(), "the same line twice at one stop area", "nom_zda")
    return account(validate(frame.drop_duplicates(), STOP_LINES, path), rows, nameless, repeats)
