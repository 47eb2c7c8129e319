"""The measures against figures published for Seine-Saint-Denis."""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from observatory import settings
from observatory.model import comparators, need
from observatory.model.assumptions import parse_assumptions

pytestmark = pytest.mark.real_files
PATH = settings.PROJECT / "data" / "assumptions.toml"
ASSUMPTIONS = parse_assumptions(tomllib.loads(PATH.read_text("utf-8")), where=PATH.name)


def test_ifn_v2_is_the_mean_of_its_five_scores(source_folder: Path) -> None:
    path = source_folder / "fragility" / "ifn-city-all-variation_2023-08_dept93.csv"
    published = pd.read_csv(path, dtype={"code": str})
    assert len(published) == 40
    assert np.allclose(comparators.ifn_v2(published), published["total"], rtol=0, atol=1e-9)


def communes(source_folder: Path) -> pd.DataFrame:
    path = source_folder / "census" / "cc_filosofi_2021_COM_dept93.csv"
    return pd.read_csv(path, sep=";", decimal=",", dtype={"CODGEO": str}, na_values=["s"])


def test_the_shift_of_living_standards_agrees_with_published_deciles(source_folder: Path) -> None:
    """The national eighth decile is near 33 000 EUR (rounded): few in the 93 stand above it.

    A commune whose ninth decile is below must have under 10 % in the highest quintile.
    """
    table = communes(source_folder).dropna(subset=["TP6021", "D921"])
    shares = need.group_shares(table["TP6021"].to_numpy(), need.margins(ASSUMPTIONS))
    poor = table["D921"].to_numpy() < 32_000
    assert poor.sum() >= 8
    assert (shares[poor, 2] < 0.12).all()


def test_the_contrast_of_poverty_is_the_slope_between_communes(source_folder: Path) -> None:
    path = source_folder / "census" / "BASE_TD_FILO_IRIS_2021_DEC_dept93.csv"
    iris = pd.read_csv(
        path, sep=";", decimal=",", dtype={"IRIS": str}, na_values=["ns", "so", "s", "nd"]
    )
    declared = iris.groupby(iris["IRIS"].str[:5])["DEC_TP6021"].mean()
    disposable = communes(source_folder).set_index("CODGEO")["TP6021"]
    both = pd.concat([declared, disposable], axis=1).dropna() / 100
    slope = np.polyfit(
        np.log(both["DEC_TP6021"] / (1 - both["DEC_TP6021"])),
        np.log(both["TP6021"] / (1 - both["TP6021"])),
        1,
    )[0]
    assert len(both) == 39
    assert slope == pytest.approx(ASSUMPTIONS.number("need.iris_poverty"), abs=0.01)


def test_what_the_state_pays_for_a_post_is_in_its_file(source_folder: Path) -> None:
    path = source_folder / "capacity" / "20230405-3925-cnfs_dept93.csv"
    table = pd.read_csv(path, sep=";")
    posts = table["Nombre de conseillers validés par le COSELEC"]
    money = table.filter(like="Investissement financier").iloc[:, 0]
    yearly = (money / posts / 2).groupby(table["Type"]).median()
    assert yearly["publique"] == pytest.approx(ASSUMPTIONS.number("gap.post_cost_eur"), abs=1)
    assert yearly["privée"] == pytest.approx(ASSUMPTIONS["gap.post_cost_eur"].low, abs=1)
