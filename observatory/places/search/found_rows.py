"""The rows that a search shows: what is known of each place, and what a person must mind."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from observatory.model.assumptions import Assumptions
from observatory.places.calendars import SchoolCalendar, is_public_holiday
from observatory.places.freshness import freshness
from observatory.places.opening_hours import (
    AHEAD,
    day_in_doubt,
    local,
    next_opening,
    open_now,
    opens_by_school_rule,
    parse,
)
from observatory.places.search.stops import nearest_stops
from observatory.tables.person_needs import WALK_IN

#: Columns of an answer, in order: those asked of every answer first.
COLUMNS = (
    "id",
    "name",
    "services",
    "open_now",
    "confirmed_on",
    "lat",
    "lon",
    "walk_min",
    "distance_m",
    "match",
    "opens",
    "why",
    "caveats",
    "next_opening",
    "stop",
    "freshness",
    "commune_name",
    "address",
    "postcode",
    "located",
    "phone",
    "email",
    "website",
    "booking",
    "hours",
    "access",
    "support",
    "publics",
    "care",
    "fees",
    "programmes",
    "sources",
    "seat",
)
SEAT = "siège d'une structure : l'accueil du public n'y est pas confirmé"
ADDRESS_ONLY = "adresse seulement : distance non connue"


@dataclass(frozen=True)
class Around:
    """The circumstances of a search."""

    at: datetime
    assumptions: Assumptions
    school: SchoolCalendar
    stops: pd.DataFrame | None


def shown(
    places: pd.DataFrame,
    minutes: NDArray[np.float64],
    metres: NDArray[np.float64],
    why: list[list[str]],
    doubts: list[list[str]],
    opens: list[str],
    around: Around,
) -> pd.DataFrame:
    """Return the rows of an answer, in the order of the places given (:data:`COLUMNS`).

    Parameters
    ----------
    places, minutes, metres
        The places, and the walk to each.
    why, doubts
        What answers the request in each place, and what is not known of it.
    opens
        ``yes`` or ``unknown`` at the moment asked for; ``yes`` where no moment is asked.
    around
        The circumstances of the search.
    """
    frame = places.reset_index(drop=True).rename(columns={"site": "id"})
    frame = frame.reindex(columns=[*dict.fromkeys((*COLUMNS, "itinerant"))])
    frame["walk_min"], frame["distance_m"] = minutes.round(1), metres.round(0)
    frame["why"] = [_joined(words) for words in why]
    unsure = [_joined(words) for words in doubts]
    texts = [t if isinstance(t, str) else None for t in frame["hours"]]
    frame["opens"] = opens
    now = [open_now(t, around.at, around.school) for t in texts]
    frame["open_now"] = pd.array(now, dtype="boolean")
    frame["next_opening"] = [_next(t, around) for t in texts]
    frame["freshness"] = _freshness(frame["confirmed_on"], around)
    frame["stop"] = _stops(frame, around)
    lines = frame.to_dict("records")
    frame["caveats"] = [
        _joined([doubt, *_caveats(line, around)]) for doubt, line in zip(unsure, lines, strict=True)
    ]
    frame["match"] = ["unknown" if doubt else "yes" for doubt in unsure]
    return frame[list(COLUMNS)]


def _joined(parts: Any) -> str:
    return " ; ".join(dict.fromkeys(part for part in parts if part))


def _next(text: str | None, around: Around) -> str | None:
    opening = next_opening(text, around.at, around.school)
    return None if opening is None else opening.isoformat(timespec="minutes")


def _freshness(confirmed_on: pd.Series[Any], around: Around) -> pd.Series[Any]:
    months = (f"freshness.{kind}_months" for kind in ("stale", "very_stale"))
    stale, very = (around.assumptions.number(name) for name in months)
    today = local(around.at).date()
    return freshness(confirmed_on, today, stale_months=stale, very_stale_months=very)


def _caveats(line: Mapping[Hashable, Any], around: Around) -> list[str]:
    """Return what a person must mind before going."""
    return [
        ADDRESS_ONLY if pd.isna(line["walk_min"]) else "",
        SEAT if line["seat"] is True else "",
        *_about_hours(line["hours"], line["next_opening"], around),
        _about_access(line["access"]),
        "lieu itinérant : vérifier le jour et l'endroit" if line["itinerant"] is True else "",
        _about_age(line["freshness"], line["confirmed_on"]),
    ]


def _about_hours(text: Any, opening: Any, around: Around) -> list[str]:
    if not isinstance(text, str):
        return ["horaires non connus : appeler avant de venir"]
    hours = parse(text)
    if hours is None:
        return [f"horaires en texte libre : {text[:200]}"]
    today = local(around.at).date()
    said = hours.public and not opens_by_school_rule(text, today, around.school)
    return [
        "jour férié : horaires à vérifier" if is_public_holiday(today) and not said else "",
        *(_about_school(text, opening, around) if hours.school else ()),
    ]


def _about_school(text: str, opening: Any, around: Around) -> list[str]:
    """Return when the school holidays are, and from which day on that is not known."""
    today = local(around.at).date()
    # Where the next opening is told, no later day matters.
    ahead = 1 if isinstance(opening, str) else AHEAD + 1
    beyond = day_in_doubt(text, today, around.school, days=ahead)
    held = around.school.holiday_from(today)
    dates = f"du {held.first} au {held.last}" if held else "dates non connues"
    return [
        f"horaires différents pendant les vacances scolaires : {dates}, {around.school.source}",
        f"calendrier scolaire non connu le {beyond} : appeler avant de venir" if beyond else "",
    ]


def _about_access(access: Any) -> str:
    if not isinstance(access, str):
        return ""
    ways = access.split("|")
    return "" if WALK_IN in ways else "prendre contact avant de venir : " + ", ".join(ways).lower()


def _about_age(kind: str, confirmed_on: Any) -> str:
    if kind == "unknown":
        return "date de la fiche non connue"
    if kind == "fresh":
        return ""
    old = "plus de deux ans" if kind == "very stale" else "plus d'un an"
    return f"fiche de {old} ({confirmed_on}) : appeler avant de venir"


def _stops(frame: pd.DataFrame, around: Around) -> list[str | None]:
    """Return the nearest transit stop of each located place, as a hint."""
    placed = frame["walk_min"].notna()
    lon, lat = (frame[c].where(placed).to_numpy(dtype=float) for c in ("lon", "lat"))
    found = nearest_stops(around.stops, lon, lat)
    return [None if stop is None else stop.said() for stop in found]
