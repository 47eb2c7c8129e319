"""Records made ready to compare: names and addresses folded, points in metres, values numbered."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from observatory.geo.geometry import project_to_metres
from observatory.geo.mergers import today_of
from observatory.places.cleaning import fold
from observatory.places.matching.rules import (
    FRANCE_SERVICES,
    GENERIC,
    NO_STREET,
    ONE_AT_A_DOOR,
    SAME,
    SAME_PATTERNS,
    STREET_TYPES,
    TOWN_HALL,
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
    codes = {c: _codes(get[c], c) for c in EQUAL}
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
    return communes.map(today_of, na_action="ignore").astype("str")


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
EQUAL = ("source", "commune", "postcode", "siret", "phone", "email", "website", "source_id")
_COMPARED = (*EQUAL, "name", "address", "commune_name")


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


def _has_programme(frame: pd.DataFrame) -> BoolArray:
    if "programmes" not in frame:
        return np.zeros(len(frame), dtype=bool)
    rare = frame["programmes"].astype("str").str.contains(_RARE_PROGRAMME, regex=False)
    return rare.fillna(False).to_numpy(dtype=bool)
