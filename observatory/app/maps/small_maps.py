"""Every commune as a small map, all on one scale: the same ground, the same colours."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from observatory.app.maps.leaflet import LEGEND_STYLE
from observatory.app.maps.legend import legend_html
from observatory.model.measures import MEASURES
from observatory.sheets.hatching import remarked, withheld
from observatory.sheets.map_image_content import widest
from observatory.sheets.overlays import Overlays
from observatory.tables.map_scales import MISSING_RATE, ORANGES
from observatory.words.catalogue import Words
from observatory.words.markup import plain
from observatory.words.numbers import number

#: Side of a drawing, in its own units, and the share of it that the widest commune takes.
SIDE, FILLED = 200.0, 0.94
UNKNOWN = "#e3e6e9"
HATCH = (
    '<pattern id="obs-hatch" width="7" height="7" patternUnits="userSpaceOnUse">'
    '<path d="M0 0H7V7H0Z" fill="#ffffff"/><path d="M0 7L7 0" stroke="#6b7280"/></pattern>'
)


def small_maps(
    communes: gpd.GeoDataFrame,
    iris: gpd.GeoDataFrame,
    gaps: pd.DataFrame,
    words: Words,
    kept: Mapping[str, str],
) -> str:
    """Return a list of links, the commune that lacks the most first: a map, a name, two figures.

    Parameters
    ----------
    communes, iris
        Outlines (metres) with their figures.
    gaps
        The gap table of the communes.
    kept
        What each link says besides, such as the territory.
    """
    measure = MEASURES["missing_rate"]
    scale = _scale(communes)
    outlines = communes.set_index("code").geometry
    fills = iris.assign(fill=_fills(iris))
    order = gaps.sort_values("missing_h_per_100", ascending=False, kind="stable")
    items = "".join(
        f"<li>{_link(row, outlines[row['code']], fills, scale, words, kept)}</li>"
        for row in order.to_dict("records")
    )
    legend = legend_html(measure, words, {}, **remarked(iris, measure, Overlays()))
    return f'<style>{LEGEND_STYLE}</style>{legend}<ul class="obs-small">{items}</ul>'


def _scale(communes: gpd.GeoDataFrame) -> float:
    """Return how many units a metre is, so that the widest commune fills its drawing."""
    return FILLED * SIDE / max(widest(communes.geometry), 1.0)


def _fills(iris: gpd.GeoDataFrame) -> list[str]:
    measure = MEASURES["missing_rate"]
    hidden, values = withheld(iris, measure), measure.values(iris).to_numpy(dtype=float)
    return [
        "url(#obs-hatch)" if hides else _shade(value)
        for hides, value in zip(hidden, values, strict=True)
    ]


def _shade(value: float) -> str:
    if not np.isfinite(value):
        return UNKNOWN
    return ORANGES[int(np.searchsorted(MISSING_RATE, value, side="left"))]


def _link(
    row: dict[Any, Any],
    outline: BaseGeometry,
    iris: gpd.GeoDataFrame,
    scale: float,
    words: Words,
    kept: Mapping[str, str],
) -> str:
    mine = iris[iris["commune"] == row["code"]]
    lang = {} if words.lang == "fr" else {"lang": words.lang}
    query = {**kept, "commune": row["code"], **lang}
    figures = figures_of(row, words)
    return (
        f'<a href="fiche?{plain(urlencode(query))}" target="_self" '
        f'data-zone="{plain(row["code"])}">'
        f"{_drawing(outline, mine, scale)}"
        f"<strong>{plain(row['name'])}</strong><span>{plain(figures)}</span></a>"
    )


def figures_of(row: Mapping[Any, Any], words: Words) -> str:
    """Return the two figures of a commune."""
    return words(
        "commune.small",
        rate=number(row["missing_h_per_100"], words.lang, 2),
        hours=number(row["missing_h_per_week"], words.lang),
    )


def _drawing(outline: BaseGeometry, iris: gpd.GeoDataFrame, scale: float) -> str:
    """Draw a commune in the middle of its square: its IRIS filled, its edge in ink."""
    west, south, east, north = outline.bounds
    middle = ((west + east) / 2, (south + north) / 2)
    shapes = "".join(
        f'<path d="{_path(shape, middle, scale)}" fill="{fill}" stroke="#7d7d7d" '
        'stroke-width="0.5"/>'
        for shape, fill in zip(iris.geometry, iris["fill"], strict=True)
    )
    edge = f'<path d="{_path(outline, middle, scale)}" fill="none" stroke="#1b2330"/>'
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIDE:g} {SIDE:g}">'
        f"<defs>{HATCH}</defs>{shapes}{edge}</svg>"
    )
    # As an image: Streamlit takes drawings out of a page's own HTML.
    return f'<img alt="" src="data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}">'


def _path(shape: BaseGeometry, middle: tuple[float, float], scale: float) -> str:
    """Return an outline as the path of a drawing, north up, to half a unit."""
    kept = shape.simplify(0.5 / scale)
    parts = kept.geoms if isinstance(kept, MultiPolygon) else [kept]
    rings = (
        ring
        for part in parts
        if isinstance(part, Polygon)
        for ring in (part.exterior, *part.interiors)
    )
    return "".join(_ring(np.asarray(ring.coords), middle, scale) for ring in rings)


def _ring(points: Any, middle: tuple[float, float], scale: float) -> str:
    x = SIDE / 2 + scale * (points[:, 0] - middle[0])
    y = SIDE / 2 - scale * (points[:, 1] - middle[1])
    return "M" + "L".join(f"{a:.1f} {b:.1f}" for a, b in zip(x, y, strict=True)) + "Z"
