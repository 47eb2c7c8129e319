"""The map as one HTML page that asks nobody for anything; no Streamlit here.

The page holds what it draws as one object, and its own script draws it: folium gives the page its
frame. Leaflet comes from the app's own static folder. Without tiles the page forbids itself any
other address by its content security policy.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import folium
import geopandas as gpd
from branca.element import Element, MacroElement
from folium.elements import JSCSSMixin
from folium.template import Template

from observatory.app.maps.backdrop_lines import encoded
from observatory.app.maps.features import (
    Features,
    border_features,
    line_features,
    qpv_features,
    school_features,
    site_features,
    zone_features,
)
from observatory.errors import ChoiceError
from observatory.geo.geometry import WORLD, project
from observatory.model.measures import MISSING, Measure
from observatory.sheets import map_signs
from observatory.sheets.hatching import hatching, withheld, without_place
from observatory.sheets.map_classes import CIRCLE
from observatory.sheets.map_content import backdrop_credit
from observatory.sheets.overlays import Overlays
from observatory.words.catalogue import Words
from observatory.words.markup import plain

#: Relative, so that it holds under a base path; an embedded page resolves it like its parent.
ASSETS = "app/static/vendor/leaflet"
TILES = (
    "https://data.geopf.fr/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0"
    "&LAYER=GEOGRAPHICALGRIDSYSTEMS.PLANIGNV2&STYLE=normal&TILEMATRIXSET=PM&FORMAT=image/png"
    "&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}"
)
TILES_HOST = "https://data.geopf.fr"
HERE = Path(__file__).parent
#: The page's own scripts, each a function; the last one draws with the others.
SCRIPTS = {
    name: (HERE / f"{name}.js").read_text(encoding="utf-8")
    for name in ("symbols", "backdrop", "names", "unpacked", "map")
}
STYLE = (HERE / "map.css").read_text(encoding="utf-8")
LEGEND_STYLE = (HERE / "legend.css").read_text(encoding="utf-8")
WORDS = ("zoom_in", "zoom_out", "whole", "close", "tiles_failed")
#: How the page's scripts draw what is no figure.
LOOK = {
    "ink": map_signs.INK,
    "edge": map_signs.EDGE,
    "backdrop": map_signs.BACKDROP,
    "signs": map_signs.SIGNS,
    "corners": map_signs.CORNERS,
    "qpv": map_signs.QPV,
    "hatch": map_signs.HATCH,
    "outline": map_signs.OUTLINE,
}
#: Zones over less than this part of the territory stand apart, and have a dark edge.
COVERS = 0.9


class LocalMap(folium.Map):
    """A folium map whose scripts and styles are served by the app itself."""

    default_js = [("leaflet", f"{ASSETS}/leaflet.js")]  # noqa: RUF012  # folium's own class lists
    default_css = [("leaflet_css", f"{ASSETS}/leaflet.css")]  # noqa: RUF012  # as above


class Drawing(MacroElement):
    """The page's own script and what it draws."""

    _template = Template(
        "{% macro script(this, kwargs) %}\n"
        + "\n".join(f"const {name} = {text.strip()};" for name, text in SCRIPTS.items())
        + "\nconst drawn = {{ this.data|tojson }};"
        "\ndrawn.zones = unpacked(drawn.zones);"
        "\nmap({{ this._parent.get_name() }}, drawn, symbols(drawn.look.corners), backdrop, names);"
        "\n{% endmacro %}"
    )

    def __init__(self, data: Mapping[str, Any]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # branca is untyped
        self._name = "Drawing"
        self.data = data


def zone_map(
    zones: gpd.GeoDataFrame,
    communes: gpd.GeoDataFrame,
    measure: Measure,
    words: Words,
    over: Overlays | None = None,
    *,
    legend: str = "",
    tiles: bool = False,
    view: gpd.GeoDataFrame | None = None,
    outline: gpd.GeoDataFrame | None = None,
    farthest: int = 9,
    packed: Features | None = None,
) -> folium.Map:
    """Build the map of some zones.

    Parameters
    ----------
    zones
        As :func:`observatory.model.map_zones.zone_table` gives them; any reference system.
    communes
        The same for the communes, whose outlines and names stand above any zones.
    measure
        What colours the zones, or gives each its circle.
    words
        The language of the texts.
    over
        What lies over and behind the zones.
    legend
        As :func:`observatory.app.maps.legend.legend_html` gives it.
    tiles
        Whether to show the IGN's background, which sends the visitor's address to the IGN.
    view
        What the map shows first; by default the whole territory.
    outline
        Zones whose edge is drawn over the others, whatever is chosen.
    farthest
        The level of zoom that shows the most.
    packed
        The zones as ``unpacked.js`` takes them, where features of so many would weigh too much.
    """
    extent = communes if view is None else view
    bounds = project(extent, WORLD, name="zones").total_bounds.round(5)
    data = _data(zones, communes, measure, words, over or Overlays(), tiles, packed)
    more = {
        "bounds": bounds.reshape(2, 2)[:, ::-1].tolist(),
        "legend": legend,
        "outline": None if outline is None else line_features(outline),
    }
    whole = _base(bounds, farthest)
    whole.add_child(Drawing({**data, **more}))
    return whole


def _data(
    zones: gpd.GeoDataFrame,
    communes: gpd.GeoDataFrame,
    measure: Measure,
    words: Words,
    over: Overlays,
    tiles: bool,
    packed: Features | None,
) -> dict[str, Any]:
    names = dict(zip(communes["code"], communes["name"], strict=True))
    outlines = words("map.credit_tiles" if tiles else "map.credit")
    behind = plain(backdrop_credit(over.backdrop, words))
    return {
        "zones": packed or zone_features(zones, measure, words, names),
        "communes": border_features(communes),
        "fine": len(zones) != len(communes),
        "apart": len(communes) > 0 and bool(zones.area.sum() < COVERS * communes.area.sum()),
        "colours": {"missing": MISSING, "circle": measure.colours[CIRCLE]},
        "circles": bool(measure.circles),
        "hatchings": _hatchings(zones, measure, over.placed),
        "qpv": _maybe(over.qpv, lambda table: qpv_features(table, words)),
        "schools": _maybe(over.schools, lambda table: school_features(table, words)),
        "sites": _maybe(over.sites, lambda table: site_features(table, words)),
        "backdrop": encoded(over.backdrop),
        "tiles": TILES if tiles else "",
        "title": words("map.aria"),
        "credit": words("map.credit_behind", credits=behind) if behind and not tiles else outlines,
        "look": LOOK,
        "words": {name: words(f"map.{name}") for name in WORDS},
    }


def _maybe(table: Any, make: Any) -> Features | None:
    return None if table is None else make(table)


def _hatchings(
    zones: gpd.GeoDataFrame, measure: Measure, placed: frozenset[str] | None
) -> list[Features]:
    """Return the lines over the zones that are withheld, then over those without known place."""
    hidden = withheld(zones, measure)
    unknown = without_place(zones, measure, placed)
    made = (hatching(zones, hidden), hatching(zones, unknown, falling=True))
    return [line_features(lines) for lines in made]


def _base(bounds: Any, farthest: int) -> folium.Map:
    west, south, east, north = bounds
    return LocalMap(
        location=[(south + north) / 2, (west + east) / 2],
        zoom_start=12,
        tiles=None,
        prefer_canvas=True,
        zoom_control=False,
        zoom_snap=0.25,
        max_zoom=18,
        min_zoom=farthest,
    )


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
    root.header.add_child(Element(f"<style>{STYLE}{LEGEND_STYLE}</style>"), name="style")
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
