"""Tables as a data package of Frictionless Data: their files, schemas, sources and edition."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from observatory.files.notes import Notes
from observatory.tables.provenance import OPEN_LICENCE, Provenance
from observatory.tables.table import Table
from observatory.tables.table_schema import ForeignKey, table_schema

LICENCE = {
    "name": "etalab-2.0",
    "title": OPEN_LICENCE,
    "path": "https://www.etalab.gouv.fr/licence-ouverte-open-licence/",
}


@dataclass(frozen=True)
class Resource:
    """One CSV file of a package.

    Attributes
    ----------
    name, file
        Its name, and the name of its file beside the descriptor.
    table
        The columns that it holds, in their order.
    data
        Its bytes.
    title
        What it is called.
    foreign
        Columns that name rows of other files of the package.
    """

    name: str
    file: str
    table: Table
    data: bytes
    title: str = ""
    foreign: tuple[ForeignKey, ...] = field(default_factory=tuple)


def descriptor(
    resources: Sequence[Resource],
    name: str,
    notes: Notes,
    title: str = "",
    description: str = "",
) -> bytes:
    """Return the descriptor of a package of CSV files, as JSON.

    Parameters
    ----------
    resources
        Its files.
    name, title, description
        Of the package.
    notes
        The build, assumptions and choices that the figures come from.
    """
    manifest = notes.manifest
    used = {
        source
        for one in resources
        for column in one.table.columns
        for source in one.table.source_of(column.name)
    }
    values: dict[str, Any] = {
        "$schema": "https://frictionlessdata.io/schemas/data-package.json",
        "name": _slug(name),
        "title": title or f"{resources[0].table.row} {manifest.territory_name}",
        **({"description": description} if description else {}),
        "version": manifest.observatory,
        "edition": manifest.edition,
        "vintage": manifest.vintage,
        "read_on": manifest.day,
        "commit": notes.commit,
        "choices": dict(notes.choices),
        "licenses": [LICENCE],
        "sources": [_source(one) for one in manifest.sources if one.id in used],
        "resources": [_resource(one) for one in resources],
    }
    return (json.dumps(values, ensure_ascii=False, indent=1) + "\n").encode()


def _slug(name: str) -> str:
    return name.lower().replace("_", "-")


def _resource(one: Resource) -> dict[str, Any]:
    return {
        "name": _slug(one.name),
        "path": one.file,
        **({"title": one.title} if one.title else {}),
        "description": one.table.row,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(one.data),
        "hash": f"sha256:{hashlib.sha256(one.data).hexdigest()}",
        "schema": table_schema(one.table.columns, one.table.key, one.foreign),
    }


def _source(source: Provenance) -> dict[str, str]:
    return {
        "title": f"{source.publisher}, {source.title} ({source.vintage})",
        "path": source.url,
        "licence": source.licence,
        "covers": source.covers,
    }
