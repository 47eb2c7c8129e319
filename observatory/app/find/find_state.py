"""What a person looks for, as a frozen value, to and from the URL; no Streamlit here.

A link holds the needs, the filters, and a public place or commune to start from. It never holds
what was typed, an address, or a point: a start that is someone's own (an address, a point of the
map, the browser's position) is written as its commune. Words typed for a need are written as the
keys of the needs understood.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from observatory.app.selection import LONGEST_ECHO, Refused
from observatory.places.opening_hours import MOMENTS
from observatory.places.search.named import PUBLIC_KINDS
from observatory.places.search.request import APPOINTMENTS, Request
from observatory.tables.person_needs import (
    BY_KEY,
    CARE,
    ENGLISH,
    FREE,
    OTHER_LANGUAGES,
    PUBLICS,
    SPOKEN,
    WAYS,
)
from observatory.tables.remarks import Remark

#: Closed lists of the filters: word in the URL and in the texts -> value of the standard.
AUDIENCES = dict(zip(("young", "students", "families", "seniors", "women"), PUBLICS, strict=True))
CARES = {
    key: value
    for key, value in zip(
        ("deaf", "motor", "mental", "illiteracy", "english", "languages", "sight"),
        CARE,
        strict=True,
    )
    if value not in (ENGLISH, OTHER_LANGUAGES)
}
COMING = {"walkin": WAYS[0], "phone": WAYS[1], "mail": WAYS[2], "online": WAYS[3]}
NEED_KEYS = tuple(BY_KEY)
WHENS = ("any", *MOMENTS)
#: Name in the URL of each list of choices -> its field and the words it may hold.
LISTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "besoin": ("needs", NEED_KEYS),
    "publics": ("audiences", tuple(AUDIENCES)),
    "accueil": ("cares", tuple(CARES)),
    "langues": ("languages", SPOKEN),
    "venir": ("coming", tuple(COMING)),
    "rdv": ("appointments", APPOINTMENTS),
}
SWITCHES = {"gratuit": "free", "femmes": "women", "certains": "sure", "lent": "slow"}
NEAR, WHEN, YES, KEPT = "pres", "quand", "oui", "liste"
NAMES = (NEAR, WHEN, KEPT, *LISTS, *SWITCHES)
LONGEST_NEAR = 120
#: Places that one's own list may hold, and what an identifier looks like.
MOST_KEPT = 20
_IDENTIFIER = re.compile(r"[A-Za-z0-9_-]{1,40}")


@dataclass(frozen=True)
class Search:
    """What is looked for.

    Attributes
    ----------
    near
        Label of a public place or commune to start from, or the empty string.
    needs
        Keys of needs; a place must answer each of them.
    when
        A word of :data:`WHENS`.
    audiences, cares, languages, coming, appointments
        Words of the closed lists; any one of a list will do.
    free, women
        Whether it must be free; whether hours or a place for women are asked for.
    sure
        Whether to hide the places that only may suit.
    slow
        Whether the person walks at 3 km/h.
    kept
        Identifiers of the places of the counsellor's own list: only ever in the link.
    """

    near: str = ""
    needs: tuple[str, ...] = ()
    when: str = "any"
    audiences: tuple[str, ...] = ()
    cares: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    coming: tuple[str, ...] = ()
    appointments: tuple[str, ...] = ()
    free: bool = False
    women: bool = False
    sure: bool = False
    slow: bool = False
    kept: tuple[str, ...] = ()

    def changed(self, **values: Any) -> Search:
        """Return the same search with other values."""
        return replace(self, **values)

    @property
    def filters(self) -> int:
        """How many of the optional filters are in use."""
        lists = (self.audiences, self.cares, self.languages, self.coming, self.appointments)
        return sum(map(bool, (*lists, self.free, self.women, self.sure)))

    def unfiltered(self) -> Search:
        """Return the search without its optional filters."""
        return Search(self.near, self.needs, self.when, slow=self.slow, kept=self.kept)


@dataclass(frozen=True)
class Start:
    """Where a person starts from; kept in memory while the page is open, and nowhere else.

    Attributes
    ----------
    lon, lat
        Degrees, WGS 84.
    label
        Its name on the screen.
    kind
        A kind of the gazetteer, or ``ign``, ``map``, ``position``.
    near
        The public place or commune that a link may name.
    note
        What to mind about the point.
    """

    lon: float = field(repr=False)
    lat: float = field(repr=False)
    label: str = field(repr=False)
    kind: str
    near: str
    note: Remark | None = None

    @property
    def public(self) -> bool:
        """Whether the start is a place that anyone may know of."""
        return self.kind in PUBLIC_KINDS


def from_params(params: Mapping[str, str]) -> tuple[Search, tuple[Refused, ...]]:
    """Read a search from query parameters; what is not understood is left out and returned."""
    refused: list[Refused] = []
    values: dict[str, Any] = {"near": params.get(NEAR, "")[:LONGEST_NEAR].strip()}
    when = params.get(WHEN, "any")
    if when in WHENS:
        values["when"] = when
    else:
        refused.append(_refused(WHEN, when))
    kept = [one for one in params.get(KEPT, "").split(",") if one]
    values["kept"] = tuple(dict.fromkeys(one for one in kept if _IDENTIFIER.fullmatch(one)))[
        :MOST_KEPT
    ]
    refused += [_refused(KEPT, one) for one in kept if not _IDENTIFIER.fullmatch(one)]
    for name, (field_, allowed) in LISTS.items():
        asked = [word for word in params.get(name, "").split(",") if word]
        values[field_] = tuple(word for word in allowed if word in asked)
        refused += [_refused(name, word) for word in dict.fromkeys(asked) if word not in allowed]
    for name, field_ in SWITCHES.items():
        text = params.get(name, "")
        values[field_] = text == YES
        if text not in ("", YES):
            refused.append(_refused(name, text))
    return Search(**values), tuple(refused[:5])


def _refused(name: str, text: str) -> Refused:
    return Refused(name, text if len(text) <= LONGEST_ECHO else text[:LONGEST_ECHO] + "…")


def to_params(search: Search) -> dict[str, str]:
    """Return the query parameters of a search; what is at its default is left out."""
    params = {NEAR: search.near} if search.near else {}
    if search.when != "any":
        params[WHEN] = search.when
    if search.kept:
        params[KEPT] = ",".join(search.kept)
    for name, (field_, _) in LISTS.items():
        if words := getattr(search, field_):
            params[name] = ",".join(words)
    return params | {name: YES for name, one in SWITCHES.items() if getattr(search, one)}


def to_request(search: Search, limit: int) -> Request:
    """Return the request that a search makes.

    With a moment asked for, places open for sure come before those whose hours are not known.
    """
    unknown = "hidden" if search.sure else "mixed" if search.when == "any" else "after"
    return Request(
        needs=search.needs,
        publics=_values(search.audiences, AUDIENCES),
        care=_values(search.cares, CARES),
        access=_values(search.coming, COMING),
        languages=search.languages,
        appointments=search.appointments,
        fees=(FREE,) if search.free else (),
        women=search.women,
        open_when="" if search.when == "any" else search.when,
        unknown=unknown,  # type: ignore[arg-type]  # one of its three words
        limit=limit,
    )


def _values(words: Iterable[str], among: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(among[word] for word in words)
