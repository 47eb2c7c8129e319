"""How layers are drawn when QGIS opens them: its style files (QML), made from the figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from xml.sax.saxutils import quoteattr

import numpy as np
import pandas as pd

from observatory.tables.map_scales import ORANGES
from observatory.words.column_words import file_words
from observatory.words.numbers import number

EDGE = "#5a5a5a"
#: Colours of the values of a column, in order; the last is for every other value.
KINDS = ("#1b6ca8", "#c0392b", "#2e8b57", "#8e44ad", "#7f8c8d")


@dataclass(frozen=True)
class Style:
    """One style of a layer: its name, and the QML that draws it."""

    name: str
    qml: str


def zone_styles(frame: pd.DataFrame) -> tuple[Style, ...]:
    """Return the styles of zones, the first by default: hours per 100 people, share in need."""
    symbols = [_fill(colour) for colour in ORANGES]
    share = _graduated("need_pct", frame["need_pct"], symbols, "fill")
    return (_rate_style(frame, symbols, "fill"), Style(file_words()("style.need"), share))


def cell_styles(frame: pd.DataFrame) -> tuple[Style, ...]:
    """Return the style of cells: squares of 200 m, by hours per 100 people."""
    symbols = [_marker(colour, "square", 200, "MapUnit", edge="no") for colour in ORANGES]
    return (_rate_style(frame, symbols, "marker"),)


def _rate_style(frame: pd.DataFrame, symbols: Sequence[str], kind: str) -> Style:
    """Return the style by what lacks per 100 people in difficulty: missing, or to move."""
    known = [name for name in ("missing", "to_move") if _has(frame, f"{name}_h_per_week")]
    lacks = known[0] if known else "missing"
    hours, people = frame[f"{lacks}_h_per_week"], frame["need_persons"]
    rate = 100 * hours / people.where(people > 0)
    attribute = f'100 * "{lacks}_h_per_week" / "need_persons"'
    return Style(file_words()(f"style.{lacks}"), _graduated(attribute, rate, symbols, kind))


def _has(frame: pd.DataFrame, name: str) -> bool:
    return name in frame and bool(frame[name].notna().any())


def place_styles(title: str, colour: str = KINDS[0]) -> tuple[Style, ...]:
    """Return the style of places that are all drawn alike."""
    symbol = _symbol("0", "marker", _marker(colour, "circle", 2.6, "MM"))
    return (Style(title, _document("singleSymbol", "", f"<symbols>{symbol}</symbols>")),)


def kind_styles(title: str, column: str, values: Sequence[str]) -> tuple[Style, ...]:
    """Return the style of places drawn by the values of a column; others are grey and small."""
    shown = [*values, ""]
    colours = [*KINDS[: len(values)], KINDS[-1]]
    sizes = [*[2.8] * len(values), 1.8]
    labels = [*values, file_words()("style.other")]
    categories = "".join(
        f'<category value={quoteattr(value)} symbol="{place}" label={quoteattr(label)} '
        f'render="true" type="string"/>'
        for place, (value, label) in enumerate(zip(shown, labels, strict=True))
    )
    symbols = "".join(
        _symbol(str(place), "marker", _marker(colour, "circle", size, "MM"))
        for place, (colour, size) in enumerate(zip(colours, sizes, strict=True))
    )
    inside = f"<categories>{categories}</categories><symbols>{symbols}</symbols>"
    return (Style(title, _document("categorizedSymbol", column, inside)),)


def _graduated(attribute: str, values: pd.Series[Any], symbols: Sequence[str], kind: str) -> str:
    """Return a renderer of classes with about as many zones in each; fewer where values repeat."""
    edges = _edges(values, len(symbols))
    # Fewer classes keep the ends of the scale of colours.
    kept = np.linspace(0, len(symbols) - 1, max(len(edges) - 1, 1)).round().astype(int)
    ranges = "".join(
        f'<range lower="{low:.6f}" upper="{high:.6f}" symbol="{place}" '
        f'label="{number(low, "fr", 1)} – {number(high, "fr", 1)}" render="true"/>'
        for place, (low, high) in enumerate(pairwise(edges))
    )
    drawn = "".join(_symbol(str(place), kind, symbols[at]) for place, at in enumerate(kept))
    inside = f"<ranges>{ranges}</ranges><symbols>{drawn}</symbols>"
    return _document("graduatedSymbol", attribute, inside, ' graduatedMethod="GraduatedColor"')


def _edges(values: pd.Series[Any], steps: int) -> list[float]:
    """Return the bounds of the classes, rising: quantiles, each once."""
    known = values.dropna().to_numpy(dtype=float)
    if not len(known):
        return [0.0, 0.0]
    found = np.unique(np.quantile(known, np.linspace(0, 1, steps + 1)).round(6))
    # The ends take in the least and the greatest value in spite of rounding.
    found[0], found[-1] = np.floor(found[0] * 1e6) / 1e6 - 1e-6, found[-1] + 1e-6
    return [float(max(edge, 0.0)) for edge in found] if len(found) > 1 else [0.0, float(found[0])]


def _document(kind: str, attribute: str, inside: str, more: str = "") -> str:
    named = f" attr={quoteattr(attribute)}" if attribute else ""
    return (
        "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
        '<qgis version="3.22.0" styleCategories="Symbology">'
        f'<renderer-v2 type="{kind}"{named}{more} symbollevels="0" forceraster="0" '
        f'enableorderby="0">{inside}</renderer-v2>'
        "<blendMode>0</blendMode><layerOpacity>1</layerOpacity></qgis>"
    )


def _symbol(name: str, kind: str, layer: str) -> str:
    return f'<symbol name="{name}" type="{kind}" alpha="1" clip_to_extent="1">{layer}</symbol>'


def _fill(colour: str) -> str:
    return _layer(
        "SimpleFill",
        {
            "color": _rgba(colour, 200),
            "style": "solid",
            "outline_color": _rgba(EDGE),
            "outline_style": "solid",
            "outline_width": "0.16",
            "outline_width_unit": "MM",
        },
    )


def _marker(colour: str, shape: str, size: float, unit: str, edge: str = "solid") -> str:
    return _layer(
        "SimpleMarker",
        {
            "name": shape,
            "color": _rgba(colour),
            "size": f"{size:g}",
            "size_unit": unit,
            "outline_color": _rgba("#ffffff"),
            "outline_style": edge,
            "outline_width": "0.2",
            "outline_width_unit": "MM",
        },
    )


def _layer(kind: str, values: dict[str, str]) -> str:
    props = "".join(f'<prop k="{name}" v="{value}"/>' for name, value in values.items())
    return f'<layer class="{kind}" enabled="1" locked="0" pass="0">{props}</layer>'


def _rgba(colour: str, alpha: int = 255) -> str:
    parts = [int(colour[place : place + 2], 16) for place in (1, 3, 5)]
    return ",".join(str(part) for part in (*parts, alpha))
