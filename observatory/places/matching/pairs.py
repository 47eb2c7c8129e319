"""The evidence for and against each pair of records.

The score of a pair is a sum of points (:class:`Rules`). A field missing on either side gives no
point, neither for nor against: a missing coordinate never helps two records to merge.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from rapidfuzz import fuzz, process
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from observatory.places.matching.prepared import (
    CITY,
    EQUAL,
    JOINED,
    BoolArray,
    Door,
    FloatArray,
    IntArray,
    Prepared,
    Texts,
)
from observatory.places.matching.rules import (
    ONE_AT_A_DOOR,
    SOCIAL,
    TOWN_HALL,
    Rules,
)

#: Names less alike than this (0-100) are two names.
_UNLIKE = 60.0


def evidence(
    ready: Prepared, pairs: IntArray, rules: Rules, *, within: float = np.inf
) -> pd.DataFrame:
    """Weigh pairs of records.

    Parameters
    ----------
    within
        Pairs that stay more points short of those needed, whatever their names, are left out.

    Returns
    -------
    DataFrame
        One row a pair, in the order given: positions ``a`` and ``b``, the comparisons and points
        of :data:`~observatory.tables.directory_tables.LEDGER`, ``score``, ``needed``, ``grounded``
        (whether anything but the names speaks for one place).
    """
    table = _without_names(ready, pairs, rules)
    rest = table["address_points"] + table["distance_points"] + table["other_points"]
    best = max(*rules.name[1], rules.generic_name, 0.0) + 0.01  # scores are rounded
    table = table[rest + best > table["needed"] - within]
    a, b = table["a"].to_numpy(), table["b"].to_numpy()
    score, points = _names(ready, a, b, rules)
    points = np.maximum(points, _least(ready, table, rules))
    other = table["other_points"] + _apart(ready, a, b, table["same_siret"], score, rules)
    table = table.assign(other_points=other)
    # Floats are added in one order, so that a pair's score is the same in every run.
    total = points + table["address_points"] + table["distance_points"] + table["other_points"]
    return table.assign(name_score=score, name_points=points, score=total.round(3))


def _without_names(ready: Prepared, pairs: IntArray, rules: Rules) -> pd.DataFrame:
    a, b = pairs[:, 0], pairs[:, 1]
    same = {c: _equal(ready.codes[c], a, b) for c in EQUAL}
    known = {c: _known(ready.codes[c], a, b) for c in ("siret", "phone", "commune")}
    street_score, address_points = _addresses(ready, a, b, rules)
    metres = np.hypot(ready.x[a] - ready.x[b], ready.y[a] - ready.y[b])
    distance_points = np.where(np.isnan(metres), 0.0, np.interp(metres, *rules.distance))
    door = address_points >= rules.same_door - 0.25
    elsewhere = address_points <= rules.other_street
    spoken = same["phone"] | same["email"] | same["source_id"]
    roaming = _equal(ready.codes[CITY], a, b) & _nowhere(ready, a, b)
    return pd.DataFrame(
        {
            "a": a,
            "b": b,
            "street_score": street_score,
            "address_points": address_points,
            "distance_m": metres,
            "distance_points": distance_points,
            "other_points": _others(ready, a, b, same, known, door, elsewhere, rules),
            "same_siret": pd.arrays.BooleanArray(same["siret"], ~known["siret"]),
            "same_phone": pd.arrays.BooleanArray(same["phone"], ~known["phone"]),
            "same_upstream_id": same["source_id"],
            "needed": np.where(same["source"], rules.needed_within, rules.needed),
            "grounded": (address_points > 0) | (distance_points > 0) | spoken | roaming,
        }
    )


def _equal(codes: IntArray, a: IntArray, b: IntArray) -> BoolArray:
    return np.asarray((codes[a] == codes[b]) & (codes[a] >= 0))


def _known(codes: IntArray, a: IntArray, b: IntArray) -> BoolArray:
    return np.asarray((codes[a] >= 0) & (codes[b] >= 0))


def _likeness(left: Texts, right: Texts, part: float) -> FloatArray:
    """Compare texts whose words are sorted."""
    one, two = left.tolist(), right.tolist()
    whole = process.cpdist(one, two, scorer=fuzz.ratio, dtype=np.float64)
    shared = process.cpdist(one, two, scorer=fuzz.token_set_ratio, dtype=np.float64)
    return np.asarray(np.maximum(whole, part * shared), dtype=float)


def _names(
    ready: Prepared, a: IntArray, b: IntArray, rules: Rules
) -> tuple[FloatArray, FloatArray]:
    empty, none = ready.distinct == "", ready.name == ""
    score = _likeness(ready.distinct[a], ready.distinct[b], 0.9)
    bare = np.flatnonzero(empty[a] & empty[b])
    score[bare] = _likeness(ready.name[a[bare]], ready.name[b[bare]], 0.9)
    points = np.interp(score, *rules.name)
    points[empty[a] != empty[b]] = rules.generic_name
    missing = none[a] | none[b]
    points[missing], score[missing] = 0.0, np.nan
    return score, points


def _least(ready: Prepared, table: pd.DataFrame, rules: Rules) -> FloatArray:
    """Return the least points of each pair's names, for what stands once at a door."""
    a, b = table["a"].to_numpy(), table["b"].to_numpy()
    one, two = ready.bodies[a], ready.bodies[b]
    kin = np.array([bool(x & y & ONE_AT_A_DOOR) for x, y in zip(one, two, strict=True)], dtype=bool)
    source = ready.codes["source"]
    kin |= ready.named[a] & ready.named[b] & (source[a] != source[b])
    door = table["address_points"].to_numpy() >= rules.same_door - 0.25
    return np.where(kin & door, rules.one_at_a_door, -np.inf)


