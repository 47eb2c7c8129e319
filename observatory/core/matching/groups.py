"""One record for each real place: groups of records, stable identifiers, and a ledger to undo.

Records that could be one place are compared (:mod:`~observatory.core.matching.pairs`), joined in
groups under a guard against chains, and merged field by field
(:mod:`~observatory.core.matching.merge`). A person's corrections come before the evidence.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from observatory.contracts.directory import FORCED, LEDGER
from observatory.core.matching.merge import merge_members
from observatory.core.matching.pairs import (
    IntArray,
    Prepared,
    candidates,
    connected,
    evidence,
    prepare,
)
from observatory.core.matching.rules import Rules
from observatory.errors import ChoiceError, ContractError

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
        (:data:`~observatory.contracts.directory.LEDGER`).
    members
        One row a record: ``record``, ``site``; sorted by record.
    origins
        Which record each value comes from (:data:`~observatory.contracts.directory.ORIGINS`).
    """

    places: pd.DataFrame
    ledger: pd.DataFrame
    members: pd.DataFrame
    origins: pd.DataFrame

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
        A person's corrections (:data:`~observatory.contracts.directory.FORCED`): ``merge`` or
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
    links, cuts = _forced(forced, ordered["record"])
    table = evidence(ready, candidates(ready, rules), rules)
    groups, table = _group(ready, table, links, cuts, rules)
    sites = _identify(ordered["record"], groups, previous)
    members = pd.DataFrame({"record": ordered["record"], "site": pd.Series(sites, dtype="str")})
    places, origins = merge_members(ordered, members["site"])
    ledger = _ledger(ordered["record"], members["site"], table, links, cuts)
    return MatchResult(places, ledger, members, origins)


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


Forced = dict[tuple[int, int], str]


def _forced(forced: pd.DataFrame | None, record: pd.Series[Any]) -> tuple[Forced, Forced]:
    links: Forced = {}
    cuts: Forced = {}
    if forced is None:
        return links, cuts
    position = {name: i for i, name in enumerate(record)}
    for line in forced[FORCED.names].to_dict("records"):
        pair = tuple(sorted(position.get(line[c], -1) for c in ("record_a", "record_b")))
        if pair[0] < 0 or pair[0] == pair[1] or line["action"] not in ("merge", "split"):
            raise _refused(line, "an action merge or split on two records that exist")
        target = links if line["action"] == "merge" else cuts
        target[pair[0], pair[1]] = str(line["reason"])
    roots = connected(len(record), links)
    for i, j in cuts:
        if roots[i] == roots[j]:
            line = {"action": "split", "record_a": record[i], "record_b": record[j]}
            raise _refused(line, "no two records both merged and split")
    return links, cuts


def _refused(line: Mapping[Hashable, Any], expected: str) -> ChoiceError:
    return ChoiceError(
        "matching corrections",
        expected=expected,
        found=f"{line['action']} {line['record_a']} {line['record_b']}",
        next_step="mend or remove the correction: the record may have gone from its source",
    )


def _group(
    ready: Prepared, table: pd.DataFrame, links: Forced, cuts: Forced, rules: Rules
) -> tuple[list[IntArray], pd.DataFrame]:
    """Give the groups of record positions, and the table with every pair inside a component."""
    good = table[(table["score"] >= table["needed"]) & table["grounded"]]
    edges = {(int(i), int(j)) for i, j in zip(good["a"], good["b"], strict=True)} - set(cuts)
    roots = connected(len(ready.frame), edges | set(links))
    order = np.argsort(roots, kind="stable")
    parts = np.split(order, np.flatnonzero(np.diff(roots[order])) + 1) if len(order) else []
    large = [part for part in parts if len(part) > 2]
    inside = [np.column_stack([p[i], p[j]]) for p in large for i, j in [np.triu_indices(len(p), 1)]]
    extra = [np.array(list(links), dtype=np.int64).reshape(-1, 2), *inside]
    table = _with_pairs(ready, table, np.concatenate(extra), rules)
    near = table[roots[table["a"]] == roots[table["b"]]]
    margin = {
        (int(i), int(j)): float(m)
        for i, j, m in zip(near["a"], near["b"], near["score"] - near["needed"], strict=True)
    }
    groups: list[IntArray] = []
    for part in parts:
        groups += [part] if len(part) < 3 else _cluster(part, margin, edges, links, cuts, rules)
    return groups, table


