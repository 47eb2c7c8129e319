"""Read geographic layers so that a spoilt one says which layer, what is wrong and what next."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio

from observatory.errors import CrsError, FileFormatError, MissingInputError
from observatory.geo.geometry import METRIC, mend, to_metres
from observatory.read.text_files import FETCH, check_header, read_bytes, read_json

SHAPE_PARTS = (".shp", ".shx", ".dbf", ".prj")


def read_layer(
    path: Path,
    *,
    columns: Sequence[str],
    optional: Sequence[str] = (),
    known: str = "",
    layer: str | None = None,
) -> gpd.GeoDataFrame:
    """Read a shapefile, GeoJSON or GeoPackage whole.

    Parameters
    ----------
    path
        The file; a shapefile needs its ``.shx``, ``.dbf`` and ``.prj`` beside it.
    columns, optional, known
        As for :func:`observatory.read.text_files.read_text_table`, the geometry apart.
    layer
        Name of the layer in a GeoPackage of several.

    Returns
    -------
    GeoDataFrame
        The columns of ``columns`` and ``optional`` and ``geometry``, in the file's own reference
        system; index from 1 in the file's order (``line``).

    Raises
    ------
    MissingInputError
        The file, or a part of the shapefile, is not there.
    FileFormatError
        Truncated, not a layer, without a feature, or a feature without geometry.
    CrsError
        No reference system; or coordinates that are not degrees in a GeoJSON.
    ColumnsError
        A column lacks or is not known.
    """
    read_bytes(path)
    _check_parts(path)
    try:
        found = pyogrio.read_dataframe(path, layer=layer)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, ValueError) as error:
        raise FileFormatError(
            str(path),
            expected="a readable layer",
            found=f"a file cut short or in another format ({error})",
            next_step=FETCH,
        ) from error
    if not len(found):
        raise FileFormatError(
            f"layer {path}", expected="at least one feature", found="none", next_step=FETCH
        )
    whole = _check_geometry(found, path)
    check_header(path, [n for n in whole.columns if n != "geometry"], columns, optional, known)
    kept = [n for n in whole.columns if n in (*columns, *optional)]
    whole.index = pd.RangeIndex(1, len(whole) + 1, name="line")
    return whole[[*kept, "geometry"]]


def _check_parts(path: Path) -> None:
    if path.suffix in (".geojson", ".json"):
        # GDAL silently gives the features before the cut; the JSON parser does not.
        read_json(path)
    if path.suffix != ".shp":
        return
    lost = [end for end in SHAPE_PARTS if not path.with_suffix(end).is_file()]
    if lost == [".prj"]:
        raise CrsError(
            f"layer {path}",
            expected="a declared reference system",
            found="no .prj file",
            next_step="add the .prj file of the publisher",
        )
    if lost:
        raise MissingInputError(
            f"layer {path}",
            expected="a shapefile with its " + ", ".join(SHAPE_PARTS),
            found="without " + ", ".join(lost),
            next_step="copy every part of the shapefile together, or " + FETCH,
        )
    _check_length(path)


def _check_length(path: Path) -> None:
    head = path.read_bytes()[:28]
    promised = 2 * struct.unpack(">i", head[24:28])[0] if len(head) == 28 else -1
    if promised != path.stat().st_size:
        raise FileFormatError(
            f"layer {path}",
            expected=f"{promised} bytes, as its header says" if promised >= 0 else "a shapefile",
            found=f"{path.stat().st_size} bytes: the file is cut short",
            next_step=FETCH,
        )


def _check_geometry(found: pd.DataFrame, path: Path) -> gpd.GeoDataFrame:
    if not isinstance(found, gpd.GeoDataFrame) or found.geometry.isna().any():
        raise FileFormatError(
            f"layer {path}",
            expected="a geometry for every feature",
            found="no geometry" if "geometry" not in found else "features without geometry",
            next_step=FETCH,
        )
    if found.crs is None:
        raise CrsError(
            f"layer {path}",
            expected="a declared reference system",
            found="none",
            next_step="add the .prj file, or write the layer again with its reference system",
        )
    if found.crs.is_geographic and (np.abs(found.total_bounds) > 180).any():
        raise CrsError(
            f"layer {path}",
            expected=f"degrees, as its reference system ({found.crs.name}) says",
            found=f"coordinates up to {np.abs(found.total_bounds).max():.0f}, likely metres",
            next_step=f"declare EPSG:{METRIC} in the file, or project it to EPSG:4326",
        )
    return found


def outlines(layer: gpd.GeoDataFrame, path: Path) -> tuple[gpd.GeoDataFrame, str]:
    """Project outlines to metres and mend the invalid ones; the note says how many."""
    whole, count = mend(to_metres(layer, name=str(path)))
    return whole, f"{count} invalid outline mended" if count else ""
