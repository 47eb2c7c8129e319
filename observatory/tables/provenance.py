"""Where a table comes from: publisher, licence, vintage, bytes, and every row accounted for."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

import pandas as pd

#: The licence under which a source may enter the compiled edition and the exports.
OPEN_LICENCE = "Licence Ouverte 2.0"


@dataclass(frozen=True)
class Aside:
    """Rows of a source that did not go into its table, and why.

    Attributes
    ----------
    reason
        Why, in one phrase.
    rows
        How many.
    examples
        Up to five of them, as short texts.
    """

    reason: str
    rows: int
    examples: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reading:
    """What a reader gives: the contracted table, and an account of every row.

    ``rows_in = rows kept + rows set aside``, always; ``len(frame)`` can differ from the rows
    kept where one line gives several rows (``unfolded``) or several lines make one (``folded``).
    """

    frame: pd.DataFrame
    rows_in: int
    aside: tuple[Aside, ...] = ()
    note: str = ""

    @property
    def rows_aside(self) -> int:
        """How many rows were set aside."""
        return sum(item.rows for item in self.aside)


@dataclass(frozen=True)
class Provenance:
    """The record that follows a source into the build report and onto each screen."""

    id: str
    title: str
    publisher: str
    licence: str
    vintage: str
    url: str
    path: str
    sha256: str
    read_on: str
    rows_in: int
    rows_out: int
    rows_aside: int
    aside: tuple[Aside, ...] = field(default_factory=tuple)
    note: str = ""
    covers: str = ""
    #: The day since which a downloaded file has not changed, and the days after which it is late.
    changed_on: str = ""
    late_after: int = 0
    #: The day that a file speaks of which is not the one of the registry; empty where it is.
    as_of: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return the record as plain values, for JSON; how it changes only where that is known."""
        values = asdict(self)
        for name in ("changed_on", "late_after", "as_of"):
            if not values[name]:
                del values[name]
        return values

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Provenance:
        """Return the record back from plain values."""
        aside = tuple(
            Aside(item["reason"], item["rows"], tuple(item["examples"]))
            for item in values.get("aside", ())
        )
        return cls(**{**values, "aside": aside})
