"""The access measures against tables small enough to be checked by hand."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest

from observatory import settings
from observatory.model import national
from observatory.model.access import Decay, e2sfca, minutes_to_metres, nearest_minutes

TABLES = {
    path.stem: tomllib.loads(path.read_text("utf-8"))
    for path in sorted((settings.PROJECT / "data" / "spec").glob("access_*.toml"))
}
CASES = [
    pytest.param(table, case, id=f"{name}-{k}")
    for name, table in TABLES.items()
    for k, case in enumerate(table["case"])
]
STEPS = Decay.steps([10, 20, 30], [1, 0.68, 0.22])
DECAYS = {
    "steps": STEPS,
    "binary": Decay.binary(30),
    "gaussian": Decay.gaussian(30),
    "bandwidth": Decay.gaussian(30, 15),
}


def _numbered(name: str, values: Any) -> dict[str, float]:
    return {f"{name}_{k}": float(value) for k, value in enumerate(values)}


def _e2sfca(inputs: dict[str, Any], measure: Callable[..., Any] = e2sfca) -> dict[str, float]:
    decay = Decay.steps(minutes_to_metres(STEPS.edges, 4.5, 1.3), STEPS.weights)
    order = ("cells_xy", "need", "places_xy", "hours")
    found = measure(*(inputs[name] for name in order), decay)
    return (
        _numbered("access", found.access)
        | _numbered("ratio", found.ratio)
        | _numbered("reached", found.reached)
        | {"given": float(found.access @ np.array(inputs["need"], dtype=float))}
    )


def _weight(inputs: dict[str, Any]) -> dict[str, float]:
    found = DECAYS[inputs["kind"]].weight(inputs["at"])
    return {f"w{k}": float(value) for k, value in enumerate(found)}


def _nearest(inputs: dict[str, Any]) -> dict[str, float]:
    found = nearest_minutes(inputs["cells_xy"], inputs["places_xy"], speed_kmh=4.5, detour=1.3)
    return _numbered("minutes", found)


RUN: dict[str, list[Callable[[dict[str, Any]], dict[str, float]]]] = {
    "access.e2sfca": [_e2sfca, partial(_e2sfca, measure=national.e2sfca)],
    "access.weight": [_weight],
    "access.nearest": [_nearest],
}


@pytest.mark.parametrize(("table", "case"), CASES)
def test_the_code_gives_what_the_table_says(table: dict[str, Any], case: dict[str, Any]) -> None:
    for measure in RUN[table["indicator"]]:
        found = measure(case["inputs"])
        wanted = case["expected"]
        got = {name: found[name] for name in wanted}
        assert got == pytest.approx(wanted, abs=table["tolerance"]), case["why"]


@pytest.mark.parametrize("name", TABLES)
def test_every_table_is_also_a_page_of_documentation(name: str) -> None:
    table = TABLES[name]
    assert table["formula"]
    assert table["source"]
    for words in (table["title"], table["says"]):
        assert words["fr"]
        assert words["en"]
    assert all(case["why"] and case["expected"] for case in table["case"])
