"""The page of decisions: composed, undone, reopened from its link, with the model's own figures."""

from __future__ import annotations

import pytest
from screens import opened, told
from streamlit.testing.v1 import AppTest

from observatory.app import cache
from observatory.app.decide import outcome_rows
from observatory.app.pages import scenario_cache
from observatory.model.scenario import Scenario
from observatory.model.scenario_changes import Open, Posts
from observatory.model.scenario_file import link, parse_link
from observatory.words.catalogue import LANGS, load_words
from observatory.words.numbers import number

#: The IRIS of Épinay-sur-Seine where most is missing.
IRIS = "930310104"


def _decider() -> None:
    from observatory.app.pages import decider

    decider.show()


def _open(**params: str) -> AppTest:
    return opened(_decider, **params)


def _sound(screen: AppTest) -> AppTest:
    assert not screen.exception
    assert [item.value for item in screen.error] == []
    return screen


def _half_post(build: cache.Build, place: str) -> Scenario:
    spot = scenario_cache.spots(build)[place]
    return Scenario(cache.model(build)).with_change(Open(spot.lat, spot.lon, 0.5, spot.called))


@pytest.mark.parametrize("lang", LANGS)
def test_it_opens_with_what_is_missing_and_the_best_half_post_is_a_click_away(
    edition: cache.Build, lang: str
) -> None:
    screen = _sound(_open(lang=lang))
    best = scenario_cache.best_half(edition).iloc[0]
    words = load_words(lang)  # type: ignore[arg-type]  # a language
    assert number(best["gain_h_per_week"], words.lang, 1) in told(screen)
    screen.button(key="decide_half").click().run()
    (change,) = parse_link(screen.query_params["scenario"]).changes
    found = Scenario(cache.model(edition), (change,)).comparison()
    totals = found.totals.iloc[0]
    assert totals["missing_h_per_week_change"] == pytest.approx(-best["gain_h_per_week"])
    said = outcome_rows.answer({**totals, "over_budget": None}, 15, words)
    assert said.replace("\u202f", " ") in told(_sound(screen))


def test_a_change_is_composed_undone_and_cleared_from_the_list(edition: cache.Build) -> None:
    screen = _open(zone=IRIS)
    assert screen.selectbox(key="decide_where_open").value == f"iris:{IRIS}"
    screen.button(key="decide_add").click().run()
    once = screen.query_params["scenario"]
    assert once == link(_half_post(edition, f"iris:{IRIS}"))
    screen.selectbox(key="decide_where_open").set_value("opened:scenario-1")
    screen.number_input(key="decide_posts").set_value(1.5)
    screen.button(key="decide_add").click().run()
    assert parse_link(screen.query_params["scenario"]).changes[1] == Posts("scenario-1", 1.5)
    screen.button(key="decide_undo").click().run()
    assert screen.query_params["scenario"] == once
    screen.button(key="decide_reset").click().run()
    assert "scenario" not in screen.query_params
    screen.button(key="decide_undo").click().run()
    screen.button(key="decide_remove_1").click().run()
    assert "scenario" not in _sound(screen).query_params


def test_the_link_reopens_the_same_scenario_and_follows_the_assumptions(
    edition: cache.Build,
) -> None:
    scenario = _half_post(edition, f"iris:{IRIS}")
    screen = _sound(_open(scenario=link(scenario), level="iris"))
    table = scenario.comparison().table("iris")
    row = table.set_index("code").loc[IRIS]
    assert number(-row["missing_h_per_week_change"], "fr", 1) in told(screen)
    screen.query_params["norm"] = "2"
    screen.run()
    assert parse_link(screen.query_params["scenario"]).changes == scenario.changes
    assert screen.query_params["scenario"] != link(scenario)


def test_under_a_share_nothing_is_decided_until_a_fixed_norm_is_taken(
    edition: cache.Build,
) -> None:
    screen = _sound(_open(norm="share"))
    assert load_words("fr")("decide.no_share") in told(screen)
    assert not [button for button in screen.button if button.key == "decide_add"]
    screen.button(key="decide_france").click().run()
    assert screen.button(key="decide_add")


def test_a_change_that_cannot_be_made_is_said_and_changes_nothing(edition: cache.Build) -> None:
    screen = _open()
    screen.button(key="decide_add").click().run()
    assert [item.value for item in screen.error] == [load_words("fr")("decide.refused")]
    assert "scenario" not in screen.query_params
