"""Cached reads of the study: the same build and choices give the same tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from observatory import settings
from observatory.app import queries
from observatory.app.assumption_names import named
from observatory.app.queries import Build
from observatory.app.words import Lang
from observatory.core import study as core
from observatory.core.codes import Cog
from observatory.core.comparators import Explanation
from observatory.core.observe import Level
from observatory.exports import csv_bytes, published, study
from observatory.exports.method import Method, read_method

KEEP = 32


@st.cache_data(max_entries=8, show_spinner=False)
def drawn(build: Build, draws: int) -> pd.DataFrame:
    """Draw the missing hours of every IRIS; one row a draw."""
    known = queries.facts(build)
    return study.draws_by_iris(known, queries.assumptions(build), draws, study.SEED)


@st.cache_data(max_entries=KEEP, show_spinner=False)
def ranks(build: Build, level: Level, cog: Cog, draws: int) -> pd.DataFrame:
    """Give each zone's hours and ranks over the draws."""
    rows = drawn(build, draws)
    if level == "commune":
        rows = study.to_communes(rows, cog)
    return study.ranks_table(rows, queries.gaps(build, level, cog), study.WORST[level])


@st.cache_data(max_entries=KEEP, show_spinner=False)
def tornado(build: Build, cog: Cog) -> pd.DataFrame:
    """Say which assumption moves the ranking of the communes most."""
    return study.tornado_table(queries.facts(build), queries.assumptions(build), cog)


@st.cache_data(max_entries=KEEP, show_spinner=False)
def equity(build: Build) -> pd.DataFrame:
    """Give the measures of equity."""
    return study.equity_table(
        queries.facts(build), queries.measured(build), queries.assumptions(build)
    )


@st.cache_data(max_entries=KEEP, show_spinner=False)
def lorenz(build: Build) -> pd.DataFrame:
    """Give the Lorenz curve of access."""
    return core.lorenz_of(queries.measured(build))


@st.cache_data(max_entries=KEEP, show_spinner=False)
def inside(build: Build) -> pd.DataFrame:
    """Give need, help and gap inside the known QPV outlines and outside."""
    return study.qpv_table(queries.measured(build), queries.assumptions(build))


@st.cache_data(max_entries=KEEP, show_spinner=False)
def networks(build: Build) -> pd.DataFrame:
    """Give need and gap around each REP/REP+ network's collège."""
    return study.networks_table(
        queries.facts(build), queries.measured(build), queries.assumptions(build)
    )


@st.cache_data(max_entries=KEEP, show_spinner=False)
def costs(build: Build, level: Level, cog: Cog) -> pd.DataFrame:
    """Give what the posts that fill each zone's gap cost in a year."""
    return study.costs_table(queries.gaps(build, level, cog), queries.assumptions(build))


@st.cache_data(max_entries=KEEP, show_spinner=False)
def indices(build: Build) -> pd.DataFrame:
    """Put the known indices beside the gap of each commune."""
    return study.indices_table(queries.facts(build), queries.gaps(build, "commune", "cog_2024"))


@st.cache_data(max_entries=KEEP, show_spinner=False)
def explanations(build: Build) -> dict[str, Explanation]:
    """Say for each commune why the ranks differ."""
    return core.explanations(queries.facts(build), queries.gaps(build, "commune", "cog_2024"))


@st.cache_data(max_entries=KEEP, show_spinner=False)
def csv(build: Build, table: pd.DataFrame) -> bytes:
    """Give a table as a download, with the visitor's choices beside each row where they differ."""
    return csv_bytes(queries.marked(published(table), build))


@st.cache_data(max_entries=KEEP, show_spinner=False)
def spec(build: Build, name: str, shown: tuple[object, ...], _draw: Callable[[], Any]) -> Any:
    """Give a chart's specification; checking one takes longer than all the page's figures.

    ``name`` and ``shown`` say all that the chart depends on beside the build.
    """
    return _draw().to_dict()


@st.cache_resource(max_entries=4, show_spinner=False)
def method(build: Build, lang: Lang) -> Method:
    """Read the method in one language."""
    read = read_method(settings.PROJECT, queries.assumptions(build), queries.manifest(build), lang)
    return replace(read, choices=named(read.choices, lang))


def labels(build: Build, lang: Lang) -> dict[str, str]:
    """Give what to call each assumption."""
    return {choice.item.name: choice.label for choice in method(build, lang).choices}
