"""The steps of the directory's benchmark, each played in a process of its own.

A step reads what the ones before left in a folder, is timed without that reading, and leaves what
the next ones need. It imports what it needs itself: its process holds nothing of the others.
"""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.country import agreement, make
from benchmarks.memory import peak_mb
from observatory import settings
from observatory.tables.facts import SITES

NOW = datetime(2026, 11, 24, 10, 30)
ROWS_DRAWN, REPEATS, SPOTS = 500, 5, 7
REQUESTS: dict[str, dict[str, Any]] = {
    "no condition": {},
    "need CAF": {"need": "CAF"},
    "free": {"need": "ordinateur", "fees": ("Gratuit",)},
    "open now": {"open_when": "now"},
    "need CV, open now": {"need": "mon CV", "open_when": "now"},
    "open on Saturday": {"open_when": "saturday"},
}
#: The forms of the export, as ``exports.directory.FORMS`` names them.
FORMS = ("standard-csv", "standard-json", "geojson", "vcard")
Told = dict[str, Any]


class Clock:
    """Wall time and this process's CPU time of a step, threads included, in seconds."""

    def __init__(self) -> None:
        self.wall_s = self.cpu_s = 0.0

    def __call__(self, work: Callable[[], Any]) -> Any:
        """Do some work of the step."""
        wall, cpu = time.perf_counter(), time.process_time()
        done = work()
        self.wall_s += time.perf_counter() - wall
        self.cpu_s += time.process_time() - cpu
        return done


def _clean(folder: Path, clock: Clock) -> Told:
    from observatory.places.cleaning import clean_records

    made = pd.read_parquet(folder / "made.parquet").drop(columns="truth")
    records, notes = clock(lambda: clean_records(made))
    records.to_parquet(folder / "records.parquet")
    return {"records": len(records), "values_mended": len(notes)}


def _match(folder: Path, clock: Clock) -> Told:
    from observatory.places.matching import match

    records = pd.read_parquet(folder / "records.parquet")
    done = clock(lambda: match(records))
    done.places.assign(in_territory=True, seat=False).to_parquet(folder / "places.parquet")
    return {
        "records": len(records),
        "places": len(done.places),
        "merged": done.merged,
        "noted": len(done.notes),
        **agreement(done.members, _truth(folder)),
    }


def _peer(folder: Path, clock: Clock) -> Told:
    from benchmarks.national import national_groups

    records = pd.read_parquet(folder / "records.parquet")
    groups = clock(lambda: national_groups(records))
    rows = [(name, number) for number, group in enumerate(groups) for name in group]
    return {
        "records": len(records),
        "places": len(groups),
        "merged": len(records) - len(groups),
        **agreement(pd.DataFrame(rows, columns=["record", "site"]), _truth(folder)),
    }


def _truth(folder: Path) -> pd.Series[Any]:
    return pd.read_parquet(folder / "made.parquet").set_index("record")["truth"]


def _find(folder: Path, clock: Clock) -> Told:
    from observatory.model.assumptions_file import load_assumptions
    from observatory.places.search import Directory, find
    from observatory.places.search.request import Request

    sites = pd.read_parquet(folder / "places.parquet")
    assumptions = load_assumptions(settings.load().assumptions)
    ready = clock(lambda: Directory(sites))
    told: Told = {"places": len(sites), "ready_ms": _ms(clock.wall_s), "requests": {}}
    located = ready.xy[~np.isnan(ready.xy[:, 0])]
    spots = [tuple(xy) for xy in located[:: max(1, len(located) // SPOTS)][:SPOTS]]
    for name, asked in REQUESTS.items():
        request, times = Request(**asked), []
        for spot in spots * REPEATS:
            one = Clock()
            one(lambda: find(ready, spot, request, NOW, assumptions))  # noqa: B023  # called at once
            times.append(one.wall_s)
            clock.wall_s, clock.cpu_s = clock.wall_s + one.wall_s, clock.cpu_s + one.cpu_s
        p50, p95 = np.quantile(times[1:], [0.5, 0.95])
        told["requests"][name] = {
            "first_ms": _ms(times[0]), "p50_ms": _ms(p50), "p95_ms": _ms(p95)
        }  # fmt: skip
    return told


def _ms(seconds: float) -> float:
    return round(1000 * float(seconds), 1)


def _page(folder: Path, clock: Clock) -> Told:
    """Open "Trouver un lieu" on a build with these places, in place of the edition's."""
    from benchmarks import counsellor
    from observatory.tables.manifest import hash_tables, read_manifest, write_manifest
    from observatory.tables.storage import write_table

    build = folder / "build"
    shutil.copytree(settings.load().edition, build)
    write_table(
        pd.read_parquet(folder / "places.parquet").reindex(columns=SITES.names), SITES, build
    )
    write_manifest(replace(read_manifest(build), tables=hash_tables(build)), build)
    told: Told = clock(lambda: counsellor.measure(build=str(build)))
    return told


def _quality(folder: Path, clock: Clock) -> Told:
    """Weigh the quality of every place, and draw the list of the page "Qualité des données"."""
    from observatory.app.quality import place_rows
    from observatory.places.freshness import quality_table
    from observatory.words.catalogue import load_words
    from observatory.words.markup import NONE, html_table

    sites = pd.read_parquet(folder / "places.parquet")
    words, names = load_words("fr"), dict(zip(sites["commune"], sites["commune_name"], strict=True))
    table = clock(lambda: quality_table(sites, date(2026, 11, 22)))
    drawn = Clock()

    def draw() -> str:
        headers, rows = place_rows(table, names, words, most=ROWS_DRAWN)
        return html_table("x", headers, rows, numeric=NONE)

    text = drawn(draw)
    return {"places": len(sites), "list_ms": _ms(drawn.wall_s), "list_kb": len(text) // 1000}


def _export(form: str) -> Callable[[Path, Clock], Told]:
    def step(folder: Path, clock: Clock) -> Told:
        from observatory.files.directory_files import directory_bytes

        sites = pd.read_parquet(folder / "places.parquet").reindex(columns=SITES.names)
        text = clock(lambda: directory_bytes(sites, form))
        return {"places": len(sites), "mb": round(len(text) / 1e6, 1)}

    return step


STEPS: dict[str, Callable[[Path, Clock], Told]] = {
    "clean": _clean,
    "match": _match,
    "peer": _peer,
    "find": _find,
    "page": _page,
    "quality": _quality,
    **{f"export-{form}": _export(form) for form in FORMS},
}


def prepare(folder: Path, places: int) -> None:
    """Make the places and leave them in a folder."""
    made = make(places)
    made.records.assign(truth=made.truth).to_parquet(folder / "made.parquet")


def play(name: str, folder: Path) -> Told:
    """Play a step here.

    Returns
    -------
    dict
        ``wall_s`` and ``cpu_s`` of the step without the reading of its input, ``peak_mb`` of this
        process (Python, packages and input included), and what the step tells.
    """
    clock = Clock()
    told = STEPS[name](folder, clock)
    spent = {"wall_s": round(clock.wall_s, 3), "cpu_s": round(clock.cpu_s, 3)}
    return {**spent, "peak_mb": round(peak_mb()), **told}


if __name__ == "__main__":
    # The last line of the output is what the step tells.
    print(json.dumps(play(sys.argv[1], Path(sys.argv[2]))))
