"""Tables in open formats; the same table gives the same bytes, and text is never a formula."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from observatory.geo.geometry import WORLD, metric_of, project
from observatory.tables.plain_rows import DECIMALS, plain_values, records, without_geometry
from observatory.tables.plain_text import defuse, visible

#: Spreadsheets and GeoPackages write the day of saving; a fixed one keeps the bytes the same.
FIXED_DAY = "2020-01-01T00:00:00Z"
_ZIP_DAY = (2020, 1, 1, 0, 0, 0)


def csv_bytes(frame: pd.DataFrame) -> bytes:
    """Give a table as CSV: UTF-8, commas, a point for decimals, missing values empty, no outlines.

    Text that a spreadsheet would run as a formula is defused with an apostrophe; numbers stay
    numbers, negative ones too.
    """
    plain = without_geometry(frame)
    columns = [[_csv_cell(value) for value in plain_values(plain[name])] for name in plain.columns]
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([_safe(str(name)) for name in plain.columns])
    writer.writerows(zip(*columns, strict=True))
    return stream.getvalue().encode("utf-8", "replace")


def csv_fr_bytes(frame: pd.DataFrame, heads: Sequence[str]) -> bytes:
    """Give a table as CSV for Excel in French: semicolons, decimal commas, a byte order mark.

    Parameters
    ----------
    frame
        The rows; outlines are left out.
    heads
        What each column is called, in order.
    """
    plain = without_geometry(frame)
    columns = [[_french_cell(value) for value in plain_values(plain[n])] for n in plain.columns]
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
    writer.writerow([_safe(head) for head in heads])
    writer.writerows(zip(*columns, strict=True))
    return stream.getvalue().encode("utf-8-sig", "replace")


def _french_cell(value: Any) -> str:
    if isinstance(value, bool):
        return "oui" if value else "non"
    cell = _csv_cell(value)
    return cell.replace(".", ",") if isinstance(value, float) else cell


def _safe(text: str) -> str:
    return defuse(visible(text))


def _csv_cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.{DECIMALS}f}".rstrip("0").rstrip(".")
    return _safe(value) if isinstance(value, str) else str(value)


def as_layer(frame: pd.DataFrame) -> gpd.GeoDataFrame | None:
    """Return a table as a layer by its outlines, degrees or metres, or ``None`` if it has none."""
    if isinstance(frame, gpd.GeoDataFrame):
        return frame
    for x, y in (("lon", "lat"), ("x_m", "y_m")):
        if x in frame.columns and y in frame.columns:
            epsg = WORLD if x == "lon" else metric_of(frame[[x, y]])
            places = gpd.points_from_xy(frame[x], frame[y])
            known = frame[[x, y]].notna().all(axis=1).to_numpy()
            shapes = [place if here else None for place, here in zip(places, known, strict=True)]
            return gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries(shapes, frame.index, crs=epsg))
    return None


def geojson_bytes(frame: gpd.GeoDataFrame, name: str) -> bytes:
    """Return a layer as GeoJSON (RFC 7946): EPSG:4326, about 10 cm, rings counter-clockwise."""
    degrees = project(frame, WORLD, name=name).geometry.array
    rounded = shapely.transform(np.asarray(degrees), lambda xy: np.round(xy, DECIMALS))
    shapes = shapely.orient_polygons(rounded)
    features = [
        {"type": "Feature", "properties": row, "geometry": _geometry(shape)}
        for row, shape in zip(records(frame), shapes, strict=True)
    ]
    lines = ",\n".join(json.dumps(f, ensure_ascii=False, allow_nan=False) for f in features)
    head = json.dumps({"type": "FeatureCollection", "name": name}, ensure_ascii=False)[:-1]
    return f'{head}, "features": [\n{lines}\n]}}\n'.encode()


def _geometry(shape: Any) -> Any:
    return None if shape is None else json.loads(shapely.to_geojson(shape))


def geoparquet_bytes(
    frame: pd.DataFrame,
    described: Mapping[str, str] | None = None,
    notes: Mapping[str, str] | None = None,
) -> bytes:
    """Return a table as GeoParquet, or as Parquet where it has no place.

    Parameters
    ----------
    frame
        The rows.
    described
        Column -> what it says, kept in the file's schema.
    notes
        Name -> text kept in the file's metadata, beside the standard's own.
    """
    import pyarrow.parquet as pq

    stream = io.BytesIO()
    found = as_layer(frame)
    kept = frame if found is None else found
    kept.to_parquet(stream, index=False, compression="zstd")
    if not described and not notes:
        return stream.getvalue()
    table = pq.read_table(io.BytesIO(stream.getvalue()))
    schema = table.schema
    for place, field in enumerate(schema):
        if described and field.name in described:
            said = {b"description": described[field.name].encode()}
            schema = schema.set(place, field.with_metadata({**(field.metadata or {}), **said}))
    more = {name.encode(): text.encode() for name, text in (notes or {}).items()}
    schema = schema.with_metadata({**(schema.metadata or {}), **more})
    stream = io.BytesIO()
    pq.write_table(table.cast(schema), stream, compression="zstd")
    return stream.getvalue()


def zip_bytes(files: Mapping[str, bytes]) -> bytes:
    """Return files as one archive; the same files give the same bytes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, _ZIP_DAY), content, zipfile.ZIP_DEFLATED)
    return stream.getvalue()
