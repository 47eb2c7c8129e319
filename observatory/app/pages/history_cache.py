"""Cached comparisons of builds: a build that is kept never changes, and its name says its bytes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import streamlit as st

from observatory import settings
from observatory.app import cache, territory
from observatory.app.cache import Build
from observatory.geo.codes import Cog
from observatory.model.build_comparison import Comparison, compare_kept, over_time
from observatory.places.matching.known_again import known_again
from observatory.tables.comparable import comparable, last_two
from observatory.tables.history import Kept
from observatory.words.catalogue import Words
from observatory.words.change_words import build_name

#: How many builds the figures over time go back.
LONGEST = 8


def builds(build: Build) -> dict[str, Kept]:
    """Return the builds that can be compared, by name, the one in use last."""
    return {one.name: one for one in comparable(_where(build))}


def usual(build: Build) -> str:
    """Return the name of the build that the one in use is compared with where none is chosen."""
    return last_two(_where(build))[0].name


def _where(build: Build) -> settings.Settings:
    """Return the settings with the build shown: one of a dataset is not the user's own."""
    known, folder = settings.load(), Path(build.folder)
    if known.dataset:
        return replace(territory.with_former(known.dataset, territory.asked_for()), build=folder)
    return known if folder == known.current else replace(known, build=folder)


def label(one: Kept, words: Words) -> str:
    """Return what the lists call a build."""
    return build_name(one, words, edition=_is_edition(one))


def _is_edition(one: Kept) -> bool:
    return one.folder.resolve() == settings.load().edition.resolve()


def typed(one: Kept, build: Build) -> str:
    """Return what names a build on the command line."""
    if one.folder == Path(build.folder):
        return "current"
    return settings.EDITION if _is_edition(one) else one.name


@st.cache_resource(max_entries=8, show_spinner=False, hash_funcs={Build: lambda build: build.files})
def compared(build: Build, before: str, after: str, cog: Cog) -> Comparison:
    """Return what differs between two builds; shared between visitors, never to be changed."""
    known = builds(build)
    return compare_kept(
        known[before], known[after], cache.assumptions_file(build), cog, known_again
    )


def figures_over_time(build: Build, cog: Cog) -> pd.DataFrame:
    """Return the figures of each zone in the last builds, under the visitor's assumptions."""
    return pd.concat([_figures(build, name, cog) for name in [*builds(build)][-LONGEST:]])


@st.cache_data(max_entries=64, show_spinner=False)
def _figures(build: Build, name: str, cog: Cog) -> pd.DataFrame:
    return over_time([builds(build)[name]], cache.assumptions(build), cog)
