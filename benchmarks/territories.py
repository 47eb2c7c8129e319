"""Many territories of a made-up France: time, memory and cost by workers and territories.

Each run is a process of its own, so that its peak of memory and its processor are its own.
"""

from __future__ import annotations

import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks import synthetic_france
from benchmarks.memory import peak_mb
from observatory import settings
from observatory.build.engine import Engine
from observatory.build.many import Task, build_many
from observatory.geo.codes import departement_of
from observatory.model.assumptions_file import load_assumptions
from observatory.model.model import Model
from observatory.model.observed import load_facts
from observatory.places.french_communes import commune_table
from observatory.tables.dataset import Dataset

#: Territories of the country: its EPCI.
COUNTRY = 1_255
COUNTED = "ground.json"
#: An assumption of the reckoning, not measured: the price of a core for an hour.
EUR_A_CORE_HOUR = 0.05
#: Residents of the country and of the European Union, millions.
FRANCE_M, EUROPE_M = 68, 450
#: Territories opened as the app does, of those built.
OPENED = 5
#: Processes that may want to run, the end of the run before among them, for a machine to be calm.
CALM = 1.5
#: Territories whose first page is opened.
PAGES = 3


def ground(shared: Path, folder: Path) -> dict[str, Any]:
    """Return what the made-up country holds, counted; it is written where it is not there yet."""
    if not (folder / COUNTED).is_file():
        began = time.process_time()
        counted = asdict(synthetic_france.write(shared, folder))
        counted["made_cpu_s"] = round(time.process_time() - began, 1)
        (folder / COUNTED).write_text(json.dumps(counted), encoding="utf-8")
    found: dict[str, Any] = json.loads((folder / COUNTED).read_text(encoding="utf-8"))
    return found


def sample(many: int) -> tuple[str, ...]:
    """Return as many EPCI of the mainland, at equal steps of population: a small country."""
    france = commune_table()
    home = france[~france["commune"].map(departement_of).str.startswith("97")]
    people = home.dropna(subset=["epci"]).groupby("epci")["population"].sum()
    order = people.sort_values(kind="stable").index
    return tuple(order[int((n + 0.5) * len(order) / many)] for n in range(many))


