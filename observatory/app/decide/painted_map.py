"""What a page paints over its map: the quarters before, after or by difference, and the places.

The map itself stays as it is, so that a change redraws no page and the view is kept.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, Literal

import numpy as np
import pandas as pd

from observatory.app.decide.spots import Spot
from observatory.app.maps.legend import legend_html
from observatory.model.measures import MEASURES, MISSING, Measure
from observatory.model.precision import CLASSES
from observatory.model.scenario_changes import Change, Close, Hours, Move, Open, Posts, Stop
from observatory.sheets.map_classes import colour_of
from observatory.sheets.map_image_content import Stamp
from observatory.sheets.map_legend import remark_text
from observatory.words.catalogue import Words
from observatory.words.markup import plain
from observatory.words.numbers import number, signed

View = Literal["before", "after", "change"]
VIEWS: tuple[View, ...] = ("change", "after", "before")
RATE = "missing_h_per_100"
#: Upper bounds of the classes of a change of the rate, from much less missing to more.
BREAKS = (-0.5, -0.2, -0.05, -0.005, 0.005, 0.05, 0.2)
#: ColorBrewer, from blue to orange, told apart by people with any common colour blindness.
CHANGES = (
    "#08519c", "#3182bd", "#6baed6", "#bdd7e7", "#f7f7f7", "#fdd0a2", "#fd8d3c", "#d94801",
)  # fmt: skip

#: What colours the quarters by difference; a figure that is not published today is hatched.
CHANGE = Measure(
    "change",
    lambda table: table[f"{RATE}_change"].astype(float),
    CHANGES,
    breaks=BREAKS,
    decimals=2,
    grade="missing_class",
)

#: The class of no notable change, and what the hatched zones are.
_SAME = len(CHANGES) // 2
_HATCHED = ("withheld", "unknown")


def painted(
    table: pd.DataFrame,
    grades: Mapping[str, str],
    names: Mapping[str, str],
    view: View,
    remarks: Mapping[str, bool],
    words: Words,
) -> dict[str, Any]:
    """Return the colour and the text of each quarter, and the legend.

    Parameters
    ----------
    table
        The IRIS before and after (``tables.decision_results.COMPARISON``).
    grades
        Class of precision of each IRIS's missing hours.
    names
        Code -> name of the IRIS.
    remarks
        As :func:`observatory.sheets.hatching.remarked` gives them.
    """
    values = table[f"{RATE}_{view}"].to_numpy(dtype=float)
    fills, tips = {}, {}
    for code, value in zip(table["code"].astype(str), values, strict=True):
        hidden = view != "change" and grades.get(code) == CLASSES[-1]
        fills[code] = None if hidden else _colour(value, view)
        text = words("legend.withheld") if hidden else _text(value, view, words)
        tips[code] = f"<strong>{plain(names.get(code, code))}</strong><br>{plain(text)}"
    return {"fills": fills, "tips": tips, "legend": _legend(view, remarks, words)}


def marks(changes: Sequence[Change], spots: Mapping[str, Spot]) -> tuple[Stamp, ...]:
    """Return where each change stands on the map, with its number."""
    found = []
    by_code = {spot.code: spot for spot in spots.values()}
    for rank, change in enumerate(changes, 1):
        at = None
        if isinstance(change, Open | Stop | Move):
            at = float(change.lat), float(change.lon)
        elif isinstance(change, Close | Posts | Hours):
            spot = by_code.get(change.place)
            at = (spot.lat, spot.lon) if spot is not None and spot.located else None
        if at is not None:
            found.append(Stamp(*at, str(rank), gone=isinstance(change, Close)))
    return tuple(found)


def _colour(value: float, view: View) -> str:
    return colour_of(value, CHANGE if view == "change" else MEASURES["missing_rate"]) or MISSING


def _text(value: float, view: View, words: Words) -> str:
    if not np.isfinite(value):
        return words("legend.missing")
    if view == "change":
        shown = signed(value, words.lang, 2)
    else:
        shown = number(value, words.lang, MEASURES["missing_rate"].decimals)
    return f"{shown} {words('measure.missing_rate.unit')}"


def _legend(view: View, remarks: Mapping[str, bool], words: Words) -> str:
    if view != "change":
        return legend_html(MEASURES["missing_rate"], words, {}, **remarks)
    items = "".join(
        f'<li><span class="obs-swatch" style="background:{colour}"></span>{escape(text)}</li>'
        for colour, text in change_classes(words)
    )
    # The hatching stands on the zones of the map whatever is painted over them.
    items += "".join(
        f'<li><span class="obs-swatch obs-{name}" style="background-color:{CHANGES[_SAME]}">'
        f"</span>{escape(remark_text(name, CHANGE, words))}</li>"
        for name in _HATCHED
        if remarks[name]
    )
    title, unit = words("measure.change.label"), words("measure.change.unit")
    return (
        f'<div class="obs-legend"><p><strong>{escape(title)}</strong> ({escape(unit)})</p>'
        f"<ul>{items}</ul></div>"
    )


def change_classes(words: Words) -> tuple[tuple[str, str], ...]:
    """Return the colour and the words of each class of a difference."""
    ends = [signed(bound, words.lang, 3).rstrip("0") for bound in BREAKS]
    between = [
        words("legend.range", first=low, last=high) for low, high in itertools.pairwise(ends)
    ]
    between[_SAME - 1] = words("decide.legend_same")
    texts = [
        words("decide.legend_under", last=ends[0]),
        *between,
        words("legend.over", first=ends[-1]),
    ]
    return tuple(zip(CHANGES, texts, strict=True))
