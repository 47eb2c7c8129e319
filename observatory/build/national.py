"""The totals of the country and what a département was promised, into a table of the build."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from observatory.geo import territories
from observatory.places.freshness import age_months
from observatory.tables.check import check
from observatory.tables.national_facts import ITEMS, NATIONAL
from observatory.tables.toml_files import read_toml, wrong_entry

#: The file of the totals of the country.
NATIONAL_FILE = "national.toml"
#: The file of what a département was promised, in its folder of ``data/territories``.
PROMISED = "totals.toml"


def build_national(data: Path, departement: str, read_on: str) -> pd.DataFrame:
    """Return the totals of the country and of a département (``NATIONAL``), with their age.

    Parameters
    ----------
    data
        The project's data folder: ``national.toml``, and the ``totals.toml`` of the départements
        that have one; an entry for each total, with the fields of the table but its age.
    departement
        The département; those of others are left out.
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
    own = territories.files(PROMISED, data)
    found = [one for path in (data / NATIONAL_FILE, *own) for one in _entries(path)]
    rows = pd.DataFrame(found)
    rows = rows[rows["area"].isin(["FR", departement])].reset_index(drop=True)
    rows["quantity"] = rows["quantity"].astype(float)
    rows["age_months"] = age_months(rows["as_of"], date.fromisoformat(read_on))
    return pd.DataFrame(check(rows[NATIONAL.names], NATIONAL))


def _entries(path: Path) -> list[dict[str, Any]]:
    """Return the entries of a file of totals."""
    tree = read_toml(path, "a file of totals")
    fields = [name for name in NATIONAL.names if name != "age_months"]
    for name, entry in tree.items():
        where = f"{path}, [{name}]"
        if set(entry) != set(fields):
            raise wrong_entry(where, ", ".join(fields), ", ".join(entry))
        if entry["item"] not in ITEMS:
            raise wrong_entry(f"{where}, item", "one of " + ", ".join(ITEMS), repr(entry["item"]))
    return list(tree.values())
