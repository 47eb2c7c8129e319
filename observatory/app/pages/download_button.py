"""A download and, beside it, what it holds."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from observatory.words.markup import plain


def button(
    label: str,
    data: bytes | Callable[[], bytes],
    name: str,
    holds: str,
    *,
    mime: str = "text/csv",
    key: str | None = None,
    disabled: bool = False,
) -> None:
    """Draw a download button, and under it what the file holds.

    Parameters
    ----------
    label, data, name, mime, key, disabled
        Of the button and its file.
    holds
        What a row of the file is and what it says.
    """
    st.download_button(
        label,
        data,
        file_name=name,
        mime=mime,
        key=key,
        on_click="ignore",
        disabled=disabled,
        icon=":material/download:",
    )
    note(holds)


def note(holds: str) -> None:
    """Say what the file or files of the buttons above hold."""
    st.html(f'<p class="obs-note obs-holds">{plain(holds)}</p>')
