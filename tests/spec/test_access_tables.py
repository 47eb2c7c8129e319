"""The access measures against tables small enough to be checked by hand."""

from __future__ import annotations

import tomllib
from typing import Any

import numpy as np
import pytest

from observatory import settings
from observatory.model.access import (
    Decay,
    coverage,
    e2sfca,
    nearest_minutes,
    pairs_within,
    three_sfca,
)
from observatory.model.access.raam import raam

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


def _e2sfca(inputs: dict[str, Any], engine: str) -> dict[str, float]:
    found = e2sfca(
        inputs["demand_xy"],
        inputs["demand"],
        inputs["site_xy"],
        inputs["supply"],
        STEPS.in_metres(speed_kmh=4.5, detour=1.3),
        engine=engine,  # type: ignore[arg-type]  # parametrised
    )
    return (
        _numbered("access", found.access)
        | _numbered("ratio", found.ratio)
        | _numbered("reached", found.reached)
        | {"given": float(found.access @ np.array(inputs["demand"], dtype=float))}
    )


def _weight(inputs: dict[str, Any], engine: str) -> dict[str, float]:
    found = DECAYS[inputs["kind"]].weight(inputs["at"])
    return {f"w{k}": float(value) for k, value in enumerate(found)}


def _nearest(inputs: dict[str, Any], engine: str) -> dict[str, float]:
    found = nearest_minutes(inputs["demand_xy"], inputs["site_xy"], speed_kmh=4.5, detour=1.3)
    shares = coverage(found, inputs["weights"], inputs["thresholds"])
    return _numbered("minutes", found) | _numbered("share", shares)


def _family(inputs: dict[str, Any], engine: str) -> dict[str, float]:
    pairs = pairs_within(inputs["demand_xy"], inputs["site_xy"], inputs["reach"])
    amounts = (inputs["demand"], inputs["supply"])
    three = three_sfca(pairs, *amounts, Decay.binary(inputs["reach"]))
    return _numbered("three", three.access) | _numbered(
        "raam", raam(pairs, *amounts, tau=inputs["tau"])
    )


RUN = {
    "access.e2sfca": _e2sfca,
    "access.weight": _weight,
    "access.nearest": _nearest,
    "access.family": _family,
}


@pytest.mark.parametrize("engine", ["auto", "grid", "buckets", "plain"])
@pytest.mark.parametrize(("table", "case"), CASES)
def test_the_code_gives_what_the_table_says(
    table: dict[str, Any], case: dict[str, Any], engine: str
) -> None:
    if engine != "auto" and table["indicator"] != "access.e2sfca":
        engine = "auto"
    found = RUN[table["indicator"]](case["inputs"], engine)
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
