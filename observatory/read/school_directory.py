"""The national directory of schools: where each public school is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from observatory.geo.codes import check_insee, check_uai
from observatory.geo.geometry import WORLD, project
from observatory.read.code_columns import checked
from observatory.read.layers import read_layer
from observatory.read.readers import Communes, reader
from observatory.read.schools import among, once_each
from observatory.read.text_files import aside
from observatory.tables.provenance import Reading
from observatory.tables.school_tables import SCHOOL_POINTS

#: How the natures of a school begin, and its type.
_NATURES = {
    "ECOLE MATERNELLE": "nursery",
    "ECOLE DE NIVEAU ELEMENTAIRE": "elementary",
    "ECOLE ELEMENTAIRE": "elementary",
    "COLLEGE": "college",
    "LYCEE": "lycee",
}
#: How the natures of a section of a school begin.
_SECTION = "SECTION "


@reader("schools_directory_2025")
def read_schools_directory_2025(path: Path, communes: Communes = None) -> Reading:
    """Read the public schools of the directory with their places, WGS 84 (``SCHOOL_POINTS``).

    Sections (SEGPA, professional sections) are set aside: they are the school that holds them.

    Raises
    ------
    CodeError
        A UAI or a commune that is malformed.
    ContractError
        An unknown nature of school.
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
    checked(raw["uai"], check_uai, where)
    checked(raw["commune"], check_insee, where)
    is_section = raw["nature"].str.startswith(_SECTION)
    schools, sections = aside(raw, is_section, "a section of another school", "school_name")
    frame = schools.assign(
        school_name=schools["school_name"].str.split().str.join(" "),
        school_type=among(_starts(schools["nature"]), _NATURES, where),
        postcode=None,
        network=None,
        pupils=float("nan"),
    )
    kept = frame[SCHOOL_POINTS.names]
    return once_each(kept, SCHOOL_POINTS, where, sections, communes=communes, rows=len(raw))


def _starts(natures: pd.Series[Any]) -> pd.Series[Any]:
    """Return the known start of each nature; one without stays whole, to be refused."""
    starts = natures.str.extract(f"^(?P<nature>{'|'.join(_NATURES)})")["nature"]
    return pd.Series(starts.fillna(natures))
