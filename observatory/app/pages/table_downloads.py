"""A table to take away: spreadsheet, CSV for Excel, CSV, and as a map where it has places.

The files hold the rows of the screen, with the units and the meaning of each column where the
format has room for them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Any

import pandas as pd
import streamlit as st

from observatory import files
from observatory.app import assumption_state, cache
from observatory.app.pages import download_button, study_cache
from observatory.app.pages.download_button import Download
from observatory.app.pages.shell import Screen
from observatory.model.levels import Level
from observatory.model.studies import STUDIES
from observatory.tables.gap_results import GAPS
from observatory.tables.table import Table
from observatory.tables.take_away import GAPS_IRIS, SOURCES
from observatory.words.markup import plain

FLAT = ("xlsx", "csv-fr", "csv")
MAPS = ("gpkg", "geojson")


def show(
    screen: Screen,
    frame: pd.DataFrame,
    table: Table,
    name: str,
    holds: str,
    *,
    command: str = "",
    measured: bool = True,
) -> None:
    """Draw the buttons of a table, what its rows say, and the command that gives them.

    Parameters
    ----------
    frame, table
        The rows and their contract.
    name
        Beginning of the names of the files.
    holds
        What a row is.
    command
        What prints the same figures outside the app, where something does.
    measured
        Whether the rows are figures of the model, to be given with their norm and edition.
    """
    forms = (*FLAT, *MAPS) if files.has_places(frame, table) else FLAT
    suffix = screen.build.assumption_state.suffix()
    downloads = (
        Download(
            form,
            _label(screen, form, table.name),
            f"plaine-connexion_{name}{suffix}.{files.EXTENSIONS[form]}",
            _maker(screen, frame, table, form, measured=measured),
        )
        for form in forms
    )
    download_button.row(downloads, holds, f"take_{table.name}")
    if command:
        printed(screen, command)


def _label(screen: Screen, form: str, table: str) -> str:
    """Return what a button says: the form, and of which table where a page has several."""
    words = screen.words
    of = words.group("take.of").get(table)
    form_label = words(f"carte.{form}")
    return words("frame.pair", name=form_label, value=of) if of else form_label


def study(
    screen: Screen,
    study: str,
    name: str,
    holds: str,
    kept: pd.DataFrame | None = None,
    **options: Any,
) -> None:
    """Draw the buttons of the table of a study, and the command of that study.

    Parameters
    ----------
    study, options
        A name of :data:`observatory.model.studies.STUDIES`, and what is asked of it.
    name, holds
        As for :func:`show`.
    kept
        The rows of it that the page shows; all where none are given.
    """
    build = screen.build
    every = study_cache.table(build, study, **options)
    frame = every if kept is None else kept
    show(screen, frame, STUDIES[study].table, name, holds)
    command = assumption_state.study_command(
        build.assumption_state,
        cache.assumptions_file(build),
        study,
        options,
        cache.option_of(build),
    )
    printed(screen, command, said="more" if len(frame) < len(every) else "same")


def gaps(screen: Screen, level: Level, kept: Collection[str] | None = None) -> None:
    """Draw the buttons of the gaps of a level, and the command that prints them.

    Parameters
    ----------
    kept
        The zones that the page shows; all where none are given.
    """
    build, cog = screen.build, screen.shown.cog
    every = cache.published_gaps(build, level, cog)
    frame = every if kept is None else every[every["code"].isin(kept)]
    if level == "iris":
        frame = files.with_labels(frame, cache.facts(build))
    table = GAPS_IRIS if level == "iris" else GAPS
    named = "" if kept is None or len(kept) > 1 else f"_{next(iter(kept))}"
    show(screen, frame, table, f"{level}{named}_{cog}", screen.words("take.gaps_hold"))
    state, option = build.assumption_state, cache.option_of(build)
    command = assumption_state.command(state, level, cog, option)
    printed(screen, command, said="more" if len(frame) < len(every) else "same")


def schools(screen: Screen, codes: Iterable[str], zone: str) -> None:
    """Draw the buttons of the schools of priority education of a zone, where it has some."""
    every = study_cache.table(screen.build, "rep_schools")
    mine = every[every["uai"].isin(codes)]
    if len(mine):
        holds = screen.words("study.holds.rep_schools")
        study(screen, "rep_schools", f"ecoles_rep_{zone}", holds, mine)


def sources(screen: Screen) -> None:
    """Draw the buttons of the list of sources, and the command that prints it."""
    build = screen.build
    rows = files.source_rows(cache.manifest(build).sources)
    command = assumption_state.plain_command("status", cache.option_of(build))
    holds = screen.words("take.sources_hold")
    show(screen, rows, SOURCES, "sources", holds, command=command, measured=False)


def printed(screen: Screen, command: str, *, said: str = "same") -> None:
    """Print a command to copy, which gives the ``same`` rows, ``more`` of them, or the ``map``."""
    text = screen.words(f"take.command.{said}")
    st.html(f'<p class="obs-note obs-screen">{plain(text)}</p>')
    st.code(command, language=None, wrap_lines=True)


def _maker(
    screen: Screen, frame: pd.DataFrame, table: Table, form: str, *, measured: bool
) -> Callable[[], bytes]:
    """Return what makes the file, at the click alone."""
    build = screen.build

    def make() -> bytes:
        used = cache.assumptions(build)
        asked = {"cog": screen.shown.cog, "norm": used.text("gap.norm")}
        notes = files.Notes(cache.manifest(build), used, asked)
        rows = files.with_origin(frame, cache.model(build)) if measured else frame
        if form in MAPS:
            rows = files.with_places(rows, table, cache.facts(build), screen.shown.cog)
        whole = files.with_origin_columns(table) if measured else table
        return files.content(cache.marked(rows, build), form, table.name, whole, notes)

    return make
