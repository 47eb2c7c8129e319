"""The legal notice: who keeps the service, under which licences, what it keeps of a visitor."""

from __future__ import annotations

import streamlit as st

from observatory import settings
from observatory.app.pages import frame, shell
from observatory.app.pages.shell import Screen
from observatory.words.markup import link, plain

SECTIONS = ("licences", "visitor", "figures")


@shell.page
def show(screen: Screen) -> None:
    """Draw the notice."""
    words = screen.words
    st.title(words("legal.title"), anchor=False)
    st.html(f'<p class="obs-answer">{plain(words("legal.answer"))}</p>')
    st.header(words("legal.owner"), anchor=False)
    st.html(f"<p>{plain(words('frame.kept_by', owner=frame.owner(words)))}.</p>")
    st.html(f"<p>{contact(screen)}</p>")
    for name in SECTIONS:
        st.header(words(f"legal.{name}"), anchor=False)
        st.html(f"<p>{plain(words(f'legal.{name}_text'))}</p>")


def contact(screen: Screen) -> str:
    """Return where to write to who serves the app, or that nobody said so, as HTML."""
    address = settings.load().contact
    if not address:
        return plain(screen.words("legal.no_contact"))
    is_mail = "@" in address and ":" not in address
    where = link(f"mailto:{address}" if is_mail else address, address)
    return f"{plain(screen.words('legal.contact'))} {where}"
