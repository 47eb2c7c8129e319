"""The national directory of schools: where each public school is."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from observatory.geo.geometry import WORLD, project
from observatory.read.carried import carry
from observatory.read.cut import cut, few_aside, readable, right_uai
from observatory.read.json_tables import read_records
from observatory.read.layers import read_layer
from observatory.read.readers import Communes, reader
from observatory.read.school_natures import NATURES, NO_TYPE, starts_of, types_of
from observatory.read.schools import once_each
from observatory.read.text_files import aside, decimal
from observatory.tables.provenance import Reading
from observatory.tables.school_tables import SCHOOL_POINTS

#: How the natures of a section of a school begin.
_SECTION = "SECTION "


@reader("schools_directory_2025")
def read_schools_directory_2025(path: Path, communes: Communes = None) -> Reading:
    """Read the public schools of the directory with their places, WGS 84 (``SCHOOL_POINTS``).

    Sections (SEGPA, professional sections) are set aside: they are the school that holds them.

    Raises
    ------
    CodeError, ContractError
        More than a few communes that do not exist, UAI whose check letter is wrong, or unknown
        natures of school.
    """
    names = {
        "identifiant_de_l_etablissement": "uai",
        "nom_etablissement": "school_name",
        "code_commune": "commune",
        "libelle_nature": "nature",
    }
    whole = read_layer(path, columns=list(names), known="type_etablissement|nom_commune")
    layer, where = project(whole.rename(columns=names), WORLD, name=str(path)), str(path)
    raw = pd.DataFrame(layer.drop(columns="geometry")).assign(
        lon=layer.geometry.x.round(6), lat=layer.geometry.y.round(6)
    )
    rows = len(raw)
    raw, carried = carry(raw, "commune", communes)
    raw, outside = cut(raw, "commune", communes, where)
    raw, unsure = right_uai(raw, "uai", where)
    is_section = raw["nature"].str.startswith(_SECTION)
    raw, sections = aside(raw, is_section, "a section of another school", "school_name")
    starts = starts_of(raw["nature"])
    kinds = "one of " + ", ".join(NATURES)
    odd = ~starts.isin(list(NATURES))
    schools, unknown = few_aside(raw, odd, NO_TYPE, "nature", kinds, where)
    frame = schools.assign(
        school_name=schools["school_name"].str.split().str.join(" "),
        school_type=types_of(schools["nature"]),
        postcode=None,
        network=None,
        pupils=float("nan"),
    )
    kept = frame[SCHOOL_POINTS.names]
    asides = (*outside, unsure, unknown, sections)
    return once_each(kept, SCHOOL_POINTS, where, *asides, rows=rows, note=carried)


#: The columns of the service's records; its CSV of the lycées writes them with capitals.
_COLUMNS = (
    "identifiant_de_l_etablissement", "nom_etablissement", "type_etablissement",
    "statut_public_prive", "libelle_nature", "code_commune", "code_postal", "nombre_d_eleves",
    "latitude", "longitude", "etat",
)  # fmt: skip
_SIGNS = ("identifiant_de_l_etablissement", "statut_public_prive", "etat")


@reader("schools_directory_2025", "records of the service", *_SIGNS, seen=False)
def read_schools_of_the_service(path: Path, communes: Communes = None) -> Reading:
    """Read the open public schools of the directory's records, with their places."""
    return _of_the_service(path, communes, sector="Public")


@reader("lycees_2024", "records of the service", *_SIGNS, seen=False)
def read_lycees_of_the_service(path: Path, communes: Communes = None) -> Reading:
    """Read the open lycées of the directory's records, public or not, with their places."""
    return _of_the_service(path, communes, kind="lycee")


def _of_the_service(path: Path, communes: Communes, *, sector: str = "", kind: str = "") -> Reading:
    where = str(path)
    raw = read_records(path, columns=_COLUMNS, known=r"\w+")
    rows = len(raw)
    raw, carried = carry(raw, "code_commune", communes)
    raw, outside = cut(raw, "code_commune", communes, where)
    raw, shut = aside(
        raw, raw["etat"] != "OUVERT", "not open in the directory", "nom_etablissement"
    )
    types = types_of(raw["libelle_nature"])
    raw, others = aside(raw, types.isna(), "no school, collège or lycée", "libelle_nature")
    other = pd.Series(False, index=raw.index)
    if sector:
        other |= raw["statut_public_prive"] != sector
    if kind:
        other |= types[raw.index] != kind
    raw, elsewhere = aside(raw, other, "of another list", "nom_etablissement")
    raw, unsure = right_uai(raw, _SIGNS[0], where)
    figures = ["nombre_d_eleves", "latitude", "longitude"]
    raw, odd = readable(raw, figures, _SIGNS[0], where)
    frame = pd.DataFrame(
        {
            "uai": raw[_SIGNS[0]],
            "school_name": raw["nom_etablissement"].str.split().str.join(" "),
            "school_type": types[raw.index],
            "commune": raw["code_commune"],
            "postcode": raw["code_postal"].where(raw["code_postal"].str.fullmatch(r"\d{5}")),
            "network": None,
            "pupils": decimal(raw["nombre_d_eleves"], where)[0],
            "lon": decimal(raw["longitude"], where)[0],
            "lat": decimal(raw["latitude"], where)[0],
        }
    )
    asides = (*outside, shut, others, elsewhere, unsure, odd)
    return once_each(frame, SCHOOL_POINTS, where, *asides, rows=rows, note=carried)
