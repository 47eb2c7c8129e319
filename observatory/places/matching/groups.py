"""One record for each real place: groups of records, stable identifiers, and a ledger to undo.

Records made ready (:mod:`~observatory.places.matching.prepared`) that could be one place
(:mod:`~observatory.places.matching.candidates`) are compared
(:mod:`~observatory.places.matching.pairs`), joined in groups under a guard against chains
(:mod:`~observatory.places.matching.components`), and merged field by field
(:mod:`~observatory.places.matching.merge`). A person's corrections come before the evidence.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from observatory.errors import ContractError
from observatory.places.matching.candidates import Crowd, candidates
from observatory.places.matching.components import group
from observatory.places.matching.decisions import decisions
from observatory.places.matching.ledger import ledger_of
from observatory.places.matching.merge import merge_members
from observatory.places.matching.prepared import IntArray, prepare
from observatory.places.matching.rules import Rules
from observatory.tables.directory_tables import CLEANING_NOTES
from observatory.tables.remarks import Remark, remark, stored

DEFAULT_RULES = Rules()


@dataclass(frozen=True)
class MatchResult:
    """What matching gives.

    Attributes
    ----------
    places
        One row a place: the records' columns merged, with ``site``, ``located``, ``sources``,
        ``source_ids`` and ``records`` (how many were merged); sorted by ``site``.
    ledger
        The pairs weighed that were merged or nearly so
        (:data:`~observatory.tables.directory_tables.LEDGER`).
    members
        One row a record: ``record``, ``site``; sorted by record.
    origins
        Which record each value comes from (:data:`~observatory.tables.directory_tables.ORIGINS`).
    notes
        The records that could not be compared with all that share something with them, because
        too many do; one row a record, in the columns of the notes of cleaning
        (:data:`~observatory.tables.directory_tables.CLEANING_NOTES`).
    """

    places: pd.DataFrame
    ledger: pd.DataFrame
    members: pd.DataFrame
    origins: pd.DataFrame
    notes: pd.DataFrame

    @property
    def merged(self) -> int:
        """How many records went into the place of another: records in = places + merged."""
        return len(self.members) - len(self.places)


def match(
    records: pd.DataFrame,
    forced: pd.DataFrame | None = None,
    *,
    previous: pd.DataFrame | None = None,
    rules: Rules = DEFAULT_RULES,
) -> MatchResult:
    """Merge the records of one place.

    Parameters
    ----------
    records
        One row a cleaned record: ``record`` (never missing, once each), ``source``, and any of the
        columns of the table of sites; ``source_id`` where the source has its own identifier.
    forced
        A person's corrections (:data:`~observatory.tables.directory_tables.FORCED`): ``merge`` or
        ``split`` two records, with a reason. A split holds for the two records named.
    previous
        ``members`` of an earlier run: a place keeps the identifier most of its records had, even
        when an older record joins it. Without it the identifier comes from the place's first
        record in alphabetical order.
    rules
        The points of evidence.

    Returns
    -------
    MatchResult
        Independent of the order of the rows, and for each group of the other groups' records.

    Raises
    ------
    ContractError
        A record's identifier is missing or stands twice.
    ChoiceError
        A correction names an unknown record or action, or contradicts another.
    """
    _check_records(records)
    ordered = records.sort_values("record", ignore_index=True)
    ready = prepare(ordered)
    names = ordered["record"]
    decided = decisions(forced, names)
    found = candidates(ready, rules)
    groups = group(ready, found.pairs, decided, rules)
    members = pd.DataFrame({"record": names, "site": _identify(names, groups.first, previous)})
    places, origins = merge_members(ordered, members["site"])
    ledger = ledger_of(names, members["site"], groups.table, decided)
    notes = _notes(names, found.crowds, groups.large)
    return MatchResult(places, ledger, members, origins, notes)


def _check_records(records: pd.DataFrame) -> None:
    names = records["record"]
    twice = names.duplicated() | names.isna()
    if twice.any():
        raise ContractError(
            "records to match, column record",
            expected="an identifier for each record, once",
            found=f"{int(twice.sum())} missing or twice, for instance {names[twice].iloc[0]!r}",
            next_step="put the source's name before its own identifiers",
        )


def _identify(
    record: pd.Series[Any], first: IntArray, previous: pd.DataFrame | None
) -> pd.Series[Any]:
    """Return the identifier of each record's place, kept from the previous run where there is one.

    Groups with most records of an old place choose first, so that after a split the larger part
    keeps the identifier.
    """
    old = {} if previous is None else dict(zip(previous["record"], previous["site"], strict=True))
    names, groups = record.tolist(), first.tolist()
    claims = Counter((old[n], g) for n, g in zip(names, groups, strict=True) if n in old)
    chosen: dict[int, str] = {}
    taken: set[str] = set()
    for _, site, g in sorted((-n, site, g) for (site, g), n in claims.items()):
        if g not in chosen and site not in taken:
            chosen[g] = site
            taken.add(site)
    for g in dict.fromkeys(groups):
        if g not in chosen:
            chosen[g] = _new_site(names[g], taken)
    return pd.Series([chosen[g] for g in groups], dtype="str")


def _new_site(founder: str, taken: set[str]) -> str:
    site = "L" + hashlib.sha256(founder.encode()).hexdigest()[:12]
    # A founder that left its old place still has that place's identifier: take the next.
    while site in taken:
        site = "L" + hashlib.sha256(site.encode()).hexdigest()[:12]
    taken.add(site)
    return site


def _notes(record: pd.Series[Any], crowds: list[Crowd], large: list[IntArray]) -> pd.DataFrame:
    """Return what each record was not compared with."""
    notes: dict[int, list[Remark]] = defaultdict(list)
    tied = ((rows, remark("cleaning.hang_together", count=len(rows))) for rows in large)
    for rows, note in (*((crowd.rows, crowd.note) for crowd in crowds), *tied):
        for row in rows.tolist():
            notes[row].append(note)
    rows = np.array(sorted(notes), dtype=np.int64)
    names = record.to_numpy()[rows]
    # The order in which words were met is that of a set, another in each run.
    texts = [stored(sorted(notes[row])) for row in rows.tolist()]
    table = pd.DataFrame({"record": names, "field": "matching", "note": texts})
    return pd.DataFrame(table.reindex(columns=CLEANING_NOTES.names).astype("str"))
