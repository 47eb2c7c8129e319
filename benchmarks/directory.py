"""The directory at the scale of a country: clean, match, find, draw and write, time and memory.

Each step runs in a process of its own, one after another: its memory and its CPU time are its own.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks import steps
from benchmarks.country import NO_POINT, SAME_DOOR, SAME_NAME, SEED, TWINS

Told = dict[str, Any]
ROOT = Path(__file__).resolve().parent.parent


def measure(places: int, names: Sequence[str] = tuple(steps.STEPS)) -> Told:
    """Make as many places and play the steps on them.

    Returns
    -------
    dict
        The machine, how busy it was (``load_before``, ``load_after``: processes that wanted to
        run, mean of one minute), and under ``steps`` what each step tells.
    """
    before = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder:
        steps.prepare(Path(folder), places)
        told = {name: run(name, Path(folder)) for name in names}
    return {
        "places_made": places,
        "seed": SEED,
        "python": platform.python_version(),
        "processors": os.cpu_count(),
        "load_before": round(before, 2),
        "load_after": round(os.getloadavg()[0], 2),
        "steps": told,
    }


def run(name: str, folder: Path) -> Told:
    """Play a step in a process of its own.

    Raises
    ------
    RuntimeError
        It failed; the message is what it said last.
    """
    command = [sys.executable, "-m", "benchmarks.steps", name, str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"step {name}: {done.stderr.strip()[-2000:] or 'no message'}")
    told: Told = json.loads(done.stdout.strip().splitlines()[-1])
    return told


def write(found: Told, folder: Path, command: str) -> Path:
    """Write the page of results, ``directory.md``, and the numbers, ``directory.json``."""
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(found, indent=1, ensure_ascii=False) + "\n"
    (folder / "directory.json").write_text(text, encoding="utf-8")
    parts = [_head(found, command), _spent(found["steps"])]
    parts += [part(found["steps"]) for part in (_matching, _finding, _page)]
    path = folder / "directory.md"
    path.write_text("\n\n".join(filter(None, parts)) + "\n", encoding="utf-8")
    return path


def _head(found: Told, command: str) -> str:
    return f"""# The directory at the scale of a country

{found["places_made"]:,} made-up places from one seed: {TWINS:.0%} are told by a second source too,
spelt otherwise; {SAME_DOOR:.0%} stand at the door of another place, {SAME_NAME:.0%} have the name
of another in their commune; {NO_POINT:.0%} of the records have no point.

Made by `{command}`, Python {found["python"]},
{found["processors"]} processors. Processes that wanted to run, mean of one minute:
{found["load_before"]} before, {found["load_after"]} after. Above the number of processors the
machine was shared: CPU seconds then say more than wall seconds.

## Each step

Each in a process of its own: wall and CPU seconds without reading its input, and the peak memory
of the process (Python, packages and input included)."""


def _spent(told: Told) -> str:
    rows = [
        [name, f"{one['wall_s']:.2f}", f"{one['cpu_s']:.2f}", one["peak_mb"], _what(one)]
        for name, one in told.items()
    ]
    return _table(["step", "wall s", "CPU s", "peak MB", "what"], rows)


def _what(one: Told) -> str:
    said = ("records", "places", "values_mended", "mb", "list_ms", "list_kb")
    return ", ".join(f"{name} {one[name]:,}" for name in said if name in one)


def _matching(told: Told) -> str:
    kinds = {"match": "ours", "peer": "national rule"}
    rows = [
        [
            title,
            f"{one['records']:,}",
            f"{one['places']:,}",
            f"{one['merged']:,}",
            f"{one['precision']:.4f}",
            f"{one['recall']:.4f}",
            f"{one['cpu_s']:.1f}",
        ]
        for step, title in kinds.items()
        if (one := told.get(step))
    ]
    if not rows:
        return ""
    noted = told.get("match", {}).get("noted", 0)
    return f"""## Matching beside the national map's rule

{_table(["rule", "records in", "places out", "merged", "precision", "recall", "CPU s"], rows)}

Same records, same run. The rule of the peer is its own, the program is ours
(`benchmarks/national.py`): its tool weighs the pairs one by one. The truth is known since the
places are made up; precision and recall count pairs of records. What misleads is made up too, so
this is no measure on real places: that one stands in `tests/integration/test_matching_93.py`.
Records that matching could not compare with all that share a word, a number or a spot with them,
and that it notes: {noted:,}."""


def _finding(told: Told) -> str:
    if "find" not in told:
        return ""
    rows = [[name, *one.values()] for name, one in told["find"]["requests"].items()]
    return f"""## Finding

Wall milliseconds of one search, from {steps.SPOTS} places of the country, {steps.REPEATS} times
each; the first of each request apart: it judges what the others find judged. Making the directory
ready once took {told["find"]["ready_ms"]} ms.

{_table(["request", "first", "p50", "p95"], rows)}"""


def _page(told: Told) -> str:
    if "page" not in told:
        return ""
    one = told["page"]
    rows = [
        ["opened, the first time in the process", one["opened_ms"]],
        ["first change of each kind", " · ".join(map(str, one["first_ms"]))],
        ["a change of need, start or tick, median", one["again_ms"]],
        ["the longest of them", one["worst_ms"]],
    ]
    return f"""## The page "Trouver un lieu"

Server time in milliseconds, run by Streamlit's own test runner on a build with these places: the
whole script of the page, without network and browser.

{_table(["", "ms"], rows)}"""


def _table(headers: list[str], rows: list[list[Any]]) -> str:
    lines = [headers, ["---"] * len(headers), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)
