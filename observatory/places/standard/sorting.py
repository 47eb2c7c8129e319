"""Sort a planner's list of places: the good lines, and those set aside with the reason.

A line is good when the standard would take it: no problem of it is an ``error``. With ``mend``,
the suggestions are put in first, and each one put in is listed.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from observatory.places.standard.commune_checks import Known
from observatory.places.standard.file_bytes import Source, source_bytes
from observatory.places.standard.problems import Problem
from observatory.places.standard.standard_files import (
    Sheet,
    read_json,
    read_spreadsheet,
)
from observatory.places.standard.upgrading import Record
from observatory.places.standard.validation import validate
from observatory.tables.place_tables import NO_PIVOT
from observatory.tables.plain_text import defuse
from observatory.tables.remarks import Remark

#: Required fields that planners' own lists seldom have, and that mending can give.
FIELDS_GIVEN = ("id", "pivot", "date_maj")
HEADERS = ("line", "kept", "severity", "field", "found", "expected", "suggestion", "kind")


@dataclass(frozen=True)
class SetAside:
    """A line that the standard refuses.

    Attributes
    ----------
    line
        Its line of the file.
    record
        What was read.
    reasons
        Its errors.
    """

    line: int
    record: Record
    reasons: tuple[Problem, ...]


@dataclass(frozen=True)
class Intake:
    """A list of places, sorted: lines in = good + set aside.

    Attributes
    ----------
    good, lines
        The records to keep, and the line of each.
    aside
        The others.
    problems
        Everything wrong, by line and field; those mended have the severity ``mended``.
    unknown
        Columns that are no field of the standard: they were not read.
    notes
        What the upgrade of an older form could not carry over, each with its line.
    """

    good: list[Record]
    lines: list[int]
    aside: list[SetAside]
    problems: list[Problem]
    unknown: tuple[str, ...] = ()
    notes: tuple[tuple[int, Remark], ...] = ()


def read_list(source: Source, *, name: str = "the file") -> Sheet:
    """Read a list of places in CSV, XLSX or JSON, whichever its bytes are.

    Parameters
    ----------
    source
        A path, or the bytes of a file.
    name
        What to call bytes in an error.

    Raises
    ------
    MissingInputError, FileFormatError, ColumnsError
        No file; empty, spoilt or of another kind; a table of something else than places.
    """
    data, where = source_bytes(source, name)
    start = data[:200].removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if start in (b"[", b"{"):
        return read_json(data, name=where)
    return read_spreadsheet(data, name=where)


def sort_lines(
    sheet: Sheet,
    *,
    communes: Known | None = None,
    mend: bool = False,
    day: date | None = None,
    today: date | None = None,
) -> Intake:
    """Return what is wrong line by line, and part the good lines from the others.

    Parameters
    ----------
    sheet
        The list, as :func:`read_list` gives it.
    communes, today
        As for :func:`~observatory.places.standard.validation.validate`.
    mend
        Put the suggestions in: a commune that two things of the line agree on, a value of a closed
        list, a telephone in its international form, a day as ISO; an ``id`` and a ``pivot`` where
        there is none.
    day
        With ``mend``, the day that the whole list was confirmed, for lines that have none. Never
        guessed: without it such lines are set aside.
    """
    rules: dict[str, Any] = {"communes": communes, "today": today}
    found = validate(sheet.rows, lines=sheet.lines, **rules)
    rows, problems = sheet.rows, found
    if mend:
        rows = _mended(sheet, found, day)
        left = validate(rows, lines=sheet.lines, **rules)
        problems = _with_mended(found, left, dict(zip(sheet.lines, rows, strict=True)))
    wrong: dict[int, list[Problem]] = {}
    for problem in problems:
        if problem.severity == "error":
            wrong.setdefault(problem.line, []).append(problem)
    pairs = list(zip(sheet.lines, rows, strict=True))
    return Intake(
        good=[row for line, row in pairs if line not in wrong],
        lines=[line for line, _ in pairs if line not in wrong],
        aside=sorted(
            [
                *(SetAside(n, row, tuple(wrong[n])) for n, row in pairs if n in wrong),
                *(SetAside(bad.line, {}, (bad,)) for bad in sheet.unreadable),
            ],
            key=lambda item: item.line,
        ),
        problems=sorted([*problems, *sheet.unreadable], key=lambda problem: problem.line),
        unknown=sheet.unknown,
        notes=sheet.notes,
    )


def _mended(sheet: Sheet, problems: Iterable[Problem], day: date | None) -> list[Record]:
    at = dict(zip(sheet.lines, (dict(row) for row in sheet.rows), strict=True))
    for problem in problems:
        record = at[problem.line]
        if problem.suggestion:
            _put(record, problem)
        elif problem.kind == "required" and problem.field == "date_maj" and day is not None:
            record["date_maj"] = day.isoformat()
    for record in at.values():
        record["pivot"] = record.get("pivot") or NO_PIVOT
        record["id"] = record.get("id") or _identifier(record)
    return [at[line] for line in sheet.lines]


def _put(record: Record, problem: Problem) -> None:
    field, value = problem.field, problem.suggestion
    if problem.kind == "closed list":
        values = str(record[field]).split("|")
        put = [value if one[:200] == problem.found else one for one in values]
        record[field] = "|".join(dict.fromkeys(put))
    elif problem.kind == "commune" and field == "commune":
        record["commune"], _, code = value.rpartition(", ")
        record["code_insee"] = code
    elif problem.kind == "point":
        record["latitude"], record["longitude"] = map(float, value.split(" "))
    else:
        record[field] = value


def _identifier(record: Record) -> str | None:
    """Return an identifier that stays the same as long as name, address and commune do."""
    parts = [str(record.get(field) or "") for field in ("nom", "adresse", "commune")]
    if not parts[0]:
        return None
    return "lieu-" + hashlib.sha256("|".join(parts).encode()).hexdigest()[:12]


def _with_mended(
    found: Iterable[Problem], left: Sequence[Problem], rows: Mapping[int, Record]
) -> list[Problem]:
    """Return what is left, and what was found and is no more, with the value put in its place."""
    still = {(p.line, p.field, p.kind) for p in left}
    gone = [
        replace(p, severity="mended", suggestion=str(rows[p.line].get(p.field) or ""))
        for p in found
        if (p.line, p.field, p.kind) not in still
    ]
    rank = {"error": 0, "warning": 1, "mended": 2}
    return sorted([*left, *gone], key=lambda p: (p.line, rank[p.severity]))


def problems_csv(intake: Intake) -> bytes:
    """Return the problems as CSV for a spreadsheet, one line a problem; no cell is a formula."""
    lines = set(intake.lines)
    rows = [
        (p.line, p.line in lines, p.severity, p.field, p.found, p.expected, p.suggestion, p.kind)
        for p in intake.problems
    ]
    return table_csv(HEADERS, rows)


def table_csv(headers: Iterable[str], rows: Iterable[Iterable[object]]) -> bytes:
    """Return rows of texts as CSV that a spreadsheet opens: UTF-8 with a BOM, formulas defused."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([defuse(str(header)) for header in headers])
    for row in rows:
        writer.writerow([defuse(_cell(value)) for value in row])
    return out.getvalue().encode("utf-8-sig", "replace")


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
