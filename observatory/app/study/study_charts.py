"""Charts of the study as Altair specifications; no Streamlit here.

Each says with position and words what it says with colour, and stands beside a table.
"""

from __future__ import annotations

from textwrap import wrap
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from observatory.app.chart_style import (
    CHOSEN,
    INK,
    ROW,
    WIDE_LABEL,
    lines_of,
    row_height,
    tick_labels,
    wrapped,
)
from observatory.words.catalogue import Words
from observatory.words.numbers import number, percent, signed, signed_percent

LOW, HIGH = "#1d4f91", "#c8641b"
GRID = "#d5dbe5"
SIGNED = "datum.value == 0 ? '0' : replace(format(datum.value, '+d'), '-', '\u2212')"
#: Heights of an axis with its title, and of a legend: Streamlit counts them in the chart's.
AROUND, LEGEND = 55, 55


def finished(chart: Any, height: int) -> Any:
    """Return a chart of a height, in the style of all charts."""
    return (
        chart.properties(height=height)
        .configure_axis(
            labelFontSize=13, titleFontSize=13, labelColor=INK, titleColor=INK, gridColor=GRID
        )
        .configure_axisX(titleAnchor="end")
        .configure_legend(labelFontSize=13, orient="bottom", direction="vertical", labelLimit=320)
        .configure_view(stroke=None)
    )


def rank_chart(table: pd.DataFrame, names: list[str], words: Words) -> Any:
    """Draw each zone's ranks over the draws: a line from the 5th to the 95th percentile, a dot.

    Parameters
    ----------
    table
        ``tables.RANKS``, worst first.
    names
        What to call each row.
    """
    labels, most = lines_of(names, WIDE_LABEL + 8)
    rows = pd.DataFrame(
        {
            "name": names,
            "label": labels,
            "low": table["rank_p05"].to_numpy(),
            "middle": table["rank_p50"].to_numpy(),
            "high": table["rank_p95"].to_numpy(),
            "worst": [
                words("study.rank_label", share=percent(value, words.lang))
                for value in table["worst_pct"]
            ],
        }
    )
    base = alt.Chart(rows).encode(
        y=alt.Y("label:N", sort=None, title=None, axis=wrapped(230, most)),
        tooltip=[
            alt.Tooltip("name:N", title=words("table.zone")),
            alt.Tooltip("middle:Q", title=words("study.column.rank_middle")),
            alt.Tooltip("low:Q", title=words("study.column.rank_low")),
            alt.Tooltip("high:Q", title=words("study.column.rank_high")),
            alt.Tooltip("worst:N", title=words("study.column.worst")),
        ],
    )
    top = float(max(rows["high"].max(), 2)) if len(rows) else 2.0
    at = alt.X(
        "low:Q",
        title=words("study.rank_axis"),
        scale=alt.Scale(domain=[0.5, top + 0.5], nice=False),
        axis=alt.Axis(format="d", tickMinStep=1),
    )
    lines = base.mark_rule(color=LOW, strokeWidth=7, opacity=0.45, strokeCap="round").encode(
        x=at, x2="high:Q"
    )
    dots = base.mark_point(filled=True, size=110, color=CHOSEN, opacity=1).encode(x="middle:Q")
    return finished(alt.layer(lines, dots), row_height(most) * max(len(rows), 1) + AROUND)


def tornado_chart(table: pd.DataFrame, labels: list[str], words: Words) -> Any:
    """Draw what each assumption changes in the total at each of its bounds, from zero.

    Parameters
    ----------
    table
        Rows of ``tables.TORNADO`` that are drawn, in order.
    labels
        What to call each row.
    """
    title = words("study.tornado_total_axis")
    bars = pd.concat(
        pd.DataFrame(
            {
                "label": ["|".join(wrap(label, WIDE_LABEL)) for label in labels],
                "end": words(f"study.bound_{end}"),
                "value": table[f"total_{end}_pct"].to_numpy(dtype=float),
                "wording": [
                    words(
                        "study.tornado_bound",
                        bound=number(bound, words.lang, 2).rstrip("0").rstrip(",."),
                        effect=signed_percent(value, words.lang),
                    )
                    for bound, value in zip(table[end], table[f"total_{end}_pct"], strict=True)
                ],
            }
        )
        for end in ("low", "high")
    )
    ends = [words("study.bound_low"), words("study.bound_high")]
    chart = (
        alt.Chart(bars)
        .mark_bar(cornerRadius=1)
        .encode(
            y=alt.Y(
                "label:N",
                sort=None,
                title=None,
                axis=wrapped(),
            ),
            yOffset=alt.YOffset("end:N", sort=ends),
            x=alt.X(
                "value:Q",
                title=title,
                axis=alt.Axis(tickCount=5, tickMinStep=1, labelExpr=SIGNED),
            ),
            color=alt.Color(
                "end:N", sort=ends, scale=alt.Scale(domain=ends, range=[LOW, HIGH]), title=None
            ),
            tooltip=[
                alt.Tooltip("label:N", title=words("assumed.name")),
                alt.Tooltip("end:N", title=words("assumed.bounds")),
                alt.Tooltip("wording:N", title=title),
            ],
        )
    )
    return finished(chart, (ROW + 24) * max(len(table), 1) + AROUND + LEGEND)


