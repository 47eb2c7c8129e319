"""An export as a data package of Frictionless Data: its table, its schema, its sources."""

from __future__ import annotations

import json
from typing import Any

from observatory.files.notes import Notes
from observatory.tables.provenance import OPEN_LICENCE, Provenance
from observatory.tables.table import Table
from observatory.tables.table_schema import table_schema

LICENCE = {
    "name": "etalab-2.0",
    "title": OPEN_LICENCE,
    "path": "https://www.etalab.gouv.fr/licence-ouverte-open-licence/",
}


def descriptor(table: Table, file: str, name: str, notes: Notes) -> bytes:
    """Return the descriptor of a package of one CSV file, as JSON.

    Parameters
    ----------
    table
        The columns that the file holds, in their order.
    file, name
        Name of the CSV file beside the descriptor, and of the package.
    notes
        The build, assumptions and choices that the figures come from.
    """
    manifest = notes.manifest
    used = {source for column in table.columns for source in table.source_of(column.name)}
    values: dict[str, Any] = {
        "$schema": "https://frictionlessdata.io/schemas/data-package.json",
        "name": name.lower().replace("_", "-"),
        "title": f"{table.row} {manifest.territory_name}",
        "version": manifest.observatory,
        "licenses": [LICENCE],
        "sources": [_source(one) for one in manifest.sources if one.id in used],
        "resources": [
            {
                "name": name.lower().replace("_", "-"),
                "path": file,
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "schema": table_schema(table.columns, table.key),
            }
        ],
    }
    return (json.dumps(values, ensure_ascii=False, indent=1) + "\n").encode()


def _source(source: Provenance) -> dict[str, str]:
    return {
        "title": f"{source.publisher}, {source.title} ({source.vintage})",
        "path": source.url,
        "licence": source.licence,
        "covers": source.covers,
    }
