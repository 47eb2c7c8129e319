"""Transit stops made by hand, and a build on disk that holds them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd
import small_build

from observatory.geo.geometry import to_degrees
from observatory.tables.manifest import hash_tables, read_manifest, write_manifest
from observatory.tables.storage import write_table
from observatory.tables.transit_tables import STOPS, STOPS_SOURCE

Row = tuple[str, str, float, float]


def stops(rows: Sequence[Row], commune: str = "93066") -> pd.DataFrame:
    """Return a table of stops from names, kinds, and metres (EPSG:2154)."""
    frame = pd.DataFrame(rows, columns=["name", "kind", "x_m", "y_m"])
    frame = frame.astype({"x_m": "float64", "y_m": "float64"})
    lon, lat = to_degrees(frame["x_m"].to_numpy(), frame["y_m"].to_numpy())
    shared = {"commune": commune, "commune_name": "Saint-Denis", "lon": lon, "lat": lat}
    return frame.assign(stop=[f"s{n}" for n in range(len(frame))], **shared)[STOPS.names]


def add_stops(folder: Path, table: pd.DataFrame) -> Path:
    """Write stops into a build, its manifest with them, and give its folder."""
    write_table(table, STOPS, folder)
    manifest = read_manifest(folder)
    source = small_build.source(
        id=STOPS_SOURCE, publisher="Île-de-France Mobilités", licence="unconfirmed"
    )
    sources = (*manifest.sources, source)
    write_manifest(replace(manifest, sources=sources, tables=hash_tables(folder)), folder)
    return folder
