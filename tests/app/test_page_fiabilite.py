"""The page on reliability, and the assumptions that it shares with the other pages."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from screens import spaced, told
from streamlit.testing.v1 import AppTest
from worlds import GRID, write_build

from observatory import settings
from observatory.app import cache
from observatory.app.assumption_state import AssumptionState
from observatory.app.pages import study_cache
from observatory.app.study import study_rows as study_rows
from observatory.words.catalogue import LANGS, Lang, Words, load_words
from observatory.words.markup import plain

FRENCH = load_words("fr")


def _fiabilite() -> None:
    from observatory.app.pages import fiabilite

    fiabilite.show()


def _carte() -> None:
    from observatory.app.pages import carte

    carte.show()


def _open(page: object = _fiabilite, **params: str) -> AppTest:
    screen = AppTest.from_function(page, default_timeout=120)  # type: ignore[arg-type]  # a page
    for name, value in params.items():
        screen.query_params[name] = value
    return screen.run()


def _markup(screen: AppTest) -> str:
    return " ".join(str(block.proto.body) for block in screen.get("html"))


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Point the app at a made-up build with hostile names."""
    folder = write_build(tmp_path / "build", world=GRID)
    monkeypatch.setenv("OBSERVATORY_BUILD", str(folder))
    return folder


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize(("cog", "level"), [("cog_2024", "commune"), ("cog_2025", "iris")])
def test_the_page_opens_on_the_edition(
    edition: cache.Build, lang: str, cog: str, level: str
) -> None:
    screen = _open(lang=lang, cog=cog, level=level)
    assert not screen.exception
    assert not screen.error
    said = _markup(screen)
    assert load_words(lang)("study.drawing") not in said, "the draws came"
    assert "<table" in said


def test_the_page_opens_on_hostile_names_without_running_them(made: Path) -> None:
    screen = _open()
    assert not screen.exception
    assert not screen.error
    assert "<script>alert" not in _markup(screen)


def test_the_first_sentence_is_that_of_the_draws(edition: cache.Build) -> None:
    table = study_cache.ranks(edition, "commune", "cog_2024")
    screen = _open()
    said = _markup(screen)
    assert study_rows.sure_sentence(table, FRENCH) in said.replace("&#x27;", "'")
    # The draws are those of every interval: as many as the settings say, and nothing to choose.
    assert f'data-draws="{settings.load().draws}"' in said
    assert len(cache.model(edition).draws.values) == settings.load().draws
    assert not [button for button in screen.button if button.key and "draw" in button.key]


