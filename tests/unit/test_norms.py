"""The norms: one question each; those of the country agree with the files of the country."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import worlds

from observatory import settings
from observatory.build.national import build_national
from observatory.errors import ChoiceError
from observatory.model import norms
from observatory.model.assumptions_file import load_assumptions
from observatory.model.model import Model
from observatory.model.scenario import Scenario
from observatory.model.siting import siting

ASSUMPTIONS = load_assumptions(settings.load({}).assumptions)
HERE = settings.load({})


def test_a_name_a_number_or_an_earlier_name() -> None:
    assert norms.norm_of("france") == "france"
    assert norms.norm_of("ept") == "share"
    assert norms.norm_of("2,5") == "number"
    with pytest.raises(ChoiceError, match="france, promise, service"):
        norms.norm_of("regional")


def test_the_country_of_the_made_world_by_hand() -> None:
    # 0.2 posts x 21 + 5 h x 0.8 + 1 aidant x 2 = 10.2 h for 1 000 x 16.524 % people.
    model = Model(worlds.facts(), ASSUMPTIONS)
    assert model.norm_name == "france"
    people = 1000 * norms.margins(ASSUMPTIONS).rate
    assert model.norm == pytest.approx(100 * 10.2 / people)


def test_the_promise_is_spread_over_the_departement() -> None:
    # 2 posts x 21 h for the 450 people in need of the 93, those outside the EPT too.
    model = Model(worlds.facts(), ASSUMPTIONS.changed({"gap.norm": "promise"}))
    assert model.norm == pytest.approx(100 * 42 / 450)


def test_a_departement_without_a_promise_is_refused() -> None:
    facts = worlds.facts()
    known = facts.national[facts.national["item"] != "promised_posts"]
    model = Model(worlds.facts(national=known), ASSUMPTIONS.changed({"gap.norm": "promise"}))
    with pytest.raises(ChoiceError, match="no promised_posts of 93"):
        _ = model.norm


def test_an_error_in_a_share_moves_both_sides() -> None:
    half = {"capacity.counsellor.public_share": 0.3, "capacity.france_services.agents": 1.0}
    half |= {"capacity.aidant.h_per_week": 1.0}
    before = Model(worlds.facts(), ASSUMPTIONS)
    after = Model(worlds.facts(), ASSUMPTIONS.changed(half))
    assert after.norm == pytest.approx(before.norm / 2)
    assert after.help_hours.sum() == pytest.approx(before.help_hours.sum() / 2)
    np.testing.assert_allclose(after.missing_at, before.missing_at / 2)


@pytest.mark.parametrize("norm", norms.SHARES)
def test_nothing_that_needs_a_norm_at_rest_takes_a_share(norm: str) -> None:
    model = Model(worlds.facts(), ASSUMPTIONS.changed({"gap.norm": norm}))
    with pytest.raises(ChoiceError, match="to move, not missing"):
        siting(model, 1)
    with pytest.raises(ChoiceError, match="to move, not missing"):
        _ = Scenario(model).model


def test_the_totals_are_read_with_their_age() -> None:
    table = build_national(HERE.data, "93", "2026-11-22").set_index("item")
    assert table.loc["counsellor_posts", "quantity"] == 3925
    assert table.loc["counsellor_posts", "age_months"] == pytest.approx(43.6, abs=0.1)
    assert table["source"].str.len().gt(10).all()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[a]\nitem = 'aidants'\n", "quantity"),
        (
            "[a]\nitem='x'\narea='FR'\nquantity=1\nunit='u'\nas_of='2024-01-01'\n"
            "source='s'\nurl='u'\n",
            "counsellor_posts",
        ),
    ],
)
def test_a_total_that_cannot_be_used_is_refused(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "national.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(ChoiceError, match=words):
        build_national(tmp_path, "93", "2026-11-22")


@pytest.mark.real_files
def test_the_totals_are_those_of_the_files_of_the_country(source_folder: Path) -> None:
    country = source_folder / "national"
    table = build_national(HERE.data, "93", "2026-11-22").set_index("item")["quantity"]
    hosts = pd.read_csv(country / "capacity" / "20230405-3925-cnfs.csv", sep=";", dtype="str")
    posts = hosts["Nombre de conseillers validés par le COSELEC"].astype(int)
    assert posts.sum() == table["counsellor_posts"]
    aidants = pd.read_csv(
        country / "sites" / "aidants-connect_structures_2024-02.csv", encoding="utf-8-sig"
    )
    count = aidants["Nombre d'aidants"]
    assert count.sum() == table["aidants"]
    service = aidants["France Services Label"].astype("str").str.lower() == "true"
    assert count[service].sum() == table["aidants_in_france_services"]
