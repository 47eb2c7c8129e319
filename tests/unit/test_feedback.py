"""What counsellors learn of places: written whole, bounded, read back, counted."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest
from worlds import HOSTILE_TEXTS, tables

from observatory import settings
from observatory.errors import ChoiceError
from observatory.files import csv_bytes
from observatory.model.assumptions_file import load_assumptions
from observatory.places import feedback
from observatory.places.feedback import (
    CONFIRMED,
    LONGEST,
    WRONG,
    Note,
    notes_table,
    read_notes,
    with_notes,
    write_note,
)
from observatory.places.search import Directory, Request
from observatory.places.search.named import find_near


def note(site: str = "a", verdict: str = CONFIRMED, day: str = "2026-11-23") -> Note:
    return Note(site, "Mairie", verdict, day)


def test_notes_are_read_back_and_the_last_of_a_day_stands(tmp_path: Path) -> None:
    path = tmp_path / "new" / "notes.jsonl"
    assert read_notes(path) == read_notes(None) == ()
    write_note(path, note())
    write_note(path, note("b"))
    write_note(path, note(verdict=WRONG))
    assert read_notes(path) == (note("b"), note(verdict=WRONG))


def test_writers_at_once_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "notes.jsonl"
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: write_note(path, note(f"p{n}")), range(20)))
    assert {one.site for one in read_notes(path)} == {f"p{n}" for n in range(20)}


def test_a_full_file_or_a_place_that_cannot_be_written_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "notes.jsonl"
    monkeypatch.setattr(feedback, "MOST", 2)
    write_note(path, note("a"))
    write_note(path, note("b"))
    with pytest.raises(ChoiceError, match="2 notes already"):
        write_note(path, note("c"))
    assert [one.site for one in read_notes(path)] == ["a", "b"]
    (tmp_path / "folder.jsonl").mkdir()
    with pytest.raises(ChoiceError):
        write_note(tmp_path / "folder.jsonl", note())


def test_spoilt_lines_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "notes.jsonl"
    write_note(path, note())
    spoilt = (
        '{"site": 1}\nnull\n[1]\n{"site":"x","name":"","verdict":"no","day":"2026-01-01"}\n\x00'
    )
    path.write_text(spoilt + "\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    assert read_notes(path) == (note(),)


@pytest.mark.parametrize("text", HOSTILE_TEXTS)
def test_hostile_texts_are_cut_and_harmless_in_the_export(tmp_path: Path, text: str) -> None:
    path = tmp_path / "notes.jsonl"
    write_note(path, Note("a", text, WRONG, "2026-11-23", text))
    (kept,) = read_notes(path)
    assert len(kept.text) <= LONGEST
    assert "\u202e" not in kept.text
    sites = tables()["sites"]
    lines = csv_bytes(notes_table((kept,), sites)).decode("utf-8-sig").splitlines()
    assert not [cell for line in lines for cell in line.split(",") if cell.startswith(("=", "@"))]


def test_a_confirmation_counts_for_the_place_and_an_error_is_said(tmp_path: Path) -> None:
    sites = pd.DataFrame(
        {
            "site": ["a", "b", "c"],
            "name": ["a", "b", "c"],
            "lon": 2.35,
            "lat": 48.93,
            "located": "point",
            "commune": "93066",
            "confirmed_on": ["2022-01-01", "2026-11-25", None],
        }
    )
    noted = with_notes(sites, (note("a"), note("b"), note("c", WRONG, "2026-11-20"), note("gone")))
    assert noted["confirmed_on"].tolist()[:2] == ["2026-11-23", "2026-11-25"]
    known = load_assumptions(settings.load({}).assumptions)
    at = datetime(2026, 11, 26, 10)
    rows = find_near(Directory(noted), 2.35, 48.93, Request(), at, known).set_index("id")
    assert rows.at["a", "freshness"] == "fresh"
    codes = {site: {one.code for one in rows.at[site, "caveats"]} for site in "abc"}
    assert "search.reported" in codes["c"]
    assert "search.reported" not in codes["a"] | codes["b"]
    again = with_notes(sites, (note("c", WRONG, "2026-11-20"), note("c", CONFIRMED, "2026-11-21")))
    assert again["reported"].isna().all()
