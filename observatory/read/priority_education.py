"""Schools of priority education (REP, REP+): the list of the rentrée, and that of the service."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from observatory.errors import CodeError, ColumnsError
from observatory.geo.codes import check_uai, departement_of, find_commune, fold_name
from observatory.places.french_communes import french_communes
from observatory.read.carried import carry
from observatory.read.code_columns import checked, commune_codes, needed
from observatory.read.cut import OUTSIDE, cut, few_aside, refused, right_uai, too_many
from observatory.read.file_heads import columns_of
from observatory.read.json_tables import read_records
from observatory.read.readers import Communes, reader
from observatory.read.school_natures import NO_TYPE, types_of
from observatory.read.schools import among, once_each
from observatory.read.text_files import FETCH, aside, read_text_table
from observatory.tables.provenance import Aside, Reading
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
    raw, outside = _in_communes(raw, communes, where)
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


def _in_communes(
    raw: pd.DataFrame, communes: Communes, where: str
) -> tuple[pd.DataFrame, tuple[Aside, ...]]:
    """Return the schools of the communes known, with their ``code``, and the account of others.

    A name alone tells no commune of the country: it is looked up in its own département.
    """
    index = needed(communes, where)
    areas = raw.get(_AREA, pd.Series("", index=raw.index)).str.removeprefix("0").str.zfill(2)
    here = {area: _of_area(index, area) for area in areas.unique()}
    pairs = list(zip(raw["COMMUNE"], areas, strict=True))
    known = frozenset(index.values())
    codes = [_code(_plain(name), area, here[area], known) for name, area in pairs]
    raw = raw.assign(code=pd.Series(codes, index=raw.index, dtype="str"))
    away = [
        not here[area] or (area, fold_name(name)) in french_communes().by_name
        for name, area in pairs
    ]
    kept, outside = aside(
        raw, raw["code"].isna() & pd.Series(away, index=raw.index), OUTSIDE, "COMMUNE"
    )
    lost = kept["code"].isna()
    if too_many(int(lost.sum()), len(raw)):
        try:
            commune_codes(kept.loc[lost, "COMMUNE"], index, where)
        except CodeError as error:
            raise refused(error) from error
    kept, unknown = aside(kept, lost, "a commune that its name does not tell", "COMMUNE")
    return kept, (outside, unknown)


def _code(name: str, area: str, here: dict[str, str], known: frozenset[str]) -> str | None:
    """Return the code of a commune known, by its name in its own département."""
    official = french_communes().by_name.get((area, fold_name(name)))
    return find_commune(name, here) or (official if official in known else None)


def _plain(name: str) -> str:
    """Return the name of an arrondissement as it is usually written: ``MARSEILLE 02``."""
    return re.sub(r"\b0(\d)$", r"\1", name)


def _of_area(index: Mapping[str, str], area: str) -> dict[str, str]:
    """Return the communes of a département; all of them where none is said."""
    return {
        name: code for name, code in index.items() if area == "00" or departement_of(code) == area
    }


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
