"""Need on the edition: level, diplomas by IRIS, population, and what another index measured."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from observatory import settings
from observatory.model import need
from observatory.model.assumptions_file import load_assumptions
from observatory.model.model import Model
from observatory.model.observed import load_facts
from observatory.tables.fragility_tables import DIPLOMA_FIT
from observatory.tables.storage import read_table

EDITION = settings.PROJECT / "data" / "edition"


@pytest.fixture(scope="module")
def model() -> Model:
    return Model(load_facts(EDITION), load_assumptions(settings.PROJECT / "data/assumptions.toml"))


@pytest.fixture(scope="module")
def iris(model: Model) -> pd.DataFrame:
    adults = need.by_band(model.ground.zones).sum(axis=1)
    return model.iris.assign(adults=adults, departement=model.iris["commune"].str[:2])


def test_the_departement_has_the_level_of_insee(iris: pd.DataFrame) -> None:
    own = iris[iris["departement"] == "93"]
    assert 100 * own["need_persons"].sum() / own["adults"].sum() == pytest.approx(15.0)


def test_what_the_points_hold_is_what_the_iris_hold(model: Model, iris: pd.DataFrame) -> None:
    assert model.need_persons.sum() == pytest.approx(iris["need_persons"].sum())


def test_another_level_moves_every_iris_and_hardly_their_order(model: Model) -> None:
    usual = model.iris["need_persons"]
    moved = model.with_assumptions({"need.level_departement_pct": 14.0}).iris["need_persons"]
    lived = usual > 0
    assert (moved[lived] < usual[lived]).all()
    assert moved.corr(usual, method="spearman") > 0.999


def test_iris_of_a_commune_differ_by_diploma_around_the_published_share(
    iris: pd.DataFrame, model: Model
) -> None:
    inside = iris[iris["in_territory"]]
    assert inside["low_diploma_pct"].min() < 30
    assert inside["low_diploma_pct"].max() > 64
    published = model.facts.communes.set_index("commune")["low_diploma_pct"]
    weighed = (inside["low_diploma_pct"] * inside["adults"]).groupby(inside["commune"]).sum()
    found = weighed / inside.groupby("commune")["adults"].sum()
    assert found.to_numpy() == pytest.approx(published[found.index].to_numpy())


def test_the_fit_of_diplomas_is_close_and_goes_the_expected_way() -> None:
    fit = read_table(DIPLOMA_FIT, EDITION).set_index("term")["value"]
    assert fit["managers"] < -2
    assert fit["manual_workers"] > 1
    assert fit["young"] < -1
    assert fit["r2"] > 0.95
    assert fit["error_commune_out"] < 2
    assert fit["communes"] >= 39


def test_need_follows_the_latest_municipal_populations(model: Model) -> None:
    latest = model.facts.communes.set_index("commune")["population_latest"]
    assert latest["93001"] == 88_365
    assert latest["93059"] + latest["93066"] == 149_077
    assert model.facts.ept["population_latest"].iloc[0] == 453_671
    factor = model.ground.zones.groupby("commune")["population_factor"].agg(["min", "max"])
    assert (factor["min"] == factor["max"]).all()
    assert factor["min"]["93059"] == pytest.approx(factor["min"]["93066"], abs=1e-4)


@pytest.mark.real_files
def test_need_by_iris_goes_with_the_skills_of_another_index(
    iris: pd.DataFrame, source_folder: Path
) -> None:
    """The school axis of the IFN V1: 0.71 with age and poverty, 0.81 with diploma."""
    path = source_folder / "fragility" / "slamer59_ifn_iris_dept93.csv"
    other = pd.read_csv(path, dtype={"code_iris": str}).set_index("code_iris")
    score = other["COMPÉTENCES NUMÉRIQUES / SCOLAIRES"]
    kept = iris[iris["in_territory"] & (iris["population_basis"] == "ages")]
    wanted = score.reindex(kept["iris"]).to_numpy()
    rates = {
        name: pd.Series((kept[name] / kept["adults"]).to_numpy())
        for name in (*need.ESTIMATES, "need_persons")
    }
    found = {k: v.corr(pd.Series(wanted), method="spearman") for k, v in rates.items()}
    assert found["need_persons"] > 0.79
    assert found["need_persons"] > found["need_poverty"] + 0.05 > found["need_age"] + 0.05
    old = (kept["pop_60_74"] + kept["pop_75p"]).to_numpy() / kept["adults"].to_numpy()
    assert rates["need_persons"].corr(pd.Series(old), method="spearman") < 0.9


def test_arrays_alone_give_the_need_of_the_tables(model: Model) -> None:
    ground, known = model.ground, model.assumptions
    arrays = (ground.bands, model.poverty_pct, model.diploma_pct)
    short = need.central(*arrays, known, ground.whole_departements)
    assert np.allclose(short, model.iris["need_persons"])
