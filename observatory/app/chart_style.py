"""Charts as Altair specifications; no Streamlit here. Texts come formatted, to read as French."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap
from typing import Any

import altair as alt
import pandas as pd

from observatory.model.measures import MEASURES
from observatory.words.catalogue import Words
from observatory.words.numbers import interval, number

CHOSEN, OTHER, INK = "#993404", "#8fa3bf", "#1b2330"
ROW = 30
#: Letters of a label before it goes on the next line: a telephone is narrow.
WIDE_LABEL = 22
#: Height of a line of a label.
LINE = 16


def wrapped(limit: int = 190, lines: int = 1) -> Any:
    """Return an axis whose labels are lines parted by ``|``, ``limit`` pixels wide at most.

    Labels of several lines begin in the middle of their row: ``lines`` lifts them by their half.
    """
    return alt.Axis(
        labelExpr="split(datum.label, '|')",
        labelLimit=limit,
        labelPadding=9,
        labelOffset=-(lines - 1) * LINE / 2,
        ticks=False,
    )


def lines_of(labels: Sequence[str], letters: int = WIDE_LABEL) -> tuple[list[str], int]:
    """Return labels as lines parted by ``|``, whole, and how many lines the longest has.

    A label's own bar, between a commune and its quarter, parts two lines too. Shorter ones begin
    with empty lines, to stand in the middle of the longest.
    """
    lines = [
        [line for part in label.split(" | ") for line in wrap(part, letters)] for label in labels
    ]
    most = max(map(len, lines), default=1)
    return ["|".join([*[""] * ((most - len(one)) // 2), *one]) for one in lines], most


def row_height(lines: int) -> int:
    """Return the height of a row whose label has some lines."""
    return max(ROW, LINE * lines + 8)


def tick_labels(words: Words) -> str:
    """Return what writes the numbers of an axis as the language does.

    They have the decimals that their distance asks for: no two of them read alike.
    """
    if words.lang != "fr":
        return "datum.label"
    return "replace(replace(datum.label, ',', '\u202f'), '.', ',')"


def ranking_chart(table: pd.DataFrame, chosen: str, words: Words) -> Any:
    """Draw the missing hours of every commune with their intervals, the chosen one in colour.

    Hours too uncertain to be published have neither bar nor interval.

    Parameters
    ----------
    table
        Gaps of the communes: ``code``, ``name``, ``missing_h_per_week``, ``missing_low``,
        ``missing_high``, ``missing_class``.
    chosen
        Code of the commune in colour, or the empty string.
    """
    figures = ["missing_h_per_week", "missing_low", "missing_high"]
    hidden = MEASURES["missing"].withheld(table)
    rows = table[["code", "name"]].join(table[figures].mask(hidden))
    rows = rows.assign(
        chosen=table["code"] == chosen,
        hours=[number(value, words.lang) for value in rows["missing_h_per_week"]],
        ends=[
            words("table.withheld") if withheld else interval(low, high, words.lang)
            for low, high, withheld in zip(
                rows["missing_low"], rows["missing_high"], hidden, strict=True
            )
        ],
    )
    order = rows.sort_values("missing_h_per_week", ascending=False)["name"].tolist()
    base = alt.Chart(rows).encode(
        y=alt.Y("name:N", sort=order, title=None, axis=alt.Axis(labelLimit=190, ticks=False)),
        tooltip=[
            alt.Tooltip("name:N", title=words("table.commune")),
            alt.Tooltip("hours:N", title=words("measure.missing.label")),
            alt.Tooltip("ends:N", title=words("table.interval")),
        ],
    )
    bars = base.mark_bar(height=15, cornerRadius=2).encode(
        x=alt.X(
            "missing_h_per_week:Q",
            title=f"{words('measure.missing.label')} ({words('measure.missing.unit')})",
            axis=alt.Axis(labelExpr=tick_labels(words), tickCount=6),
        ),
        color=alt.condition("datum.chosen", alt.value(CHOSEN), alt.value(OTHER)),
    )
    ends = base.mark_rule(color=INK, strokeWidth=1.5).encode(
        x="missing_low:Q", x2=alt.X2("missing_high:Q")
    )
    return (
        alt.layer(bars, ends)
        .properties(height=ROW * max(len(rows), 1))
        .configure_axis(labelFontSize=13, titleFontSize=13, labelColor=INK, titleColor=INK)
        .configure_axisX(titleAnchor="end")
        .configure_view(stroke=None)
    )
