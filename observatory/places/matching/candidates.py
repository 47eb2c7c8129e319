"""Which records could be one place: those that share a word, a number or a point.

Every pair of a block is compared while the block is not too large. In a larger one each record is
compared with its neighbours in the alphabet only, which bounds time and memory whatever the
records; the blocks so treated are given with the pairs, so that no comparison is left out silently.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, partial
from itertools import chain

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from observatory.places.matching.prepared import CITY, FloatArray, IntArray, Prepared
from observatory.places.matching.rules import Rules
from observatory.tables.remarks import Remark, remark

#: Pairs made at a time, and pairs collected before those found twice are taken out.
CHUNK, COLLECTED = 1 << 21, 1 << 24
_BLOCKS = ("siret", "phone", "source_id")
#: Areas within which words are shared, and what a note calls them.
_AREAS = {"commune": "commune", "postcode": "postcode", CITY: "commune"}
Note = Callable[[int, int], Remark]


@dataclass(frozen=True)
class Crowd:
    """A block too large to compare every pair: its records, and the remark on each of them."""

    rows: IntArray
    note: Remark


@dataclass(frozen=True)
class Candidates:
    """The pairs worth comparing (positions, the smaller first, sorted), and the crowds."""

    pairs: IntArray
    crowds: list[Crowd]


def candidates(ready: Prepared, rules: Rules) -> Candidates:
    """Return the pairs worth comparing.

    A pair shares a commune or post code (a city, if both move) and a word of its name or street,
    or a SIRET, a phone, a long identifier, or lies within ``rules.near_m``.
    """
    search = _Search(ready, rules)
    search.by_words()
    for column in _BLOCKS:
        codes = ready.codes[column]
        rows = np.flatnonzero(codes >= 0)
        search.by_key(rows, codes[rows], partial(_shared, column, rules.neighbours))
    search.near()
    return Candidates(decode(search.found.codes(), len(ready.frame)), search.crowds)


def _shared_word(
    area: str, words: NDArray[np.object_], neighbours: int, key: int, count: int
) -> Remark:
    word = str(words[key % len(words)])
    return remark(
        "cleaning.crowd_street" if word.startswith("@") else "cleaning.crowd_name",
        neighbours=neighbours,
        count=count,
        shared=area,
        word=word.lstrip("@"),
    )


def _shared(column: str, neighbours: int, _: int, count: int) -> Remark:
    return remark("cleaning.crowd", neighbours=neighbours, count=count, shared=column)


def encode(a: IntArray, b: IntArray, count: int) -> IntArray:
    """Return each pair of ``count`` things, in any order, as one number that sorts as pairs do."""
    return np.minimum(a, b) * count + np.maximum(a, b)


def decode(codes: IntArray, count: int) -> IntArray:
    """Return rows of two positions."""
    return np.column_stack(np.divmod(codes, max(count, 1)))


def once(codes: IntArray) -> IntArray:
    """Sort numbers from 0 and give each once (faster than ``np.unique``, which hashes)."""
    ordered = np.sort(codes)
    single: IntArray = ordered[np.diff(ordered, prepend=-1) > 0]
    return single


def blocks(keys: IntArray) -> tuple[IntArray, IntArray, IntArray]:
    """Return the order that puts equal keys together, and where each block starts and its size."""
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    starts = np.flatnonzero(np.diff(ordered, prepend=ordered[:1] - 1))
    return order, starts, np.diff(np.append(starts, len(keys)))


def pairs_inside(rows: IntArray, sizes: IntArray, count: int) -> Iterator[IntArray]:
    """Yield, a chunk at a time, every pair of each block; blocks follow one another in ``rows``."""
    ends = np.repeat(np.cumsum(sizes), sizes)
    follow = ends - 1 - np.arange(len(rows))
    until = np.cumsum(follow)
    cuts = np.searchsorted(until, np.arange(CHUNK, until[-1] if len(until) else 0, CHUNK))
    for part in np.split(np.arange(len(rows)), cuts):
        left = np.repeat(part, follow[part])
        first = np.repeat(np.cumsum(follow[part]) - follow[part], follow[part])
        right = left + 1 + np.arange(len(left)) - first
        yield encode(rows[left], rows[right], count)


@dataclass
class _Found:
    """The pairs found so far, each once."""

    parts: list[IntArray] = field(default_factory=list)
    collected: int = 0

    def add(self, codes: IntArray) -> None:
        self.parts.append(codes)
        self.collected += len(codes)
        if self.collected > COLLECTED:
            self.parts = [self.codes()]
            self.collected = 0

    def codes(self) -> IntArray:
        return once(np.concatenate([np.empty(0, dtype=np.int64), *self.parts]))


class _Search:
    """The pairs found so far, and the blocks that were too large."""

    def __init__(self, ready: Prepared, rules: Rules) -> None:
        self.ready, self.rules, self.count = ready, rules, len(ready.frame)
        self.found = _Found()
        self.crowds: list[Crowd] = []

    @cached_property
    def alphabet(self) -> IntArray:
        """Rank of each record by street, number and name."""
        street, name = self.ready.street, self.ready.name
        lowest = [min(numbers, default=-1) for numbers, _ in self.ready.doors]
        number = [lowest[door] for door in self.ready.door.tolist()]
        order = sorted(
            range(self.count), key=lambda row: (street[row], number[row], name[row], row)
        )
        rank = np.empty(self.count, dtype=np.int64)
        rank[order] = np.arange(self.count)
        return rank

    def by_words(self) -> None:
        """Find pairs that share a word in one commune or post code."""
        rows, codes, words = _words(self.ready)
        for area, called in _AREAS.items():
            where = self.ready.codes[area][rows]
            known = where >= 0
            note = partial(_shared_word, called, words, self.rules.neighbours)
            self.by_key(rows[known], where[known] * len(words) + codes[known], note)

    def by_key(self, rows: IntArray, keys: IntArray, note: Note) -> None:
        """Find pairs of equal keys; ``rows`` ascend, ``note`` makes the remark on a crowd."""
        order, starts, sizes = blocks(keys)
        small = (sizes > 1) & (sizes <= self.rules.largest_block)
        inside = rows[order[np.repeat(small, sizes)]]
        for codes in pairs_inside(inside, sizes[small], self.count):
            self.found.add(codes)
        for block in np.flatnonzero(sizes > self.rules.largest_block):
            members = rows[order[starts[block] : starts[block] + sizes[block]]]
            self.found.add(self.neighbours(members))
            self.crowds.append(Crowd(members, note(int(keys[order[starts[block]]]), len(members))))

    def neighbours(self, rows: IntArray) -> IntArray:
        """Pair each record with those after it in the alphabet."""
        line = rows[np.argsort(self.alphabet[rows])]
        steps = range(1, self.rules.neighbours + 1)
        return np.concatenate([encode(line[:-s], line[s:], self.count) for s in steps])

    def near(self) -> None:
        """Find pairs within ``near_m``; the records of a crowded square go by the alphabet."""
        rows = np.flatnonzero(~np.isnan(self.ready.x))
        if len(rows) < 2:
            return
        xy = np.column_stack([self.ready.x[rows], self.ready.y[rows]])
        square = np.floor(xy / self.rules.near_m).astype(np.int64)
        square -= square.min(axis=0) - 1
        wide = int(square[:, 1].max()) + 2
        keys = square[:, 0] * wide + square[:, 1]
        order, starts, sizes = blocks(keys)
        inside = dict(zip(keys[order[starts]].tolist(), np.split(order, starts[1:]), strict=True))
        crowded = sizes > self.rules.largest_block
        free = np.sort(order[np.repeat(~crowded, sizes)])
        self.found.add(self._close(rows[free], xy[free]))
        for key in keys[order[starts[crowded]]].tolist():
            near = [key + east * wide + north for east in (-1, 0, 1) for north in (-1, 0, 1)]
            around = np.sort(rows[np.concatenate([inside[k] for k in near if k in inside])])
            self.found.add(self._within(self.neighbours(around)))
            note = remark(
                "cleaning.crowd_square",
                neighbours=self.rules.neighbours,
                count=len(around),
                metres=round(3 * self.rules.near_m),
            )
            self.crowds.append(Crowd(around, note))

    def _close(self, rows: IntArray, xy: FloatArray) -> IntArray:
        if len(rows) < 2:
            return np.empty(0, dtype=np.int64)
        found = cKDTree(xy).query_pairs(self.rules.near_m, output_type="ndarray").reshape(-1, 2)
        return encode(rows[found[:, 0]], rows[found[:, 1]], self.count)

    def _within(self, codes: IntArray) -> IntArray:
        a, b = decode(codes, self.count).T
        metres = np.hypot(self.ready.x[a] - self.ready.x[b], self.ready.y[a] - self.ready.y[b])
        close: IntArray = codes[metres <= self.rules.near_m]
        return close


def _words(ready: Prepared) -> tuple[IntArray, IntArray, NDArray[np.object_]]:
    """Return each record's words, once each: record, number of the word, and the words."""
    sets = [
        set((distinct or name).split()) | {"@" + word for word in street.split() if len(word) > 2}
        for distinct, name, street in zip(ready.distinct, ready.name, ready.street, strict=True)
    ]
    counts = np.fromiter(map(len, sets), dtype=np.int64, count=len(sets))
    every = np.array([*chain.from_iterable(sets)], dtype=object)
    codes, words = pd.factorize(every)
    return np.repeat(np.arange(len(sets)), counts), codes.astype(np.int64), words
