"""Columns of what lacks to a norm: missing, or to move where the norm is a share of what is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from observatory.tables.columns import Column

MISSING, TO_MOVE = "missing_", "to_move_"
SHARE = "the norm is a share of what there is (see to_move_*)"
NO_SHARE = "the norm is no share of what there is (see missing_*)"


def moved_name(name: str) -> str:
    """Return the name of the column that holds what is to move beside one of what is missing."""
    return name.replace(MISSING, TO_MOVE)


def pairs(names: Iterable[str]) -> dict[str, str]:
    """Return the columns of what is missing that have one of what is to move beside them."""
    known = list(names)
    found = {name: moved_name(name) for name in known if MISSING in name}
    return {missing: moved for missing, moved in found.items() if moved in known}


def with_to_move(*columns: Column) -> tuple[Column, ...]:
    """Return columns of what is missing, then those of what is to move; one of them is empty."""
    missing = [column.may_miss(_or(column, SHARE)) for column in columns]
    moved = [
        replace(
            column,
            name=moved_name(column.name),
            description=f"As {column.name}, where the norm is a share: to move, not missing.",
            missing=_or(column, NO_SHARE),
        )
        for column in columns
    ]
    return (*missing, *moved)


def _or(column: Column, reason: str) -> str:
    return reason if column.missing is None else f"{column.missing}, or {reason}"
