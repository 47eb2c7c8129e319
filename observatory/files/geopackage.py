"""Layers in one GeoPackage, each described and drawn: QGIS opens them with their styles."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd

from observatory.files.formats import FIXED_DAY
from observatory.files.map_styles import Style
from observatory.tables.columns import Column
from observatory.tables.table import Table
from observatory.words.column_words import header, meaning

SPEC = "http://www.geopackage.org/spec131/"
SCHEMA = ("gpkg_schema", f"{SPEC}#extension_schema")
METADATA = ("gpkg_metadata", f"{SPEC}#extension_metadata")
#: The tables of the standard for descriptions; below, the one that QGIS reads styles from.
_CREATE = """
CREATE TABLE IF NOT EXISTS gpkg_extensions (
  table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL,
  scope TEXT NOT NULL, CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name));
CREATE TABLE gpkg_data_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, title TEXT, description TEXT,
  mime_type TEXT, constraint_name TEXT,
  CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name),
  CONSTRAINT gdc_tn UNIQUE (table_name, name));
CREATE TABLE gpkg_data_column_constraints (
  constraint_name TEXT NOT NULL, constraint_type TEXT NOT NULL, value TEXT, min NUMERIC,
  min_is_inclusive BOOLEAN, max NUMERIC, max_is_inclusive BOOLEAN, description TEXT,
  CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value));
CREATE TABLE gpkg_metadata (
  id INTEGER CONSTRAINT m_pk PRIMARY KEY ASC NOT NULL, md_scope TEXT NOT NULL DEFAULT 'dataset',
  md_standard_uri TEXT NOT NULL, mime_type TEXT NOT NULL DEFAULT 'text/xml',
  metadata TEXT NOT NULL DEFAULT '');
CREATE TABLE gpkg_metadata_reference (
  reference_scope TEXT NOT NULL, table_name TEXT, column_name TEXT, row_id_value INTEGER,
  timestamp DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
  md_file_id INTEGER NOT NULL, md_parent_id INTEGER,
  CONSTRAINT crmr_mfi_fk FOREIGN KEY (md_file_id) REFERENCES gpkg_metadata(id),
  CONSTRAINT crmr_mpi_fk FOREIGN KEY (md_parent_id) REFERENCES gpkg_metadata(id));
"""
_CREATE_STYLES = """
CREATE TABLE layer_styles (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256),
  f_table_schema TEXT(256), f_table_name TEXT(256), f_geometry_column TEXT(256),
  styleName TEXT(30), styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN, description TEXT,
  owner TEXT(30), ui TEXT(30), update_time DATETIME);
"""
#: What GDAL calls the column of outlines.
GEOMETRY = "geom"


@dataclass(frozen=True)
class MapLayer:
    """One layer of a GeoPackage.

    Attributes
    ----------
    name, title
        Its table, and what it is called.
    frame
        Its rows, with outlines or points.
    table
        The contract of its columns.
    styles
        How it is drawn, the first by default.
    """

    name: str
    title: str
    frame: gpd.GeoDataFrame
    table: Table
    styles: tuple[Style, ...] = ()


def geopackage_bytes(layers: Sequence[MapLayer], notes: Mapping[str, tuple[str, str]]) -> bytes:
    """Return layers as one GeoPackage, with the same bytes for the same layers.

    Parameters
    ----------
    layers
        The layers, in the order that a reader sees.
    notes
        What travels inside: name to media type and text.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "layers.gpkg"
        for place, layer in enumerate(layers):
            _write(layer, path, append=place > 0)
        with closing(sqlite3.connect(path)) as base:
            base.execute("PRAGMA synchronous = OFF")
            base.executescript(_CREATE)
            _describe(base, layers)
            if any(layer.styles for layer in layers):
                _style(base, layers)
            _annotate(base, notes)
            base.commit()
            base.execute("VACUUM")
        return path.read_bytes()


def _write(layer: MapLayer, path: Path, *, append: bool) -> None:
    import pyogrio

    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": FIXED_DAY})
    try:
        # Arrow keeps whole numbers whole beside missing ones; outlines of one or several parts
        # share a column only as several-part ones.
        pyogrio.write_dataframe(
            _typed(layer.frame),
            path,
            layer=layer.name,
            driver="GPKG",
            append=append,
            use_arrow=True,
            geometry_type=_shape(layer.frame),
            promote_to_multi=_shape(layer.frame) == "MultiPolygon",
            identifier=layer.name,
            description=layer.title,
        )
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


def _typed(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the layer with columns of nothing as texts: a file needs a type for each."""
    empty = [n for n in frame.columns if frame[n].dtype == object and frame[n].isna().all()]
    return frame.assign(**{name: frame[name].astype("str") for name in empty}) if empty else frame


def _shape(frame: gpd.GeoDataFrame) -> str:
    kinds = set(frame.geometry.geom_type.dropna())
    return "Point" if kinds == {"Point"} else "MultiPolygon"


def _describe(base: sqlite3.Connection, layers: Iterable[MapLayer]) -> None:
    """Say what each layer and each column is (extension gpkg_schema)."""
    for layer in layers:
        known = {column.name: column for column in layer.table.columns}
        rows = [
            (layer.name, name, name, header(name, layer.table.name, known[name].unit), text)
            for name in map(str, layer.frame.columns)
            if name in known and name != "geometry"
            for text in [_says(known[name], layer.table.name)]
        ]
        base.executemany(
            "INSERT INTO gpkg_data_columns (table_name, column_name, name, title, description) "
            "VALUES (?, ?, ?, ?, ?)",
            rows,
        )
    _declare(base, ("gpkg_data_columns", "gpkg_data_column_constraints"), SCHEMA)


def _says(column: Column, table: str) -> str:
    return f"{meaning(column, table)} / {column.description}"


def _style(base: sqlite3.Connection, layers: Iterable[MapLayer]) -> None:
    base.executescript(_CREATE_STYLES)
    rows = [
        ("", "", layer.name, GEOMETRY, style.name, style.qml, place == 0, style.name,
         "", FIXED_DAY)
        for layer in layers
        for place, style in enumerate(layer.styles)
    ]  # fmt: skip
    base.executemany(
        "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, "
        "f_geometry_column, styleName, styleQML, useAsDefault, description, owner, update_time) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        rows,
    )
    base.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change) "
        "VALUES ('layer_styles', 'attributes', 'layer_styles', '', ?)",
        (FIXED_DAY,),
    )


def _annotate(base: sqlite3.Connection, notes: Mapping[str, tuple[str, str]]) -> None:
    """Put texts into the file itself (extension gpkg_metadata)."""
    for place, (name, (media, text)) in enumerate(notes.items(), start=1):
        base.execute(
            "INSERT INTO gpkg_metadata (id, md_scope, md_standard_uri, mime_type, metadata) "
            "VALUES (?, 'dataset', ?, ?, ?)",
            (place, name, media, text),
        )
        base.execute(
            "INSERT INTO gpkg_metadata_reference (reference_scope, timestamp, md_file_id) "
            "VALUES ('geopackage', ?, ?)",
            (FIXED_DAY, place),
        )
    _declare(base, ("gpkg_metadata", "gpkg_metadata_reference"), METADATA)


def _declare(base: sqlite3.Connection, tables: Iterable[str], extension: tuple[str, str]) -> None:
    base.executemany(
        "INSERT INTO gpkg_extensions (table_name, extension_name, definition, scope) "
        "VALUES (?, ?, ?, 'read-write')",
        [(table, *extension) for table in tables],
    )
