"""What a build was made from and what it holds: no clock, no path of this machine, sorted keys."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from observatory.errors import FileFormatError, MissingInputError
from observatory.tables.provenance import Provenance
from observatory.tables.storage import REBUILD

MANIFEST = "manifest.json"
#: Raise it when tables written before can no longer be read as they are.
SCHEMA_VERSION = 1
#: The furthest that communes of other départements may be asked for.
MOST_AROUND_M = 50_000.0


@dataclass(frozen=True)
class Manifest:
    """The record of one build.

    Attributes
    ----------
    observatory
        Version of the observatory that built it.
    territory, territory_name
        SIREN and name of the EPT.
    cog
        Geography of its communes and IRIS.
    facts
        Counts that a reader can compare with the publishers' own, by name.
    sources
        The record of each source, rows in, out and aside included.
    tables
        SHA-256 of each table's file, by the table's name.
    schema
        Version of the tables' contracts.
    around_m
        How far communes of other départements were asked for; ``None``: as assumed.
    """

    observatory: str
    territory: str
    territory_name: str
    cog: str
    facts: Mapping[str, int]
    sources: tuple[Provenance, ...]
    tables: Mapping[str, str]
    schema: int = SCHEMA_VERSION
    around_m: float | None = None

    @property
    def day(self) -> str:
        """The last day on which a source was read (ISO)."""
        return max((source.read_on for source in self.sources), default="")

    @property
    def covered(self) -> frozenset[str]:
        """The sources that the build was made from, by identifier."""
        return frozenset(source.id for source in self.sources)

    @property
    def edition(self) -> str:
        """A name for the build: the day of its sources, and the start of a hash of its tables."""
        whole = hashlib.sha256(json.dumps(dict(self.tables), sort_keys=True).encode())
        return f"{self.day}-{whole.hexdigest()[:8]}"

    @property
    def vintage(self) -> str:
        """The census that residents by age are of, the newest read: ``RP`` and its year."""
        found = (re.fullmatch(r"ages_iris_(\d{4})", source.id) for source in self.sources)
        return max((f"RP{one[1]}" for one in found if one), default="")

    def as_dict(self) -> dict[str, Any]:
        """Return the record as plain values, for JSON; sources in order of their identifiers."""
        ordered = sorted(self.sources, key=lambda source: source.id)
        asked = {} if self.around_m is None else {"around_m": self.around_m}
        return {
            **asked,
            "observatory": self.observatory,
            "schema": self.schema,
            "territory": self.territory,
            "territory_name": self.territory_name,
            "cog": self.cog,
            "facts": dict(self.facts),
            "sources": [source.as_dict() for source in ordered],
            "tables": dict(self.tables),
        }


def hash_file(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def hash_tables(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of each table of a folder, by the table's name."""
    return {path.stem: hash_file(path) for path in sorted(folder.glob("*.parquet"))}


def write_manifest(manifest: Manifest, folder: Path) -> Path:
    """Write the manifest of a build and give its file."""
    path = folder / MANIFEST
    text = json.dumps(manifest.as_dict(), ensure_ascii=False, indent=1, sort_keys=True)
    path.write_bytes((text + "\n").encode("utf-8"))
    return path


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest of a build.

    Raises
    ------
    MissingInputError
        There is no build in the folder.
    FileFormatError
        The file is not a manifest, or is one of another schema version.
    """
    path = folder / MANIFEST
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise MissingInputError(
            str(folder), expected="a build", found="no manifest.json", next_step=REBUILD
        ) from error
    except (ValueError, OSError) as error:
        raise _spoilt(path, str(error)) from error
    return _parse(values, path)


def open_build(folder: Path) -> Manifest:
    """Read the manifest of a build whose tables are the ones it records.

    Each state of the folder (dates and sizes of its files) is verified once a process.

    Raises
    ------
    MissingInputError
        There is no build in the folder.
    FileFormatError
        The manifest cannot be read, or a table is not the one that the build wrote.
    """
    return _verified(folder, build_state(folder))


#: Names, dates and sizes of the files of a build.
State = tuple[tuple[str, int, int], ...]


def build_state(folder: Path) -> State:
    """Return what tells one state of a build's folder from the next."""
    files = [folder / MANIFEST, *sorted(folder.glob("*.parquet"))]
    states = [(path, path.stat()) for path in files if path.exists()]
    return tuple((str(path), known.st_mtime_ns, known.st_size) for path, known in states)


