"""The measures that a map can show: column, precision, colours and how its classes are cut."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd

#: ColorBrewer sequential schemes, told apart by people with any common colour blindness.
ORANGES = ("#ffffd4", "#fed98e", "#fe9929", "#d95f0e", "#993404")
PURPLES = ("#f2f0f7", "#cbc9e2", "#9e9ac8", "#756bb1", "#54278f")
BLUES = ("#f0f9e8", "#bae4bc", "#7bccc4", "#43a2ca", "#0868ac")
#: Missing is a flat grey with a dashed edge, a colour that no scheme has.
MISSING = "#c9c9c9"

Series = Any


@dataclass(frozen=True)
class Measure:
    """One thing to colour the zones by.

    Attributes
    ----------
    name
        Its name in the URL and in the texts (``measure.<name>.*``).
    values
        From a table of gaps to one number a row; missing stays missing.
    colours
        Five colours, from little to much.
    decimals
        Precision on screen.
    low, high
        Columns of its interval, where it has one.
    """

    name: str
    values: Callable[[pd.DataFrame], Series]
    colours: tuple[str, ...]
    decimals: int = 0
    low: str | None = None
    high: str | None = None


def _column(name: str) -> Callable[[pd.DataFrame], Series]:
    return lambda table: table[name].astype(float)


def _share(part: str, whole: str) -> Callable[[pd.DataFrame], Series]:
    """Return a part per hundred of a whole; missing where the whole is nobody."""
    return lambda table: 100 * table[part] / table[whole].where(table[whole] > 0)


MEASURES: dict[str, Measure] = {
    measure.name: measure
    for measure in (
        Measure(
            "missing",
            _column("missing_h_per_week"),
            ORANGES,
            low="missing_low",
            high="missing_high",
        ),
        Measure("missing_rate", _share("missing_h_per_week", "need_persons"), ORANGES, decimals=1),
        Measure("need", _column("need_persons"), PURPLES, low="need_low", high="need_high"),
        Measure("need_rate", _share("need_persons", "population_latest"), PURPLES, decimals=1),
        Measure("capacity", _column("help_h_per_week"), BLUES, decimals=1),
        Measure("access", _column("access_h_per_100"), BLUES, decimals=2),
        Measure("nearest", _column("nearest_min"), ORANGES),
    )
}
