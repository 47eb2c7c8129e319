"""Read text tables, JSON and layers so that a spoilt file says where, what, and what to do next.

Tables come back as text, the empty string where a field is blank, indexed by the line of the file
on which each record begins: an error about a value can then name its line.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from observatory.errors import (
    ColumnsError,
    ContractError,
    FileFormatError,
    MissingInputError,
)
from observatory.read.zipped import unzipped
from observatory.tables.check import check
from observatory.tables.provenance import Aside, Reading
from observatory.tables.table import Table
from observatory.tables.toml_files import did_you_mean

FETCH = "fetch the file again from its publisher (see data/registry.toml)"
MARKS = {
    "s": "suppressed",
    "ns": "not significant",
    "so": "no population",
    "nd": "not published",
}
_NUMBER = re.compile(r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][+-]?\d+)?")
#: Hosts that need no https: a server on this machine, for a test.
LOCAL = ("localhost", "127.0.0.1", "::1")


def read_bytes(path: Path) -> bytes:
    """Return the bytes of a file that is there and is not empty; of a zip, those of its one CSV.

    Raises
    ------
    MissingInputError
        The file is not there, or is a folder.
    FileFormatError
        The file is empty.
    """
    if not path.is_file():
        raise MissingInputError(
            str(path),
            expected="a file",
            found="a folder" if path.is_dir() else "nothing there",
            next_step="check the folder given with --from, or " + FETCH,
        )
    data = unzipped(path) if path.suffix.lower() == ".zip" else path.read_bytes()
    if not data.strip():
        raise FileFormatError(
            str(path), expected="a file with content", found="an empty file", next_step=FETCH
        )
    return data


def read_text(path: Path, *, encoding: str = "utf-8") -> str:
    """Return the text of a file in the encoding that its publisher uses; a BOM is taken off.

    Raises
    ------
    MissingInputError, FileFormatError
        No file; an empty file; bytes of another encoding; a web page in place of the data.
    """
    data = read_bytes(path)
    _refuse_other_encoding(path, data, encoding)
    try:
        text = data.decode("utf-8-sig" if encoding == "utf-8" else encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise FileFormatError(
            f"{path}, line {line}",
            expected=f"text in {encoding}",
            found=f"byte 0x{data[error.start]:02x} at position {error.start}, "
            "which another encoding wrote (often Windows-1252)",
            next_step=f"save the file as {encoding}, or " + FETCH,
        ) from error
    if re.match(r"\s*<(?:!doctype\s+html|html)", text, re.IGNORECASE):
        raise FileFormatError(
            str(path),
            expected="a data file",
            found="a web page (HTML)",
            next_step="the download met an error page: " + FETCH,
        )
    return text


def _refuse_other_encoding(path: Path, data: bytes, encoding: str) -> None:
    found = ""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        found = "UTF-16"
    elif encoding.lower().replace("-", "") in ("cp1252", "latin1", "iso88591"):
        # A one-byte encoding decodes anything, so UTF-8 would pass and come out garbled.
        try:
            found = "UTF-8" if not data.isascii() and data.decode("utf-8") else ""
        except UnicodeDecodeError:
            found = ""
    if found:
        raise FileFormatError(
            str(path),
            expected=f"text in {encoding}",
            found=f"text in {found}",
            next_step=f"save the file as {encoding}, or " + FETCH,
        )


def read_json(path: Path) -> Any:
    """Return the content of a JSON file.

    Raises
    ------
    MissingInputError, FileFormatError
        No file; an empty file; another encoding; a file cut short or not JSON.
    """
    text = read_text(path)
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        cut = error.pos >= len(text.rstrip()) - 1 or error.msg.startswith("Unterminated")
        raise FileFormatError(
            f"{path}, line {error.lineno}",
            expected="complete JSON",
            found=f"a file cut short ({error.msg})" if cut else f"not JSON: {error.msg}",
            next_step=FETCH,
        ) from error


def read_text_table(
    path: Path,
    *,
    sep: str = ",",
    columns: Sequence[str],
    optional: Sequence[str] = (),
    known: str = "",
    encoding: str = "utf-8",
    quote: str = '"',
    header: Sequence[str] | None = None,
    keep: bool = False,
) -> pd.DataFrame:
    """Read a delimited text file as text.

    Parameters
    ----------
    path
        The file.
    sep, encoding, quote
        How its publisher writes it.
    columns
        Columns that must be there.
    optional
        Columns that may be there; kept when they are. The name of a blank header is ``""``.
    known
        Pattern of further column names that the publisher is known to use; they are not kept.
    header
        The column names, where the file itself has none.
    keep
        Whether the columns of ``known`` are kept too.

    Returns
    -------
    DataFrame
        One row a record, indexed by its line in the file (``line``); the columns of ``columns``
        and those of ``optional`` that are there, in the file's order; every value is stripped
        text, ``""`` where blank.

    Raises
    ------
    MissingInputError
        No file.
    FileFormatError
        Empty, header only, another encoding, or a record with more or fewer fields than the header.
    ColumnsError
        A column lacks, stands twice, or is not known.
    """
    text = read_text(path, encoding=encoding)
    rows = _rows(path, text, sep, quote)
    names = [name.strip() for name in (next(rows, (1, []))[1] if header is None else header)]
    check_header(path, names, columns, optional, known)
    wanted = [*columns, *optional]
    kept = [place for place, name in enumerate(names) if keep or name in wanted]
    lines: list[int] = []
    # Only the columns kept stay in memory: a table of the country has a hundred others.
    records: list[list[str]] = []
    for line, record in rows:
        if len(record) != len(names):
            last = len(record) < len(names) and next(rows, None) is None
            raise _wrong_width(path, line, len(names), len(record), last)
        lines.append(line)
        records.append([record[place].strip() for place in kept])
    if not records:
        raise FileFormatError(
            str(path),
            expected="at least one record below the header",
            found="the header only",
            next_step=FETCH,
        )
    index = pd.Index(lines, name="line")
    return pd.DataFrame(records, columns=[names[n] for n in kept], index=index, dtype="str")


def _rows(path: Path, text: str, sep: str, quote: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each record with the line of the file on which it begins; blank lines are none."""
    csv.field_size_limit(2**24)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=sep, quotechar=quote, strict=True)
    start = 1
    try:
        for record in reader:
            if record:
                yield start, record
            start = reader.line_num + 1
    except csv.Error as error:
        raise FileFormatError(
            f"{path}, line {start}",
            expected=f"records with the separator {sep!r} and quotes {quote!r} that close",
            found=f"a file cut short or spoilt ({error})",
            next_step=FETCH,
        ) from error


