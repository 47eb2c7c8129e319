"""A table in a chosen format, with the files that must travel with it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from observatory.errors import ChoiceError
from observatory.files.formats import (
    as_layer,
    csv_bytes,
    geojson_bytes,
    geoparquet_bytes,
    gpkg_bytes,
    xlsx_bytes,
)
from observatory.files.harmless import harmless
from observatory.files.notes import Notes, dictionary, licence_text, method_text
from observatory.files.published import layer, published, published_schools
from observatory.model.model import Model
from observatory.model.observed import Facts
from observatory.tables.atomic import write_whole
from observatory.tables.columns import Column
from observatory.tables.facts import GAPS, HELP, SITES
from observatory.tables.table import Table

EXTENSIONS = {
    "csv": "csv",
    "geojson": "geojson",
    "gpkg": "gpkg",
    "geoparquet": "parquet",
    "xlsx": "xlsx",
}
#: Formats that are maps: a table without any place cannot be one.
_MAPS: dict[str, Callable[[Any, str], bytes]] = {"geojson": geojson_bytes, "gpkg": gpkg_bytes}
OUTLINE = Column("geometry", "geometry", "Outline or point.", missing="no place is known")


def content(frame: pd.DataFrame, form: str, name: str) -> bytes:
    """Return a table in one format: csv, geojson, gpkg, geoparquet or xlsx.

    Raises
    ------
    ChoiceError
        Unknown format, or a map of a table without places.
    """
    settled = published(frame)
    if form in _MAPS:
        found = as_layer(settled)
        if found is None:
            raise _refusal(f"export of {name} as {form}", "a table with places", "one without")
        return _MAPS[form](found, name)
    if form == "csv":
        return csv_bytes(settled)
    if form == "geoparquet":
        return geoparquet_bytes(settled)
    if form == "xlsx":
        return xlsx_bytes(settled, name)
    raise _refusal("format", " or ".join(EXTENSIONS), repr(form))


def _refusal(where: str, expected: str, found: str) -> ChoiceError:
    return ChoiceError(where, expected=expected, found=found, next_step="choose another format")


def package(
    frame: pd.DataFrame, table: Table, form: str, name: str, notes: Notes
) -> dict[str, bytes]:
    """Return an export as files by name: the data, its dictionary, the licences and the method."""
    if form not in EXTENSIONS:
        raise _refusal("format", " or ".join(EXTENSIONS), repr(form))
    return {
        f"{name}.{EXTENSIONS[form]}": content(frame, form, name),
        f"{name}.dictionary.csv": csv_bytes(_described(frame, table, form, notes)),
        "LICENCE.txt": licence_text(notes.manifest).encode(),
        "method.json": method_text(notes).encode(),
    }


def _described(frame: pd.DataFrame, table: Table, form: str, notes: Notes) -> pd.DataFrame:
    """Return the dictionary of the columns that the file holds, and of no other."""
    held = set(frame.columns) - ({"geometry"} if form in ("csv", "xlsx") else set())
    if form not in ("csv", "xlsx") and as_layer(frame) is not None:
        held.add("geometry")
    columns = [column for column in table.columns if column.name in held]
    if "geometry" in held and "geometry" not in table.names:
        columns.append(OUTLINE)
    key = (columns[0].name,)
    whole = Table(table.name, table.row, key, tuple(columns), source=table.source)
    return dictionary(whole, notes.manifest.sources)


def export(
    frame: pd.DataFrame, table: Table, path: Path, form: str, notes: Notes
) -> tuple[Path, ...]:
    """Write a table in one format, with its dictionary, licences and method beside it.

    Parameters
    ----------
    frame
        The table's columns or some of them, and ``geometry`` where it has outlines.
    table
        The contract that describes the columns.
    path
        The file of the data; its ending is put right for the format.
    form
        ``csv``, ``geojson`` (EPSG:4326), ``gpkg``, ``geoparquet`` or ``xlsx``.
    notes
        The build, assumptions and choices that the figures come from.

    Returns
    -------
    tuple of Path
        The files written, the data first.

    Raises
    ------
    ChoiceError
        Unknown format, or a map of a table without places.
    """
    files = package(frame, table, form, path.stem, notes)
    for name, data in files.items():
        write_whole(path.parent / name, data)
    return tuple(path.parent / name for name in files)


def export_gaps(
    gaps: pd.DataFrame, facts: Facts, folder: Path, form: str, notes: Notes
) -> tuple[Path, ...]:
    """Write the gaps of one level, with the outlines of its zones, as ``gaps_<level>_<cog>``."""
    level, cog = (str(gaps[name].iloc[0]) if len(gaps) else "none" for name in ("level", "cog"))
    return export(layer(gaps, facts), GAPS, folder / f"gaps_{level}_{cog}", form, notes)


def export_places(model: Model, folder: Path, form: str, notes: Notes) -> list[Path]:
    """Write the places of digital mediation, the help that each gives and the schools."""
    facts = model.facts
    schools = published_schools(facts.schools)
    tables = ((facts.sites, SITES), (model.help_table, HELP), schools)
    return [
        path
        for frame, table in tables
        for path in export(harmless(frame, table), table, folder / table.name, form, notes)
    ]
