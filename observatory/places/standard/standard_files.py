"""Read and write the national standard of mediation sites, 1.0.2, and planners' spreadsheets.

A record is a dict of the 32 field names; text stripped, lists joined by ``|``, coordinates as
numbers where they read as numbers, ``None`` where missing. Forms before 1.0 (``;`` lists, 29
fields) are read and upgraded.

Formulas: a spreadsheet runs a cell that begins with ``= + - @``, a tab or a carriage return. In
every file written here such a cell gets a leading apostrophe, and reading takes it back. Valid
telephones (``+33...``) and coordinates are left as they are, because the standard's own file must
stay valid and neither can hold a formula; ``spreadsheet=True`` defuses telephones too, so that a
spreadsheet keeps their sign.
"""

from __future__ import annotations

import csv
import io
import json
import math
import re
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import openpyxl

from observatory.errors import ColumnsError, FileFormatError, MissingInputError
from observatory.geo.codes import fold_name
from observatory.places.standard.problems import Problem
from observatory.places.standard.upgrading import OLD_NAMES, Record, upgrade
from observatory.places.standard.validation import standard_schema, validate
from observatory.tables.place_tables import HELP_COLUMNS, NUMBERS, PHONE, STANDARD_NAMES
from observatory.tables.plain_text import defuse, restore
from observatory.tables.remarks import Remark

__all__ = [
    "Problem",
    "Record",
    "Sheet",
    "read_csv",
    "read_json",
    "read_spreadsheet",
    "standard_schema",
    "validate",
    "write_csv",
    "write_json",
]

Source = Path | str | bytes

#: Names that planners give to the columns, beside the standard's.
_OTHER_NAMES = {
    "name": "nom",
    "nom_du_lieu": "nom",
    "ville": "commune",
    "cp": "code_postal",
    "insee": "code_insee",
    "siret": "pivot",
    "lat": "latitude",
    "lon": "longitude",
    "lng": "longitude",
    "long": "longitude",
    "tel": "telephone",
    "email": "courriels",
    "e_mail": "courriels",
    "mail": "courriels",
    "courriel": "courriels",
    "site": "site_web",
    "site_internet": "site_web",
    "horaires_d_ouverture": "horaires",
    "tarif": "frais_a_charge",
    "postes": "posts",
    "heures_par_semaine": "open_h_per_week",
}
_MOST_ROWS, _MOST_COLUMNS = 200_000, 500
#: An archive that unpacks to more than this is refused before it is opened.
_MOST_BYTES = 500_000_000
_XLSX_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    IndexError,
    KeyError,
    OSError,
    SyntaxError,  # of its XML
    TypeError,
    ValueError,
)


@dataclass(frozen=True)
class Sheet:
    """What was read: the records, the line of each in the file, and what was not understood.

    Attributes
    ----------
    rows
        The records, in the file's order.
    lines
        The line of each in the file, the header being line 1 (for JSON, its rank from 1).
    unknown
        Columns that are no field of the standard; they are not read.
    notes
        What the upgrade of an older form could not carry over, each with its line.
    help
        By line, what a planner says of the help there: :data:`HELP_COLUMNS`, as written.
    """

    rows: list[Record]
    lines: list[int]
    unknown: tuple[str, ...] = ()
    notes: tuple[tuple[int, Remark], ...] = ()
    help: Mapping[int, Mapping[str, str]] = field(default_factory=dict)


def read_csv(source: Source, *, name: str = "the file") -> Sheet:
    """Read a file of the standard, or a planner's table, in CSV.

    Parameters
    ----------
    source
        A path, or the bytes of a file. The separator (``,`` ``;`` or tab) is told by the header;
        UTF-8, or Windows-1252 as older spreadsheets write it.
    name
        What to call bytes in an error.

    Raises
    ------
    MissingInputError, FileFormatError
        No file; empty, header only, cut short, or not text.
    ColumnsError
        The header names no place: not one of ``nom``, ``commune``, ``adresse``.
    """
    data, where = source_bytes(source, name)
    text = _decoded(data, where)
    separator = max(",;\t", key=lambda mark: _known_fields(_first_record(text, mark)))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    table: list[tuple[int, list[Any]]] = []
    start = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                table.append((start, list(cells)))
            start = reader.line_num + 1
    except csv.Error as error:
        raise _spoilt(
            f"{where}, line {start}", f"a record that does not close ({error})"
        ) from error
    return _sheet(table, where)


