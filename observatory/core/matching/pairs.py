"""Which records could be the same place, and the evidence for and against each pair.

The score of a pair is a sum of points (:class:`Rules`). A field missing on either side gives no
point, neither for nor against: a missing coordinate never helps two records to merge.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from rapidfuzz import fuzz, process
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from observatory.core.cleaning import fold
from observatory.core.geometry import to_metres
from observatory.core.matching.rules import GENERIC, SAME_PATTERNS, STREET_TYPES, Rules

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


_MOVING = re.compile(r"\b(?:bus|mobile|itinerante?|camion|caravane)\b")
#: SIREN of public bodies with many places: regions, départements, EPCI, communes, CCAS.
_PUBLIC = ("20", "21", "22", "23", "24", "25", "26")
#: A France Services label is given to few places of a commune.
_RARE_PROGRAMME = "France Services"
_LONG_ID = 16


@dataclass(frozen=True)
class Prepared:
    """Records made ready to compare: one entry a record in every array, in the frame's order."""

    frame: pd.DataFrame
    name: list[str]
    distinct: list[str]
    street: list[str]
    numbers: list[tuple[frozenset[int], str]]
    x: FloatArray
    y: FloatArray
    moving: BoolArray
    codes: dict[str, IntArray]


def prepare(records: pd.DataFrame) -> Prepared:
    """Fold names and addresses, project points and number the values to compare for equality."""
    frame = records.reset_index(drop=True)
    blank = pd.Series([None] * len(frame), dtype="str")
    get = {c: frame[c].astype("str") if c in frame else blank for c in _COMPARED}
    communes = get["commune_name"].map(lambda v: fold(v) if isinstance(v, str) else "")
    names = [_canonical(v) for v in get["name"]]
    whole = [_without(n, set(c.split())) for n, c in zip(names, communes, strict=True)]
    addresses = [_split(v) for v in get["address"]]
    lon, lat = (
        frame[c].to_numpy(dtype=float) if c in frame else np.full(len(frame), np.nan)
        for c in ("lon", "lat")
    )
    x, y = np.full(len(frame), np.nan), np.full(len(frame), np.nan)
    placed = ~(np.isnan(lon) | np.isnan(lat))
    if placed.any():
        x[placed], y[placed] = to_metres(lon[placed], lat[placed])
    return Prepared(
        frame,
        whole,
        [_without(n, GENERIC) for n in whole],
        [street for _, _, street in addresses],
        [(numbers, suffix) for numbers, suffix, _ in addresses],
        x,
        y,
        _moving(frame, names),
        {c: _codes(get[c], c) for c in _EQUAL},
    )


_EQUAL = ("source", "commune", "postcode", "siret", "phone", "email", "website", "source_id")
_COMPARED = (*_EQUAL, "name", "address", "commune_name")


def _canonical(name: object) -> str:
    text = fold(name) if isinstance(name, str) else ""
    for pattern, new in SAME_PATTERNS:
        text = pattern.sub(new, text)
    return text


def _without(text: str, words: set[str] | frozenset[str]) -> str:
    return " ".join(word for word in text.split() if word not in words)


def _moving(frame: pd.DataFrame, names: list[str]) -> BoolArray:
    said = np.array([bool(_MOVING.search(name)) for name in names], dtype=bool)
    if "itinerant" in frame:
        said |= frame["itinerant"].astype("boolean").fillna(False).to_numpy(dtype=bool)
    return said


def _codes(values: pd.Series[Any], column: str) -> IntArray:
    kept = values.where(values.str.len() >= _LONG_ID) if column == "source_id" else values
    return np.asarray(pd.factorize(kept)[0], dtype=np.int64)


_HEAD = re.compile(r"^(\d+)(?: ?(bis|ter|quater|[a-d]))?(?: ?[-/] ?(\d+)(?: ?[a-z]+)?)*(?= |,|$)")


def _split(address: object) -> tuple[frozenset[int], str, str]:
    """Give the numbers covered by an address, its suffix (bis), and its street without type."""
    text = " ".join(str(address).lower().split()) if isinstance(address, str) else ""
    head = _HEAD.match(text)
    if head is None:
        return frozenset(), "", _without(fold(text), STREET_TYPES)
    first, last = int(head.group(1)), int(head.group(3) or head.group(1))
    span = range(first, last + 1) if first < last <= first + 60 else (first, last)
    street = _without(fold(text[head.end() :]), STREET_TYPES)
    return frozenset(span), head.group(2) or "", street


