"""The places ticked as an orientation sheet, and the results as files; no Streamlit here.

Where a person starts from is on the sheet only if it is a public place: the sheet may be left on a
table. Their own address is not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import geopandas as gpd
import pandas as pd

from observatory.app.find.cards import ELSEWHERE, text
from observatory.app.find.find_state import Start
from observatory.files import csv_bytes
from observatory.files.directory_files import directory_bytes
from observatory.geo.geometry import WORLD, project
from observatory.places.calendars import PACKAGED, SchoolCalendars
from observatory.places.rounds import RoundStop
from observatory.sheets import Outline, Place, Sheet, documents_for
from observatory.tables.person_needs import BY_KEY
from observatory.tables.provenance import Provenance
from observatory.tables.remarks import Remark, remark
from observatory.tables.transit_tables import LINES_SOURCE, STOPS_SOURCE
from observatory.words.remark_words import say, sentence

MOST = 4
#: Caveats of a search that the sheet says in its own words.
SAID_BY_SHEET = ELSEWHERE | {"search.head_office", "search.travelling"}
#: Metres; as coarse as the page's map.
TOLERANCE_M = 40.0
FORMS = {
    "csv": "text/csv",
    "geojson": "application/geo+json",
    "vcard": "text/vcard",
}
FILES = {"csv": "lieux.csv", "geojson": "lieux.geojson", "vcard": "lieux.vcf"}
SHOWN = (
    "id", "name", "walk_min", "open_now", "address", "postcode", "commune_name", "phone", "email",
    "website", "booking", "appointments", "hours", "access", "services", "publics", "care", "fees",
    "programmes", "confirmed_on", "freshness", "match", "caveats", "lat", "lon", "sources",
)  # fmt: skip


def sheet(
    rows: pd.DataFrame,
    language: str,
    today: date,
    *,
    needs: Iterable[str] = (),
    start: Start | None = None,
    outlines: tuple[Outline, ...] = (),
    sources: tuple[str, ...] = (),
    calendars: SchoolCalendars = PACKAGED,
) -> Sheet:
    """Make the sheet of some places.

    Parameters
    ----------
    rows
        Rows of the core's search, at most :data:`MOST` are taken.
    language
        A language of the sheet.
    today
        The day of printing.
    needs
        Keys of needs: what to bring is listed for them, else for the places' services.
    start
        Where the person starts from; named and drawn only if it is public.
    outlines, sources
        As :func:`commune_outlines` and :func:`publishers` give them.
    calendars
        The school calendar of each commune.
    """
    taken = rows.head(MOST).to_dict("records")
    wanted = list(needs) or [s for row in taken for s in _parts(row, "services")]
    public = start if start is not None and start.public else None
    return Sheet(
        tuple(_place(row, calendars) for row in taken),
        today,
        language,
        documents_for(wanted) or documents_for(_services(wanted)),
        origin=None if public is None else (public.lat, public.lon),
        origin_label=None if public is None else _from(public),
        outlines=outlines,
        sources=sources,
    )


def _from(start: Start) -> str:
    """Return the name of the start, in French; a commune's minutes are counted from its centre."""
    centre = remark("start.centre", of_commune=start.label)
    return sentence(centre, "fr") if start.kind == "commune" else start.label


def _services(needs: Iterable[str]) -> list[str]:
    return [service for key in needs if key in BY_KEY for service in BY_KEY[key].services]


def _place(row: Mapping[Any, Any], calendars: SchoolCalendars) -> Place:
    point = None if pd.isna(row["lat"]) or pd.isna(row["lon"]) else (row["lat"], row["lon"])
    return Place(
        text(row, "name"),
        address="" if row.get("round") else text(row, "address"),
        commune=text(row, "commune_name"),
        school=calendars.of(row.get("commune")),
        postcode=text(row, "postcode"),
        phone=text(row, "phone"),
        hours=text(row, "hours"),
        services=_parts(row, "services"),
        access=_parts(row, "access"),
        fees=_parts(row, "fees"),
        booking=text(row, "booking"),
        appointments=_flag(row.get("appointments")),
        lat=None if point is None else float(point[0]),
        lon=None if point is None else float(point[1]),
        walk_min=None if pd.isna(row["walk_min"]) else float(row["walk_min"]),
        confirmed_on=_day(text(row, "confirmed_on")),
        stale=text(row, "freshness") in ("stale", "very stale"),
        stop=text(row, "stop_name"),
        stop_kind=text(row, "stop_kind"),
        stop_m=_number(row.get("stop_m")),
        stop_min=_number(row.get("stop_min")),
        stop_lines=tuple(row.get("stop_lines") or ()),
        seat=row.get("seat") is True,
        email=text(row, "email"),
        website=text(row, "website"),
        moves=row.get("itinerant") is True,
        stops=tuple(row.get("round") or ()),
        stop_here=_stop_of(row.get("round_stop")),
        caveats=tuple(_unsaid(row)),
    )


def _stop_of(value: Any) -> RoundStop | None:
    return value if isinstance(value, RoundStop) else None


def _unsaid(row: Mapping[Any, Any]) -> list[Remark]:
    """Return the caveats that the sheet does not say by what it shows elsewhere."""
    return [one for one in row["caveats"] if one.code not in SAID_BY_SHEET]


def _flag(value: Any) -> bool | None:
    return None if value is None or pd.isna(value) else bool(value)


def _number(value: Any) -> float | None:
    return None if value is None or pd.isna(value) else float(value)


def _parts(row: Mapping[Any, Any], name: str) -> tuple[str, ...]:
    return tuple(part for part in text(row, name).split("|") if part)


def _day(iso: str) -> date | None:
    try:
        return date.fromisoformat(iso[:10])
    except ValueError:
        return None


def commune_outlines(communes: gpd.GeoDataFrame) -> dict[str, Outline]:
    """Return each commune's outline as the sheet draws it, by name."""
    coarse = communes.assign(geometry=communes.geometry.simplify(TOLERANCE_M))
    world = project(coarse, WORLD, name="communes")
    found = {}
    for name, shape in zip(world["commune_name"], world.geometry, strict=True):
        parts = getattr(shape, "geoms", [shape])
        rings = tuple(
            tuple((round(y, 5), round(x, 5)) for x, y in part.exterior.coords) for part in parts
        )
        found[str(name)] = Outline(str(name), rings)
    return found


def publishers(rows: pd.DataFrame, sources: Iterable[Provenance]) -> tuple[str, ...]:
    """Return who the information on some places comes from, the stops' too, each named once."""
    named = {source.id: source.publisher for source in sources}
    records = rows.to_dict("records")
    ids = [part for row in records for part in _parts(row, "sources")]
    ids += [STOPS_SOURCE for row in records if text(row, "stop_name")]
    ids += [LINES_SOURCE for row in records if row.get("stop_lines")]
    return tuple(dict.fromkeys(named[one] for one in ids if one in named))


def results_file(rows: pd.DataFrame, sites: pd.DataFrame, form: str) -> bytes:
    """Return the places found as a file, in the order of the answer.

    ``csv`` has what the screen shows, walking minutes too, in French; ``geojson`` and ``vcard``
    have the places as the directory gives them, and nothing of the search.
    """
    if form == "csv":
        caveats = [say(remarks, "fr") for remarks in rows["caveats"]]
        shown = rows.assign(open_now=rows["open_now"].astype(object), caveats=caveats)
        return csv_bytes(shown[list(SHOWN)])
    places = sites.set_index("site", drop=False).loc[rows["id"].tolist()].reset_index(drop=True)
    return directory_bytes(places, form)