def _wrong_width(path: Path, line: int, wanted: int, found: int, last: bool) -> FileFormatError:
    return FileFormatError(
        f"{path}, line {line}",
        expected=f"{wanted} fields, as in the header",
        found=f"{found} fields" + (": the file is cut short" if last else ""),
        next_step=FETCH,
    )


def check_header(
    path: Path, names: list[str], columns: Sequence[str], optional: Sequence[str], known: str
) -> None:
    """Refuse a header with a column that lacks, stands twice or is not known (see above)."""
    twice = sorted({name for name in names if names.count(name) > 1})
    lost = [name for name in columns if name not in names]
    understood = {*columns, *optional}
    extra = [
        name
        for name in names
        if name not in understood and not (known and re.fullmatch(known, name))
    ]
    if not (twice or lost or extra):
        return
    hints = [f"unknown {name!r}{did_you_mean(name, understood)}" for name in extra[:5]]
    parts = [
        f"twice {', '.join(twice)}" if twice else "",
        f"without {', '.join(lost[:10])}" if lost else "",
        "; ".join(hints),
    ]
    raise ColumnsError(
        f"{path}, header",
        expected="the columns " + ", ".join(name for name in columns),
        found="; ".join(part for part in parts if part),
        next_step="check the separator and the vintage of the file, or " + FETCH,
    )


