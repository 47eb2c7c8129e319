"""What the missing posts would cost: a tab of the page on reliability."""

from __future__ import annotations

from typing import Any

import streamlit as st

from observatory.app import cache
from observatory.app.pages import study_cache, table_downloads
from observatory.app.pages.shell import Screen
from observatory.app.study import study_rows
from observatory.words.catalogue import Lang
from observatory.words.markup import html_table, plain
from observatory.words.numbers import number


def _posts(posts: float, lang: Lang) -> str:
    """Return a number of posts in halves, without a decimal where it is whole."""
    return number(posts, lang, 0 if posts % 1 == 0 else 1)


def show(screen: Screen, answer: Any) -> None:
    """Say the cost, then commune by commune."""
    words, build, cog = screen.words, screen.build, screen.shown.cog
    total = study_cache.table(build, "least_posts", level="ept", cog=cog)
    item = cache.assumptions(build)["gap.post_cost_eur"]
    row = total.iloc[0]
    wording = words(
        "study.cost_said",
        hours=number(row["missing_h_per_week"], words.lang),
        posts=_posts(row["least_posts"], words.lang),
        cost=study_rows.thousands(row["cost_eur"], words.lang),
        least=study_rows.thousands(row["cost_low_eur"], words.lang),
        most=study_rows.thousands(row["cost_high_eur"], words.lang),
        proof=words("study.cost_proved")
        if row["proved"]
        else words("study.cost_bounded", bound=_posts(row["least_posts_bound"], words.lang)),
    )
    each = words(
        "study.cost_note",
        post=number(item.number, words.lang),
        low=number(item.low, words.lang),
        high=number(item.high, words.lang),
    )
    notes = plain(f"{words('study.cost_apart')} {each}")
    answer.html(f'<p class="obs-answer">{plain(wording)}</p>')
    st.html(f'<p class="obs-note">{notes}</p>')
    table = study_cache.table(build, "least_posts", level="commune", cog=cog)
    headers, rows = study_rows.cost_rows(table, total, words)
    st.html(html_table(words("study.cost_caption"), headers, rows))
    holds = words("study.holds.cost")
    table_downloads.study(screen, "least_posts", f"cout_{cog}", holds, level="commune", cog=cog)
