"""The best next posts in words: the sentence with its bound, the reasons, the curve, the draws."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import pandas as pd

from observatory.app.chart_style import CHOSEN, INK, OTHER, tick_labels
from observatory.app.decide.change_words import posts_text
from observatory.app.decide.spots import Spots
from observatory.model.scenario_changes import LONGEST_NAME, Change, Open, Posts
from observatory.model.siting import Siting
from observatory.words.catalogue import Words
from observatory.words.numbers import number, percent, quarter_name

#: A gap that rounds to less is none.
SMALLEST_PCT = 0.05
Rows = list[list[str]]


def answer(found: Siting, words: Words) -> str:
    """Return what the posts gain, and how far from the best possible that is."""
    lang, aim = words.lang, found.request.aim
    posts = float(found.table["posts"].sum())
    gain = number(found.gain, lang, {"near": 0, "rep_plus": 0, "hours": 1, "worst": 2}[aim])
    said = words(f"decide.siting.gain_{aim}", posts=posts_text(posts, words), gain=gain)
    said = said[0].upper() + said[1:]
    if aim != "hours":
        hours = number(found.gain_h_per_week, lang, 1)
        said += " " + words("decide.siting.and_hours", hours=hours)
    left = number(found.missing_h_per_week, lang, 1)
    return f"{said} {words('decide.siting.left', hours=left)} {_bound(found, words)}"


def _bound(found: Siting, words: Words) -> str:
    among = number(found.candidates, words.lang)
    if found.stopped:
        gap = percent(found.gap_pct, words.lang, 1)
        return words("decide.siting.stopped", gap=gap, among=among)
    if found.proved:
        return words("decide.siting.proved", among=among)
    gap = percent(max(found.gap_pct, SMALLEST_PCT), words.lang, 1)
    return words("decide.siting.within", gap=gap, among=among)


def reason_rows(table: pd.DataFrame, minutes: float, words: Words) -> tuple[list[str], Rows]:
    """Return the places that get posts: what each adds, and for whom."""
    lang = words.lang
    rows = [
        [
            f"{row['rank']}. {quarter_name(row['name'], lang)} ({row['commune_name']})",
            words(f"decide.siting.kind.{row['kind']}"),
            number(row["posts"], lang, 1),
            number(row["gain_h_per_week"], lang, 1),
            number(row["newly_near_persons"], lang),
            number(row["newly_near_rep_plus"], lang),
            number(row["cost_eur"], lang),
            quarter_name(str(row["helped_iris_names"] or ""), lang).replace("|", " ; "),
        ]
        for row in table.to_dict("records")
    ]
    columns = ("place", "kind", "posts", "gain", "near", "rep_plus", "cost", "helped")
    near = number(minutes, lang)
    return [words(f"decide.siting.column.{name}", minutes=near) for name in columns], rows


def change_of(row: Any, spots: Spots) -> Change:
    """Return the change that gives a place its posts: more there, or a place opened."""
    spot = spots.get(f"site:{row['place']}")
    if row["kind"] == "site" and spot is not None and spot.located:
        return Posts(spot.code, float(row["posts"]))
    name = "".join(one for one in str(row["name"]) if one.isprintable())[:LONGEST_NAME]
    return Open(float(row["lat"]), float(row["lon"]), float(row["posts"]), name)


def chosen_rows(
    table: pd.DataFrame, communes: Mapping[str, str], words: Words
) -> tuple[list[str], Rows]:
    """Return how often each place is chosen over the draws, the most often first."""
    rows = [
        [
            f"{quarter_name(row['name'], words.lang)} ({communes.get(row['commune'], '')})",
            words(f"decide.siting.kind.{row['kind']}"),
            percent(row["chosen_pct"], words.lang),
            number(row["mean_posts"], words.lang, 2),
            number(row["posts"], words.lang, 1),
        ]
        for row in table.to_dict("records")
    ]
    columns = ("place", "kind", "chosen", "mean_posts", "central_posts")
    return [words(f"decide.siting.column.{name}") for name in columns], rows


def curve_chart(table: pd.DataFrame, words: Words) -> Any:
    """Draw the hours missing that each number of posts leaves, and the least that any could."""
    lang = words.lang
    rows = table.assign(
        said_posts=[number(value, lang, 1) for value in table["posts"]],
        said_hours=[number(value, lang, 1) for value in table["missing_h_per_week"]],
        said_cost=[number(value, lang) for value in table["cost_eur"]],
    )
    x = alt.X(
        "posts:Q",
        title=words("decide.curve.posts"),
        axis=alt.Axis(labelExpr=tick_labels(words), tickMinStep=0.5),
    )
    title = words("decide.curve.hours")
    y = alt.Y(
        "missing_h_per_week:Q",
        title=title,
        scale=alt.Scale(zero=True),
        axis=alt.Axis(labelExpr=tick_labels(words)),
    )
    base = alt.Chart(rows).encode(x=x)
    line = base.mark_line(color=CHOSEN, point={"color": CHOSEN, "size": 45}).encode(
        y=y,
        tooltip=[
            alt.Tooltip("said_posts:N", title=words("decide.curve.posts")),
            alt.Tooltip("said_hours:N", title=title),
            alt.Tooltip("said_cost:N", title=words("decide.siting.column.cost")),
        ],
    )
    least = base.mark_line(color=OTHER, strokeDash=[5, 4]).encode(y="missing_low_h_per_week:Q")
    known = table["missing_low_h_per_week"].notna().any()
    return (
        (alt.layer(least, line) if known else line)
        .properties(height=280)
        .configure_axis(labelFontSize=13, titleFontSize=13, labelColor=INK, titleColor=INK)
        .configure_axisX(titleAnchor="end")
        .configure_view(stroke=None)
    )


def curve_rows(table: pd.DataFrame, words: Words) -> tuple[list[str], Rows]:
    """Return the same curve as a table."""
    lang = words.lang
    rows = [
        [
            number(row["posts"], lang, 1),
            number(row["missing_h_per_week"], lang, 1),
            number(row["missing_low_h_per_week"], lang, 1),
            number(row["cost_eur"], lang),
        ]
        for row in table.to_dict("records")
    ]
    columns = ("decide.curve.posts", "decide.curve.hours", "decide.curve.least",
               "decide.siting.column.cost")  # fmt: skip
    return [words(name) for name in columns], rows
