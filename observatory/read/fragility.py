"""CAF beneficiaries by IRIS, commune indicators of 2017-20, and the published IFN to compare with.

Every reader takes the file (or folder) and, where it can use it, the index of communes by folded
name; it gives a contracted table with an account of its rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from observatory.errors import ContractError
from observatory.read.census import with_why
from observatory.read.text_files import (
    account,
    aside,
    check_communes,
    hold,
    numbers,
    read_text,
    read_text_table,
)
from observatory.tables import fragility_tables as tables
from observatory.tables.provenance import Reading
from observatory.tables.table import Table

Communes = Mapping[str, str] | None
PLACE = {"CODE_INSEE": "commune", "LIBCOM": "commune_name"}
#: Columns that the commune files carry beside code, name and figure; the first has no name.
BESIDE = r"(?:DEP)?"


def read_caf_iris_2021(path: Path, communes: Communes = None) -> Reading:
    """Read the CAF beneficiaries of each IRIS; a blank is a suppressed small number, never zero."""
    names = {
        "a": "caf_beneficiaries",
        "percou": "caf_persons",
        "ai": "caf_alone",
        "am": "caf_single_parents",
        "enf": "caf_children",
        "a_etud": "caf_students",
        "a_netud_24": "caf_young_not_students",
        "aal": "caf_housing",
        "aaah": "caf_aah",
        "appa": "caf_ppa",
        "arsas": "caf_rsa",
    }
    raw = read_text_table(
        path,
        sep=";",
        columns=["iris_code", "note", *names],
        known=r"acssenf|acavenf|ac3enf|enf_\d+(?:_\d+)?|aapl",
    )
    check_communes(raw["iris_code"], communes, str(path))
    labels = {"iris": raw["iris_code"], "caf_note": raw["note"]}
    frame = pd.DataFrame({**labels, **with_why(raw, names, path, blank="suppressed")})
    note = (
        f"{int(frame['caf_beneficiaries'].isna().sum())} IRIS without any figure, RSA suppressed "
        f"in {int(frame['caf_rsa'].isna().sum())}"
    )
    return account(hold(frame, tables.CAF_IRIS_2021, path), len(raw), note=note)


def read_commune_diplomas(path: Path, communes: Communes = None) -> Reading:
    """Read diplomas, ages and households by commune; each commune stands twice, once blank."""
    names = {
        "TX_NSCOL15P": "low_diploma_pct",
        "TX_MENSEUL": "alone_households_pct",
        "TX_FAMMONO": "single_parent_families_pct",
        "TX_65ETPLUS": "pop_65p_pct",
        "TX_25ETMOINS": "pop_under_25_pct",
    }
    raw = read_text_table(path, columns=[*PLACE, *names], known=r"(?:DEP|TX_DEMANDEURS_EMPLOI)?")
    check_communes(raw["CODE_INSEE"], communes, str(path))
    blank = (raw[list(names)] == "").all(axis=1)
    # Only a blank line whose commune has a filled one is a repetition; else it says "not known".
    filled = raw["CODE_INSEE"].isin(raw.loc[~blank, "CODE_INSEE"])
    reason = "second line of a commune, without any figure"
    kept, out = aside(raw, blank & filled, reason, "CODE_INSEE")
    frame = pd.DataFrame({**_place(kept), **with_why(kept, names, path)})
    checked = hold(frame, tables.COMMUNE_DIPLOMAS, path)
    note = "the jobseekers' column of the source is blank throughout"
    return account(checked, len(raw), out, note=note)


def _place(raw: pd.DataFrame) -> dict[str, pd.Series[Any]]:
    return {ours: raw[theirs] for theirs, ours in PLACE.items()}


def _one_share(
    path: Path, communes: Communes, theirs: str, ours: str, table: Table, note: str = ""
) -> Reading:
    raw = read_text_table(path, columns=[*PLACE, theirs], known=BESIDE)
    check_communes(raw["CODE_INSEE"], communes, str(path))
    frame = pd.DataFrame({**_place(raw), **with_why(raw, {theirs: ours}, path)})
    blank = int(frame[ours].isna().sum())
    said = f"{blank} communes without a figure" if blank else ""
    checked = hold(frame, table, path)
    return account(checked, len(raw), note="; ".join(filter(None, (note, said))))


def read_rsa_communes(path: Path, communes: Communes = None) -> Reading:
    """Read the share of RSA beneficiaries of each commune."""
    return _one_share(path, communes, "TX_RSA", "rsa_pct", tables.RSA_COMMUNES)


def read_fixed_coverage_communes(path: Path, communes: Communes = None) -> Reading:
    """Read the share of premises without 30 Mbit/s; the source's column says the contrary."""
    note = "the column named TAUX_COUVERTURE_THD is the share WITHOUT 30 Mbit/s"
    return _one_share(
        path,
        communes,
        "TAUX_COUVERTURE_THD",
        "no_thd_pct",
        tables.FIXED_COVERAGE_COMMUNES,
        note,
    )


def read_jobseekers_communes(path: Path, communes: Communes = None) -> Reading:
    """Read the share of jobseekers of each commune."""
    return _one_share(
        path, communes, "TX_DEMANDEUR_EMPLOIS", "jobseekers_pct", tables.JOBSEEKERS_COMMUNES
    )


def read_poverty_communes_d4g(path: Path, communes: Communes = None) -> Reading:
    """Read an older poverty rate by commune, whose year and basis the source does not say."""
    note = "older than 2021; declared or disposable income is not said: not to be compared"
    return _one_share(
        path, communes, "TX_POVERTY", "poverty_old_pct", tables.POVERTY_COMMUNES_D4G, note
    )


