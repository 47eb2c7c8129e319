"""Why a zone is short of help: sentences, a waterfall and a table; no Streamlit here."""

from __future__ import annotations

from textwrap import wrap
from typing import Any

import altair as alt
import pandas as pd

from observatory.app.chart_style import CHOSEN, INK, OTHER, ROW, WIDE_LABEL, tick_labels
from observatory.app.place_rows import Rows
from observatory.app.study.study_charts import AROUND, LOW, finished
from observatory.app.study.study_rows import listed
from observatory.words.catalogue import Words
from observatory.words.numbers import is_known, number, quarter_name, signed

#: A part smaller than this is not worth a word, h/week per 100 people.
FAINT = 0.02
#: How many parts a sentence names.
NAMED = 3
#: Decimals of a factor, by its unit.
DECIMALS = {"%": 1, "h/week per 100": 2}


def why_sentences(table: pd.DataFrame, ept: str, words: Words) -> tuple[str, str]:
    """Return what makes a zone shorter than the territory, and what makes it less short.

    Parameters
    ----------
    table
        Rows of ``tables.WHY`` of one zone.
    ept
        Name of the territory.
    """
    first = table.iloc[0]
    rates = {
        "name": quarter_name(str(first["name"]), words.lang),
        "rate": number(first["missing_h_per_100"], words.lang, 2),
        "ept": ept,
        "mean": number(first["territory_h_per_100"], words.lang, 2),
    }
    up = table[table["effect_h_per_100"] >= FAINT].nlargest(NAMED, "effect_h_per_100")
    down = table[table["effect_h_per_100"] <= -FAINT].nsmallest(NAMED, "effect_h_per_100")
    more = words("why.more", **rates, parts=_named(up, words)) if len(up) else ""
    less = words("why.less", parts=_named(down, words)) if len(down) else ""
    return more or words("why.nothing_more", **rates), less or words("why.nothing_less")


def _named(rows: pd.DataFrame, words: Words) -> str:
    return listed(
        [
            f"{words(f'why.part.{part}')} ({signed(effect, words.lang, 2)})"
            for part, effect in zip(rows["part"], rows["effect_h_per_100"], strict=True)
        ],
        words,
    )


def why_rows(table: pd.DataFrame, words: Words) -> Rows:
    """Return each part: what it adds, its interval if drawn, the factor here and its reference."""
    drawn = has_intervals(table)
    rows = [
        [
            words(f"why.part.{row['part']}"),
            signed(row["effect_h_per_100"], words.lang, 2),
            *([_between(row, words)] if drawn else []),
            *(
                words(f"why.unit.{_short(row['unit'])}", value=_factor(row[name], row, words))
                for name in ("here", "reference")
            ),
        ]
        for row in table.to_dict("records")
    ]
    columns = ["part", "effect", *(["interval"] if drawn else []), "here", "reference"]
    return [words(f"why.column.{name}") for name in columns], rows


def has_intervals(table: pd.DataFrame) -> bool:
    """Return whether the parts of a zone have intervals."""
    return bool(table["effect_h_per_100_low"].notna().any())


def _between(row: dict[Any, Any], words: Words) -> str:
    """Return the interval of a part, or the empty text where there is none."""
    ends = {end: row[f"effect_h_per_100_{end}"] for end in ("low", "high")}
    if not all(map(is_known, ends.values())):
        return ""
    return words("why.between", **{end: signed(v, words.lang, 2) for end, v in ends.items()})


def _factor(value: float, row: dict[Any, Any], words: Words) -> str:
    return number(value, words.lang, DECIMALS.get(row["unit"], 0))


def _short(unit: str) -> str:
    return {"%": "share", "persons": "persons", "h/week": "hours"}.get(unit, "rate")


def why_chart(table: pd.DataFrame, ept: str, words: Words) -> Any:
    """Draw the way from the territory's missing rate to the zone's, part by part.

    Parameters
    ----------
    table
        Rows of ``tables.WHY`` of one zone.
    ept
        Name of the territory.
    """
    start = float(table["territory_h_per_100"].iloc[0])
    end = float(table["missing_h_per_100"].iloc[0])
    ends = start + table["effect_h_per_100"].cumsum()
    begins = pd.Series([start, *ends.iloc[:-1]], index=table.index)
    rows = pd.DataFrame(
        {
            "label": [words(f"why.part.{part}") for part in table["part"]],
            "low": begins,
            "drawn_low": begins + table["effect_h_per_100_low"],
            "drawn_high": begins + table["effect_h_per_100_high"],
            "between": [_between(row, words) for row in table.to_dict("records")],
            "high": ends.to_numpy(),
            "kind": ["more" if effect > 0 else "less" for effect in table["effect_h_per_100"]],
            "text": [signed(effect, words.lang, 2) for effect in table["effect_h_per_100"]],
        }
    )
    bars = [(ept, start), (quarter_name(str(table["name"].iloc[0]), words.lang), end)]
    first, last = (
        pd.DataFrame(
            {
                "label": [name],
                "low": [0.0],
                "high": [rate],
                "kind": ["rate"],
                "text": [number(rate, words.lang, 2)],
            }
        )
        for name, rate in bars
    )
    drawn = pd.concat([first, rows, last], ignore_index=True)
    drawn["place"] = [f"{place:02}|{'|'.join(wrap(label, WIDE_LABEL + 4))}"
                      for place, label in enumerate(drawn["label"])]  # fmt: skip
    colours = alt.Scale(domain=["rate", "more", "less"], range=[OTHER, CHOSEN, LOW])
    base = alt.Chart(drawn).encode(
        y=alt.Y(
            "place:N",
            sort=None,
            title=None,
            axis=alt.Axis(
                labelExpr="slice(split(datum.value, '|'), 1)", labelLimit=230, ticks=False
            ),
        ),
        tooltip=[
            alt.Tooltip("label:N", title=words("why.column.part")),
            alt.Tooltip("text:N", title=words("why.column.effect")),
            *(
                [alt.Tooltip("between:N", title=words("why.column.interval"))]
                if has_intervals(table)
                else []
            ),
        ],
    )
    bars_drawn = base.mark_bar(height=17, cornerRadius=2).encode(
        x=alt.X(
            "low:Q",
            title=words("why.axis"),
            axis=alt.Axis(tickCount=5, labelExpr=tick_labels(words)),
        ),
        x2="high:Q",
        color=alt.Color("kind:N", scale=colours, legend=None),
    )
    lines = (
        base.transform_filter("isValid(datum.drawn_low)")
        .mark_rule(color=INK, strokeWidth=1.5, aria=False)
        .encode(x="drawn_low:Q", x2="drawn_high:Q")
    )
    texts = (
        base.transform_calculate(at="max(datum.low, datum.high, datum.drawn_high || 0)")
        .mark_text(align="left", dx=4, color=INK, fontSize=12)
        .encode(x="at:Q", text="text:N")
    )
    return finished(alt.layer(bars_drawn, lines, texts), (ROW + 4) * len(drawn) + AROUND)
