"""A table's definition as a Table Schema of Frictionless Data, for other people's tools."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from observatory.tables.columns import Column

SCHEMA = "https://frictionlessdata.io/schemas/table-schema.json"
TYPES = {"int": "integer", "float": "number", "bool": "boolean", "date": "date"}


class ForeignKey(NamedTuple):
    """A column that names rows of another table of the package, by its own column there."""

    column: str
    resource: str
    field: str


def table_schema(
    columns: Iterable[Column], key: tuple[str, ...] = (), foreign: Iterable[ForeignKey] = ()
) -> dict[str, Any]:
    """Return the Table Schema of some columns, outlines left out.

    Parameters
    ----------
    columns
        The columns, in order.
    key
        Those that together name a row.
    foreign
        Those that name rows of other tables.
    """
    fields = [_field(column) for column in columns if column.kind != "geometry"]
    links = [
        {"fields": one.column, "reference": {"resource": one.resource, "fields": one.field}}
        for one in foreign
    ]
    return {
        "$schema": SCHEMA,
        "fields": fields,
        **({"primaryKey": list(key)} if key else {}),
        **({"foreignKeys": links} if links else {}),
        "missingValues": [""],
    }


def _field(column: Column) -> dict[str, Any]:
    kind = TYPES.get(column.kind, "string")
    rules: dict[str, Any] = {
        "required": column.missing is None or None,
        "pattern": f"^(?:{column.pattern})$" if column.pattern and kind == "string" else None,
        "enum": None if column.among is None else list(column.among),
        "minimum": column.low,
        "maximum": column.high,
    }
    return {
        "name": column.name,
        "type": kind,
        "description": column.description,
        **({"unit": column.unit} if column.unit else {}),
        "constraints": {name: rule for name, rule in rules.items() if rule is not None},
    }
