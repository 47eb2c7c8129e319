"""Rows of a table as plain values, for JSON and templates: numbers rounded, missing as ``None``."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

#: Decimals of every published figure.
DECIMALS = 6


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return a table's rows as plain values, numbers rounded, missing as ``None``; no outlines."""
    plain = without_geometry(frame)
    columns = {str(name): plain_values(plain[name]) for name in plain.columns}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def without_geometry(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the table without its outlines."""
    shapes = [name for name in frame.columns if str(frame[name].dtype) == "geometry"]
    return pd.DataFrame(frame.drop(columns=shapes))


def plain_values(column: pd.Series[Any]) -> list[Any]:
    """Return plain Python values: ``None`` for missing, floats rounded and never minus zero."""
    missing = column.isna().tolist()
    known = [None if gone else value for gone, value in zip(missing, column.tolist(), strict=True)]
    return [_plain(value) for value in known]


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return round(value, DECIMALS) + 0.0 if np.isfinite(value) else None
    return str(value)
