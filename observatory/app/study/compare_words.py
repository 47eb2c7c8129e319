"""Zones compared: the sentence, the small charts and the tables; no Streamlit here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import pandas as pd

from observatory.app.chart_style import (
    CHOSEN,
    INK,
    OTHER,
    lines_of,
    row_height,
    tick_labels,
    wrapped,
)
from observatory.app.place_rows import Rows
from observatory.app.study.study_charts import AROUND, finished
from observatory.app.study.study_rows import HARDLY, SURELY, listed
from observatory.model.precision import CLASSES
from observatory.tables.comparison_results import MEASURES
from observatory.words.catalogue import Words
from observatory.words.numbers import UNKNOWN, interval, is_known, number, percent, signed

RATE = MEASURES[0]
DECIMALS = {"missing_h_per_100": 2, "missing_h_per_week": 1, "access_h_per_100": 2, "need_pct": 1}
FIGURES = ["value", "low", "high"]
APART = ["difference", "difference_low", "difference_high", "above_pct"]


def withheld(table: pd.DataFrame) -> pd.Series[bool]:
    """Return which figures are too uncertain to be published."""
    return table["precision"] == CLASSES[-1]


def shown_only(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table without its withheld figures, nor the differences to one of them."""
    hidden = withheld(table)
    kept = table.copy()
    kept[FIGURES] = kept[FIGURES].mask(hidden)
    first = table["code"].iloc[0]
    lost = set(table.loc[hidden & (table["code"] == first), "measure"])
    apart = hidden | table["measure"].isin(lost)
    kept[APART] = kept[APART].mask(apart)
    return kept


def sentence(table: pd.DataFrame, names: Mapping[str, str], words: Words) -> str:
    """Return which zones surely lack more, or less, than the first, and which may be alike."""
    rate = shown_only(table[table["measure"] == RATE].reset_index(drop=True))
    first, others = rate.iloc[0], rate.iloc[1:]
    name = names[str(first["code"])]
    if pd.isna(first["value"]):
        return words("compare.first_withheld", name=name)
    parts = [words("compare.first", name=name, rate=number(first["value"], words.lang, 2))]
    above = others["above_pct"]
    for key, kept in (
        ("more", above >= SURELY),
        ("less", above <= HARDLY),
        ("unsure", (above > HARDLY) & (above < SURELY)),
        ("unknown", above.isna()),
    ):
        zones = [names[str(code)] for code in others.loc[kept, "code"]]
        if zones:
            parts.append(words(f"compare.{key}", zones=listed(zones, words)))
    return " ".join(parts)


def figure_rows(table: pd.DataFrame, names: Mapping[str, str], words: Words) -> Rows:
    """Return a row a zone: each figure with its interval, and its rank with its own."""
    kept = shown_only(table)
    headers = [words("table.zone")]
    for measure in MEASURES:
        headers += [words(f"compare.measure.{measure}"), words(f"compare.rank.{measure}")]
    rows = []
    for code, group in kept.groupby("code", sort=False):
        cells = [names[str(code)]]
        for row in group.to_dict("records"):
            cells += [_figure(row, words), _rank(row, words)]
        rows.append(cells)
    return headers, rows


def _figure(row: Mapping[Any, Any], words: Words) -> str:
    if row["precision"] == CLASSES[-1]:
        return words("table.withheld")
    decimals = DECIMALS[row["measure"]]
    between = interval(row["low"], row["high"], words.lang, decimals)
    here = number(row["value"], words.lang, decimals)
    return f"{here} ({between})" if between else here


def _rank(row: Mapping[Any, Any], words: Words) -> str:
    if pd.isna(row["rank"]):
        return UNKNOWN
    ends = interval(row["rank_p05"], row["rank_p95"], words.lang)
    values = {
        "rank": number(row["rank"], words.lang),
        "zones": number(row["zones"], words.lang),
        "ends": ends,
    }
    # The rank under the assumptions in use would tell a figure that is withheld.
    if row["precision"] == CLASSES[-1]:
        return words("compare.rank_ends", **values)
    return words("compare.rank_text", **values)


