"""The page on public programmes: its answer, its choices in the URL, one's own rows, the offer."""

from __future__ import annotations

from html import unescape
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import observatory
from observatory.app.pages.own_programmes_form import MOST, ROWS
from observatory.words.catalogue import load_words

WORDS = load_words("fr")
HOSTILE = "<script>alert(1)</script> =cmd"


def _programmes() -> None:
    from observatory.app.pages import programmes

    programmes.show()


@pytest.fixture(autouse=True)
def _edition(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("OBSERVATORY_BUILD", str(tmp_path / "none"))


def _open(**params: str) -> AppTest:
    screen = AppTest.from_function(_programmes, default_timeout=120)
    for name, value in params.items():
        screen.query_params[name] = value
    screen.run()
    assert not screen.exception
    assert not screen.error
    return screen


def _markup(screen: AppTest) -> str:
    return " ".join(str(block.proto.body) for block in screen.get("html"))


def _plain(text: str) -> str:
    """Return markup as it reads: entities and narrow spaces made plain."""
    return unescape(text).replace("\u202f", " ").replace("\xa0", " ")


def test_the_page_opens_with_its_answer() -> None:
    text = _plain(_markup(_open()))
    assert "Au moins 2 100 000 € et 80 postes annoncés" in text
    assert "compte 84 postes, dont 15 dans le territoire" in text
    # The sums that do not add up, and how far they are off.
    text = _plain(_markup(_open(part="found")))
    assert "le document donne 210 000, ses parties font 223 000" in text
    assert "près de 500 000, ses parties font 468 880" in text


def test_promised_stands_beside_found() -> None:
    text = _plain(_markup(_open(lang="en", part="found")))
    for name, found in (("posts_placed", 40), ("rep_schools_near", 159), ("places_territory", 32)):
        row = text[text.index(load_words("en")(f"programmes.item.{name}")) :]
        assert f">{found}<" in row[:300]


def test_the_choices_of_the_url_are_those_of_the_table() -> None:
    screen = _open(prog_kind="posts")
    assert _plain(WORDS("programmes.caption", count=1)) in _plain(_markup(screen))
    screen.selectbox(key="programmes_prog_kind").set_value("connection").run()
    assert screen.query_params["prog_kind"] == "connection"
    screen.selectbox(key="programmes_prog_kind").set_value("").run()
    assert "prog_kind" not in screen.query_params
    assert _plain(WORDS("programmes.caption", count=40)) in _plain(_markup(screen))


def test_a_choice_that_is_not_known_is_said_and_escaped() -> None:
    text = _markup(_open(prog_actor="<b>x</b>", part="nothing"))
    assert 'role="alert"' in text
    assert "<b>x</b>" not in text


def test_the_largest_amount_comes_first_and_the_unknown_last() -> None:
    text = _plain(_markup(_open(prog_sort="amount")))
    table = text[text.index(_plain(WORDS("programmes.caption", count=40))) :]
    amounts = [table.index(one) for one in ("1 600 000", "1 000 000", "468 880", "9 villes")]
    assert amounts == sorted(amounts)


def _fill(screen: AppTest, **values: str) -> None:
    for name, value in values.items():
        screen.text_input(key=f"own_programme_{name}").set_value(value)


WHOLE = {"programme": "Prêt", "actor": "Ville", "says": HOSTILE, "date": "2026", "source": "moi"}


def _tab(screen: AppTest, part: str) -> str:
    """Return what another tab of the same visit says."""
    screen.query_params["part"] = part
    screen.run()
    assert not screen.exception
    return _plain(_markup(screen))


def test_a_described_programme_joins_the_table_marked_as_ones_own() -> None:
    screen = _open(part="own")
    _fill(screen, **WHOLE, amount="9 000")
    screen.selectbox(key="own_programme_territory").set_value("93072")
    screen.button(key="own_programme_add").click().run()
    assert not screen.exception
    assert not screen.error
    text = _markup(screen)
    assert WORDS("programmes.own.count.one") in text
    assert f"Prêt ({WORDS('programmes.own_mark')})" in text
    assert "<script>" not in text
    assert len(screen.session_state[ROWS]) == 1
    # The same row twice is refused, and the answer is that of the documents alone.
    screen.button(key="own_programme_add").click().run()
    assert WORDS("programmes.own.kind_of.twice") in screen.error[0].value
    text = _tab(screen, "money")
    assert _plain(WORDS("programmes.caption", count=41)) in text
    assert "Au moins 2 100 000 €" in text
    _tab(screen, "own")
    screen.button(key="own_programmes_forget").click().run()
    assert _plain(WORDS("programmes.caption", count=40)) in _tab(screen, "money")


def test_what_is_wrong_in_the_form_is_said_and_nothing_is_added() -> None:
    screen = _open(part="own")
    _fill(screen, **{**WHOLE, "date": "hier", "source": ""}, amount="beaucoup", url="ftp://x")
    screen.button(key="own_programme_add").click().run()
    (error,) = (one.value for one in screen.error)
    for kind in ("date", "required", "number", "link"):
        assert WORDS(f"programmes.own.kind_of.{kind}") in error
    assert screen.session_state[ROWS] == []


def test_the_rows_of_a_visit_are_bounded() -> None:
    screen = _open(part="own")
    screen.session_state[ROWS] = [
        {**WHOLE, "status": "promised", "says": f"n° {rank}"} for rank in range(MOST)
    ]
    screen.run()
    _fill(screen, **WHOLE)
    screen.button(key="own_programme_add").click().run()
    assert screen.error[0].value == WORDS("programmes.own.enough", most=MOST)
    assert len(screen.session_state[ROWS]) == MOST


def test_a_file_joins_the_table_and_the_timeline_and_its_wrong_rows_are_set_aside() -> None:
    screen = _open(part="own")
    data = "programme;acteur;contenu;etat;date;source\nA;B;C;promis;2025;D\nA;B;C;peut-être;x;D\n"
    screen.get("file_uploader")[0].upload("mine.csv", data.encode(), "text/csv").run()
    assert not screen.exception
    text = _plain(_markup(screen))
    assert 'data-own-good="1" data-own-aside="1"' in text
    assert WORDS("programmes.own.kind_of.closed_list") in text
    assert _plain(WORDS("programmes.caption", count=41)) in _tab(screen, "money")
    _tab(screen, "time")
    (chart,) = screen.get("vega_lite_chart")
    assert "2025" in str(chart.proto)


def test_a_file_that_is_no_list_is_refused_in_plain_words() -> None:
    screen = _open(part="own")
    screen.get("file_uploader")[0].upload("x.csv", b"a,b\n1,2\n", "text/csv").run()
    assert not screen.exception
    assert WORDS("programmes.own.spoilt") in screen.error[0].value


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_offer_says_the_need_the_places_and_the_effort(lang: str) -> None:
    text = _plain(_markup(_open(part="offer", lang=lang, level="qpv")))
    need = round(observatory.load().study("solidarity_offer", level="ept")["equipment_persons"][0])
    people = f"{need:,}" if lang == "en" else f"{need:,}".replace(",", " ")
    assert f"{people} {'personnes sans accès' if lang == 'fr' else 'people without'}" in text
    assert ("aucun des 32 lieux" if lang == "fr" else "none of the 32 known places") in text
    assert ("14,4 %" if lang == "fr" else "14.4%") in text
    assert "2014" in text
    assert "Franc Moisin" in text
