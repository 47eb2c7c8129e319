"""The desk: a doubtful name is asked about, one's own list, what is learnt of a place."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from observatory.places.feedback import read_notes
from observatory.places.search import named
from observatory.words.catalogue import load_words
from observatory.words.place_names import place_of

FRENCH = load_words("fr")
PLACED = load_words("fr", place=place_of("93"))


def _trouver() -> None:
    from observatory.app.pages import trouver

    trouver.show()


def _donnees() -> None:
    from observatory.app.pages import donnees

    donnees.show()


def markup(screen: AppTest) -> str:
    return " ".join(str(block.proto.body) for block in screen.get("html"))


@pytest.fixture(autouse=True)
def _edition(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("OBSERVATORY_BUILD", str(tmp_path / "none"))
    monkeypatch.setattr(named, "now", lambda: datetime(2026, 11, 23, 10, 0))


def _open(**params: str) -> AppTest:
    screen = AppTest.from_function(_trouver, default_timeout=120)
    for name, value in params.items():
        screen.query_params[name] = value
    return screen.run()


def test_a_doubtful_name_starts_nowhere_before_the_answer() -> None:
    screen = _open()
    screen.text_input(key="find_where").set_value("collège Pablo Neruda").run()
    assert "<article" not in markup(screen)
    assert "pres" not in screen.query_params
    question = screen.pills(key="find_which")
    (stains,) = [n for n, label in enumerate(question.options) if "Stains" in label]
    question.set_value(stains).run()
    assert "Depuis Pablo Neruda, Stains (école)." in markup(screen)
    assert "<article" in markup(screen)


def test_the_list_is_in_the_link_and_filters_that_no_place_fills_are_grey() -> None:
    screen = _open(pres="Stains", langues="ar", lent="oui", rdv="without")
    shown = markup(screen)
    assert "Temps de marche à 3\u00a0km/h." in shown
    assert shown.count("langues parlées\u00a0: non précisé") == 1
    assert "France services de Stains - APCIS" in shown
    assert "<dt>Rendez-vous</dt><dd>Sans rendez-vous</dd>" in shown
    assert screen.multiselect(key="find_appointments").value == ["without"]
    assert screen.multiselect(key="find_audiences").disabled
    assert not screen.multiselect(key="find_coming").disabled
    keep = next(one for one in screen.button if str(one.key).startswith("find_keep_"))
    keep.click().run()
    site = str(keep.key).removeprefix("find_keep_")
    assert screen.query_params["liste"] == site
    screen.button(key=f"find_drop_{site}").click().run()
    assert "liste" not in screen.query_params


def test_what_is_learnt_of_a_place_is_noted_counted_and_exported(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    bare = _open(pres="Stains")
    assert not [one for one in bare.button if str(one.key).startswith("feedback_")]
    path = tmp_path / "notes.jsonl"
    monkeypatch.setenv("OBSERVATORY_FEEDBACK", str(path))
    screen = _open(pres="Stains")
    confirm = next(one for one in screen.button if str(one.key).startswith("feedback_ok_"))
    confirm.click().run()
    (note,) = read_notes(path)
    assert (note.site, note.day) == (str(confirm.key).removeprefix("feedback_ok_"), "2026-11-23")
    assert "Information confirmée en novembre 2026" in markup(screen)
    quality = AppTest.from_function(_donnees, default_timeout=120).run()
    assert not quality.exception
    labels = [one.proto.label for one in quality.get("download_button")]
    assert PLACED("find.feedback.export", count=1) in labels
