"""Cached reads of the study: the same build and choices give the same tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from observatory import settings
from observatory.app import cache
from observatory.app.cache import Build
from observatory.files import csv_bytes, published
from observatory.files.method import Method, read_method
from observatory.geo.codes import Cog
from observatory.model import studies as core
from observatory.model import study_tables
from observatory.model.comparators import Explanation
from observatory.model.observe import Level
from observatory.words.assumption_names import named
from observatory.words.catalogue import Lang

KEEP = 32


@st.cache_data(max_entries=8, show_spinner=False)
def drawn(build: Build, draws: int) -> pd.DataFrame:
    """Draw the missing hours of every IRIS; one row a draw."""
    known = cache.facts(build)
    return study_tables.draws_by_iris(known, cache.assumptions(build), draws, study_tables.SEED)


@st.cache_data(max_entries=KEEP, show_spinner=False)
def ranks(build: Build, level: Level, cog: Cog, draws: int) -> pd.DataFrame:
    """Give each zone's hours and ranks over the draws."""
    rows = drawn(build, draws)
    if level == "commune":
        rows = study_tables.to_communes(rows, cog)
    return study_tables.ranks_table(rows, cache.gaps(build, level, cog), study_tables.WORST[level])


@st.cache_data(max_entries=KEEP, show_spinner=False)
def tornado(build: Build, cog: Cog) -> pd.DataFrame:
    """Say which assumption moves the ranking of the communes most."""
    return study_tables.tornado_table(cache.facts(build), cache.assumptions(build), cog)


@st.cache_data(max_entries=KEEP, show_spinner=False)
def equity(build: Build) -> pd.DataFrame:
    """Give the measures of equity."""
    return study_tables.equity_table(
        cache.facts(build), cache.measured(build), cache.assumptions(build)
    )


@st.cache_data(max_entries=KEEP, show_spinner=False)
def lorenz(build: Build) -> pd.DataFrame:
    """Give the Lorenz curve of access."""
    return core.lorenz_of(cache.measured(build))


@st.cache_data(max_entries=KEEP, show_spinner=False)
def inside(build: Build) -> pd.DataFrame:
    """Give need, help and gap inside the known QPV outlines and outside."""
    return study_tables.qpv_table(cache.measured(build), cache.assumptions(build))


@st.cache_data(max_entries=KEEP, show_spinner=False)
def networks(build: Build) -> pd.DataFrame:
    """Give need and gap around each REP/REP+ network's collège."""
    return study_tables.networks_table(
        cache.facts(build), cache.measured(build), cache.assumptions(build)
    )


@st.cache_data(max_entries=KEEP, show_spinner=False)
def costs(build: Build, level: Level, cog: Cog) -> pd.DataFrame:
    """Give what the posts that fill each zone's gap cost in a year."""
    return study_tables.costs_table(cache.gaps(build, level, cog), cache.assumptions(build))


@st.cache_data(max_entries=KEEP, show_spinner=False)
def indices(build: Build) -> pd.DataFrame:
    """Put the known indices beside the gap of each commune."""
    return study_tables.indices_table(cache.facts(build), cache.gaps(build, "commune", "cog_2024"))


@st.cache_data(max_entries=KEEP, show_spinner=False)
def explanations(build: Build) -> dict[str, Explanation]:
    """Say for each commune why the ranks differ."""
    return core.explanations(cache.facts(build), cache.gaps(build, "commune", "cog_2024"))


@st.cache_data(max_entries=KEEP, show_spinner=False)
def csv(build: Build, table: pd.DataFrame) -> bytes:
    """Give a table as a download, with the visitor's choices beside each row where they differ."""
    return csv_bytes(cache.marked(published(table), build))


@st.cache_data(max_entries=KEEP, show_spinner=False)
def spec(build: Build, name: str, shown: tuple[object, ...], _draw: Callable[[], Any]) -> Any:
    """Give a chart's specification; checking one takes longer than all the page's figures.

    ``name`` and ``shown`` say all that the chart depends on beside the build.
    """
    return _draw().to_dict()


@st.cache_resource(max_entries=4, show_spinner=False)
def method(build: Build, lang: Lang) -> Method:
    """Read the method in one language."""
    read = read_method(settings.PROJECT, cache.assumptions(build), cache.manifest(build), lang)
    return replace(read, choices=named(read.choices, lang))


def labels(build: Build, lang: Lang) -> dict[str, str]:
    """Give what to call each assumption."""
    return {choice.item.name: choice.label for choice in method(build, lang).choices}
