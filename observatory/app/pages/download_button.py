"""Downloads and, beside them, what they hold; a file is made at the click alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import streamlit as st

from observatory.words.markup import plain

#: Media type of the files, by the format that names them.
MIMES = {
    "csv": "text/csv",
    "csv-fr": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "geojson": "application/geo+json",
    "gpkg": "application/geopackage+sqlite3",
    "png": "image/png",
    "svg": "image/svg+xml",
}


@dataclass(frozen=True)
class Download:
    """A file to take away.

    Attributes
    ----------
    form
        One of :data:`MIMES`.
    label, name
        Of the button, and of the file.
    make
        What makes the file, at the click.
    """

    form: str
    label: str
    name: str
    make: Callable[[], bytes]


def row(downloads: Iterable[Download], holds: str, key: str) -> None:
    """Draw downloads beside each other, and under them what they hold.

    Parameters
    ----------
    key
        What tells these buttons from others of the page.
    """
    with st.container(horizontal=True):
        for one in downloads:
            st.download_button(
                one.label,
                one.make,
                file_name=one.name,
                mime=MIMES[one.form],
                key=f"{key}_{one.form}",
                on_click="ignore",
                icon=":material/download:",
            )
    note(holds)


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
