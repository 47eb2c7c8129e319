"""The page of an IRIS or a QPV, and why a zone is short of help."""

from __future__ import annotations

import pytest
from screens import opened, spaced, told
from streamlit.testing.v1 import AppTest

from observatory.app import cache
from observatory.app.pages.territory_sheet_button import maker
from observatory.app.selection import Selection
from observatory.app.study.why_words import why_rows, why_sentences
from observatory.model.scenario import Scenario
from observatory.model.why import why
from observatory.words.catalogue import load_words
from observatory.words.numbers import signed


def _fiche() -> None:
    from observatory.app.pages import fiche

    fiche.show()


def _open(**params: str) -> AppTest:
    return opened(_fiche, **params)


@pytest.mark.parametrize(
    ("level", "code", "lang"),
    [("commune", "93031", "en"), ("iris", "930310101", "fr"), ("qpv", "QN09329M", "en")],
)
def test_each_zone_says_why_it_is_short(
    edition: cache.Build, level: str, code: str, lang: str
) -> None:
    screen = _open(zone=code, lang=lang, part="why")
    assert not screen.exception
    assert not screen.error
    table = why(cache.model(edition), level=level, zone=code, draws=0)  # type: ignore[arg-type]  # a level
    words = load_words(lang)  # type: ignore[arg-type]  # a language
    for sentence in why_sentences(table, "Plaine Commune", words):
        assert spaced(sentence) in told(screen)
    assert words("why.heading") in [item.value for item in screen.header]


def test_under_a_share_no_reason_is_given(edition: cache.Build) -> None:
    screen = _open(zone="QN09329M", norm="share", part="why")
    assert not screen.exception
    assert load_words("fr")("why.heading") not in [item.value for item in screen.header]
    blocks = [str(block.proto.body) for block in screen.get("html")]
    (answer,) = (text for text in blocks if text.startswith('<p class="obs-answer" data-zone='))
    assert "seraient à répartir" in answer
    assert "manqu" not in answer


def test_a_quarter_is_chosen_within_its_commune_and_left_with_it(edition: cache.Build) -> None:
    screen = _open(commune="93031")
    (box,) = (one for one in screen.selectbox if one.key == "sheet_zone")
    assert any("Orgemont" in label for label in box.options)
    assert not any("Stains" in label for label in box.options)
    box.set_value("QN09330M").run()
    assert screen.query_params["zone"] == "QN09330M"
    assert "Orgemont" in screen.title[0].value
    (box,) = (one for one in screen.selectbox if one.key == "sheet_zone")
    box.set_value(None).run()
    assert "zone" not in screen.query_params
    assert screen.title[0].value.startswith("Épinay-sur-Seine")


def test_a_part_that_rounds_to_nothing_has_no_sign(edition: cache.Build) -> None:
    table = why(cache.model(edition), zone="93031", draws=0)
    _, rows = why_rows(table, load_words("fr"))
    assert [row[1] for row in rows if row[0] == "les diplômes"] == ["0,00"]
    assert rows[5][1].startswith("+0,28")


def test_the_parts_get_their_intervals_when_asked(edition: cache.Build) -> None:
    screen = _open(zone="QN09329M", lang="en", part="why")
    column, key = load_words("en")("why.column.interval"), "why_intervals"
    assert column not in told(screen)
    (toggle,) = (one for one in screen.toggle if one.key == key)
    toggle.set_value(True).run()
    assert not screen.exception
    assert column in told(screen)
    table = why(cache.model(edition), level="qpv", zone="QN09329M")
    _, rows = why_rows(table, load_words("en"))
    assert all(row[2] in told(screen) for row in rows)
    assert " to +" in rows[5][2]


def test_the_sheet_of_a_zone_says_what_a_scenario_would_change(edition: cache.Build) -> None:
    model = cache.model(edition)
    plan = Scenario(model).open(lat=48.9547, lon=2.3135, posts=0.5)
    shown = Selection(lang="en")
    made = maker(edition, shown, "93031", "https://a.fr", plan, "Half a post")
    page = made("html")
    change = plan.compare("commune").set_index("code").loc["93031", "missing_h_per_week_change"]
    assert "Half a post" in page.decode()
    assert signed(change, "en", 1) in page.decode()
    assert made("pdf").startswith(b"%PDF")
    without = maker(edition, shown, "93031", "")("html").decode()
    assert load_words("en", "territory")("scenario.title") not in without
