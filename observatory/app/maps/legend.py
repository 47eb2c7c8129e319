"""The legend of a map in words: what it says is what is drawn."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from observatory.model.measures import MISSING, Measure
from observatory.sheets.map_classes import CIRCLE, radius_of, ranges, short
from observatory.words.catalogue import Words
from observatory.words.numbers import number

#: Layer -> its symbols in the legend.
SYMBOLS: Mapping[str, tuple[str, ...]] = {"schools": ("rep", "rep_plus")}


def legend_html(
    measure: Measure,
    words: Words,
    counts: Mapping[str, tuple[int, int]],
    *,
    missing: bool = False,
    withheld: bool = False,
    unknown: bool = False,
) -> str:
    """Return the legend as HTML: title and unit, a mark a class, a symbol a layer.

    Parameters
    ----------
    counts
        Each layer drawn: how many of its things are placed, and how many there are.
    missing, withheld, unknown
        Whether a zone has no figure, one too uncertain to be published, no known place.
    """
    items = _circles(measure, words) if measure.circles else _classes(measure, words)
    notes = {
        "missing": (missing, f'style="background:{MISSING}"'),
        "withheld": (withheld, ""),
        "unknown": (unknown, ""),
    }
    items += [
        f'<li><span class="obs-swatch obs-{name}" {style}></span>'
        f"{escape(words(f'legend.{name}'))}</li>"
        for name, (there, style) in notes.items()
        if there
    ]
    items += [text for layer in counts for text in _symbols(layer, words)]
    placed = [_placed(layer, *counts[layer], words) for layer in counts]
    title, unit = (words(f"measure.{measure.name}.{part}") for part in ("label", "unit"))
    return (
        f'<div class="obs-legend"><p><strong>{escape(title)}</strong> ({escape(unit)})</p>'
        f"<ul>{''.join(items)}</ul>{''.join(placed)}</div>"
    )


def _classes(measure: Measure, words: Words) -> list[str]:
    return [
        f'<li><span class="obs-swatch" style="background:{colour}"></span>{escape(text)}</li>'
        for colour, text in ranges(measure, words)
    ]


def _circles(measure: Measure, words: Words) -> list[str]:
    colour = measure.colours[CIRCLE]
    items = []
    for value in measure.circles:
        size = 2 * (radius_of(value, measure) or 0)
        items.append(
            f'<li><span class="obs-circle" style="background:{colour};width:{size:g}px;'
            f'height:{size:g}px"></span>{escape(short(value, words))}</li>'
        )
    return items


def _symbols(layer: str, words: Words) -> list[str]:
    return [
        f'<li><span class="obs-symbol obs-{kind}"></span>'
        f"{escape(words(f'legend.layer.{kind}'))}</li>"
        for kind in SYMBOLS.get(layer, (layer,))
    ]


def _placed(layer: str, known: int, total: int, words: Words) -> str:
    """Say how many of a layer's things are drawn, where some are not."""
    if known >= total:
        return ""
    values: dict[str, Any] = {
        "known": number(known, words.lang),
        "total": number(total, words.lang),
    }
    return f'<p class="obs-placed">{escape(words(f"legend.placed.{layer}", **values))}</p>'
