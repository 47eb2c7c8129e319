"""The page of decisions: composed, undone, reopened from its link, with the model's own figures."""

from __future__ import annotations

import io
import shlex
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from screens import opened, spaced, told
from streamlit.testing.v1 import AppTest
from worlds import GRID, write_build

from observatory.app import cache
from observatory.app.decide import outcome_rows, siting_runs, siting_words
from observatory.app.pages import best_posts_part, scenario_cache
from observatory.cli import main
from observatory.model.scenario import Scenario
from observatory.model.scenario_changes import Open, Posts
from observatory.model.scenario_file import link, parse_link, write
from observatory.model.siting import Request, siting
from observatory.model.siting_request import OwnPoint
from observatory.tables.person_needs import EQUIPMENT
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
    assert spaced(number(best["gain_h_per_week"], words.lang, 1)) in told(screen)
    screen.button(key="decide_half").click().run()
    (change,) = parse_link(screen.query_params["scenario"]).changes
    found = Scenario(cache.model(edition), (change,)).comparison()
    totals = found.totals.iloc[0]
    assert totals["missing_h_per_week_change"] == pytest.approx(-best["gain_h_per_week"])
    said = outcome_rows.answer({**totals, "over_budget": None}, 15, words)
    assert spaced(said) in told(_sound(screen))


def test_a_change_is_composed_undone_and_cleared_from_the_list(edition: cache.Build) -> None:
    screen = _open(zone=IRIS)
    assert screen.selectbox(key="decide_where_open").value == f"iris:{IRIS}"
    screen.button(key="decide_add").click().run()
    once = screen.query_params["scenario"]
    assert once == link(_half_post(edition, f"iris:{IRIS}"))
    screen.selectbox(key="decide_where_open").set_value("opened:scenario-1")
    screen.selectbox(key="decide_posts").set_value(1.5)
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
    assert spaced(load_words("fr")("decide.figures")) in told(screen)
    screen.query_params["part"] = "zones"
    screen.run()
    table = scenario.comparison().table("iris")
    row = table.set_index("code").loc[IRIS]
    assert number(-row["missing_h_per_week_change"], "fr", 1) in told(screen)
    screen.query_params["norm"] = "2"
    screen.run()
    assert parse_link(screen.query_params["scenario"]).changes == scenario.changes
    assert screen.query_params["scenario"] != link(scenario)


def test_a_place_that_offers_equipment_is_counted_by_zone(edition: cache.Build) -> None:
    opened_there = _half_post(edition, f"iris:{IRIS}")
    scenario = opened_there.offer("scenario-1", services=[EQUIPMENT], languages=["ar"])
    screen = _sound(_open(scenario=link(scenario)))
    words = load_words("fr")
    assert spaced(words("decide.offers")) in told(screen)
    screen.query_params["part"] = "zones"
    screen.run()
    screen.segmented_control(key="decide_part").set_value("equipment").run()
    table = scenario.comparison(0).solidarity("commune").set_index("code")
    assert table.loc["93031", "equipment_near_persons_change"] > 0
    shown = number(table.loc["93031", "equipment_near_persons_after"], "fr")
    assert spaced(words("decide.equipment")) in told(_sound(screen))
    assert spaced(shown) in told(screen)


def test_under_a_share_nothing_is_decided_until_a_fixed_norm_is_taken(
    edition: cache.Build,
) -> None:
    screen = _sound(_open(norm="share"))
    assert spaced(load_words("fr")("decide.no_share")) in told(screen)
    assert not [button for button in screen.button if button.key == "decide_add"]
    screen.button(key="decide_france").click().run()
    assert screen.button(key="decide_add")


def test_a_change_that_cannot_be_made_is_said_and_changes_nothing(edition: cache.Build) -> None:
    screen = _open()
    screen.button(key="decide_add").click().run()
    assert [item.value for item in screen.error] == [load_words("fr")("decide.refused")]
    assert "scenario" not in screen.query_params