def _apart(
    ready: Prepared,
    a: IntArray,
    b: IntArray,
    same_siret: pd.Series[Any],
    score: FloatArray,
    rules: Rules,
) -> FloatArray:
    """Return the points against pairs whose names say that they are two."""
    said = zip(ready.bodies[a], ready.bodies[b], strict=True)
    bodies = np.array([_hall_and_social(x, y) for x, y in said], dtype=bool)
    bodies &= ~same_siret.fillna(False).to_numpy(dtype=bool)
    own = (ready.distinct[a] != "") & (ready.distinct[b] != "")
    source = ready.codes["source"]
    services = ready.named[a] & ready.named[b] & own & (source[a] == source[b]) & (score < _UNLIKE)
    return np.asarray(bodies * rules.two_bodies + services * rules.two_services)


def _hall_and_social(one: frozenset[str], two: frozenset[str]) -> bool:
    """Return whether one is a town hall alone, and the other a social centre alone."""
    pair = {frozenset(one), frozenset(two)}
    return TOWN_HALL in pair and any(body and body <= SOCIAL for body in pair)


def _addresses(
    ready: Prepared, a: IntArray, b: IntArray, rules: Rules
) -> tuple[FloatArray, FloatArray]:
    score = _likeness(ready.street[a], ready.street[b], 0.95)
    door = np.zeros(len(a))
    close = np.flatnonzero(score >= 60)
    door[close] = _doors(ready, a[close], b[close], rules)
    # Between 60 and 80 the street is doubtful: the points of the door grow with the likeness.
    sure = np.clip((score - 60) / 20, 0, 1)
    points = np.where(score >= 60, sure * door + (1 - sure) * -0.5, rules.other_street)
    none = ready.street == ""
    missing = none[a] | none[b]
    points[missing], score[missing] = 0.0, np.nan
    return score, points


def _doors(ready: Prepared, a: IntArray, b: IntArray, rules: Rules) -> FloatArray:
    """Compare the doors of pairs, each two doors once."""
    count = max(len(ready.doors), 1)
    codes, which = np.unique(ready.door[a] * count + ready.door[b], return_inverse=True)
    points = [
        _door(ready.doors[one], ready.doors[two], rules)
        for one, two in zip(*(half.tolist() for half in np.divmod(codes, count)), strict=True)
    ]
    each: FloatArray = np.array(points, dtype=float)[which.reshape(-1)]
    return each


def _door(one: Door, two: Door, rules: Rules) -> float:
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
    known: dict[str, BoolArray],
    door: BoolArray,
    elsewhere: BoolArray,
    rules: Rules,
) -> FloatArray:
    public = ready.public[a]
    points = np.where(same["siret"], np.where(public, rules.siret_public, rules.siret), 0.0)
    points += np.where(same["siret"] & ~public & door, rules.establishment, 0.0)
    points += np.where(known["siret"] & ~same["siret"], rules.other_siret, 0.0)
    roaming = _equal(ready.codes[CITY], a, b)
    points += np.where(roaming & _nowhere(ready, a, b), rules.roaming, 0.0)
    crossing = known["commune"] & ~same["commune"] & ~roaming
    points += np.where(crossing, rules.other_commune, 0.0)
    unsaid = crossing & ~same["postcode"] & ~_equal(ready.codes[JOINED], a, b)
    # Only at one door can a name in the address make two places one.
    near = np.flatnonzero(unsaid & door)
    unsaid[near] = ~_named(ready, a[near], b[near])
    points += np.where(unsaid, rules.across - rules.other_commune, 0.0)
    points += _contacts(same, elsewhere, rules)
    points += np.where(same["source_id"], rules.upstream, 0.0)
    rare = ready.rare[a] & ready.rare[b] & ~same["source"]
    points += np.where(rare, rules.programme, 0.0)
    points += np.where(ready.moving[a] != ready.moving[b], rules.moving, 0.0)
    return np.asarray(points, dtype=float)


def _nowhere(ready: Prepared, a: IntArray, b: IntArray) -> BoolArray:
    """Return whether one of each pair has no fixed address."""
    return np.asarray((ready.street[a] == "") | (ready.street[b] == ""), dtype=bool)


def _contacts(same: dict[str, BoolArray], elsewhere: BoolArray, rules: Rules) -> FloatArray:
    worths = (("phone", rules.phone), ("email", rules.email), ("website", rules.website))
    points = np.sum([same[name] * worth for name, worth in worths], axis=0)
    least = np.where(elsewhere, rules.contacts_elsewhere, np.inf)
    return np.asarray(np.minimum(points, least), dtype=float)


def _named(ready: Prepared, a: IntArray, b: IntArray) -> BoolArray:
    """Return whether the address of either record names the other's commune."""
    return np.array(
        [
            bool(ready.town[one] and ready.town[one] in ready.words[two])
            or bool(ready.town[two] and ready.town[two] in ready.words[one])
            for one, two in zip(a.tolist(), b.tolist(), strict=True)
        ],
        dtype=bool,
    )


def connected(count: int, pairs: IntArray) -> IntArray:
    """Number the connected components of ``count`` things, given the pairs that are linked."""
    ones = np.ones(len(pairs), dtype=np.int8)
    graph = coo_array((ones, (pairs[:, 0], pairs[:, 1])), shape=(count, count))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)