def difference_rows(table: pd.DataFrame, names: Mapping[str, str], words: Words) -> Rows:
    """Return a row a zone and figure: the difference to the first, its interval, how sure it is."""
    kept = shown_only(table)
    later = kept[kept["code"] != kept["code"].iloc[0]]
    rows = [
        [
            names[str(row["code"])],
            words(f"compare.measure.{row['measure']}"),
            words("table.withheld")
            if pd.isna(row["difference"])
            else signed(row["difference"], words.lang, DECIMALS[row["measure"]]),
            _apart(row, words),
            percent(row["above_pct"], words.lang),
        ]
        for row in later.to_dict("records")
    ]
    names_of = ("zone", "figure", "difference", "interval", "above")
    return [words(f"compare.column.{name}") for name in names_of], rows


def _apart(row: Mapping[Any, Any], words: Words) -> str:
    """Return the interval of a difference, its ends with their signs."""
    ends = {end: row[f"difference_{end}"] for end in ("low", "high")}
    if not all(map(is_known, ends.values())):
        return UNKNOWN
    decimals = DECIMALS[row["measure"]]
    signs = {end: signed(value, words.lang, decimals) for end, value in ends.items()}
    return words("why.between", **signs)


def small_chart(table: pd.DataFrame, measure: str, names: Mapping[str, str], words: Words) -> Any:
    """Draw one figure of every zone: a bar, its interval; the first zone in colour."""
    rows = shown_only(table)
    rows = rows[rows["measure"] == measure].reset_index(drop=True)
    zones = [names[str(code)] for code in rows["code"]]
    labels, most = lines_of(zones)
    drawn = rows[FIGURES].assign(
        name=zones,
        label=labels,
        first=rows.index == 0,
        text=[_figure(one, words) for one in rows.to_dict("records")],
    )
    base = alt.Chart(drawn).encode(
        y=alt.Y("label:N", sort=None, title=None, axis=wrapped(170, most)),
        tooltip=[
            alt.Tooltip("name:N", title=words("table.zone")),
            alt.Tooltip("text:N", title=words(f"compare.measure.{measure}")),
        ],
    )
    bars = base.mark_bar(height=14, cornerRadius=2).encode(
        x=alt.X(
            "value:Q",
            title=words(f"compare.measure.{measure}"),
            axis=alt.Axis(tickCount=4, labelExpr=tick_labels(words)),
        ),
        color=alt.condition("datum.first", alt.value(CHOSEN), alt.value(OTHER)),
    )
    ends = base.mark_rule(color=INK, strokeWidth=1.5).encode(x="low:Q", x2="high:Q")
    return finished(alt.layer(bars, ends), row_height(most) * len(drawn) + AROUND)


def difference_chart(table: pd.DataFrame, names: Mapping[str, str], words: Words) -> Any:
    """Draw the difference of each missing rate to that of the first, with its interval."""
    kept = shown_only(table[table["measure"] == RATE].reset_index(drop=True)).iloc[1:]
    labels, most = lines_of([names[str(code)] for code in kept["code"]])
    drawn = kept[["difference", "difference_low", "difference_high"]].assign(label=labels)
    base = alt.Chart(drawn).encode(
        y=alt.Y("label:N", sort=None, title=None, axis=wrapped(lines=most))
    )
    lines = base.mark_rule(color=INK, strokeWidth=2).encode(
        x=alt.X(
            "difference_low:Q",
            title=words("compare.axis"),
            axis=alt.Axis(tickCount=5, labelExpr=tick_labels(words)),
        ),
        x2="difference_high:Q",
    )
    dots = base.mark_point(filled=True, size=110, color=CHOSEN, opacity=1).encode(x="difference:Q")
    zero = alt.Chart(pd.DataFrame({"at": [0.0]})).mark_rule(strokeDash=[4, 3]).encode(x="at:Q")
    return finished(alt.layer(zero, lines, dots), row_height(most) * max(len(drawn), 1) + AROUND)
