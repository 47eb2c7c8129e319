"""Social index of schools (IPS): one table a year, or all years in one file of the service."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd

from observatory.geo.codes import check_insee
from observatory.read.carried import carry
from observatory.read.code_columns import checked
from observatory.read.cut import cut, readable, right_uai
from observatory.read.file_heads import columns_of
from observatory.read.json_tables import read_records
from observatory.read.readers import Communes, reader
from observatory.read.schools import among, once_each
from observatory.read.text_files import aside, decimal
from observatory.tables.provenance import Reading
from observatory.tables.school_tables import IPS_SCHOOLS

_SECTORS = {"public": "public", "privé sous contrat": "private"}

#: How the publisher names the same column in one file or another, the first one found is read.
_NAME = ("nom_de_l_etablissement", "nom_de_l_etablissment")
_PUPILS = ("effectifs_ensemble_gt_pro", "effectifs_etab", "effectif_etab", "effectifs", "effectif")
_INDEX = ("ips_ensemble_gt_pro", "ips_etab", "ips")
_YEAR, _COMMUNE = "rentree_scolaire", "code_insee_de_la_commune"


@reader("ips_ecoles_2022")
def read_ips_ecoles_2022(path: Path, communes: Communes = None) -> Reading:
    """Read the social index of elementary and primary schools (``IPS_SCHOOLS``)."""
    return _ips(path, communes)


@reader("ips_colleges_2022")
def read_ips_colleges_2022(path: Path, communes: Communes = None) -> Reading:
    """Read the social index of collèges (``IPS_SCHOOLS``)."""
    return _ips(path, communes, kind="college")


@reader("ips_lycees_2022")
def read_ips_lycees_2022(path: Path, communes: Communes = None) -> Reading:
    """Read the social index of lycées, all tracks together (``IPS_SCHOOLS``)."""
    return _ips(path, communes, kind="lycee")


def _ips(path: Path, communes: Communes, *, kind: str | None = None) -> Reading:
    """Read a table of the index: of several school years in one file, the last one is kept."""
    names = columns_of(path)
    name, pupils, ips = (
        next((one for one in among_ if one in names), among_[-1])
        for among_ in (_NAME, _PUPILS, _INDEX)
    )
    raw = read_records(
        path,
        columns=("uai", name, _COMMUNE, "secteur", ips),
        optional=(pupils, _YEAR),
        known=r"(?:num|rentree|academie|region|code|departement|nom|type|effectif|ips|ecart)\w*",
    )
    where, rows = str(path), len(raw)
    year = raw.get(_YEAR, pd.Series("", index=raw.index))
    raw, earlier = aside(raw, year != year.max(), "of an earlier school year", name)
    raw, carried = carry(raw, _COMMUNE, communes)
    raw, outside = cut(raw, _COMMUNE, communes, where)
    raw, unsure = right_uai(raw, "uai", where)
    raw, odd = readable(raw, [c for c in (pupils, ips) if c in raw], "uai", where)
    elementary = raw[name].str.contains("ELEMENTAIRE|PRIMAIRE")
    counted = decimal(raw[pupils], where)[0] if pupils in raw else float("nan")
    frame = pd.DataFrame(
        {
            "uai": raw["uai"],
            "school_name": raw[name],
            "school_type": kind or elementary.map({True: "elementary", False: "school"}),
            "commune": checked(raw[_COMMUNE], check_insee, where),
            "sector": among(raw["secteur"], _SECTORS, where),
            "pupils": counted,
            "ips": decimal(raw[ips], where)[0],
        }
    )
    asides = (earlier, *outside, unsure, odd)
    reading = once_each(frame, IPS_SCHOOLS, where, *asides, rows=rows)
    of_year = f"school year {year.max()}" if year.max() else ""
    return replace(reading, note="; ".join(filter(None, (of_year, carried))))