def candidates(ready: Prepared, rules: Rules) -> IntArray:
    """Give the pairs worth comparing: rows of two record positions, the smaller first, sorted.

    A pair shares a commune or post code and a word of its name or street, or a SIRET, a phone, a
    long identifier, or lies within ``rules.near_m``.
    """
    keys = pd.concat([_word_keys(ready), *(_equal_keys(ready, c) for c in _BLOCKS)])
    found = [_pairs_of(group, ready, rules) for group in _groups(keys)]
    found.append(_near(ready, rules.near_m))
    pairs = np.concatenate([p for p in found if len(p)] or [np.empty((0, 2), dtype=np.int64)])
    ordered = np.sort(pairs, axis=1)
    return np.unique(ordered, axis=0)


_BLOCKS = ("siret", "phone", "source_id")


def _word_keys(ready: Prepared) -> pd.DataFrame:
    rows: list[tuple[int, str]] = []
    areas = list(zip(ready.codes["commune"], ready.codes["postcode"], strict=True))
    for i, (commune, postcode) in enumerate(areas):
        words = set((ready.distinct[i] or ready.name[i]).split()) | {
            "@" + word for word in ready.street[i].split() if len(word) > 2
        }
        for word in words:
            if commune >= 0:
                rows.append((i, f"c{commune} {word}"))
            if postcode >= 0:
                rows.append((i, f"p{postcode} {word}"))
    return pd.DataFrame(rows, columns=["row", "key"])


def _equal_keys(ready: Prepared, column: str) -> pd.DataFrame:
    codes = ready.codes[column]
    rows = np.flatnonzero(codes >= 0)
    return pd.DataFrame({"row": rows, "key": [f"={column} {c}" for c in codes[rows]]})


def _groups(keys: pd.DataFrame) -> list[IntArray]:
    shared = keys[keys["key"].duplicated(keep=False)].sort_values(["key", "row"])
    rows = shared["row"].to_numpy(dtype=np.int64)
    if not len(rows):
        return []
    codes = pd.factorize(shared["key"])[0]
    return np.split(rows, np.flatnonzero(np.diff(codes)) + 1)


def _pairs_of(rows: IntArray, ready: Prepared, rules: Rules) -> IntArray:
    if len(rows) <= rules.largest_block:
        i, j = np.triu_indices(len(rows), 1)
        return np.column_stack([rows[i], rows[j]])
    order = sorted(rows, key=lambda r: (ready.street[r], ready.name[r], r))
    line = np.array(order, dtype=np.int64)
    steps = range(1, 50)
    return np.concatenate([np.column_stack([line[:-s], line[s:]]) for s in steps])


def _near(ready: Prepared, radius: float) -> IntArray:
    placed = np.flatnonzero(~np.isnan(ready.x))
    if len(placed) < 2:
        return np.empty((0, 2), dtype=np.int64)
    tree = cKDTree(np.column_stack([ready.x[placed], ready.y[placed]]))
    found = tree.query_pairs(radius, output_type="ndarray").reshape(-1, 2)
    return np.asarray(placed[found], dtype=np.int64)


def evidence(ready: Prepared, pairs: IntArray, rules: Rules) -> pd.DataFrame:
    """Weigh pairs of records.

    Returns
    -------
    DataFrame
        One row a pair, in the order given: positions ``a`` and ``b``, the comparisons and points
        of :data:`~observatory.contracts.directory.LEDGER`, ``score``, ``needed`` and ``grounded``
        (whether anything but the names speaks for one place).
    """
    a, b = pairs[:, 0], pairs[:, 1]
    table = pd.DataFrame({"a": a, "b": b})
    table["name_score"], table["name_points"] = _names(ready, a, b, rules)
    table["street_score"], table["address_points"] = _addresses(ready, a, b, rules)
    metres = np.hypot(ready.x[a] - ready.x[b], ready.y[a] - ready.y[b])
    table["distance_m"] = metres
    table["distance_points"] = np.where(np.isnan(metres), 0.0, np.interp(metres, *rules.distance))
    door = table["address_points"].to_numpy() >= rules.same_door - 0.25
    same = {c: _equal(ready.codes[c], a, b) for c in _EQUAL}
    table["other_points"] = _others(ready, a, b, same, door, rules)
    for column in ("siret", "phone"):
        known = (ready.codes[column][a] >= 0) & (ready.codes[column][b] >= 0)
        table[f"same_{column}"] = pd.array(same[column], dtype="boolean")
        table.loc[~known, f"same_{column}"] = pd.NA
    table["same_upstream_id"] = same["source_id"]
    parts = ["name_points", "address_points", "distance_points", "other_points"]
    table["score"] = table[parts].sum(axis=1).round(3)
    table["needed"] = np.where(same["source"], rules.needed_within, rules.needed)
    table["grounded"] = (
        (table["address_points"] > 0)
        | (table["distance_points"] > 0)
        | same["phone"]
        | same["email"]
        | same["source_id"]
    )
    return table


def _equal(codes: IntArray, a: IntArray, b: IntArray) -> BoolArray:
    return np.asarray((codes[a] == codes[b]) & (codes[a] >= 0))


