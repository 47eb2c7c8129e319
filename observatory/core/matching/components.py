"""From the pairs worth comparing to groups of records: components of likeness, then clusters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from observatory.core.matching.candidates import blocks, decode, encode, pairs_inside
from observatory.core.matching.clusters import Tie, cluster
from observatory.core.matching.decisions import Decisions
from observatory.core.matching.ledger import NEARLY, enough, nearly
from observatory.core.matching.pairs import IntArray, Prepared, connected, evidence
from observatory.core.matching.rules import Rules

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
        The pairs weighed that count: merged, nearly so, cut by a person, or inside a component.
    large
        The records of each component too large to weigh every pair.
    """

    first: IntArray
    table: pd.DataFrame
    large: list[IntArray]


def group(ready: Prepared, pairs: IntArray, decided: Decisions, rules: Rules) -> Groups:
    """Weigh the pairs and join the records that are one place.

    Every pair of a component is weighed; in one of more than ``rules.largest_group`` records,
    only the pairs given.
    """
    count = len(ready.frame)
    table = _weigh(ready, pairs, rules)
    edges = np.setdiff1d(_codes(table[enough(table)], count), decided.cut)
    edges = np.union1d(edges, decided.linked)
    roots = connected(count, decode(edges, count))
    order, starts, sizes = blocks(roots)
    wide = sizes > rules.largest_group
    some = (sizes > 2) & ~wide
    inside = pairs_inside(order[np.repeat(some, sizes)], sizes[some], count)
    known = pairs[_together(roots, pairs) & wide[roots[pairs[:, 0]]]]
    weighed = [encode(part[:, 0], part[:, 1], count) for part in (known, pairs)]
    asked = np.intersect1d(decided.cut, weighed[1])
    wanted = np.concatenate([decided.linked, asked, *inside, weighed[0]])
    table = _with_pairs(ready, table, wanted, rules)
    first = order[starts][roots]
    for joined in _clusters(table, roots, sizes, edges, decided, rules):
        first[list(joined)] = list(joined.values())
    parts = np.split(order, starts[1:])
    have = np.bincount(roots[known[:, 0]], minlength=len(sizes))
    partly = np.flatnonzero(wide & (have < sizes * (sizes - 1) // 2))
    return Groups(first, table, [parts[root] for root in partly])


def _codes(table: pd.DataFrame, count: int) -> IntArray:
    return encode(table["a"].to_numpy(), table["b"].to_numpy(), count)


def _together(roots: IntArray, pairs: IntArray) -> NDArray[np.bool_]:
    return np.asarray(roots[pairs[:, 0]] == roots[pairs[:, 1]])


def _weigh(ready: Prepared, pairs: IntArray, rules: Rules) -> pd.DataFrame:
    """Weigh the candidates; keep those enough or nearly so."""
    kept: list[pd.DataFrame] = []
    for begin in range(0, max(len(pairs), 1), WEIGHED):
        table = evidence(ready, pairs[begin : begin + WEIGHED], rules, within=NEARLY)
        kept.append(table[enough(table) | nearly(table)])
    return pd.concat(kept, ignore_index=True)


def _with_pairs(
    ready: Prepared, table: pd.DataFrame, wanted: IntArray, rules: Rules
) -> pd.DataFrame:
    new = np.setdiff1d(wanted, _codes(table, len(ready.frame)))
    if not len(new):
        return table
    both = pd.concat([table, evidence(ready, decode(new, len(ready.frame)), rules)])
    return both.sort_values(["a", "b"], ignore_index=True)


def _clusters(
    table: pd.DataFrame,
    roots: IntArray,
    sizes: IntArray,
    edges: IntArray,
    decided: Decisions,
    rules: Rules,
) -> Iterator[dict[int, int]]:
    """Cluster each component of three records or more."""
    pairs = table[["a", "b"]].to_numpy()
    here = np.flatnonzero(_together(roots, pairs) & (sizes[roots[pairs[:, 0]]] > 2))
    here = here[np.argsort(roots[pairs[here, 0]], kind="stable")]
    near = table.iloc[here]
    codes = _codes(near, len(roots))
    margins = (near["score"] - near["needed"]).tolist()
    kinds = (np.isin(codes, given).tolist() for given in (edges, decided.linked, decided.cut))
    ends = pairs[here].tolist()
    lines = zip(roots[pairs[here, 0]].tolist(), ends, margins, *kinds, strict=True)
    for _, part in groupby(lines, key=lambda line: line[0]):
        ties = ((a, b, Tie(margin, 1, *kind)) for _, (a, b), margin, *kind in part)
        yield cluster(ties, rules.slack)
