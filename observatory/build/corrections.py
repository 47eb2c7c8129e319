"""Corrections to upstream data, kept as data: target, action, reason, and a guard.

One TOML file a dataset in ``data/corrections/``. A correction names the row by its key, says what
it finds there now (the guard) and what to put instead, or drops the row. Once the producer mends
the value, the build says so; where another value stands there it stops, so that no correction
outlives its cause. A correction of a row that a build does not hold is left aside and counted.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from observatory.errors import ChoiceError, FileFormatError
from observatory.tables.check import check
from observatory.tables.directory_tables import FORCED, FORCED_HELP
from observatory.tables.provenance import Aside, Reading
from observatory.tables.table import Table
from observatory.tables.toml_files import read_toml

FIELDS = {"row", "action", "column", "found", "put", "reason"}
ACTIONS = ("set", "drop")


@dataclass(frozen=True)
class Correction:
    """One correction of one row.

    Attributes
    ----------
    source
        Identifier of the source whose table it mends.
    row
        The columns and values that name the row; exactly one row must match.
    action
        ``set`` a column, or ``drop`` the row.
    column, found, put
        The column concerned, the value found there now (the guard), and the value to put.
    reason
        Why, with the evidence.
    """

    source: str
    row: Mapping[str, str]
    action: str
    column: str
    found: str
    put: str | None
    reason: str


def load_corrections(folder: Path) -> dict[str, tuple[Correction, ...]]:
    """Read every correction of a folder, by source.

    Raises
    ------
    FileFormatError
        A file is not valid TOML.
    ChoiceError
        A correction lacks a field or has an unknown one.
    """
    return {path.stem: _load_file(path) for path in sorted(folder.glob("*.toml"))}


def load_forced(folder: Path) -> pd.DataFrame:
    """Read the merges and splits that a person forces on the places (``places.csv``).

    Raises
    ------
    FileFormatError
        The file is not readable CSV in UTF-8.
    ColumnsError, ContractError
        It breaks its contract (``tables.FORCED``).
    """
    return _forced(folder / "places.csv", FORCED)


def load_forced_help(folder: Path) -> pd.DataFrame:
    """Read where a person says that help stands (``help.csv``, ``tables.FORCED_HELP``).

    Raises
    ------
    FileFormatError
        The file is not readable CSV in UTF-8.
    ColumnsError, ContractError
        It breaks its contract.
    """
    return _forced(folder / "help.csv", FORCED_HELP)


def _forced(path: Path, table: Table) -> pd.DataFrame:
    if not path.exists():
        return pd.DataFrame(columns=table.names)
    try:
        frame = pd.read_csv(path, dtype="str", encoding="utf-8")
    except (ValueError, UnicodeDecodeError) as error:
        raise FileFormatError(
            str(path), expected="CSV in UTF-8", found=str(error), next_step="mend the file"
        ) from error
    return pd.DataFrame(check(frame, table, where=str(path)))


def of_these(forced: pd.DataFrame, records: Collection[str]) -> pd.DataFrame:
    """Return the merges and splits without those of two records that a build does not hold.

    One that names a single unknown record stays, to be refused: it is a misprint.
    """
    there = forced[["record_a", "record_b"]].isin(list(records)).any(axis="columns")
    return forced[there].reset_index(drop=True)


def _load_file(path: Path) -> tuple[Correction, ...]:
    tree = read_toml(path, "a file of corrections")
    return tuple(_one(entry, path) for entry in tree.get("correction", []))


def _one(entry: Mapping[str, Any], path: Path) -> Correction:
    needed = FIELDS if entry.get("action") == "set" else FIELDS - {"put"}
    if entry.get("action") not in ACTIONS or set(entry) != needed:
        raise ChoiceError(
            f"{path}, correction {entry.get('reason', '')!r}",
            expected=f"action {' or '.join(ACTIONS)} with {', '.join(sorted(needed))}",
            found=", ".join(sorted(entry)),
            next_step="mend the correction",
        )
    return Correction(
        path.stem,
        dict(entry["row"]),
        entry["action"],
        entry["column"],
        entry["found"],
        entry.get("put"),
        entry["reason"],
    )


def apply_corrections(reading: Reading, corrections: tuple[Correction, ...]) -> Reading:
    """Return the reading with its corrections applied, each dropped row set aside with its reason.

    Raises
    ------
    ChoiceError
        A correction names no row or several, or its guard no longer holds.
    """
    frame, aside = reading.frame.copy(), list(reading.aside)
    for correction in corrections:
        index = _find(frame, correction)
        _guard(frame, index, correction)
        if correction.action == "set":
            frame.loc[index, correction.column] = correction.put
        else:
            frame = frame.drop(index=index).reset_index(drop=True)
            label = " ".join(correction.row.values())
            aside.append(Aside(f"correction: {correction.reason}", 1, (label,)))
    return Reading(frame, reading.rows_in, tuple(aside), reading.note)


@dataclass(frozen=True)
class Sorted:
    """The corrections of a source, by what they find in its rows.

    Attributes
    ----------
    due
        Those to apply.
    away
        How many name a row that is not there: it lies elsewhere, or its producer dropped it.
    mended
        How many find their own value there: the producer mended it, and they can go.
    """

    due: tuple[Correction, ...]
    away: int
    mended: int

    @property
    def notes(self) -> tuple[str, ...]:
        """What to say of those that are not applied."""
        away = f"corrections of rows that are not in this build: {self.away}"
        mended = f"corrections that the producer has made since, to be taken out: {self.mended}"
        return (away,) * bool(self.away) + (mended,) * bool(self.mended)


def sort_corrections(frame: pd.DataFrame, corrections: tuple[Correction, ...]) -> Sorted:
    """Return which corrections apply to the rows that a build keeps of a source."""
    due, away, mended = [], 0, 0
    for correction in corrections:
        rows = frame.loc[_matching(frame, correction)]
        if rows.empty:
            away += 1
        elif (rows[correction.column].astype("str") == correction.put).all():
            mended += 1
        else:
            due.append(correction)
    return Sorted(tuple(due), away, mended)


def _find(frame: pd.DataFrame, correction: Correction) -> Any:
    same = _matching(frame, correction)
    if int(same.sum()) != 1:
        raise _stale(correction, "exactly one row", f"{int(same.sum())} rows")
    return frame.index[same][0]


def _matching(frame: pd.DataFrame, correction: Correction) -> pd.Series[bool]:
    unknown = {correction.column, *correction.row} - set(frame.columns)
    if unknown:
        raise _stale(correction, "columns of the table", f"unknown {', '.join(sorted(unknown))}")
    same = pd.Series(True, index=frame.index)
    for column, value in correction.row.items():
        same &= frame[column].astype("str") == value
    return same


def _guard(frame: pd.DataFrame, index: Any, correction: Correction) -> None:
    value = frame.loc[index, correction.column]
    now = "" if pd.isna(value) else str(value)
    if now != correction.found:
        raise _stale(correction, f"{correction.column} = {correction.found!r}", repr(now))


def _stale(correction: Correction, expected: str, found: str) -> ChoiceError:
    row = ", ".join(f"{column} {value}" for column, value in correction.row.items())
    return ChoiceError(
        f"corrections/{correction.source}.toml, {row}",
        expected=expected,
        found=found,
        next_step="the producer may have mended it: check the source and remove the correction",
    )
