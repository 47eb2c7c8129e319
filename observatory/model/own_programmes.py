"""A planner's own programmes: rows of a CSV or a form, checked one by one, wrong ones set aside.

Nothing is stored: the rows come in, the records and the problems go out.
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from observatory.errors import ColumnsError, FileFormatError
from observatory.geo.codes import fold_name
from observatory.model.public_programmes import record_table
from observatory.tables.plain_text import restore, visible
from observatory.tables.programme_tables import DATE, RECORDS, TERRITORY

#: The columns of a list, those that each row needs first.
NEEDED = ("programme", "actor", "says", "status", "date", "source")
COLUMNS = (
    *NEEDED,
    "funders",
    "partners",
    "kind",
    "amount_eur",
    "quantity",
    "unit",
    "public",
    "territory",
    "until",
    "url",
)
#: The same in French.
FRENCH = {
    "programme": "programme",
    "acteur": "actor",
    "contenu": "says",
    "etat": "status",
    "date": "date",
    "source": "source",
    "financeurs": "funders",
    "partenaires": "partners",
    "type": "kind",
    "montant_eur": "amount_eur",
    "quantite": "quantity",
    "unite": "unit",
    "public": "public",
    "territoire": "territory",
    "jusqu_a": "until",
    "adresse_web": "url",
}
NUMBERS = ("amount_eur", "quantity")
CLOSED = ("kind", "unit", "public", "status")
MOST_ROWS, MOST_BYTES, LONGEST, MOST_AMOUNT = 500, 1_000_000, 500, 1e12
#: What a cell may be called instead of its code: column -> name as folded -> code.
Labels = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Problem:
    """Why a row is set aside.

    Attributes
    ----------
    line
        Row of the table, the header being 1.
    column
        The column, one of :data:`COLUMNS`; empty for the whole row.
    found
        What stands there, shortened.
    kind
        ``required``, ``too_long``, ``number``, ``closed_list``, ``date``, ``territory``, ``link``,
        ``unit`` (a quantity without unit, or a unit without quantity) or ``twice``.
    """

    line: int
    column: str
    found: str
    kind: str


@dataclass(frozen=True)
class OwnProgrammes:
    """A list sorted: rows in = records + rows with a problem.

    Attributes
    ----------
    records
        The good rows (``RECORDS``), their ``id`` naming the line.
    problems
        What is wrong, by line.
    unknown
        Columns that are not read.
    """

    records: pd.DataFrame
    problems: tuple[Problem, ...]
    unknown: tuple[str, ...] = ()

    @property
    def aside(self) -> int:
        """How many rows were set aside."""
        return len({one.line for one in self.problems})


def read_own(data: bytes, labels: Labels, where: str = "the file") -> OwnProgrammes:
    """Read a CSV of programmes (comma, semicolon or tab; UTF-8 or Windows-1252).

    Raises
    ------
    FileFormatError
        Empty, too long, or not CSV.
    ColumnsError
        The header lacks a column that every row needs, or has one twice.
    """
    table = _table(data, where)
    names = [_column(name) for name in table.columns]
    lost = [name for name in NEEDED if name not in names]
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if lost or twice:
        raise ColumnsError(
            f"{where}, header",
            expected="the columns " + ", ".join(NEEDED) + ", each once",
            found=f"twice {', '.join(twice)}" if twice else f"without {', '.join(lost)}",
            next_step="name the columns as the documentation of own programmes does",
        )
    unknown = tuple(str(h) for h, name in zip(table.columns, names, strict=True) if not name)
    rows = [
        {name: restore(cell.strip()) for name, cell in zip(names, cells, strict=True) if name}
        for cells in table.itertuples(index=False, name=None)
    ]
    lines = [line for line, row in enumerate(rows, start=2) if any(row.values())]
    found = sort_rows([rows[line - 2] for line in lines], labels, lines)
    return OwnProgrammes(found.records, found.problems, unknown)


def sort_rows(
    rows: Sequence[Mapping[str, str]], labels: Labels, lines: Sequence[int] | None = None
) -> OwnProgrammes:
    """Part rows of text by column into good records and problems.

    Parameters
    ----------
    rows
        Texts by column, of :data:`COLUMNS`.
    labels
        Names that stand for codes.
    lines
        The line of each; from 2 by default.
    """
    numbered = lines or range(2, len(rows) + 2)
    good: list[dict[str, Any]] = []
    problems: list[Problem] = []
    seen: set[tuple[tuple[str, str], ...]] = set()
    for line, row in zip(numbered, rows, strict=True):
        found, wrong = _record(line, row, labels)
        same = tuple(sorted((name, text) for name, text in row.items() if text))
        if not wrong and same in seen:
            wrong = [Problem(line, "", row["programme"], "twice")]
        seen.add(same)
        problems += wrong
        if not wrong:
            good.append(found)
    return OwnProgrammes(record_table(good, "own programmes"), tuple(problems))


def _table(data: bytes, where: str) -> pd.DataFrame:
    if not data.strip() or len(data) > MOST_BYTES:
        raise _spoilt(where, "nothing" if not data.strip() else f"{len(data)} bytes")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    header = text.split("\n", 1)[0]
    separator = max(",;\t", key=header.count)
    try:
        table = pd.read_csv(
            io.StringIO(text),
            sep=separator,
            dtype=str,
            keep_default_na=False,
            skip_blank_lines=False,
            nrows=MOST_ROWS + 1,
            index_col=False,
            engine="python",
            header=None,
        )
    except (pd.errors.ParserError, pd.errors.EmptyDataError, ValueError) as error:
        raise _spoilt(where, str(error).splitlines()[0][:200]) from error
    if len(table) > MOST_ROWS:
        raise _spoilt(where, f"more than {MOST_ROWS - 1} rows")
    body = table.iloc[1:].fillna("")
    body.columns = table.iloc[0].fillna("").tolist()
    return body


def _spoilt(where: str, found: str) -> FileFormatError:
    return FileFormatError(
        where,
        expected=f"a CSV of at most {MOST_ROWS - 1} rows and {MOST_BYTES // 1_000_000} MB",
        found=found,
        next_step="save the table as CSV UTF-8 from a spreadsheet",
    )


def _column(header: object) -> str:
    folded = re.sub(r"[^a-z0-9]+", "_", fold_name(str(header)).replace("'", " ")).strip("_")
    known = FRENCH.get(folded, folded)
    return known if known in COLUMNS else ""


def _record(
    line: int, row: Mapping[str, str], labels: Labels
) -> tuple[dict[str, Any], list[Problem]]:
    """Return the record of a row, and what is wrong with it."""
    texts = {name: visible(row.get(name, "")).strip() for name in COLUMNS}
    kinds = {name: "required" for name in NEEDED if not texts[name]}
    kinds |= {name: "too_long" for name, text in texts.items() if len(text) > LONGEST}
    found: dict[str, Any] = {name: text or None for name, text in texts.items()}
    for name, text in texts.items():
        if text and name not in kinds:
            found[name], kind = _value(name, text, labels)
            if kind:
                kinds[name] = kind
    if not kinds and (found["quantity"] is None) != (found["unit"] is None):
        kinds["unit" if found["unit"] is None else "quantity"] = "unit"
    problems = [Problem(line, name, texts[name][:80], kind) for name, kind in kinds.items()]
    for name in ("funders", "partners"):
        found[name] = tuple(part.strip() for part in texts[name].split("|") if part.strip())
    named = {"id": f"own_{line}", "evidence": "reported"}
    return {**found, **named}, problems


def _value(name: str, text: str, labels: Labels) -> tuple[Any, str]:
    """Return the value of a cell, and the kind of its problem or the empty text."""
    if name in NUMBERS:
        number = _number(text)
        return number, "" if number is not None else "number"
    if name in CLOSED:
        code = labels.get(name, {}).get(fold_name(text), text)
        return code, "" if code in (RECORDS.column(name).among or ()) else "closed_list"
    if name in ("date", "until"):
        day = _date(text)
        return day, "" if day else "date"
    if name == "territory":
        code = labels.get(name, {}).get(fold_name(text), text)
        return code, "" if re.fullmatch(TERRITORY, code) else "territory"
    if name == "url":
        return text, "" if re.fullmatch(r"https?://\S+", text, re.IGNORECASE) else "link"
    return text, ""


def _number(text: str) -> float | None:
    try:
        number = float(re.sub(r"\s", "", text).replace(",", "."))
    except ValueError:
        return None
    return number if math.isfinite(number) and 0 <= number <= MOST_AMOUNT else None


def _date(text: str) -> str | None:
    """Return a year, a month or a day as ISO; a French ``17/11/2020`` too."""
    french = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text)
    if french:
        text = f"{french[3]}-{int(french[2]):02}-{int(french[1]):02}"
    if not re.fullmatch(DATE, text):
        return None
    try:
        date.fromisoformat((text + "-01-01")[:10])
    except ValueError:
        return None
    return text
