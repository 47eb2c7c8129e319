"""Census of 2016 by IRIS, declared and disposable incomes.

Every reader takes the file (or folder) and, where it can use it, the index of communes by folded
name; it gives a contracted table with an account of its rows.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from observatory.read.carried import carry, summed
from observatory.read.cut import cut, readable
from observatory.read.readers import Communes, reader
from observatory.read.text_files import (
    MARKS,
    account,
    decimal,
    numbers,
    read_text_table,
    validate,
)
from observatory.tables import census_tables as tables
from observatory.tables.provenance import Aside, Reading
from observatory.tables.table import Table


@reader("ages_iris_2016")
def read_ages_iris_2016(path: Path, communes: Communes = None) -> Reading:
    """Read the residents of the residential IRIS by age, and those who work by what they do.

    The socio-professional groups (``C16_POP15P_CS``) are of people aged 15 and over; 1 to 6 have
    an occupation, employed or not, 7 are retired and 8 are the others, students among them.
    """
    names = {
        "P16_POP0014": "pop_0_14",
        "P16_POP1529": "pop_15_29",
        "P16_POP3044": "pop_30_44",
        "P16_POP4559": "pop_45_59",
        "P16_POP6074": "pop_60_74",
        "P16_POP75P": "pop_75p",
    }
    groups = {f"C16_POP15P_CS{group}": f"cs_{group}" for group in range(1, 7)}
    read = _residential(path, names | groups, r"(?:C16_POP15P_CS[78])?", communes)
    counts = read.frame[[*names.values(), *groups.values()]]
    occupied = counts[list(groups.values())].sum(axis=1, min_count=len(groups))
    frame = read.frame.assign(
        occupied=occupied, managers=counts["cs_3"], manual_workers=counts["cs_6"]
    )
    checked = validate(frame.drop(columns=list(groups.values())), tables.AGES_IRIS_2016, path)
    return _account(checked, read.outside, "residential IRIS only (type H)", read)


@reader("households_iris_2016")
def read_households_iris_2016(path: Path, communes: Communes = None) -> Reading:
    """Read the people of the residential IRIS by type of household.

    The ``C16_PMEN`` columns count people, not households; the two agree only for people who live
    alone.
    """
    names = {
        "C16_PMEN_MENHSEUL": "men",
        "C16_PMEN_MENFSEUL": "women",
        "C16_PMEN_MENFAMMONO": "persons_single_parent",
    }
    read = _residential(path, names, r"(?:C16_PMEN_\w+)?", communes)
    frame = read.frame.assign(alone_households=read.frame["men"] + read.frame["women"])
    checked = validate(frame.drop(columns=["men", "women"]), tables.HOUSEHOLDS_IRIS_2016, path)
    return _account(checked, read.outside, "residential IRIS only; people, not households", read)


@reader("housing_iris_2016")
def read_housing_iris_2016(path: Path, communes: Communes = None) -> Reading:
    """Read the main residences of the residential IRIS, each of them one household."""
    names = {"P16_RPMAISON": "houses", "P16_RPAPPART": "flats"}
    read = _residential(path, names, r"(?:P16_RP_LOCHLMV)?", communes)
    frame = read.frame.assign(households=read.frame["houses"] + read.frame["flats"])
    checked = validate(frame.drop(columns=["houses", "flats"]), tables.HOUSING_IRIS_2016, path)
    return _account(checked, read.outside, "residential IRIS only (type H)", read)


class _Counts(NamedTuple):
    """Counts of IRIS with their labels, the account of the other rows, and what was carried."""

    frame: pd.DataFrame
    outside: tuple[Aside, ...]
    rows: int
    note: str


def _residential(path: Path, names: dict[str, str], known: str, communes: Communes) -> _Counts:
    labels = {"IRIS": "iris", "TYP_IRIS": "iris_type", "LIBCOM": "commune_name"}
    raw = read_text_table(path, columns=[*labels, *names], known=known)
    return _counts(raw, labels, names, path, communes)


def _counts(
    raw: pd.DataFrame,
    labels: dict[str, str],
    names: dict[str, str],
    path: Path,
    communes: Communes,
) -> _Counts:
    """Return the counts of the IRIS of the build, those of communes that have joined added up."""
    raw, note = carry(raw, "IRIS", communes, *({"COM"} & labels.keys()))
    kept, outside = cut(raw, "IRIS", communes, str(path))
    kept, odd = readable(kept, list(names), "IRIS", str(path))
    frame = kept[list(labels)].rename(columns=labels).join(numbers(kept, names, str(path)))
    return _Counts(summed(frame, "iris"), (*outside, odd), len(frame), note)


def _account(
    frame: pd.DataFrame, outside: tuple[Aside, ...], note: str = "", read: _Counts | None = None
) -> Reading:
    """Return the reading of rows of which only those outside are not kept."""
    rows = len(frame) if read is None else read.rows
    told = "; ".join(filter(None, (note, read.note if read else "")))
    return account(frame, rows + sum(item.rows for item in outside), *outside, kept=rows, note=told)


@reader("activity_iris_2016")
def read_activity_iris_2016(path: Path, communes: Communes = None) -> Reading:
    """Read the residents aged 15 to 64 of every IRIS by activity, and the IRIS's quality label."""
    labels = {
        "IRIS": "iris",
        "LIBIRIS": "iris_name",
        "TYP_IRIS": "iris_type",
        "COM": "commune",
        "LIBCOM": "commune_name",
        "LAB_IRIS": "iris_quality",
    }
    names = {
        "P16_POP1564": "pop_15_64",
        "P16_ACT1564": "active_15_64",
        "P16_CHOM1564": "unemployed_15_64",
    }
    known = r"REG|DEP|UU2010|TRIRIS|GRD_QUART|MODIF_IRIS|[PC]16_\w+"
    raw = read_text_table(path, sep=";", columns=[*labels, *names], known=known)
    read = _counts(raw, labels, names, path, communes)
    return _account(validate(read.frame, tables.ACTIVITY_IRIS_2016, path), read.outside, read=read)


