"""How figures are drawn, and the legend that says it in words: what it says is what is drawn."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from html import escape
from typing import Any

import numpy as np

from observatory.app.measures import MISSING, Measure
from observatory.words.catalogue import Words
from observatory.words.numbers import number

#: Radius of the largest circle of the legend, in pixels.
RADIUS = 24.0
#: Radius of a count of zero: known, and none.
NONE_RADIUS = 1.5
#: Place, in a measure's scheme, of the colour of its circles.
CIRCLE = 3
#: Layer -> its symbols in the legend.
SYMBOLS: Mapping[str, tuple[str, ...]] = {"schools": ("rep", "rep_plus")}


def colour_of(value: float | None, measure: Measure) -> str | None:
    """Return the colour of a rate, or ``None`` where the value is missing or is a count."""
    if value is None or not np.isfinite(value) or not measure.breaks:
        return None
    return measure.colours[int(np.searchsorted(measure.breaks, value, side="left"))]


def radius_of(value: float | None, measure: Measure) -> float | None:
    """Return the radius of a count, or ``None`` where the value is missing or is a rate.

    The surface of the circle is the count: four times as many have twice the radius.
    """
    if value is None or not np.isfinite(value) or not measure.circles:
        return None
    return max(round(RADIUS * math.sqrt(max(value, 0.0) / measure.circles[-1]), 1), NONE_RADIUS)


def ranges(measure: Measure, words: Words) -> list[tuple[str, str]]:
    """Return each class of a rate as its colour and its range in words, from little to much."""
    texts = [_short(bound, words) for bound in measure.breaks]
    first = texts[0] if measure.breaks[0] == 0 else words("legend.up_to", last=texts[0])
    between = [
        words("legend.range", first=before, last=after)
        for before, after in itertools.pairwise(texts)
    ]
    rows = [first, *between, words("legend.over", first=texts[-1])]
    return list(zip(measure.colours, rows, strict=True))


def _short(value: float, words: Words) -> str:
    """Return a round bound with the decimals that it has."""
    return number(value, words.lang, len(f"{value:g}".partition(".")[2]))


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
            f'height:{size:g}px"></span>{escape(_short(value, words))}</li>'
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
