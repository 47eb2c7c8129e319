"""The map of January 2021 replayed: a panel for each way of placing the posts, as one SVG."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import geopandas as gpd
import shapely
from shapely.geometry.base import BaseGeometry

from observatory.model.siting_replay import Replay
from observatory.sheets.svg_parts import XY, haloed, path, text
from observatory.tables.map_scales import MISSING_RATE, ORANGES
from observatory.tables.siting_results import WAYS
from observatory.words.catalogue import NOWHERE, Lang, Place, Words, load_words
from observatory.words.numbers import number

#: Size of a panel and of its title, and panels a row.
WIDTH, HEIGHT, TITLE, ACROSS = 400.0, 330.0, 42.0, 2
MARGIN = 8.0
#: Radius of one post; the surface of a circle is the posts.
POST = 4.2
#: Width of a letter of a label, and the height of its two lines.
LETTER, LABEL = 6.6, 28.0
_EDGE = 'fill="none" stroke="#111111" stroke-width="1.8"'
_PLACED = 'fill="#0b4f6c" fill-opacity="0.9" stroke="#ffffff" stroke-width="0.8"'
_SPREAD = 'fill="#ffffff" fill-opacity="0.55" stroke="#0b4f6c" stroke-width="1.8"'


@dataclass(frozen=True)
class _View:
    """From metres to a panel."""

    west: float
    north: float
    units_per_metre: float

    @classmethod
    def of(cls, communes: gpd.GeoDataFrame) -> _View:
        west, south, east, north = communes.total_bounds
        fit = min((WIDTH - 2 * MARGIN) / (east - west), (HEIGHT - 2 * MARGIN) / (north - south))
        spare = (WIDTH / fit - (east - west)) / 2
        return cls(west - spare, north + MARGIN / fit, fit)

    def xy(self, x_m: float, y_m: float) -> XY:
        k = self.units_per_metre
        return (x_m - self.west) * k, (self.north - y_m) * k

    def data(self, shape: BaseGeometry) -> str:
        """Return the path of a shape, simplified to what is seen."""
        seen = shapely.simplify(shape, 0.4 / self.units_per_metre)
        parts = (part for part in shapely.get_parts(seen) if isinstance(part, shapely.Polygon))
        rings = (ring for part in parts for ring in (part.exterior, *part.interiors))
        return "".join(path([self.xy(x, y) for x, y in ring.coords]) for ring in rings)


def replay_map(replay: Replay, lang: Lang = "fr", place: Place = NOWHERE) -> str:
    """Draw each way of placing the posts: what the communes lack, and where the posts stand."""
    words = load_words(lang, "territory", place=place)
    communes = replay.facts.communes
    communes = communes[communes["in_territory"]]
    view = _View.of(communes)
    panels = [_panel(replay, way, communes, view, words) for way in WAYS]
    places = [(place % ACROSS, place // ACROSS) for place in range(len(panels) + 1)]
    across, down = WIDTH, HEIGHT + TITLE
    drawn = [
        f'<g transform="translate({x * across:g} {y * down:g})">{one}</g>'
        for one, (x, y) in zip([*panels, _legend(words)], places, strict=True)
    ]
    height = (places[-1][1] + 1) * down + 16
    source = text(words("replay.source"), (8, height - 6), 10, "#3b4657")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {ACROSS * across:g} {height:g}" '
        f'role="img" aria-label="{words("replay.alt")}">'
        f"<defs>{''.join(_shapes(communes, view))}</defs>"
        f'<rect width="100%" height="100%" fill="#ffffff"/>{"".join(drawn)}{source}</svg>\n'
    )


def _shapes(communes: gpd.GeoDataFrame, view: _View) -> Iterable[str]:
    """Return the outlines that every panel draws: each commune, and the EPT together."""
    for code, shape in zip(communes["commune"], communes.geometry, strict=True):
        yield f'<path id="c{code}" d="{view.data(shape)}"/>'
    epts = "".join(view.data(shape) for shape in communes.dissolve("ept").geometry)
    yield f'<path id="epts" d="{epts}"/>'


def _panel(replay: Replay, way: str, communes: gpd.GeoDataFrame, view: _View, words: Words) -> str:
    rates = replay.communes[replay.communes["way"] == way].set_index("commune")
    told = replay.table[replay.table["way"] == way].set_index("ept")
    whole: Any = told.loc[replay.facts.departement]
    title = words(f"replay.{way}", posts=_posts(whole, words))
    hours = words("replay.left", hours=number(whole["missing_h_per_week"], words.lang))
    parts = [text(title, (8, 18), 14, "#111111"), text(hours, (8, 35), 12, "#3b4657")]
    inside = []
    for code in communes["commune"]:
        rate = float(rates["missing_h_per_100"].get(code, math.nan))
        fill = ORANGES[bisect_left(MISSING_RATE, rate)] if math.isfinite(rate) else "#e3e6e9"
        inside.append(f'<use href="#c{code}" fill="{fill}" stroke="#ffffff"/>')
    epts = communes.dissolve("ept")
    inside.append(f'<use href="#epts" {_EDGE}/>')
    inside += _circles(replay.posts[replay.posts["way"] == way], communes, view)
    inside += _labels(epts, told, view, words)
    return f'{"".join(parts)}<g transform="translate(0 {TITLE:g})">{"".join(inside)}</g>'


def _posts(row: Any, words: Words) -> str:
    return number(row["posts"], words.lang, 0 if float(row["posts"]).is_integer() else 1)


def _circles(posts: Any, communes: gpd.GeoDataFrame, view: _View) -> Iterable[str]:
    """Draw a circle a place, and a ring a commune whose posts have no known place."""
    known = posts[posts["x_m"].notna() & (posts["posts"] > 0)]
    middle = communes.set_index("commune").geometry.representative_point()
    for code, there in posts[posts["x_m"].isna()].groupby("commune")["posts"].sum().items():
        at = middle[code]
        yield _circle(view.xy(at.x, at.y), float(there), _SPREAD)
    for (x, y), there in known.groupby(["x_m", "y_m"])["posts"].sum().items():
        yield _circle(view.xy(x, y), float(there), _PLACED)


def _circle(at: XY, posts: float, style: str) -> str:
    return f'<circle cx="{at[0]:.1f}" cy="{at[1]:.1f}" r="{POST * math.sqrt(posts):.1f}" {style}/>'


def _labels(epts: gpd.GeoDataFrame, told: Any, view: _View, words: Words) -> Iterable[str]:
    """Write the name of each EPT and what it lacks with its posts, one clear of the other."""
    placed: list[tuple[float, float, float]] = []
    for code, shape in zip(epts.index, epts.geometry, strict=True):
        row = told.loc[code]
        hours = number(row["missing_h_per_week"], words.lang)
        lines = (str(row["ept_name"]), words("replay.ept", hours=hours, posts=_posts(row, words)))
        x, y = view.xy(shape.centroid.x, shape.centroid.y)
        half = LETTER * max(map(len, lines)) / 2
        near = [top for left, top, wide in placed if abs(left - x) < wide + half]
        y = max([y, *(top + LABEL for top in near if abs(top - y) < LABEL)])
        placed.append((x, y, half))
        for place, line in enumerate(lines):
            yield from haloed(line, (x, y + LABEL / 2 * place), 11.5, "#111111")


def _legend(words: Words) -> str:
    texts = [_short(bound, words) for bound in MISSING_RATE]
    ranges = [words("map.range", first=first, last=last) for first, last in pairwise(texts)]
    said = [words("map.reached"), *ranges, words("map.over", first=texts[-1])]
    parts = [text(words("map.unit"), (16, 70), 11.5, "#111111")]
    for place, (fill, line) in enumerate(zip(ORANGES, said, strict=True)):
        y = 82 + 20 * place
        parts.append(
            f'<rect x="16" y="{y}" width="24" height="13" fill="{fill}" stroke="#7d7d7d"/>'
        )
        parts.append(text(line, (48, y + 11), 12, "#111111"))
    for place, (key, style) in enumerate((("placed", _PLACED), ("spread", _SPREAD))):
        y = 205 + 46 * place
        for x, posts in ((28.0, 1.0), (52.0, 5.0), (86.0, 10.0)):
            parts.append(_circle((x, y), posts, style))
        parts.append(text(words(f"replay.{key}"), (112, y + 4), 12, "#111111"))
    return "".join(parts)


def _short(value: float, words: Words) -> str:
    return number(value, words.lang, len(f"{value:g}".partition(".")[2]))
