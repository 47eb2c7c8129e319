"""The timeline of the programmes as an Altair specification; no Streamlit here."""

from __future__ import annotations

from datetime import date, timedelta
from textwrap import wrap
from typing import Any

import altair as alt
import pandas as pd

from observatory.app.chart_style import INK, wrapped
from observatory.app.programme_rows import date_text
from observatory.words.catalogue import Words
from observatory.words.programme_words import figure, name_of, of_record

#: Colours that tell the states apart for colour-blind eyes too; a shape says the same.
COLOURS = {
    "promised": "#c8641b",
    "funded": "#1d4f91",
    "delivered": "#4b5f00",
    "aimed": "#8fa3bf",
    "measured": "#6d28a8",
}
SHAPES = ("circle", "square", "triangle-up", "diamond", "cross")
#: Letters of a label before it goes on the next line: a telephone is narrow.
WIDE_LABEL = 24
ROW, AROUND = 58, 190


def span(text: str, until: object) -> tuple[date, date]:
    """Return the first and last day that a date stands for: a year, a month, a day or a term."""
    first = date.fromisoformat((text + "-01-01")[:10])
    if isinstance(until, str):
        return first, max(first, span(until, None)[1])
    if len(text) == 4:
        return first, date(first.year, 12, 31)
    if len(text) == 7:
        after = date(first.year + first.month // 12, first.month % 12 + 1, 1)
        return first, after - timedelta(days=1)
    return first, first


def timeline(table: pd.DataFrame, words: Words) -> Any:
    """Draw each figure or promise at its date, one line a programme."""
    rows = pd.DataFrame([_row(one, words) for one in table.to_dict("records")])
    order = rows.sort_values("first")["label"].drop_duplicates().tolist()
    names = [name_of("status", code, words) for code in COLOURS]
    legend = alt.Legend(title=words("programmes.column.state"), symbolOpacity=1)
    base = alt.Chart(rows).encode(
        x=alt.X(
            "first:T",
            title=words("programmes.timeline_date"),
            axis=alt.Axis(format="%Y", tickCount="year"),
        ),
        y=alt.Y(
            "label:N",
            sort=order,
            title=None,
            axis=wrapped(),
        ),
        color=alt.Color(
            "status:N", scale=alt.Scale(domain=names, range=list(COLOURS.values())), legend=legend
        ),
        tooltip=[
            alt.Tooltip("programme:N", title=words("programmes.column.programme")),
            alt.Tooltip("says:N", title=words("programmes.column.promise")),
            alt.Tooltip("when:N", title=words("programmes.column.date")),
            alt.Tooltip("amount:N", title=words("programmes.column.amount")),
            alt.Tooltip("status:N", title=words("programmes.column.state")),
        ],
    )
    bars = base.mark_bar(height=7, opacity=0.35).encode(x2="last:T")
    dots = base.mark_point(filled=True, size=90, opacity=0.9).encode(
        shape=alt.Shape(
            "status:N", scale=alt.Scale(domain=names, range=list(SHAPES)), legend=legend
        )
    )
    return (
        alt.layer(bars, dots)
        .properties(height=ROW * len(order) + AROUND)
        .configure_axis(labelFontSize=13, titleFontSize=13, labelColor=INK, titleColor=INK)
        .configure_axisX(titleAnchor="end")
        .configure_legend(labelFontSize=13, orient="bottom", direction="vertical")
        .configure_view(stroke=None)
    )


def _row(row: dict[Any, Any], words: Words) -> dict[str, Any]:
    first, last = span(row["date"], row["until"])
    programme = of_record(row, "programme", words)
    return {
        "label": "|".join(wrap(programme, WIDE_LABEL, max_lines=3, placeholder="…")),
        "programme": programme,
        "says": of_record(row, "says", words),
        "first": first.isoformat(),
        "last": last.isoformat(),
        "when": date_text(row["date"], words),
        "amount": figure(row["amount_eur"], row["amount_is"], words),
        "status": name_of("status", row["status"], words),
    }