# ---- The best next posts ----------------------------------------------------------------------
def _searched(screen: AppTest, button: str) -> AppTest:
    """Press a button that begins a search, and wait for its end as the page would."""
    screen.button(key=button).click().run()
    for run in screen.session_state["decide_runs"].values():
        run.wait(60)
    return _sound(screen.run())


def test_the_best_posts_are_those_of_the_model_and_add_to_the_scenario(
    edition: cache.Build, capsys: pytest.CaptureFixture[str]
) -> None:
    screen = _searched(_open(part="posts"), "decide_search")
    found = siting(cache.model(edition), Request(posts=3.0))
    words = load_words("fr")
    assert spaced(siting_words.answer(found, words)) in told(screen)
    assert found.proved
    assert "c'est démontré" in told(screen)
    (command,) = (one.value for one in screen.code if "observatory siting" in one.value)
    assert main(shlex.split(command)[1:]) == 0
    printed = pd.read_csv(io.StringIO(capsys.readouterr().out))
    assert printed["place"].astype(str).tolist() == found.table["place"].tolist()
    assert printed["gain_h_per_week"].tolist() == pytest.approx(found.table["gain_h_per_week"])
    screen.button(key="decide_add_rank_1").click().run()
    assert screen.button(key="decide_add_rank_1").disabled
    screen.button(key="decide_add_all").click().run()
    changes = parse_link(screen.query_params["scenario"]).changes
    assert len(changes) == len(found.table)
    totals = Scenario(cache.model(edition), changes).comparison(0).totals.iloc[0]
    assert totals["missing_h_per_week_change"] == pytest.approx(-found.gain_h_per_week, abs=1e-3)


def test_the_curve_and_the_draws_come_when_they_are_asked_for(edition: cache.Build) -> None:
    screen = _open(part="posts")
    screen.selectbox(key="decide_count").set_value(1.0)
    screen = _searched(screen, "decide_search")
    assert not screen.get("vega_lite_chart")
    screen = _searched(screen, "decide_curve")
    assert len(screen.session_state["decide_runs"]["curve"].result) == 25
    screen = _searched(screen, "decide_draws")
    caption = load_words("fr")("decide.siting.drawn", draws=best_posts_part.DRAWS)
    assert spaced(caption) in told(screen)


def test_the_posts_replace_a_scenario_or_come_on_top_of_it(edition: cache.Build) -> None:
    screen = _open(scenario=link(_half_post(edition, f"iris:{IRIS}")), part="posts")
    screen.segmented_control(key="decide_start").set_value("scenario")
    screen.selectbox(key="decide_count").set_value(0.5)
    screen = _searched(screen, "decide_search")
    screen.button(key="decide_instead").click().run()
    assert len(parse_link(screen.query_params["scenario"]).changes) == 2
    # Its map is shown, and the fields hold what they held.
    assert "part" not in screen.query_params
    assert screen.button(key="decide_add")
    screen.query_params["part"] = "posts"
    screen.run()
    assert screen.selectbox(key="decide_count").value == 0.5
    assert screen.segmented_control(key="decide_start").value == "scenario"
    screen.segmented_control(key="decide_start").set_value("today")
    screen = _searched(screen, "decide_search")
    screen.button(key="decide_instead").click().run()
    (change,) = parse_link(screen.query_params["scenario"]).changes
    assert change == siting_words.change_of(
        scenario_cache.best_half(edition).iloc[0], scenario_cache.spots(edition)
    )


