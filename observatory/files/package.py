"""A table in a chosen format, with the files that must travel with it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from observatory.errors import ChoiceError
from observatory.files.data_package import descriptor
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
    "datapackage": "csv",
}
#: Formats that are maps: a table without any place cannot be one.
_MAPS: dict[str, Callable[[Any, str], bytes]] = {"geojson": geojson_bytes, "gpkg": gpkg_bytes}
#: Formats that hold no outline.
FLAT = ("csv", "xlsx", "datapackage")
OUTLINE = Column("geometry", "geometry", "Outline or point.", missing="no place is known")


def content(frame: pd.DataFrame, form: str, name: str) -> bytes:
    """Return a table in one format: csv (a data package's too), geojson, gpkg, geoparquet, xlsx.

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
    if form in ("csv", "datapackage"):
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
    kept, file = _columns_of(frame, table, form), f"{name}.{EXTENSIONS[form]}"
    described = (
        {f"{name}.datapackage.json": descriptor(kept, file, name, notes)}
        if form == "datapackage"
        else {}
    )
    return {
        file: content(frame, form, name),
        **described,
        f"{name}.dictionary.csv": csv_bytes(dictionary(kept, notes.manifest.sources)),
        "LICENCE.txt": licence_text(notes.manifest).encode(),
        "method.json": method_text(notes).encode(),
    }


def _columns_of(frame: pd.DataFrame, table: Table, form: str) -> Table:
    """Return the columns that the file holds, in its order, and no other."""
    names = [str(name) for name in frame.columns if name != "geometry"]
    columns = [table.column(name) for name in names if name in table.names]
    if form not in FLAT and as_layer(frame) is not None:
        columns.append(OUTLINE)
    key = table.key if set(table.key) <= set(names) else (columns[0].name,)
    return Table(table.name, table.row, key, tuple(columns), source=table.source)


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
        ``csv``, ``geojson`` (EPSG:4326), ``gpkg``, ``geoparquet``, ``xlsx`` or ``datapackage``.
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
