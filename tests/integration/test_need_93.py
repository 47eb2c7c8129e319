"""Need on the edition: level, diplomas by IRIS, population, and what another index measured."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from observatory import settings
from observatory.model import need
from observatory.model.model import Model
from observatory.tables.fragility_tables import DIPLOMA_FIT
from observatory.tables.storage import read_table

BANDS_OF_FILE = ("0014", "1529", "3044", "4559", "6074", "75P")
EDITION = settings.PROJECT / "data" / "edition"


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
    own = model.iris["commune"].str[:2] == "93"
    assert (moved < usual)[own & (usual > 0)].all()
    # The région keeps its level: what the département has less, the others have more.
    around = (model.iris["commune"].str[:2] != "93") & (usual > 0)
    assert (moved > usual)[around].all()
    assert moved[own].corr(usual[own], method="spearman") > 0.999


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


@pytest.mark.real_files
def test_diploma_at_national_rates_comes_near_the_level_of_the_region(
    model: Model, source_folder: Path
) -> None:
    """INSEE: 12.2 % of Île-de-France in 2019, 5 % with the baccalauréat and 23 % below it."""
    zones = region(source_folder / "national")
    known = model.assumptions
    found = need.estimate(zones, known)
    adults = need.by_band(zones).sum(axis=1)
    rates = {name: 100 * found[name].sum() / adults.sum() for name in need.ESTIMATES}
    assert rates["need_age"] == pytest.approx(13.6, abs=0.2)
    assert rates["need_poverty"] > 13.0
    assert rates["need_diploma"] == pytest.approx(12.2, abs=0.6)
    outside = (zones["commune"].str[:2] != "93").to_numpy()
    left = (12.2 * adults.sum() - 15.0 * adults[~outside].sum()) / adults[outside].sum()
    rest = 100 * found["need_diploma"][outside].sum() / adults[outside].sum()
    assert rest == pytest.approx(left, abs=0.4)  # no shift is needed outside the 93


def region(national: Path) -> pd.DataFrame:
    """Return the communes of Île-de-France with ages, poverty and diplomas, where all are known."""
    ages = {f"P16_POP{band}": name for band, name in zip(BANDS_OF_FILE, need.AGES, strict=True)}
    counts = pd.read_csv(
        national / "census" / "epidia_IRIS_population_RP2016_habitat.csv",
        usecols=["IRIS", *ages],
        dtype={"IRIS": str},
    ).drop_duplicates("IRIS")
    communes = counts["IRIS"].str[:5].rename("commune")
    sums = counts.rename(columns=ages)[list(need.AGES)].groupby(communes).sum()
    poverty = pd.read_csv(
        national / "census" / "cc_filosofi_2021_COM.csv",
        sep=";",
        usecols=["CODGEO", "TP6021"],
        dtype=str,
    ).set_index("CODGEO")["TP6021"]
    lack = pd.read_csv(
        national / "fragility" / "d4g_scol_menage_demandeurEmplois_com.csv",
        usecols=["CODE_INSEE", "TX_NSCOL15P"],
        dtype={"CODE_INSEE": str},
    ).dropna()
    sums["poverty_pct"] = pd.to_numeric(poverty.str.replace(",", "."), errors="coerce")
    sums["low_diploma_pct"] = lack.drop_duplicates("CODE_INSEE").set_index("CODE_INSEE")
    inside = sums.index.str[:2].isin(["75", "77", "78", "91", "92", "93", "94", "95"])
    return sums[inside].dropna().reset_index()


def test_arrays_alone_give_the_need_of_the_tables(model: Model) -> None:
    short = need.central(model.residents, model.assumptions, model.ground.official)
    assert np.allclose(short, model.iris["need_persons"])
