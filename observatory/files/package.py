"""A table in a chosen format, with the files that must travel with it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from observatory.errors import ChoiceError
from observatory.files.data_package import Resource, descriptor
from observatory.files.formats import (
    as_layer,
    csv_bytes,
    csv_fr_bytes,
    geojson_bytes,
    geoparquet_bytes,
)
from observatory.files.geopackage import geopackage_bytes
from observatory.files.harmless import harmless
from observatory.files.map_layers import map_layer
from observatory.files.notes import Notes, carried_texts, dictionary, licence_text, method_text
from observatory.files.published import layer, published, published_schools, with_labels
from observatory.files.read_me import dictionary_rows
from observatory.files.spreadsheet import xlsx_bytes
from observatory.model.model import Model
from observatory.model.observed import Facts
from observatory.tables.atomic import write_whole
from observatory.tables.columns import Column
from observatory.tables.facts import GAPS, HELP, SITES
from observatory.tables.table import Table
from observatory.tables.take_away import GAPS_IRIS
from observatory.words.column_words import headers

EXTENSIONS = {
    "csv": "csv",
    "csv-fr": "fr.csv",
    "geojson": "geojson",
    "gpkg": "gpkg",
    "geoparquet": "parquet",
    "xlsx": "xlsx",
    "datapackage": "csv",
}
#: Formats that are maps: a table without any place cannot be one.
MAPS = ("geojson", "gpkg")
#: Formats that hold no outline.
FLAT = ("csv", "csv-fr", "xlsx", "datapackage")
OUTLINE = Column("geometry", "geometry", "Outline or point.", missing="no place is known")


def content(
    frame: pd.DataFrame,
    form: str,
    name: str,
    table: Table | None = None,
    notes: Notes | None = None,
) -> bytes:
    """Return a table in one of the formats of :data:`EXTENSIONS`.

    Parameters
    ----------
    frame
        The rows, with outlines where there are any.
    form
        The format; a data package's is the CSV.
    name
        What to call the layer or the sheet.
    table
        The contract of the columns: units, meanings, headers.
    notes
        What the figures come from, for the formats that say it inside.

    Raises
    ------
    ChoiceError
        Unknown format, or a map of a table without places.
    """
    settled = published(frame)
    if form in MAPS:
        return _map(settled, form, name, table, notes)
    if form in ("csv", "datapackage"):
        return csv_bytes(settled)
    if form == "csv-fr":
        return csv_fr_bytes(settled, _heads(settled, table))
    if form == "geoparquet":
        said = {c.name: c.description for c in table.columns} if table is not None else {}
        inside = {key: text for key, (_, text) in carried_texts(notes).items()} if notes else {}
        return geoparquet_bytes(settled, said, inside)
    if form == "xlsx":
        return xlsx_bytes(settled, name, table, notes)
    raise _refusal("format", " or ".join(EXTENSIONS), repr(form))


def _map(
    settled: pd.DataFrame, form: str, name: str, table: Table | None, notes: Notes | None
) -> bytes:
    found = as_layer(settled)
    if found is None:
        raise _refusal(f"export of {name} as {form}", "a table with places", "one without")
    if form == "geojson":
        return geojson_bytes(found, name)
    return geopackage_bytes([map_layer(name, found, table)], carried_texts(notes) if notes else {})


def _heads(frame: pd.DataFrame, table: Table | None) -> list[str]:
    names = [str(name) for name in frame.columns if name != "geometry"]
    columns = {column.name: column for column in table.columns} if table is not None else {}
    return headers(names, columns, table.name if table is not None else "")


def _refusal(where: str, expected: str, found: str) -> ChoiceError:
    return ChoiceError(where, expected=expected, found=found, next_step="choose another format")


def package(
    frame: pd.DataFrame, table: Table, form: str, name: str, notes: Notes
) -> dict[str, bytes]:
    """Return an export as files by name: the data, its dictionary, the licences and the method."""
    if form not in EXTENSIONS:
        raise _refusal("format", " or ".join(EXTENSIONS), repr(form))
    kept, file = _columns_of(frame, table, form), f"{name}.{EXTENSIONS[form]}"
    files = {file: content(frame, form, name, kept, notes)}
    if form == "datapackage":
        alone = [Resource(name, file, kept, files[file])]
        files[f"{name}.datapackage.json"] = descriptor(alone, name, notes)
    return {
        **files,
        **_dictionary_file(kept, form, name, notes),
        "LICENCE.txt": licence_text(notes.manifest).encode(),
        "method.json": method_text(notes).encode(),
    }


def _dictionary_file(table: Table, form: str, name: str, notes: Notes) -> dict[str, bytes]:
    """Return the dictionary beside the data, in the language and the form of the data."""
    if form != "csv-fr":
        lines = csv_bytes(dictionary(table, notes.manifest.sources))
        return {f"{name}.dictionary.csv": lines}
    heads, *rows = dictionary_rows(table.columns, table, notes.manifest.sources)
    frame = pd.DataFrame(rows, columns=heads)
    return {f"{name}.dictionary.fr.csv": csv_fr_bytes(frame, heads)}


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
        ``csv``, ``csv-fr`` (for Excel in French), ``geojson`` (EPSG:4326), ``gpkg``,
        ``geoparquet``, ``xlsx`` or ``datapackage``.
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
    name, frame, table = gaps_layer(gaps, facts)
    return export(frame, table, folder / name, form, notes)


def gaps_layer(gaps: pd.DataFrame, facts: Facts) -> tuple[str, pd.DataFrame, Table]:
    """Return the gaps of one level as they are taken away: name, rows with outlines, contract."""
    level, cog = (str(gaps[name].iloc[0]) if len(gaps) else "none" for name in ("level", "cog"))
    frame, name = layer(gaps, facts), f"gaps_{level}_{cog}"
    if level == "iris":
        return name, with_labels(frame, facts), GAPS_IRIS
    return name, frame, GAPS


def place_tables(model: Model) -> tuple[tuple[pd.DataFrame, Table], ...]:
    """Return the places of digital mediation, the help that each gives and the schools."""
    facts = model.facts
    schools = published_schools(facts.schools)
    tables = ((facts.sites, SITES), (model.help_table, HELP), schools)
    return tuple((harmless(frame, table), table) for frame, table in tables)


def export_places(model: Model, folder: Path, form: str, notes: Notes) -> list[Path]:
    """Write the places of digital mediation, the help that each gives and the schools."""
    return [
        path
        for frame, table in place_tables(model)
        for path in export(frame, table, folder / table.name, form, notes)
    ]
