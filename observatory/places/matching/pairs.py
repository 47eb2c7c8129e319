"""Records made ready to compare, and the evidence for and against each pair.

The score of a pair is a sum of points (:class:`Rules`). A field missing on either side gives no
point, neither for nor against: a missing coordinate never helps two records to merge.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from rapidfuzz import fuzz, process
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from observatory.geo.communes import today
from observatory.geo.geometry import project_to_metres
from observatory.places.cleaning import fold
from observatory.places.matching.rules import (
    FRANCE_SERVICES,
    GENERIC,
    NO_STREET,
    ONE_AT_A_DOOR,
    SAME,
    SAME_PATTERNS,
    SOCIAL,
    STREET_TYPES,
    TOWN_HALL,
    Rules,
)

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


_MOVING = re.compile(r"\b(?:bus|mobile|itinerante?|camion|caravane)\b")
#: SIREN of public bodies with many places: regions, départements, EPCI, communes, CCAS.
_PUBLIC = ("20", "21", "22", "23", "24", "25", "26")
#: A France Services label is given to few places of a commune.
_RARE_PROGRAMME = "France Services"
_LONG_ID = 16
#: Names less alike than this (0-100) are two names.
_UNLIKE = 60.0


Door = tuple[frozenset[int], str]
Texts = NDArray[np.object_]


@dataclass(frozen=True)
class Prepared:
    """Records made ready to compare: one entry a record in every array, in the frame's order.

    Attributes
    ----------
    name, distinct
        The words of the folded name without the commune's, and without generic words too, sorted.
    street, door, doors
        The words of the street; the place in ``doors`` of the numbers covered and their suffix.
    x, y
        Lambert-93 metres, NaN where not known.
    moving, public, rare
        Whether it moves, its SIRET is a public body's, it has the rare programme.
    named
        Whether its name says France Services.
    bodies
        Of :data:`ONE_AT_A_DOOR` and :data:`TOWN_HALL`, those that its name says.
    town, words
        The commune's folded name between blanks, and the folded address between blanks.
    codes
        Values to compare for equality, as numbers; -1 where missing.
    """

    frame: pd.DataFrame
    name: Texts
    distinct: Texts
    street: Texts
    door: IntArray
    doors: list[Door]
    x: FloatArray
    y: FloatArray
    moving: BoolArray
    public: BoolArray
    rare: BoolArray
    named: BoolArray
    bodies: Texts
    town: Texts
    words: Texts
    codes: dict[str, IntArray]


def prepare(records: pd.DataFrame) -> Prepared:
    """Fold names and addresses, project points and number the values to compare for equality."""
    frame = records.reset_index(drop=True)
    blank = pd.Series([None] * len(frame), dtype="str")
    get = {c: frame[c].astype("str") if c in frame else blank for c in _COMPARED}
    names = _each(get["name"], _canonical)
    communes = _each(get["commune_name"], lambda v: set(fold(v).split()) if v else set())
    whole = _texts(_without(n, c) for n, c in zip(names, communes, strict=True))
    addresses = _each(get["address"], _split)
    doors: dict[Door, int] = {}
    door = [doors.setdefault((numbers, suffix), len(doors)) for numbers, suffix, _ in addresses]
    moving = _moving(frame, names)
    codes = {c: _codes(get[c], c) for c in _EQUAL}
    codes[JOINED] = _codes(_joined(get["commune"]), JOINED)
    codes[CITY] = _codes(_cities(get["commune"]).where(moving), CITY)
    return Prepared(
        frame,
        whole,
        _texts(_without(n, GENERIC) for n in whole),
        _texts(street for _, _, street in addresses),
        np.array(door, dtype=np.int64),
        list(doors),
        *_metres(frame),
        moving,
        get["siret"].str.startswith(_PUBLIC).fillna(False).to_numpy(dtype=bool),
        _has_programme(frame),
        np.array([FRANCE_SERVICES in name for name in names], dtype=bool),
        _texts((ONE_AT_A_DOOR | TOWN_HALL) & set(name.split()) for name in names),
        _each(get["commune_name"], _framed),
        _each(get["address"], _framed),
        codes,
    )


def _framed(text: str | None) -> str:
    """Return the folded words between blanks, so that a whole name can be looked for in others."""
    return f" {fold(text)} " if text else ""


def _joined(communes: pd.Series[Any]) -> pd.Series[Any]:
    """Return the communes of today: those that have merged are one."""
    return communes.map(today, na_action="ignore").astype("str")


def _cities(communes: pd.Series[Any]) -> pd.Series[Any]:
    """Return the communes of today, those that are parts of a city as the city."""
    cities = _joined(communes)
    for start, city in _PARTS.items():
        cities = cities.mask(cities.str.startswith(start).fillna(False).astype(bool), city)
    return cities


def _texts(values: Iterable[Any]) -> Texts:
    every = list(values)
    array = np.empty(len(every), dtype=object)
    array[:] = every
    return array


def _each(values: pd.Series[Any], change: Callable[[str | None], Any]) -> Texts:
    """Change each distinct value once."""
    codes, distinct = pd.factorize(values)
    return _texts([*map(change, distinct), change(None)])[codes]


def _metres(frame: pd.DataFrame) -> tuple[FloatArray, FloatArray]:
    known = frame.reindex(columns=["lon", "lat"]).astype(float)
    x, y = project_to_metres(known["lon"], known["lat"]).T
    return x, y


#: The commune of today, and the city of what moves, beside the columns compared.
JOINED, CITY = "joined", "city"
#: How the codes of the arrondissements of a city begin.
_PARTS = {"751": "75056", "132": "13055", "6938": "69123"}
_EQUAL = ("source", "commune", "postcode", "siret", "phone", "email", "website", "source_id")
_COMPARED = (*_EQUAL, "name", "address", "commune_name")


def _canonical(name: str | None) -> str:
    text = fold(name) if name else ""
    if not SAME.search(text):
        return text
    for pattern, new in SAME_PATTERNS:
        text = pattern.sub(new, text)
    return text


def _without(text: str, words: Collection[str]) -> str:
    """Return the other words in alphabetical order: likeness forgives another order."""
    return " ".join(sorted(word for word in text.split() if word not in words))


def _moving(frame: pd.DataFrame, names: Texts) -> BoolArray:
    moving = np.array([bool(_MOVING.search(name)) for name in names], dtype=bool)
    if "itinerant" in frame:
        moving |= frame["itinerant"].astype("boolean").fillna(False).to_numpy(dtype=bool)
    return moving


def _codes(values: pd.Series[Any], column: str) -> IntArray:
    kept = values.where(values.str.len() >= _LONG_ID) if column == "source_id" else values
    return np.asarray(pd.factorize(kept)[0], dtype=np.int64)


#: A post code and what follows it: the town, written into the address.
_TOWN = re.compile(r",? \d{5}\b.*$")
_HEAD = re.compile(r"^(\d+)(?: ?(bis|ter|quater|[a-d]))?(?: ?[-/] ?(\d+)(?: ?[a-z]+)?)*(?= |,|$)")


def _split(address: str | None) -> tuple[frozenset[int], str, str]:
    """Return the numbers covered by an address, its suffix (bis), and its street without type."""
    text = _TOWN.sub("", " ".join(address.lower().split())) if address else ""
    head = _HEAD.match(text)
    if head is None:
        street = _without(fold(text), STREET_TYPES)
        return frozenset(), "", "" if street in NO_STREET else street
    first, last = int(head.group(1)), int(head.group(3) or head.group(1))
    span = range(first, last + 1) if first < last <= first + 60 else (first, last)
    street = _without(fold(text[head.end() :]), STREET_TYPES)
    return frozenset(span), head.group(2) or "", street


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
    same = {c: _equal(ready.codes[c], a, b) for c in _EQUAL}
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


def _has_programme(frame: pd.DataFrame) -> BoolArray:
    if "programmes" not in frame:
        return np.zeros(len(frame), dtype=bool)
    rare = frame["programmes"].astype("str").str.contains(_RARE_PROGRAMME, regex=False)
    return rare.fillna(False).to_numpy(dtype=bool)


def connected(count: int, pairs: IntArray) -> IntArray:
    """Number the connected components of ``count`` things, given the pairs that are linked."""
    ones = np.ones(len(pairs), dtype=np.int8)
    graph = coo_array((ones, (pairs[:, 0], pairs[:, 1])), shape=(count, count))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)
