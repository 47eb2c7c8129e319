"""Incomes by IRIS where only the disposable ones are there: used, and said wherever they show."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import official
import pandas as pd
import pytest
from sources import CUT, PLAINE_COMMUNE, cut

from observatory import settings
from observatory.app import offer_rows
from observatory.build.steps import BuildReport, build
from observatory.errors import ColumnsError
from observatory.model.assumptions_file import load_assumptions
from observatory.model.model import Model
from observatory.model.observed import Facts, load_facts
from observatory.model.programme_studies import records_of
from observatory.model.solidarity_offer import offer
from observatory.read.census import (
    read_income_declared_iris_2021,
    read_income_disposable_iris_2021,
)
from observatory.settings import PROJECT
from observatory.tables.remarks import remark, remarks_of
from observatory.words.catalogue import load_words

ASSUMED = load_assumptions(PROJECT / "data/assumptions.toml")
FRENCH = load_words("fr", "screens")
ZIP = "census/BASE_TD_FILO_IRIS_2021_DISP_CSV.zip"


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> tuple[BuildReport, Facts]:
    """Return the build of the cut with the zip of disposable incomes in place of the declared."""
    folder = tmp_path_factory.mktemp("sources") / "files"
    shutil.copytree(CUT, folder)
    (folder / ZIP).write_bytes(official.disposable())
    for path in folder.rglob("BASE_TD_FILO_IRIS_2021_DEC*.csv"):
        path.unlink()
    out = tmp_path_factory.mktemp("build") / "tables"
    settings = cut(tmp_path_factory.mktemp("settings") / "data").settings
    return build(folder, PLAINE_COMMUNE, settings, out), load_facts(out)


def test_the_two_incomes_keep_their_names_and_never_pass_for_each_other(tmp_path: Path) -> None:
    path = tmp_path / Path(ZIP).name
    path.write_bytes(official.disposable())
    frame = read_income_disposable_iris_2021(path).frame
    reasons = frame[["poverty_disposable_pct_why", "income_d1_disposable_eur_why"]]
    assert (reasons.iloc[0] == "not significant").all()
    assert (reasons.iloc[1] == "no population").all()
    assert frame["poverty_disposable_pct"].max() > 40  # 57,0 is written with a comma
    with pytest.raises(ColumnsError, match="DEC_TP6021"):
        read_income_declared_iris_2021(path)


def test_where_only_disposable_incomes_are_there_they_are_used_and_said(
    alone: tuple[BuildReport, Facts],
) -> None:
    report, facts = alone
    assert facts.iris["poverty_declared_pct"].isna().all()
    assert (facts.iris["poverty_declared_pct_why"] == "not in source").all()
    said = {one.code: one for one in report.warnings}
    assert "build.disposable_incomes" in said
    assert "income_declared_iris_2021" in said["build.not_covered"].get("sources")
    table = offer(Model(facts, ASSUMED), "ept")
    assert table["income_kind"].tolist() == ["disposable"]
    assert table["effort_basic_pct"].notna().all()
    assert remark("studies.effort_disposable") in remarks_of(table["note"][0])
    text = offer_rows.effort_text(table, records_of(facts), ASSUMED, FRENCH)
    assert "premier décile de revenu disponible" in text
    assert "ne se compare pas" in offer_rows.effort_note(table, ASSUMED, FRENCH)


def test_a_measured_poverty_is_taken_as_it_is_whatever_the_contrast(
    alone: tuple[BuildReport, Facts],
) -> None:
    facts = alone[1]
    own = facts.iris["in_territory"].to_numpy()
    model = Model(facts, ASSUMED)
    flat = model.with_assumptions({"need.iris_poverty": 0.0})
    found, same = (m.iris.loc[own, "poverty_pct"] for m in (model, flat))
    assert found.nunique() > 10
    assert same.tolist() == found.tolist()


def test_declared_incomes_stay_where_both_are_there(
    alone: tuple[BuildReport, Facts],
) -> None:
    known = load_facts(settings.load({}).edition)
    both = replace(known, income_disposable_iris_2021=alone[1].income_disposable_iris_2021)
    mine, theirs = (Model(facts, ASSUMED) for facts in (known, both))
    pd.testing.assert_series_equal(mine.iris["poverty_pct"], theirs.iris["poverty_pct"])
    assert offer(theirs, "ept")["income_kind"].tolist() == ["declared"]
