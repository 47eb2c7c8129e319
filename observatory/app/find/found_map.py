"""The places found on a map without tiles, numbered like their cards; no Streamlit here."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import folium
import geopandas as gpd
import pandas as pd
import shapely
from branca.element import MacroElement
from folium.template import Template
from shapely.geometry.base import BaseGeometry

from observatory.app.find.cards import minutes, text, where
from observatory.app.find.find_state import Start
from observatory.app.maps.leaflet import SCRIPTS, TILES, LocalMap, page
from observatory.geo.geometry import WORLD, project
from observatory.places.rounds import RoundStop
from observatory.words.catalogue import Words
from observatory.words.markup import phone, plain
from observatory.words.round_words import day_names

SCRIPT = (Path(__file__).parent / "found_map.js").read_text(encoding="utf-8")
DECIMALS = 5
#: Commune outlines lose what is finer than this, metres: they only say roughly where one is.
TOLERANCE_M = 40.0
#: The middle of the country, latitude and longitude, where no territory is known.
FRANCE = [46.6, 2.4]


class Places(MacroElement):
    """The page's own script: numbered places, where one starts from, choosing another start."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        ("""
        + SCRIPT
        + """)({{ this._parent.get_name() }}, {{ this.data|tojson }}, """
        + SCRIPTS["names"].strip()
        + """);
        {% endmacro %}
        """
    )

    def __init__(self, data: Mapping[str, Any]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # branca is untyped
        self._name = "Places"
        self.data = data


def backdrop(communes: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    """Return the communes' outlines as GeoJSON features with their names, the territory first."""
    coarse = communes.assign(geometry=communes.geometry.simplify(TOLERANCE_M))
    world = project(coarse.sort_values("in_territory", ascending=False), WORLD, name="communes")
    rounded = shapely.transform(world.geometry.array, lambda xy: xy.round(DECIMALS))
    return [
        {
            "type": "Feature",
            "geometry": json.loads(shapely.to_geojson(shape)),
            "properties": {"name": plain(name), "inside": bool(inside), "mark": _mark(shape)},
        }
        for shape, name, inside in zip(
            rounded, world["commune_name"], world["in_territory"], strict=True
        )
    ]


def _mark(shape: BaseGeometry) -> list[float]:
    """Return latitude and longitude of a point well inside an outline, for its name."""
    inside = shape.representative_point()
    return [round(inside.y, DECIMALS), round(inside.x, DECIMALS)]


def _middle(outlines: list[dict[str, Any]]) -> list[float]:
    """Return latitude and longitude of the middle of the territory's outlines."""
    inside = [json.dumps(one["geometry"]) for one in outlines if one["properties"]["inside"]]
    if not inside:
        return FRANCE
    west, south, east, north = shapely.total_bounds(shapely.from_geojson(inside)).tolist()
    return [round((south + north) / 2, 3), round((west + east) / 2, 3)]


def found_map(
    rows: pd.DataFrame,
    start: Start | None,
    outlines: list[dict[str, Any]],
    words: Words,
    *,
    numbers: Mapping[str, int],
    tiles: bool = False,
) -> str:
    """Return the map of some places as one HTML page.

    Parameters
    ----------
    rows
        Places with ``id``, ``name``, ``lat``, ``lon`` and what a card needs.
    start
        Where the person starts from, or ``None`` before that is known.
    outlines
        As :func:`backdrop` gives them.
    words
        The language.
    numbers
        Place -> its number; a place without one is a small dot.
    tiles
        Whether to show the IGN's background, which sends the visitor's address to the IGN.
    """
    whole = LocalMap(
        location=_middle(outlines), zoom_start=12, tiles=None, zoom_control=False, max_zoom=18,
        min_zoom=9, zoom_snap=0.25,
    )  # fmt: skip
    if tiles:
        folium.TileLayer(TILES, attr="IGN", overlay=False, control=False).add_to(whole)
    located = rows[rows["lat"].notna() & rows["lon"].notna()]
    data = {
        "places": [
            point
            for row in located.to_dict("records")
            for point in (_place(row, numbers, words), *_other_stops(row, words))
        ],
        "start": None if start is None else [round(start.lat, 6), round(start.lon, 6)],
        "outlines": {"type": "FeatureCollection", "features": outlines},
        "faint": tiles,
        "words": {
            name: words(f"find.map.{name}") for name in ("title", "start", "from_here", "choose")
        }
        | {
            "zoomIn": words("map.zoom_in"),
            "zoomOut": words("map.zoom_out"),
            "credit": words("map.credit_tiles" if tiles else "map.credit"),
        },
    }
    whole.add_child(Places(data))
    return page(whole, words, tiles=tiles)


def _place(row: Mapping[Any, Any], numbers: Mapping[str, int], words: Words) -> dict[str, Any]:
    walk = minutes(row)
    here = row.get("round_stop")
    at = _at_stop(here, words) if isinstance(here, RoundStop) else where(row)
    lines = [f"<strong>{plain(text(row, 'name'))}</strong>", plain(at)]
    if walk is not None:
        lines.append(plain(words("find.card.walk", minutes=walk)))
    if text(row, "phone"):
        lines.append(phone(text(row, "phone")))
    return {
        "at": [round(float(row["lat"]), DECIMALS), round(float(row["lon"]), DECIMALS)],
        "number": numbers.get(str(row["id"])),
        "name": plain(text(row, "name")),
        "card": "<br>".join(lines),
    }


def _other_stops(row: Mapping[Any, Any], words: Words) -> list[dict[str, Any]]:
    """Return the stops of a place that moves other than the one that is numbered."""
    name = text(row, "name")
    return [
        {
            "at": [round(stop.lat, DECIMALS), round(stop.lon, DECIMALS)],
            "number": None,
            "name": plain(f"{name}, {_at_stop(stop, words)}"),
            "card": f"<strong>{plain(name)}</strong><br>{plain(_at_stop(stop, words))}",
        }
        for stop in row.get("round") or ()
        if stop != row.get("round_stop") and stop.lat is not None and stop.lon is not None
    ]


def _at_stop(stop: RoundStop, words: Words) -> str:
    return f"{day_names(stop, words.lang)} : {stop.where}"
