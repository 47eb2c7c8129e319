"""How old the data are, in one line, with each source behind it."""

from __future__ import annotations

from datetime import date

import streamlit as st

from observatory.app import cache
from observatory.app.pages.shell import Screen
from observatory.tables.place_facts import OWN_HELP
from observatory.tables.vintages import stale_sources
from observatory.words.markup import plain
from observatory.words.numbers import month, number


def show(screen: Screen) -> None:
    """Say from when to when the old sources are, folded, and what a list of one's own declares."""
    words, lang = screen.words, screen.words.lang
    own = int((cache.facts(screen.build).supply["decided_by"] == OWN_HELP).sum())
    if own:
        wording = words("own.banner", count=number(own, lang))
        st.html(f'<p class="obs-banner" role="note" data-own="{own}">{plain(wording)}</p>')
    today = date.today()
    built = (source.id for source in cache.manifest(screen.build).sources)
    named = (name for name in built if words.has(f"stale.what.{name}"))
    found = stale_sources(cache.vintages(screen.build), named, today)
    if not found:
        return
    dates = [vintage.as_of for _, vintage in found]
    oldest, latest = month(min(dates), lang), month(max(dates), lang)
    items = "".join(
        f"<li>{plain(words('stale.what.' + name))} ({month(vintage.as_of, lang)})</li>"
        for name, vintage in found
    )
    line = words("stale.line", oldest=oldest, latest=latest)
    st.html(f'<details class="obs-age"><summary>{plain(line)}</summary><ul>{items}</ul></details>')
