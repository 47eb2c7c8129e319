"""Many territories: a sample that is a small country, and a page that reckons from its runs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from benchmarks import territories

GROUND = {
    "departements": 96,
    "communes": 34_881,
    "iris": 48_592,
    "cells": 2_176_021,
    "places": 19_265,
    "megabytes": 207.8,
    "made_cpu_s": 80.0,
}


def _run(many: int, workers: int, cpu_s: float) -> dict[str, Any]:
    return {
        "territories": many,
        "workers": workers,
        "built": many,
        "failed": {},
        "residents": 10_000 * many,
        "wall_s": cpu_s / workers,
        "cpu_s": cpu_s,
        "task_s": 10.0,
        "worst_task_s": 20.0,
        "peak_mb": 900,
        "driver_mb": 400,
        "load": 2.0,
        "dataset_mb": 1.5 * many,
        "files": 16 * many,
        "open_s": 1.0,
        "worst_open_s": 2.0,
    }


def test_a_sample_is_of_small_and_large_ones_each_once() -> None:
    found = territories.sample(7)
    assert len(set(found)) == 7
    assert found == territories.sample(7)


def test_the_page_reckons_from_the_largest_run_of_one_worker(tmp_path: Path) -> None:
    runs = territories.with_run([_run(8, 1, 120.0), _run(16, 2, 999.0)], _run(16, 1, 160.0))
    assert [(one["territories"], one["workers"]) for one in runs] == [(8, 1), (16, 1), (16, 2)]
    whole = territories.reckoned(runs)
    assert whole["cpu_s"] == 10.0
    assert round(whole["core_hours"], 2) == round(10 * 1255 / 3600, 2)
    territories.write({"ground": GROUND, "runs": runs}, tmp_path, "the command")
    assert "3.5 core-hours" in (tmp_path / "national.md").read_text("utf-8")
    assert "gain is not measured" in (tmp_path / "national.md").read_text("utf-8")
    assert territories.former(tmp_path) == runs
    again = territories.with_run(runs, _run(8, 1, 80.0))
    assert [one["cpu_s"] for one in again] == [80.0, 160.0, 999.0]
    assert json.loads((tmp_path / "national.json").read_text())["ground"] == GROUND


def test_what_workers_gain_is_told_of_calm_runs_alone(tmp_path: Path) -> None:
    runs = [{**_run(16, workers, 160.0), "load": 0.2} for workers in (1, 2)]
    runs[1] |= {"page_s": 1.6, "worst_page_s": 1.9}
    territories.write({"ground": GROUND, "runs": runs}, tmp_path, "the command")
    page = (tmp_path / "national.md").read_text("utf-8")
    assert "2.00 times as fast" in page
    assert "| 1.6 (1.9) |" in page
    assert "| not measured |" in page
