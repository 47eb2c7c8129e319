"""The search for a town's own site: the form and the cards, no menu, no foot, no map."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from observatory.app import cache
from observatory.app.pages import found_places, search_form, searching, shell
from observatory.app.pages.shell import Screen
from observatory.app.pages.trouver import STYLE, ask
from observatory.app.selection import Selection
from observatory.words.markup import link

HERE = Path(__file__).parent.parent


def show() -> None:
    """Draw the embedded search."""
    words = shell.language()
    st.html(HERE / "theme.css")
    st.html(STYLE)
    st.html(HERE / "embed.css")
    with shell.in_plain_words(words):
        _draw(Screen(cache.current(), Selection(lang=words.lang), words))


def _draw(screen: Screen) -> None:
    words = screen.words
    search, refused = searching.read(screen)
    st.title(words("find.title"), anchor=False)
    search_form.show(screen, search, refused)
    begin, at = searching.start(), searching.now()
    if begin is None:
        search_form.note(words("find.begin"))
    else:
        found_places.cards(screen, search, ask(screen, begin, search, at), at, ticks=False)
    shell.glossary(screen, "integrer")
    whole = found_places.link_of("trouver", search, screen)
    st.html(
        f'<p class="obs-note">{link(whole, words("find.embed.open"))}. '
        f"{words('find.embed.source')}. {words('find.privacy')}</p>"
    )
    shell.bridge(screen, set())
