"""A table to take away, in three forms: CSV, CSV for Excel in French, spreadsheet."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st

from observatory import files
from observatory.app import cache
from observatory.app.pages import download_button
from observatory.app.pages.shell import Screen
from observatory.tables.table import Table

FORMS = {
    "csv": "text/csv",
    "csv-fr": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def show(screen: Screen, frame: pd.DataFrame, table: Table, name: str, holds: str) -> None:
    """Draw the buttons of a table, and what its rows say.

    Parameters
    ----------
    frame, table
        The rows and their contract.
    name
        Beginning of the names of the files.
    holds
        What a row is.
    """
    suffix = screen.build.assumption_state.suffix()
    with st.container(horizontal=True):
        for form, mime in FORMS.items():
            st.download_button(
                screen.words(f"carte.{form}"),
                _written(screen, frame, table, form),
                file_name=f"plaine-connexion_{name}{suffix}.{files.EXTENSIONS[form]}",
                mime=mime,
                key=f"take_{table.name}_{form}",
                on_click="ignore",
                icon=":material/download:",
            )
    download_button.note(holds)


def _written(screen: Screen, frame: pd.DataFrame, table: Table, form: str) -> Callable[[], bytes]:
    """Return what writes the file, at the click alone."""
    build = screen.build

    def write() -> bytes:
        used = cache.assumptions(build)
        asked = {"cog": screen.shown.cog, "norm": used.text("gap.norm")}
        notes = files.Notes(cache.manifest(build), used, asked)
        told = cache.marked(files.with_origin(frame, cache.model(build)), build)
        return files.content(told, form, table.name, files.with_origin_columns(table), notes)

    return write