def _with_pairs(
    ready: Prepared, table: pd.DataFrame, pairs: IntArray, rules: Rules
) -> pd.DataFrame:
    known = pd.MultiIndex.from_frame(table[["a", "b"]])
    wanted = pd.MultiIndex.from_arrays([pairs[:, 0], pairs[:, 1]]).unique()
    new = pairs_array(wanted[~wanted.isin(known)])
    if not len(new):
        return table
    both = pd.concat([table, evidence(ready, new, rules)])
    return both.sort_values(["a", "b"], ignore_index=True)


def pairs_array(index: pd.MultiIndex) -> IntArray:
    """Give the pairs of an index as rows of two positions."""
    return np.array(index.to_list(), dtype=np.int64).reshape(-1, 2)


def _cluster(
    part: IntArray,
    margin: Mapping[tuple[int, int], float],
    edges: set[tuple[int, int]],
    links: Forced,
    cuts: Forced,
    rules: Rules,
) -> list[IntArray]:
    """Join the records of a component, best average evidence first (average linkage).

    Two clusters join while a direct link stands between them, their average margin is above
    ``-rules.slack``, and no person split them. Averages follow Lance and Williams: the sum over
    a merged cluster is the sum of its parts'.
    """
    n = len(part)
    total, link, cut = np.zeros((n, n)), np.zeros((n, n), bool), np.zeros((n, n), bool)
    forced = np.zeros((n, n), bool)
    for i in range(n):
        for j in range(i + 1, n):
            pair = (int(part[i]), int(part[j]))
            total[i, j] = total[j, i] = margin[pair]
            link[i, j] = link[j, i] = pair in edges or pair in links
            cut[i, j] = cut[j, i] = pair in cuts
            forced[i, j] = forced[j, i] = pair in links
    clusters: list[list[int]] = [[i] for i in range(n)]
    size = np.ones(n)
    while (best := _best(total, size, link & ~cut, forced, rules.slack)) is not None:
        i, j = best
        clusters[i] += clusters[j]
        clusters[j] = []
        size[i] += size[j]
        for matrix in (total, link, cut, forced):
            matrix[i] = matrix[i] + matrix[j] if matrix is total else matrix[i] | matrix[j]
            matrix[:, i] = matrix[i]
            matrix[j] = matrix[:, j] = 0
        link[i, i] = False
    return [part[np.sort(cluster)] for cluster in clusters if cluster]


def _best(total: Any, size: Any, open_: Any, forced: Any, slack: float) -> tuple[int, int] | None:
    average = np.where(open_, total / np.outer(size, size), -np.inf)
    average = np.where(forced & open_, np.inf, average)
    flat = int(np.argmax(np.triu(average, 1) + np.where(np.tri(len(size), dtype=bool), -np.inf, 0)))
    i, j = divmod(flat, len(size))
    return (i, j) if j > i and average[i, j] >= -slack else None


def _identify(
    record: pd.Series[Any], groups: list[IntArray], previous: pd.DataFrame | None
) -> list[str]:
    """Give each record the identifier of its place, kept from the previous run where there is one.

    Groups with most records of an old place choose first, so that after a split the larger part
    keeps the identifier.
    """
    old = {} if previous is None else dict(zip(previous["record"], previous["site"], strict=True))
    names = list(record)
    claims: list[tuple[int, str, str, int]] = []
    for g, group in enumerate(groups):
        counts = Counter(old[names[i]] for i in group if names[i] in old)
        claims += [(-n, site, names[group[0]], g) for site, n in counts.items()]
    chosen: dict[int, str] = {}
    taken: set[str] = set()
    for _, site, _, g in sorted(claims):
        if g not in chosen and site not in taken:
            chosen[g] = site
            taken.add(site)
    sites = [""] * len(names)
    for g, group in enumerate(groups):
        site = chosen.get(g) or _new_site(names[group[0]], taken)
        for i in group:
            sites[i] = site
    return sites