def test_a_search_shows_its_step_and_stops_when_it_is_asked_to(
    edition: cache.Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    going_on = threading.Event()

    def slow(*asked: Any, progress: Any, cancel: Any, **more: Any) -> Any:
        progress("swaps", 1.0, 2.0)
        going_on.wait(60)
        return siting(*asked, cancel=cancel, **more)

    monkeypatch.setattr(best_posts_part, "siting", slow)
    screen = _open(part="posts")
    screen.button(key="decide_search").click().run()
    words = load_words("fr")
    assert screen.button(key="decide_search").disabled
    (bar,) = screen.get("progress")
    assert bar.proto.text == words("decide.siting.step.swaps")
    screen.button(key="decide_cancel_places").click().run()
    going_on.set()
    for run in screen.session_state["decide_runs"].values():
        run.wait(60)
    _sound(screen.run())
    assert "Recherche arrêtée avant la fin" in told(screen)
    assert not screen.button(key="decide_search").disabled


def test_a_search_among_no_kind_of_place_is_refused_in_words(edition: cache.Build) -> None:
    screen = _open(part="posts")
    screen.multiselect(key="decide_kinds").set_value([])
    screen.button(key="decide_search").click().run()
    for run in screen.session_state["decide_runs"].values():
        run.wait(60)
    screen.run()
    assert not screen.exception
    assert [item.value for item in screen.error] == [load_words("fr")("decide.siting.refused")]


def test_posts_go_to_the_places_that_must_have_some_and_to_points_of_ones_own(
    edition: cache.Build,
) -> None:
    school = next(key for key in scenario_cache.spots(edition) if key.startswith("school:"))
    spot = scenario_cache.spots(edition)[f"iris:{IRIS}"]
    typed = f"{spot.lat:.4f}; {spot.lon:.4f}".replace(".", ",")
    screen = _open(part="posts")
    screen.multiselect(key="decide_own").set_value(["<b>Épinay", typed])
    screen.run()
    said = load_words("fr")("decide.siting.own_unread", text="<b>Épinay")
    assert spaced(said) in told(screen)
    assert screen.button(key="decide_search").disabled
    screen.multiselect(key="decide_own").set_value([typed])
    screen.multiselect(key="decide_kinds").set_value([])
    screen.run()
    screen.multiselect(key="decide_fixed").set_value([typed, school])
    _sound(screen.run())
    screen.selectbox(key=f"decide_least_{typed}").set_value(2.0)
    screen.button(key="decide_search").click().run()
    for run in screen.session_state["decide_runs"].values():
        run.wait(60)
    _sound(screen.run())
    (run,) = screen.session_state["decide_runs"].values()
    given = run.result.table.set_index("place")["posts"]
    code = school.removeprefix("school:")
    assert given["own-1"] >= 2.0
    assert given[code] >= 0.5
    assert given.sum() == 3.0
    own = OwnPoint(round(spot.lat, 4), round(spot.lon, 4), spot.called)
    asked = Request(posts=3.0, kinds=(), own=(own,), fixed={"own-1": 2.0, code: 0.5})
    best = siting(cache.model(edition), asked)
    assert run.result.gain == pytest.approx(best.gain)


def test_a_run_that_is_asked_to_stop_knows_it() -> None:
    def work(progress: Callable[..., None], cancel: Callable[[], bool]) -> str:
        progress("places", 1.0, 2.0)
        asked.wait(60)
        return "stopped" if cancel() else "done"

    asked = threading.Event()
    run = siting_runs.start("places", None, work)
    assert run.going
    run.cancel()
    asked.set()
    run.wait(60)
    assert (run.result, run.going, run.cancelled) == ("stopped", False, True)
    assert (run.step, run.part) == ("places", 0.4)


# ---- Kept, sent and opened again --------------------------------------------------------------
def test_scenarios_are_kept_for_the_visit_and_set_side_by_side(edition: cache.Build) -> None:
    screen = _open(zone=IRIS)
    screen.button(key="decide_add").click().run()
    screen.query_params["part"] = "keep"
    screen.run()
    screen.text_input(key="decide_name").set_value("Épinay <b>")
    screen.button(key="decide_save").click().run()
    once = screen.query_params["scenario"]
    del screen.query_params["part"]
    screen.run()
    screen.button(key="decide_add").click().run()
    screen.query_params["part"] = "keep"
    screen.run()
    assert spaced(load_words("fr")("decide.keep.beside")) in told(screen)
    assert "<b>" not in " ".join(str(one.proto.body) for one in screen.get("html"))
    screen.button(key="decide_take_0").click().run()
    assert screen.query_params["scenario"] == once
    screen.button(key="decide_forget_0").click().run()
    assert spaced(load_words("fr")("decide.keep.beside")) not in told(_sound(screen))


def test_the_file_of_the_page_is_opened_again_and_another_base_is_offered_not_taken(
    edition: cache.Build,
) -> None:
    scenario = _half_post(edition, f"iris:{IRIS}")
    text = write(scenario, cache.assumptions_file(edition))
    screen = _open(part="keep")
    screen.file_uploader(key="decide_file").upload("scenario.toml", text.encode(), "text/plain")
    screen.run()
    assert screen.query_params["scenario"] == link(scenario)
    other = text.replace(scenario.base.facts.edition, "2020-01-01-00000000")
    screen = _open(part="keep")
    screen.file_uploader(key="decide_file").upload("scenario.toml", other.encode(), "text/plain")
    screen.run()
    words = load_words("fr")
    assert [item.value for item in screen.warning] == [words("decide.keep.other_build")]
    assert "scenario" not in screen.query_params
    screen.button(key="decide_anyway").click().run()
    assert screen.query_params["scenario"] == link(scenario)
    assert not screen.warning


def test_a_file_made_under_other_assumptions_can_bring_them(edition: cache.Build) -> None:
    usual = cache.assumptions_file(edition)
    model = cache.model(edition).under(usual.changed({"gap.norm": "2", "walk.speed_kmh": 4.0}))
    scenario = Scenario(model, _half_post(edition, f"iris:{IRIS}").changes)
    screen = _open(part="keep")
    given = write(scenario, usual).encode()
    screen.file_uploader(key="decide_file").upload("scenario.toml", given, "text/plain")
    screen.run()
    words = load_words("fr")
    assert [item.value for item in screen.warning] == [words("decide.keep.other_assumptions")]
    screen.button(key="decide_own").click().run()
    assert screen.query_params["norm"] == "2"
    assert screen.query_params["scenario"] == link(scenario)


def test_a_file_that_is_no_scenario_is_said(edition: cache.Build) -> None:
    screen = _open(part="keep")
    screen.file_uploader(key="decide_file").upload("x.toml", b"[base", "text/plain")
    screen.run()
    assert [item.value for item in screen.error] == [load_words("fr")("decide.keep.spoilt")]
    screen = _open(scenario="no scenario")
    assert [item.value for item in screen.error] == [load_words("fr")("decide.keep.spoilt_link")]
    assert "scenario" not in screen.query_params


def test_the_link_of_another_build_is_offered_not_taken(edition: cache.Build) -> None:
    text = link(_half_post(edition, f"iris:{IRIS}"))
    head, _, rest = text.partition(",")
    screen = _open(scenario=f"{head},00000000{rest[8:]}")
    assert [item.value for item in screen.warning]
    assert "scenario" not in screen.query_params
    screen.button(key="decide_dismiss").click().run()
    assert not screen.warning


def test_two_visits_share_no_scenario(edition: cache.Build) -> None:
    first, second = _open(zone=IRIS), _open()
    first.button(key="decide_add").click().run()
    second.button(key="decide_half").click().run()
    assert first.run().query_params["scenario"] == link(_half_post(edition, f"iris:{IRIS}"))
    assert second.query_params["scenario"] != first.query_params["scenario"]
    assert not _sound(_open()).query_params.get("scenario")


def test_hostile_names_run_nothing_and_a_small_build_is_decided_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OBSERVATORY_BUILD", str(write_build(tmp_path / "build", world=GRID)))
    screen = _open(level="iris")
    assert not screen.exception
    screen.selectbox(key="decide_where_open").select_index(0)
    screen.button(key="decide_add").click().run()
    assert "scenario" in _sound(screen).query_params
    markup = " ".join(str(block.proto.body) for block in screen.get("html"))
    assert "<script>alert" not in markup
    assert "<img src=x" not in markup
