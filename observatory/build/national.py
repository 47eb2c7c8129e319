"""The totals of the country and the promises, from the project's file into a table of the build."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd

from observatory.places.freshness import age_months
from observatory.tables.check import check
from observatory.tables.national_facts import ITEMS, NATIONAL
from observatory.tables.toml_files import read_toml, wrong_entry


def build_national(path: Path, read_on: str) -> pd.DataFrame:
    """Return the totals of ``national.toml`` (``tables.national_facts.NATIONAL``), with their age.

    Parameters
    ----------
    path
        The file: one entry for each total, with the fields of the table but its age.
    read_on
        The day the sources of the build were read, ISO.

    Raises
    ------
    MissingInputError, FileFormatError
        There is no such file, or it is not TOML.
    ChoiceError
        A total that is not known, or one that lacks a field.
    ContractError
        A quantity or a day that the table cannot hold.
    """
    tree = read_toml(path, "the file of national totals")
    fields = [name for name in NATIONAL.names if name != "age_months"]
    for name, entry in tree.items():
        where = f"{path}, [{name}]"
        if set(entry) != set(fields):
            raise wrong_entry(where, ", ".join(fields), ", ".join(entry))
        if entry["item"] not in ITEMS:
            raise wrong_entry(f"{where}, item", "one of " + ", ".join(ITEMS), repr(entry["item"]))
    rows = pd.DataFrame(list(tree.values()))
    rows["quantity"] = rows["quantity"].astype(float)
    rows["age_months"] = age_months(rows["as_of"], date.fromisoformat(read_on))
    return pd.DataFrame(check(rows[NATIONAL.names], NATIONAL))
