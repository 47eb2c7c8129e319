"""Hold a frame to its table: columns, types, values, key and reference system."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from observatory.errors import ColumnsError, ContractError, CrsError
from observatory.tables.columns import Column
from observatory.tables.remarks import is_family
from observatory.tables.table import Table

MISSING_COLUMN_HELP = "compare the file with its data dictionary, or rebuild it"
#: Characters of a wrong value that an error shows.
LONGEST = 200


def check(frame: pd.DataFrame, table: Table, *, where: str | None = None) -> Any:
    """Return the frame in the contract's column order and types, or say what is wrong.

    Parameters
    ----------
    frame
        Any frame with the table's columns, in any order, index ignored.
    table
        The contract.
    where
        What to call the frame in an error; the table's name by default.

    Returns
    -------
    DataFrame or GeoDataFrame
        Same rows, same order, a fresh ``RangeIndex``, the contract's dtypes.

    Raises
    ------
    ColumnsError
        A column is missing or unknown.
    ContractError
        A value, type or key breaks the contract.
    CrsError
        The geometry has no reference system, or another one.
    """
    place = where or table.name
    _check_columns(frame, table, place)
    ordered = frame.loc[:, table.names].reset_index(drop=True)
    typed = ordered.assign(
        **{c.name: _as_kind(ordered[c.name], c, place) for c in table.columns if _is_plain(c)}
    )
    _check_values(typed, table, place)
    _check_key(typed, table, place)
    return _check_crs(typed, table, place)


def _is_plain(column: Column) -> bool:
    return column.kind != "geometry"


def _check_columns(frame: pd.DataFrame, table: Table, place: str) -> None:
    found, wanted = set(frame.columns), set(table.names)
    if found == wanted:
        return
    lost, extra = sorted(wanted - found), sorted(str(name) for name in found - wanted)
    raise ColumnsError(
        place,
        expected=f"the columns {', '.join(table.names)}",
        found="; ".join(
            part
            for part in (
                f"without {', '.join(lost)}" if lost else "",
                f"unknown {', '.join(extra)}" if extra else "",
            )
            if part
        ),
        next_step=MISSING_COLUMN_HELP,
    )


def _as_kind(values: pd.Series[Any], column: Column, place: str) -> pd.Series[Any]:
    try:
        if column.dtype == "str":
            if values.dtype == "str":
                return values
            return values.astype("str").where(values.notna())
        if column.missing is None and values.isna().any():
            raise ValueError(f"{int(values.isna().sum())} missing values")
        return values.astype(column.dtype)  # type: ignore[call-overload, no-any-return]  # dtype is data
    except (TypeError, ValueError) as error:
        raise ContractError(
            f"{place}, column {column.name}",
            expected=column.allowed,
            found=str(error),
            next_step="mend the values at their source, or set the rows aside with a reason",
        ) from error


def _check_values(frame: pd.DataFrame, table: Table, place: str) -> None:
    """Refuse the first column whose values are not allowed, with its first such row."""
    for column in table.columns:
        values = frame[column.name]
        wrong = _not_allowed(values, column)
        if not wrong.any():
            continue
        first = int(wrong.argmax())
        raise ContractError(
            f"{place}, column {column.name}, row {first + 1}",
            expected=column.allowed + ("" if column.missing else ", never missing"),
            found=f"{_shown(values.iloc[first])} ({int(wrong.sum())} values in all)",
            next_step="mend the value at its source, or set the row aside with a reason",
        )


def _not_allowed(values: pd.Series[Any], column: Column) -> np.ndarray[Any, Any]:
    """Say of each value whether the column forbids it; a missing one only where none may miss."""
    gone = values.isna().to_numpy()
    wrong = gone.copy() if column.missing is None else np.zeros(len(values), dtype=bool)
    if column.pattern is not None:
        wrong |= ~gone & ~values.str.fullmatch(column.pattern).to_numpy(dtype=bool, na_value=False)
    if column.among is not None:
        wrong |= ~gone & ~values.isin(list(column.among)).to_numpy()
    if column.remarks is not None:
        distinct = {text: not is_family(text, column.remarks) for text in values.dropna().unique()}
        wrong |= ~gone & values.map(distinct).eq(True).to_numpy()
    if column.low is not None or column.high is not None:
        figures = values.to_numpy(dtype="float64", na_value=np.nan)
        low = -np.inf if column.low is None else column.low
        high = np.inf if column.high is None else column.high
        wrong |= (figures < low) | (figures > high)
    return wrong


def _shown(value: Any) -> str:
    """Return a value as an error shows it, bounded."""
    text = repr(value.item() if hasattr(value, "item") else value)
    return text if len(text) <= LONGEST else text[:LONGEST] + "..."


def _check_key(frame: pd.DataFrame, table: Table, place: str) -> None:
    keys = frame[list(table.key)]
    twice = keys.duplicated(keep=False)
    if keys.isna().any().any() or twice.any():
        sample = keys[twice | keys.isna().any(axis=1)].iloc[0].tolist()
        raise ContractError(
            f"{place}, key {' + '.join(table.key)}",
            expected="each key once and never missing",
            found=f"{int(twice.sum())} rows share a key, for instance {sample}",
            next_step="keep one row a key and set the others aside with a reason",
        )


def _check_crs(frame: pd.DataFrame, table: Table, place: str) -> Any:
    if table.crs is None:
        return frame
    layer = gpd.GeoDataFrame(frame, geometry="geometry")
    epsg = None if layer.crs is None else layer.crs.to_epsg()
    if epsg not in table.crs:
        raise CrsError(
            f"layer {place}",
            expected=f"EPSG:{table.crs[0]}, or that of a part of France overseas",
            found="no reference system" if layer.crs is None else str(layer.crs.to_string()),
            next_step="declare the layer's reference system, or project it explicitly",
        )
    return layer
