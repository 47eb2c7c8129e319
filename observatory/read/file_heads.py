"""The names of the columns of a file, from its first bytes, whatever its format."""

from __future__ import annotations

import re
import zipfile
import zlib
from pathlib import Path

import pyogrio

from observatory.read.zipped import META

#: Bytes looked at: the first record of any source is shorter.
HEAD = 1 << 16
LAYERS = (".shp", ".gpkg")
JSON = (".json", ".geojson")
#: What a spoilt zip raises.
UNREADABLE = (
    *(OSError, zipfile.BadZipFile, zlib.error, EOFError),
    *(NotImplementedError, RuntimeError),
)


def columns_of(path: Path) -> tuple[str, ...]:
    """Return the names of a file's columns; none of a folder, or of a file that cannot be read."""
    end = path.suffix.lower()
    if not path.is_file():
        return ()
    if end in LAYERS:
        return _of_layer(path)
    head = _zipped_head(path) if end == ".zip" else _head(path)
    if end == ".zip" and not head:
        return _of_layer(f"/vsizip/{path}/{_zipped_layer(path)}")
    text = head.decode("utf-8-sig", "replace")
    if end in JSON:
        return tuple(dict.fromkeys(re.findall(r'"(\w+)"\s*:', text)))
    first = text.split("\n", 1)[0].rstrip("\r")
    sep = max(";,\t", key=first.count)
    return tuple(name.strip().strip('"') for name in first.split(sep))


def _head(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(HEAD)


def _zipped_head(path: Path) -> bytes:
    """Return the first bytes of the first CSV of a zip, its description left out."""
    try:
        with zipfile.ZipFile(path) as box:
            names = [name for name in box.namelist() if name.lower().endswith(".csv")]
            data = [n for n in names if not n.rsplit("/", 1)[-1].lower().startswith(META)]
            if not data:
                return b""
            with box.open(data[0]) as stream:
                return stream.read(HEAD)
    except UNREADABLE:
        return b""


def _zipped_layer(path: Path) -> str:
    """Return the name of the first layer of a zip."""
    try:
        with zipfile.ZipFile(path) as box:
            return next((name for name in box.namelist() if name.lower().endswith(LAYERS)), "")
    except UNREADABLE:
        return ""


def _of_layer(path: Path | str) -> tuple[str, ...]:
    try:
        return tuple(map(str, pyogrio.read_info(path)["fields"]))
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, ValueError):
        return ()
