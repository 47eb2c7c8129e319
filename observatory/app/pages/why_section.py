"""The section that says why a zone is short of help, on the page of a zone."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from observatory.app import cache
from observatory.app.pages import study_cache, table_downloads
from observatory.app.pages.shell import Screen
from observatory.app.study import why_words
from observatory.model.levels import Level
from observatory.model.precision import CLASSES
from observatory.words.markup import html_table, plain
from observatory.words.numbers import quarter_name


def show(screen: Screen, level: Level, code: str) -> None:
    """Draw the section; nothing where the norm is a share, and no part of a withheld figure."""
    words, build, cog = screen.words, screen.build, screen.shown.cog
    if cache.to_move(build):
        return
    table = _table(screen, level, code, drawn=False)
    if table.empty:
        return
    st.header(words("why.heading"), anchor=False)
    gaps = cache.gaps(build, level, cog).set_index("code")
    if gaps.loc[code, "missing_class"] == CLASSES[-1]:
        st.html(f"<p>{plain(words('carte.withheld'))}</p>")
        return
    ept = str(cache.gaps(build, "ept", cog)["name"].iloc[0])
    more, less = why_words.why_sentences(table, ept, words)
    st.html(f'<p data-why="{plain(code)}">{plain(more)} {plain(less)}</p>')
    drawn = st.toggle(words("why.intervals"), key="why_intervals")
    if drawn:
        with st.spinner(words("compare.drawing")):
            table = _table(screen, level, code, drawn=True)
    chart = study_cache.spec(
        build,
        "why",
        (level, code, cog, words.lang, drawn),
        lambda: why_words.why_chart(table, ept, words),
    )
    name = quarter_name(str(table["name"].iloc[0]), words.lang)
    st.vega_lite_chart(spec=chart, theme=None, alt=words("why.alt", name=name))
    note = words("why.note") + (" " + words("why.intervals_note") if drawn else "")
    st.html(f'<p class="obs-note">{plain(note)}</p>')
    with st.expander(words("why.table")):
        headers, rows = why_words.why_rows(table, words)
        st.html(html_table(words("why.caption", name=name, ept=ept), headers, rows))
        st.html(f'<p class="obs-note">{plain(words("why.table_note"))}</p>')
    asked: dict[str, Any] = {"level": level, "cog": cog, "draws": None if drawn else 0}
    table_downloads.study(screen, "why", f"pourquoi_{code}", words("why.holds"), table, **asked)


def _table(screen: Screen, level: Level, code: str, *, drawn: bool) -> pd.DataFrame:
    """Return the parts of one zone, with their intervals or without."""
    draws = None if drawn else 0
    every = study_cache.table(screen.build, "why", level=level, cog=screen.shown.cog, draws=draws)
    return pd.DataFrame(every[every["code"] == code].reset_index(drop=True))
