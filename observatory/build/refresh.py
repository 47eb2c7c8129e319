"""Ask for each official file of a build again, and take those that changed and can be read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path, PurePosixPath
from typing import Literal

from observatory.build.newer_census import NEWER
from observatory.build.optional import OPTIONAL
from observatory.errors import DownloadError
from observatory.geo.codes import commune_index
from observatory.geo.perimeter import Perimeter
from observatory.places.french_communes import commune_table
from observatory.read.digests import read_record
from observatory.read.download import Limits, Trial, fetch, plan
from observatory.read.readers import readers
from observatory.read.registry import Download, Registry, Source, sources_of

Progress = Callable[[str], None]
State = Literal["updated", "unchanged", "failed"]
#: A file that has lost more of its rows than this is taken for one that was cut on its way.
LEAST_KEPT = 0.5


@dataclass(frozen=True)
class Refreshed:
    """What became of one official file.

    Attributes
    ----------
    item
        The registry's entry.
    state
        ``updated``, ``unchanged`` or ``failed``.
    since
        The day since which the file that is there has not changed; ``None`` where there is none.
    late
        Whether that is longer ago than the registry says.
    error
        What went wrong; the file that stood there, if any, still stands.
    """

    item: Download
    state: State
    since: dt.date | None
    late: bool
    error: DownloadError | None = None


def wanted_files(registry: Registry, asked: Collection[str]) -> tuple[Download, ...]:
    """Return the downloads that a build reads, in the registry's order.

    Parameters
    ----------
    asked
        The optional sources that the build holds.
    """
    read = {*registry.sources} - {*OPTIONAL} | {*NEWER, *asked}
    every = registry.downloads.values()
    return tuple(item for item in every if any(s.id in read for s in sources_of(registry, item)))


def refresh(
    items: Collection[Download],
    folder: Path,
    registry: Registry,
    perimeter: Perimeter,
    today: dt.date,
    progress: Progress = lambda step: None,
    limits: Limits | None = None,
) -> Iterator[Refreshed]:
    """Yield what becomes of each file, asked for only if it has changed; each is tried by itself.

    Parameters
    ----------
    folder
        The folder of source files.
    perimeter
        The territory whose communes the readers keep.
    """
    for item in items:
        progress(item.id)
        former = read_record(folder / item.path).get("sha256")
        error = None
        try:
            work = plan(item, folder, changed=True, limits=limits)
            fetch(work, trial=_trial(item, folder, registry, perimeter))
        except DownloadError as failure:
            error = failure
        except OSError as failure:
            error = _unwritable(item, folder, failure)
        same = read_record(folder / item.path).get("sha256") == former
        state: State = "failed" if error else "unchanged" if same else "updated"
        since = unchanged_since(folder / item.path)
        yield Refreshed(item, state, since, _is_late(item, since, today), error)


def unchanged_since(path: Path) -> dt.date | None:
    """Return the day on which a file last changed, by its server, else the day it came."""
    if not path.is_file():
        return None
    record = read_record(path)
    try:
        return parsedate_to_datetime(str(record.get("Last-Modified"))).date()
    except ValueError:
        pass
    try:
        return dt.date.fromisoformat(str(record.get("read_on")))
    except ValueError:
        return None


def _is_late(item: Download, since: dt.date | None, today: dt.date) -> bool:
    return bool(item.every_days) and since is not None and (today - since).days > item.every_days


def _trial(item: Download, folder: Path, registry: Registry, perimeter: Perimeter) -> Trial:
    """Return what reads a new file by each of its readers, and compares it with the former one."""
    france = commune_table()
    home = france[france["commune"].map(perimeter.at_home).astype(bool)]
    names = commune_index(zip(home["commune"], home["commune_name"], strict=True))

    def rows(source: Source, where: Path) -> int:
        # A source that is a folder of files is read as one, though one file is there alone.
        whole = PurePosixPath(source.path) in PurePosixPath(item.path).parents
        path = where / (source.path if whole else item.path)
        return readers()[source.id](path, names).rows_in

    def trial(alone: Path) -> None:
        for source in sources_of(registry, item):
            came = rows(source, alone)
            if not came:
                raise _shrunk(item, "rows", "none")
            if PurePosixPath(source.path) in PurePosixPath(item.path).parents:
                continue
            there = rows(source, folder) if (folder / item.path).is_file() else 0
            if came < LEAST_KEPT * there:
                raise _shrunk(item, f"about the {there} rows of the former file", str(came))

    return trial


def _unwritable(item: Download, folder: Path, failure: OSError) -> DownloadError:
    return DownloadError(
        f"download {item.id}, into {folder / item.path}",
        expected="a folder where files can be written",
        found=failure.strerror or str(failure),
        next_step="free some room or rights there, or name another folder",
    )


def _shrunk(item: Download, expected: str, found: str) -> DownloadError:
    return DownloadError(
        f"download {item.id}, {item.url}",
        expected=expected,
        found=found,
        next_step=f"look at the publisher's page; if this is right, observatory download {item.id} "
        "--again takes it; the last good file, if any, was left in place",
    )