def read_spreadsheet(source: Source, *, name: str = "the file") -> Sheet:
    """Read a planner's table: the first sheet of an XLSX file, or CSV.

    Formulas are not computed: the value last shown is read. Raises as :func:`read_csv`.
    """
    data, where = source_bytes(source, name)
    if data[:4] == b"\xd0\xcf\x11\xe0":
        raise _spoilt(where, "a spreadsheet of before 2007 (.xls), or one with a password")
    if data[:2] != b"PK":
        return read_csv(data, name=where)
    try:
        _refuse_bomb(data, where)
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        wide = sheet.iter_rows(values_only=True, max_col=_MOST_COLUMNS)
        rows = list(enumerate(islice(wide, _MOST_ROWS + 1), start=1))
        book.close()
    except FileFormatError:
        raise
    except _XLSX_ERRORS as error:
        raise _spoilt(where, f"a spoilt XLSX file ({error})") from error
    if len(rows) > _MOST_ROWS:
        raise _spoilt(where, f"a sheet of more than {_MOST_ROWS} lines")
    table = [(line, [_cell(cell) for cell in cells]) for line, cells in rows]
    return _sheet([(line, cells) for line, cells in table if any(cells)], where)


def _refuse_bomb(data: bytes, where: str) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        size = sum(item.file_size for item in archive.infolist())
    if size > _MOST_BYTES:
        raise _spoilt(where, f"a workbook that unpacks to {size // 1_000_000} MB")


def read_json(source: Source, *, name: str = "the file") -> Sheet:
    """Read a file of the standard in JSON: a list of places; lists may be JSON lists.

    Raises
    ------
    MissingInputError, FileFormatError
        No file; empty; not a JSON list of places.
    """
    data, where = source_bytes(source, name)
    try:
        content = json.loads(_decoded(data, where))
    except json.JSONDecodeError as error:
        raise _spoilt(f"{where}, line {error.lineno}", f"no JSON ({error.msg})") from error
    except (RecursionError, ValueError) as error:
        raise _spoilt(where, f"no list of places ({error})") from error
    if not isinstance(content, list) or not all(isinstance(item, dict) for item in content):
        raise _spoilt(where, f"a JSON {type(content).__name__} that is no list of places")
    names = [name for item in content for name in item]
    return _upgraded(content, list(range(1, len(content) + 1)), names)


def write_csv(rows: Iterable[Mapping[str, Any]], *, spreadsheet: bool = False) -> bytes:
    """Write records as the standard's CSV: 32 columns, comma, ``|`` lists, UTF-8.

    Cells that begin like a formula are defused (see the module); ``spreadsheet=True`` also defuses
    telephones and begins with a BOM, for a file that people open rather than publish.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_MINIMAL, lineterminator="\r\n")
    writer.writerow(STANDARD_NAMES)
    for row in rows:
        writer.writerow([_written(name, row.get(name), spreadsheet) for name in STANDARD_NAMES])
    return out.getvalue().encode("utf-8-sig" if spreadsheet else "utf-8", "replace")


def write_json(rows: Iterable[Mapping[str, Any]]) -> bytes:
    """Write records as the standard's JSON: a list of objects without their missing fields."""
    content = [
        {
            name: _plain(row.get(name))
            for name in STANDARD_NAMES
            if _plain(row.get(name)) is not None
        }
        for row in rows
    ]
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "replace")


def _written(name: str, value: Any, spreadsheet: bool) -> str:
    plain = _plain(value)
    if plain is None:
        return ""
    if isinstance(plain, int | float):
        return repr(plain)
    safe = name == "telephone" and not spreadsheet and re.fullmatch(PHONE, str(plain))
    return str(plain) if safe else defuse(str(plain))


def _plain(value: Any) -> Any:
    if value is None or value == "" or (isinstance(value, float) and not math.isfinite(value)):
        return None
    if isinstance(value, list | tuple):
        return "|".join(map(str, value)) or None
    return value.item() if hasattr(value, "item") else value