def test_the_qpv_are_all_measured_and_how_is_said(edition: cache.Build) -> None:
    said = spaced(_markup(_open(part="equity")))
    assert "n'ont pas de contour connu" not in said.replace("&#x27;", "'")
    assert "répartis sur les carreaux de 200 m habités" in said


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_causes_are_drawn_when_they_are_asked_for(
    made: Path, lang: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OBSERVATORY_DRAWS", "6")
    words = load_words(lang)
    screen = _open(lang=lang, part="causes")
    assert "data-causes" not in _markup(screen)
    screen.toggle(key="study_causes_shown").set_value(True).run()
    assert not screen.exception
    said = _markup(screen)
    assert 'data-causes="11"' in said
    table = study_cache.table(cache.current(), "causes", cog="cog_2024")
    assert words(f"causes.name.{table['cause'].iloc[0]}") in said.replace("&#x27;", "'")
    assert words("causes.caption") in said.replace("&#x27;", "'")


def test_one_figure_has_one_range_on_every_page(edition: cache.Build) -> None:
    drawn = study_cache.ranks(edition, "commune", "cog_2024").set_index("code")
    gaps = cache.gaps(edition, "commune", "cog_2024").set_index("code").loc[drawn.index]
    for ranked, shown in (
        ("missing_h_per_week", "missing_h_per_week"),
        ("missing_p05", "missing_low"),
        ("missing_p95", "missing_high"),
    ):
        assert drawn[ranked].to_numpy() == pytest.approx(gaps[shown].to_numpy(), abs=1e-6)


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_under_a_share_nothing_is_missing_and_nothing_has_a_cost(made: Path, lang: Lang) -> None:
    words = load_words(lang)
    lacking = "manqu" if lang == "fr" else r"\b(missing|lack(s|ing)?)\b"
    for part in ("ranks", "assumptions", "equity"):
        screen = _open(lang=lang, norm="share", part=part)
        assert not screen.exception
        assert words("part_of.fiabilite.cost") not in screen.get("button_group")[0].options
        assert not re.search(lacking, _said(screen, words), re.IGNORECASE), part
    said = _markup(_open(lang=lang, norm="share"))
    assert words("study.column.missing_move") in said
    assert "data-draws" in said


def _said(screen: AppTest, words: Words) -> str:
    """Return what a page says beside the foot, which lists every assumption, and the glossary."""
    apart = (words("source.caption"), words("assumed.caption"), '<dl><dt lang="fr">', "<style")
    blocks = [str(block.proto.body) for block in screen.get("html")]
    kept = [text for text in blocks if not any(one in text for one in apart)]
    return re.sub(r"<[^>]+>", " ", " ".join([*kept, *(one.value for one in screen.header)]))


def test_what_is_missing_has_a_cost(made: Path) -> None:
    screen = _open(part="cost")
    assert not screen.exception
    assert plain(FRENCH("study.cost_caption")) in _markup(screen)


def test_under_a_share_each_qpv_has_its_hours_to_move(made: Path) -> None:
    build = replace(cache.current(), assumption_state=AssumptionState("share"))
    gaps = cache.gaps(build, "qpv", "cog_2025").set_index("code")
    zones = study_cache.shown(build, "qpv_zones").set_index("code").loc[gaps.index]
    taken = study_cache.table(build, "qpv_zones").set_index("code").loc[gaps.index]
    assert taken["missing_h_per_week"].isna().all(), "files say that it is to move"
    assert taken["to_move_h_per_week"].equals(zones["missing_h_per_week"])
    for name in ("missing_h_per_week", "missing_h_per_100"):
        assert gaps[name].notna().sum() == 1, "one has no outline"
        assert zones[name].tolist() == pytest.approx(gaps[name].tolist(), nan_ok=True)


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_our_figures_stand_beside_those_of_others(edition: cache.Build, lang: Lang) -> None:
    screen = _open(lang=lang, part="validation")
    assert not screen.exception
    said = _markup(screen)
    words = load_words(lang, "validation")
    for text in words.group("measure").values():
        assert plain(text) in said, text
    counts = study_cache.table(edition, "validation")["verdict"].value_counts()
    assert spaced(load_words(lang)("validation.answer", **counts.to_dict())) in told(screen)


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_assumption_that_moves_the_most_is_named(edition: cache.Build, lang: Lang) -> None:
    screen = _open(lang=lang, part="assumptions")
    assert not screen.exception
    labels = study_cache.labels(edition, lang)
    table = study_cache.table(edition, "tornado", cog="cog_2024")
    sentence = study_rows.tornado_sentence(table, labels, 36, load_words(lang))
    assert spaced(sentence) in told(screen)
    assert "capacity." not in sentence


def test_choices_in_the_url_are_said_and_change_the_figures(edition: cache.Build) -> None:
    before, after = _open(_carte), _open(_carte, norm="5", decay="binary", speed="3")
    said = _markup(after)
    assert "data-assumptions" not in _markup(before)
    assert 'data-assumptions="changed"' in said
    assert "norme : 5,0 h par semaine pour 100 personnes" in spaced(said)
    build = cache.Build(
        edition.folder, edition.assumptions, edition.stamp, AssumptionState("5", "binary", 3.0)
    )
    row = cache.gaps(build, "ept", "cog_2024").iloc[0]
    assert row["norm_h_per_100"] == 5
    assert f"{round(row['missing_h_per_week']):,}".replace(",", "\u202f") in said


def test_a_choice_goes_to_the_url_and_back_to_the_file(edition: cache.Build) -> None:
    screen = _open(_carte)
    screen.selectbox(key="assumptions_norm").select("fixed").run()
    assert not screen.exception
    assert float(screen.query_params["norm"]) > 0
    screen.selectbox(key="assumptions_decay").select("gaussian").run()
    assert screen.query_params["decay"] == "gaussian"
    screen.select_slider(key="assumptions_speed").set_value(3.0).run()
    assert screen.query_params["speed"] == "3"
    screen.button(key="assumptions_reset").click().run()
    assert not {"norm", "decay", "speed"} & set(screen.query_params)


def test_a_choice_that_is_the_file_s_own_is_no_choice(edition: cache.Build) -> None:
    screen = _open(_carte, norm="departement")
    screen.selectbox(key="assumptions_norm").select("france").run()
    assert "norm" not in screen.query_params
    assert "data-assumptions" not in _markup(screen)


def test_values_of_the_url_that_make_no_sense_are_said(edition: cache.Build) -> None:
    screen = _open(speed="900", norm="<script>")
    assert not screen.exception
    said = _markup(screen)
    assert "&lt;script&gt;" in said
    assert "900" in said
    assert "speed" not in screen.query_params


def test_downloads_carry_the_choices(edition: cache.Build) -> None:
    plain_csv = cache.gaps_csv(edition, "commune", "cog_2024").decode()
    assert "hypotheses" not in plain_csv.splitlines()[0]
    build = cache.Build(
        edition.folder, edition.assumptions, edition.stamp, AssumptionState(norm="5")
    )
    lines = cache.gaps_csv(build, "commune", "cog_2024").decode().splitlines()
    assert lines[0].endswith(",hypotheses")
    assert all(line.endswith(",norm=5") for line in lines[1:])
    assert b"norm=5" in cache.gaps_file(build, "commune", "cog_2024", "geojson")


@pytest.mark.parametrize("value", [0.5, 1.0, 1.5])
def test_the_answer_on_equity_names_the_qpv(value: float) -> None:
    measures = ["gini", "theil", "concentration_poverty", "qpv_ratio"]
    table = pd.DataFrame({"measure": measures, "value": [0.3, 0.2, -0.1, value]})
    said = [study_rows.equity_sentence(table, load_words(lang)) for lang in LANGS]
    assert all("QPV" in text for text in said)