def read_mobile_coverage_communes(path: Path, communes: Communes = None) -> Reading:
    """Read the mobile coverage of each commune, a share of one in the source, here in per cent."""
    raw = read_text_table(path, columns=[*PLACE, "COUVERTURE_MOBILE"], known=BESIDE)
    check_communes(raw["CODE_INSEE"], communes, str(path))
    figures = with_why(raw, {"COUVERTURE_MOBILE": "mobile_coverage_pct"}, path)
    figures["mobile_coverage_pct"] = 100 * figures["mobile_coverage_pct"]
    frame = pd.DataFrame({**_place(raw), **figures})
    return account(hold(frame, tables.MOBILE_COVERAGE_COMMUNES, path), len(raw))


def read_public_service_communes(path: Path, communes: Communes = None) -> Reading:
    """Read whether each commune has access to a public-service point (0 or 1 in the source)."""
    raw = read_text_table(path, columns=[*PLACE, "ACCES_SERVICE_PUBLIC"], known=BESIDE)
    check_communes(raw["CODE_INSEE"], communes, str(path))
    flag = raw["ACCES_SERVICE_PUBLIC"]
    wrong = flag[~flag.isin(["0", "1"])]
    if len(wrong):
        raise ContractError(
            f"{path}, column ACCES_SERVICE_PUBLIC, line {wrong.index[0]}",
            expected="0 or 1",
            found=repr(wrong.iloc[0]),
            next_step="mend the value at its source, or correct it in data/corrections",
        )
    frame = pd.DataFrame({**_place(raw), "public_service": flag == "1"})
    checked = hold(frame, tables.PUBLIC_SERVICE_COMMUNES, path)
    return account(checked, len(raw), note="what counts as access is not said by the source")


def read_ifn_v2_communes(path: Path, communes: Communes = None) -> Reading:
    """Read the IFN of 2023 by commune; its columns named ``rate`` are scores from 0 to 10."""
    names = {
        "no_thd_coverage_rate": "no_thd_score",
        "no_4g_coverage_rate": "no_4g_score",
        "poverty_rate": "poverty_score",
        "older_65_rate": "older_65_score",
        "nscol15p_rate": "low_diploma_score",
        "total": "ifn_score",
    }
    raw = read_text_table(path, columns=["code", "name", *names], known="division")
    check_communes(raw["code"], communes, str(path))
    labels = {"commune": raw["code"], "commune_name": raw["name"]}
    frame = pd.DataFrame({**labels, **numbers(raw, names, str(path))})
    note = "the columns named rate are scores from 0 to 10; licence unconfirmed: comparison only"
    return account(hold(frame, tables.IFN_V2_COMMUNES, path), len(raw), note=note)


#: How both files of V1 name the axes, in the publisher's spelling.
V1_AXES = {
    "ACCES A L'INFORMATION": "information",
    "ACCÈS AUX INTERFACES NUMERIQUES": "interfaces",
    "COMPETENCES ADMINISTATIVES": "admin",
    "COMPÉTENCES NUMÉRIQUES / SCOLAIRES": "digital",
    "GLOBAL ACCES": "access",
    "GLOBAL COMPETENCES": "skills",
    "SCORE GLOBAL": "ifn",
}


def read_ifn_v1_iris_slamer(path: Path, communes: Communes = None) -> Reading:
    """Read the IFN of 2020 by IRIS against the region, cut to whole numbers."""
    labels = {"code_iris": "iris", "nom_iris": "iris_name", "nom_com": "commune_name"}
    names = {
        "Classement de SCORE GLOBAL region 1": "rank",
        "Population": "population",
        **{theirs: f"{ours}_index" for theirs, ours in V1_AXES.items()},
    }
    raw = read_text_table(path, columns=[*labels, *names])
    check_communes(raw["code_iris"], communes, str(path))
    frame = raw[list(labels)].rename(columns=labels).join(numbers(raw, names, str(path)))
    checked = hold(frame, tables.IFN_V1_IRIS_SLAMER, path)
    return account(checked, len(raw), note="licence unconfirmed: comparison only")


TYPES = {
    "Iris d'habitat": "H",
    "Iris d'activité": "A",
    "Iris divers": "D",
    "Commune non découpée en IRIS": "Z",
}


def read_ifn_v1_iris_team48(path: Path, communes: Communes = None) -> Reading:
    """Read the IFN of 2020 by IRIS against département, EPCI and region.

    The file has no header: its column names stand in ``team48_headers.csv`` beside it.
    """
    labels = {
        "Code Iris": "iris",
        "Libiris": "iris_name",
        "Type Iris": "iris_type",
        "Insee Com": "commune",
        "Libcom": "commune_name",
    }
    names = {
        f"{theirs} {base} 1": f"{ours}_{base}_index"
        for theirs, ours in V1_AXES.items()
        for base in ("departement", "epci", "region")
    }
    # The publisher types two spaces in one header.
    text = read_text(path.with_name("team48_headers.csv"))
    header = [" ".join(name.split()) for name in text.split(";")]
    known = r"(?:Lib|Nom |Insee )?(?:com|Com|dep|Dep|epci|reg|Reg|Iris)|COM|DEP|REG|Epci"
    raw = read_text_table(path, sep=";", columns=[*labels, *names], known=known, header=header)
    check_communes(raw["Code Iris"], communes, str(path))
    frame = raw[list(labels)].rename(columns=labels).join(numbers(raw, names, str(path)))
    frame["iris_type"] = frame["iris_type"].map(TYPES)
    checked = hold(frame, tables.IFN_V1_IRIS_TEAM48, path)
    return account(checked, len(raw), note="licence unconfirmed: comparison only")
