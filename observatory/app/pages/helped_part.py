"""People whom conseillers numériques helped, by post code: a part of the page of a commune."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from observatory.app import cache
from observatory.app.pages import study_cache
from observatory.app.pages.shell import Screen
from observatory.app.place_rows import Rows
from observatory.app.profile import members
from observatory.tables.activity_tables import SEPARATOR
from observatory.words.catalogue import Words
from observatory.words.markup import html_table, plain
from observatory.words.numbers import number


def show(screen: Screen, name: str) -> None:
    """Draw the post codes of the chosen commune, and what the figure is and is not."""
    words = screen.words
    if cache.facts(screen.build).activity is None:
        return
    table = of_communes(
        study_cache.table(screen.build, "activity"),
        members(screen.shown.commune, screen.shown.cog),
    )
    st.header(words("helped.title"), anchor=False)
    if table.empty:
        st.html(f"<p>{plain(words('helped.none'))}</p>")
        return
    headers, rows = helped_rows(table, words)
    caption = words("helped.caption", name=name)
    st.html(html_table(caption, headers, rows, numeric=range(1, 3)))
    st.html(f'<p class="obs-note">{plain(words("helped.caveat"))}</p>')


def of_communes(table: pd.DataFrame, codes: frozenset[str] | set[str] | list[str]) -> pd.DataFrame:
    """Return the post codes that some communes have, alone or with others."""
    given = table["communes"].fillna("").str.split(SEPARATOR, regex=False)
    return table[given.map(lambda one: not set(codes).isdisjoint(one))]


def helped_rows(table: pd.DataFrame, words: Words) -> Rows:
    """Return each post code with the people helped there and the posts that are counted there."""
    headers = [words(f"helped.{name}") for name in ("postcode", "people", "posts", "whose")]
    rows = [
        [
            row["postcode"],
            number(row["people_helped"], words.lang),
            number(row["posts_here"] + row["posts_over_communes"], words.lang, 1),
            words("helped.shared", names=row["names"].replace(SEPARATOR, ", "))
            if row["basis"] == "shared"
            else words("helped.own"),
        ]
        for row in table.to_dict("records")
    ]
    return headers, rows
