"""The national map's own rule to merge records: the baseline that matching must beat."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import pandas as pd
from rapidfuzz import fuzz, utils

from observatory.core.matching.pairs import connected

#: Cutoffs of the national map's own rule, out of 100: within one source, across sources.
NATIONAL_WITHIN, NATIONAL_ACROSS = 90, 83


def national_rule(a: Mapping[Any, Any], b: Mapping[Any, Any]) -> bool:
    """Say whether the national map's tool would merge two records: the baseline to beat.

    Candidates share a commune (and a ``typology``, or one is empty). The score is the truncated
    mean of three: likeness of names, likeness of addresses (Indel ratio after lower case and
    punctuation), and distance: 100 below 0.0004 degrees, else ``trunc(100 / (1000 d + 1))``, and
    **100 where a coordinate is missing**. Merged above 90 within a source, 83 across.
    """
    if a.get("commune") != b.get("commune") or _text(a.get("commune")) == "":
        return False
    types = {_text(r.get("typology")) for r in (a, b)} - {""}
    if len(types) > 1:
        return False
    names, addresses = (
        round(fuzz.ratio(_text(a.get(f)), _text(b.get(f)), processor=utils.default_process))
        for f in ("name", "address")
    )
    score = math.trunc((names + addresses + _national_distance(a, b)) / 3)
    return score > (NATIONAL_WITHIN if a.get("source") == b.get("source") else NATIONAL_ACROSS)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _national_distance(a: Mapping[Any, Any], b: Mapping[Any, Any]) -> int:
    values: list[Any] = [r.get(f) for r in (a, b) for f in ("lon", "lat")]
    if any(v is None or pd.isna(v) for v in values):
        return 100
    lon_a, lat_a, lon_b, lat_b = (float(v) for v in values)
    degrees = math.hypot(lon_a - lon_b, lat_a - lat_b)
    return 100 if degrees < 0.0004 else math.trunc(100 / (1000 * degrees + 1))


def national_groups(records: pd.DataFrame) -> list[list[str]]:
    """Give the groups of records that the national rule makes, links followed through."""
    rows = records.to_dict("records")
    by_commune: dict[Any, list[int]] = defaultdict(list)
    for i, row in enumerate(rows):
        by_commune[row.get("commune")].append(i)
    pairs = [
        (i, j)
        for block in by_commune.values()
        for k, i in enumerate(block)
        for j in block[k + 1 :]
        if national_rule(rows[i], rows[j])
    ]
    roots = connected(len(rows), pairs)
    groups: dict[int, list[str]] = defaultdict(list)
    for row, root in zip(rows, roots, strict=True):
        groups[int(root)].append(row["record"])
    return [sorted(group) for group in groups.values()]