def measure(folder: Path, many: int, workers: int) -> dict[str, Any]:
    """Return what building a sample takes, in a process of its own."""
    command = [sys.executable, "-m", "benchmarks", "play-territories", str(folder)]
    command += [str(many), str(workers)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def play(folder: Path, many: int, workers: int) -> dict[str, Any]:
    """Build a sample here, and open some of it as the app does."""
    with tempfile.TemporaryDirectory() as beside:
        url = f"{beside}/france"
        tasks = [Task(one, folder, url, settings.load({})) for one in sample(many)]
        load, began = os.getloadavg()[0], time.perf_counter()
        done = list(build_many(tasks, Engine(workers=workers)))
        wall, spent = time.perf_counter() - began, _cpu_s()
        built = [one for one in done if one.error is None]
        if not built:
            raise RuntimeError(f"no territory could be built: {done[0].error}")
        sizes = [path.stat().st_size for path in Path(url).rglob("*") if path.is_file()]
        opened = [_opened(url, one.territory, Path(beside)) for one in built[:OPENED]]
        codes = [one.territory for one in built]
        pages = first_pages(url, codes[:PAGES], Path(beside), last=codes[-1])
    return {
        "territories": many,
        "workers": workers,
        "built": len(built),
        "failed": {one.territory: str(one.error)[:200] for one in done if one.error is not None},
        "residents": sum(int(one.rows["catalogue"]["population"].iloc[0]) for one in built),
        "wall_s": round(wall, 1),
        "cpu_s": round(spent, 1),
        "task_s": round(statistics.median(one.seconds for one in built), 1),
        "worst_task_s": round(max(one.seconds for one in built), 1),
        "peak_mb": round(_worker_mb(workers)),
        "driver_mb": round(peak_mb()),
        "load": round(load, 1),
        "dataset_mb": round(sum(sizes) / 1e6, 1),
        "files": len(sizes),
        "open_s": round(statistics.median(opened), 2),
        "worst_open_s": round(max(opened), 2),
        "page_s": round(statistics.median(pages), 2),
        "worst_page_s": round(max(pages), 2),
    }


def _cpu_s() -> float:
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def _worker_mb(workers: int) -> float:
    """Return the most memory that one worker has held."""
    if workers == 1:
        return peak_mb()
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def _opened(url: str, territory: str, beside: Path) -> float:
    """Return the seconds until the figures of a territory stand, nothing of it on this machine."""
    began = time.perf_counter()
    dataset = Dataset(url)
    folder = dataset.open(dataset.entry(territory), beside / "kept")
    model = Model(load_facts(folder), load_assumptions(settings.load({}).assumptions))
    assert len(model.measured.points)
    return time.perf_counter() - began


def first_pages(url: str, codes: Sequence[str], beside: Path, last: str) -> list[float]:
    """Return the processor seconds of the first page of territories, nothing of them kept here.

    Parameters
    ----------
    last
        Another territory, shown before: what a server does once is no part of the measure.
    """
    from streamlit.testing.v1 import AppTest

    os.environ |= {"OBSERVATORY_DATASET": url, "XDG_CACHE_HOME": str(beside / "cache")}
    taken = []
    for code in (last, *codes):
        screen = AppTest.from_file(str(settings.PROJECT / "app.py"), default_timeout=300)
        screen.query_params["territory"] = code
        began = time.process_time()
        screen.run()
        taken.append(time.process_time() - began)
        assert not screen.exception, screen.exception
    return taken[1:]


def former(folder: Path | None) -> list[dict[str, Any]]:
    """Return the runs that a folder holds: those of other sizes stay on the page."""
    path = None if folder is None else folder / "national.json"
    if path is None or not path.is_file():
        return []
    return list(json.loads(path.read_text(encoding="utf-8"))["runs"])


def with_run(runs: list[dict[str, Any]], run: dict[str, Any]) -> list[dict[str, Any]]:
    """Return runs with one more, in place of the same one, in order of size and workers."""
    others = [one for one in runs if _size(one) != _size(run)]
    return sorted([*others, run], key=_size)


def _size(run: dict[str, Any]) -> tuple[int, int]:
    return run["territories"], run["workers"]


def write(found: dict[str, Any], folder: Path, command: str) -> None:
    """Write ``national.md`` and ``national.json``."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "national.json").write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    (folder / "national.md").write_text(text(found, command), "utf-8")


def reckoned(runs: Sequence[dict[str, Any]]) -> dict[str, float]:
    """Return what the whole country would take, from the largest run of one worker."""
    alone = max((run for run in runs if run["workers"] == 1), key=lambda run: run["built"])
    cpu = alone["cpu_s"] / alone["built"]
    hours = cpu * COUNTRY / 3600
    return {
        "cpu_s": cpu,
        "core_hours": hours,
        "eur": hours * EUR_A_CORE_HOUR,
        "workers_for_an_hour": -(-hours // 1),
        "gb": alone["dataset_mb"] / alone["built"] * COUNTRY / 1000,
        "files": alone["files"] / alone["built"] * COUNTRY,
    }


def text(found: dict[str, Any], command: str) -> str:
    """Return the page as Markdown."""
    made, runs, whole = found["ground"], found["runs"], reckoned(found["runs"])
    rows = [
        f"| {run['territories']} | {run['workers']} | {run['built']} | {run['residents']:,} "
        f"| {run['wall_s']} | {run['cpu_s']} | {run['cpu_s'] / run['built']:.1f} "
        f"| {run['task_s']} | {run['worst_task_s']} | {run['peak_mb']} | {run['dataset_mb']} "
        f"| {run['open_s']} ({run['worst_open_s']}) | {_pages(run)} | {run['load']} |"
        for run in runs
    ]
    return "\n".join(
        [
            "# Many territories, up to a country",
            "",
            "A made-up France: the communes, IRIS, ages, incomes, diplomas and lists of places of",
            "the national files, on made-up outlines, 200 m cells and positions",
            "(`benchmarks/synthetic_france.py`). It is no measure of France: it is a country's",
            "work.",
            "",
            f"Made by `{command}`, Python {platform.python_version()}, {os.cpu_count()}",
            "processors. The last column is how many processes wanted to run when the run began:",
            "where other work filled the machine, **CPU seconds say more than wall seconds**. Runs",
            "of other sizes than those of the command are of former ones.",
            "",
            f"The ground: {made['departements']} départements, {made['communes']:,} communes,",
            f"{made['iris']:,} IRIS, {made['cells']:,} inhabited cells, {made['places']:,} places;",
            f"{made['megabytes']:,} MB of files, made in {made['made_cpu_s']} CPU s.",
            "",
            "## Measured here",
            "",
            "The territories are EPCI at equal steps of population, so that a small sample is a",
            "small country. A task builds a territory, measures it (draws included) and puts it",
            "into the dataset. Peak memory is that of the largest worker. To open one is to read",
            "the catalogue, fetch and verify the build, read its tables and compute its figures.",
            "The first page is that of a territory of which a running app has nothing yet; what",
            "its 1,000 draws say (`OBSERVATORY_DRAWS`) is kept in the dataset, and is not drawn.",
            "",
            "| territories | workers | built | residents | wall s | CPU s | CPU s each | task s, "
            "median | worst | peak MB a worker | dataset MB | open s, median (worst) | "
            "first page CPU s, median (worst) | load |",
            "|" + " --- |" * 14,
            *rows,
            "",
            *_failed(runs),
            "## Reckoned from it",
            "",
            f"- **France**, {COUNTRY:,} territories at {whole['cpu_s']:.0f} CPU s each:",
            f"  {whole['core_hours']:.1f} core-hours, {whole['gb']:.1f} GB in "
            f"{whole['files']:,.0f} files. One core does it in a night,",
            f"  {whole['workers_for_an_hour']:.0f} cores in an hour. At {EUR_A_CORE_HOUR} EUR a "
            f"core-hour (an assumption) a build of the country costs {whole['eur']:.2f} EUR.",
            *_gain(runs),
            "- **Where one machine stops being enough.** A worker needs its peak of memory and a",
            "  core: under that supposition 8 cores and 16 GB build the country in "
            f"{whole['core_hours'] / 8:.1f} h, so that a",
            "  build a night never needs a second machine; one in ten minutes would. A task cannot",
            "  be smaller than a territory: no number of workers is faster than the worst task.",
            "- **A département is read once for its territories**: a worker keeps what it has read",
            "  of the last two, and its tasks follow each other on one worker. The territories of",
            "  a small sample lie in as many départements, so that its rows gain nothing: what is",
            "  reckoned for the country is the most that it takes.",
            *_europe(made),
            "",
            "## What it does not say",
            "",
            "Sources lie on a local disk, cut by département beforehand: the files of a whole",
            "country read by each task cost more. Départements do not touch on the made-up ground,",
            "so that no territory reads a second one. The dataset lies in a folder: the latency of",
            "an object store is not in these figures.",
            "",
        ]
    )


def _gain(runs: Sequence[dict[str, Any]]) -> list[str]:
    """Return what more workers gained, over the largest size that calm runs have both for."""
    calm = {_size(run): run for run in runs if run["load"] <= CALM}
    more = max(((n, w) for n, w in calm if w > 1 and (n, 1) in calm), default=None)
    if more is None:
        return [
            "- **What workers gain is not measured here**: other work filled the processors, so",
            "  that each CPU second weighs more. Tasks share nothing but the disk; the hours above",
            "  suppose cores of their own.",
        ]
    one, many = calm[more[0], 1], calm[more]
    return [
        f"- **What workers gain**: {more[0]} territories take {one['wall_s']:.0f} s with one and",
        f"  {many['wall_s']:.0f} s with {more[1]}: {one['wall_s'] / many['wall_s']:.2f} times as "
        "fast, where nothing else ran. Tasks share",
        "  nothing but the disk and the memory's bandwidth.",
    ]


def _pages(run: dict[str, Any]) -> str:
    """Return what the first pages of a run took; runs before they were measured have none."""
    return f"{run['page_s']} ({run['worst_page_s']})" if "page_s" in run else "not measured"


def _failed(runs: Sequence[dict[str, Any]]) -> list[str]:
    failed = {code: why for run in runs for code, why in run["failed"].items()}
    return [
        *(f"Not built: {code}, {why}" for code, why in sorted(failed.items())),
        *([""] if failed else []),
    ]


def _europe(made: dict[str, Any]) -> list[str]:
    """Return what the grids of Europe would be, on paper."""
    factor = EUROPE_M / FRANCE_M
    cells, places = made["cells"] * factor, made["places"] * factor
    return [
        f"- **Europe, on paper.** At France's density of cells, {EUROPE_M} million people are",
        f"  {cells / 1e6:.0f} million inhabited cells of 200 m and {places:,.0f} places; at most",
        f"  four times as many cells at 100 m ({4 * cells / 1e6:.0f} million), at least a",
        f"  twenty-fifth at 1 km ({cells / 25e6:.1f} million). The compiled engine takes 2.3",
        "  million cells and 20,000 places in under a second ([access](access.md)), in time that",
        "  grows with the pairs within reach. At 100 m, coordinates, need and access are",
        f"  {4 * cells * 5 * 8 / 1e9:.0f} GB as five columns of numbers: the memory of one machine",
        "  holds them, and the pairs are never kept. What would need several machines is a build",
        "  of all of them in minutes. Nobody publishes incomes on those grids for all of Europe.",
    ]