def source_bytes(source: Source, name: str = "the file") -> tuple[bytes, str]:
    """Return the bytes of a path or of an upload, and what to call them in an error.

    Raises
    ------
    MissingInputError, FileFormatError
        No file, or an empty one.
    """
    if isinstance(source, bytes):
        data, where = source, name
    else:
        path = Path(source)
        if not path.is_file():
            raise MissingInputError(
                str(path),
                expected="a file",
                found="a folder" if path.is_dir() else "nothing there",
                next_step="check the path",
            )
        data, where = path.read_bytes(), str(path)
    if not data.strip():
        raise _spoilt(where, "an empty file")
    return data, where


def _decoded(data: bytes, where: str) -> str:
    if b"\0" in data:
        raise _spoilt(where, "bytes that are no UTF-8 text")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _spoilt(where: str, found: str) -> FileFormatError:
    return FileFormatError(
        where,
        expected="a table of places in CSV or XLSX, or the standard's JSON",
        found=found,
        next_step="open it in a spreadsheet and save it as CSV UTF-8 or XLSX",
    )


def _first_record(text: str, separator: str) -> list[str]:
    return next(csv.reader(io.StringIO(text), delimiter=separator), [])


def _known_fields(header: Sequence[str]) -> int:
    return sum(_field(name) in {*STANDARD_NAMES, *OLD_NAMES} for name in header)


def _field(header: object) -> str:
    """Return the field that a column's header names, forgiving accents, case and spaces."""
    text = str(header or "").strip()
    if text in STANDARD_NAMES or text in OLD_NAMES:
        return text
    folded = re.sub(r"[^a-z0-9]+", "_", fold_name(text).replace("'", " ")).strip("_")
    return _OTHER_NAMES.get(folded, folded)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return value.strftime("%Y-%m-%d")
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def _sheet(table: list[tuple[int, list[Any]]], where: str) -> Sheet:
    if not table:
        raise _spoilt(where, "no line with text")
    header = [str(cell).strip() for cell in table[0][1]]
    fields = [_field(name) for name in header]
    _check_header(fields, header, where)
    if len(table) == 1:
        raise _spoilt(where, "the header only")
    items = [
        {
            field: restore(str(cell).strip(" \n"))
            for field, cell in zip(fields, cells, strict=False)
            if field and str(cell).strip()
        }
        for _, cells in table[1:]
    ]
    wide = next((line for line, cells in table[1:] if any(cells[len(header) :])), None)
    if wide is not None:
        raise _spoilt(f"{where}, line {wide}", f"more cells than the {len(header)} of the header")
    given = {field: name for field, name in zip(fields, header, strict=True) if field}
    sheet = _upgraded(items, [line for line, _ in table[1:]], list(given))
    unknown = tuple(given[f] for f in sheet.unknown)
    return replace(sheet, unknown=unknown)


def _check_header(fields: list[str], header: list[str], where: str) -> None:
    twice = sorted({f for f in fields if f and fields.count(f) > 1})
    lost = {"nom", "commune", "adresse"} - set(fields)
    if twice or len(lost) == 3:
        raise ColumnsError(
            f"{where}, header",
            expected="the fields of the standard, at least nom, commune and adresse",
            found=f"twice {', '.join(twice)}" if twice else ", ".join(header[:12]),
            next_step="name the columns as the standard does (docs: the standard's 32 fields)",
        )


def _upgraded(items: Sequence[Mapping[str, Any]], lines: list[int], names: list[str]) -> Sheet:
    notes: list[tuple[int, Remark]] = []
    rows: list[Record] = []
    for line, item in zip(lines, items, strict=True):
        record, lost = upgrade(item)
        rows.append({name: _value(name, value) for name, value in record.items()})
        notes += [(line, note) for note in lost]
    known = {*STANDARD_NAMES, *OLD_NAMES, *HELP_COLUMNS}
    unknown = tuple(dict.fromkeys(n for n in names if n not in known))
    given = {
        line: {name: str(item[name]) for name in HELP_COLUMNS if item.get(name) not in (None, "")}
        for line, item in zip(lines, items, strict=True)
    }
    theirs = {line: values for line, values in given.items() if values}
    return Sheet(rows, lines, unknown, tuple(notes), theirs)


def _value(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name not in NUMBERS:
        # JSON can hold half a character, which no file can.
        return str(value).encode("utf-8", "replace").decode().strip() or None
    try:
        number = float(str(value).replace(",", "."))
    except ValueError:
        return str(value).strip()
    return number if math.isfinite(number) else str(value)