def _likeness(left: list[str], right: list[str], part: float) -> FloatArray:
    whole = process.cpdist(left, right, scorer=fuzz.token_sort_ratio, dtype=np.float64)
    shared = process.cpdist(left, right, scorer=fuzz.token_set_ratio, dtype=np.float64)
    return np.asarray(np.maximum(whole, part * shared), dtype=float)


def _names(
    ready: Prepared, a: IntArray, b: IntArray, rules: Rules
) -> tuple[FloatArray, FloatArray]:
    one, two = [ready.distinct[i] for i in a], [ready.distinct[i] for i in b]
    score = _likeness(one, two, 0.9)
    bare_a = np.array([not text for text in one], dtype=bool)
    bare_b = np.array([not text for text in two], dtype=bool)
    bare = np.flatnonzero(bare_a & bare_b)
    score[bare] = _likeness([ready.name[a[i]] for i in bare], [ready.name[b[i]] for i in bare], 0.9)
    points = np.interp(score, *rules.name)
    points[bare_a != bare_b] = rules.generic_name
    pairs = zip(a, b, strict=True)
    none = np.array([not ready.name[i] or not ready.name[j] for i, j in pairs], dtype=bool)
    points[none], score[none] = 0.0, np.nan
    return score, points


def _addresses(
    ready: Prepared, a: IntArray, b: IntArray, rules: Rules
) -> tuple[FloatArray, FloatArray]:
    one, two = [ready.street[i] for i in a], [ready.street[i] for i in b]
    score = _likeness(one, two, 0.95)
    door = np.zeros(len(a))
    # Doors are compared one by one in Python: only where the streets could be one.
    for k in np.flatnonzero(score >= 60):
        door[k] = _door(ready.numbers[a[k]], ready.numbers[b[k]], rules)
    # Between 60 and 80 the street is doubtful: the points of the door grow with the likeness.
    sure = np.clip((score - 60) / 20, 0, 1)
    points = np.where(score >= 60, sure * door + (1 - sure) * -0.5, rules.other_street)
    none = np.array([not s or not t for s, t in zip(one, two, strict=True)], dtype=bool)
    points[none], score[none] = 0.0, np.nan
    return score, points


def _door(one: tuple[frozenset[int], str], two: tuple[frozenset[int], str], rules: Rules) -> float:
    (left, suffix), (right, other) = one, two
    if not left and not right:
        return rules.same_street
    if not left or not right:
        return rules.no_number
    if left & right:
        return rules.same_door if suffix == other else rules.next_door
    apart = min(abs(p - q) for p in left for q in right)
    return rules.next_door if apart <= 2 else rules.other_number


def _others(
    ready: Prepared,
    a: IntArray,
    b: IntArray,
    same: dict[str, BoolArray],
    door: BoolArray,
    rules: Rules,
) -> FloatArray:
    siret = ready.frame["siret"] if "siret" in ready.frame else pd.Series([None] * len(ready.frame))
    public = siret.astype("str").str.startswith(_PUBLIC).fillna(False).to_numpy(dtype=bool)[a]
    both = {c: (ready.codes[c][a] >= 0) & (ready.codes[c][b] >= 0) for c in ("siret", "commune")}
    rare = _has_programme(ready.frame)
    points = np.where(same["siret"], np.where(public, rules.siret_public, rules.siret), 0.0)
    points += np.where(same["siret"] & ~public & door, rules.establishment, 0.0)
    points += np.where(both["siret"] & ~same["siret"], rules.other_siret, 0.0)
    points += np.where(both["commune"] & ~same["commune"], rules.other_commune, 0.0)
    for column, worth in (
        ("phone", rules.phone),
        ("email", rules.email),
        ("website", rules.website),
        ("source_id", rules.upstream),
    ):
        points += np.where(same[column], worth, 0.0)
    points += np.where(rare[a] & rare[b] & ~same["source"], rules.programme, 0.0)
    points += np.where(ready.moving[a] != ready.moving[b], rules.moving, 0.0)
    return np.asarray(points, dtype=float)


def _has_programme(frame: pd.DataFrame) -> BoolArray:
    if "programmes" not in frame:
        return np.zeros(len(frame), dtype=bool)
    said = frame["programmes"].astype("str").str.contains(_RARE_PROGRAMME, regex=False)
    return said.fillna(False).to_numpy(dtype=bool)


def connected(count: int, pairs: Iterable[tuple[int, int]]) -> IntArray:
    """Number the connected components of ``count`` things, given the pairs that are linked."""
    edges = np.array(list(pairs), dtype=np.int64).reshape(-1, 2)
    ones = np.ones(len(edges), dtype=np.int8)
    graph = coo_array((ones, (edges[:, 0], edges[:, 1])), shape=(count, count))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)
