"""The search of the page and its start: in the URL what may be shared, in memory what may not.

The address typed, the point and the browser's position stay in the session, which ends with the
page. No log names them, and no error does.
"""

from __future__ import annotations

import math
from datetime import datetime
from typing import Any

import pandas as pd
import streamlit as st

from observatory.app import cache
from observatory.app.find.answer import nearest_commune, understood
from observatory.app.find.find_state import NAMES, NEAR, Search, Start, from_params, to_params
from observatory.app.pages.shell import Screen
from observatory.app.selection import Refused
from observatory.errors import ChoiceError
from observatory.places.geocoder import Address, GeocoderError
from observatory.places.opening_hours import local
from observatory.places.search import named as present
from observatory.places.search.named import (
    PUBLIC_KINDS,
    entry_label,
    entry_of,
    named,
    refuse_far,
)

SEARCH, START, CHOICES, ROWS = "find_search", "find_start", "find_choices", "find_ticked"
MESSAGE, UNKNOWN, TYPED, LIMIT = "find_message", "find_unknown", "find_typed", "find_limit"
WHERE, NEEDS = "find_where", "find_needs"
FIRST = 8


def kept() -> Search:
    """Return the search of the session."""
    found = st.session_state.get(SEARCH)
    return found if isinstance(found, Search) else Search()


def now() -> datetime:
    """Return the present moment where the build in use lies, without a zone."""
    return local(present.now(), cache.facts(cache.current()).departement)


def start() -> Start | None:
    """Return where the person starts from, or ``None`` before that is known."""
    found = st.session_state.get(START)
    return found if isinstance(found, Start) else None


def write(search: Search) -> None:
    """Put a search into the session and, all but a private start, into the URL."""
    st.session_state[SEARCH] = search
    wanted = to_params(search)
    for name in NAMES:
        if name in wanted:
            st.query_params[name] = wanted[name]
        elif name in st.query_params:
            del st.query_params[name]


def update(**values: Any) -> None:
    """Change the search from a widget's callback."""
    st.session_state[LIMIT] = FIRST
    write(kept().changed(**values))


def read(screen: Screen) -> tuple[Search, tuple[Refused, ...]]:
    """Read the search from the URL, else from the session; find the start that it names."""
    mine = {name: st.query_params[name] for name in NAMES if name in st.query_params}
    search, refused = from_params(mine) if mine else (kept(), ())
    here = start()
    if search.near != ("" if here is None else here.near):
        begin = _named(screen, search.near)
        if search.near and begin is None:
            refused = (*refused, Refused(NEAR, search.near[:40]))
        st.session_state[START] = begin
        st.session_state[CHOICES] = ()
        st.session_state[WHERE] = "" if begin is None else begin.label
        search = search.changed(near="" if begin is None else begin.near)
    elif WHERE not in st.session_state:
        st.session_state[WHERE] = here.label if here is not None and here.public else ""
    write(search)
    return search, refused


def _named(screen: Screen, near: str) -> Start | None:
    if not near:
        return None
    entry = entry_of(near, cache.gazetteer(screen.build))
    return None if entry is None else _from_entry(screen, dict(entry))


def _from_entry(screen: Screen, entry: dict[str, Any]) -> Start:
    name, kind = str(entry["name"]), str(entry["kind"])
    label = entry_label(name, kind, entry["commune_name"])
    lon, lat = float(entry["lon"]), float(entry["lat"])
    near = label if kind in PUBLIC_KINDS else _commune(screen, lon, lat)
    return Start(lon, lat, label, kind, near, entry["note"])


def _commune(screen: Screen, lon: float, lat: float) -> str:
    return nearest_commune(lon, lat, cache.gazetteer(screen.build))


def begin_at(begin: Start | None) -> None:
    """Start from somewhere else, in a widget's callback."""
    st.session_state[START] = begin
    # Their walking minutes were from elsewhere.
    untick_all()
    update(near="" if begin is None else begin.near)


def take_text(screen: Screen) -> None:
    """Look the text of the first field up, without a network."""
    text = str(st.session_state[WHERE]).strip()[:200]
    st.session_state[MESSAGE], st.session_state[TYPED] = "", text
    found = named(text, cache.gazetteer(screen.build)) if text else pd.DataFrame()
    entries = found.to_dict("records")
    starts = [_from_entry(screen, {str(k): v for k, v in e.items()}) for e in entries]
    _offer(starts, sure=bool(entries and entries[0]["sure"]))


def take_address(screen: Screen) -> None:
    """Ask the IGN for the text of the first field: only ever called by a click for that."""
    text = str(st.session_state[WHERE]).strip()
    try:
        found = cache.geocoder().search(text, cache.facts(screen.build).middle)
    except GeocoderError as error:
        st.session_state[MESSAGE] = f"find.ign_{error.reason}"
        return
    except ChoiceError:
        st.session_state[MESSAGE] = "find.ign_broken"
        return
    st.session_state[MESSAGE] = "" if found else "find.ign_none"
    if found:
        best = found[0].score
        _offer([_from_address(screen, one) for one in found if one.score >= best - 0.15])


def _from_address(screen: Screen, found: Address) -> Start:
    near = _commune(screen, found.lon, found.lat)
    return Start(found.lon, found.lat, found.label, "ign", near)


def _offer(starts: list[Start], *, sure: bool = True) -> None:
    """Start from the likeliest, and offer the others beside it; where none is sure, ask which."""
    unlike = {(one.label, one.kind, round(one.lon, 4), round(one.lat, 4)): one for one in starts}
    st.session_state[CHOICES] = tuple(unlike.values())
    begin_at(starts[0] if starts and sure else None)


def take_point(screen: Screen, point: Any) -> None:
    """Start from a point of the map or from the browser's position."""
    if not isinstance(point, dict) or point.get("kind") not in ("map", "position"):
        return
    lon, lat = (_degrees(point.get(name), most) for name, most in (("lon", 180), ("lat", 85)))
    if lon is None or lat is None:
        return
    try:
        refuse_far(lon, lat, cache.facts(screen.build).communes)
    except ChoiceError:
        st.session_state[MESSAGE] = "find.too_far"
        return
    kind = str(point["kind"])
    st.session_state[WHERE], st.session_state[TYPED] = "", ""
    st.session_state[CHOICES], st.session_state[MESSAGE] = (), ""
    label = screen.words(f"find.start.{kind}")
    begin_at(Start(lon, lat, label, kind, _commune(screen, lon, lat)))


def _degrees(value: Any, most: int) -> float | None:
    """Return what the browser sent as degrees, or ``None``: it may have sent anything."""
    known = isinstance(value, int | float) and math.isfinite(value) and abs(value) <= most
    return float(value) if known else None


def take_needs() -> None:
    """Read the needs chosen or typed."""
    keys, unknown = understood([str(word) for word in st.session_state[NEEDS]])
    st.session_state[NEEDS] = list(keys)
    st.session_state[UNKNOWN] = unknown
    update(needs=keys)


def ticked() -> dict[str, dict[str, Any]]:
    """Return the places ticked, in the order of ticking: identifier -> row."""
    found = st.session_state.get(ROWS)
    return found if isinstance(found, dict) else {}


def take_tick(row: dict[str, Any], key: str) -> None:
    """Tick a place or leave it out; it stays ticked when another need is looked for."""
    site = str(row["id"])
    rows: dict[str, dict[str, Any]] = dict(st.session_state.get(ROWS, {}))
    rows.pop(site, None)
    if st.session_state[key]:
        rows[site] = row
    st.session_state[ROWS] = rows


def untick_all() -> None:
    """Empty the sheet."""
    st.session_state[ROWS] = {}
