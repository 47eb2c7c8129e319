"""A table as a workbook for people: read-me, figures with French headers, dictionary."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from observatory.files.formats import FIXED_DAY, zip_bytes
from observatory.files.notes import Notes
from observatory.files.read_me import dictionary_rows, read_me_rows
from observatory.tables.columns import Column
from observatory.tables.plain_rows import records, without_geometry
from observatory.tables.plain_text import visible
from observatory.tables.table import Table
from observatory.words.column_words import file_words, headers

#: How a figure is shown, by its unit: no more digits than an estimate can bear. The cell keeps the
#: whole value.
SHOWN = {
    "persons": "#,##0",
    "households": "#,##0",
    "pupils": "#,##0",
    "h/week": "#,##0.0",
    "h/week per 100 persons in need": "0.00",
    "%": "0.0",
    "ETP": "0.0",
    "min": "0",
    "months": "0",
    "m": "0",
    "degree": "0.00000",
}
OTHER = "0.00"
WIDEST, NARROWEST = 44, 9
LONGEST_NAME = 31


def xlsx_bytes(
    frame: pd.DataFrame, name: str, table: Table | None = None, notes: Notes | None = None
) -> bytes:
    """Return a table as a workbook, every text a text and never a formula.

    Parameters
    ----------
    frame
        The rows; outlines are left out.
    name
        Name of the sheet of figures.
    table
        The contract of the columns, which gives units; without it no dictionary is added.
    notes
        What the figures come from; without them no read-me is added.
    """
    import openpyxl

    book, words = openpyxl.Workbook(), file_words()
    sheet = book.active
    if notes is not None:
        sheet.title = words("sheet.readme")
        _write_notes(sheet, read_me_rows(notes, name, len(frame), table))
        sheet = book.create_sheet()
    sheet.title = name[:LONGEST_NAME]
    plain = without_geometry(frame)
    _write_table(sheet, plain, table)
    if table is not None:
        columns = [table.column(n) for n in map(str, plain.columns) if n in table.names]
        sources = notes.manifest.sources if notes is not None else ()
        rows = dictionary_rows(columns, table, sources)
        _write_rows(book.create_sheet(words("sheet.dictionary")), rows, sized=True)
    stream = io.BytesIO()
    book.save(stream)
    return _same_day(stream.getvalue())


def _write_table(sheet: Any, plain: pd.DataFrame, table: Table | None) -> None:
    """Write the figures: headers that stay in sight, a filter, a format by unit."""
    from openpyxl.utils import get_column_letter

    names = [str(name) for name in plain.columns]
    known = {column.name: column for column in table.columns} if table is not None else {}
    rows: Iterable[Sequence[Any]] = (list(row.values()) for row in records(plain))
    heads = headers(names, known, table.name if table is not None else "")
    _write_rows(sheet, [heads, *rows], sized=True)
    for place, name in enumerate(names, start=1):
        form = _format(known.get(name), plain[plain.columns[place - 1]])
        for (cell,) in sheet.iter_rows(2, sheet.max_row, place, place) if form else ():
            if not isinstance(cell.value, str):
                cell.number_format = form
    if names:
        sheet.freeze_panes = sheet.cell(2, names.index("name") + 2 if "name" in names[:5] else 2)
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(names))}{max(sheet.max_row, 1)}"


def _format(column: Column | None, values: pd.Series[Any]) -> str:
    """Return the number format of a column; empty where it holds no decimal numbers."""
    if column is not None and column.unit in SHOWN:
        return SHOWN[column.unit]
    return OTHER if pd.api.types.is_float_dtype(values) else ""


def _write_notes(sheet: Any, rows: Sequence[Sequence[Any]]) -> None:
    from openpyxl.styles import Alignment, Font

    _write_rows(sheet, rows, bold=False)
    for row in sheet.iter_rows():
        # A line alone with its first cell is a heading.
        if row[0].value is not None and all(cell.value is None for cell in row[1:]):
            row[0].font = Font(bold=True)
        for cell in row:
            cell.alignment = Alignment(wrap_text=cell.column > 1, vertical="top")
    for letter, width in zip("ABCDEFG", (34, 60, 16, 16, 40, 34, 40), strict=True):
        sheet.column_dimensions[letter].width = width


def _write_rows(
    sheet: Any, rows: Iterable[Sequence[Any]], *, sized: bool = False, bold: bool = True
) -> None:
    """Write rows, the first in bold, with widths that their texts need."""
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    widths: dict[int, int] = {}
    for line, row in enumerate(rows, start=1):
        for place, value in enumerate(row, start=1):
            cell = sheet.cell(line, place, visible(value) if isinstance(value, str) else value)
            if isinstance(value, str):
                cell.data_type = "s"
            if line == 1 and bold:
                cell.font = Font(bold=True)
                cell.alignment = Alignment(wrap_text=True, vertical="top")
            widths[place] = max(widths.get(place, 0), _width(value, head=line == 1))
    for place, width in widths.items() if sized else ():
        shown = min(max(width + 2, NARROWEST), WIDEST)
        sheet.column_dimensions[get_column_letter(place)].width = shown
    if sized:
        sheet.freeze_panes = "A2"


def _width(value: Any, *, head: bool) -> int:
    """Return how many characters a cell shows; a header may break over two lines."""
    if value is None:
        return 0
    length = len(value) if isinstance(value, str) else len(f"{value:.6g}")
    return -(-length // 2) if head else length


def _same_day(archive: bytes) -> bytes:
    """Return a zip archive without the hour it was made."""
    with zipfile.ZipFile(io.BytesIO(archive)) as source:
        files = {name: source.read(name) for name in source.namelist()}
    stamp = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
    core = "docProps/core.xml"
    if core in files:
        files[core] = stamp.sub(FIXED_DAY.encode(), files[core])
    return zip_bytes(files)
