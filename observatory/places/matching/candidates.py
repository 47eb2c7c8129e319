"""Which records could be one place: those that share a word, a number or a spot.

Every pair of a block is compared while the block is not too large. In a larger one each record is
compared with its neighbours in the alphabet only, which bounds time and memory whatever the
records; the blocks so treated are given with the pairs, so that no comparison is left out unsaid.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from observatory.places.matching.pairs import FloatArray, IntArray, Prepared
from observatory.places.matching.rules import Rules

#: Pairs made at a time, and pairs held before those found twice are taken out.
CHUNK, HELD = 1 << 21, 1 << 24
_BLOCKS = {"siret": "le SIRET", "phone": "le téléphone", "source_id": "l'identifiant d'origine"}
_AREAS = {"commune": "la commune", "postcode": "le code postal"}


@dataclass(frozen=True)
class Crowd:
    """A block too large to compare every pair: its records, and in French what they share."""

    rows: IntArray
    shared: str


@dataclass(frozen=True)
class Candidates:
    """The pairs worth comparing (positions, the smaller first, sorted), and the crowds."""

    pairs: IntArray
    crowds: list[Crowd]


def candidates(ready: Prepared, rules: Rules) -> Candidates:
    """Return the pairs worth comparing.

    A pair shares a commune or post code and a word of its name or street, or a SIRET, a phone, a
    long identifier, or lies within ``rules.near_m``.
    """
    search = _Search(ready, rules)
    search.by_words()
    for column, said in _BLOCKS.items():
        codes = ready.codes[column]
        rows = np.flatnonzero(codes >= 0)
        search.by_key(rows, codes[rows], lambda _, said=said: said)  # type: ignore[misc]  # default binds the loop's value
    search.near()
    return Candidates(decode(search.found.codes(), len(ready.frame)), search.crowds)


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
    """Give, a chunk at a time, every pair of each block; blocks follow one another in ``rows``."""
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
    held: int = 0

    def add(self, codes: IntArray) -> None:
        self.parts.append(codes)
        self.held += len(codes)
        if self.held > HELD:
            self.parts = [self.codes()]
            self.held = 0

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
        for area, said in _AREAS.items():
            where = self.ready.codes[area][rows]
            known = where >= 0

            def shared(key: int, said: str = said) -> str:
                word = str(words[key % len(words)])
                kind = "rue" if word.startswith("@") else "nom"
                return f"{said} et le mot « {word.lstrip('@')} » ({kind})"

            self.by_key(rows[known], where[known] * len(words) + codes[known], shared)

    def by_key(self, rows: IntArray, keys: IntArray, said: Callable[[int], str]) -> None:
        """Find pairs of equal keys; ``rows`` ascend."""
        order, starts, sizes = blocks(keys)
        small = (sizes > 1) & (sizes <= self.rules.largest_block)
        inside = rows[order[np.repeat(small, sizes)]]
        for codes in pairs_inside(inside, sizes[small], self.count):
            self.found.add(codes)
        for block in np.flatnonzero(sizes > self.rules.largest_block):
            members = rows[order[starts[block] : starts[block] + sizes[block]]]
            self.found.add(self.neighbours(members))
            self.crowds.append(Crowd(members, said(int(keys[order[starts[block]]]))))

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
            self.crowds.append(Crowd(around, f"un carré de {3 * self.rules.near_m:.0f} m"))

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
