"""The page "Trouver un lieu" as a counsellor opens it: the flow, the URL, what is never kept."""

from __future__ import annotations

import io
import json
import logging
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from observatory import settings
from observatory.app import cache
from observatory.places.geocoder import Address, GeocoderError
from observatory.places.search import named
from observatory.words.catalogue import load_words

FRENCH = load_words("fr")
MONDAY = datetime(2026, 11, 23, 10, 0)
TYPED = "12 rue Secrète, Stains"


def _trouver() -> None:
    from observatory.app.pages import trouver

    trouver.show()


def _open(**params: str) -> AppTest:
    screen = AppTest.from_function(_trouver, default_timeout=120)
    for name, value in params.items():
        screen.query_params[name] = value
    return screen.run()


def markup(screen: AppTest) -> str:
    return " ".join(str(block.proto.body) for block in screen.get("html"))


def typed(screen: AppTest, text: str) -> AppTest:
    return screen.text_input(key="find_where").set_value(text).run()


def params(screen: AppTest) -> dict[str, str]:
    return {name: str(value) for name, value in dict(screen.query_params).items()}


@pytest.fixture(autouse=True)
def _edition(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    if not (settings.load({}).edition / "manifest.json").exists():
        pytest.skip("did not run: the edition is not in data/edition (make it: observatory build)")
    monkeypatch.setenv("OBSERVATORY_BUILD", str(tmp_path / "none"))
    monkeypatch.setattr(named, "now", lambda: MONDAY)


class Service:
    """Stands for the IGN's service."""

    host = "data.geopf.fr"

    def __init__(self, *answers: Any) -> None:
        self.answers, self.asked = list(answers), list[str]()

    def search(self, text: str, near: tuple[float, float] | None = None) -> tuple[Address, ...]:
        self.asked.append(text)
        given = self.answers.pop(0)
        if isinstance(given, GeocoderError):
            raise given
        return tuple(given)


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Service:
    made = Service()
    monkeypatch.setattr(cache, "geocoder", lambda: made)
    return made


def test_the_page_opens_with_the_places_on_the_map_and_asks_where_from() -> None:
    screen = _open()
    assert not screen.exception
    assert not screen.error
    assert screen.title[0].value == FRENCH("find.title")
    assert "gardé sur la personne" in markup(screen)
    assert "<article" not in markup(screen)


def test_a_place_need_and_moment_give_the_nearest_places_and_a_link() -> None:
    screen = typed(_open(), "stains")
    screen.multiselect(key="find_needs").set_value(["caf"]).run()
    shown = markup(screen)
    assert "Depuis Stains (commune)." in shown
    assert shown.index("Conseil Cinq sur Cinq") < shown.index("France services de Stains")
    assert "tel:+33148224795" in shown
    assert params(screen) == {"pres": "Stains", "besoin": "caf"}
    again = _open(**params(screen))
    assert "Depuis Stains (commune)." in markup(again)
    assert again.multiselect(key="find_needs").value == ["caf"]


def test_words_of_a_person_become_needs_and_others_are_said() -> None:
    screen = typed(_open(), "Stains")
    screen.multiselect(key="find_needs").set_value(["carte sim pas chère", "zzz"]).run()
    assert screen.multiselect(key="find_needs").value == ["materiel"]
    assert "«\u00a0zzz\u00a0»" in markup(screen)
    assert params(screen)["besoin"] == "materiel"


def test_a_typed_address_stays_out_of_the_url_the_log_and_the_link(
    service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG, logger="observatory"):
        screen = typed(_open(), TYPED)
    assert service.asked == []
    assert params(screen) == {"pres": "Stains"}
    assert "adresse non trouvée sans réseau\u00a0: centre d" in markup(screen)
    assert "Secr" not in caplog.text
    assert all("Secr" not in block.value for block in screen.code)


def test_the_address_goes_to_the_ign_on_a_click_that_says_so_and_only_then(
    service: Service,
) -> None:
    service.answers = [[Address("12 Rue Secrète 93240 Stains", "housenumber", 2.3812, 48.95, 0.9)]]
    screen = typed(_open(), TYPED)
    button = screen.button(key="find_ign")
    assert "data.geopf.fr" in button.label
    button.click().run()
    assert service.asked == [TYPED]
    assert "Depuis 12 Rue Secrète 93240 Stains" in markup(screen)
    assert params(screen) == {"pres": "Stains"}
    assert all("Secr" not in block.value for block in screen.code)


@pytest.mark.parametrize("reason", ["offline", "busy", "broken", "unreadable"])
def test_an_ign_that_fails_says_so_in_french_and_the_best_known_name_serves(
    service: Service, reason: Any
) -> None:
    service.answers = [GeocoderError("data.geopf.fr", reason, "x")]
    screen = typed(_open(), TYPED)
    screen.button(key="find_ign").click().run()
    assert not screen.exception
    assert FRENCH(f"find.ign_{reason}").split("'")[0] in markup(screen)
    assert "Depuis Stains (commune)." in markup(screen)
    assert "<article" in markup(screen)


def test_an_address_that_the_ign_does_not_know_is_said(service: Service) -> None:
    service.answers = [[]]
    screen = typed(_open(), TYPED)
    screen.button(key="find_ign").click().run()
    assert "ne connaît pas cette adresse" in markup(screen)


def test_an_ambiguous_name_offers_its_places_and_takes_the_one_chosen() -> None:
    screen = typed(_open(), "Clos Saint-Lazare")
    choice = screen.selectbox(key="find_choice")
    assert len(choice.options) >= 2
    before = params(screen)["pres"]
    assert before == "Clos Saint-Lazare 1, Stains"
    choice.select_index(1).run()
    assert params(screen)["pres"] != before


def test_a_name_that_is_nothing_says_names_that_exist(service: Service) -> None:
    screen = typed(_open(), "xyzzy <b>")
    shown = markup(screen)
    assert "Aucun nom connu ne ressemble" in shown
    assert "xyzzy &lt;b&gt;" in shown
    assert "<article" not in shown
    assert params(screen) == {}


@pytest.mark.parametrize("point", [
    {"lat": 48.9561, "lon": 2.3811, "kind": "position"}, {"lat": 48.95, "lon": 2.38, "kind": "map"},
])  # fmt: skip
def test_a_position_serves_the_search_and_only_its_commune_is_in_the_url(point: Any) -> None:
    def page() -> None:
        import streamlit as st

        from observatory.app import cache
        from observatory.app.pages import searching
        from observatory.app.pages.shell import Screen
        from observatory.app.selection import Selection
        from observatory.words.catalogue import load_words

        screen = Screen(cache.current(), Selection(), load_words("fr"))
        searching.take_point(screen, st.session_state["point"])

    screen = AppTest.from_function(page, default_timeout=60)
    screen.session_state["point"] = point
    screen.run()
    assert not screen.exception
    assert params(screen) == {"pres": "Stains"}
    assert screen.session_state["find_start"].lat == point["lat"]


@pytest.mark.parametrize(
    "point",
    [None, {}, {"kind": "map"}, {"kind": "map", "lat": "x", "lon": 2}, [1],
     {"kind": "map", "lat": float("nan"), "lon": 2.0}, {"kind": "evil", "lat": 48.9, "lon": 2.3},
     {"kind": "map", "lat": 900, "lon": 2}],
)  # fmt: skip
def test_anything_else_from_the_browser_is_left_out(point: Any) -> None:
    from observatory.app.pages import searching

    screen: Any = None  # never reached: what is wrong is refused before the screen is needed
    searching.take_point(screen, point)


def test_a_sunday_evening_says_so_and_shows_tomorrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(named, "now", lambda: datetime(2026, 11, 22, 10))
    shown = markup(_open(pres="Stains", besoin="caf", quand="evening"))
    assert "Aucun lieu connu pour être ouvert ce soir" in shown
    assert "Les plus proches ouverts demain" in shown
    assert shown.index("ouverts demain") < shown.index("France services de Stains")


def test_nothing_at_all_says_what_to_do() -> None:
    shown = markup(_open(pres="Stains", besoin="materiel", quand="any"))
    assert "Aucun lieu ne répond à tous ces critères" in shown or "<article" in shown


def test_ticked_places_make_a_sheet_in_the_language_chosen() -> None:
    screen = _open(pres="Stains", besoin="caf")
    assert not screen.get("download_button") or "find_pdf" not in str(screen.get("download_button"))
    ticks = [box for box in screen.checkbox if str(box.key).startswith("find_tick_")]
    ticks[0].check().run()
    assert "1 lieu sur la fiche" in markup(screen)
    for place in range(1, 4):
        ticks = [box for box in screen.checkbox if str(box.key).startswith("find_tick_")]
        ticks[place].check().run()
    ticks = [box for box in screen.checkbox if str(box.key).startswith("find_tick_")]
    assert [box.disabled for box in ticks[:5]] == [False] * 4 + [True]
    assert "La fiche est pleine" in markup(screen)
    screen.toggle(key="find_view").set_value(True).run()
    assert not screen.exception


def test_a_place_stays_on_the_sheet_while_another_need_is_looked_for() -> None:
    screen = _open(pres="Stains", besoin="caf")
    first = next(box for box in screen.checkbox if str(box.key).startswith("find_tick_"))
    first.check().run()
    screen.multiselect(key="find_needs").set_value(["culture"]).run()
    assert "1 lieu sur la fiche" in markup(screen)
    second = next(
        box for box in screen.checkbox
        if str(box.key).startswith("find_tick_") and not box.value and box.key != first.key
    )  # fmt: skip
    second.check().run()
    assert "2 lieux sur la fiche" in markup(screen)
    screen.button(key="find_empty").click().run()
    assert "sur la fiche." not in markup(screen)
    second = next(box for box in screen.checkbox if box.key == second.key)
    second.check().run()
    typed(screen, "Drancy")
    assert "sur la fiche." not in markup(screen)


def test_the_ticks_and_the_language_are_not_in_the_url() -> None:
    screen = _open(pres="Stains")
    ticks = [box for box in screen.checkbox if str(box.key).startswith("find_tick_")]
    ticks[0].check().run()
    assert params(screen) == {"pres": "Stains"}


def test_more_places_are_shown_on_demand() -> None:
    screen = _open(pres="Stains", besoin="caf")
    before = markup(screen).count("obs-mark")
    screen.button(key="find_more").click().run()
    assert markup(screen).count("obs-mark") == before + 8


def test_a_url_of_rubbish_is_said_and_the_page_opens() -> None:
    screen = _open(pres="<script>alert(1)</script>", besoin="zzz", quand="never", gratuit="2")
    assert not screen.exception
    shown = markup(screen)
    assert "<script>" not in shown
    assert shown.count('role="alert"') == 4


def test_the_link_and_the_code_to_embed_hold_the_search() -> None:
    screen = _open(pres="Stains", besoin="caf", langues="ar")
    link, code = (block.value for block in screen.code)
    assert link.endswith("/trouver?pres=Stains&besoin=caf&langues=ar")
    assert code.startswith("<iframe ")
    assert "embed=true" in code


def test_english_says_the_same() -> None:
    screen = _open(pres="Stains", besoin="caf", lang="en")
    assert screen.title[0].value == "Find a place of digital help"
    assert "min on foot" in markup(screen)


def test_the_files_of_the_results_are_those_of_the_screen() -> None:
    from observatory.app.find.answer import answer
    from observatory.app.find.find_state import Search, Start
    from observatory.app.find.found_sheet import results_file

    build = cache.current()
    start = Start(2.38, 48.955, "Stains", "commune", "Stains")
    known = cache.assumptions(build)
    found = answer(cache.places(build), start, Search(needs=("caf",)), MONDAY, known, 8)
    data = results_file(found.rows, cache.facts(build).sites, "geojson")
    names = [f["properties"]["name"] for f in json.load(io.BytesIO(data))["features"]]
    assert names == found.rows["name"].tolist()


def test_a_street_said_after_its_commune_starts_from_the_commune_and_says_so() -> None:
    screen = typed(_open(), "Stains, avenue Paul Vaillant-Couturier")
    assert not screen.exception
    assert params(screen)["pres"] == "Stains"
    assert "adresse non trouvée sans réseau\u00a0: centre de Stains" in markup(screen)
    assert "find_ign" in [button.key for button in screen.button]
    english = typed(_open(lang="en"), "Stains, avenue Paul Vaillant-Couturier")
    assert "address not found without a network: centre of Stains" in markup(english)


def test_each_card_says_what_answers_the_need() -> None:
    shown = markup(_open(pres="Stains", besoin="caf"))
    assert shown.count("obs-why") >= shown.count("<article") > 0
    assert "obs-why" not in markup(_open(pres="Stains"))
