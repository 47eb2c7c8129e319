"""Former builds, kept beside the build in use by day and hash, a bounded number of them.

``history/<day>-<hash>/`` beside the build's folder holds a build as it was, hard links where the
disk has them, and ``kept.json``: when it was made, by which code, under which assumptions; beside
it ``figures.csv``, what that code computed then. A build that replaces another leaves the former
one there; the newest is never given up.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from observatory.errors import FileFormatError, MissingInputError
from observatory.settings import Settings
from observatory.tables.atomic import whole_folder, write_whole
from observatory.tables.check import check
from observatory.tables.history_results import FIGURES_THEN
from observatory.tables.manifest import MANIFEST, Manifest, read_manifest

FOLDER, KEPT, THEN, GONE = "history", "kept.json", "figures.csv", "gone"
#: Letters of the hash in a name.
LETTERS = 8
MEGABYTE = 1_000_000
#: A build's assumptions by name; empty where nobody noted them.
Method = Mapping[str, float | str]


@dataclass(frozen=True)
class Noted:
    """What is noted of a new build besides its tables.

    Attributes
    ----------
    method
        The assumptions in use.
    code
        A hash of the code that computes.
    figures
        What it computes (``tables.history_results.FIGURES_THEN``); nothing where that is not kept.
    """

    method: Method
    code: str = ""
    figures: pd.DataFrame | None = None


@dataclass(frozen=True)
class Kept:
    """A build that others are compared with.

    Attributes
    ----------
    folder
        Its folder.
    manifest
        Its record.
    made_at
        When it was made; ``None`` where nobody noted it, as for the compiled edition.
    method
        The assumptions in use then, by name; empty where nobody noted them.
    code
        A hash of the code that computed its figures then; empty where nobody noted it.
    note
        The folder of the history where all that is noted; ``None`` where nothing is.
    noted_size
        Its bytes as noted, where its tables may be elsewhere; 0 where nobody did.
    """

    folder: Path
    manifest: Manifest
    made_at: datetime | None
    method: Method
    code: str = ""
    note: Path | None = None
    noted_size: int = 0

    @property
    def then(self) -> pd.DataFrame | None:
        """Its figures as they were when it was made; ``None`` where nobody noted them."""
        path = None if self.note is None else self.note / THEN
        if path is None or not path.is_file():
            return None
        # An empty cell alone is missing: a zone can be called NA.
        known = pd.read_csv(path, dtype={"code": str}, keep_default_na=False, na_values=[""])
        return pd.DataFrame(check(known, FIGURES_THEN, where=str(path)))

    @property
    def day(self) -> str:
        """The day it was made, else the last day on which a source was read (ISO)."""
        return self.made_at.date().isoformat() if self.made_at else self.manifest.day

    @property
    def name(self) -> str:
        """What a person calls it: its day and its hash."""
        if self.note is not None:
            return self.note.name
        return f"{self.day}-{hash_of(self.folder)[:LETTERS]}"

    @property
    def size(self) -> int:
        """Its bytes, those that other builds share included."""
        return self.noted_size or _size(self.folder)


def history_of(build: Path, where: Settings | None = None) -> Path:
    """Return where the former builds of a build's folder are.

    Parameters
    ----------
    build
        The folder of the build.
    where
        May say where those of its own build are kept; else they are beside it.
    """
    if where is not None and where.former is not None and build == where.build:
        return where.former
    return build.absolute().parent / FOLDER


def builds_kept(build: Path, where: Settings | None = None) -> list[Kept]:
    """Return the builds kept of a build's territory, the oldest first; those that read alone.

    Parameters
    ----------
    build
        The folder of the build; what other territories left in the same place is not given.
    where
        As for :func:`history_of`.
    """
    territory = _territory(build)
    every = _every(history_of(build, where))
    return sorted((one for one in every if territory in ("", one.manifest.territory)), key=when)


def keep(
    build: Path, where: Settings, made_at: datetime | None = None, noted: Noted | None = None
) -> Kept | None:
    """Keep a build in the history beside it, once, and give up the oldest beyond the limits.

    Parameters
    ----------
    build
        The folder of a build; nothing is kept of anything else.
    where
        How many builds and megabytes are kept; none where that is 0.
    made_at, noted
        When it was made, and what there is to note of it; where they are not given, the build is
        one that a new one replaces: its date is that of its file.

    Returns
    -------
    Kept or None
        The build as kept; ``None`` where none is.

    Raises
    ------
    ChoiceError
        It cannot be written there: the build that would replace it is not to be made then.
    """
    if not (where.history and reads(build)) or build.resolve() == where.edition.resolve():
        return None
    same = [one for one in builds_kept(build, where) if is_alike(one, build)]
    known = [one for one in same if noted is None or _is_noted(one, noted)]
    if known:
        return known[-1]
    moment = made_at or datetime.fromtimestamp((build / MANIFEST).stat().st_mtime, tz=UTC)
    unknown = [one for one in same if not one.method]
    kept = _noted_now(unknown[-1], moment, noted) if unknown else None
    kept = kept or _added(build, history_of(build, where), moment, noted)
    for one in _beyond(builds_kept(build, where), where):
        give_up(one)
    return kept


def _is_noted(one: Kept, noted: Noted) -> bool:
    """Return whether a build of the history was made the same way; code not noted is any."""
    return one.method == noted.method and (one.code == noted.code or not (one.code and noted.code))


def _added(build: Path, history: Path, moment: datetime, noted: Noted | None) -> Kept:
    """Write a build into the history, whole or not at all."""
    name = f"{moment.date().isoformat()}-{_named(build, history, noted)}"
    target = history / name
    with whole_folder(target) as there:
        shutil.copyfile(build / MANIFEST, there / MANIFEST)
        for path in build.glob("*.parquet"):
            link(path, there / path.name)
        _note(there, moment, noted, _size(there))
    return read_kept(target)


def _noted_now(one: Kept, moment: datetime, noted: Noted | None) -> Kept:
    """Write what there is to note of a build that was kept without."""
    return _note(one.folder, one.made_at or moment, noted, one.size)


def _named(build: Path, history: Path, noted: Noted | None) -> str:
    """Return a hash of a build that no other of the history has: its own, else with its method."""
    own = hash_of(build)[:LETTERS]
    taken = any(path.name.endswith(own) for path in folders(history))
    made = noted or Noted({})
    told = hash_of(build) + json.dumps(dict(made.method), sort_keys=True) + made.code
    return hashlib.sha256(told.encode()).hexdigest()[:LETTERS] if taken else own


def _note(folder: Path, moment: datetime, noted: Noted | None, size: int) -> Kept:
    """Write what there is to note into a folder of the history, the record last."""
    made = noted or Noted({})
    if made.figures is not None:
        rows = pd.DataFrame(check(made.figures, FIGURES_THEN))
        write_whole(folder / THEN, rows.to_csv(index=False).encode())
    values = {
        "made_at": moment.isoformat(timespec="seconds"),
        "method": dict(made.method),
        "code": made.code,
        "bytes": size,
    }
    record = json.dumps(values, ensure_ascii=False, indent=1, sort_keys=True)
    write_whole(folder / KEPT, (record + "\n").encode())
    return read_kept(folder)


def link(path: Path, to: Path) -> None:
    """Share the bytes of a file that nobody changes in place; copy them where links cannot be."""
    try:
        os.link(path, to)
    except OSError:
        shutil.copyfile(path, to)


def _beyond(kept: Sequence[Kept], where: Settings) -> Iterator[Kept]:
    """Yield the builds beyond the limits, never the newest."""
    size = 0
    for count, one in enumerate(reversed(kept), start=1):
        size += one.size
        if count > 1 and (count > where.history or size > where.history_mb * MEGABYTE):
            yield one


def give_up(one: Kept) -> None:
    """Take a build out of the history: its name first, so that none is ever seen in part."""
    one.folder.rename(one.folder.with_name(f".{one.folder.name}.{GONE}"))
    for leftover in one.folder.parent.glob(f".*.{GONE}"):
        shutil.rmtree(leftover, ignore_errors=True)


def read_kept(folder: Path) -> Kept:
    """Return a build's folder with what was noted when it was made, if anything was.

    Raises
    ------
    InputError
        The folder holds no build that this version reads.
    """
    manifest = read_manifest(folder)
    try:
        values = json.loads((folder / KEPT).read_text(encoding="utf-8"))
        moment, method = datetime.fromisoformat(values["made_at"]), dict(values["method"])
        code, size = str(values.get("code", "")), int(values.get("bytes", 0))
        return Kept(folder, manifest, moment, method, code, folder, size)
    except FileNotFoundError:
        return Kept(folder, manifest, None, {})
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise FileFormatError(
            str(folder / KEPT),
            expected="the record of a build kept: made_at and method",
            found=str(error),
            next_step="take this folder out of the history",
        ) from error


def is_alike(one: Kept, folder: Path) -> bool:
    """Return whether a build has the tables and sources of another, whatever was assumed."""
    return hash_of(one.folder) == hash_of(folder)


def when(one: Kept) -> tuple[datetime, str]:
    """Return what puts builds in order: when they were made, else when their sources were read."""
    moment = one.made_at or datetime.fromisoformat(one.manifest.day or "1970-01-01")
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC), one.folder.name


def _every(history: Path) -> Iterator[Kept]:
    """Yield the builds of a history that this version reads."""
    for folder in folders(history):
        try:
            yield read_kept(folder)
        except (FileFormatError, MissingInputError):
            continue


def folders(history: Path) -> list[Path]:
    """Return the folders of the builds of a history, whether they read or not."""
    if not history.is_dir():
        return []
    return sorted(p for p in history.iterdir() if p.is_dir() and not p.name.startswith("."))


def reads(build: Path) -> bool:
    """Return whether a folder holds a build that this version reads."""
    try:
        read_manifest(build)
    except (FileFormatError, MissingInputError):
        return False
    return True


def _territory(build: Path) -> str:
    return read_manifest(build).territory if reads(build) else ""


def _size(build: Path) -> int:
    return sum(path.stat().st_size for path in (build / MANIFEST, *build.glob("*.parquet")))


def hash_of(build: Path) -> str:
    """Return the SHA-256 of a build's record, hence of its tables and sources."""
    return hashlib.sha256((build / MANIFEST).read_bytes()).hexdigest()
