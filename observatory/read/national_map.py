"""Places of the national map of digital mediation, daily, in the standard 1.0.2 (CSV or JSON).

The map gathers the lists of the counsellors, of data·inclusion, of Aidants Connect and of many
others, joined by its own rules. Headers and values are those of the published schema; no real file
of this edition was at hand.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from observatory.errors import FileFormatError
from observatory.places.standard.upgrading import upgrade
from observatory.read.code_columns import needed
from observatory.read.place_lists import reading_of
from observatory.read.readers import Communes, reader
from observatory.read.text_files import FETCH, check_header, read_json, read_text_table
from observatory.tables.place_tables import NO_PIVOT, STANDARD_NAMES
from observatory.tables.provenance import Aside, Reading

SOURCE = "national_map"
#: Fields without which a record is no place of the map.
NEEDED = ("id", "nom", "commune")


@reader(SOURCE, "standard 1.0.2, CSV or JSON", seen=False)
def read_national_map(path: Path, communes: Communes = None) -> Reading:
    """Read the places of the national map (``MEDNUM_SITES``), of the communes known.

    Raises
    ------
    MissingInputError, FileFormatError
        No file; not CSV in UTF-8 or a JSON list; no list of the communes.
    ColumnsError
        A needed field lacks, or one is not of the standard.
    """
    if path.suffix.lower() != ".json":
        raw = read_text_table(path, columns=NEEDED, optional=STANDARD_NAMES)
        return _places(raw.to_dict("records"), communes, str(path))
    items = read_json(path)
    if not isinstance(items, list) or not items or not all(isinstance(i, dict) for i in items):
        raise FileFormatError(
            str(path),
            expected="a JSON list of places, at least one",
            found=f"a JSON {type(items).__name__}",
            next_step=FETCH,
        )
    names = list(dict.fromkeys(name for item in items for name in item))
    check_header(path, names, NEEDED, STANDARD_NAMES, "")
    return _places(items, communes, str(path))


def _places(rows: list[dict[Any, Any]], communes: Communes, where: str) -> Reading:
    index = needed(communes, where)
    nameless = [row for row in rows if not (row.get("id") and row.get("nom"))]
    records = []
    for row in rows:
        if row.get("id") and row.get("nom"):
            record, notes = upgrade({str(k): _value(v) for k, v in row.items()})
            record["pivot"] = record["pivot"] or NO_PIVOT
            record["note"] = notes
            records.append(record)
    odd = Aside("a line without identifier or name", len(nameless))
    return reading_of(records, index, SOURCE, where, odd)


def _value(value: Any) -> Any:
    return None if isinstance(value, float) and pd.isna(value) else value