def agreement_chart(table: pd.DataFrame, labels: list[str], words: Words) -> Any:
    """Draw how far our order of the zones agrees with that of others: a dot from -1 to 1.

    Parameters
    ----------
    table
        Rows of ``tables.VALIDATION`` with a correlation of ranks, in order.
    labels
        What to call each row.
    """
    rows = pd.DataFrame(
        {
            "label": ["|".join(wrap(label, WIDE_LABEL + 8)) for label in labels],
            "value": table["correlation"].to_numpy(dtype=float),
            "wording": [signed(value, words.lang, 2) for value in table["correlation"]],
        }
    )
    y = alt.Y(
        "label:N",
        sort=None,
        title=None,
        axis=wrapped(230),
    )
    x = alt.X(
        "value:Q",
        title=words("validation.axis"),
        scale=alt.Scale(domain=[-1, 1]),
        axis=alt.Axis(values=[-1, -0.5, 0, 0.5, 1], labelExpr=tick_labels(words)),
    )
    base = alt.Chart(rows).encode(y=y)
    zero = alt.Chart(pd.DataFrame({"x": [0.0]})).mark_rule(color=INK).encode(x="x:Q")
    lines = base.mark_rule(color=LOW, strokeWidth=4, opacity=0.45).encode(x=x, x2=alt.datum(0))
    dots = base.mark_point(filled=True, size=110, color=CHOSEN, opacity=1).encode(x=x)
    written = base.mark_text(dy=-13, color=INK, fontSize=13).encode(x=x, text="wording:N")
    return finished(alt.layer(zero, lines, dots, written), (ROW + 32) * max(len(rows), 1) + AROUND)


def causes_chart(table: pd.DataFrame, labels: list[str], title: str, words: Words) -> Any:
    """Draw the share of the variance that each cause takes, the largest first.

    Parameters
    ----------
    table
        Rows of ``tables.CAUSES``, in order.
    labels
        What to call each row.
    title
        Title of the axis.
    """
    bars = pd.DataFrame(
        {
            "label": ["|".join(wrap(label, WIDE_LABEL)) for label in labels],
            "value": table["share_pct"].to_numpy(dtype=float),
            "wording": [percent(value, words.lang) for value in table["share_pct"]],
        }
    )
    y = alt.Y(
        "label:N",
        sort=None,
        title=None,
        axis=wrapped(),
    )
    x = alt.X("value:Q", title=title, axis=alt.Axis(tickCount=5))
    base = alt.Chart(bars).encode(y=y, x=x)
    drawn = base.mark_bar(cornerRadius=1, color=LOW)
    written = base.mark_text(align="left", dx=4, color=INK, fontSize=13).encode(text="wording:N")
    return finished(drawn + written, (ROW + 16) * max(len(table), 1) + AROUND)


def lorenz_chart(curve: pd.DataFrame, words: Words) -> Any:
    """Draw the Lorenz curve under the line of perfect equality.

    Parameters
    ----------
    curve
        ``people`` and ``help``, cumulated shares from 0 to 1, worst served first.
    """
    axis = alt.Axis(tickCount=5, labelExpr="format(datum.value, 'd') + '\u00a0%'")
    scale = alt.Scale(domain=[0, 100])
    rows = 100 * curve[["people", "help"]]
    line = (
        alt.Chart(rows)
        .mark_area(line={"color": CHOSEN, "strokeWidth": 3}, color=CHOSEN, opacity=0.18)
        .encode(
            x=alt.X("people:Q", title=words("study.lorenz_people"), axis=axis, scale=scale),
            y=alt.Y("help:Q", title=words("study.lorenz_help"), axis=axis, scale=scale),
        )
    )
    equal = pd.DataFrame({"people": [0.0, 100.0], "help": [0.0, 100.0]})
    diagonal = (
        alt.Chart(equal)
        .mark_line(color=INK, strokeDash=[6, 4], strokeWidth=1.5)
        .encode(x="people:Q", y="help:Q")
    )
    wording = (
        alt.Chart(pd.DataFrame({"x": [48.0], "y": [54.0], "text": [words("study.lorenz_equal")]}))
        .mark_text(align="right", fontSize=13, color=INK)
        .encode(x="x:Q", y="y:Q", text="text:N")
    )
    return finished(alt.layer(line, diagonal, wording), 320)


def shares(curve: pd.DataFrame, steps: tuple[int, ...] = (10, 25, 50, 75, 90)) -> pd.DataFrame:
    """Read the Lorenz curve: the share of help that each share of the worst served has, %."""
    kept = np.array(steps, dtype=float)
    people, help_ = (100 * curve[name].to_numpy(dtype=float) for name in ("people", "help"))
    return pd.DataFrame({"people": kept, "help": np.interp(kept, people, help_)})
