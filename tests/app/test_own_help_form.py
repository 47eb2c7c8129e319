"""The form for a place or a post that no source knows, and the file that it makes."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from screens import opened
from streamlit.testing.v1 import AppTest
from worlds import tables, write_build

from observatory import settings
from observatory.app.own_lines import OwnLine, own_csv
from observatory.app.pages.own_help_form import LINES
from observatory.places.standard import Known, read_list, sort_lines
from observatory.words.catalogue import load_words

NAMES = {"93031": "Épinay-sur-Seine", "93066": "Saint-Denis"}
EMMAUS = OwnLine("Emmaüs Connect", "1 rue X", "93800", "93031", posts=1.0)


def _donnees() -> None:
    from observatory.app.pages import donnees

    donnees.show()


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> AppTest:
    monkeypatch.setenv("OBSERVATORY_BUILD", str(tmp_path / "none"))
    assert settings.load({}).edition.is_dir()
    return opened(_donnees, part="check")


def _markup(screen: AppTest) -> str:
    return " ".join(str(block.proto.body) for block in screen.get("html"))


def _fill(screen: AppTest, **values: str) -> None:
    for name, value in values.items():
        screen.text_input(key=f"own_{name}").set_value(value)


def test_a_place_with_a_post_becomes_a_line_of_the_file(screen: AppTest) -> None:
    _fill(screen, name="Emmaüs Connect", address="1 rue X", postcode="93800")
    screen.selectbox(key="own_commune").set_value("93031")
    screen.selectbox(key="own_posts").set_value(1.0)
    screen.button(key="own_add").click().run()
    assert not screen.exception
    assert not screen.error
    assert screen.session_state[LINES] == [EMMAUS]
    assert "Emmaüs Connect" in _markup(screen)
    # The same line sent twice stands once.
    screen.button(key="own_add").click().run()
    assert screen.session_state[LINES] == [EMMAUS]


def test_what_is_missing_is_said_and_nothing_is_added(screen: AppTest) -> None:
    words = load_words("fr")
    _fill(screen, name="Emmaüs Connect", postcode="938")
    screen.number_input(key="own_lat").set_value(48.95)
    screen.button(key="own_add").click().run()
    (error,) = (one.value for one in screen.error)
    for what in ("address", "postcode", "point", "help"):
        assert words(f"own.lacking.{what}") in error
    assert words("own.lacking.name") not in error
    assert screen.session_state[LINES] == []


def test_the_file_is_one_that_the_build_reads() -> None:
    located = OwnLine(
        "=Atelier", "2 rue Y", "93200", "93066", lat=48.9301, lon=2.3502, posts=0.5, hours=7
    )
    hours = OwnLine("Atelier", "3 rue Z", "93200", "93066", hours=10)
    sheet = read_list(own_csv([EMMAUS, located, hours], NAMES, date(2026, 11, 27)))
    intake = sort_lines(sheet, communes=Known(NAMES), today=date(2026, 11, 27))
    assert intake.aside == []
    assert intake.unknown == ()
    assert [row["nom"] for row in intake.good] == ["Emmaüs Connect", "=Atelier", "Atelier"]
    assert (intake.good[1]["latitude"], intake.good[1]["longitude"]) == (48.9301, 2.3502)
    assert len({row["id"] for row in intake.good}) == 3
    # Where both are given the posts count, and the hours are left out.
    assert [dict(sheet.help[line]) for line in intake.lines] == [
        {"posts": "1"},
        {"posts": "0.5"},
        {"open_h_per_week": "10"},
    ]


def _carte() -> None:
    from observatory.app.pages import carte

    carte.show()


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_figures_with_ones_own_help_say_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, lang: str
) -> None:
    supply = tables()["supply"]
    own = {"programme": "own", "decided_by": "own"}
    first = supply.index == 0
    changed = supply.assign(**{name: supply[name].mask(first, to) for name, to in own.items()})
    monkeypatch.setenv("OBSERVATORY_BUILD", str(write_build(tmp_path, {"supply": changed})))
    page = AppTest.from_function(_carte, default_timeout=120)
    page.query_params["lang"] = lang
    page.run()
    assert not page.exception
    assert 'data-own="1"' in _markup(page)


def test_the_edition_counts_no_help_of_ones_own(screen: AppTest) -> None:
    page = AppTest.from_function(_carte, default_timeout=120).run()
    assert not page.exception
    assert "data-own" not in _markup(page)
