"""Classes of values with their colours, and the legend that says them in words."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np
from numpy.typing import NDArray

from observatory.app.measures import MISSING, Measure
from observatory.words.catalogue import Words
from observatory.words.numbers import number

CLASSES = 5
#: From this many zones on, classes hold as many zones each; below, they follow the breaks.
QUANTILES_FROM = 60

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Classes:
    """Classes of a measure over some zones.

    Attributes
    ----------
    low
        The lowest value, rounded down.
    bounds
        Upper bounds, rounded, included in their class, growing; empty where nothing is known.
    colours
        One colour a class.
    has_missing
        Whether a zone has no value.
    """

    low: float
    bounds: tuple[float, ...]
    colours: tuple[str, ...]
    has_missing: bool

    def colour(self, value: float | None) -> str | None:
        """Return the colour of a value, or ``None`` where the value is missing."""
        if value is None or not np.isfinite(value) or not self.bounds:
            return None
        place = int(np.searchsorted(self.bounds, value, side="left"))
        return self.colours[min(place, len(self.bounds) - 1)]


def classify(values: Any, measure: Measure) -> Classes:
    """Cut values into at most five classes with rounded bounds.

    Zones at exactly zero have a class of their own, so that "no help" is read apart from "little
    help", and both apart from "not known". Colours are then those of the rounded bounds: what the
    legend says is what the map shows.
    """
    known = np.asarray(values, dtype=float)
    has_missing = bool((~np.isfinite(known)).any())
    known = known[np.isfinite(known)]
    if not len(known):
        return Classes(0.0, (), (), has_missing)
    positive = known[known > 0]
    zero = bool((known <= 0).any())
    cuts = _cuts(positive, CLASSES - int(zero), measure.decimals) if len(positive) else ()
    bounds = (0.0, *cuts) if zero else cuts
    low = 0.0 if zero else float(_floor(positive.min(), measure.decimals))
    return Classes(low, bounds, _spread(measure.colours, len(bounds)), has_missing)


def _cuts(values: FloatArray, classes: int, decimals: int) -> tuple[float, ...]:
    different = np.unique(values)
    count = min(classes, len(different))
    if count < 2:
        raw = np.array([different[-1]])
    elif len(values) >= QUANTILES_FROM:
        raw = np.quantile(values, np.arange(1, count + 1) / count)
    else:
        raw = natural_breaks(values, count)
    scale = 10.0**decimals
    bounds = np.unique(np.round(raw[:-1] * scale) / scale)
    top = float(max(np.ceil(different[-1] * scale - 1e-9), 1.0) / scale)
    inner = [float(bound) for bound in bounds if 0 < bound < top]
    return (*inner, top)


def natural_breaks(values: FloatArray, count: int) -> FloatArray:
    """Return the upper bounds of the classes with the least sum of squares within (Fisher-Jenks).

    Exact, by dynamic programming over the different values. Here rather than from mapclassify,
    whose import takes longer than everything else that the app starts with.

    Parameters
    ----------
    values
        Any order; equal values share a class.
    count
        Number of classes, at most that of different values.
    """
    levels, weights = np.unique(values, return_counts=True)
    sums = [np.concatenate([[0.0], np.cumsum(weights * levels**power)]) for power in range(3)]
    people, first, second = (total[None, 1:] - total[:-1, None] for total in sums)
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = np.where(people > 0, second - first**2 / people, np.inf)
    best, starts = spread[0], []
    for _ in range(count - 1):
        totals = np.concatenate([[np.inf], best[:-1]])[:, None] + spread
        starts.append(totals.argmin(axis=0))
        best = totals.min(axis=0)
    ends = [len(levels) - 1]
    for start in reversed(starts):
        ends.append(int(start[ends[-1]]) - 1)
    return levels[ends[::-1]]


def _floor(value: float, decimals: int) -> float:
    scale = 10.0**decimals
    return float(np.floor(value * scale) / scale)


def _spread(colours: tuple[str, ...], count: int) -> tuple[str, ...]:
    """Take ``count`` colours of a scheme, its two ends first."""
    if count == 1:
        return (colours[len(colours) // 2],)
    places = np.linspace(0, len(colours) - 1, count).round().astype(int)
    return tuple(colours[place] for place in places)


def ranges(classes: Classes, measure: Measure, words: Words) -> list[tuple[str, str]]:
    """Return each class as its colour and its range in words, the missing class last."""
    rows: list[tuple[str, str]] = []
    start = classes.low
    for place, (bound, colour) in enumerate(zip(classes.bounds, classes.colours, strict=True)):
        first, last = (number(v, words.lang, measure.decimals) for v in (start, bound))
        alone = first == last
        name = "legend.single" if alone else "legend.first" if place == 0 else "legend.range"
        if place and start == 0:
            name = "legend.above_zero"
        rows.append((colour, words(name, first=first, last=last)))
        start = bound
    return rows


def legend_html(
    classes: Classes, measure: Measure, words: Words, layers: tuple[str, ...] = ()
) -> str:
    """Return the legend as HTML: title and unit, one swatch a class, one symbol a layer."""
    items = [
        f'<li><span class="obs-swatch" style="background:{colour}"></span>{escape(text)}</li>'
        for colour, text in ranges(classes, measure, words)
    ]
    if classes.has_missing:
        items.append(
            f'<li><span class="obs-swatch obs-missing" style="background:{MISSING}"></span>'
            f"{escape(words('legend.missing'))}</li>"
        )
    for layer in layers:
        items.extend(
            f'<li><span class="obs-symbol obs-{kind}"></span>'
            f"{escape(words(f'legend.layer.{kind}'))}</li>"
            for kind in (("rep", "rep_plus") if layer == "schools" else (layer,))
        )
    title = words(f"measure.{measure.name}.label")
    unit = words(f"measure.{measure.name}.unit")
    return (
        f'<div class="obs-legend"><p><strong>{escape(title)}</strong> ({escape(unit)})</p>'
        f"<ul>{''.join(items)}</ul></div>"
    )
