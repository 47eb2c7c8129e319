"""Bring a build up to date: fetch what changed, build beside, check, compare, then replace."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from observatory.build.downloads import FETCHING
from observatory.build.kept import in_history
from observatory.build.optional import OPTIONAL, WHERE_THERE
from observatory.build.refresh import Refreshed, refresh, taken_by_hand, wanted_files
from observatory.build.steps import BuildReport, build
from observatory.errors import ChoiceError, FileFormatError, InputError
from observatory.geo.perimeter import Perimeter, find_perimeter
from observatory.geo.territories import leveled_region
from observatory.model.assumptions_file import load_assumptions
from observatory.model.model import Model
from observatory.model.moving_places import count_places
from observatory.model.observed import load_facts
from observatory.places.french_communes import commune_table
from observatory.read.answers import Limits
from observatory.read.download import READABLE, sweep
from observatory.read.registry import Registry, load_registry
from observatory.settings import Settings
from observatory.tables.atomic import alone, recover, refuse_foreign, whole_folder
from observatory.tables.integrity import ROWS_OF_PLACES, build_problems
from observatory.tables.manifest import Manifest, is_build, open_build

Progress = Callable[[str], None]
#: Kind, code, name, figure, before, after.
Row = tuple[str, str, str, str, float | None, float | None]
#: The figures of a commune that are compared.
FIGURES = ("population", "need_persons", "help_h_per_week", "missing_h_per_week")
#: Decimals that a change has to reach to be one.
DECIMALS = 2
READABLE_FOLDER = 0o755


@dataclass(frozen=True)
class Fetched:
    """What became of the official files of an update.

    Attributes
    ----------
    files
        What became of each official file.
    by_hand
        The sources that no download brings: whoever runs the update fetches them.
    """

    files: tuple[Refreshed, ...]
    by_hand: tuple[str, ...]

    @property
    def told(self) -> tuple[tuple[Refreshed, ...], tuple[str, ...]]:
        """Both."""
        return self.files, self.by_hand

    @property
    def failed(self) -> tuple[Refreshed, ...]:
        """The files that could not be asked for or taken."""
        return tuple(one for one in self.files if one.state == "failed")

    @property
    def late(self) -> tuple[Refreshed, ...]:
        """The files that have not changed for longer than the registry says."""
        return tuple(one for one in self.files if one.late)


@dataclass(frozen=True)
class Update(Fetched):
    """What an update did.

    Attributes
    ----------
    made
        The report of the new build; ``None`` where the former one stands.
    error
        Why there is no new build.
    former
        The record of the build that stood there; ``None`` where there was none to compare with.
    changes
        What differs: ``kind`` (``count`` or ``commune``), ``code``, ``name``, ``figure``,
        ``before``, ``after``; a missing value where one of the two does not know.
    around_m
        How far communes of other départements are taken in because the former build was asked for
        so; ``None`` where nothing was remembered.
    """

    made: BuildReport | None
    error: InputError | None
    former: Manifest | None
    changes: pd.DataFrame
    around_m: float | None = None


def update(
    folder: Path,
    territory: str,
    settings: Settings,
    out: Path,
    progress: Progress = lambda step: None,
    around_m: float | None = None,
    limits: Limits | None = None,
    today: dt.date | None = None,
) -> Update:
    """Fetch the official files that changed and make the build again; the last good one stands.

    Parameters
    ----------
    folder
        The folder of source files.
    territory, around_m
        As for :func:`observatory.build.steps.build`; a former build of the same territory that was
        asked for with a distance keeps it where none is given.
    out
        The folder of the build.
    progress
        Called with the name of each step.
    limits
        How long and how often to try each file.
    today
        For the files that are late; the day of the machine by default.

    Raises
    ------
    InputError
        The territory or the registry is wrong, or the folder holds what an update would lose; or
        another download or update is writing into the folder of source files.
    """
    perimeter = find_perimeter(territory, commune_table(settings.data), around_m)
    with alone(folder, what=FETCHING):
        registry = load_registry(settings.registry)
        sweep(folder)
        recover(out)
        former = _former(out)
        kept = _optional(former, registry, out, settings)
        comparable = former if former and former.territory == perimeter.code else None
        remembered = remembered_around(perimeter, comparable)
        if remembered is not None:
            around_m, perimeter = remembered, replace(perimeter, around_m=remembered)
        came = fetched(folder, registry, kept, (perimeter,), progress, limits, today)
        try:
            made, changes = _rebuilt(
                folder, territory, settings, out, progress, around_m, kept, comparable
            )
        except InputError as error:
            return Update(*came.told, None, error, comparable, changes_of([]), remembered)
        return Update(*came.told, made, None, comparable, changes, remembered)


def remembered_around(perimeter: Perimeter, former: Manifest | None) -> float | None:
    """Return the distance that the former build was asked for with, where none is given now.

    Parameters
    ----------
    former
        The record of the former build of the same territory, if there is one.
    """
    return None if former is None or perimeter.around_m is not None else former.around_m


def fetched(
    folder: Path,
    registry: Registry,
    optional: Collection[str],
    perimeters: Collection[Perimeter],
    progress: Progress,
    limits: Limits | None = None,
    today: dt.date | None = None,
) -> Fetched:
    """Ask for every official file of the builds of some territories, and take what changed.

    Parameters
    ----------
    folder
        The folder of source files; the caller holds its lock.
    optional
        The optional sources that the builds hold.
    limits, today
        As for :func:`update`.
    """
    day = today or dt.datetime.now(tz=dt.UTC).date()
    items = wanted_files(registry, optional, perimeters)
    areas = frozenset[str]().union(*(one.departements for one in perimeters))
    files = tuple(refresh(items, folder, registry, areas, day, progress, limits))
    leveled = any(leveled_region(one.departement) for one in perimeters)
    return Fetched(files, taken_by_hand(registry, optional, in_region=leveled))


def _former(out: Path) -> Manifest | None:
    """Return the record of the build that stands there; none where it cannot be used any more."""
    refuse_foreign(out)
    try:
        return open_build(out) if is_build(out) else None
    except FileFormatError:
        return None


def held_optional(held: Collection[str]) -> frozenset[str]:
    """Return the optional sources among those that a build was made from, which the next holds."""
    return frozenset({*held} & OPTIONAL.keys() - {*WHERE_THERE})


def _optional(
    former: Manifest | None, registry: Registry, out: Path, settings: Settings
) -> frozenset[str]:
    """Return the optional sources of the former build, which the new one holds too.

    Raises
    ------
    ChoiceError
        It is the compiled edition, or holds lists, positions or streets of one's own: the new one
        would lose them.
    """
    if out.resolve() == settings.edition.resolve():
        found, what = "the compiled edition", "observatory build --edition makes it"
        raise _cannot(out, found, what)
    held = {source.id for source in former.sources} if former else set()
    own = sorted(held - registry.sources.keys())
    if own:
        what = "name another folder with --out, or make it again with observatory build"
        raise _cannot(out, f"what an update would lose: {', '.join(own)}", what)
    return held_optional(held)


def _cannot(out: Path, found: str, next_step: str) -> ChoiceError:
    return ChoiceError(
        f"build {out}",
        expected="a build made from the registry's sources alone",
        found=found,
        next_step=next_step,
    )


def _rebuilt(
    folder: Path,
    territory: str,
    settings: Settings,
    out: Path,
    progress: Progress,
    around_m: float | None,
    kept: Collection[str],
    former: Manifest | None,
) -> tuple[BuildReport, pd.DataFrame]:
    """Build beside the former build, check and compare, then put the new one in its place."""
    with _beside(out) as scratch:
        new = scratch / "build"
        made = build(folder, territory, settings, new, progress, kept, around_m=around_m)
        progress("check")
        refuse_problems(new)
        changes = changes_of([])
        if former:
            progress("compare")
            changes = compare_builds(out, new, settings)
        with in_history(out, settings), whole_folder(out) as there:
            shutil.copytree(new, there, dirs_exist_ok=True, copy_function=shutil.copyfile)
            make_readable(there)
    return made, changes


@contextmanager
def _beside(out: Path) -> Iterator[Path]:
    """Yield an empty folder beside a build, to make the new one in; what a kill left goes first."""
    scratch = out.absolute().with_name(f".{out.name}.update")
    scratch.parent.mkdir(parents=True, exist_ok=True)
    with alone(scratch):
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir()
        try:
            yield scratch
        finally:
            shutil.rmtree(scratch, ignore_errors=True)


def refuse_problems(new: Path) -> None:
    """Refuse a new build that ``observatory check`` does not find whole.

    Raises
    ------
    FileFormatError
        Something is wrong with it.
    """
    problems = build_problems(new)
    if problems:
        raise FileFormatError(
            "the new build",
            expected="one that observatory check finds whole",
            found="; ".join(problems[:5]),
            next_step="the former build stands; report it with the files that changed",
        )


def make_readable(folder: Path) -> None:
    """Let every user of the machine read a folder, whatever the mask of the one who wrote it."""
    folder.chmod(READABLE_FOLDER)
    for path in folder.rglob("*"):
        path.chmod(READABLE_FOLDER if path.is_dir() else READABLE)


def compare_builds(before: Path, after: Path, settings: Settings) -> pd.DataFrame:
    """Return the counts, and the figures of communes, that differ between two builds.

    The columns are those of :attr:`Update.changes`; the figures are the central ones, under the
    assumptions of today in both.
    """
    rows = [*_counts(before, after), *_commune_figures(before, after, settings)]
    return that_differ(changes_of(rows))


def that_differ(table: pd.DataFrame) -> pd.DataFrame:
    """Return the figures that differ."""
    rounded = table[["before", "after"]].round(DECIMALS)
    same = rounded["before"].eq(rounded["after"]) | rounded.isna().all(axis=1)
    return table[~same].reset_index(drop=True)


def _counts(before: Path, after: Path) -> Iterator[Row]:
    old, new = (_facts(folder) for folder in (before, after))
    for name in dict.fromkeys([*old, *new]):
        yield "count", "", "", name, old.get(name), new.get(name)


def _facts(folder: Path) -> dict[str, int]:
    """Return the counts of a build, its places counted as today."""
    known = {n: count for n, count in open_build(folder).facts.items() if n != ROWS_OF_PLACES}
    return {**known, "places": count_places(load_facts(folder).sites)}


def _commune_figures(before: Path, after: Path, settings: Settings) -> Iterator[Row]:
    old, new = (_communes(folder, settings) for folder in (before, after))
    for code in dict.fromkeys([*old.index, *new.index]):
        name = str((new if code in new.index else old).at[code, "name"])
        for figure in FIGURES:
            yield "commune", str(code), name, figure, _at(old, code, figure), _at(new, code, figure)


def _communes(folder: Path, settings: Settings) -> pd.DataFrame:
    model = Model(load_facts(folder), load_assumptions(settings.assumptions))
    return model.figures("commune").set_index("code")


def _at(table: pd.DataFrame, code: str, figure: str) -> float | None:
    return float(table.at[code, figure]) if code in table.index else None  # type: ignore[arg-type]


def changes_of(rows: Iterable[Row]) -> pd.DataFrame:
    """Return figures before and after as a table; the columns are those of ``Update.changes``."""
    names = ["kind", "code", "name", "figure", "before", "after"]
    return pd.DataFrame([*rows], columns=names).astype({"before": float, "after": float})
