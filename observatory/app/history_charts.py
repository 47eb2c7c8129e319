"""Charts of what changes from one build to the next, as Altair specifications; no Streamlit here.

Each stands beside a table that says the same in words.
"""

from __future__ import annotations

from textwrap import wrap
from typing import Any

import altair as alt
import pandas as pd

from observatory.app.chart_style import CHOSEN, ROW, WIDE_LABEL, wrapped
from observatory.app.study.study_charts import AROUND, LEGEND, finished
from observatory.tables.history_results import PARTS
from observatory.words.catalogue import Words
from observatory.words.change_words import change, decimals_of, figure
from observatory.words.numbers import day_text

#: Colours that tell the parts apart for colour-blind eyes too.
COLOURS = dict(zip(PARTS, ("#6d28a8", "#1d4f91", "#4b5f00", "#c8641b"), strict=True))
TIME_HEIGHT = 220


def parts_chart(table: pd.DataFrame, words: Words) -> Any:
    """Draw what each part did to one figure, zone by zone, from zero to both sides.

    Parameters
    ----------
    table
        Rows of ``tables.history_results.FIGURE_CHANGES`` of one figure.
    """
    name = str(table["figure"].iloc[0])
    long = table.melt(["code", "name"], list(PARTS), "part", "value").dropna(subset=["value"])
    rows = long.assign(
        label=["|".join(wrap(text, WIDE_LABEL)) for text in long["name"]],
        named=[words(f"history.heading.{part}") for part in long["part"]],
        wording=[change(name, value, words) for value in long["value"]],
    )
    names = [words(f"history.heading.{part}") for part in PARTS]
    bars = (
        alt.Chart(rows)
        .mark_bar(height=15)
        .encode(
            y=alt.Y(
                "label:N",
                sort=None,
                title=None,
                axis=wrapped(),
            ),
            x=alt.X(
                "value:Q",
                title=words(f"history.figure_of.{name}"),
                axis=alt.Axis(tickCount=5, labelExpr=_written(name, words)),
            ),
            color=alt.Color(
                "named:N",
                scale=alt.Scale(domain=names, range=list(COLOURS.values())),
                legend=alt.Legend(title=None),
            ),
            tooltip=[
                alt.Tooltip("name:N", title=words("history.heading.zone")),
                alt.Tooltip("named:N", title=words("history.heading.kind")),
                alt.Tooltip("wording:N", title=words("history.heading.difference")),
            ],
        )
    )
    return finished(bars, (ROW + 10) * table["code"].nunique() + AROUND + 2 * LEGEND)


def time_chart(table: pd.DataFrame, words: Words) -> Any:
    """Draw one figure of a zone build by build, a point each.

    Parameters
    ----------
    table
        Rows of ``tables.history_results.OVER_TIME`` of one zone and figure, in order.
    """
    name = str(table["figure"].iloc[0])
    rows = table.assign(
        label=[
            f"{day_text(day, words.lang)}|{build.rpartition('-')[2]}"
            for day, build in zip(table["day"], table["build"], strict=True)
        ],
        wording=[figure(name, value, words) for value in table["value"]],
    )
    base = alt.Chart(rows).encode(
        x=alt.X(
            "label:N",
            sort=None,
            title=words("history.day"),
            axis=alt.Axis(labelExpr="split(datum.label, '|')", labelAngle=0, ticks=False),
        ),
        y=alt.Y(
            "value:Q",
            title=words(f"history.figure_of.{name}"),
            scale=alt.Scale(zero=True),
            axis=alt.Axis(tickCount=4, labelExpr=_written(name, words)),
        ),
    )
    line = base.mark_line(color=CHOSEN, strokeWidth=2, point=alt.OverlayMarkDef(color=CHOSEN))
    written = base.mark_text(dy=-12, fontSize=13).encode(text="wording:N")
    return finished(line + written, TIME_HEIGHT)


def _written(name: str, words: Words) -> str:
    """Return what writes the numbers of an axis: as the language does, no zeros at their end."""
    text = f"replace(format(datum.value, '.{decimals_of(name)}~f'), '-', '\u2212')"
    return f"replace({text}, '.', ',')" if words.lang == "fr" else text
