"""The page on the data, tab by tab, on the edition and on hostile names."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest
from worlds import GRID, write_build

from observatory import settings
from observatory.app import cache
from observatory.app.pages import donnees
from observatory.files.directory_files import FORMS
from observatory.places.standard import read_csv, validate
from observatory.tables.directory_tables import CLEANING_NOTES, LEDGER, ORIGINS
from observatory.tables.manifest import hash_tables, read_manifest, write_manifest
from observatory.tables.remarks import remark, stored
from observatory.tables.storage import write_table
from observatory.words.catalogue import Lang, load_words
from observatory.words.markup import plain

FRENCH = load_words("fr")
HOSTILE = "<script>alert('x')</script>\u202e=HYPERLINK(1)"


def _donnees() -> None:
    from observatory.app.pages import donnees

    donnees.show()


def _open(show: Callable[[], None], **params: str) -> AppTest:
    screen = AppTest.from_function(show, default_timeout=120)
    for name, value in params.items():
        screen.query_params[name] = value
    return screen.run()


def _markup(screen: AppTest) -> str:
    return " ".join(str(block.proto.body) for block in screen.get("html"))


@pytest.fixture
def edition(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Point the app at the edition."""
    monkeypatch.setenv("OBSERVATORY_BUILD", str(tmp_path / "none"))
    return settings.load({}).edition


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Point the app at a made-up build whose every text is hostile."""
    folder = write_build(tmp_path / "build", world=GRID)
    pair = {"record_a": f"a:{HOSTILE}", "record_b": "b:2", "site_a": "site-1", "site_b": "site-1"}
    points = dict.fromkeys([c.name for c in LEDGER.columns if c.kind == "float"], 1.0)
    seen = {"decision": "merged", "same_upstream_id": False, "reason": HOSTILE}
    frames = (
        (LEDGER, dict.fromkeys(LEDGER.names) | points | pair | seen),
        (ORIGINS, {"site": "site-1", "field": "name", "record": f"a:{HOSTILE}"}),
        (
            CLEANING_NOTES,
            {"record": f"a:{HOSTILE}", "field": "name", "before": HOSTILE, "after": HOSTILE}
            | {"note": stored([remark("cleaning.written", text=HOSTILE)])},
        ),
    )
    for table, row in frames:
        write_table(pd.DataFrame([row]), table, folder)
    write_manifest(replace(read_manifest(folder), tables=hash_tables(folder)), folder)
    monkeypatch.setenv("OBSERVATORY_BUILD", str(folder))
    return folder


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("commune", ["", "93066"])
def test_the_page_on_quality_opens_on_the_edition(edition: Path, lang: str, commune: str) -> None:
    screen = _open(_donnees, lang=lang, **({"commune": commune} if commune else {}))
    assert not screen.exception
    assert not screen.error
    assert load_words(lang)("quality.asks") in [item.value for item in screen.header]
    places = cache.facts(cache.current()).places
    here = places[places["in_territory"] & ((places["commune"] == commune) | (commune == ""))]
    assert f'data-places="{int((~here["seat"]).sum())}"' in _markup(screen)


def test_a_merge_can_be_undone_by_the_line_that_the_page_gives(edition: Path) -> None:
    screen = _open(_donnees, part="records")
    pair = screen.selectbox(key="quality_pair")
    pair.select(pair.options[0]).run()
    given = pd.read_csv(io.StringIO(screen.code[0].value))
    ledger = pd.read_parquet(edition / "matching_ledger.parquet")
    assert list(given.columns) == ["action", "record_a", "record_b", "reason"]
    row = ledger[
        (ledger["record_a"] == given["record_a"][0]) & (ledger["record_b"] == given["record_b"][0])
    ].iloc[0]
    assert (given["action"][0] == "merge") == (row["decision"] == "apart")


def test_the_directory_can_be_taken_away_in_each_form(edition: Path) -> None:
    labels = {button.label for button in _open(_donnees, part="use").get("download_button")}
    assert {FRENCH(f"quality.form.{form}") for form in FORMS} <= labels


def test_the_page_on_quality_runs_no_hostile_text(made: Path) -> None:
    markup = ""
    for part in donnees.PARTS:
        screen = _open(_donnees, part=part)
        assert not screen.exception
        assert not screen.error
        markup += _markup(screen)
    assert "&lt;script&gt;" in markup
    assert "<script>" not in markup
    assert "\u202e" not in markup


def test_a_build_without_a_ledger_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = write_build(tmp_path / "build", world=GRID)
    monkeypatch.setenv("OBSERVATORY_BUILD", str(folder))
    screen = _open(_donnees, part="records")
    assert not screen.exception
    assert "sans le journal" in _markup(screen)


LIST = (
    "id;pivot;nom;adresse;commune;code postal;date_maj\n"
    "a;00000000000000;Maison;2 rue Verte;Aubervilliers;93300;2026-01-02\n"
    "b;00000000000000;Mairie;3 rue Bleue;Aubervillier;93300;2026-01-02\n"
)


def _drop(content: bytes, name: str, kind: str) -> AppTest:
    screen = _open(_donnees, part="check")
    screen.file_uploader(key="verify_file").set_value((name, content, kind)).run()
    return screen


def test_the_list_page_says_what_is_wrong_and_keeps_the_good_lines(edition: Path) -> None:
    screen = _drop(LIST.encode(), "lieux.csv", "text/csv")
    assert not screen.exception
    assert not screen.error
    markup = _markup(screen)
    assert 'data-good="1" data-total="2"' in markup
    assert "Aubervilliers, 93001" in markup
    assert plain(FRENCH("verify.kind.commune")) in markup
    assert plain(FRENCH("verify.privacy")) in markup
    screen.checkbox(key="verify_mend").check().run()
    assert 'data-good="2" data-total="2"' in _markup(screen)
    assert FRENCH("verify.outcome.mended") in _markup(screen)


def test_a_spreadsheet_of_hostile_names_is_shown_as_text(edition: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["id", "nom", "commune", "adresse", "site_web"])
    nasty = [HOSTILE, "é" * 10_000, "javascript:alert(1)"]
    for rank, text in enumerate(nasty):
        cell = ["x" + str(rank), text, text, text, "javascript:alert(1)"]
        book.active.append(cell)
    stream = io.BytesIO()
    book.save(stream)
    screen = _drop(stream.getvalue(), "lieux.xlsx", "application/octet-stream")
    assert not screen.exception
    assert not screen.error
    markup = _markup(screen)
    assert 'data-good="0" data-total="3"' in markup
    assert "<script>" not in markup
    assert "\u202e" not in markup
    assert 'href="javascript:' not in markup
    assert "é" * 1000 not in markup


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PK\x03\x04 no workbook", "verify.error.spoilt"),
        (b"uai,ips\n1,2\n", "verify.error.columns"),
        (b"[" * 100_000, "verify.error.spoilt"),
        (json.dumps({"a": 1}).encode(), "verify.error.spoilt"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_french(
    edition: Path, content: bytes, words: str
) -> None:
    screen = _drop(content, "lieux.csv", "text/csv")
    assert not screen.exception
    assert FRENCH(words) in screen.error[0].value


def test_the_good_lines_of_the_page_are_a_valid_file(edition: Path) -> None:
    from observatory.app.listing import problem_rows, problems_file
    from observatory.places.standard import Known, read_list, sort_lines, write_csv

    intake = sort_lines(read_list(LIST.encode()), communes=Known({"93001": "Aubervilliers"}))
    assert validate(read_csv(write_csv(intake.good)).rows) == []
    headers, rows = problem_rows(intake, FRENCH)
    assert len(rows) == 1
    assert rows[0][0] == "3"
    assert rows[0][1] == "Mairie"
    assert problems_file(intake, FRENCH).decode("utf-8-sig").startswith(",".join(headers[:3]))


def _rows_under(screen: AppTest, head: str) -> list[list[str]]:
    """Return the cells of the table that has a header."""
    table = next(text for text in _markup(screen).split("<table") if f">{plain(head)}</th>" in text)
    lines = table.split("<tbody")[1].split("</tr>")[:-1]
    return [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", line) for line in lines]


def test_merges_and_mended_values_name_the_place_first_and_the_record_last(edition: Path) -> None:
    screen = _open(_donnees, part="records")
    sites = cache.facts(cache.current()).sites
    names = {plain(name) for name in sites["name"]}
    for head in ("other_name", "note"):
        rows = _rows_under(screen, FRENCH(f"quality.column.{head}"))
        assert len(rows) > 5
        assert {row[0] for row in rows} <= names
        assert all(":" in row[-1] for row in rows)
    assert "Aidants Connect" in screen.selectbox(key="quality_pair").options[0]


def test_remarks_are_in_english_on_the_english_page(edition: Path) -> None:
    parts = ("quality", "records")
    markup = " ".join(_markup(_open(_donnees, lang="en", part=part)) for part in parts)
    for part in ("Give a web site.", "same SIRET", "capitals and abbreviations"):
        assert part in markup
    for part in ("Donner un site web", "même SIRET", "casse et abr"):
        assert part not in markup


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_what_changed_stands_with_the_age_of_the_sources(edition: Path, lang: Lang) -> None:
    screen = _open(_donnees, lang=lang, part="changes")
    assert not screen.exception
    assert load_words(lang)("quality.sources") in [item.value for item in screen.header]
    for text in load_words(lang, "validation").group("change").values():
        assert plain(text) in _markup(screen)


def test_the_search_can_be_pasted_into_another_site(edition: Path) -> None:
    files, code = _open(_donnees, part="use").code
    assert files.value.startswith("observatory places export --format standard-csv ")
    assert code.value.startswith("<iframe src=")
    assert "/integrer?embed=true" in code.value
