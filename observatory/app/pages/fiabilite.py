"""How far the figures can be trusted: ranks, assumptions, causes, validation, equity."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from observatory.app import cache
from observatory.app.pages import (
    assumption_controls,
    causes_part,
    cost_part,
    shell,
    study_cache,
    table_downloads,
    url_choice,
    validation_part,
)
from observatory.app.pages.shell import Screen
from observatory.app.place_rows import Rows
from observatory.app.selection import RANKED
from observatory.app.study import study_charts, study_rows
from observatory.words.markup import ALL, html_table, plain
from observatory.words.numbers import number, percent

PARTS = ("ranks", "assumptions", "causes", "validation", "equity", "cost")
#: How many zones the chart of ranks shows, how many bars that of the assumptions.
DRAWN, BARS = 25, 8
QPV_UNKNOWN = "outline_known"


@shell.page
def show(screen: Screen) -> None:
    """Draw the tab asked for, its answer first."""
    words, build = screen.words, screen.build
    # Under a share nothing is missing, and nothing has a cost.
    parts = PARTS[:-1] if cache.to_move(build) else PARTS
    part = url_choice.asked(url_choice.PART, parts, screen)
    st.title(words("study.title"), anchor=False)
    answer = st.empty()
    answer.html(f'<p class="obs-answer">{plain(words("study.drawing"))}</p>')
    url_choice.tabs(screen, "fiabilite", parts, part)
    {
        "ranks": _ranks,
        "assumptions": _assumptions,
        "causes": causes_part.show,
        "validation": validation_part.show,
        "equity": _equity,
        "cost": cost_part.show,
    }[part](screen, answer)
    assumption_controls.show(screen)
    shell.glossary(screen, "fiabilite")


def _ranks(screen: Screen, answer: Any) -> None:
    words, shown, build = screen.words, screen.shown, screen.build
    _level(screen)
    _sure(screen, answer)
    level = cache.level_of(shown)
    table = study_cache.ranks(build, level, shown.cog)
    called = cache.zone_names(build, level, shown.cog, words.lang)
    names = [called.get(str(code), str(code)) for code in table["code"]]
    draws = number(int(table["draws"].iloc[0]), words.lang)
    st.html(f"<p>{plain(words('study.ranks_how', draws=draws))}</p>")
    shown_as = (level, shown.cog, words.lang)
    chart = study_cache.spec(
        build,
        "ranks",
        shown_as,
        lambda: study_charts.rank_chart(table.head(DRAWN), names[:DRAWN], words),
    )
    st.vega_lite_chart(spec=chart, theme=None, alt=words("study.ranks_alt"))
    st.html(f'<p class="obs-note">{plain(_note(screen, table))}</p>')
    caption = words("study.ranks_caption", level=words(f"level_one.{level}"))
    rows = study_rows.rank_rows(table, names, words)
    with st.expander(words("study.ranks_table"), expanded=level == "commune"):
        _table(caption, rows)
    holds = words("study.holds.ranks")
    name = f"rangs_{level}_{shown.cog}"
    table_downloads.study(screen, "ranks", name, holds, level=level, cog=shown.cog)


def _sure(screen: Screen, answer: Any) -> None:
    """Say which communes surely lack the most."""
    words = screen.words
    table = study_cache.ranks(screen.build, "commune", screen.shown.cog)
    answer.html(
        f'<p class="obs-answer" data-draws="{int(table["draws"].iloc[0])}">'
        f"{plain(study_rows.sure_sentence(table, words))}</p>"
        f'<p class="obs-detail">{plain(study_rows.groups_sentence(table, words))}</p>'
    )


def _level(screen: Screen) -> None:
    words = screen.words
    st.session_state["study_level"] = cache.level_of(screen.shown)
    st.segmented_control(
        words("carte.level"),
        RANKED,
        format_func=lambda name: words(f"level.{name}"),
        key="study_level",
        required=True,
        on_change=lambda: shell.update(level=st.session_state["study_level"]),
    )


def _note(screen: Screen, table: pd.DataFrame) -> str:
    words = screen.words
    parts = [words("study.ranks_note", worst=int(table["worst"].iloc[0]))]
    if len(table) > DRAWN:
        parts.append(words("study.ranks_first", count=DRAWN))
    return " ".join(parts)


def _assumptions(screen: Screen, answer: Any) -> None:
    words, build, cog = screen.words, screen.build, screen.shown.cog
    table = study_cache.table(build, "tornado", cog=cog)
    labels = study_cache.labels(build, words.lang)
    table = table[table["name"].isin(list(labels))]  # those that act in this territory
    count = len(cache.communes(build, cog))
    pairs = count * (count - 1) // 2
    said = study_rows.tornado_sentence(table, labels, pairs, words)
    answer.html(f'<p class="obs-answer">{plain(said)}</p>')
    bars = study_rows.drawn_bars(table, BARS)
    if len(bars):
        chart = study_cache.spec(
            build,
            "tornado",
            (cog, words.lang),
            lambda: study_charts.tornado_chart(bars, [labels[one] for one in bars["name"]], words),
        )
        st.vega_lite_chart(spec=chart, theme=None, alt=words("study.tornado_total_alt"))
    st.html(f'<p class="obs-note">{plain(words("study.tornado_note"))}</p>')
    rows = study_rows.tornado_rows(table, cache.assumptions(build), labels, pairs, words)
    with st.expander(words("study.tornado_table")):
        _table(words("study.tornado_caption", pairs=pairs), rows)
    holds = words("study.holds.tornado")
    table_downloads.study(screen, "tornado", f"hypotheses_{cog}", holds, cog=cog)


def _equity(screen: Screen, answer: Any) -> None:
    words, build = screen.words, screen.build
    table = study_cache.table(build, "equity")
    answer.html(f'<p class="obs-answer">{plain(study_rows.equity_sentence(table, words))}</p>')
    curve = study_cache.lorenz(build)
    left, right = st.columns([6, 5], gap="large")
    with left:
        for label, value, wording in study_rows.equity_items(table, words):
            named = plain(words("frame.pair", name=label, value=value))
            st.html(f"<p><strong>{named}</strong><br>{plain(wording)}</p>")
        _far_schools(screen, table)
    with right:
        st.subheader(words("study.lorenz"), anchor=False)
        chart = study_cache.spec(
            build, "lorenz", (words.lang,), lambda: study_charts.lorenz_chart(curve, words)
        )
        st.vega_lite_chart(spec=chart, theme=None, alt=words("study.lorenz_alt"))
        points = study_charts.shares(curve)
        rows = [
            [percent(row["people"], words.lang), percent(row["help"], words.lang)]
            for row in points.to_dict("records")
        ]
        headers = [words("study.column.served"), words("study.column.share")]
        _table(words("study.lorenz_caption"), (headers, rows), range(1, 2))
    with st.expander(words("study.definitions")):
        names = ("gini", "theil", "concentration_poverty", "qpv_ratio", "lorenz")
        st.html(
            "<dl>"
            + "".join(
                f"<dt><strong>{plain(words(f'study.equity.{name}.label'))}</strong></dt>"
                f"<dd>{plain(words(f'study.equity.{name}.definition'))}</dd>"
                for name in names
            )
            + "</dl>"
        )
    table_downloads.study(screen, "equity", "equite", words("study.holds.equity"))
    _inside(screen)


def _far_schools(screen: Screen, table: pd.DataFrame) -> None:
    words = screen.words
    found = dict(zip(table["measure"], table["value"], strict=True))
    near = cache.assumptions(screen.build).number("access.near_min")
    wording = words(
        "study.far_schools",
        far=number(found["rep_far_schools"], words.lang),
        known=number(found["rep_known_schools"], words.lang),
        minutes=number(near, words.lang),
    )
    st.html(f"<p><strong>{plain(wording)}</strong><br>{plain(words('study.far_schools_note'))}</p>")


def _inside(screen: Screen) -> None:
    """Set those who live in a QPV beside the others."""
    words = screen.words
    st.header(words("study.qpv"), anchor=False)
    table = study_cache.shown(screen.build, "qpv")
    qpv = cache.facts(screen.build).qpv
    unknown = int((~qpv[QPV_UNKNOWN]).sum())
    if unknown:
        wording = words("study.qpv_partial", unknown=unknown, total=len(qpv))
        st.html(f'<p class="obs-banner" role="note">{plain(wording)}</p>')
    _table(words("study.qpv_caption"), study_rows.inside_rows(table, words))
    inside = table.loc[table["where"] == "inside", "population"]
    if inside.sum() > 0:
        people = number(inside.sum(), words.lang)
        st.html(f'<p class="obs-note">{plain(words("study.qpv_people", people=people))}</p>')
    table_downloads.study(screen, "qpv", "qpv", words("study.holds.qpv"))


def _table(caption: str, table: Rows, numeric: range | None = None) -> None:
    headers, rows = table
    st.html(html_table(caption, headers, rows, numeric=ALL if numeric is None else numeric))
