"""The choice of one commune: the same on every page, and in the link."""

from __future__ import annotations

import streamlit as st

from observatory.app import cache
from observatory.app.pages import shell
from observatory.app.pages.shell import Screen


def choose(screen: Screen, label: str, nothing: str) -> None:
    """Offer the communes, and to choose none.

    Parameters
    ----------
    label, nothing
        What the field is called, and what it says where no commune is chosen.
    """
    key = "commune_choice"
    names = cache.communes(screen.build, screen.shown.cog)
    chosen = screen.shown.commune
    st.session_state[key] = chosen if chosen in names else None
    st.selectbox(
        label,
        list(names),
        index=None,
        placeholder=nothing,
        format_func=lambda code: names[code],
        key=key,
        on_change=lambda: shell.update(commune=st.session_state[key] or ""),
    )
