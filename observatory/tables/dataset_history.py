"""The former builds of a territory of a dataset: kept where the dataset is, read from here.

``history/<place>/<day>-<hash>/`` of the dataset holds what the history beside a single build does
(:mod:`observatory.tables.history`), written by the same code. In a local dataset a build in use is
there as hard links; an object store holds its bytes twice. ``kept.json`` comes last and goes first:
a folder without it is no build.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from observatory.errors import FileFormatError
from observatory.settings import Settings
from observatory.tables.atomic import write_whole
from observatory.tables.dataset import Dataset, make_room, place_of
from observatory.tables.history import FOLDER, KEPT, THEN, Noted, folders, hash_of, keep
from observatory.tables.manifest import MANIFEST

#: Histories of object stores that are kept on this machine, the last used ones.
MOST_HERE = 64
#: Where the files of a build stand side by side before it is kept.
ASIDE = ".aside"


def keep_standing(
    dataset: Dataset,
    place: str,
    where: Settings,
    build: Path | None = None,
    made_at: datetime | None = None,
    noted: Noted | None = None,
) -> None:
    """Keep the build that stands in a place of a dataset, once, as a single build is kept.

    Where a run was stopped, what stands there may be no whole build: it is not kept, and the
    history has the one before.

    Parameters
    ----------
    place
        The path of a territory within each table.
    where
        How many builds and megabytes are kept; none where that is 0.
    build
        A folder with that build, where there is one.
    made_at, noted
        As for :func:`observatory.tables.history.keep`.

    Raises
    ------
    ChoiceError
        It cannot be written there: the build that would replace it is not to be made then.
    """
    standing = dataset.modified(f"manifest/{place}/{MANIFEST}")
    if not where.history or standing is None:
        return
    with _written(dataset, place) as history, suppress(FileFormatError):
        if noted is None and _has(history, dataset.read(f"manifest/{place}/{MANIFEST}")):
            return
        folder = build if build and dataset.folder is None else history / ASIDE
        if folder is not build:
            dataset.fetch_standing(place, folder, share=True)
        own = replace(where, build=folder, former=history)
        keep(folder, own, made_at or standing, noted)


def _has(history: Path, record: bytes) -> bool:
    wanted = hashlib.sha256(record).hexdigest()
    known = (folder for folder in folders(history) if (folder / MANIFEST).is_file())
    return any(hash_of(folder) == wanted for folder in known)


@contextmanager
def _written(dataset: Dataset, place: str) -> Iterator[Path]:
    """Yield the history of a place as a folder to keep builds in.

    Of an object store it holds the records alone; what is kept or given up there is put back.
    """
    if dataset.folder is not None:
        history = dataset.folder / FOLDER / place
        try:
            yield history
        finally:
            shutil.rmtree(history / ASIDE, ignore_errors=True)
        return
    with tempfile.TemporaryDirectory() as part:
        history, at = Path(part) / FOLDER, f"{FOLDER}/{place}"
        known = dataset.kept_names(place)
        records = dataset.read_all([f"{at}/{one}/{n}" for one in known for n in (MANIFEST, KEPT)])
        for path, content in records.items():
            write_whole(history / path.removeprefix(f"{at}/"), content)
        yield history
        _put_back(dataset, at, history, records)


def _put_back(dataset: Dataset, at: str, history: Path, records: Mapping[str, bytes]) -> None:
    """Put what was kept into an object store, and take out what was given up or came in part."""
    there = folders(history)
    for folder in there:
        former = records.get(f"{at}/{folder.name}/{KEPT}")
        if former == (folder / KEPT).read_bytes():
            continue
        names = {THEN} if former else {path.name for path in folder.iterdir()}
        for name in (*sorted(names - {KEPT}), KEPT):
            if (folder / name).exists():
                dataset.write(f"{at}/{folder.name}/{name}", (folder / name).read_bytes())
    names = {folder.name for folder in there}
    left = [path for path in dataset.files(at) if path.split("/")[-2] not in names]
    for path in sorted(left, key=lambda path: not path.endswith(f"/{KEPT}")):
        dataset.remove(path)


def opened(where: Settings, dataset: Dataset, territory: Mapping[str, Any]) -> Settings:
    """Return the settings with a territory as the build in use, its former builds at hand.

    Parameters
    ----------
    where
        Says where what is fetched is kept.
    territory
        A row of the catalogue.

    Raises
    ------
    FileFormatError
        The build is not, or no longer, the one that the catalogue names.
    """
    former = former_builds(dataset, territory, where.kept.with_name("histories"))
    return replace(where, build=dataset.open(territory, where.kept), former=former)


def former_builds(dataset: Dataset, territory: Mapping[str, Any], here: Path) -> Path:
    """Return the folder of the former builds of a territory, those of an object store fetched once.

    Parameters
    ----------
    here
        The folder of the histories fetched so far. A build that is not whole is left out.
    """
    place = place_of(territory)
    if dataset.folder is not None:
        return dataset.folder / FOLDER / place
    target = here / hashlib.sha256(f"{dataset.url}|{place}".encode()).hexdigest()[:16]
    if not target.is_dir():
        make_room(here, MOST_HERE)
        target.mkdir(exist_ok=True)
    at = f"{FOLDER}/{place}"
    names = dataset.kept_names(place)
    records = dataset.read_all([f"{at}/{one}/{name}" for one in names for name in (THEN, KEPT)])
    for one in names:
        notes = {name: records.get(f"{at}/{one}/{name}") for name in (THEN, KEPT)}
        with suppress(FileFormatError):
            _brought(dataset, f"{at}/{one}", target / one, notes)
    for folder in folders(target):
        if folder.name not in names:
            shutil.rmtree(folder, ignore_errors=True)
    os.utime(target)
    return target


def _brought(dataset: Dataset, at: str, target: Path, notes: Mapping[str, bytes | None]) -> None:
    """Fetch a build that is not here yet, whole; what was noted of it since is taken too."""
    if (target / KEPT).is_file() and (target / KEPT).read_bytes() == notes[KEPT]:
        return
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".") as part:
        folder = target if target.is_dir() else Path(part) / "build"
        if folder is not target:
            dataset.fetch(at, folder, f"{at}/{{}}.parquet".format)
        for name, content in notes.items():
            if content is not None:
                write_whole(folder / name, content)
        if folder is not target:
            with suppress(OSError):  # another one fetched the same bytes meanwhile
                folder.rename(target)
