"""The search of places for those who show it: names that can be found, answers as plain values."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from rapidfuzz import fuzz, process

from observatory.errors import ChoiceError
from observatory.geo.geometry import project_to_metres
from observatory.model.assumptions import Assumptions
from observatory.model.observed import Facts
from observatory.places.cleaning import fold
from observatory.places.opening_hours import PARIS, local, understand_when
from observatory.places.search import Directory, Request, find
from observatory.places.search.gazetteer import build_gazetteer, search
from observatory.places.search.stops import nearest_stops, stations
from observatory.tables.directory_tables import LISTS
from observatory.tables.language_names import language_name
from observatory.tables.plain_rows import records
from observatory.tables.storage import read_optional
from observatory.tables.transit_tables import STOPS

__all__ = [
    "Directory",
    "Request",
    "entry_label",
    "entry_of",
    "find_near",
    "found_records",
    "gazetteer_of",
    "languages_named",
    "load_stops",
    "named",
    "now",
    "opens_at",
    "suggestions",
]

#: Words of the command line and of links -> words that a request understands.
MOMENTS = {
    "now": "maintenant",
    "evening": "ce soir",
    "tomorrow": "demain",
    "saturday": "samedi",
}
#: Languages that can be asked for: code -> French name, as places write it in their notes.
SPOKEN = {code: language_name(code) for code in (
    "ar", "en", "pt", "tr", "ta", "zh", "es", "ro", "bm", "snk", "kab", "bn", "ur",
)}  # fmt: skip
#: Entries found with a likeness this near the best are offered beside it.
NEAR_BEST = 8.0
#: Kinds of entries that are no one's address, and may stand in a link.
PUBLIC_KINDS = ("commune", "quartier prioritaire", "IRIS", "école", "lieu", "gare")


def now() -> datetime:
    """Return the present moment in Paris."""
    return datetime.now(PARIS)


def load_stops(folder: Path) -> pd.DataFrame | None:
    """Read the transit stops of a build (``contracts.transit.STOPS``); ``None`` without any."""
    stops: pd.DataFrame | None = read_optional(STOPS, folder)
    return stops


def gazetteer_of(facts: Facts, stops: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return the names of a build that can be found without a network, stations among them."""
    return build_gazetteer(
        communes=facts.communes,
        qpv=facts.qpv,
        iris=facts.iris,
        schools=facts.schools,
        sites=facts.sites,
        stations=None if stops is None else stations(stops),
    )


def named(text: str, gazetteer: pd.DataFrame, limit: int = 6) -> pd.DataFrame:
    """Return the entries that a text may mean, the likeliest first: several where it is ambiguous.

    Entries far less like the text than the best are left out; an address that is only near the
    commune's centre says so in ``note``.
    """
    found = search(text, gazetteer, limit)
    if found.empty:
        return found
    close = found["score"] >= found["score"].iloc[0] - NEAR_BEST
    kept: pd.DataFrame = found[close].reset_index(drop=True)
    return kept


def entry_label(name: str, kind: str, commune: object) -> str:
    """Return an entry as one line that finds it again: ``Barbara, Stains``."""
    if kind == "commune" or not isinstance(commune, str) or fold(commune) in fold(name):
        return name
    return f"{name}, {commune}"


def entry_of(label: str, gazetteer: pd.DataFrame) -> pd.Series[Any] | None:
    """Return the public entry that a link names, or ``None``: never a street address."""
    public = gazetteer[gazetteer["kind"].isin(PUBLIC_KINDS)]
    found = search(label[:200], public, 8)
    if found.empty:
        return None
    lines = [
        entry_label(n, k, c)
        for n, k, c in zip(found["name"], found["kind"], found["commune_name"], strict=True)
    ]
    exact = [row for row, line in enumerate(lines) if fold(line) == fold(label)]
    return found.iloc[exact[0] if exact else 0]


def suggestions(text: str, gazetteer: pd.DataFrame, limit: int = 5) -> list[str]:
    """Return names that exist for a text that names nothing: the likest ones, then communes."""
    names = gazetteer.drop_duplicates("folded")
    asked = fold(text[:200])
    like = process.extract(
        asked, names["folded"].tolist(), scorer=fuzz.ratio, limit=limit, score_cutoff=55
    )
    towns = np.flatnonzero(names["kind"] == "commune")
    likest = process.extract(
        asked, names["folded"].iloc[towns].tolist(), scorer=fuzz.ratio, limit=limit
    )
    places = [place for _, _, place in like] + [int(towns[place]) for _, _, place in likest]
    rows = names.iloc[list(dict.fromkeys(places))[:limit]]
    return [
        entry_label(n, k, c)
        for n, k, c in zip(rows["name"], rows["kind"], rows["commune_name"], strict=True)
    ]


def languages_named(words: Iterable[str]) -> tuple[str, ...]:
    """Return French names of languages from codes (``ar``) or names (``arabe``).

    Raises
    ------
    ChoiceError
        A language that is not in :data:`SPOKEN`.
    """
    names = {fold(name): name for name in SPOKEN.values()} | SPOKEN
    found = [names.get(word.lower(), names.get(fold(word), "")) for word in words]
    for word, name in zip(words, found, strict=True):
        if not name:
            raise ChoiceError(
                "language",
                expected="one of " + ", ".join(f"{c} ({n})" for c, n in SPOKEN.items()),
                found=repr(word[:40]),
                next_step="choose one of them",
            )
    return tuple(found)


def find_near(
    places: pd.DataFrame | Directory,
    lon: float,
    lat: float,
    request: Request,
    at: datetime,
    assumptions: Assumptions,
    *,
    stops: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return the places that suit a request around a point in degrees (WGS 84), nearest first.

    See :func:`observatory.places.search.find` for the columns. With transit stops, the nearest
    one of each place is given in parts too: ``stop_name``, ``stop_kind``, ``stop_m``.
    """
    x, y = project_to_metres([lon], [lat])[0]
    here = (float(x), float(y))
    found = find(places, here, request, local(at), assumptions, stops=stops)
    return found if stops is None else _with_stops(found, stops)


def _with_stops(found: pd.DataFrame, stops: pd.DataFrame) -> pd.DataFrame:
    placed = found["walk_min"].notna()
    lon, lat = (found[c].where(placed).to_numpy(dtype=float) for c in ("lon", "lat"))
    parts = [
        (None, None, np.nan) if stop is None else (stop.name, stop.kind, float(round(stop.metres)))
        for stop in nearest_stops(stops, lon, lat)
    ]
    named = pd.DataFrame(parts, found.index, ["stop_name", "stop_kind", "stop_m"])
    return found.assign(
        stop_name=named["stop_name"], stop_kind=named["stop_kind"], stop_m=named["stop_m"]
    )


def opens_at(hours: object, when: str, at: datetime) -> bool | None:
    """Return whether a place with these hours is open at a moment asked for (``samedi``).

    ``None`` where it is not known.
    """
    return understand_when(when, at).holds(hours if isinstance(hours, str) else None, at)


def found_records(found: pd.DataFrame) -> list[dict[str, Any]]:
    """Return an answer as plain values for programs: lists as lists, missing as ``None``."""
    rows = records(found.assign(open_now=found["open_now"].astype(object)))
    for row in rows:
        for name in LISTS:
            if name in row:
                row[name] = row[name].split("|") if row[name] else []
        for name in ("why", "caveats"):
            row[name] = row[name].split(" ; ") if row[name] else []
    return rows
