"""Cached reads of the study: the same build and assumptions give the same tables."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from observatory import settings
from observatory.app import cache
from observatory.app.cache import Build
from observatory.files.method import Method, read_method
from observatory.geo.codes import Cog
from observatory.model import studies
from observatory.model.levels import Level
from observatory.model.studies import STUDIES
from observatory.model.to_move import as_missing
from observatory.words.catalogue import Lang

KEEP = 32


@st.cache_data(max_entries=KEEP, show_spinner=False)
def ranks(build: Build, level: Level, cog: Cog) -> pd.DataFrame:
    """Return each zone's hours and ranks over the draws that every interval comes from."""
    return as_missing(studies.ranks(cache.model(build), level=level, cog=cog))


@st.cache_data(max_entries=KEEP, show_spinner=False)
def table(build: Build, name: str, **options: Any) -> pd.DataFrame:
    """Return the table of a study, as files have it (:data:`observatory.model.studies.STUDIES`)."""
    return STUDIES[name].of(cache.model(build), **options)


def shown(build: Build, name: str, **options: Any) -> pd.DataFrame:
    """Return the table of a study as screens read it: what is to move in ``missing_*``."""
    return as_missing(table(build, name, **options))


@st.cache_data(max_entries=KEEP, show_spinner=False)
def lorenz(build: Build) -> pd.DataFrame:
    """Return the Lorenz curve of access."""
    return studies.lorenz(cache.model(build))


@st.cache_data(max_entries=KEEP, show_spinner=False)
def spec(build: Build, name: str, shown: tuple[object, ...], _draw: Callable[[], Any]) -> Any:
    """Return a chart's specification; checking one takes longer than all the page's figures.

    ``name`` and ``shown`` say all that the chart depends on beside the build.
    """
    return _draw().to_dict()


@st.cache_resource(max_entries=4, show_spinner=False)
def method(build: Build, lang: Lang) -> Method:
    """Read the method in one language."""
    return read_method(settings.PROJECT, cache.model(build), cache.manifest(build), lang)


def labels(build: Build, lang: Lang) -> dict[str, str]:
    """Return what to call each assumption."""
    return {one.item.name: one.label for one in cache.assumed(build, lang)}
