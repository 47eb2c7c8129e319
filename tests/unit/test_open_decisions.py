"""The decisions that move a commune: by hand on a tiny territory; those known on the edition."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import worlds

from observatory.errors import ChoiceError
from observatory.model import gap
from observatory.model.model import Model
from observatory.model.open_decisions import MOVED_H, decisions
from observatory.tables.decision_results import DECISIONS
from observatory.words.remark_words import say


@pytest.fixture(scope="module")
def edition(model: Model) -> pd.DataFrame:
    return decisions(model)


def test_a_post_over_its_commune_by_hand(model: Model) -> None:
    # 12 h at B reach A (100 people in need), B (200) and D (50): 3.4286 h for 100. Over Saint-Denis
    # (B and C, 300 people) they are 4 for 100. The EPT's post adds 2 for 100 everywhere inside.
    shared = model.assumptions.changed({"gap.norm": "share"})
    table = decisions(Model(worlds.facts(), shared)).set_index(["option", "commune"])
    row = table.loc[("over_commune", "93066")]
    assert row["reach_now"] == pytest.approx(200 * 0.054286 + 100 * 0.02, abs=1e-3)
    assert row["reach_other"] == pytest.approx(300 * (0.04 + 0.02), abs=1e-6)
    assert row["to_move_now"] == pytest.approx(2.571429, abs=1e-5)
    assert row["to_move_other"] == 0, "6 for 100 are above the norm of 4.57"
    # Pierrefitte loses 3.43 h: less than is shown.
    assert ("over_commune", "93059") not in table.index


def test_the_known_decisions_are_in_it(edition: pd.DataFrame) -> None:
    def moved(decision: str, option: str) -> dict[str, float]:
        rows = edition[(edition["decision"] == decision) & (edition["option"] == option)]
        return dict(zip(rows["commune"], rows["reach_change"], strict=True))

    # The two posts of the commune of Villetaneuse are counted at one place beside Épinay.
    villetaneuse = moved("counsellors:21930079500123-93430", "over_commune")
    assert villetaneuse["93079"] > 10
    assert villetaneuse["93031"] < -10
    # LEPOLES: four posts at one door of Pantin, which people of Aubervilliers walk to.
    assert moved("counsellors:88055488600015-93500", "over_commune")["93001"] < -30
    # The Point d'accueil of Saint-Denis has no post: one would change it, and so would the EPT's.
    assert moved("place:L4f9148392f59", "one_post")["93066"] > 10
    plaine = moved("counsellors:20005786700018-93210", "at_place:L4f9148392f59")
    assert plaine["93066"] > 10


def test_each_row_moves_its_commune_and_says_by_how_much(edition: pd.DataFrame) -> None:
    assert list(edition.columns) == DECISIONS.names
    change = edition[["reach_change", "missing_change"]].abs().max(axis=1)
    assert (change >= MOVED_H).all()
    for name in ("reach", "missing"):
        change = edition[f"{name}_other"] - edition[f"{name}_now"]
        assert np.allclose(change, edition[f"{name}_change"])
    assert edition["in_territory"].all()
    assert not edition["confirmed"].any()


def test_an_option_is_the_model_on_other_facts(model: Model, edition: pd.DataFrame) -> None:
    rows = edition[edition["decision"] == "counsellors:21930079500123-93430"]
    facts, supply = model.facts, model.facts.supply.copy()
    at = supply["supply"].str.startswith("counsellors:21930079500123")
    supply.loc[at, ["serves", "area"]] = ["commune", "93079"]
    other = Model(replace(facts, supply=supply), model.assumptions)
    people = model.need_persons
    access = np.add(*other.reached(people, other.help_hours))
    missing = pd.Series(gap.shortfall(people, access, model.measured.norm))
    by = missing.groupby(facts.points["commune"].to_numpy()).sum()
    told = rows.set_index("commune")["missing_other"]
    assert told.to_dict() == pytest.approx(by[told.index].to_dict(), abs=1e-9)


def test_the_sentences_are_whole_in_both_languages(edition: pd.DataFrame) -> None:
    for text in edition["why"].drop_duplicates():
        for lang in ("fr", "en"):
            said = say(text, lang)
            assert said.endswith("?")
            assert "{" not in said


def test_both_geographies_are_known(model: Model) -> None:
    since = decisions(model, cog="cog_2025")
    assert "93059" not in set(since["commune"])
    assert since.loc[since["commune"] == "93066", "commune_name"].unique().tolist() == [
        "Saint-Denis"
    ]


def test_walks_along_streets_to_other_places_are_not_known(model: Model) -> None:
    walked = pd.DataFrame({"point": ["A"], "supply": ["s1"], "metres": [10.0]})
    with pytest.raises(ChoiceError, match="without streets"):
        decisions(Model(worlds.facts(street_distances=walked), model.assumptions))


def test_the_communes_around_are_shown_when_asked_for(model: Model, edition: pd.DataFrame) -> None:
    whole = decisions(model, everywhere=True)
    inside = whole[whole["in_territory"]].reset_index(drop=True)
    pd.testing.assert_frame_equal(inside, edition)
    assert whole["in_territory"].is_monotonic_decreasing
    assert "93055" in set(whole["commune"])
