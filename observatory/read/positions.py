"""The file of positions found from addresses, which can be kept and corrected."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from observatory.errors import ContractError
from observatory.read.text_files import read_text_table
from observatory.tables.atomic import write_whole
from observatory.tables.check import check
from observatory.tables.position_tables import POSITIONS

#: What a person's file has to say; the rest is the service's.
NEEDED = ("address", "commune", "lat", "lon", "source")
OTHERS = tuple(name for name in POSITIONS.names if name not in NEEDED)


def read_positions(path: Path) -> pd.DataFrame:
    """Read a file of positions (``POSITIONS``).

    Raises
    ------
    MissingInputError, FileFormatError, ColumnsError, ContractError
        No file, not CSV in UTF-8, a column lacks or is not known, a value that cannot be, or an
        address twice.
    """
    raw = read_text_table(path, columns=NEEDED, optional=OTHERS)
    frame = raw.reindex(columns=POSITIONS.names)
    frame = frame.where(frame.notna() & (frame != ""), None)
    for name in ("lat", "lon", "score"):
        frame[name] = _numbers(frame[name], path)
    half = frame["lat"].isna() != frame["lon"].isna()
    if half.any():
        raise _wrong(path, half.idxmax(), "both lat and lon, or neither", "one of them")
    return pd.DataFrame(check(frame, POSITIONS, where=str(path)))


def _numbers(values: pd.Series[str], path: Path) -> pd.Series[float]:
    plain = values.astype("str").str.replace(",", ".", regex=False)
    found = pd.to_numeric(plain, errors="coerce")
    wrong = values.notna() & found.isna()
    if wrong.any():
        line, text = wrong.idxmax(), values[wrong].iloc[0]
        raise _wrong(path, line, f"a number in column {values.name}", repr(text))
    return found.astype(float)


def _wrong(path: Path, line: object, expected: str, found: str) -> ContractError:
    return ContractError(
        f"{path}, line {line}", expected=expected, found=found, next_step="mend this line"
    )


def write_positions(positions: pd.DataFrame, path: Path) -> None:
    """Write positions, in the order of communes and addresses, whole or not at all."""
    rows = check(positions, POSITIONS).sort_values(["commune", "address"])
    write_whole(path, rows.to_csv(index=False, lineterminator="\n").encode("utf-8"))
