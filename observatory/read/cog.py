"""Communes of the official geographic code, with post codes, former codes and population.

The reader takes the file and, where it can use it, the index of communes by folded name; it gives
a contracted table with an account of its rows.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from observatory.errors import FileFormatError
from observatory.read.readers import Communes, reader
from observatory.read.text_files import FETCH, account, read_json, validate
from observatory.tables.cog_tables import COMMUNES_COG
from observatory.tables.provenance import Reading

#: Census year of the municipal populations of the file (in force on 1 January 2026).
POPULATION_YEAR = 2023


@reader("communes_cog_2026")
def read_communes_cog_2026(path: Path, communes: Communes = None) -> Reading:
    """Read every commune of the country, those that another one holds included."""
    content = read_json(path)
    if not (isinstance(content, list) and all(isinstance(item, dict) for item in content)):
        raise FileFormatError(
            str(path),
            expected="a list of communes, each an object with code, nom and type",
            found="something else",
            next_step=FETCH,
        )
    frame = pd.DataFrame([_row(item) for item in content], columns=COMMUNES_COG.names)
    typed = frame.assign(population=pd.array(frame["population"].tolist(), dtype="Int64"))
    note = f"municipal population of {POPULATION_YEAR}"
    return account(validate(typed, COMMUNES_COG, path), len(content), note=note)


def _row(item: dict[str, Any]) -> dict[str, Any]:
    population = item.get("population")
    return {
        "commune": item.get("code"),
        "kind": item.get("type"),
        "commune_name": item.get("nom"),
        "departement": item.get("departement"),
        "held_by": item.get("chefLieu") or item.get("commune"),
        "postcodes": "|".join(item.get("codesPostaux", ())) or None,
        "former_codes": "|".join(item.get("anciensCodes", ())) or None,
        "population": None if population is None else int(population),
        "population_year": POPULATION_YEAR,
    }
