"""The bytes of a source's files, and the record that lies beside a downloaded one."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from observatory.errors import MissingInputError
from observatory.read.text_files import FETCH

SIDECAR = ".provenance.json"
CHUNK = 1 << 20


def digest(path: Path, beside: tuple[str, ...] = ()) -> str:
    """Return the SHA-256 of a source's bytes.

    Of a single file, it is that of its bytes. Of a folder, a shapefile or a file with others
    beside it, each file counts with its name, in the order of names.

    Raises
    ------
    MissingInputError
        The file or folder is not there.
    """
    parts = [part for part in _parts(path, beside) if not part.name.endswith(SIDECAR)]
    if not parts:
        raise MissingInputError(
            str(path),
            expected="a source file or folder",
            found="nothing there" if not path.exists() else "an empty folder",
            next_step="check the folder given with --from, or " + FETCH,
        )
    total = hashlib.sha256()
    for part in parts:
        if len(parts) > 1:
            name = part.relative_to(path).as_posix() if path.is_dir() else part.name
            total.update(name.encode())
        with part.open("rb") as stream:
            while piece := stream.read(CHUNK):
                total.update(piece)
    return total.hexdigest()


def digest_all(paths: Sequence[Path]) -> str:
    """Return the SHA-256 of several files or folders: of their own, one after the other."""
    return hashlib.sha256("".join(map(digest, paths)).encode()).hexdigest()


def _parts(path: Path, beside: tuple[str, ...]) -> list[Path]:
    if path.is_dir():
        return sorted(part for part in path.rglob("*") if part.is_file())
    if not path.is_file():
        return []
    if path.suffix == ".shp":
        return sorted(p for p in path.parent.iterdir() if p.stem == path.stem and p.is_file())
    extra = [path.with_name(name) for name in beside]
    return sorted([path, *(part for part in extra if part.is_file())])


def sidecar(path: Path) -> Path:
    """Return the path of the record that lies beside a downloaded file."""
    return path.with_name(path.name + SIDECAR)


def day_read(path: Path) -> str:
    """Return the day a file was fetched, by the record beside it, else the day it last changed."""
    record = sidecar(path)
    if record.is_file():
        return str(json.loads(record.read_text(encoding="utf-8"))["read_on"])
    changed = dt.datetime.fromtimestamp(path.stat().st_mtime, tz=dt.UTC)
    return changed.date().isoformat()


def read_record(path: Path) -> dict[str, Any]:
    """Return the record beside a downloaded file; empty where there is none that can be read."""
    try:
        values = json.loads(sidecar(path).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return values if isinstance(values, dict) else {}
