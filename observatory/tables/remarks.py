"""Remarks: what there is to say of a row, as a code with values; the words stand in ``words/``.

A table stores remarks as JSON text, the same for the same remarks:
``[{"code":"search.stale","day":"2023-04-01"}]``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from observatory.tables.remark_codes import CODES

Value = str | int | float | tuple[str, ...]


class Remark(NamedTuple):
    """One remark.

    Attributes
    ----------
    code
        One of :data:`~observatory.tables.remark_codes.CODES`.
    values
        The values that the code names, in that order.
    """

    code: str
    values: tuple[tuple[str, Value], ...] = ()

    def get(self, name: str) -> Value:
        """Return a value by its name.

        Raises
        ------
        KeyError
            The remark has no such value.
        """
        return dict(self.values)[name]


def remark(code: str, /, **values: Value) -> Remark:
    """Return a remark.

    Raises
    ------
    ValueError
        The code is none of :data:`~observatory.tables.remark_codes.CODES`, or asks for other
        values.
    """
    asked = CODES.get(code)
    if asked is None or set(asked) != set(values):
        raise ValueError(f"remark {code}: expected the values {asked}, found {tuple(values)}")
    return Remark(code, tuple((name, values[name]) for name in asked))


def stored(remarks: Iterable[Remark]) -> str | None:
    """Return remarks as the text that a table stores, each once; ``None`` where there is none."""
    rows = as_values(remarks)
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":")) if rows else None


def as_values(remarks: Iterable[Remark]) -> list[dict[str, Value]]:
    """Return remarks as plain values for JSON, each once."""
    return [{"code": one.code, **dict(one.values)} for one in dict.fromkeys(remarks)]


def remarks_of(text: object) -> tuple[Remark, ...]:
    """Return the remarks that a table stores; none where the value is missing.

    Raises
    ------
    ValueError
        The text is not what :func:`stored` writes.
    """
    if not isinstance(text, str) or not text:
        return ()
    rows: Any = json.loads(text)
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise ValueError(f"not a list of remarks: {text[:80]}")
    return tuple(_remark(dict(row)) for row in rows)


def is_family(text: str, family: str) -> bool:
    """Return whether a text is stored remarks that are all of one family of codes."""
    try:
        return all(one.code.startswith(f"{family}.") for one in remarks_of(text))
    except (TypeError, ValueError):
        return False


def _remark(row: dict[str, Any]) -> Remark:
    code = row.pop("code", "")
    values = {name: tuple(v) if isinstance(v, list) else v for name, v in row.items()}
    return remark(code, **values)
