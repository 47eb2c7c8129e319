"""A table to take away: spreadsheet, CSV for Excel, CSV, and as a map where it has places.

The files hold the rows of the screen, with the units and the meaning of each column where the
format has room for them.
"""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from observatory import files
from observatory.app import cache
from observatory.app.pages import download_button
from observatory.app.pages.download_button import Download
from observatory.app.pages.shell import Screen
from observatory.tables.table import Table

FLAT = ("xlsx", "csv-fr", "csv")
MAPS = ("gpkg", "geojson")


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
    forms = (*FLAT, *MAPS) if files.has_places(frame, table) else FLAT
    suffix = screen.build.assumption_state.suffix()
    downloads = (
        Download(
            form,
            screen.words(f"carte.{form}"),
            f"plaine-connexion_{name}{suffix}.{files.EXTENSIONS[form]}",
            _maker(screen, frame, table, form),
        )
        for form in forms
    )
    download_button.row(downloads, holds, f"take_{table.name}")


def _maker(screen: Screen, frame: pd.DataFrame, table: Table, form: str) -> Callable[[], bytes]:
    """Return what makes the file, at the click alone."""
    build = screen.build

    def make() -> bytes:
        used = cache.assumptions(build)
        asked = {"cog": screen.shown.cog, "norm": used.text("gap.norm")}
        notes = files.Notes(cache.manifest(build), used, asked)
        rows = files.with_origin(frame, cache.model(build))
        if form in MAPS:
            rows = files.with_places(rows, table, cache.facts(build), screen.shown.cog)
        whole = files.with_origin_columns(table)
        return files.content(cache.marked(rows, build), form, table.name, whole, notes)

    return make
