"""Our figures beside those of others: a tab of the page on reliability."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from observatory.app import cache
from observatory.app.pages import study_cache, table_downloads
from observatory.app.pages.shell import Screen
from observatory.app.study import study_charts, study_rows
from observatory.files import validation
from observatory.words.markup import html_table, plain
from observatory.words.remark_words import say


def show(screen: Screen, answer: Any) -> None:
    """Say how many comparisons agree, then show them, then the indices that others use."""
    words, build = screen.words, screen.build
    table = study_cache.table(build, "validation")
    counts = table["verdict"].value_counts()
    named = ("agrees", "differs", "unknown", "input")
    said = words("validation.answer", **{name: int(counts.get(name, 0)) for name in named})
    answer.html(f'<p class="obs-answer">{plain(said)}</p>')
    _chart(screen, table)
    st.html(f"<p>{plain(words('method.validation_note', rule=validation.rule(words.lang)))}</p>")
    headers, rows = validation.compared_rows(table, words.lang, cache.place(build))
    with st.expander(words("method.validation_caption")):
        caption = words("method.validation_caption")
        st.html(html_table(caption, headers, rows, numeric=range(2, 8)))
    with st.expander(words("method.validation_why")):
        items = (
            f"<dt><strong>{plain(name)}</strong></dt>"
            + "".join(f"<dd>{plain(reason)}</dd>" for reason in why)
            for name, why in validation.reasons(table, words.lang)
        )
        st.html("<dl>" + "".join(items) + "</dl>")
    table_downloads.study(screen, "validation", "validation", words("study.holds.validation"))
    _indices(screen)


def _chart(screen: Screen, table: pd.DataFrame) -> None:
    """Draw the comparisons of order that are not equal by construction."""
    words = screen.words
    drawn = table[table["correlation"].notna() & (table["verdict"] != "input")]
    rows = validation.compared_rows(drawn, words.lang, cache.place(screen.build))[1]
    labels = [f"{row[0]} ({row[1]})" for row in rows]
    chart = study_cache.spec(
        screen.build,
        "validation",
        (words.lang,),
        lambda: study_charts.agreement_chart(drawn, labels, words),
    )
    st.vega_lite_chart(spec=chart, theme=None, alt=words("validation.alt"))


def _indices(screen: Screen) -> None:
    words = screen.words
    st.header(words("method.indices"), anchor=False)
    st.html(f"<p>{plain(words('method.indices_note'))}</p>")
    table = study_cache.shown(screen.build, "indices")
    headers, rows = study_rows.index_rows(table, words)
    st.html(html_table(words("method.indices_caption"), headers, rows))
    with st.expander(words("method.why")):
        texts = [say(remarks, words.lang) for remarks in table["why"]]
        st.html("<ul>" + "".join(f"<li>{plain(text)}</li>" for text in texts) + "</ul>")
    table_downloads.study(screen, "indices", "indices", words("study.holds.indices"))
