"""A person's corrections: records to merge or keep apart, whatever the evidence."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from observatory.errors import ChoiceError
from observatory.places.matching.candidates import decode
from observatory.places.matching.pairs import connected
from observatory.places.matching.prepared import IntArray
from observatory.tables.directory_tables import FORCED


@dataclass(frozen=True)
class Decisions:
    """What a person decided: the number of each pair, and the reason."""

    links: dict[int, str] = field(default_factory=dict)
    cuts: dict[int, str] = field(default_factory=dict)

    @property
    def linked(self) -> IntArray:
        """The pairs to merge."""
        return np.array([*self.links], dtype=np.int64)

    @property
    def cut(self) -> IntArray:
        """The pairs to keep apart."""
        return np.array([*self.cuts], dtype=np.int64)


def decisions(forced: pd.DataFrame | None, record: pd.Series[Any]) -> Decisions:
    """Read the corrections (:data:`~observatory.tables.directory_tables.FORCED`) on these records.

    Raises
    ------
    ChoiceError
        A correction names an unknown record or action, or contradicts another.
    """
    done = Decisions()
    if forced is None:
        return done
    position = {name: i for i, name in enumerate(record)}
    for line in forced[FORCED.names].to_dict("records"):
        low, high = sorted(position.get(line[c], -1) for c in ("record_a", "record_b"))
        if low < 0 or low == high or line["action"] not in ("merge", "split"):
            raise _refused(line, "an action merge or split on two records that exist")
        target = done.links if line["action"] == "merge" else done.cuts
        target[low * len(record) + high] = str(line["reason"])
    roots = connected(len(record), decode(done.linked, len(record)))
    for i, j in decode(done.cut, len(record)).tolist():
        if roots[i] == roots[j]:
            line = {"action": "split", "record_a": record[i], "record_b": record[j]}
            raise _refused(line, "no two records both merged and split")
    return done


def _refused(line: Mapping[Hashable, Any], expected: str) -> ChoiceError:
    return ChoiceError(
        "matching corrections",
        expected=expected,
        found=f"{line['action']} {line['record_a']} {line['record_b']}",
        next_step="mend or remove the correction: the record may have gone from its source",
    )
