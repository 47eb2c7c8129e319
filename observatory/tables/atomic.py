"""Whole folders and files, or nothing: the last good one stands on any failure or kill.

A folder is written beside its target, then the two change names. A kill between the two renames
leaves the former folder under its kept name, and :func:`recover` puts it back.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from observatory.errors import FULL, ChoiceError
from observatory.tables.manifest import is_build

#: Seconds that a reader waits for a build that is between its two renames.
PATIENCE = 5.0


def _beside(target: Path, role: str) -> Path:
    return target.parent / f".{target.name}.{role}"


@contextmanager
def whole_folder(target: Path) -> Iterator[Path]:
    """Yield an empty folder to write in; it becomes ``target`` if the block ends well.

    Raises
    ------
    ChoiceError
        ``target`` holds something that is not a former build, or another build is writing there.
    """
    target = target.absolute()
    refuse_foreign(target)
    new, old = _beside(target, "new"), _beside(target, "old")
    with _writable(target):
        target.parent.mkdir(parents=True, exist_ok=True)
    with alone(target):
        _put_back(target)
        for leftover in (new, old):
            shutil.rmtree(leftover, ignore_errors=True)
        with _writable(target):
            new.mkdir()
        try:
            with _room(target):
                yield new
            if target.exists():
                target.rename(old)
            new.rename(target)
        finally:
            shutil.rmtree(new, ignore_errors=True)
            _put_back(target)
            if target.exists():
                shutil.rmtree(old, ignore_errors=True)


def recover(target: Path) -> None:
    """Put the former folder back where a kill fell between the two renames.

    A build that is between them now has the lock: it is waited for, and ends with the new folder.
    """
    target = target.absolute()
    if target.exists() or not _beside(target, "old").is_dir():
        return
    with suppress(ChoiceError), alone(target, PATIENCE):
        _put_back(target)


def _put_back(target: Path) -> None:
    old = _beside(target, "old")
    if old.is_dir() and not target.exists():
        old.rename(target)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file in one step: readers see the former bytes or the new ones, never a part.

    Raises
    ------
    ChoiceError
        The file cannot be written there.
    """
    part = path.with_name(f".{path.name}.part")
    with _writable(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            part.write_bytes(content)
            part.replace(path)
        finally:
            with suppress(OSError):  # the first failure is the one to tell
                part.unlink(missing_ok=True)


@contextmanager
def _writable(target: Path) -> Iterator[None]:
    """Turn the system's refusal to write into an error that says where and what next."""
    try:
        yield
    except OSError as error:
        raise ChoiceError(
            f"output {target}",
            expected="a place where files can be written",
            found=error.strerror or str(error),
            next_step="name another folder, or free some room or rights there",
        ) from error


@contextmanager
def _room(target: Path) -> Iterator[None]:
    """Say that the disk is full, or may not be written, in place of the library's own words."""
    try:
        yield
    except OSError as error:
        if error.errno not in FULL:
            raise
        with _writable(target):
            raise


def refuse_foreign(target: Path) -> None:
    """Refuse to replace a folder that holds other things than a build: they would be lost.

    Raises
    ------
    ChoiceError
        ``target`` is a file, or a folder that holds something and no build.
    """
    if target.is_dir():
        names = [path.name for path in target.iterdir() if not path.name.startswith(".")]
        if not names or is_build(target):
            return
        found = f"a folder that holds {', '.join(sorted(names)[:5])}, and no build"
    elif target.exists():
        found = "a file"
    else:
        _refuse_locked(target)
        return
    raise ChoiceError(
        f"output folder {target}",
        expected="a new or empty folder, or a former build",
        found=found,
        next_step="name another folder",
    )


def _refuse_locked(target: Path) -> None:
    """Refuse a new folder where none can be made, before the work of filling it."""
    there = next(folder for folder in target.absolute().parents if folder.exists())
    if not (there.is_dir() and os.access(there, os.W_OK)):
        with _writable(target):
            raise OSError(f"{there}, where none can be made")


@contextmanager
def alone(target: Path, patience: float = 0.0, what: str = "build") -> Iterator[None]:
    """Hold the target's lock, which the system lets go when the process ends, however it ends.

    Parameters
    ----------
    patience
        Seconds to wait for it.
    what
        What one at a time does there, for the error.

    Raises
    ------
    ChoiceError
        Another one holds it.
    """
    # Imported here: those who read a build need it only where a kill left two folders.
    from filelock import FileLock, Timeout

    name = hashlib.sha256(os.fsencode(target.resolve())).hexdigest()[:16]
    lock = FileLock(Path(tempfile.gettempdir()) / f"observatory-{name}.lock")
    try:
        lock.acquire(timeout=patience)
    except Timeout as error:
        raise ChoiceError(
            f"folder {target}",
            expected=f"one {what} at a time",
            found=f"another {what} that is writing there",
            next_step="wait until it ends, or name another folder",
        ) from error
    try:
        yield
    finally:
        lock.release()
