"""How the figures of a map are drawn: the colour of a rate, the circle of a count, in words."""

from __future__ import annotations

import itertools
import math

import numpy as np

from observatory.model.measures import Measure
from observatory.words.catalogue import Words
from observatory.words.numbers import number

#: Radius of the largest circle of the legend, in pixels.
RADIUS = 24.0
#: Radius of a count of zero: known, and none.
NONE_RADIUS = 1.5
#: Place, in a measure's scheme, of the colour of its circles.
CIRCLE = 3


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
    texts = [short(bound, words) for bound in measure.breaks]
    first = texts[0] if measure.breaks[0] == 0 else words("legend.up_to", last=texts[0])
    between = [
        words("legend.range", first=before, last=after)
        for before, after in itertools.pairwise(texts)
    ]
    rows = [first, *between, words("legend.over", first=texts[-1])]
    return list(zip(measure.colours, rows, strict=True))


def short(value: float, words: Words) -> str:
    """Return a round bound with the decimals that it has."""
    return number(value, words.lang, len(f"{value:g}".partition(".")[2]))
