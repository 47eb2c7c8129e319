"""Ask for each official file of a build again, and take those that changed and can be read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Literal

from observatory.build.inputs import sources_read
from observatory.errors import DownloadError
from observatory.geo.codes import commune_index, departement_of
from observatory.geo.perimeter import Perimeter
from observatory.geo.touching import with_neighbours
from observatory.places.french_communes import commune_table
from observatory.read.answers import Limits, Told
from observatory.read.digests import read_record
from observatory.read.download import Trial, fetch, plan
from observatory.read.download_faults import NoResourceError, unwritable
from observatory.read.file_dates import is_late, unchanged_since
from observatory.read.readers import readers
from observatory.read.registry import Download, Registry, Source, sources_of
from observatory.tables.region_tables import SOURCES as OF_REGION

Progress = Callable[[str], None]
State = Literal["updated", "unchanged", "failed"]
#: A file that has lost more of its rows than this is taken for one that was cut on its way.
LEAST_KEPT = 0.5
#: Bytes of a large file between two words about it.
STEP = 10_000_000


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


def wanted_files(
    registry: Registry, asked: Collection[str], perimeters: Collection[Perimeter]
) -> tuple[Download, ...]:
    """Return the downloads that builds of territories read, each once, in the registry's order.

    What is one file a département comes for those of a territory, and for those that touch them
    unless nothing around is wanted; what is one file a commune, for the communes of today. An
    entry that is the ``fallback`` of another is left to :func:`refresh`.

    Parameters
    ----------
    asked
        The optional sources that a build holds.
    """
    read = sources_read(registry, asked)
    instead = {one.fallback for one in registry.downloads.values()}
    every = [one for one in registry.downloads.values() if one.id not in instead]
    wanted = [item for item in every if any(s.id in read for s in sources_of(registry, item))]
    return tuple(one for item in wanted for one in _of_areas(item, perimeters))


def taken_by_hand(
    registry: Registry, asked: Collection[str], *, in_region: bool
) -> tuple[str, ...]:
    """Return the sources of a build that no download brings, in the registry's order.

    Parameters
    ----------
    asked
        The optional sources that it holds.
    in_region
        Whether it reads the files of its région.
    """
    read = sources_read(registry, asked) - (frozenset() if in_region else {*OF_REGION})
    return tuple(one.id for one in registry.sources.values() if one.id in read and one.by_hand)


def _of_areas(item: Download, perimeters: Collection[Perimeter]) -> Iterator[Download]:
    if not item.area:
        yield item
        return
    codes = (one.today if item.area == "commune" else _departements(one) for one in perimeters)
    for code in sorted(frozenset[str]().union(*codes)):
        yield item.of_area(code)


def _departements(perimeter: Perimeter) -> frozenset[str]:
    own = perimeter.departements
    return own if perimeter.around_m == 0 else with_neighbours(own)


def refresh(
    items: Collection[Download],
    folder: Path,
    registry: Registry,
    departements: Collection[str],
    today: dt.date,
    progress: Progress = lambda step: None,
    limits: Limits | None = None,
) -> Iterator[Refreshed]:
    """Yield what becomes of each file, asked for only if it has changed; each is tried by itself.

    Where the data set has no resource of the title asked for, the entry's ``fallback`` is fetched
    in its place, and what becomes of that is yielded if it comes.

    Parameters
    ----------
    folder
        The folder of source files.
    departements
        Those whose communes the readers keep, and the communes of those that touch them.
    """

    def of(item: Download) -> Refreshed:
        progress(item.id)
        former = read_record(folder / item.path).get("sha256")
        error = None
        try:
            work = plan(item, folder, changed=True, limits=limits)
            fetch(
                work,
                trial=_trial(item, folder, registry, departements),
                told=_steps(item, progress),
            )
        except DownloadError as failure:
            error = failure
        except OSError as failure:
            error = unwritable(item, folder, failure)
        same = read_record(folder / item.path).get("sha256") == former
        state: State = "failed" if error else "unchanged" if same else "updated"
        since = unchanged_since(folder / item.path)
        return Refreshed(item, state, since, is_late(since, item.late_after, today), error)

    for item in items:
        done = of(item)
        if item.fallback and isinstance(done.error, NoResourceError):
            other = of(registry.download(item.fallback))
            done = done if other.error else other
        yield done


def _steps(item: Download, progress: Progress) -> Told:
    """Return what tells how much of a large file has come, one step in ten megabytes."""
    last = 0

    def told(came: int, promised: int) -> None:
        nonlocal last
        if item.pages:
            return
        now = came // STEP
        if now > last:
            last = now
            whole = f" / {promised / 1e6:.0f}" if promised else ""
            progress(f"{item.id}: {came / 1e6:.0f}{whole} MB")

    return told


def _trial(
    item: Download, folder: Path, registry: Registry, departements: Collection[str]
) -> Trial:
    """Return what reads a new file by each of its readers, and compares it with the former one."""
    france, near = commune_table(), with_neighbours(departements)
    around = france[france["commune"].map(departement_of).isin(near)]
    names = commune_index(zip(around["commune"], around["commune_name"], strict=True))

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


def _shrunk(item: Download, expected: str, found: str) -> DownloadError:
    return DownloadError(
        f"download {item.id}, {item.url}",
        expected=expected,
        found=found,
        next_step=f"look at the publisher's page; if this is right, observatory download {item.id} "
        "--again takes it; the last good file, if any, was left in place",
    )
