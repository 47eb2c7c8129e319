"""One source in several files: what their readings make together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from observatory.tables.provenance import Aside, Reading

#: The column that tells the rows of most tables apart, the first of these that it has.
KEYS = ("iris", "cell", "uai", "structure", "id", "postcode", "commune")
REPEATED = "already in a file read before it"


def together(readings: Sequence[Reading]) -> Reading:
    """Return the readings of files side by side as one.

    Rows, rows aside and notes add up. A row whose key an earlier file gave already is set aside:
    the first file is the best one.
    """
    first, *others = readings
    if not others:
        return first
    frames, asides = [first.frame], list(first.aside)
    known = set(_keys(first.frame))
    for reading in others:
        keys = _keys(reading.frame)
        repeated = keys.isin(known)
        frames.append(reading.frame[~repeated])
        again = keys[repeated]
        asides += [*reading.aside, Aside(REPEATED, len(again), tuple(map(str, again.head(5))))]
        known |= set(keys)
    whole: Any = pd.concat([frame for frame in frames if len(frame)] or frames[:1])
    return Reading(
        whole.reset_index(drop=True),
        sum(reading.rows_in for reading in readings),
        _added(asides),
        "; ".join(dict.fromkeys(reading.note for reading in readings if reading.note)),
    )


def _keys(frame: Any) -> pd.Series[str]:
    """Return what tells the rows of a frame apart: a QPV is told in each of its communes."""
    if "qpv" in frame:
        whole = frame["qpv"] + (" " + frame["commune"] if "commune" in frame else "")
        return pd.Series(whole)
    return pd.Series(frame[next(name for name in KEYS if name in frame)])


def _added(asides: Sequence[Aside]) -> tuple[Aside, ...]:
    """Return the rows aside with those of one reason counted together."""
    reasons = dict.fromkeys(item.reason for item in asides if item.rows)
    return tuple(
        Aside(
            reason,
            sum(item.rows for item in asides if item.reason == reason),
            tuple(e for item in asides if item.reason == reason for e in item.examples)[:5],
        )
        for reason in reasons
    )
