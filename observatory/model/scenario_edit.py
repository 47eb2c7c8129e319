"""The changes of a scenario, edited: one taken out of the middle of the list."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from observatory.model.scenario_changes import Change

#: How the place that change N opens is called.
OPENED = re.compile(r"scenario-([1-9]\d*)")


def opened_by(place: str) -> int | None:
    """Return the number of the change that opens a place, or ``None`` for a place of the base."""
    found = OPENED.fullmatch(place)
    return int(found[1]) if found else None


def without(changes: Sequence[Change], number: int) -> tuple[Change, ...]:
    """Return the changes without one of them, and without those about a place that it opened.

    The places that later changes open take the numbers that are theirs now, wherever they are
    named.

    Parameters
    ----------
    changes
        The changes, in order.
    number
        Which one goes, from 1.
    """
    left = [n for n in range(1, len(changes) + 1) if n != number]
    left = [n for n in left if _about(changes[n - 1]) != number]
    now = {before: after for after, before in enumerate(left, 1)}
    return tuple(_renamed(changes[n - 1], now) for n in left)


def _about(change: Change) -> int | None:
    return opened_by(str(getattr(change, "place", "")))


def _renamed(change: Change, now: dict[int, int]) -> Change:
    before = _about(change)
    if before is None:
        return change
    named: dict[str, Any] = {"place": f"scenario-{now.get(before, before)}"}
    return replace(change, **named)
