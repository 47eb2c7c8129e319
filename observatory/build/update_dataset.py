"""Bring a dataset up to date: fetch what changed once, then build what hangs on it again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from observatory.build.downloads import FETCHING
from observatory.build.engine import Engine
from observatory.build.inputs import Inputs
from observatory.build.many import Outcome, Task, build_many
from observatory.build.update import (
    FIGURES,
    Fetched,
    Progress,
    Row,
    changes_of,
    fetched,
    held_optional,
    remembered_around,
    that_differ,
)
from observatory.errors import ChoiceError, MissingInputError
from observatory.geo.perimeter import Perimeter, find_perimeter
from observatory.places.french_communes import commune_table
from observatory.read.answers import Limits
from observatory.read.download import sweep
from observatory.read.registry import load_registry
from observatory.settings import Settings
from observatory.tables.atomic import alone
from observatory.tables.dataset import Dataset, place_of
from observatory.tables.gap_results import GAPS
from observatory.tables.manifest import Manifest


@dataclass(frozen=True)
class DatasetUpdate(Fetched):
    """What the update of a dataset did.

    Attributes
    ----------
    done
        What came of each territory that was to be built.
    unchanged
        The territories whose build stands: nothing that it hangs on has changed.
    changes
        The figures of territories that differ: columns as those of
        :attr:`observatory.build.update.Update.changes`, ``kind`` is ``territory``.
    """

    done: tuple[Outcome, ...]
    unchanged: tuple[str, ...]
    changes: pd.DataFrame

    @property
    def not_built(self) -> tuple[Outcome, ...]:
        """The territories that could not be built; a former build stands."""
        return tuple(one for one in self.done if one.error is not None)


def update_dataset(
    folder: Path,
    url: str,
    territories: Sequence[str],
    settings: Settings,
    engine: Engine,
    progress: Progress = lambda step: None,
    told: Callable[[Outcome, int], None] = lambda outcome, count: None,
    around_m: float | None = None,
    limits: Limits | None = None,
    today: dt.date | None = None,
) -> DatasetUpdate:
    """Fetch the official files that changed, and build the territories that hang on them.

    A territory is built where it is missing, or where its build hangs on other files, assumptions
    or another version than today's; one whose build failed before is tried again.

    Parameters
    ----------
    folder
        The folder of source files.
    url
        Address of the dataset.
    territories
        Codes; every territory of the dataset where none is named.
    engine
        Where the builds run.
    told
        Called with each territory that is done, and how many are to be built.
    around_m, progress, limits, today
        As for :func:`observatory.build.update.update`.

    Raises
    ------
    InputError
        No territory is named nor there, or one is wrong, or the registry is; or another download
        or update is writing into the folder, or another build into the dataset.
    """
    dataset = Dataset(url)
    standing, former = _standing(dataset)
    codes = tuple(territories) or tuple(standing)
    if not codes:
        raise ChoiceError(
            f"dataset {dataset.name}",
            expected="territories to bring up to date",
            found="an empty place, and none is named",
            next_step="name them: --territory CODE, --territories FILE",
        )
    france = commune_table(settings.data)
    builds = {code: _manifest(dataset, standing.get(code)) for code in codes}
    perimeters = {
        code: _as_before(find_perimeter(code, france, around_m), builds[code]) for code in codes
    }
    optional = {code: held_optional(one.covered if one else ()) for code, one in builds.items()}
    with alone(folder, what=FETCHING):
        registry = load_registry(settings.registry)
        sweep(folder)
        held = frozenset[str]().union(*optional.values())
        came = fetched(folder, registry, held, [*perimeters.values()], progress, limits, today)
        progress("inputs")
        tasks = make_tasks(folder, url, settings, perimeters, optional)
        due = [one for one in tasks if _is_due(one, standing.get(one.territory))]
        done: list[Outcome] = []
        for outcome in build_many(due, engine, progress) if due else ():
            done.append(outcome)
            told(outcome, len(due))
    unchanged = tuple(code for code in codes if code not in {one.territory for one in due})
    changes = that_differ(changes_of(_figures(done, former)))
    return DatasetUpdate(*came.told, tuple(done), unchanged, changes)


def make_tasks(
    folder: Path,
    url: str,
    settings: Settings,
    perimeters: Mapping[str, Perimeter],
    optional: Mapping[str, Collection[str]],
) -> list[Task]:
    """Return the tasks of some territories, by code, each with what its build hangs on.

    Parameters
    ----------
    folder
        The folder of source files.
    url
        Address of the dataset.
    optional
        The optional sources of each build.
    """
    inputs = Inputs(folder, settings)
    return [
        Task(
            code,
            folder.resolve(),
            url,
            settings,
            tuple(sorted(optional[code])),
            perimeter.around_m,
            inputs.of(perimeter, optional[code]),
            perimeter.departement,
        )
        for code, perimeter in perimeters.items()
    ]


def _standing(dataset: Dataset) -> tuple[dict[str, dict[str, object]], pd.DataFrame]:
    """Return the catalogue by territory, and the figures; nothing where there is no dataset."""
    try:
        rows, gaps = dataset.catalogue(), dataset.gaps()
    except MissingInputError:
        return {}, pd.DataFrame(columns=GAPS.names)
    records = rows.drop(columns="geometry").to_dict("records")
    return {row["territory"]: {str(n): v for n, v in row.items()} for row in records}, gaps


def _manifest(dataset: Dataset, row: Mapping[str, object] | None) -> Manifest | None:
    """Return the record of the standing build of a territory, if there is one."""
    return dataset.manifest(place_of(row)) if row else None


def _as_before(perimeter: Perimeter, former: Manifest | None) -> Perimeter:
    """Return a perimeter as far as its standing build was asked for, where nothing else is said."""
    found = remembered_around(perimeter, former)
    return perimeter if found is None else replace(perimeter, around_m=found)


def _is_due(task: Task, row: Mapping[str, object] | None) -> bool:
    return row is None or row["inputs"] != task.inputs


def _figures(done: Sequence[Outcome], former: pd.DataFrame) -> Iterator[Row]:
    """Yield the figures of territories that were built again, before and after."""
    before = former.set_index("code")
    for one in done:
        if one.error is not None:
            continue
        (after,) = one.rows[GAPS.name].to_dict("records")
        code = str(after["code"])
        for figure in FIGURES:
            if code in before.index:
                old = before.at[code, figure]
                values = (float(old), float(after[figure]))  # type: ignore[arg-type]  # a number
                yield "territory", code, str(after["name"]), figure, *values
