"""Average linkage: join records that hang together, best average evidence first."""

from __future__ import annotations

from collections.abc import Iterable
from heapq import heapify, heappop, heappush
from typing import NamedTuple


class Tie(NamedTuple):
    """What stands between two clusters: the sum of the margins of the pairs weighed, and how many.

    ``linked`` says that a pair is enough by itself, ``forced`` and ``cut`` that a person decided.
    """

    total: float
    pairs: int
    linked: bool
    forced: bool
    cut: bool

    @property
    def worth(self) -> float | None:
        """The average margin; without end where a person joins, none where nothing may."""
        if self.cut or not self.linked:
            return None
        return float("inf") if self.forced else self.total / self.pairs


def _both(one: Tie, two: Tie | None) -> Tie:
    """Return the tie with a cluster joined from two: sums add up (Lance and Williams)."""
    if two is None:
        return one
    return Tie(
        one.total + two.total,
        one.pairs + two.pairs,
        one.linked or two.linked,
        one.forced or two.forced,
        one.cut or two.cut,
    )


class _Clusters:
    """Clusters by the record that stands for them, the ties between them, and the queue to join.

    An entry of the queue holds its tie: when that is no longer the tie of the two, it is past.
    """

    def __init__(self, ties: Iterable[tuple[int, int, Tie]]) -> None:
        self.near: dict[int, dict[int, Tie]] = {}
        for one, two, tie in ties:
            self.near.setdefault(one, {})[two] = tie
            self.near.setdefault(two, {})[one] = tie
        self.members = {row: [row] for row in self.near}
        self.first = {row: row for row in self.near}
        self.queue: list[tuple[float, int, int, int, int, int, Tie]] = []
        self.turn = 0

    def entry(self, one: int, two: int, tie: Tie) -> tuple[float, int, int, int, int, int, Tie]:
        low, high = sorted((self.first[one], self.first[two]))
        self.turn += 1
        return (-(tie.worth or 0.0), low, high, self.turn, one, two, tie)

    def sure(self, one: int, two: int, tie: Tie) -> bool:
        """Say whether at least half of the pairs were weighed: what was not could speak against."""
        return tie.forced or 2 * tie.pairs >= len(self.members[one]) * len(self.members[two])

    def join(self, one: int, two: int) -> None:
        """Put the cluster with fewer ties into the other."""
        kept, gone = (one, two) if len(self.near[one]) >= len(self.near[two]) else (two, one)
        self.members[kept] += self.members.pop(gone)
        self.first[kept] = min(self.first[kept], self.first.pop(gone))
        moved, ties = self.near.pop(gone), self.near[kept]
        del ties[gone], moved[kept]
        for other, tie in moved.items():
            there = self.near[other]
            del there[gone]
            ties[other] = there[kept] = new = _both(tie, ties.get(other))
            if new.worth is not None:
                heappush(self.queue, self.entry(kept, other, new))


def cluster(ties: Iterable[tuple[int, int, Tie]], slack: float) -> dict[int, int]:
    """Join the records of a component.

    Two clusters join while a direct link stands between them, their average margin is above
    ``-slack`` over at least half of their pairs, and no person split them. Equal averages join in
    the order of the records.

    Parameters
    ----------
    ties
        Pairs of records that were weighed, once each; an average is over the pairs given.
    slack
        How far below the points needed an average may be.

    Returns
    -------
    dict
        The first record of each record's cluster.
    """
    state = _Clusters(ties)
    state.queue = [
        state.entry(one, two, tie)
        for one, ties_of in state.near.items()
        for two, tie in ties_of.items()
        if one < two and tie.worth is not None
    ]
    heapify(state.queue)
    while state.queue:
        less, *_, one, two, tie = heappop(state.queue)
        if -less < -slack:
            break
        if state.near.get(one, {}).get(two) is tie and state.sure(one, two, tie):
            state.join(one, two)
    return {row: state.first[c] for c, rows in state.members.items() for row in rows}
