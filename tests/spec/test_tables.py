"""Every spec table against the code: small enough to be checked by hand, and the documentation."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from observatory import settings
from observatory.model import (
    comparators,
    equity,
    gap,
    help_hours,
    levels,
    need,
    norms,
    poverty_by_age,
    uncertainty,
)
from observatory.model.assumptions import Assumptions, parse_assumptions
from observatory.model.official_level import Region, level_shifts
from observatory.model.profiles import profiles

FOLDER = settings.PROJECT / "data" / "spec"
TABLES = {
    path.stem: table
    for path in sorted(FOLDER.glob("*.toml"))
    if (table := tomllib.loads(path.read_text("utf-8"))).get("indicator", "").split(".")[0]
    in {"need", "capacity", "gap", "equity", "sensitivity", "comparators"}
}
Inputs = dict[str, Any]


@pytest.fixture(scope="module")
def assumptions() -> Assumptions:
    path = settings.PROJECT / "data" / "assumptions.toml"
    return parse_assumptions(tomllib.loads(path.read_text("utf-8")), where=path.name)


def _need(inputs: Inputs, assumptions: Assumptions) -> dict[str, float]:
    zone = {"poverty_pct": np.nan, "low_diploma_pct": np.nan, **inputs}
    return need.estimate(pd.DataFrame([zone]), assumptions).iloc[0].to_dict()


def _calibration(inputs: Inputs, assumptions: Assumptions) -> dict[str, float]:
    fitted = need.calibrate(assumptions)
    share, groups = np.array(fitted.margins.age_share), fitted.margins.groups
    found = {f"rate_{band}": fitted.rate[k] @ groups for k, band in enumerate(need.BANDS)}
    for k, group in enumerate(("low", "middle", "high")):
        found[f"rate_{group}"] = share @ fitted.rate[:, k]
        found |= {f"p_{band}_{group}": fitted.rate[a, k] for a, band in enumerate(need.BANDS)}
    return found | {"rate_all": share @ fitted.rate @ groups}


def _spread(inputs: Inputs, assumptions: Assumptions) -> dict[str, float]:
    frame = pd.DataFrame(
        {
            "commune": "93066",
            "population": inputs["population"],
            "poverty_declared_pct": inputs["declared"],
            "poverty_disposable_pct": inputs["disposable"],
        }
    )
    first, second = need.spread_poverty(frame, inputs["contrast"])
    return {"first": first, "second": second}


def _spread_diploma(inputs: Inputs, assumptions: Assumptions) -> dict[str, float]:
    frame = pd.DataFrame(
        {
            "commune": "93066",
            "pop_30_44": inputs["pop_15p"],
            "low_diploma_expected_pct": inputs["expected"],
            "low_diploma_pct": inputs["commune"],
        }
    )
    first, second = need.spread_diploma(frame, inputs["contrast"])
    return {"first": first, "second": second}


def _level(inputs: Inputs, assumptions: Assumptions) -> dict[str, float]:
    people = np.array([[0, 0, 0, inputs["pop_75p"]], [inputs["pop_15_44"], 0, 0, 0]], dtype=float)
    nothing, whole = np.full(2, np.nan), {"93": np.arange(2)}
    residents = need.Residents(people, nothing, nothing)
    old, young = need.central(residents, assumptions, need.Official(whole))
    found = profiles(residents, assumptions)
    shift = level_shifts(found, whole, assumptions)["93"]
    return {"old": old, "young": young, "all": old + young, "shift": shift}


def _poverty_by_age(inputs: Inputs, assumptions: Assumptions) -> dict[str, float]:
    people = np.array([[inputs["young"], 0.0, 0.0, inputs["old"]]])
    told = [inputs["commune_young"], np.nan, np.nan, inputs.get("commune_old", np.nan)]
    zone = np.array([float(inputs["zone"])])
    found = poverty_by_age.of_zones(people, zone, np.array([[*told, inputs["commune"]]]))
    assert found is not None
    known = need.margins(assumptions)
    distance = poverty_by_age.beyond_nation(zone, found, known)
    young, *_, old = 100 * expit(found[0])
    return {"young": young, "old": old, "distance_old": distance[0, 3]}


def _level_region(inputs: Inputs, assumptions: Assumptions) -> dict[str, float]:
    people = np.zeros((2, 4))
    people[:, 0] = inputs["of_departement"], inputs["elsewhere"]
    nothing = np.full(2, np.nan)
    residents = need.Residents(people, nothing, nothing)
    region = Region(residents, np.array(["93", "92"]), inputs["unknown"])
    return {"left": 100 * region.left(assumptions), "shift": region.shift(assumptions)}


def _hours(programme: str) -> Callable[[Inputs, Assumptions], dict[str, float]]:
    def run(inputs: Inputs, assumptions: Assumptions) -> dict[str, float]:
        count, service = inputs.get("count", np.nan), programme == help_hours.FRANCE_SERVICES
        rows = pd.DataFrame(
            {
                "programme": [programme],
                "posts": np.nan if service else count,
                "open_h_per_week": count if service else np.nan,
                "counted_elsewhere": False,
            }
        )
        central = help_hours.hours_of(rows, assumptions)[0]
        return {"central": central, "assumed": help_hours.basis_of(rows)[0] == "charter_minimum"}

    return run


def _freshness(inputs: Inputs, assumptions: Assumptions) -> dict[str, float]:
    ages = pd.Series([inputs.get("age_months", np.nan)], dtype=float)
    return {"weight": float(help_hours.freshness_weight(ages, assumptions)[0])}


def _shortfall(inputs: Inputs, assumptions: Assumptions) -> dict[str, float]:
    at = (inputs["need"], inputs["access"], inputs["norm"])
    missing = gap.shortfall(*at).sum()
    return {
        "shortfall": missing,
        "balance": gap.balance(*at).sum(),
        "etp": gap.to_etp(missing, assumptions),
    }


def _norm(inputs: Inputs, assumptions: Assumptions) -> dict[str, float]:
    """Return the norm asked for; the totals of the country and the people are in the inputs."""
    choice = inputs["choice"]
    ages = inputs.get("age_months", 0.0)
    known = {
        (item, area): norms.Total(float(quantity), ages)
        for item, area, quantity in inputs.get("totals", [])
    }
    if choice == "france":
        return {"norm": norms.france(known, assumptions)}
    if choice == "promise":
        return {"norm": norms.promise(known, assumptions, "93", inputs["people"])}
    if choice == "service":
        return {"norm": norms.service(assumptions)}
    if norms.norm_of(choice) == "number":
        return {"norm": norms.number(choice)}
    return {"norm": norms.mean(inputs["need"], inputs["access"])}


def _qpv(inputs: Inputs, assumptions: Assumptions) -> dict[str, float]:
    need, share = (np.array(inputs[name], dtype=float) for name in ("need", "share"))
    cells = pd.DataFrame(
        {
            "need_persons": need,
            "access_h_per_100": np.array(inputs["access"], dtype=float),
            "missing_h_per_week": gap.shortfall(need, inputs["access"], inputs["norm"]),
        }
    )
    sides = [
        pd.DataFrame({"row": range(len(need)), "zone": zone, "share": part})
        for zone, part in (("in", share), ("out", 1 - share))
    ]
    taken = pd.concat(sides, ignore_index=True)
    parts, zone = levels.parts_of(cells, taken)
    sums = parts.groupby(zone).sum()
    inside = parts[zone == "in"]
    people = inside["need_persons"]
    return {
        "need": people.sum(),
        "access": np.average(inside["access_h_per_100"], weights=people),
        "shortfall": sums.loc["in", "missing_h_per_week"],
        "need_outside": sums.loc["out", "need_persons"],
        "shortfall_outside": sums.loc["out", "missing_h_per_week"],
        "edge_pct": 100 * people[share < 1].sum() / people.sum(),
    }


def _equity(inputs: Inputs, assumptions: Assumptions) -> dict[str, float]:
    at = (inputs["values"], inputs["weights"])
    return {
        "gini": equity.gini(*at),
        "theil": equity.theil(*at),
        "concentration": equity.concentration(*at, inputs["rank"]),
        "ratio": equity.inside_outside(*at, inputs["inside"]),
    }


def _ranks(inputs: Inputs, assumptions: Assumptions) -> dict[str, float]:
    frame = pd.DataFrame({zone: inputs[zone] for zone in "abc"})
    found = uncertainty.rank_intervals(frame, worst=inputs["worst"])
    out = {f"{zone}_share": found.loc[zone, "worst_share"] for zone in "abc"}
    for end in ("p05", "p50", "p95"):
        out |= {f"{zone}_{end}": found.loc[zone, f"rank_{end}"] for zone in "abc"}
    return out | {"distance_ab": uncertainty.kendall_distance(frame.iloc[0], frame.iloc[3])}


def _comparators(inputs: Inputs, assumptions: Assumptions) -> dict[str, float]:
    scores = pd.DataFrame([inputs["v2"]], columns=list(comparators.IFN_V2))
    return {"ifn_v2": float(comparators.ifn_v2(scores).iloc[0])}


RUN: dict[str, Callable[[Inputs, Assumptions], dict[str, float]]] = {
    "need.age": _need,
    "need.poverty": _need,
    "need.diploma": _need,
    "need.calibration": _calibration,
    "need.spread_poverty": _spread,
    "need.spread_diploma": _spread_diploma,
    "need.level": _level,
    "need.level_region": _level_region,
    "need.poverty_by_age": _poverty_by_age,
    "need.population": _need,
    "need.weak_skills": _need,
    "capacity.counsellor": _hours(help_hours.COUNSELLORS),
    "capacity.france_services": _hours(help_hours.FRANCE_SERVICES),
    "capacity.aidants": _hours(help_hours.AIDANTS),
    "capacity.freshness_weight": _freshness,
    "gap.qpv": _qpv,
    "gap.shortfall": _shortfall,
    "gap.norm": _norm,
    "equity": _equity,
    "sensitivity.ranks": _ranks,
    "comparators": _comparators,
}
CASES = [
    pytest.param(table, case, id=f"{name}-{k}")
    for name, table in TABLES.items()
    for k, case in enumerate(table["case"])
]


@pytest.mark.parametrize(("table", "case"), CASES)
def test_the_code_gives_what_the_table_says(
    table: dict[str, Any], case: dict[str, Any], assumptions: Assumptions
) -> None:
    found = RUN[table["indicator"]](case["inputs"], assumptions)
    wanted = case["expected"]
    got = {name: found[name] for name in wanted}
    assert got == pytest.approx(wanted, abs=table.get("tolerance", 1e-6)), case["why"]


@pytest.mark.parametrize("name", TABLES)
def test_every_table_is_also_a_page_of_documentation(name: str) -> None:
    table = TABLES[name]
    assert table["formula"]
    assert table["source"]
    for words in (table["title"], table["says"]):
        assert words["fr"]
        assert words["en"]
    assert all(case["why"] and case["expected"] for case in table["case"])


def test_every_measure_here_has_its_table() -> None:
    assert {table["indicator"] for table in TABLES.values()} == set(RUN)
