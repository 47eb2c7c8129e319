"""Hostile text comes out harmless from every form of the directory, whatever it is."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any

import openpyxl
import pandas as pd
from examples import at_most
from hypothesis import given
from hypothesis import strategies as st

from observatory.app.listing import problem_rows, problems_file
from observatory.files.directory_files import FORMS, directory_bytes
from observatory.files.harmless import harmless
from observatory.places.standard import read_csv, read_json, read_list, sort_lines
from observatory.places.standard.commune_checks import Known
from observatory.tables.facts import SITES
from observatory.words.catalogue import load_words
from observatory.words.markup import NONE, html_table

WORST = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    '=HYPERLINK("http://x";"y")',
    "\u202e+cmd|' /C calc'!A0",
    "\uff1d1+1",
    "@SUM(1)",
    "-2+3",
    "é" * 10_000,
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "END:VCARD\r\nBEGIN:VCARD",
    "a|b;c,d\\e",
    "\u2066\u200f\ufeff",
    "x\x00\x1b[31m",
    "x\u2028y\x85z",
    "\U0001f600",
    "''=1",
)
TEXT = st.sampled_from(WORST) | st.text(st.characters(exclude_categories=["Cs"]), max_size=200)
FORMULA = re.compile(
    r"[\s\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]*"
    r"[=+\-@\t\r\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b]"
)
TEXTS = [column.name for column in SITES.columns if column.kind in ("text", "date")]


@st.composite
def directories(draw: st.DrawFn) -> pd.DataFrame:
    """Return a directory of places whose every text is anything."""
    rows = []
    for rank in range(draw(st.integers(1, 3))):
        row: dict[str, Any] = dict.fromkeys(SITES.names)
        row |= {name: draw(TEXT) for name in TEXTS}
        row |= {"site": f"L{rank}", "in_territory": True, "itinerant": draw(st.booleans())}
        row |= {"commune": "93066", "postcode": "93200", "confirmed_on": "2026-01-02"}
        row |= {"lon": draw(st.none() | st.floats(-5, 9)), "lat": draw(st.floats(42, 51))}
        rows.append(row)
    frame = pd.DataFrame(rows)
    return frame.assign(**{name: frame[name].astype("str") for name in TEXTS})


@at_most(25)
@given(directories())
def test_csv_and_json_hold_no_formula_and_no_script_link(sites: pd.DataFrame) -> None:
    for form, read in (("standard-csv", read_csv), ("standard-json", read_json)):
        data = directory_bytes(sites, form)
        if form == "standard-csv":
            for row in csv.DictReader(io.StringIO(data.decode(), newline="")):
                plain = {k: v for k, v in row.items() if k not in ("latitude", "longitude")}
                plain.pop("telephone")  # valid by its pattern: a plus and digits only
                assert not any(FORMULA.match(value) for value in plain.values())
            rows = read(data).rows if data.count(b"\r\n") > 1 else []
        else:
            rows = read(data).rows if len(json.loads(data)) else []
        for row in rows:
            for field in ("site_web", "prise_rdv"):
                assert re.fullmatch(r"https?://.*", row[field] or "https://", re.S | re.I)


@at_most(25)
@given(directories())
def test_geojson_is_json_and_links_are_web_links(sites: pd.DataFrame) -> None:
    for feature in json.loads(directory_bytes(sites, "geojson"))["features"]:
        said = feature["properties"]
        for name in ("website", "booking"):
            assert said[name] is None or said[name].lower().startswith("http")
        assert not re.search(r"[\u202a-\u202e\u2066-\u2069]", said["name"] or "")


@given(directories())
def test_a_card_can_hold_nothing_but_its_own_lines(sites: pd.DataFrame) -> None:
    data = directory_bytes(sites, "vcard")
    lines = data.decode().replace("\r\n ", "").split("\r\n")
    known = "BEGIN|VERSION|KIND|UID|FN|ORG|ADR|TEL|EMAIL|URL|GEO|CATEGORIES|NOTE|REV|END"
    assert all(re.match(rf"(?:{known})[:;]", line) for line in lines[:-1])
    assert lines.count("BEGIN:VCARD") == lines.count("END:VCARD") == len(sites)
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    assert not any(line.startswith("URL:") and "script:" in line[:20].lower() for line in lines)


@at_most(25)
@given(directories())
def test_cleaning_twice_is_cleaning_once(sites: pd.DataFrame) -> None:
    once = harmless(sites, SITES)
    pd.testing.assert_frame_equal(harmless(once, SITES), once)


@at_most(6)  # a workbook is read in a process of its own
@given(st.lists(st.tuples(TEXT, TEXT, TEXT), min_size=1, max_size=3))
def test_a_dropped_spreadsheet_is_shown_as_text(cells: list[tuple[str, str, str]]) -> None:
    book = openpyxl.Workbook()
    book.active.append(["nom", "commune", "site_web"])
    clean = openpyxl.cell.cell.ILLEGAL_CHARACTERS_RE
    for row in cells:
        for place, text in enumerate(row, start=1):
            cell = book.active.cell(book.active.max_row + (place == 1), place)
            cell.value = clean.sub("", text)[:30_000] or "x"
            cell.data_type = "s"
    stream = io.BytesIO()
    book.save(stream)
    intake = sort_lines(read_list(stream.getvalue()), communes=Known({"93072": "Stains"}))
    words = load_words("fr")
    shown = html_table("x", *problem_rows(intake, words), numeric=NONE)
    assert not re.search(r"<(?!/?(?:div|table|caption|thead|tbody|tr|th|td)\b)", shown)
    assert not re.search(r"[\u202a-\u202e\u2066-\u2069]", shown)
    for row in csv.reader(io.StringIO(problems_file(intake, words).decode("utf-8-sig"))):
        assert not any(FORMULA.match(cell) for cell in row)


def test_every_form_of_the_directory_is_under_these_tests() -> None:
    assert set(FORMS) == {"standard-csv", "standard-json", "geojson", "vcard"}
