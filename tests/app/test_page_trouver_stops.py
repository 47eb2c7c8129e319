"""The page "Trouver un lieu" on a build that holds transit stops, and on one that does not."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from screens import spaced
from streamlit.testing.v1 import AppTest
from worlds import GRID, X0, Y0, stops, write_build

from observatory.app import cache
from observatory.app.pages import searching
from observatory.places.search import named

MONDAY = datetime(2026, 11, 23, 10, 0)
#: The place with a point stands at 1500, 500 from the corner of the territory.
ROWS = (
    ("Saint-Denis", "rail", X0 + 1_900.0, Y0 + 100.0),
    ("Basilique de Saint-Denis", "metro", X0 + 1_500.0, Y0 + 740.0),
    ("<b>Cosmonautes</b>", "bus", X0 + 3_500.0, Y0 + 500.0),
)


def _trouver() -> None:
    from observatory.app.pages import trouver

    trouver.show()


def _integrer() -> None:
    from observatory.app.pages import integrer

    integrer.show()


def markup(screen: AppTest) -> str:
    return " ".join(str(block.proto.body) for block in screen.get("html"))


def opened(page: object, **params: str) -> AppTest:
    screen = AppTest.from_function(page, default_timeout=120)  # type: ignore[arg-type]  # a page
    for name, value in params.items():
        screen.query_params[name] = value
    screen.run()
    assert not screen.exception
    return screen


@pytest.fixture
def build(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Write the made-up territory as the build in use, and stop the clock."""
    folder = write_build(tmp_path / "build", world=GRID)
    monkeypatch.setenv("OBSERVATORY_BUILD", str(folder))
    monkeypatch.setattr(named, "now", lambda: MONDAY)
    return folder


@pytest.fixture
def with_stops(build: Path) -> Path:
    return write_build(build, world=GRID, stops=stops(ROWS))


@pytest.mark.usefixtures("with_stops")
@pytest.mark.parametrize("page", [_trouver, _integrer])
@pytest.mark.parametrize(
    ("lang", "line"),
    [
        ("fr", "Basilique de Saint-Denis (métro, 5 min à pied, 240 m à vol d"),
        ("en", "Basilique de Saint-Denis (metro, 5 min on foot, 240 m as the crow flies)"),
    ],
)
def test_the_card_says_the_nearest_stop(page: object, lang: str, line: str) -> None:
    shown = markup(opened(page, pres="Saint-Denis", lang=lang))
    # The place known by its address only has none.
    assert shown.count("<article") == 2
    assert spaced(shown).count(line) == 1


@pytest.mark.usefixtures("build")
@pytest.mark.parametrize("page", [_trouver, _integrer])
def test_without_stops_the_page_says_nothing_of_them(page: object) -> None:
    shown = markup(opened(page, pres="Saint-Denis"))
    assert shown.count("<article") == 2
    assert "rrêt le plus proche" not in shown
    assert cache.stops(cache.current()) is None


@pytest.mark.usefixtures("with_stops")
def test_a_station_is_a_start_that_the_link_keeps() -> None:
    screen = opened(_trouver)
    screen.text_input(key=searching.WHERE).set_value("gare de saint denis").run()
    assert "Depuis Gare Saint-Denis (gare ou station)." in markup(screen)
    assert screen.query_params["pres"] in ("Gare Saint-Denis", ["Gare Saint-Denis"])
    again = opened(_trouver, pres="Gare Saint-Denis")
    assert "Depuis Gare Saint-Denis (gare ou station)." in markup(again)


@pytest.mark.usefixtures("with_stops")
def test_the_sheet_has_the_stop_and_credits_who_tells_it() -> None:
    screen = opened(_trouver, pres="Saint-Denis")
    screen.checkbox(key="find_tick_site-1").check().run()
    screen.toggle(key="find_view").set_value(True).run()
    (sheet,) = (
        frame.proto.srcdoc
        for frame in screen.get("iframe")
        if "Comment venir" in frame.proto.srcdoc
    )
    assert (
        "Arrêt le plus proche (métro, à environ 240 m, 5 min à pied) : Basilique de Saint-Denis"
        in spaced(sheet)
    )
    assert "Île-de-France Mobilités" in sheet


def test_stops_built_meanwhile_are_seen_without_a_restart(build: Path) -> None:
    assert "rrêt le plus proche" not in markup(opened(_trouver, pres="Saint-Denis"))
    write_build(build, world=GRID, stops=stops(ROWS))
    assert "rrêt le plus proche" in markup(opened(_trouver, pres="Saint-Denis"))
