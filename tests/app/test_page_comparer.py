"""The page that sets zones beside each other, and the state of its link."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from screens import opened, spaced, told
from streamlit.testing.v1 import AppTest
from worlds import GRID, write_build

from observatory.app import cache
from observatory.app.pages import comparer
from observatory.app.study import compare_words
from observatory.files import content
from observatory.model import compare
from observatory.model.measures import MISSING
from observatory.tables.comparison_results import COMPARED
from observatory.words.catalogue import LANGS, load_words
from observatory.words.numbers import signed


def _comparer() -> None:
    from observatory.app.pages import comparer

    comparer.show()


def _open(**params: str) -> AppTest:
    return opened(_comparer, **params)


@pytest.mark.parametrize("lang", LANGS)
def test_the_link_chooses_the_zones_and_the_figures_are_those_of_the_study(
    edition: cache.Build, lang: str
) -> None:
    screen = _open(level="qpv", zones="QN09329M,QN09328M", lang=lang)
    assert not screen.exception
    assert not screen.error
    table = compare.compare(cache.model(edition), level="qpv", zones=["QN09329M", "QN09328M"])
    names = cache.zone_names(edition, "qpv")
    words = load_words(lang)  # type: ignore[arg-type]  # a language
    said = told(screen)
    assert spaced(compare_words.sentence(table, names, words)) in said
    rate = f"{table['value'].iloc[0]:.2f}"
    assert (rate.replace(".", ",") if lang == "fr" else rate) in said
    (chosen,) = (box for box in screen.multiselect if box.key == "compare_zones_qpv")
    assert chosen.value == ["QN09329M", "QN09328M"]


def test_a_choice_goes_to_the_link(edition: cache.Build) -> None:
    screen = _open()
    (chosen,) = (box for box in screen.multiselect if box.key == "compare_zones_commune")
    assert len(chosen.value) == 3, "without a choice, those that lack most"
    chosen.set_value(["93066", "93001"]).run()
    assert screen.query_params["zones"] == "93066,93001"
    chosen = next(box for box in screen.multiselect if box.key == "compare_zones_commune")
    assert chosen.value == ["93066", "93001"]


def test_the_maps_are_on_one_scale_of_colours(edition: cache.Build) -> None:
    views = comparer._views(edition, "commune", ("93001", "93027", "93059"), "cog_2024", "fr")
    shades: dict[str, list[str]] = {}
    for drawn in views.pages.values():
        for fill, iris in re.findall(r'"fill": "(#[0-9a-f]{6})", "id": "(\d{9})"', drawn):
            shades.setdefault(iris, []).append(fill)
    assert len(views.pages) == 3
    assert any(len(one) > 1 for one in shades.values()), "the maps share IRIS"
    assert all(len(set(one)) == 1 for one in shades.values()), "which have one colour on each"
    # The one legend has them all, but for what is withheld.
    used = {fill for one in shades.values() for fill in one} - {MISSING}
    assert 2 < len(used) <= len(used & set(re.findall("#[0-9a-f]{6}", views.legend)))


def test_under_a_share_nothing_is_compared(edition: cache.Build) -> None:
    screen = _open(norm="share")
    assert spaced(load_words("fr")("compare.no_share")) in told(screen)
    assert not screen.multiselect


def test_a_withheld_figure_shows_in_no_difference(edition: cache.Build) -> None:
    table = compare.compare(cache.model(edition), zones=["93066", "93031", "93001"])
    first = table["code"] == "93066"
    hidden = table.assign(precision=table["precision"].mask(first, "not_published"))
    shown = compare_words.shown_only(hidden)
    rates = shown[shown["measure"] == "missing_h_per_100"]
    assert rates["difference"].isna().all()
    assert rates["value"].isna().tolist() == [True, False, False]
    words, names = load_words("fr"), cache.zone_names(edition, "commune")
    assert compare_words.sentence(hidden, names, words).startswith(
        "Saint-Denis\u00a0: chiffre trop"
    )
    _, rows = compare_words.figure_rows(hidden, names, words)
    assert rows[0][1] == words("table.withheld")


def test_a_difference_and_its_ends_have_their_signs(edition: cache.Build) -> None:
    table = compare.compare(cache.model(edition), zones=["93031", "93066"])
    words, names = load_words("fr"), cache.zone_names(edition, "commune")
    _, rows = compare_words.difference_rows(table, names, words)
    later = table[table["code"] == "93066"]
    for row, found in zip(rows, later.to_dict("records"), strict=True):
        places = compare_words.DECIMALS[found["measure"]]
        ends = [signed(found[f"difference_{end}"], "fr", places) for end in ("low", "high")]
        assert row[2] == signed(found["difference"], "fr", places)
        assert row[3] == words("why.between", low=ends[0], high=ends[1])
    assert any("−" in row[3] and "+" in row[3] for row in rows)


@pytest.mark.parametrize("form", ["csv", "csv-fr", "xlsx"])
def test_the_comparison_is_taken_away(edition: cache.Build, form: str) -> None:
    table = compare.compare(cache.model(edition), zones=["93066", "93031"])
    assert len(content(table, form, "compare", COMPARED)) > 500


def test_hostile_names_run_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OBSERVATORY_BUILD", str(write_build(tmp_path / "build", world=GRID)))
    screen = _open(level="iris")
    assert not screen.exception
    markup = " ".join(str(block.proto.body) for block in screen.get("html"))
    assert "<script>alert" not in markup
    assert "<img src=x" not in markup
