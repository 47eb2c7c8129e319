"""The spec tables of languages and of need by kind against the code."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from observatory import settings
from observatory.model import kinds, languages, solidarity_offer, spoken
from observatory.model.assumptions import Assumptions, parse_assumptions
from observatory.tables.language_tables import COUNTED, SPREAD, Languages, parse_languages

FOLDER = settings.PROJECT / "data" / "spec"
TABLES = {
    path.stem: tomllib.loads(path.read_text("utf-8"))
    for name in ("kinds_*.toml", "languages_*.toml", "offer_*.toml")
    for path in sorted(FOLDER.glob(name))
}
SMALL = {
    "language": {code: {"name": name} for code, name in (("xxx", "x"), ("yyy", "y"), ("und", "?"))},
    "country": {
        "a": {
            "label": "A",
            "source": "spec",
            "speaks": {"xxx": [0.4, 0.6, 0.8], "yyy": [0.1, 0.3, 0.5]},
        },
        "b": {"label": "B", "source": "spec", "speaks": {"xxx": [1, 1, 1]}},
        "g": {
            "label": "G",
            "source": "spec",
            "made_of": {"a": [0.2, 0.5, 0.6], "b": [0.1, 0.3, 0.4]},
        },
    },
}
Inputs = dict[str, Any]


@pytest.fixture(scope="module")
def assumptions() -> Assumptions:
    path = settings.PROJECT / "data" / "assumptions.toml"
    return parse_assumptions(tomllib.loads(path.read_text("utf-8")), where=path.name)


@pytest.fixture(scope="module")
def table() -> Languages:
    path = settings.PROJECT / "data" / "languages.toml"
    return parse_languages(tomllib.loads(path.read_text("utf-8")), where=path.name)


def _equipment(inputs: Inputs, assumptions: Assumptions, table: Languages) -> Inputs:
    zone = {"poverty_pct": np.nan, "caf_rsa": np.nan, "households": np.nan, **inputs}
    return kinds.equipment(pd.DataFrame([zone]), assumptions).iloc[0].to_dict()


def _rep_parents(inputs: Inputs, assumptions: Assumptions, table: Languages) -> Inputs:
    schools = pd.DataFrame(inputs).assign(commune="93001", in_territory=True, network_head="x")
    schools["network"] = schools["network"].replace("", None)
    return kinds.rep_parents(schools, assumptions).iloc[0].to_dict()


def _speakers(inputs: Inputs, assumptions: Assumptions, table: Languages) -> Inputs:
    counts = pd.DataFrame({"country": inputs["country"], "persons": inputs["persons"]})
    basis = SPREAD if inputs.get("spread") else COUNTED
    small = parse_languages(SMALL, where="spec")
    found = languages.speakers(counts.assign(zone="z", basis=basis), small, assumptions)
    out: Inputs = {}
    for row in found.to_dict("records"):
        name = {"xxx": "x", "yyy": "y"}.get(row["language"], row["language"])
        out |= {
            name: row["persons"],
            f"{name}_low": row["low"],
            f"{name}_high": row["high"],
            f"{name}_why": row["persons_why"],
            f"{name}_complete": bool(row["complete"]),
        }
    return out


def _offer(inputs: Inputs, assumptions: Assumptions, table: Languages) -> Inputs:
    site = {"site": "s", "commune": "93001", "care": None, "comment": None, **inputs}
    return {"languages": spoken.offer(pd.DataFrame([site]), table)["language"].tolist()}


def _effort(inputs: Inputs, assumptions: Assumptions, table: Languages) -> Inputs:
    part = pd.DataFrame(inputs).assign(d1=lambda rows: rows["d1"] / 12).reset_index(names="iris")
    middle, lowest, highest, published, unpublished = solidarity_offer.income(part)
    rates = solidarity_offer.efforts(pd.Series([middle]), assumptions)
    found = {
        name.removeprefix("effort_").removesuffix("_pct"): rate[0] for name, rate in rates.items()
    }
    counts = {"published": published, "unpublished": unpublished}
    return {"income": middle, "lowest": lowest, "highest": highest, **counts, **found}


RUN: dict[str, Callable[[Inputs, Assumptions, Languages], Inputs]] = {
    "kinds.equipment": _equipment,
    "kinds.rep_parents": _rep_parents,
    "languages.speakers": _speakers,
    "offer.effort": _effort,
    "languages.offer": _offer,
}
CASES = [
    pytest.param(spec, case, id=f"{name}-{k}")
    for name, spec in TABLES.items()
    for k, case in enumerate(spec["case"])
]


@pytest.mark.parametrize(("spec", "case"), CASES)
def test_the_code_gives_what_the_table_says(
    spec: dict[str, Any], case: dict[str, Any], assumptions: Assumptions, table: Languages
) -> None:
    found = RUN[spec["indicator"]](case["inputs"], assumptions, table)
    for name, wanted in case["expected"].items():
        if isinstance(wanted, float):
            tolerance = spec.get("tolerance", 1e-9)
            close = pytest.approx(wanted, abs=tolerance, nan_ok=True)
            assert found[name] == close, case["why"]
        else:
            assert found[name] == wanted, case["why"]


@pytest.mark.parametrize("name", TABLES)
def test_every_table_is_also_a_page_of_documentation(name: str) -> None:
    spec = TABLES[name]
    assert spec["formula"]
    assert spec["source"]
    for words in (spec["title"], spec["says"]):
        assert words["fr"]
        assert words["en"]
    assert all(case["why"] and case["expected"] for case in spec["case"])


def test_every_measure_here_has_its_table() -> None:
    assert {spec["indicator"] for spec in TABLES.values()} == set(RUN)
