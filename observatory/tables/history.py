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
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from observatory.errors import ChoiceError, FileFormatError, MissingInputError
from observatory.settings import EDITION, Settings
from observatory.tables.atomic import whole_folder, write_whole
from observatory.tables.check import check
from observatory.tables.history_results import FIGURES_THEN
from observatory.tables.manifest import MANIFEST, Manifest, is_build, read_manifest

FOLDER, KEPT, THEN, GONE = "history", "kept.json", "figures.csv", "gone"
#: Letters of the hash in a name, and the fewest that a person may type.
LETTERS, FEWEST = 8, 4
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
    """

    folder: Path
    manifest: Manifest
    made_at: datetime | None
    method: Method
    code: str = ""
    note: Path | None = None

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
        return f"{self.day}-{_hash(self.folder)[:LETTERS]}"

    @property
    def size(self) -> int:
        """Its bytes, those that other builds share included."""
        return sum(path.stat().st_size for path in _files(self.folder))


def history_of(build: Path) -> Path:
    """Return where the former builds of a build's folder are."""
    return build.absolute().parent / FOLDER


def builds_kept(build: Path) -> list[Kept]:
    """Return the builds kept of a build's territory, the oldest first; those that read alone.

    Parameters
    ----------
    build
        The folder of the build; what other territories left in the same place is not given.
    """
    territory = _territory(build)
    found = [one for one in _every(history_of(build)) if territory in ("", one.manifest.territory)]
    return sorted(found, key=_when)


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
    if not (where.history and _reads(build)) or build.resolve() == where.edition.resolve():
        return None
    same = [one for one in builds_kept(build) if _is_alike(one, build)]
    known = [one for one in same if noted is None or _is_noted(one, noted)]
    if known:
        return known[-1]
    moment = made_at or datetime.fromtimestamp((build / MANIFEST).stat().st_mtime, tz=UTC)
    unknown = [one for one in same if not one.method]
    kept = _note(unknown[-1].folder, unknown[-1].made_at or moment, noted) if unknown else None
    kept = kept or _added(build, moment, noted)
    for one in _beyond(builds_kept(build), where):
        give_up(one)
    return kept


def _is_noted(one: Kept, noted: Noted) -> bool:
    """Return whether a build of the history was made the same way; code not noted is any."""
    return one.method == noted.method and (one.code == noted.code or not (one.code and noted.code))


def _added(build: Path, moment: datetime, noted: Noted | None) -> Kept:
    """Write a build into the history, whole or not at all."""
    name = f"{moment.date().isoformat()}-{_named(build, noted)}"
    target = history_of(build) / name
    with whole_folder(target) as there:
        shutil.copyfile(build / MANIFEST, there / MANIFEST)
        for path in build.glob("*.parquet"):
            _link(path, there / path.name)
        _note(there, moment, noted)
    return read_kept(target)


def _named(build: Path, noted: Noted | None) -> str:
    """Return a hash of a build that no other of the history has: its own, else with its method."""
    own = _hash(build)[:LETTERS]
    taken = any(path.name.endswith(own) for path in _folders(history_of(build)))
    made = noted or Noted({})
    told = _hash(build) + json.dumps(dict(made.method), sort_keys=True) + made.code
    return hashlib.sha256(told.encode()).hexdigest()[:LETTERS] if taken else own


def _note(folder: Path, moment: datetime, noted: Noted | None) -> Kept:
    """Write what there is to note into a folder of the history, the record last."""
    made = noted or Noted({})
    if made.figures is not None:
        rows = pd.DataFrame(check(made.figures, FIGURES_THEN))
        write_whole(folder / THEN, rows.to_csv(index=False).encode())
    values = {
        "made_at": moment.isoformat(timespec="seconds"),
        "method": dict(made.method),
        "code": made.code,
    }
    record = json.dumps(values, ensure_ascii=False, indent=1, sort_keys=True)
    write_whole(folder / KEPT, (record + "\n").encode())
    return read_kept(folder)


def _link(path: Path, to: Path) -> None:
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
        return Kept(folder, manifest, moment, method, str(values.get("code", "")), folder)
    except FileNotFoundError:
        return Kept(folder, manifest, None, {})
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise FileFormatError(
            str(folder / KEPT),
            expected="the record of a build kept: made_at and method",
            found=str(error),
            next_step="take this folder out of the history",
        ) from error