def _new_site(founder: str, taken: set[str]) -> str:
    site = "L" + hashlib.sha256(founder.encode()).hexdigest()[:12]
    # A founder that left its old place still has that place's identifier: take the next.
    while site in taken:
        site = "L" + hashlib.sha256(site.encode()).hexdigest()[:12]
    taken.add(site)
    return site


#: Pairs kept apart with less than this many points under the threshold stay in the ledger.
NEARLY = 3.0


def _ledger(
    record: pd.Series[Any], site: pd.Series[Any], table: pd.DataFrame, links: Forced, cuts: Forced
) -> pd.DataFrame:
    a, b = table["a"].to_numpy(), table["b"].to_numpy()
    one = site.to_numpy()[a] == site.to_numpy()[b]
    pairs = list(zip(a.tolist(), b.tolist(), strict=True))
    linked = np.array([pair in links for pair in pairs], dtype=bool)
    cut = np.array([pair in cuts for pair in pairs], dtype=bool)
    enough = ((table["score"] >= table["needed"]) & table["grounded"]).to_numpy()
    decision = np.select(
        [linked, cut, one & enough, one],
        ["forced merge", "forced split", "merged", "merged by group"],
        "apart",
    )
    kept = (decision != "apart") | (table["score"] > table["needed"] - NEARLY).to_numpy()
    rows = table[kept].assign(
        record_a=record.to_numpy()[a[kept]],
        record_b=record.to_numpy()[b[kept]],
        site_a=site.to_numpy()[a[kept]],
        site_b=site.to_numpy()[b[kept]],
        decision=decision[kept],
    )
    human = links | cuts
    given = [human.get(pair) for pair, k in zip(pairs, kept, strict=True) if k]
    rows["reason"] = [
        text if text is not None else _said(row)
        for text, row in zip(given, rows.to_dict("records"), strict=True)
    ]
    ledger: pd.DataFrame = rows[LEDGER.names]
    return ledger.sort_values(["record_a", "record_b"], ignore_index=True)


def _said(row: Mapping[Hashable, Any]) -> str:
    """Say a pair's evidence in French, for the person who may undo the merge."""
    parts = [f"{row['score']:g} points pour {row['needed']:g} demandés"]
    for label, field, unit, points in (
        ("noms", "name_score", "/100", "name_points"),
        ("rues", "street_score", "/100", "address_points"),
        ("distance", "distance_m", " m", "distance_points"),
    ):
        value = row[field]
        missing = value is None or math.isnan(value)
        shown = "non connue, sans effet" if missing else f"{value:.0f}{unit} ({row[points]:+.1f})"
        parts.append(f"{label} {shown}")
    parts += [
        text
        for field, text in (
            ("same_siret", "même SIRET"),
            ("same_phone", "même téléphone"),
            ("same_upstream_id", "même identifiant d'origine"),
        )
        if row[field] is True
    ]
    parts.append(f"autres indices {row['other_points']:+.1f}")
    return " ; ".join(parts)


def undo(ledger: pd.DataFrame, site: str, record: str) -> pd.DataFrame:
    """Give the corrections that take one record out of a place again.

    Returns
    -------
    DataFrame
        Rows of :data:`~observatory.contracts.directory.FORCED`: a split with each other record of
        the place, to add to the corrections.
    """
    inside = ledger[(ledger["site_a"] == site) & (ledger["site_b"] == site)]
    named = inside[(inside["record_a"] == record) | (inside["record_b"] == record)]
    if named.empty:
        raise ChoiceError(
            f"place {site}",
            expected="a record merged in this place",
            found=record,
            next_step="choose a record of the ledger",
        )
    split = named[["record_a", "record_b"]].assign(
        action="split", reason=f"{record} retiré de {site}"
    )
    corrections: pd.DataFrame = split[FORCED.names].reset_index(drop=True)
    return corrections
