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
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from observatory.errors import ColumnsError, FileFormatError
from observatory.geo.codes import fold_name
from observatory.places.standard.file_bytes import Source, decoded, source_bytes, spoilt
from observatory.places.standard.problems import LINE, Problem
from observatory.places.standard.upgrading import OLD_NAMES, Record, upgrade
from observatory.places.standard.validation import standard_schema, validate
from observatory.places.workbook_rows import WorkbookError, workbook_rows
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
#: Characters of a cell, as spreadsheets allow: a line that holds a longer one is set aside.
MOST_CHARACTERS = 32_767
#: A file is refused where more than this share of its lines cannot be read at all.
MOST_UNREADABLE = 0.5


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
    unreadable
        Lines that are no record, each with the reason: they are set aside.
    """

    rows: list[Record]
    lines: list[int]
    unknown: tuple[str, ...] = ()
    notes: tuple[tuple[int, Remark], ...] = ()
    help: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    unreadable: tuple[Problem, ...] = ()


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
    text = decoded(data, where)
    separator = max(",;\t", key=lambda mark: _known_fields(_first_record(text, mark)))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    table: list[tuple[int, list[str]]] = []
    start = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return _sheet(table, where)
        except csv.Error as error:
            if "field limit" not in str(error):
                unclosed = f"a record that does not close ({error})"
                raise spoilt(f"{where}, line {start}", unclosed) from error
            cells = ["x" * (MOST_CHARACTERS + 1)]
        if any(cell.strip() for cell in cells):
            table.append((start, cells))
        start = reader.line_num + 1


def read_spreadsheet(source: Source, *, name: str = "the file") -> Sheet:
    """Read a planner's table: the first sheet of an XLSX file, or CSV.

    Formulas are not computed: the value last shown is read. Raises as :func:`read_csv`.
    """
    data, where = source_bytes(source, name)
    if data[:4] == b"\xd0\xcf\x11\xe0":
        raise spoilt(where, "a spreadsheet of before 2007 (.xls), or one with a password")
    if data[:2] != b"PK":
        return read_csv(data, name=where)
    try:
        return _sheet(workbook_rows(data), where)
    except WorkbookError as error:
        raise spoilt(where, str(error)) from error


def read_json(source: Source, *, name: str = "the file") -> Sheet:
    """Read a file of the standard in JSON: a list of places; lists may be JSON lists.

    Raises
    ------
    MissingInputError, FileFormatError
        No file; empty; not a JSON list of places.
    """
    data, where = source_bytes(source, name)
    try:
        content = json.loads(decoded(data, where))
    except json.JSONDecodeError as error:
        raise spoilt(f"{where}, line {error.lineno}", f"no JSON ({error.msg})") from error
    except (RecursionError, ValueError) as error:
        raise spoilt(where, f"no list of places ({error})") from error
    if not isinstance(content, list) or not content:
        kind = "empty list" if content == [] else type(content).__name__
        raise spoilt(where, f"a JSON {kind} that is no list of places")
    numbered = list(enumerate(content, start=1))
    places = [(line, item) for line, item in numbered if isinstance(item, dict)]
    known = {*STANDARD_NAMES, *OLD_NAMES}
    if places and not any(known & set(item) for _, item in places):
        raise spoilt(where, "a JSON list without one field of the standard")
    wrong = [_no_place(n, item) for n, item in numbered if not isinstance(item, dict)]
    _refuse_unreadable(wrong, len(content), where)
    names = [name for _, item in places for name in item]
    sheet = _upgraded([item for _, item in places], [line for line, _ in places], names)
    return replace(sheet, unreadable=tuple(wrong))


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


def _sheet(table: Sequence[tuple[int, list[str]]], where: str) -> Sheet:
    if not table:
        raise spoilt(where, "no line with text")
    header = [str(cell).strip() for cell in table[0][1]]
    fields = [_field(name) for name in header]
    _check_header(fields, header, where)
    if len(table) == 1:
        raise spoilt(where, "the header only")
    wrong = [_bad_cells(line, cells, len(header)) for line, cells in table[1:]]
    unreadable = [problem for problem in wrong if problem]
    _refuse_unreadable(unreadable, len(wrong), where)
    kept = [row for row, problem in zip(table[1:], wrong, strict=True) if not problem]
    items = [
        {
            field: restore(cell.strip(" \n"))
            for field, cell in zip(fields, cells, strict=False)
            if field and cell.strip()
        }
        for _, cells in kept
    ]
    given = {field: name for field, name in zip(fields, header, strict=True) if field}
    sheet = _upgraded(items, [line for line, _ in kept], list(given))
    unknown = tuple(given[f] for f in sheet.unknown)
    return replace(sheet, unknown=unknown, unreadable=tuple(unreadable))


def _bad_cells(line: int, cells: Sequence[str], columns: int) -> Problem | None:
    """Return why a line is no record, or ``None``."""
    longest = max(map(len, cells))
    if longest > MOST_CHARACTERS:
        expected = f"cells of at most {MOST_CHARACTERS} characters"
        return Problem(line, LINE, f"{longest} characters or more", expected, kind="cell")
    if any(cells[columns:]):
        expected = f"the {columns} cells of the header"
        return Problem(line, LINE, f"{len(cells)} cells", expected, kind="cells")
    return None


def _no_place(line: int, item: Any) -> Problem:
    found = f"a JSON {type(item).__name__}"
    return Problem(line, LINE, found, "an object with the fields of a place", kind="cells")


def _refuse_unreadable(wrong: Sequence[Problem], lines: int, where: str) -> None:
    if len(wrong) > MOST_UNREADABLE * lines:
        first = wrong[0]
        raise FileFormatError(
            f"{where}, line {first.line}",
            expected=f"{first.expected}, in at least half of the lines",
            found=f"{first.found}; {len(wrong)} of {lines} lines are like it",
            next_step="compare the header with the lines, and save the table again",
        )


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
