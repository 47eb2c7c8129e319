"""The figures of a zone over the builds of the history, on the page of the zone."""

from __future__ import annotations

import streamlit as st

from observatory.app import cache
from observatory.app.history_charts import time_chart
from observatory.app.pages import history_cache, shell, study_cache, table_downloads
from observatory.app.pages.shell import Screen
from observatory.model.levels import Level
from observatory.model.measures import MEASURES
from observatory.tables.history_results import OVER_TIME
from observatory.words.change_words import time_rows
from observatory.words.markup import html_table, plain

#: The figures shown, the one drawn first.
FIGURES = ("missing_h_per_week", "need_persons", "help_h_per_week", "access_h_per_100")


def show(screen: Screen, level: Level, code: str, name: str) -> None:
    """Draw the section; nothing where there is one build, nor hours too uncertain to be shown."""
    if len(history_cache.builds(screen.build)) < 2:
        return
    words, build, cog = screen.words, screen.build, screen.shown.cog
    with st.spinner(words("compare.drawing")):
        every = history_cache.figures_over_time(build, cog)
    shown = FIGURES[_is_withheld(screen, level, code) :]
    table = every[(every["code"] == code) & every["figure"].isin(shown)]
    table = table.sort_values("figure", key=lambda names: names.map(shown.index), kind="stable")
    if table["build"].nunique() < 2:
        return
    st.header(words("history.over_time"), anchor=False)
    first = table[table["figure"] == shown[0]]
    chart = study_cache.spec(
        build,
        "over_time",
        (code, cog, words.lang, *first["build"]),
        lambda: time_chart(first, words),
    )
    st.vega_lite_chart(spec=chart, theme=None, alt=words("history.over_time_alt"))
    headers, rows = time_rows(table, words)
    caption = words("history.over_time_caption", name=name)
    st.html(html_table(caption, headers, rows, numeric=range(1, len(headers))))
    st.html(f'<p class="obs-note">{plain(words("history.over_time_note"))}</p>')
    holds = words("history.over_time_holds")
    table_downloads.show(screen, table, OVER_TIME, f"versions_{code}", holds, measured=False)
    shell.link_to("changements", words("history.more"))


def _is_withheld(screen: Screen, level: Level, code: str) -> bool:
    table = cache.gaps(screen.build, level, screen.shown.cog)
    return bool(MEASURES["missing"].withheld(table)[table["code"] == code].any())
