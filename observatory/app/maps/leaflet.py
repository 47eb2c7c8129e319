"""The map as one HTML page that asks nobody for anything; no Streamlit here.

One GeoJson layer a theme on a canvas: a folium object per feature would cost ten times the bytes.
Leaflet comes from the app's own static folder. Without tiles the page forbids itself any other
address by its content security policy.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import folium
import geopandas as gpd
import pandas as pd
from branca.element import Element, MacroElement
from folium.elements import JSCSSMixin
from folium.template import Template

from observatory.app.maps.features import (
    Features,
    border_features,
    hatch_features,
    qpv_features,
    school_features,
    site_features,
    zone_features,
)
from observatory.app.maps.legend import Classes
from observatory.app.measures import MISSING, Measure
from observatory.errors import ChoiceError
from observatory.geo.geometry import WORLD, project
from observatory.words.catalogue import Words

#: Relative, so that it holds under a base path; an embedded page resolves it like its parent.
ASSETS = "app/static/vendor/leaflet"
TILES = (
    "https://data.geopf.fr/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0"
    "&LAYER=GEOGRAPHICALGRIDSYSTEMS.PLANIGNV2&STYLE=normal&TILEMATRIXSET=PM&FORMAT=image/png"
    "&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}"
)
TILES_HOST = "https://data.geopf.fr"
INK, PAPER = "#1b2330", "#ffffff"
POINTS = {"sites": "#1d4f91", "REP": "#7a9a01", "REP+": "#4b5f00"}
#: Up to this many zones have their names written on the map.
NAMED = 12
QPV_LINE = "#b5127b"
SCRIPT = (Path(__file__).parent / "map.js").read_text(encoding="utf-8")
STYLE = (Path(__file__).parent / "map.css").read_text(encoding="utf-8")


class LocalMap(folium.Map):
    """A folium map whose scripts and styles are served by the app itself."""

    default_js = [("leaflet", f"{ASSETS}/leaflet.js")]  # noqa: RUF012  # folium's own class lists
    default_css = [("leaflet_css", f"{ASSETS}/leaflet.css")]  # noqa: RUF012  # as above


class Behaviour(MacroElement):
    """The page's own script: choosing a zone, marking the chosen one, keeping the view."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        ("""
        + SCRIPT
        + """)(
            {{ this._parent.get_name() }}, {{ this.zones }}, {{ this.labels|tojson }});
        {% endmacro %}
        """
    )

    def __init__(self, zones: str, labels: dict[str, Any]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # branca is untyped
        self._name = "Behaviour"
        self.zones = zones
        self.labels = labels


def zone_map(
    zones: gpd.GeoDataFrame,
    measure: Measure,
    classes: Classes,
    words: Words,
    *,
    behind: gpd.GeoDataFrame | None = None,
    qpv: gpd.GeoDataFrame | None = None,
    schools: pd.DataFrame | None = None,
    sites: pd.DataFrame | None = None,
    tiles: bool = False,
    view: gpd.GeoDataFrame | None = None,
    outline: gpd.GeoDataFrame | None = None,
) -> folium.Map:
    """Build the map of some zones.

    Parameters
    ----------
    zones
        As :func:`observatory.app.maps.map_zones.zone_table` gives them; any reference system.
    measure, classes
        What colours them and how.
    words
        The language of the tooltips.
    behind
        Outlines drawn under zones that do not cover the territory.
    qpv, schools, sites
        Tables of :mod:`observatory.tables.facts` to lay over the zones, or ``None``.
    tiles
        Whether to show the IGN's background, which sends the visitor's address to the IGN.
    view
        What the map shows first; by default all of it.
    outline
        Zones whose edge is drawn over the others.
    """
    extent = view if view is not None else zones if behind is None else behind
    whole = _base(extent, tiles)
    if behind is not None:
        _add_borders(whole, border_features(behind))
    layer = _zones_layer(
        zone_features(zones, measure, classes, words),
        faint=tiles,
        # White between neighbours; zones apart need an edge of their own.
        edge=PAPER if behind is None else INK,
    )
    layer.add_to(whole)
    _add_hatching(whole, hatch_features(zones, measure))
    if outline is not None:
        _add_borders(whole, border_features(outline), weight=4)
    if qpv is not None:
        _add_outlines(whole, qpv_features(qpv, words))
    if schools is not None:
        _add_points(whole, school_features(schools, words), "schools")
    if sites is not None:
        _add_points(whole, site_features(sites, words), "sites")
    whole.add_child(Behaviour(layer.get_name(), _labels(zones, words, tiles, extent)))
    return whole


def _labels(
    zones: gpd.GeoDataFrame, words: Words, tiles: bool, extent: gpd.GeoDataFrame
) -> dict[str, Any]:
    west, south, east, north = project(extent, WORLD, name="zones").total_bounds.round(5)
    return {
        "bounds": [[south, west], [north, east]],
        "zoomIn": words("map.zoom_in"),
        "zoomOut": words("map.zoom_out"),
        "title": words("map.aria"),
        "named": len(zones) <= NAMED,
        "credit": words("map.credit_tiles" if tiles else "map.credit"),
    }


def _base(zones: gpd.GeoDataFrame, tiles: bool) -> folium.Map:
    west, south, east, north = project(zones, WORLD, name="zones").total_bounds
    whole = LocalMap(
        location=[(south + north) / 2, (west + east) / 2],
        zoom_start=12,
        tiles=None,
        prefer_canvas=True,
        zoom_control=False,
        zoom_snap=0.25,
        max_zoom=18,
        min_zoom=9,
    )
    if tiles:
        folium.TileLayer(TILES, attr="IGN", overlay=False, control=False).add_to(whole)
    return whole


def _zones_layer(data: Features, *, faint: bool, edge: str) -> folium.GeoJson:
    opacity = 0.62 if faint else 0.92

    def style(feature: Features) -> dict[str, Any]:
        fill = feature["properties"]["fill"]
        return {
            "fillColor": fill or MISSING,
            "fillOpacity": opacity,
            "color": INK if fill is None else edge,
            "weight": 1.2,
            "dashArray": "4 4" if fill is None else None,
        }

    return folium.GeoJson(
        data,
        style_function=style,
        highlight_function=_highlight,
        tooltip=folium.GeoJsonTooltip(["tip"], labels=False),
        popup=folium.GeoJsonPopup(["card"], labels=False, localize=False),
        smooth_factor=0.5,
    )


def _highlight(_: Features) -> dict[str, Any]:
    return {"weight": 3, "color": INK}


def _add_borders(whole: folium.Map, data: Features, weight: float = 1) -> None:
    opacity = 0.6 if weight == 1 else 1.0
    style = {"fill": False, "color": INK, "weight": weight, "opacity": opacity}
    style["interactive"] = False
    folium.GeoJson(data, style_function=lambda _: style, interactive=False).add_to(whole)


def _add_outlines(whole: folium.Map, data: Features) -> None:
    if data["features"]:
        folium.GeoJson(
            data,
            style_function=lambda _: {
                "fill": False,
                "color": QPV_LINE,
                "weight": 2.5,
                "dashArray": "6 3",
            },
            tooltip=folium.GeoJsonTooltip(["tip"], labels=False),
        ).add_to(whole)


def _add_hatching(whole: folium.Map, data: Features) -> None:
    if data["features"]:
        folium.GeoJson(
            data,
            style_function=lambda _: {"color": INK, "weight": 0.8, "opacity": 0.55},
            interactive=False,
        ).add_to(whole)


def _add_points(whole: folium.Map, data: Features, layer: str) -> None:
    if not data["features"]:
        return

    def style(feature: Features) -> dict[str, Any]:
        return {"fillColor": POINTS[feature["properties"].get("network", layer)]}

    folium.GeoJson(
        data,
        marker=folium.CircleMarker(
            radius=6 if layer == "sites" else 4,
            color=PAPER,
            weight=1.5,
            fill=True,
            fill_opacity=1.0,
        ),
        style_function=style,
        tooltip=folium.GeoJsonTooltip(["tip"], labels=False),
        popup=folium.GeoJsonPopup(["card"], labels=False, localize=False),
    ).add_to(whole)


def page(whole: folium.Map, words: Words, *, tiles: bool = False) -> str:
    """Render the map as one HTML page of the language.

    Raises
    ------
    ChoiceError
        A layer asks for a script or style that the app does not serve.
    """
    _refuse_foreign(whole)
    root: Any = whole.get_root()
    images = f"'self' data: {TILES_HOST}" if tiles else "'self' data:"
    policy = (
        f"default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
        f"img-src {images}"
    )
    root.header.add_child(
        Element(f'<meta http-equiv="Content-Security-Policy" content="{policy}">'), name="0_policy"
    )
    root.header.add_child(Element(f"<style>{STYLE}</style>"), name="style")
    return str(root.render()).replace("<html>", f'<html lang="{words.lang}">', 1)


def _refuse_foreign(element: Any) -> None:
    if isinstance(element, JSCSSMixin):
        for _, address in (*element.default_js, *element.default_css):
            if not address.startswith(ASSETS):
                raise ChoiceError(
                    f"map layer {type(element).__name__}",
                    expected=f"scripts and styles under {ASSETS}",
                    found=address,
                    next_step="vendor the file under static/vendor and point the layer at it",
                )
    for child in element._children.values():
        _refuse_foreign(child)
