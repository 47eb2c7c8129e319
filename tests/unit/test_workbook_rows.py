"""A workbook is read in a process of its own, within bounds; what it holds comes back as text."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime, time

import openpyxl
import pytest

from observatory.places.workbook_rows import BOUNDS, WorkbookError, workbook_rows


def workbook(rows: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def repacked(data: bytes, **parts: str) -> bytes:
    """Return a workbook with parts written anew, by the end of their names."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            key = name.rsplit("/", 1)[-1].removesuffix(".xml")
            new.writestr(name, parts[key] if key in parts else old.read(name))
    return stream.getvalue()


PLAIN = workbook([["nom", "commune"], ["Maison", "Stains"]])


def test_cells_come_back_as_text_with_their_lines() -> None:
    rows: list[list[object]] = [
        ["nom", 2.0, 2.5, None],
        [],
        [date(2026, 1, 31), datetime(2026, 1, 31, 9), time(9, 30), True],
    ]
    assert workbook_rows(workbook(rows)) == [
        (1, ["nom", "2", "2.5"]),
        (3, ["2026-01-31", "2026-01-31", "09:30:00", "True"]),
    ]


SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    "{}</sheetData></worksheet>"
)
ROW = '<row r="{0}"><c r="A{0}" t="inlineStr"><is><t>{1}</t></is></c></row>'


def test_a_cell_of_sixty_megabytes_is_refused_before_it_is_unpacked() -> None:
    data = repacked(PLAIN, sheet1=SHEET.format(ROW.format(1, "x" * 60_000_000)))
    assert len(data) < 80_000
    with pytest.raises(WorkbookError, match="unpacks to 60 MB"):
        workbook_rows(data)


@pytest.mark.parametrize(
    ("bounds", "found"),
    [
        (BOUNDS._replace(unpacked=1_000), "unpacks to"),
        (BOUNDS._replace(rows=1), "more than 1 lines"),
        (BOUNDS._replace(characters=10), "characters"),
        (BOUNDS._replace(wall_s=0), "takes more than 0 s"),
    ],
)
def test_what_goes_beyond_a_bound_is_refused(bounds: object, found: str) -> None:
    with pytest.raises(WorkbookError, match=found):
        workbook_rows(PLAIN, bounds)  # type: ignore[arg-type]


def test_a_workbook_that_takes_more_memory_than_allowed_is_refused() -> None:
    nested = repacked(PLAIN, sheet1="<a>" * 1_000_000)
    with pytest.raises(WorkbookError, match="memory"):
        workbook_rows(nested, BOUNDS._replace(memory=100_000_000))


@pytest.mark.parametrize("data", [b"PK", b"PK\x03\x04" + b"\0" * 40, PLAIN[:300], PLAIN[:-40]])
def test_a_spoilt_archive_is_refused(data: bytes) -> None:
    with pytest.raises(WorkbookError, match="spoilt"):
        workbook_rows(data)