def find_build(asked: str, where: Settings) -> Kept:
    """Return the build that a person names.

    Parameters
    ----------
    asked
        A folder; ``edition``; ``current``, the build in use; or, of the history of the build in
        use, its name, its day or the beginning of its hash.

    Raises
    ------
    ChoiceError
        No build, or several, have that name.
    """
    if asked == EDITION:
        return _with_note(where.edition)
    if asked == "current":
        return _with_note(where.current)
    if is_build(Path(asked)):
        return _with_note(Path(asked))
    kept = builds_kept(where.build)
    found = [one for one in kept if _answers(one, asked)]
    if len(found) == 1:
        return found[0]
    raise ChoiceError(
        f"build {asked}",
        expected="a folder, edition, current, or the day or hash of one build of the history",
        found=f"{len(found)} of them: {_names(found)}" if found else f"none of: {_names(kept)}",
        next_step="observatory history lists them",
    )


def last_two(where: Settings) -> tuple[Kept, Kept]:
    """Return the build in use and the last other one: of the history, else the edition.

    Raises
    ------
    MissingInputError
        There is only one.
    """
    now = _with_note(where.current)
    former = [one for one in comparable(where)[:-1] if not now.made_at or _when(one) <= _when(now)]
    if former:
        return ([one for one in former if one.made_at] or former)[-1], now
    raise MissingInputError(
        str(history_of(where.current)),
        expected="a former build to compare with",
        found="none",
        next_step="a build or an update that changes something keeps the one that it replaces; or "
        "name two folders: observatory compare A B",
    )


def comparable(where: Settings) -> list[Kept]:
    """Return every build that can be compared with the one in use, the oldest first, it last.

    They are those of the history, and the compiled edition where it is of the same territory.
    """
    now = _with_note(where.current)
    known = [one for one in builds_kept(where.build) if not _is_same(one, now)]
    if _reads(where.edition) and not any(_is_alike(one, where.edition) for one in [*known, now]):
        known.append(_with_note(where.edition))
    here = [one for one in known if one.manifest.territory == now.manifest.territory]
    return [*sorted(here, key=_when), now]


def _with_note(folder: Path) -> Kept:
    """Return a build with what its history noted when it was made."""
    own = read_kept(folder)
    if own.made_at:
        return own
    same = [one for one in builds_kept(folder) if _is_alike(one, folder)]
    return replace(same[-1], folder=folder, manifest=own.manifest) if same else own


def _is_alike(one: Kept, folder: Path) -> bool:
    """Return whether a build has the tables and sources of another, whatever was assumed."""
    return _hash(one.folder) == _hash(folder)


def _is_same(one: Kept, other: Kept) -> bool:
    made_alike = (one.method, one.code) == (other.method, other.code)
    return _is_alike(one, other.folder) and made_alike


def _answers(one: Kept, asked: str) -> bool:
    names = (one.folder.name.rpartition("-")[2], one.manifest.edition.rpartition("-")[2])
    hashed = len(asked) >= FEWEST and any(name.startswith(asked) for name in names)
    return hashed or asked in (one.folder.name, one.day)


def _names(kept: Sequence[Kept]) -> str:
    return ", ".join(one.folder.name for one in kept) or "no build kept"


def _when(one: Kept) -> tuple[datetime, str]:
    """Return what puts builds in order: when they were made, else when their sources were read."""
    moment = one.made_at or datetime.fromisoformat(one.manifest.day or "1970-01-01")
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC), one.folder.name


def _every(history: Path) -> Iterator[Kept]:
    """Yield the builds of a history that this version reads."""
    for folder in _folders(history):
        try:
            yield read_kept(folder)
        except (FileFormatError, MissingInputError):
            continue


def _folders(history: Path) -> list[Path]:
    if not history.is_dir():
        return []
    return sorted(p for p in history.iterdir() if p.is_dir() and not p.name.startswith("."))


def _reads(build: Path) -> bool:
    try:
        read_manifest(build)
    except (FileFormatError, MissingInputError):
        return False
    return True


def _territory(build: Path) -> str:
    return read_manifest(build).territory if _reads(build) else ""


def _files(build: Path) -> list[Path]:
    return [build / MANIFEST, *sorted(build.glob("*.parquet"))]


def _hash(build: Path) -> str:
    return hashlib.sha256((build / MANIFEST).read_bytes()).hexdigest()
