"""Places of help to take away: the national standard, a map, contacts; made at the click."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from observatory.app.pages import download_button
from observatory.app.pages.shell import Screen
from observatory.files.directory_files import FORMS, directory_bytes

MIMES = {
    "standard-csv": "text/csv",
    "standard-json": "application/json",
    "geojson": "application/geo+json",
    "vcard": "text/vcard",
}


def show(screen: Screen, sites: pd.DataFrame) -> None:
    """Draw the buttons of the files of some places (``tables.facts.SITES``)."""
    words = screen.words
    with st.container(horizontal=True):
        for form, name in FORMS.items():
            st.download_button(
                words(f"quality.form.{form}"),
                partial(directory_bytes, sites, form),
                file_name=name,
                mime=MIMES[form],
                key=f"take_places_{form}",
                on_click="ignore",
                icon=":material/download:",
            )
    download_button.note(words("quality.take_holds"))
