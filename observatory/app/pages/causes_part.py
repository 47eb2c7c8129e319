"""What part of the interval each cause takes: a tab of the page on reliability."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from observatory.app.pages import study_cache, table_downloads
from observatory.app.pages.shell import Screen
from observatory.app.place_rows import Rows
from observatory.app.study import study_charts
from observatory.words.catalogue import Words
from observatory.words.markup import html_table, plain
from observatory.words.numbers import interval, percent


def show(screen: Screen, answer: Any) -> None:
    """Draw the causes once they are asked for: eleven series of draws take some seconds."""
    words, build, cog = screen.words, screen.build, screen.shown.cog
    answer.html(f'<p class="obs-answer">{plain(words("causes.title"))}</p>')
    st.html(f"<p>{plain(words('causes.how'))}</p>")
    if not st.toggle(words("causes.show"), key="study_causes_shown"):
        return
    with st.spinner(words("study.drawing")):
        table = study_cache.shown(build, "causes", cog=cog)
    labels = [words(f"causes.name.{cause}") for cause in table["cause"]]
    first, second = labels[:2]
    share = percent(float(table["share_pct"].head(2).sum()), words.lang)
    wording = words("causes.said", first=first, second=second, share=share)
    answer.html(f'<p class="obs-answer" data-causes="{len(table)}">{plain(wording)}</p>')
    chart = study_cache.spec(
        build,
        "causes",
        (cog, words.lang),
        lambda: study_charts.causes_chart(table, labels, words("causes.share"), words),
    )
    st.vega_lite_chart(spec=chart, theme=None, alt=words("causes.alt"))
    headers, rows = causes_rows(table, labels, words)
    st.html(html_table(words("causes.caption"), headers, rows))
    table_downloads.study(screen, "causes", f"causes_{cog}", words("causes.holds"), cog=cog)


def causes_rows(table: pd.DataFrame, labels: list[str], words: Words) -> Rows:
    """Return each cause with its share, the interval it gives alone, and the order it moves."""
    headers = [words(f"causes.{name}") for name in ("cause", "share", "alone", "pairs")]
    rows = [
        [
            label,
            percent(row["share_pct"], words.lang),
            interval(
                row["missing_h_per_100_low"], row["missing_h_per_100_high"], words.lang, decimals=2
            ),
            percent(row["pairs_pct"], words.lang, 1),
        ]
        for label, row in zip(labels, table.to_dict("records"), strict=True)
    ]
    return headers, rows
