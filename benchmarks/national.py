"""The national map's own rule to merge records: the peer that matching must beat.

Written from its published source, on the records that our matching gets, each pair of a commune at
once; its own tool weighs them one by one.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from rapidfuzz import fuzz, process, utils

from observatory.places.matching.candidates import blocks, decode, pairs_inside
from observatory.places.matching.pairs import connected

#: Cutoffs of the national map's own rule, out of 100: within one source, across sources.
WITHIN, ACROSS = 90, 83

IntArray = NDArray[np.int64]


def national_groups(records: pd.DataFrame) -> list[list[str]]:
    """Return the groups of records that the national rule makes, links followed through.

    Candidates share a commune (and a ``typology``, or one is empty). The score is the truncated
    mean of three: likeness of names, likeness of addresses (Indel ratio after lower case and
    punctuation), and distance: 100 below 0.0004 degrees, else ``trunc(100 / (1000 d + 1))``, and
    **100 where a coordinate is missing**. Merged above 90 within a source, 83 across.
    """
    count = len(records)
    communes = pd.factorize(_texts(records, "commune").replace("", None))[0]
    known = np.flatnonzero(communes >= 0)
    order, _, sizes = blocks(communes[known].astype(np.int64))
    chunks = pairs_inside(known[order], sizes, count)
    ready = _Ready(records)
    merged = [codes[ready.merges(decode(codes, count))] for codes in chunks]
    roots = connected(count, decode(np.concatenate(merged), count))
    groups: dict[int, list[str]] = defaultdict(list)
    for name, root in zip(records["record"], roots.tolist(), strict=True):
        groups[root].append(name)
    return [sorted(group) for group in groups.values()]


def _texts(records: pd.DataFrame, column: str) -> pd.Series[Any]:
    if column not in records:
        return pd.Series([""] * len(records), dtype=object)
    values: pd.Series[Any] = records[column].astype(object).reset_index(drop=True)
    return values.where(values.map(lambda v: isinstance(v, str)), "")


class _Ready:
    """The fields that the rule compares."""

    def __init__(self, records: pd.DataFrame) -> None:
        self.typology, self.source = (
            pd.factorize(_texts(records, c).replace("", None))[0] for c in ("typology", "source")
        )
        self.texts = [
            _texts(records, column).map(utils.default_process).to_numpy(dtype=object)
            for column in ("name", "address")
        ]
        none = pd.Series(np.nan, index=records.index)
        self.lon, self.lat = (
            records.get(c, none).to_numpy(dtype=float, na_value=np.nan) for c in ("lon", "lat")
        )

    def merges(self, pairs: IntArray) -> NDArray[np.bool_]:
        """Return which pairs the rule merges."""
        a, b = pairs.T
        kinds = self.typology[a], self.typology[b]
        same_kind = (kinds[0] == kinds[1]) | (kinds[0] < 0) | (kinds[1] < 0)
        likeness = [
            np.rint(process.cpdist(t[a].tolist(), t[b].tolist(), scorer=fuzz.ratio, dtype=float))
            for t in self.texts
        ]
        degrees = np.hypot(self.lon[a] - self.lon[b], self.lat[a] - self.lat[b])
        far = np.trunc(100 / (1000 * np.nan_to_num(degrees) + 1))
        distance = np.where(np.isnan(degrees) | (degrees < 0.0004), 100, far)
        score = np.trunc((likeness[0] + likeness[1] + distance) / 3)
        cutoff = np.where(self.source[a] == self.source[b], WITHIN, ACROSS)
        return np.asarray(same_kind & (score > cutoff))
