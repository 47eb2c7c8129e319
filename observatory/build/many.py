"""Many territories built at once, each a task, into one dataset; a failed one stops no other."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC
from operator import attrgetter
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from observatory.build.engine import Engine
from observatory.build.kept import in_dataset
from observatory.build.steps import BuildReport, build
from observatory.build.update import refuse_problems
from observatory.errors import ChoiceError, MissingInputError, ObservatoryError
from observatory.geo.geometry import WORLD
from observatory.geo.perimeter import find_perimeter
from observatory.model.assumptions_file import load_assumptions
from observatory.model.model import Model
from observatory.model.observed import load_facts
from observatory.model.zone_draws import KeptDraws
from observatory.places.french_communes import commune_table
from observatory.places.search import named
from observatory.read.kept_readings import KeptReadings
from observatory.settings import Settings
from observatory.tables.catalogue_tables import CATALOGUE, SEPARATOR
from observatory.tables.dataset import GAPS, Dataset
from observatory.tables.facts import EPT_TABLE
from observatory.tables.history import hash_of
from observatory.tables.not_covered import OUTLINES
from observatory.tables.remarks import Remark
from observatory.tables.storage import read_table

Progress = Callable[[str], None]
#: How far an outline of the catalogue may be from the territory's own, in metres.
SIMPLIFIED_M = 200.0
#: What this process has read for the territories of the last départements that it has built.
READINGS = KeptReadings(most=2)


@dataclass(frozen=True)
class Task:
    """One territory to build into a dataset; a worker elsewhere has all that it needs.

    Attributes
    ----------
    territory
        As for a build.
    sources
        The official files, at the same path for every worker.
    dataset
        Address of the dataset.
    settings
        The project's folders.
    optional, around_m
        As for a build.
    inputs
        Hash of what the build hangs on (:class:`observatory.build.inputs.Inputs`); empty where
        nobody asks for it.
    departement
        That of most of its communes: those of one follow each other. Empty where nobody knows.
    """

    territory: str
    sources: Path
    dataset: str
    settings: Settings
    optional: tuple[str, ...] = ()
    around_m: float | None = None
    inputs: str = ""
    departement: str = ""

    @property
    def beside(self) -> str:
        """What tasks have in common that do best one after another in one process."""
        return self.departement or self.territory


@dataclass(frozen=True)
class Outcome:
    """What came of one territory.

    Attributes
    ----------
    territory
        Its code.
    rows
        Its rows of the tables about all territories, by table; empty where the build failed.
    seconds
        What the task took; nothing where it failed.
    error
        Why there is no build.
    """

    territory: str
    rows: dict[str, Any]
    seconds: float = 0.0
    error: Exception | None = None


def build_many(
    tasks: Sequence[Task], engine: Engine, progress: Progress = lambda step: None
) -> Iterator[Outcome]:
    """Build territories into their dataset, and yield what came of each as soon as it is there.

    The catalogue names a territory once its build is whole: what is done when a run is stopped
    stays. A former build stands where the new one fails.

    Raises
    ------
    ChoiceError
        Another run writes to the dataset, or the engine cannot run.
    """
    dataset = Dataset(tasks[0].dataset)
    _refuse_memory(dataset.url, engine)
    progress(f"{len(tasks)} territories on {_where(engine)}")
    with dataset.written():
        for task, found in engine.run(build_into, tasks, beside=attrgetter("beside")):
            if isinstance(found, Exception):
                yield Outcome(task.territory, {}, error=found)
                continue
            found.rows[CATALOGUE.name]["built_at"] = _moment()
            dataset.record(found.rows)
            yield found
    READINGS.clear()


def _refuse_memory(url: str, engine: Engine) -> None:
    if engine.on_dask and url.startswith("memory:"):
        raise ChoiceError(
            f"dataset {url}",
            expected="a place that all workers write to",
            found="the memory of one process",
            next_step="name a folder or an object store, or take one worker",
        )


def missing(territories: Collection[str], dataset: str) -> tuple[str, ...]:
    """Return the territories that a dataset does not have yet."""
    try:
        known = set(Dataset(dataset).catalogue()["territory"])
    except MissingInputError:
        known = set()
    return tuple(one for one in territories if one not in known)


def build_into(task: Task) -> Outcome:
    """Build one territory by itself, measure it, and put it into its dataset."""
    began = time.perf_counter()
    perimeter = find_perimeter(task.territory, commune_table(task.settings.data))
    READINGS.begin(perimeter.departement)
    with tempfile.TemporaryDirectory() as beside:
        folder = Path(beside) / "build"
        report = build(
            task.sources,
            task.territory,
            task.settings,
            folder,
            optional=task.optional,
            around_m=task.around_m,
            kept=READINGS,
        )
        refuse_problems(folder)
        assumptions = load_assumptions(task.settings.assumptions)
        model = Model(load_facts(folder), assumptions)
        gaps = model.gaps("ept", "cog_2024")
        outline = _outline(folder)
        dataset, code = Dataset(task.dataset), report.manifest.territory
        drawn = KeptDraws.of(model, hash_of(folder))
        with in_dataset(dataset, folder, perimeter.departement, task.settings):
            known = dataset.put(folder, perimeter.departement)
            dataset.put_draws(drawn.tables, perimeter.departement, code)
    row = {
        "territory": report.manifest.territory,
        "name": report.manifest.territory_name,
        "kind": perimeter.kind,
        "departement": perimeter.departement,
        **_counts(report),
        "hash": known,
        "assumptions": assumptions.digest,
        "built_at": "",
        "inputs": task.inputs or None,
        "not_covered": _not_covered(report.warnings),
    }
    entry = gpd.GeoDataFrame([row], geometry=outline.array, crs=WORLD)
    rows = {CATALOGUE.name: entry, GAPS.name: pd.DataFrame(gaps)[GAPS.names]}
    return Outcome(task.territory, rows, time.perf_counter() - began)


def _counts(report: BuildReport) -> dict[str, int]:
    facts = report.manifest.facts
    return {
        "communes": facts["communes"],
        "population": facts["population"],
        "places": facts["places"],
    }


def _outline(folder: Path) -> gpd.GeoSeries:
    territory = read_table(EPT_TABLE, folder).geometry
    outline: gpd.GeoSeries = territory.simplify(SIMPLIFIED_M).to_crs(WORLD).set_precision(1e-5)
    return outline


def _not_covered(warnings: Collection[Remark]) -> str | None:
    silent = [OUTLINES for one in warnings if one.code == "zones.communes_missing"]
    for one in warnings:
        if one.code == "build.not_covered":
            silent += map(str, one.get("sources"))  # type: ignore[arg-type]  # a tuple of names
    return SEPARATOR.join(silent) or None


def _moment() -> str:
    return named.now().astimezone(UTC).isoformat(timespec="seconds")


def _where(engine: Engine) -> str:
    if engine.on_dask:
        return engine.scheduler or f"{engine.workers} workers of this machine"
    if engine.workers > 1:
        return "this process, one after another: Dask is not installed (extra 'national')"
    return "this process, one after another"


def explain(error: Exception) -> str:
    """Return why a territory has no build, in one line."""
    return str(error) if isinstance(error, ObservatoryError) else f"{type(error).__name__}: {error}"