@reader("income_declared_iris_2021")
def read_income_declared_iris_2021(path: Path, communes: Communes = None) -> Reading:
    """Read the declared income and poverty of each IRIS, with why a figure is missing."""
    return _income_of_iris(path, communes, "DEC", "declared", tables.INCOME_DECLARED_IRIS_2021)


@reader("income_disposable_iris_2021", seen=False)
def read_income_disposable_iris_2021(path: Path, communes: Communes = None) -> Reading:
    """Read the disposable income and poverty of each IRIS, with why a figure is missing."""
    contract = tables.INCOME_DISPOSABLE_IRIS_2021
    return _income_of_iris(path, communes, "DISP", "disposable", contract)


def _income_of_iris(
    path: Path, communes: Communes, theirs: str, kind: str, contract: Table
) -> Reading:
    """Read one of the two files by IRIS: their columns are the same but for the first word."""
    names = {f"{theirs}_TP6021": f"poverty_{kind}_pct", f"{theirs}_D121": f"income_d1_{kind}_eur"}
    degree = f"{theirs}_INCERT21"
    labels = r"LIBIRIS|COM|LIBCOM"
    raw = read_text_table(
        path, sep=";", columns=["IRIS", *names, degree], known=rf"{theirs}_\w+|{labels}"
    )
    raw, outside = cut(raw, "IRIS", communes, str(path))
    raw, odd = readable(raw, list(names), "IRIS", str(path))
    frame = pd.DataFrame({"iris": raw["IRIS"], **with_why(raw, names, path)}).assign(
        uncertainty=raw[degree].where(~raw[degree].isin([*MARKS, ""]))
    )
    return _account(validate(frame, contract, path), (*outside, odd))


def with_why(
    raw: pd.DataFrame, names: dict[str, str], path: Path, *, blank: str = "not in source"
) -> dict[str, pd.Series[Any]]:
    """Return each figure and the reason why it is missing, by our names."""
    columns: dict[str, pd.Series[Any]] = {}
    for theirs, ours in names.items():
        columns[ours], columns[f"{ours}_why"] = decimal(raw[theirs], str(path), blank=blank)
    return columns


@reader("income_disposable_communes_2021")
def read_income_disposable_communes_2021(path: Path, communes: Communes = None) -> Reading:
    """Read the disposable income and poverty of each commune, with why a figure is missing.

    By age, poverty is that of the households by the age of the head that the tax office knows.
    """
    names = {
        "TP6021": "poverty_disposable_pct",
        "TP60AGE121": "poverty_under_30_pct",
        "TP60AGE221": "poverty_30_39_pct",
        "TP60AGE321": "poverty_40_49_pct",
        "TP60AGE421": "poverty_50_59_pct",
        "TP60AGE521": "poverty_60_74_pct",
        "TP60AGE621": "poverty_75p_pct",
    }
    known = r"NB\w+21|MED21|PIMP21|TP60TOL\d21|P[A-Z]{2,5}21|D[19]21|RD21"
    raw = read_text_table(path, sep=";", columns=["CODGEO", *names], known=known)
    raw, outside = cut(raw, "CODGEO", communes, str(path))
    raw, odd = readable(raw, list(names), "CODGEO", str(path))
    outside = (*outside, odd)
    frame = pd.DataFrame({"commune": raw["CODGEO"], **with_why(raw, names, path)})
    checked = validate(frame, tables.INCOME_DISPOSABLE_COMMUNES_2021, path)
    return _account(checked, outside)
