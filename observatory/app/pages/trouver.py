"""The counsellor's minute: the nearest suitable places, and a sheet to hand over."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import streamlit as st

from observatory.app import cache
from observatory.app.find.answer import Answer, answer
from observatory.app.find.find_state import Search, Start
from observatory.app.pages import found_places, own_list, search_form, searching, shell
from observatory.app.pages.shell import Screen

STYLE = Path(__file__).parent.parent / "find" / "find.css"


def ask(screen: Screen, begin: Start, search: Search, at: datetime) -> Answer:
    """Answer a search from a start."""
    limit = int(st.session_state.get(searching.LIMIT, searching.FIRST))
    known, stops = cache.assumptions(screen.build), cache.stops(screen.build)
    return answer(cache.places(screen.build), begin, search, at, known, limit, stops)


@shell.page
def show(screen: Screen) -> None:
    """Draw the page."""
    words = screen.words
    st.html(STYLE)
    search, refused = searching.read(screen)
    st.title(words("find.title"), anchor=False)
    search_form.show(screen, search, refused)
    own_list.panel(screen)
    begin, at = searching.start(), searching.now()
    if begin is None:
        search_form.note(words("find.begin"))
        found_places.place_map(screen, cache.located(screen.build), None, None)
        _end(screen)
        return
    found = ask(screen, begin, search, at)
    with st.container(key="find_answer"):
        left, right = st.columns([6, 5], gap="medium")
    with left:
        found_places.cards(screen, search, found, at, ticks=True)
    with right, st.container(key="find_side"):
        with st.container(key="find_sheet"):
            found_places.print_panel(screen, search, at)
        found_places.place_map(screen, found.rows, begin, found)
    found_places.keep_panel(screen, search, found)
    _end(screen)


def _end(screen: Screen) -> None:
    """Explain the terms after the answer: the person waits."""
    shell.glossary(screen, "trouver")
    search_form.note(screen.words("find.privacy"))
