"""A form for a place or a post that no source knows: it makes a file, and stores nothing."""

from __future__ import annotations

from datetime import date

import streamlit as st

from observatory.app import cache
from observatory.app.own_lines import FILE, OwnLine, own_csv
from observatory.app.pages import decimal_field
from observatory.app.pages.shell import Screen
from observatory.words.catalogue import Words
from observatory.words.markup import html_table, plain
from observatory.words.numbers import number

LINES = "own_help_lines"
#: At most so many lines are kept in a visit: a longer list is better written in a spreadsheet.
MOST = 50
COLUMNS = ("name", "commune", "address", "posts", "hours")


def show(screen: Screen) -> None:
    """Draw the form, the lines given so far, and the file to take away."""
    words = screen.words
    st.header(words("own.title"), anchor=False)
    st.html(f'<p class="obs-detail">{plain(words("own.intro"))}</p>')
    communes = cache.facts(screen.build).communes
    listed = communes.sort_values(["in_territory", "commune_name"], ascending=[False, True])
    names = dict(zip(listed["commune"], listed["commune_name"], strict=True))
    lines: list[OwnLine] = st.session_state.setdefault(LINES, [])
    given = _form(words, names)
    if given is not None:
        _take(given, lines, words)
    if not lines:
        return
    rows = [
        [
            line.name,
            names[line.commune],
            line.address,
            number(line.posts, words.lang, 1) if line.posts else "",
            number(line.hours, words.lang, 1) if line.hours and not line.posts else "",
        ]
        for line in lines
    ]
    heads = [words(f"own.{name}") for name in COLUMNS]
    st.html(html_table(words("own.caption"), heads, rows, numeric=range(3, 5)))
    st.download_button(
        words("own.download"),
        own_csv(lines, names, date.today()),
        file_name=FILE,
        mime="text/csv",
        key="own_download",
        on_click="ignore",
        icon=":material/download:",
    )
    st.html(f'<p class="obs-note">{plain(words("own.holds"))}</p>')


def _form(words: Words, names: dict[str, str]) -> OwnLine | None:
    """Draw the fields; what was sent, or nothing."""
    with st.form("own_help", clear_on_submit=False):
        name = st.text_input(words("own.name"), key="own_name", max_chars=200)
        commune = st.selectbox(
            words("own.commune"), list(names), format_func=names.__getitem__, key="own_commune"
        )
        address = st.text_input(words("own.address"), key="own_address", max_chars=200)
        postcode = st.text_input(words("own.postcode"), key="own_postcode", max_chars=5)
        with st.container(horizontal=True):
            lat = st.number_input(
                words("own.lat"), value=None, min_value=-90.0, max_value=90.0, format="%.6f",
                key="own_lat", help=words("own.point_help"),
            )  # fmt: skip
            lon = st.number_input(
                words("own.lon"), value=None, min_value=-180.0, max_value=180.0, format="%.6f",
                key="own_lon",
            )  # fmt: skip
        with st.container(horizontal=True):
            posts = decimal_field.choose(
                words("own.posts"), decimal_field.steps(0.0, 100.0, 0.5), "own_posts", words,
                help_text=words("own.posts_help"),
            )  # fmt: skip
            hours = decimal_field.choose(
                words("own.hours"), decimal_field.steps(0.0, 168.0, 0.5), "own_hours", words,
                help_text=words("own.hours_help"),
            )  # fmt: skip
        sent = st.form_submit_button(words("own.add"), key="own_add")
    if not sent:
        return None
    return OwnLine(name, address, postcode.strip(), str(commune), lat, lon, posts, hours)


def _take(line: OwnLine, lines: list[OwnLine], words: Words) -> None:
    if line.lacking:
        missing = ", ".join(words(f"own.lacking.{what}") for what in line.lacking)
        st.error(words("own.refused", missing=missing))
    elif len(lines) >= MOST:
        st.error(words("own.enough", most=number(MOST, words.lang)))
    elif line not in lines:
        lines.append(line)
