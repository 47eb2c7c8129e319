"""The page of an address that leads nowhere: what happened, and the way back."""

from __future__ import annotations

import streamlit as st

from observatory.app.pages import shell
from observatory.app.pages.shell import Screen
from observatory.words.markup import plain


@shell.page
def show(screen: Screen) -> None:
    """Say that there is no such page, and lead to those there are."""
    words = screen.words
    st.title(words("lost.title"), anchor=False)
    st.html(f'<p class="obs-answer">{plain(words("lost.answer"))}</p>')
    st.html(f"<p>{plain(words('lost.next'))}</p>")
    for name in ("carte", "fiche", "trouver", "methode"):
        shell.link_to(name, words(f"page.{name}.title"))