def decimal(
    values: pd.Series[Any], where: str, *, blank: str = "not in source"
) -> tuple[pd.Series[Any], pd.Series[Any]]:
    """Read numbers written with a decimal comma or point, and the marks of missing ones.

    Parameters
    ----------
    values
        Text, indexed by line of the file.
    where
        The file, for errors; the column's name is added.
    blank
        Why a blank is missing (one of ``tables.WHY_VALUES``).

    Returns
    -------
    tuple of Series
        The numbers (``NaN`` where missing) and why they are missing (``NaN`` where they are
        there): ``s`` suppressed, ``ns`` not significant, ``so`` no population, ``nd`` not
        published.

    Raises
    ------
    ContractError
        Anything else; the line is said.
    """
    text = values.astype("str").str.strip()
    marks = text.str.lower().map({**MARKS, "": blank})
    good = text.str.fullmatch(_NUMBER.pattern)
    wrong = text[~is_figure(values)]
    if len(wrong):
        raise ContractError(
            f"{where}, column {values.name}, line {wrong.index[0]}",
            expected="a number (decimal comma or point), or s, ns, so, nd for a missing one",
            found=f"{wrong.iloc[0]!r} ({len(wrong)} values in all)",
            next_step="mend the value at its source, or correct it in data/corrections",
        )
    numbers = text.where(good).str.replace(",", ".", regex=False).astype("float64")
    return numbers, marks.where(~good).astype("str").where(~good)


def is_figure(values: pd.Series[Any]) -> pd.Series[bool]:
    """Return which texts are a number, a mark of a missing one, or blank."""
    text = values.astype("str").str.strip()
    return text.str.fullmatch(_NUMBER.pattern) | text.str.lower().isin([*MARKS, ""])


def numbers(
    frame: pd.DataFrame, columns: dict[str, str], where: str, *, blank: str = "not in source"
) -> pd.DataFrame:
    """Read several columns with :func:`decimal`; ``columns`` is their name in the file -> ours."""
    return pd.DataFrame(
        {ours: decimal(frame[theirs], where, blank=blank)[0] for theirs, ours in columns.items()},
        index=frame.index,
    )


def aside(
    frame: pd.DataFrame, mask: pd.Series[Any], reason: str, label_column: str
) -> tuple[pd.DataFrame, Aside]:
    """Set the rows of ``mask`` aside; give the rows kept and the account of the others."""
    out = frame[mask]
    examples = tuple(str(value) for value in out[label_column].head(5))
    return frame[~mask], Aside(reason, len(out), examples)


def account(
    frame: pd.DataFrame, rows_in: int, *asides: Aside, kept: int | None = None, note: str = ""
) -> Reading:
    """Return the reading, after verifying that every row is kept or set aside.

    Parameters
    ----------
    kept
        Rows kept, where it is not ``len(frame)`` (one line gives several rows, or several one).

    Raises
    ------
    ContractError
        Rows are lost or counted twice.
    """
    used = tuple(item for item in asides if item.rows)
    out = len(frame) if kept is None else kept
    if rows_in != out + sum(item.rows for item in used):
        raise ContractError(
            "account of rows",
            expected=f"{rows_in} rows in",
            found=f"{out} kept and {sum(item.rows for item in used)} set aside",
            next_step="the reader loses rows: report it as a defect of the observatory",
        )
    return Reading(frame, rows_in, used, note)


def validate(frame: pd.DataFrame, table: Table, path: Path) -> Any:
    """Return a table checked (:func:`~observatory.tables.check.check`); a blank text is missing."""
    texts = [c.name for c in table.columns if c.kind == "text" and c.name in frame]
    blank = {name: frame[name].where(frame[name] != "") for name in texts}
    return check(frame.assign(**blank), table, where=str(path))
