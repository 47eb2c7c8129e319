"""How a map draws what is no figure: the ground, its lines, the signs of places.

In Leaflet's words. The page's map and the image of the map are both drawn from here.
"""

from __future__ import annotations

from typing import Any

INK, EDGE, GROUND = "#1b2330", "#7d8796", "#f3f5f9"
#: What lies around and over the zones, by kind, in quiet greys and blues.
BACKDROP: dict[str, dict[str, Any]] = {
    "border": {"color": "#aab3c0", "weight": 1, "dashArray": "5 4"},
    "park": {"color": "#5d7d55", "weight": 1.2, "dashArray": "2 3", "fill": False},
    "water": {"stroke": False, "fill": True, "fillColor": "#8fbfe0", "fillOpacity": 0.85},
    "road": {"color": "#ffffff", "weight": 1.6, "opacity": 0.75},
    "ring": {"color": "#8a94a3", "weight": 3, "opacity": 0.8},
    "train": {"color": "#4d5766", "weight": 1.4, "opacity": 0.75},
    "metro": {"color": "#5f6b7c", "weight": 1.2, "opacity": 0.75, "dashArray": "1 3"},
    "tram": {"color": "#5f6b7c", "weight": 1, "opacity": 0.6},
}
#: Places are told apart by their shape, not by colour alone.
SIGNS: dict[str, dict[str, Any]] = {
    "sites": {"shape": "circle", "radius": 6, "fillColor": "#1d4f91"},
    "REP": {"shape": "triangle", "radius": 4, "fillColor": "#7a9a01"},
    "REP+": {"shape": "diamond", "radius": 4, "fillColor": "#4b5f00"},
}
#: The corners of a shape, in radiuses.
CORNERS = {
    "triangle": ((0, -1.25), (1.15, 0.85), (-1.15, 0.85)),
    "diamond": ((0, -1.35), (1.35, 0), (0, 1.35), (-1.35, 0)),
}
QPV = {"fill": False, "color": "#b5127b", "weight": 2.2, "dashArray": "6 3"}
HATCH = {"color": INK, "weight": 0.8, "opacity": 0.42}
OUTLINE = {"color": INK, "weight": 1.4, "opacity": 0.75, "fill": False}
CHOSEN = {"color": INK, "weight": 4, "fill": False}
#: The ground of a numbered mark.
STAMP = "#1d4f91"
