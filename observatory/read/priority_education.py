"""Schools of priority education (REP, REP+): the list of the rentrée, and that of the service."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pandas as pd

from observatory.errors import ColumnsError
from observatory.geo.codes import check_uai
from observatory.read.carried import carry
from observatory.read.code_columns import checked
from observatory.read.cut import cut, few_aside, right_uai
from observatory.read.file_heads import columns_of
from observatory.read.json_tables import read_records
from observatory.read.named_communes import named_communes
from observatory.read.readers import Communes, reader
from observatory.read.school_natures import NO_TYPE, types_of
from observatory.read.schools import among, once_each
from observatory.read.text_files import FETCH, aside, read_text_table
from observatory.tables.provenance import Reading
from observatory.tables.school_tables import REP_SCHOOLS

_REP_TYPES = {
    "ECOLE MATERNELLE": "nursery",
    "ECOLE ELEMENTAIRE OU PRIMAIRE": "elementary",
    "COLLEGE": "college",
}
#: Columns of the list of priority education.
_REP_TYPE, _AREA = "TYPE_DETABLISSEMENT", "N°Département"


@reader("rep_schools_2022")
def read_rep_schools_2022(path: Path, communes: Communes = None) -> Reading:
    """Read the schools of priority education, rentrée 2022 (``REP_SCHOOLS``).

    Communes stand by name, in capitals without accents, and by département; ``communes`` gives
    the codes of those that are kept.

    Raises
    ------
    CodeError
        More than a few communes that do not exist (with the nearest name).
    ContractError
        More than a few UAI whose check letter is wrong, or schools of an unknown type; a network
        other than REP and REP+.
    """
    raw = read_text_table(
        path,
        sep=";",
        columns=(
            "COMMUNE",
            "UAI tête de réseau",
            "NUMERO",
            "NOM DE L'ETABLISSEMENT",
            _REP_TYPE,
            "EP",
        ),
        optional=(_AREA,),
        known=r"ACADEMIE|DEPARTEMENT|circonscription|contact .*",
    )
    where, rows = str(path), len(raw)
    raw, outside = named_communes(raw, "COMMUNE", _areas(raw), communes, where)
    raw, unsure = right_uai(raw, "NUMERO", where)
    unknown = ~raw[_REP_TYPE].isin(list(_REP_TYPES))
    kinds = "one of " + ", ".join(_REP_TYPES)
    raw, others = few_aside(raw, unknown, NO_TYPE, _REP_TYPE, kinds, where)
    frame = pd.DataFrame(
        {
            "uai": raw["NUMERO"],
            "school_name": raw["NOM DE L'ETABLISSEMENT"],
            "school_type": raw[_REP_TYPE].map(_REP_TYPES),
            "network": among(raw["EP"], {"REP": "REP", "REP+": "REP+"}, where),
            "network_head": checked(raw["UAI tête de réseau"], check_uai, where),
            "commune": raw["code"],
        }
    )
    asides = (*outside, unsure, others)
    return once_each(frame, REP_SCHOOLS, where, *asides, rows=rows)


def _areas(raw: pd.DataFrame) -> pd.Series[Any]:
    """Return the département of each school; none where the file does not say it."""
    if _AREA not in raw:
        return pd.Series([frozenset[str]()] * len(raw), index=raw.index)
    return (
        raw[_AREA].str.removeprefix("0").str.zfill(2).map(lambda area: frozenset({area} - {"00"}))
    )


_YEARLY = r"ep_20\d\d_20\d\d"


@reader(
    "rep_schools_2022", "list of the service, a column a year", _YEARLY, "uai_tete_de_reseau",
    seen=False,
)  # fmt: skip
def read_rep_schools_of_the_service(path: Path, communes: Communes = None) -> Reading:
    """Read the schools of priority education from the service's list (``REP_SCHOOLS``).

    The network stands in a column named after its school year (``ep_2022_2023``): the last one is
    read. A line that stands twice, and schools outside priority education, are set aside.
    """
    where, year = str(path), _last_year(path)
    raw = read_records(
        path,
        columns=("uai", year, "nom_etablissement", "uai_tete_de_reseau", "code_commune",
                 "libelle_nature"),
        known=r"[a-z_0-9]+",
    )  # fmt: skip
    rows = len(raw)
    raw, carried = carry(raw, "code_commune", communes)
    raw, outside = cut(raw, "code_commune", communes, where)
    raw, twice = aside(raw, raw.duplicated(), "the same line twice", "uai")
    network = raw[year].str.upper().str.replace(" ", "")
    raw, others = aside(raw, ~network.isin(["REP", "REP+"]), "not in priority education", "uai")
    raw, unsure = right_uai(raw, "uai", where, "uai_tete_de_reseau")
    raw, unknown = aside(raw, types_of(raw["libelle_nature"]).isna(), NO_TYPE, "libelle_nature")
    frame = pd.DataFrame(
        {
            "uai": raw["uai"],
            "school_name": raw["nom_etablissement"],
            "school_type": types_of(raw["libelle_nature"]),
            "network": network[raw.index],
            "network_head": raw["uai_tete_de_reseau"],
            "commune": raw["code_commune"],
        }
    )
    asides = (*outside, twice, others, unsure, unknown)
    return once_each(frame, REP_SCHOOLS, where, *asides, rows=rows, note=carried)


def _last_year(path: Path) -> str:
    years = sorted(name for name in columns_of(path) if re.fullmatch(_YEARLY, name))
    if not years:
        raise ColumnsError(
            f"{path}, header",
            expected="uai, ep_2022_2023 (of any year), uai_tete_de_reseau, code_commune",
            found=", ".join(columns_of(path))[:200],
            next_step=FETCH,
        )
    return years[-1]
