"""The search inside a town's own site: the same answers, little around them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from observatory import settings
from observatory.places.search import named
from observatory.words.catalogue import load_words


def _integrer() -> None:
    from observatory.app.pages import integrer

    integrer.show()


def _open(**params: str) -> AppTest:
    screen = AppTest.from_function(_integrer, default_timeout=120)
    for name, value in params.items():
        screen.query_params[name] = value
    return screen.run()


def _markup(screen: AppTest) -> str:
    return " ".join(str(block.proto.body) for block in screen.get("html"))


@pytest.fixture(autouse=True)
def _edition(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    if not (settings.load({}).edition / "manifest.json").exists():
        pytest.skip("did not run: the edition is not in data/edition (make it: observatory build)")
    monkeypatch.setenv("OBSERVATORY_BUILD", str(tmp_path / "none"))
    monkeypatch.setattr(named, "now", lambda: datetime(2026, 11, 23, 10))


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_it_shows_the_form_and_the_cards_without_menu_foot_or_ticks(lang: str) -> None:
    screen = _open(pres="Stains", besoin="caf", lang=lang)
    words = load_words(lang)  # type: ignore[arg-type]  # one of the two
    assert not screen.exception
    assert not screen.error
    assert screen.title[0].value == words("find.title")
    assert "France services de Stains" in _markup(screen)
    assert [box for box in screen.checkbox if str(box.key).startswith("find_tick_")] == []
    assert words("source.heading") not in [item.label for item in screen.expander]


def test_it_asks_where_from_and_names_the_whole_page() -> None:
    assert "part la personne, ou cliquez" in _markup(_open())
    shown = _markup(_open(pres="Stains", quand="saturday"))
    assert "observatoire, avec la carte et la fiche" in shown


def test_without_a_build_it_says_so_plainly(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "data" / "edition").mkdir(parents=True)
    monkeypatch.setenv("OBSERVATORY_DATA", str(tmp_path / "data"))
    screen = _open(pres="Stains")
    assert not screen.exception
    assert "observatory build" in screen.error[0].value
