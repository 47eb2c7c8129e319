"""Each commune's latest population, and which départements are there as a whole."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from observatory.build.zones import latest_population
from observatory.read.cog import read_cog_communes_2026

COMMUNES = [
    {"code": "93059", "nom": "Pierrefitte-sur-Seine", "type": "commune-deleguee"}
    | {"chefLieu": "93066", "departement": "93"},
    {"code": "93066", "nom": "Saint-Denis", "type": "commune-actuelle", "departement": "93"}
    | {"anciensCodes": ["93059"], "codesPostaux": ["93200", "93210"], "population": 1500},
    {"code": "93066", "nom": "Saint-Denis", "type": "commune-deleguee"}
    | {"chefLieu": "93066", "departement": "93"},
    {"code": "93001", "nom": "Aubervilliers", "type": "commune-actuelle", "departement": "93"}
    | {"codesPostaux": ["93300"], "population": 880},
    {"code": "75056", "nom": "Paris", "type": "commune-actuelle", "departement": "75"}
    | {"population": 300},
    {"code": "75118", "nom": "Paris 18e", "type": "arrondissement-municipal"}
    | {"commune": "75056", "departement": "75", "population": 200},
    {"code": "75119", "nom": "Paris 19e", "type": "arrondissement-municipal"}
    | {"commune": "75056", "departement": "75", "population": 100, "codesPostaux": None},
]


@pytest.fixture
def listed(tmp_path: Path) -> pd.DataFrame:
    path = tmp_path / "communes.json"
    path.write_text(json.dumps(COMMUNES), encoding="utf-8")
    return read_cog_communes_2026(path).frame


def census(**people: int) -> pd.DataFrame:
    codes = [name.removeprefix("c") for name in people]
    return pd.DataFrame({"commune": codes, "population": list(people.values())})


def test_communes_that_are_one_today_share_its_population_as_the_census(
    listed: pd.DataFrame,
) -> None:
    found = latest_population(census(c93059=200, c93066=1000, c93001=800), listed)
    assert found["population_latest"].tolist() == [250, 1250, 880]
    assert found["whole_departement"].all()


def test_whole_persons_keep_the_sum_of_what_was_shared(listed: pd.DataFrame) -> None:
    found = latest_population(census(c93059=1, c93066=2), listed)
    assert found["population_latest"].tolist() == [500, 1000]
    uneven = latest_population(census(c93059=1, c93066=6), listed)["population_latest"]
    assert uneven.sum() == 1500


def test_a_commune_that_is_not_there_leaves_its_departement_in_part(listed: pd.DataFrame) -> None:
    found = latest_population(census(c93066=1000, c75118=10, c75119=20), listed)
    assert found["whole_departement"].tolist() == [False, True, True]
    assert found["population_latest"].tolist() == [1500, 200, 100]


def test_an_unknown_commune_has_no_latest_population(listed: pd.DataFrame) -> None:
    found = latest_population(census(c93066=1000, c93001=800, c93999=5), listed)
    assert found["population_latest"].isna().tolist() == [False, False, True]
