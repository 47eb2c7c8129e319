"""Tables of text from JSON lists of records, as they come from the CSV of the same service."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from observatory.errors import FileFormatError
from observatory.read.text_files import FETCH, check_header, read_json, read_text_table


def read_records(
    path: Path,
    *,
    columns: Sequence[str],
    optional: Sequence[str] = (),
    known: str = "",
    sep: str = ";",
) -> pd.DataFrame:
    """Read a JSON list of flat records, or the CSV of the same, as text.

    The names of columns are taken in small letters: a service writes them so in JSON, and with
    capitals in some of its CSV.

    Parameters
    ----------
    columns, optional, known, sep
        As for :func:`~observatory.read.text_files.read_text_table`, in small letters.

    Returns
    -------
    DataFrame
        As that of a CSV; a value that is missing, or is no plain value, is ``""``.
    """
    if path.suffix.lower() != ".json":
        frame = read_text_table(path, sep=sep, columns=(), known=r".*", keep=True)
    else:
        frame = _from_json(path)
    frame = frame.rename(columns=str.lower)
    check_header(path, [*frame.columns], columns, optional, known)
    return frame[[name for name in frame if name in (*columns, *optional)]]


def _from_json(path: Path) -> pd.DataFrame:
    items = read_json(path)
    if not isinstance(items, list) or not items or not all(isinstance(i, dict) for i in items):
        raise FileFormatError(
            str(path),
            expected="a JSON list of records, at least one",
            found=f"a JSON {type(items).__name__}" + " without any" * (items == []),
            next_step=FETCH,
        )
    rows = [{str(k): _text(v) for k, v in item.items()} for item in items]
    lines = pd.RangeIndex(1, len(rows) + 1, name="line")
    return pd.DataFrame(rows, index=lines, dtype="str").fillna("")


def _text(value: Any) -> str:
    if value is None or isinstance(value, dict | list):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value).strip()
