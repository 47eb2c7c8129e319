"""From the pairs worth comparing to groups of records: components of likeness, then clusters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from observatory.places.matching.candidates import blocks, decode, encode, once, pairs_inside
from observatory.places.matching.clusters import Tie, cluster
from observatory.places.matching.decisions import Decisions
from observatory.places.matching.ledger import NEARLY, enough, nearly
from observatory.places.matching.pairs import connected, evidence
from observatory.places.matching.prepared import IntArray, Prepared
from observatory.places.matching.rules import Rules

#: Pairs weighed at a time: what is far from one place is let go before the next.
WEIGHED = 1 << 18


@dataclass(frozen=True)
class Groups:
    """Records put together.

    Attributes
    ----------
    first
        For each record, the first record of its group.
    table
        The pairs weighed that count: merged, nearly so, decided by a person, or inside a component.
    large
        The records of each component too large to weigh every pair.
    """

    first: IntArray
    table: pd.DataFrame
    large: list[IntArray]


@dataclass(frozen=True)
class _Components:
    """Records that hang together: ``edges`` between them, and the component of each.

    ``order`` holds the records of one component after another; ``starts`` and ``sizes`` say
    where each begins and how many it has.
    """

    edges: IntArray
    root: IntArray
    order: IntArray
    starts: IntArray
    sizes: IntArray

    def together(self, pairs: IntArray, larger: int) -> NDArray[np.bool_]:
        """Return which pairs lie inside one component of more than so many records."""
        a, b = self.root[pairs[:, 0]], self.root[pairs[:, 1]]
        return np.asarray((a == b) & (self.sizes[a] > larger))


def group(ready: Prepared, pairs: IntArray, decided: Decisions, rules: Rules) -> Groups:
    """Weigh the pairs and join the records that are one place.

    Every pair of a component is weighed; in one of more than ``rules.largest_group`` records,
    only the pairs given and those that a person decided.
    """
    count = len(ready.frame)
    table = _weigh(ready, pairs, rules)
    edges = _codes(table[enough(table)], count)
    edges = once(np.concatenate([edges[~np.isin(edges, decided.cut)], decided.linked]))
    root = connected(count, decode(edges, count))
    parts = _Components(edges, root, *blocks(root))
    wide = parts.sizes > rules.largest_group
    some = (parts.sizes > 2) & ~wide
    inside = pairs_inside(parts.order[np.repeat(some, parts.sizes)], parts.sizes[some], count)
    every = encode(pairs[:, 0], pairs[:, 1], count)
    known = every[parts.together(pairs, rules.largest_group)]
    table = _with_pairs(ready, table, [decided.linked, decided.cut, known, *inside], rules)
    first = parts.order[parts.starts][root]
    for joined in _clusters(table, parts, decided, rules):
        first[list(joined)] = list(joined.values())
    return Groups(first, table, _partly(parts, np.flatnonzero(wide), known))


def _partly(parts: _Components, wide: IntArray, known: IntArray) -> list[IntArray]:
    """Return the records of the large components where not every pair was weighed."""
    size = parts.sizes
    have = np.bincount(parts.root[decode(known, len(parts.root))[:, 0]], minlength=len(size))
    records = np.split(parts.order, parts.starts[1:])
    return [records[k] for k in wide.tolist() if have[k] < size[k] * (size[k] - 1) // 2]


def _codes(table: pd.DataFrame, count: int) -> IntArray:
    return encode(table["a"].to_numpy(), table["b"].to_numpy(), count)


def _weigh(ready: Prepared, pairs: IntArray, rules: Rules) -> pd.DataFrame:
    """Weigh the candidates; keep those enough or nearly so."""
    kept: list[pd.DataFrame] = []
    for begin in range(0, max(len(pairs), 1), WEIGHED):
        table = evidence(ready, pairs[begin : begin + WEIGHED], rules, within=NEARLY)
        kept.append(table[enough(table) | nearly(table)])
    return pd.concat(kept, ignore_index=True)


def _with_pairs(
    ready: Prepared, table: pd.DataFrame, wanted: list[IntArray], rules: Rules
) -> pd.DataFrame:
    new = once(np.concatenate(wanted))
    new = new[~np.isin(new, _codes(table, len(ready.frame)))]
    if not len(new):
        return table
    both = pd.concat([table, evidence(ready, decode(new, len(ready.frame)), rules)])
    return both.sort_values(["a", "b"], ignore_index=True)


def _clusters(
    table: pd.DataFrame, parts: _Components, decided: Decisions, rules: Rules
) -> Iterator[dict[int, int]]:
    """Cluster each component of three records or more."""
    pairs = table[["a", "b"]].to_numpy()
    here = np.flatnonzero(parts.together(pairs, 2))
    root = parts.root[pairs[here, 0]]
    here = here[np.argsort(root, kind="stable")]
    near = table.iloc[here]
    codes = _codes(near, len(parts.root))
    margins = (near["score"] - near["needed"]).tolist()
    kinds = (np.isin(codes, c).tolist() for c in (parts.edges, decided.linked, decided.cut))
    lines = zip(np.sort(root).tolist(), pairs[here].tolist(), margins, *kinds, strict=True)
    for _, part in groupby(lines, key=itemgetter(0)):
        ties = ((a, b, Tie(margin, 1, *kind)) for _, (a, b), margin, *kind in part)
        yield cluster(ties, rules.slack)
