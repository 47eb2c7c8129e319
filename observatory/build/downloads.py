"""Fetch official files, as the registry says, into a folder of source files."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from observatory.errors import DownloadError
from observatory.read.download import fetch, plan, sweep
from observatory.read.download_faults import unwritable
from observatory.read.registry import Download, load_registry
from observatory.settings import Settings
from observatory.tables.atomic import alone

#: What one at a time does in a folder of source files: two would write into the same halves.
FETCHING = "download or update"
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Fetched:
    """What became of one file.

    Attributes
    ----------
    item
        The registry's entry.
    path
        Where it is.
    reason
        Why it was fetched, or why it was not.
    error
        What went wrong; the file that stood there, if any, still stands.
    """

    item: Download
    path: Path
    reason: str
    error: DownloadError | None = None


def available(settings: Settings) -> tuple[Download, ...]:
    """Return every file that the registry says how to download, by name."""
    known = load_registry(settings.registry).downloads
    return tuple(known[name] for name in sorted(known))


def download(
    names: Iterable[str],
    folder: Path,
    settings: Settings,
    progress: Progress = lambda step: None,
    *,
    again: bool = False,
) -> tuple[Fetched, ...]:
    """Fetch files by their names; one that fails keeps no other from coming.

    Parameters
    ----------
    names
        Names of the registry's downloads.
    folder
        The folder of source files; each file has its own path in it.
    progress
        Called with what is done for each file.
    again
        Whether to fetch what is there already, and as its record says.

    Raises
    ------
    ChoiceError
        A name that the registry does not know, or another download into the folder: nothing is
        fetched then.
    """
    registry = load_registry(settings.registry)
    items = [registry.download(name) for name in names]
    with alone(folder, what=FETCHING):
        sweep(folder)
        return tuple(_one(item, folder, progress, again) for item in items)


def _one(item: Download, folder: Path, progress: Progress, again: bool) -> Fetched:
    path, reason = folder / item.path, ""
    try:
        work = plan(item, folder, again=again)
        path, reason = work.target, work.reason
        progress(f"{item.id}: {reason}" + (f", from {item.url}" if work.needed else ""))
        fetch(work)
    except DownloadError as error:
        return Fetched(item, path, reason, error)
    except OSError as error:
        return Fetched(item, path, reason, unwritable(item, folder, error))
    return Fetched(item, path, reason)
