"""The page of what changed, and the figures over time on the page of a zone."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from screens import opened, tables, told
from streamlit.testing.v1 import AppTest
from worlds import data_without_edition, world_of, write_build

from observatory import settings
from observatory.app import feed
from observatory.app.pages import download_button
from observatory.app.pages.download_button import Download
from observatory.cli import main
from observatory.files.atom import ATOM
from observatory.tables.atomic import whole_folder
from observatory.tables.history import Noted, keep
from observatory.words.catalogue import LANGS, load_words


def _changements() -> None:
    from observatory.app.pages import changements

    changements.show()


def _fiche() -> None:
    from observatory.app.pages import fiche

    fiche.show()


@pytest.fixture
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Return what puts the build of a month into use, and keeps it."""
    folder = tmp_path / "build"
    monkeypatch.setenv("OBSERVATORY_BUILD", str(folder))
    monkeypatch.setenv("OBSERVATORY_DATA", str(data_without_edition(tmp_path)))

    def made(month: int) -> None:
        with whole_folder(folder) as there:
            write_build(there, world=world_of(month))
        keep(folder, settings.load(), datetime(2026, month, 1, 9, tzinfo=UTC), Noted({}))

    return made


def test_alone_the_page_says_how_to_get_something_to_compare(
    build: Callable[[int], None],
) -> None:
    build(1)
    screen = opened(_changements)
    assert not screen.exception
    assert not screen.error
    assert "Il n'y a qu'une version des données" in told(screen)
    assert [block.value for block in screen.code] == ["observatory update --territory 200057867"]
    assert _heads(opened(_fiche, commune="93066")) == []


def _heads(screen: AppTest) -> list[str]:
    assert not screen.exception
    assert not screen.error
    heads = {load_words(lang)("history.over_time") for lang in LANGS}
    return [head.value for head in screen.header if head.value in heads]


@pytest.mark.parametrize("lang", LANGS)
def test_the_page_opens_with_its_answer_and_its_tabs_show_the_rest(
    build: Callable[[int], None], lang: str
) -> None:
    build(1)
    build(2)
    words = load_words(lang)  # type: ignore[arg-type]  # a language
    screen = opened(_changements, lang=lang)
    assert not screen.exception
    assert not screen.error
    said = told(screen)
    assert ("1 lieu fermé" if lang == "fr" else "1 place closed") in said
    assert ("1 source changée" if lang == "fr" else "1 source changed") in said
    assert words("history.kind.closed") in tables(screen)[0].iloc[0].tolist()
    (tabs,) = screen.segmented_control
    tabs.set_value("figures").run()
    assert screen.query_params["part"] == "figures"
    parts = tables(screen)[0]
    assert parts.columns[-4:].tolist() == [
        words(f"history.heading.{part}") for part in ("need", "help", "border", "method")
    ]
    assert parts["Besoin" if lang == "fr" else "Need"].isin(["0,0", "0.0"]).all()
    tabs = screen.segmented_control[0]
    tabs.set_value("sources").run()
    assert not screen.exception
    assert "rentrée 2023" in tables(screen)[0].iloc[0].tolist()


def test_what_is_taken_away_is_what_the_command_prints(
    build: Callable[[int], None],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    build(1)
    build(2)
    offered: dict[str, list[Download]] = {}
    monkeypatch.setattr(
        download_button, "row", lambda files, _, key: offered.update({key: list(files)})
    )
    for part, expected in (
        ("places", ["place_changes", "help_changes"]),
        ("figures", ["figure_changes"]),
        ("sources", ["source_changes"]),
    ):
        offered.clear()
        screen = opened(_changements, part=part)
        assert list(offered) == [f"take_{name}" for name in expected]
        capsys.readouterr()
        assert all(main(shlex.split(block.value)[1:]) == 0 for block in screen.code)
        printed = capsys.readouterr().out
        made = "".join(
            next(one for one in offered[f"take_{name}"] if one.form == "csv").make().decode()
            for name in expected
        )
        assert printed == made


def test_the_same_build_twice_is_refused_in_words(build: Callable[[int], None]) -> None:
    build(1)
    build(2)
    screen = opened(_changements)
    before = screen.selectbox[0]
    before.set_value(screen.selectbox[1].value).run()
    assert "Choisissez deux versions différentes" in told(screen)


def test_the_page_of_a_zone_shows_its_figures_over_the_builds(
    build: Callable[[int], None],
) -> None:
    build(1)
    build(2)
    screen = opened(_fiche, commune="93066")
    assert _heads(screen) == ["Au fil des versions"]
    (table,) = (one for one in tables(screen) if one.columns[0] == "Version")
    assert [cell.split(" (")[0] for cell in table["Version"]] == [
        "1er janvier 2026",
        "1er février 2026",
    ]
    hours = table.iloc[:, [name.startswith("Aide sur place") for name in table.columns]].iloc[:, 0]
    assert hours.iloc[0] != hours.iloc[1]
    assert _heads(opened(_fiche, zone="930660101", lang="en")) == ["Over the versions"]


def test_the_feed_has_an_address_that_the_first_html_names(build: Callable[[int], None]) -> None:
    french = load_words("fr")
    build(1)
    assert feed.current("https://here.fr/obs", "fr") is None
    assert feed.link(french) == ""
    build(2)
    assert 'type="application/atom+xml"' in feed.link(french)
    assert 'href="changements.atom?lang=en"' in feed.link(load_words("en"))
    made = feed.current("https://here.fr/obs", "en")
    assert made is not None
    root = ET.fromstring(made)  # noqa: S314  # made by the app
    (entry,) = root.findall(f"{{{ATOM}}}entry")
    links = {one.get("rel"): one.get("href") for one in root.findall(f"{{{ATOM}}}link")}
    page = "https://here.fr/obs/changements?lang=en"
    assert links == {None: page, "self": "https://here.fr/obs/changements.atom?lang=en"}
    assert [one.get("href") for one in entry.findall(f"{{{ATOM}}}link")] == [page]
    assert "1 place closed" in str(entry.findtext(f"{{{ATOM}}}title"))
    assert feed.current("https://here.fr/obs", "en") == made


def test_the_feed_neither_opens_nor_closes_places_that_have_other_identifiers(
    build: Callable[[int], None],
) -> None:
    build(3)
    build(4)
    root = ET.fromstring(feed.current("https://here.fr", "en") or b"")  # noqa: S314  # as above
    title = str(root.findtext(f"{{{ATOM}}}entry/{{{ATOM}}}title"))
    assert "April 2026" in title
    assert "opened" not in title
    assert "closed" not in title
