"""Tables as layers of a map: what each is called and how it is drawn."""

from __future__ import annotations

import geopandas as gpd

from observatory.files.geopackage import MapLayer
from observatory.files.map_styles import (
    Style,
    cell_styles,
    kind_styles,
    place_styles,
    zone_styles,
)
from observatory.tables.table import Table
from observatory.words.column_words import file_words, table_title

#: What zones and cells are coloured by.
_MEASURED = {"missing_h_per_week", "need_persons"}


def map_layer(name: str, frame: gpd.GeoDataFrame, table: Table | None = None) -> MapLayer:
    """Return a table as a layer, with its title and its styles.

    Parameters
    ----------
    name
        Name of the layer.
    frame
        Its rows, with outlines or points.
    table
        The contract of its columns; without it nothing is described.
    """
    if table is None:
        return MapLayer(name, name, frame, Table(name, name, (), ()))
    return MapLayer(name, layer_title(name, table), frame, table, _styles(table, frame))


def layer_title(name: str, table: Table) -> str:
    """Return the title of a layer: gaps have one for each level."""
    level = "_".join(name.split("_")[:2]) if table.name == "gaps" else table.name
    return table_title(level, table.row)


def _styles(table: Table, frame: gpd.GeoDataFrame) -> tuple[Style, ...]:
    words, columns = file_words(), set(frame.columns)
    if table.name == "gaps" and columns >= {*_MEASURED, "need_pct"}:
        return zone_styles(frame)
    if table.name == "cells" and columns >= _MEASURED:
        return cell_styles(frame)
    if table.name == "sites":
        return place_styles(words("style.sites"))
    if table.name == "supply" and "programme" in columns:
        values = table.column("programme").among or ()
        return kind_styles(words("style.supply"), "programme", values)
    if table.name == "schools" and "network" in columns:
        return kind_styles(words("style.schools"), "network", ("REP+", "REP"))
    return ()
