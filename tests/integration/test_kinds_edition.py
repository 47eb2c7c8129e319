"""Need by kind and what is known of languages, on the compiled edition of Plaine Commune."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from observatory import settings
from observatory.geo.codes import in_cog
from observatory.model import commune_languages, kinds
from observatory.model.assumptions import Assumptions
from observatory.model.assumptions_file import load_assumptions
from observatory.model.languages_file import load_languages
from observatory.model.model import Model
from observatory.model.observed import Facts, load_facts
from observatory.tables.remarks import remark, remarks_of

EPT = "200057867"
DATA = settings.PROJECT / "data"
SUMMED = ("skills", "equipment", "connection", "procedures")


@pytest.fixture(scope="module")
def facts(edition_folder: Path) -> Facts:
    return load_facts(edition_folder)


@pytest.fixture(scope="module")
def assumptions() -> Assumptions:
    return load_assumptions(DATA / "assumptions.toml")


def values(
    facts: Facts, assumptions: Assumptions, level: str, cog: str = "cog_2024"
) -> pd.DataFrame:
    table = kinds.by_zone(Model(facts, assumptions), level, cog)  # type: ignore[arg-type]  # parametrised
    return table.pivot(index="code", columns="kind", values="value")


@pytest.mark.parametrize("cog", ["cog_2024", "cog_2025"])
def test_iris_sum_to_communes_and_communes_to_the_ept(
    facts: Facts, assumptions: Assumptions, cog: str
) -> None:
    iris = values(facts, assumptions, "iris")
    communes = values(facts, assumptions, "commune", cog)
    whole = values(facts, assumptions, "ept").loc[EPT]
    home = [in_cog(code[:5], cog) for code in iris.index]  # type: ignore[arg-type]  # parametrised
    for kind in SUMMED:
        assert np.allclose(iris[kind].groupby(home).sum(), communes[kind]), kind
        assert communes[kind].sum() == pytest.approx(whole[kind]), kind


def test_skills_are_the_gap_table_s_need_with_its_interval(
    facts: Facts, assumptions: Assumptions
) -> None:
    table = kinds.by_zone(Model(facts, assumptions), "commune")
    skills = table[table["kind"] == "skills"].set_index("code")
    need = Model(facts, assumptions).gaps("commune").set_index("code")
    assert np.allclose(skills["value"], need["need_persons"])
    assert np.allclose(skills["low"], need["need_low"])
    assert np.allclose(skills["high"], need["need_high"])


def test_four_hidden_iris_make_the_rsa_of_the_ept_a_lower_bound(
    facts: Facts, assumptions: Assumptions
) -> None:
    row = kinds.by_zone(Model(facts, assumptions), "ept").set_index("kind").loc["procedures"]
    assert row["value"] == 25807
    assert np.isnan(row["high"])
    assert remark("studies.lower_bound", count=4) in remarks_of(row["why"])


def test_every_qpv_has_its_kinds_and_one_without_outline_would_have_none(
    facts: Facts, assumptions: Assumptions
) -> None:
    model = Model(facts, assumptions)
    table = kinds.by_zone(model, "qpv")
    skills = table[table["kind"] == "skills"].set_index("code")
    assert len(skills) == 22
    need = model.gaps("qpv").set_index("code")["need_persons"]
    assert np.allclose(skills["value"], need[skills.index])
    one = "QN09330M"
    blind = facts.qpv.assign(outline_known=facts.qpv["qpv"] != one)
    taken = facts.point_qpv[facts.point_qpv["qpv"] != one].reset_index(drop=True)
    less = kinds.by_zone(Model(replace(facts, qpv=blind, point_qpv=taken), assumptions), "qpv")
    assert not less.loc[less["code"] == one, "known"].any()
    others = less[(less["code"] != one) & (less["kind"] == "skills")]
    assert np.allclose(others["value"], skills.drop(one)["value"])


def test_the_parents_of_34_networks_are_those_of_the_territory(
    facts: Facts, assumptions: Assumptions
) -> None:
    network = kinds.rep_parents(facts.schools, assumptions, "network")
    whole = kinds.rep_parents(facts.schools, assumptions, "ept", ept=EPT)
    assert len(network) == 34
    assert whole["schools"].sum() == 259
    assert whole["pupils"].sum() == network["pupils"].sum() == 40_296
    assert whole["schools_uncounted"].sum() == 105
    assert {one.code for text in whole["why"] for one in remarks_of(text)} == {
        "studies.pupils_uncounted"
    }


@pytest.mark.parametrize(("cog", "communes"), [("cog_2024", 9), ("cog_2025", 8)])
def test_the_edition_says_that_languages_are_not_known(
    facts: Facts, cog: str, communes: int
) -> None:
    table = load_languages(DATA / "languages.toml")
    found = commune_languages.status(facts, table, cog)  # type: ignore[arg-type]  # parametrised
    assert len(found) == communes
    assert not found[["need_known", "iris_known", "offer_known"]].any(axis=None)
    assert found[["need_why", "need_file", "iris_file", "offer_why"]].notna().all(axis=None)
