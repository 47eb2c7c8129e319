"""The search of places for those who show it: names that can be found, places around a point."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from rapidfuzz import fuzz, process

from observatory.errors import ChoiceError
from observatory.geo.geometry import project_to_metres
from observatory.model.assumptions import Assumptions
from observatory.model.iris_names import own_name
from observatory.model.observed import Facts
from observatory.places.calendars import SchoolCalendars
from observatory.places.cleaning import fold
from observatory.places.french_communes import french_communes
from observatory.places.opening_hours import MAINLAND, local
from observatory.places.search import Directory, Request, find
from observatory.places.search.gazetteer import build_gazetteer, search
from observatory.places.search.landmarks import landmarks, main_roads, postcodes
from observatory.places.search.stops import stations, with_lines
from observatory.places.search.street_walks import StreetWalks
from observatory.tables.storage import read_optional
from observatory.tables.street_tables import STREET_NAMES
from observatory.tables.transit_tables import STOP_LINES, STOPS

__all__ = [
    "Directory",
    "Request",
    "directory_of",
    "entry_label",
    "entry_of",
    "find_near",
    "gazetteer_of",
    "load_stops",
    "load_streets",
    "named",
    "now",
    "refuse_far",
    "suggestions",
]

#: Entries found with a likeness this near the best are offered beside it.
NEAR_BEST = 8.0
#: A link's words name an entry that they are not exactly, from this likeness (0-100) on.
SURE = 90.0
#: The pace that a person may choose in place of the assumption's, kilometres an hour.
SLOW_KMH = 3.0
#: How far out of a build's communes a person may start from, metres.
AROUND_M = 50_000
#: Kinds of entries that are no one's address, and may stand in a link.
PUBLIC_KINDS = (
    "commune", "postcode", "qpv", "iris", "school", "place", "station", "library", "hospital",
    "university", "post", "street",
)  # fmt: skip


def now() -> datetime:
    """Return the present moment, with its zone."""
    return datetime.now(MAINLAND)


def load_stops(folder: Path) -> pd.DataFrame | None:
    """Read the transit stops of a build, with their ``lines`` if it has any; ``None`` without."""
    stops: pd.DataFrame | None = read_optional(STOPS, folder)
    lines = None if stops is None else read_optional(STOP_LINES, folder)
    return stops if stops is None or lines is None else with_lines(stops, lines)


def directory_of(facts: Facts, sites: pd.DataFrame | None = None) -> Directory:
    """Return the places of a build ready to be searched, with its streets and school holidays.

    Parameters
    ----------
    facts
        The build.
    sites
        Its table of sites with more known of them; its own if not given.
    """
    walked = facts.street_distances
    walks = None if walked is None else StreetWalks(facts.points, facts.supply, walked)
    calendars = SchoolCalendars(facts.school_holidays)
    return Directory(facts.sites if sites is None else sites, walks, calendars)


def load_streets(folder: Path) -> pd.DataFrame | None:
    """Read the names of the streets of a build; ``None`` without any."""
    streets: pd.DataFrame | None = read_optional(STREET_NAMES, folder)
    return streets


def gazetteer_of(
    facts: Facts, stops: pd.DataFrame | None = None, streets: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Return the names of a build that can be found without a network, landmarks among them.

    Stations and streets are those of the build where it has any, else those of the backdrop. An
    IRIS is found by its own name: what it lies near is there under its own.
    """
    marks = landmarks(facts.communes)
    if stops is not None:
        marks = marks[marks["kind"] != "station"]
    return build_gazetteer(
        communes=facts.communes,
        qpv=facts.qpv,
        iris=facts.iris.assign(iris_name=facts.iris["iris_name"].map(own_name)),
        schools=facts.schools,
        sites=facts.sites,
        stations=None if stops is None else stations(stops),
        landmarks=pd.concat([marks, _streets(facts, streets)], ignore_index=True),
        postcodes=postcodes(facts.sites, facts.communes, french_communes()),
    )


def _streets(facts: Facts, streets: pd.DataFrame | None) -> pd.DataFrame:
    if streets is None:
        return main_roads(facts.communes)
    inside = facts.communes.set_index("commune")["in_territory"]
    return streets.assign(kind="street", in_territory=streets["commune"].map(inside))


def named(text: str, gazetteer: pd.DataFrame, limit: int = 6) -> pd.DataFrame:
    """Return the entries that a text may mean, the likeliest first: several where it is ambiguous.

    Entries far less like the text than the best are left out; an address that is only near the
    commune's centre has a ``note``. Where ``sure`` is false of the first, none is surely meant:
    whoever shows them asks which.
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
    if not exact and (found["score"].iloc[0] < SURE or not found["sure"].iloc[0]):
        return None
    return found.iloc[exact[0] if exact else 0]


def suggestions(text: str, gazetteer: pd.DataFrame, limit: int = 5) -> list[str]:
    """Return names that exist for a text that names nothing: the likest ones, then communes."""
    names = gazetteer.drop_duplicates("folded").sort_values(
        "in_territory", ascending=False, kind="stable"
    )
    asked = fold(text[:200])
    folded = [fold(name) for name in names["name"]]
    like = process.extract(asked, folded, scorer=fuzz.ratio, limit=limit, score_cutoff=55)
    towns = np.flatnonzero(names["kind"] == "commune")
    likest = process.extract(
        asked, [folded[town] for town in towns], scorer=fuzz.ratio, limit=limit
    )
    places = [place for _, _, place in like] + [int(towns[place]) for _, _, place in likest]
    rows = names.iloc[list(dict.fromkeys(places))[:limit]]
    return [
        entry_label(n, k, c)
        for n, k, c in zip(rows["name"], rows["kind"], rows["commune_name"], strict=True)
    ]


def refuse_far(lon: float, lat: float, communes: gpd.GeoDataFrame) -> None:
    """Refuse a point from which no place of a build can be walked to.

    Parameters
    ----------
    lon, lat
        Degrees, WGS 84.
    communes
        Outlines of the communes of the build, in metres.

    Raises
    ------
    ChoiceError
        The point lies more than 50 km out of the box around the communes; where its two numbers
        the other way round lie in it, the error says so.
    """
    if _around(lon, lat, communes):
        return
    turned = _around(lat, lon, communes)
    raise ChoiceError(
        "point to start from",
        expected=f"a point at most {AROUND_M // 1000} km from the communes of the build",
        found=f"latitude {lat:g}, longitude {lon:g}",
        next_step=f"turn the two round: latitude {lon:g}, longitude {lat:g}"
        if turned
        else "give a point of the territory, or name a build of the place it lies in",
    )


def _around(lon: float, lat: float, communes: gpd.GeoDataFrame) -> bool:
    west, south, east, north = communes.total_bounds
    x, y = project_to_metres([lon], [lat])[0]
    across = west - AROUND_M <= x <= east + AROUND_M
    return bool(across and south - AROUND_M <= y <= north + AROUND_M)


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

    See :func:`observatory.places.search.find` for the columns.
    """
    x, y = project_to_metres([lon], [lat])[0]
    here = (float(x), float(y))
    return find(places, here, request, local(at), assumptions, stops=stops)
