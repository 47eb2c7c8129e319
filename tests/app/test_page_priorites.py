"""The page on priorities: each question opens with its answer, and the link carries it."""

from __future__ import annotations

import html
import json
import re
from itertools import cycle
from pathlib import Path

import numpy as np
import pytest
from screens import opened, spaced, tables
from streamlit.testing.v1 import AppTest
from worlds import GRID, write_build

from observatory.app import cache
from observatory.app.maps.public_map import circles, public_map
from observatory.app.selection import TABS
from observatory.app.study.priority_rows import count_text
from observatory.model.studies import STUDIES
from observatory.sheets.overlays import Overlays
from observatory.words.catalogue import LANGS, load_words


def _priorites() -> None:
    from observatory.app.pages import priorites

    priorites.show()


def _open(**params: str) -> AppTest:
    return opened(_priorites, **params)


def _answer(screen: AppTest) -> str:
    blocks = [str(block.proto.body) for block in screen.get("html")]
    (found,) = (text for text in blocks if "data-tab" in text)
    return spaced(html.unescape(re.sub(r"<[^>]+>", "", found)))


def _totals(screen: AppTest) -> list[int]:
    """Return how many families each table shares out."""
    header = load_words("fr")("priority.column.families")
    return [frame[header].astype(int).sum() for frame in tables(screen) if header in frame]


@pytest.mark.parametrize(("tab", "lang"), list(zip(TABS, cycle(reversed(LANGS)), strict=False)))
def test_each_question_opens_in_each_language(edition: cache.Build, tab: str, lang: str) -> None:
    screen = _open(tab=tab, lang=lang)
    assert not screen.exception
    assert not screen.error
    assert re.search(r"\d", _answer(screen))
    assert len(tables(screen)) >= 1


def test_the_qpv_without_help_are_those_of_the_study(edition: cache.Build) -> None:
    table = STUDIES["qpv_zones"].of(cache.model(edition))
    named = table[table["name"].notna()]
    short = int((named["missing_h_per_100"] >= 0.005).sum())
    empty = int((named["places"] == 0).sum())
    said = _answer(_open(tab="qpv"))
    assert said.startswith(f"{short} QPV sur {len(named)} manquent d'aide.")
    assert f"{empty} n'ont aucun lieu connu" in said


def test_the_far_schools_are_those_of_the_study_and_the_filter_keeps_a_commune(
    edition: cache.Build,
) -> None:
    model = cache.model(edition)
    far = STUDIES["rep_schools"].of(model, network="REP+", far=True)
    screen = _open(tab="schools", commune="93001")
    assert _answer(screen).startswith(f"{len(far)} établissements REP+ sur 139")
    table = tables(screen)[0]
    assert set(table[load_words("fr")("priority.column.commune")]) == {"Aubervilliers"}
    assert set(table[load_words("fr")("priority.column.network")]) == {"REP+"}


def test_the_hundred_families_are_said_to_be_an_assumption(edition: cache.Build) -> None:
    screen = _open(tab="families", weight="ips")
    markup = " ".join(str(block.proto.body) for block in screen.get("html"))
    assert load_words("fr")("priority.weight_said.ips") in html.unescape(markup)
    assert _totals(screen) == [100, 100]


def test_how_many_families_and_which_public_are_in_the_link(edition: cache.Build) -> None:
    screen = _open(tab="families", families="250")
    assert _totals(screen) == [250, 250]
    (count,) = screen.number_input
    count.set_value(40).run()
    assert screen.query_params["families"] == "40"
    assert _totals(screen) == [40, 40]
    screen = _open(tab="publics", level="qpv", commune="93031", public="seniors")
    (box,) = (one for one in screen.selectbox if one.key == "priority_public")
    assert box.value == "seniors"
    touched = edition_qpv(edition, "93031")
    assert len(tables(screen)[0]) == len(touched) > 0
    box.set_value("rsa").run()
    assert "public" not in screen.query_params, "the first public is the usual one"


def test_a_count_of_what_is_published_alone_is_at_least_so_many(edition: cache.Build) -> None:
    words = load_words("fr")
    screen = _open(tab="publics", level="commune")
    shown = tables(screen)[0][words("priority.column.rsa")]
    table = STUDIES["publics"].of(cache.model(edition), level="commune").set_index("code")
    rsa = table[table["public"] == "rsa"].sort_index()
    started = shown.str.startswith(spaced(words("priority.at_least", value="")))
    assert started.tolist() == (rsa["unpublished"] > 0).tolist()
    assert 0 < started.sum() < len(started)


def test_a_zone_without_a_school_has_nothing_that_is_not_published(edition: cache.Build) -> None:
    words = load_words("fr")
    table = STUDIES["publics"].of(cache.model(edition), level="iris")
    schools = table[table["public"] == "rep_parents"]
    none = schools["value"].isna() & (schools["unpublished"] == 0)
    said = [count_text(row, words) for row in schools.to_dict("records")]
    assert 0 < none.sum() < len(none)
    assert [text == words("priority.no_school") for text in said] == none.tolist()
    hidden = table[(table["public"] == "rsa") & table["value"].isna()].iloc[0]
    assert count_text(hidden, words) == words("priority.unpublished")


def edition_qpv(build: cache.Build, commune: str) -> list[str]:
    """Return the QPV that touch a commune."""
    qpv = cache.facts(build).qpv
    return list(qpv.loc[qpv["communes"].str.contains(commune), "qpv"])


def test_a_public_has_a_circle_a_zone_and_none_where_nothing_is_published(
    edition: cache.Build,
) -> None:
    table = STUDIES["publics"].of(cache.model(edition), level="iris")
    rsa = table[table["public"] == "rsa"].set_index("code")["value"]
    iris, communes = (
        cache.zone_table_of(edition, level, "cog_2024") for level in ("iris", "commune")
    )
    words = load_words("fr")
    page = public_map(iris, communes, rsa.to_dict(), "rsa", words, Overlays(), {})
    radii = re.findall(r'"radius": ([\d.]+|null)', page)
    assert radii.count("null") == rsa.isna().sum() > 0
    assert words("measure.rsa.label") in page
    assert json.dumps(words("legend.missing"))[1:-1] in page


@pytest.mark.parametrize(
    ("most", "shown"),
    [(4_321.0, (250, 1_250, 5_000)), (61.0, (5, 25, 100)), (3.0, (1, 5, 20)), (np.nan, (1, 5, 20))],
)
def test_the_legend_of_a_count_is_round_and_holds_the_largest(
    most: float, shown: tuple[float, ...]
) -> None:
    assert circles(most) == shown


def test_a_question_chosen_goes_to_the_link(edition: cache.Build) -> None:
    screen = _open()
    (tabs,) = (one for one in screen.get("button_group") if one.key == "priority_tab")
    tabs.set_value("schools").run()
    assert screen.query_params["tab"] == "schools"
    assert "REP+" in _answer(screen)


@pytest.mark.parametrize("lang", LANGS)
def test_under_a_share_no_qpv_is_said_to_lack(edition: cache.Build, lang: str) -> None:
    lacking = {"fr": "manqu", "en": r"\b(missing|lack)"}[lang]
    assert not re.search(lacking, _answer(_open(tab="qpv", norm="share", lang=lang)))


def test_hostile_names_run_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OBSERVATORY_BUILD", str(write_build(tmp_path / "build", world=GRID)))
    for tab in TABS:
        screen = _open(tab=tab)
        assert not screen.exception
        markup = " ".join(str(block.proto.body) for block in screen.get("html"))
        assert "<script>alert" not in markup
