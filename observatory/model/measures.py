"""The measures that a map can show: column, precision, and how its figures are drawn.

A rate is a colour, in round classes that are the same on every map, so that two maps can be
compared. A count is a circle whose surface is the count, on one scale for all maps: coloured, a
large zone would look worse than a small one for its size alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from observatory.model.precision import CLASSES
from observatory.tables.map_scales import MISSING_RATE, ORANGES

#: ColorBrewer sequential schemes, told apart by people with any common colour blindness.
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
        Five colours, from little to much; circles take the fourth.
    breaks
        Of a rate: the upper bounds of its classes but the last, which is open; included.
    circles
        Of a count: the values that the legend shows, the last one drawn in full size.
    decimals
        Precision on screen.
    low, high
        Columns of its interval, where it has one.
    grade
        Column of its class of precision: a figure that is not published has no value here.
    """

    name: str
    values: Callable[[pd.DataFrame], Series]
    colours: tuple[str, ...]
    breaks: tuple[float, ...] = ()
    circles: tuple[float, ...] = ()
    decimals: int = 0
    low: str | None = None
    high: str | None = None
    grade: str | None = None

    @property
    def on_places(self) -> bool:
        """Whether it rests on the places known: where none is, it says little."""
        return not self.name.startswith("need")

    def withheld(self, table: pd.DataFrame) -> Series:
        """Return which rows have a figure too uncertain to be published."""
        if self.grade is None:
            return pd.Series(False, index=table.index)
        return table[self.grade] == CLASSES[-1]


def _published(values: Callable[[pd.DataFrame], Series], grade: str) -> Callable[..., Series]:
    """Return the values of a measure without those too uncertain to be published."""
    return lambda table: values(table).mask(table[grade] == CLASSES[-1])


def _column(name: str) -> Callable[[pd.DataFrame], Series]:
    return lambda table: table[name].astype(float)


def _share(part: str, whole: str) -> Callable[[pd.DataFrame], Series]:
    """Return a part per hundred of a whole; missing where the whole is nobody."""
    return lambda table: 100 * table[part] / table[whole].where(table[whole] > 0)


MEASURES: dict[str, Measure] = {
    measure.name: measure
    for measure in (
        Measure(
            "missing_rate",
            _published(_column("missing_h_per_100"), "missing_class"),
            ORANGES,
            breaks=MISSING_RATE,
            decimals=2,
            low="missing_h_per_100_low",
            high="missing_h_per_100_high",
            grade="missing_class",
        ),
        Measure(
            "missing",
            _published(_column("missing_h_per_week"), "missing_class"),
            ORANGES,
            circles=(2, 20, 100),
            low="missing_low",
            high="missing_high",
            grade="missing_class",
        ),
        Measure(
            "need",
            _published(_column("need_persons"), "need_class"),
            PURPLES,
            circles=(300, 2_000, 10_000),
            low="need_low",
            high="need_high",
            grade="need_class",
        ),
        Measure(
            "need_rate",
            _published(_share("need_persons", "population_latest"), "need_class"),
            PURPLES,
            breaks=(8.0, 10.0, 12.0, 14.0),
            decimals=1,
            grade="need_class",
        ),
        Measure("capacity", _column("help_h_per_week"), BLUES, circles=(2, 20, 100), decimals=1),
        Measure(
            "access",
            _column("access_h_per_100"),
            BLUES,
            breaks=(0.0, 0.5, 1.0, 1.5),
            decimals=2,
        ),
        Measure("nearest", _column("nearest_min"), ORANGES, breaks=(5.0, 10.0, 15.0, 30.0)),
    )
}
