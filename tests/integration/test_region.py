"""The communes of the région in the edition: whole, as published, and the rest by its size."""

from __future__ import annotations

import pandas as pd
import pytest

from observatory import settings
from observatory.build.region import build_region, region_files, region_index
from observatory.geo.perimeter import Perimeter
from observatory.geo.territories import leveled_region
from observatory.read.registry import load_registry
from observatory.tables.region_tables import AGES, REGION_COMMUNES
from observatory.tables.storage import read_table

WHERE = settings.load({})


@pytest.fixture(scope="module")
def communes() -> pd.DataFrame:
    return read_table(REGION_COMMUNES, WHERE.edition).set_index("commune")


def test_every_commune_of_the_region_counts_once(communes: pd.DataFrame) -> None:
    assert set(communes.index.str[:2]) == set(leveled_region("93"))
    assert communes["population_latest"].sum() == pytest.approx(12.4e6, rel=0.01)
    # Pierrefitte has joined Saint-Denis: they share today's population.
    together = communes.loc[["93059", "93066"], "population_latest"].sum()
    assert 140_000 < together < 160_000
    assert communes.loc[communes.index.str.startswith("93"), "pop_75p"].isna().sum() == 1


def test_communes_without_iris_have_no_ages_made_up(communes: pd.DataFrame) -> None:
    without = communes["pop_0_14"].isna()
    assert without.sum() > 800
    assert communes.loc[without, "population_latest"].median() < 2500
    assert 0.85 < communes.loc[~without, "population_latest"].sum() / 12.46e6 < 0.92


def test_a_folder_without_all_the_files_of_the_country_has_no_region() -> None:
    registry = load_registry(WHERE.registry)
    home = Perimeter("93", "Seine-Saint-Denis", "departement", {"93001": "93001"}, "93")
    assert region_files(settings.PROJECT / "tests" / "data", registry, home) == frozenset()
    assert build_region({}, "93") is None
    assert region_index({}) == {}


def test_the_region_is_merged_by_the_list_of_communes() -> None:
    bands = {name: [10.0, 20.0] for name in REGION_COMMUNES.names if name.startswith("pop_")}
    frames = {
        AGES: pd.DataFrame({"iris": ["770010101", "770020000"], **bands}),
        "cog_communes_2026": pd.DataFrame(
            {
                "commune": ["77001", "77003", "60001"],
                "former_codes": ["77002", None, None],
                "population": [360, 50, 9],
            }
        ),
        "incomes_2021_region": pd.DataFrame(
            {"commune": ["77001"]}
            | {name: [30.0] for name in REGION_COMMUNES.names if name.startswith("poverty_")}
        ),
        "diplomas_region": pd.DataFrame({"commune": ["77002"], "low_diploma_pct": [41.0]}),
    }
    found = build_region(frames, "77")
    assert found is not None
    table = found.set_index("commune")
    assert table["population_latest"].to_dict() == {"77001": 120, "77002": 240, "77003": 50}
    assert table["pop_75p"].isna().to_dict() == {"77001": False, "77002": False, "77003": True}
    assert table.at["77002", "low_diploma_pct"] == 41
    assert pd.isna(table.at["77002", "poverty_75p_pct"])
