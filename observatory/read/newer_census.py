"""Newer census files by IRIS, as the INSEE serves them: ages and diplomas, any vintage.

``base-ic-evol-struct-pop`` gives the residents by age (``P22_POP0014`` ...) and
``base-ic-diplomes-formation`` the people out of school by diploma (``P22_NSCOL15P`` ...), for the
IRIS of the whole country, as the CSV or in the zip that it is served in. No real file was at hand:
the readers were made from the public descriptions of these layouts, and tested on small made files
in the same layout.
"""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from observatory.errors import ColumnsError
from observatory.read.carried import carry, summed
from observatory.read.readers import Communes, reader
from observatory.read.text_files import (
    FETCH,
    account,
    aside,
    numbers,
    read_text,
    read_text_table,
    validate,
)
from observatory.tables import newer_census_tables as tables
from observatory.tables.provenance import Aside, Reading

_BESIDE = r"[PC]\d\d_\w+|REG|DEP|UU\d{4}|LIBCOM|TRIRIS|GRD_QUART|LIBIRIS|MODIF_IRIS|LAB_IRIS"
_AGES = {
    "POP0014": "pop_0_14",
    "POP1529": "pop_15_29",
    "POP3044": "pop_30_44",
    "POP4559": "pop_45_59",
    "POP6074": "pop_60_74",
    "POP75P": "pop_75p",
}
_LEVELS = {
    "NSCOL15P": "out_of_school",
    "NSCOL15P_DIPLMIN": "least",
    "NSCOL15P_BEPC": "brevet",
    "NSCOL15P_CAPBEP": "vocational",
}


@reader("ages_iris_2022", seen=False)
def read_ages_iris_2022(path: Path, communes: Communes = None) -> Reading:
    """Read the residents of each IRIS of any type by age; the vintage is that of the columns."""
    vintage = _vintage(path, "POP0014", "base-ic-evol-struct-pop")
    figures, rows, carried = _read(path, vintage, _AGES, communes)
    names = {"IRIS": "iris", "TYP_IRIS": "iris_type"}
    frame = figures.rename(columns=names).assign(census_year=2000 + vintage)
    kept, away = _near(frame, communes)
    checked = validate(kept[tables.AGES_IRIS_2022.names], tables.AGES_IRIS_2022, path)
    note = "; ".join(filter(None, (f"census of 20{vintage:02d}", carried)))
    return account(checked, rows, away, kept=rows - away.rows, note=note)


@reader("diplomas_iris_2022", seen=False)
def read_diplomas_iris_2022(path: Path, communes: Communes = None) -> Reading:
    """Read the share of people out of school without the baccalauréat, by IRIS of any type."""
    vintage = _vintage(path, "NSCOL15P_CAPBEP", "base-ic-diplomes-formation")
    figures, rows, carried = _read(path, vintage, _LEVELS, communes)
    without = figures[["least", "brevet", "vocational"]].sum(axis=1, skipna=False)
    people = figures["out_of_school"]
    share = (100 * without / people.where(people > 0)).clip(0, 100)
    frame = pd.DataFrame(
        {
            "iris": figures["IRIS"],
            "out_of_school_15p": people,
            "without_bac_pct": share,
            "census_year": 2000 + vintage,
        }
    )
    kept, away = _near(frame, communes)
    checked = validate(kept, tables.DIPLOMAS_IRIS_2022, path)
    note = "; ".join(filter(None, (f"census of 20{vintage:02d}", carried)))
    return account(checked, rows, away, kept=rows - away.rows, note=note)


def _vintage(path: Path, column: str, name: str) -> int:
    first = read_text(path).split("\n", 1)[0]
    found = re.search(rf"\bP(\d\d)_{column}\b", first)
    if found is None:
        raise ColumnsError(
            f"{path}, header",
            expected=f"IRIS;COM;TYP_IRIS;...;P22_{column};... (any vintage)",
            found=first[:120],
            next_step=f"take {name}, or " + FETCH,
        )
    return int(found.group(1))


def _read(
    path: Path, vintage: int, columns: dict[str, str], communes: Communes
) -> tuple[pd.DataFrame, int, str]:
    """Return the counts of every IRIS, how many rows give them, and what was carried."""
    names = {f"P{vintage:02d}_{theirs}": ours for theirs, ours in columns.items()}
    raw = read_text_table(path, sep=";", columns=["IRIS", "COM", "TYP_IRIS", *names], known=_BESIDE)
    raw, carried = carry(raw, "IRIS", communes)
    whole = raw[["IRIS", "TYP_IRIS"]].join(numbers(raw, names, str(path)))
    return summed(whole, "IRIS"), len(raw), carried


def _near(frame: pd.DataFrame, communes: Communes) -> tuple[pd.DataFrame, Aside]:
    """Keep the IRIS of the communes that a build may hold: the files are of the whole country."""
    there = set((communes or {}).values())
    away = ~frame["iris"].str[:5].isin(there) if there else pd.Series(False, index=frame.index)
    return aside(frame, away, "outside the communes around", "iris")
