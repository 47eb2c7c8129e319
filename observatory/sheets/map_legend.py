"""The legend of the image of a map: classes or circles, remarks, layers and what is not placed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import geopandas as gpd

from observatory.model.measures import MISSING, Measure
from observatory.sheets import map_signs
from observatory.sheets.hatching import remarked
from observatory.sheets.map_classes import CIRCLE, radius_of, ranges, short
from observatory.sheets.map_frame import paragraph, sign
from observatory.sheets.overlays import Overlays
from observatory.words.catalogue import Words
from observatory.words.numbers import number

LEGEND_X, LEGEND_WIDTH = 926.0, 250.0
_INK = f'fill="{map_signs.INK}"'
#: What draws a mark of the legend around a point.
Mark = Callable[[float, float], str]


@dataclass(frozen=True)
class Legend:
    """What a legend speaks of.

    Attributes
    ----------
    zones, measure, over, counts, words, classes
        As the image of the map has them.
    """

    zones: gpd.GeoDataFrame
    measure: Measure
    over: Overlays
    counts: Mapping[str, tuple[int, int]]
    words: Words
    classes: tuple[tuple[str, str], ...] = ()


def legend(of: Legend, top: float) -> list[str]:
    """Return the legend as SVG, from a height downwards."""
    words, measure = of.words, of.measure
    name, unit = (words(f"measure.{measure.name}.{part}") for part in ("label", "unit"))
    bold = f'{_INK} font-weight="bold"'
    parts, y = paragraph(name, (LEGEND_X, top), LEGEND_WIDTH, 15, bold)
    more, y = paragraph(f"({unit})", (LEGEND_X, y + 2), LEGEND_WIDTH, 13)
    parts += more
    for draw, height, text in _rows(of):
        middle = y + 10 + height / 2
        parts.append(draw(LEGEND_X + 24, middle))
        lines, below = paragraph(text, (LEGEND_X + 58, middle - 9), LEGEND_WIDTH - 58, 13, _INK)
        parts += lines
        y = max(y + 10 + height, below)
    for layer, (known, total) in of.counts.items():
        if known < total:
            values = {"known": number(known, words.lang), "total": number(total, words.lang)}
            said = words(f"legend.placed.{layer}", **values)
            lines, y = paragraph(said, (LEGEND_X, y + 10), LEGEND_WIDTH, 12)
            parts += lines
    return parts


def _rows(of: Legend) -> Iterator[tuple[Mark, float, str]]:
    """Return each line of the legend: what draws its mark, its height, its words."""
    words, measure = of.words, of.measure
    if measure.circles:
        for value in measure.circles:
            radius = radius_of(value, measure) or 0
            yield _circle_mark(radius, measure.colours[CIRCLE]), 2 * radius, short(value, words)
    else:
        for colour, text in of.classes or ranges(measure, words):
            yield _box_mark(f'fill="{colour}" stroke="{map_signs.EDGE}"'), 18, text
    for remark, there in remarked(of.zones, measure, of.over).items():
        if there:
            yield _remark_mark(remark), 18, remark_text(remark, measure, words)
    for layer in of.counts:
        yield from _layer_rows(layer, words)


def remark_text(remark: str, measure: Measure, words: Words) -> str:
    """Return what a remark says, of a measure that may say it in words of its own."""
    own = f"measure.{measure.name}.{remark}"
    return words(own if words.has(own) else f"legend.{remark}")


def _layer_rows(layer: str, words: Words) -> Iterator[tuple[Mark, float, str]]:
    if layer == "qpv":
        yield _qpv_mark, 14, words("legend.layer.qpv")
        return
    kinds = {"schools": (("REP", "rep"), ("REP+", "rep_plus"))}.get(layer, (("sites", "sites"),))
    for kind, text in kinds:
        yield _sign_mark(kind), 14, words(f"legend.layer.{text}")


def _circle_mark(radius: float, fill: str) -> Mark:
    return lambda x, y: sign("circle", (x, y), radius, fill, edge=1, opacity=0.85)


def _box_mark(look: str) -> Mark:
    return lambda x, y: f'<rect x="{x - 16:g}" y="{y - 9:g}" width="32" height="18" {look}/>'


def _remark_mark(remark: str) -> Mark:
    """Return what draws a box of a remark: grey and dashed, or with the lines of the map."""
    if remark == "missing":
        return _box_mark(f'fill="{MISSING}" stroke="{map_signs.INK}" stroke-dasharray="4 4"')
    ground = MISSING if remark == "withheld" else "#ffffff"
    rise = 18 if remark == "withheld" else -18

    def draw(x: float, y: float) -> str:
        box = _box_mark(f'fill="{ground}" stroke="{map_signs.EDGE}"')(x, y)
        starts = (x - 14, x - 5, x + 4)
        start = y + rise / 2
        lines = "".join(f"M{one:g} {start:g}l10 {-rise:g}" for one in starts)
        return box + f'<path d="{lines}" stroke="{map_signs.INK}" stroke-width="0.8"/>'

    return draw


def _sign_mark(kind: str) -> Mark:
    look = map_signs.SIGNS[kind]
    return lambda x, y: sign(look["shape"], (x, y), look["radius"] + 1, look["fillColor"])


def _qpv_mark(x: float, y: float) -> str:
    return (
        f'<path d="M{x - 16:g} {y:g}h32" fill="none" stroke="{map_signs.QPV["color"]}" '
        f'stroke-width="2.2" stroke-dasharray="6 3"/>'
    )