@lru_cache(maxsize=8)
def _verified(folder: Path, state: State) -> Manifest:
    """Read and verify a folder; ``state`` only tells one state of it from the next."""
    manifest = read_manifest(folder)
    found = hash_tables(folder)
    for name in sorted(manifest.tables.keys() | found.keys()):
        wanted, kept = manifest.tables.get(name), found.get(name)
        if wanted != kept:
            raise FileFormatError(
                str(folder / f"{name}.parquet"),
                expected=f"SHA-256 {wanted[:12]}…" if wanted else "no such table",
                found=f"SHA-256 {kept[:12]}…" if kept else "no such table",
                next_step=f"{REBUILD}, or restore the table",
            )
    return manifest


def _parse(values: Any, path: Path) -> Manifest:
    schema = values.get("schema") if isinstance(values, dict) else None
    if schema != SCHEMA_VERSION:
        raise _spoilt(path, f"schema version {schema}")
    try:
        sources = tuple(Provenance.from_dict(source) for source in values["sources"])
        manifest = Manifest(**{**values, "sources": sources})
    except (KeyError, TypeError, AttributeError) as error:
        raise _spoilt(path, f"fields that do not fit ({error})") from error
    for name, fits in _fits(manifest).items():
        if not fits:
            raise _spoilt(path, f"field {name}: {str(values.get(name))[:80]!r}")
    return manifest


def _fits(manifest: Manifest) -> dict[str, bool]:
    """Return whether each field is of its kind: a file edited by hand may hold anything."""
    words = ("observatory", "territory", "territory_name", "cog")
    counts = ("rows_in", "rows_out", "rows_aside")
    return {
        **{name: isinstance(getattr(manifest, name), str) for name in words},
        "around_m": manifest.around_m is None
        or (type(manifest.around_m) in (int, float) and 0 <= manifest.around_m <= MOST_AROUND_M),
        "facts": _holds(manifest.facts, int),
        "tables": _holds(manifest.tables, str),
        "sources": all(type(getattr(s, name)) is int for s in manifest.sources for name in counts)
        and all(isinstance(getattr(s, name), str) for s in manifest.sources for name in _TEXTS),
    }


_TEXTS = (
    "id",
    "title",
    "publisher",
    "licence",
    "vintage",
    "covers",
    "url",
    "sha256",
    "read_on",
    "note",
)


def _holds(values: Any, kind: type) -> bool:
    return isinstance(values, dict) and all(type(value) is kind for value in values.values())


def _spoilt(path: Path, found: str) -> FileFormatError:
    return FileFormatError(
        str(path),
        expected=f"a manifest of schema version {SCHEMA_VERSION}",
        found=found,
        next_step=REBUILD,
    )


def is_build(folder: Path) -> bool:
    """Return whether a folder was written by a build, of this version or of another one."""
    try:
        values = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(values, dict) and {"observatory", "schema", "tables"} <= set(values)


def changed_tables(folder: Path, manifest: Manifest) -> list[str]:
    """Return which tables are not the ones that the manifest records, one sentence each."""
    found, wanted = hash_tables(folder), manifest.tables
    lost, extra = sorted(wanted.keys() - found.keys()), sorted(found.keys() - wanted.keys())
    other = [name for name in sorted(wanted.keys() & found.keys()) if wanted[name] != found[name]]
    return [
        *(f"table {name}: in the manifest, not in the folder" for name in lost),
        *(f"table {name}: in the folder, not in the manifest" for name in extra),
        *(f"table {name}: its bytes are not those that the build wrote" for name in other),
    ]
