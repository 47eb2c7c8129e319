"""Choices of a page's own that stand in its URL: its tabs, and what its lists keep."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from observatory.app.pages import shell
from observatory.app.pages.shell import Screen

#: Name in the URL of the tab that is shown.
PART = "part"


def asked(name: str, known: Sequence[str], screen: Screen) -> str:
    """Return a choice of the URL, the first where there is none; say what is not known."""
    text = st.query_params.get(name)
    if text is None or text in known:
        return known[0] if text is None else text
    shell.say_refused(name, text, screen.words)
    return known[0]


def write(name: str, value: str, default: str) -> None:
    """Put a choice into the URL; the default is left out."""
    if value != default:
        st.query_params[name] = value
    elif name in st.query_params:
        del st.query_params[name]


def carry(names: Sequence[str]) -> None:
    """Keep what the fields of a tab hold while another one is shown; Streamlit would forget it."""
    for name in names:
        if name in st.session_state:
            st.session_state[name] = st.session_state[name]


def tabs(screen: Screen, page: str, parts: Sequence[str], shown: str) -> None:
    """Offer the tabs of a page, the one shown pressed.

    Parameters
    ----------
    page
        Name of the page, as in the texts ``part_of.<page>.<part>``.
    parts
        The tabs; the first is shown where the URL names none.
    shown
        As :func:`asked` gives it for ``PART``.
    """
    key = f"{page}_part"
    st.session_state[key] = shown
    st.segmented_control(
        screen.words("frame.parts"),
        parts,
        format_func=lambda part: screen.words(f"part_of.{page}.{part}"),
        key=key,
        required=True,
        label_visibility="collapsed",
        on_change=lambda: write(PART, st.session_state[key], parts[0]),
    )
