"""What others computed or counted, from files beside the sources of a build.

The two IFN have a licence that is not confirmed: they are compared with and never stored. A file
that is not there is left out.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from observatory.errors import ColumnsError, MissingInputError
from observatory.model.other_indices import Others
from observatory.read.text_files import read_text

#: The first IFN by IRIS: one copy has its header in the file, of the other it is a file apart.
IFN_V1 = "fragility/slamer59_ifn_iris_dept93.csv"
IFN_V1_COPY = "fragility/team48_ifn_iris_dept93.csv"
IFN_V1_COPY_HEADER = "fragility/team48_headers.csv"
#: The second IFN by commune.
IFN_V2 = "fragility/ifn-city-all-variation_2023-08_dept93.csv"
SKILLS, TOTAL = "COMPÉTENCES NUMÉRIQUES / SCOLAIRES", "SCORE GLOBAL"


def read_others(folder: Path) -> Others:
    """Return what others computed or counted, from the files that a folder holds.

    Raises
    ------
    MissingInputError
        The folder holds none of them.
    ColumnsError
        A file is not in the form that its producer gave it.
    """
    if not any((folder / name).exists() for name in (IFN_V1, IFN_V1_COPY, IFN_V2)):
        raise MissingInputError(
            str(folder),
            expected=f"{IFN_V1} or {IFN_V2}",
            found="none of them" if folder.is_dir() else "no such folder",
            next_step="check the folder given with --from",
        )
    first = _scores(folder / IFN_V1, "code_iris", (SKILLS, TOTAL))
    copy = _copy(folder)
    second = _scores(folder / IFN_V2, "code", ("total",))
    return Others(first[SKILLS], copy, first[TOTAL], second["total"])


def _scores(path: Path, key: str, wanted: tuple[str, ...]) -> dict[str, Any]:
    if not path.exists():
        return dict.fromkeys(wanted)
    table = pd.read_csv(path, dtype={key: str}).rename(columns=str.strip)
    _need(table, (key, *wanted), path)
    table = table.drop_duplicates(key).set_index(key)
    return {name: pd.to_numeric(table[name], errors="coerce") for name in wanted}


def _copy(folder: Path) -> pd.Series[Any] | None:
    """Return the skills axis of the copy: its scores are within the région, as in the other."""
    path = folder / IFN_V1_COPY
    if not path.exists():
        return None
    heads = [name.strip() for name in read_text(folder / IFN_V1_COPY_HEADER).strip().split(";")]
    table = pd.read_csv(path, sep=";", header=None, dtype=str)
    name = f"{SKILLS} region 1"
    if table.shape[1] != len(heads) or name not in heads:
        _need(table, (name,), path)
    table = table.set_axis(heads, axis=1).drop_duplicates("Code Iris").set_index("Code Iris")
    return pd.Series(pd.to_numeric(table[name], errors="coerce"))


def _need(table: pd.DataFrame, wanted: tuple[str, ...], path: Path) -> None:
    lacking = [name for name in wanted if name not in table.columns]
    if lacking:
        raise ColumnsError(
            str(path),
            expected="columns " + ", ".join(wanted),
            found="no " + ", ".join(lacking),
            next_step="take the file as its producer gave it",
        )
