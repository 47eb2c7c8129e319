"""Cached reads of scenarios: the same build and the same changes give the same tables."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from observatory import settings
from observatory.app import cache
from observatory.app.cache import Build
from observatory.app.decide.change_words import spot_label
from observatory.app.decide.spots import Spot, spots_of
from observatory.errors import ChoiceError
from observatory.geo.codes import Cog
from observatory.model.comparison import Comparison
from observatory.model.languages_file import load_languages
from observatory.model.levels import Level
from observatory.model.scenario import DRAWS, Scenario
from observatory.model.scenario_changes import HALF, Change
from observatory.model.siting import Request, siting
from observatory.tables.language_names import language_name
from observatory.tables.siting_results import SITING
from observatory.words.catalogue import Lang, load_words

#: Comparisons with their draws take ten megabytes each; the tables some kilobytes.
KEEP_DRAWN, KEEP_TABLES = 4, 128
#: Where the best half post is looked for, when nothing changes yet.
HALF_POST_KINDS = ("site", "school", "qpv")


@cache.read_once
def spots(build: Build) -> dict[str, Spot]:
    """Return the places that a change can be about; never to be changed."""
    return spots_of(cache.facts(build), cache.ground(build))


def draws() -> int:
    """Return how many paired draws the intervals come from."""
    return min(DRAWS, settings.load().draws)


@dataclass(frozen=True)
class Compared:
    """A scenario before and after, read through the cache.

    Attributes
    ----------
    build
        The build in use, with the visitor's assumptions.
    changes
        What changes.
    draws
        How many paired draws the intervals come from; 0 for none.
    """

    build: Build
    changes: tuple[Change, ...]
    draws: int

    @property
    def totals(self) -> dict[str, Any]:
        """The whole territory, and the cost."""
        row = self.whole.iloc[0]
        over = row["over_budget"]
        known = {str(name): value for name, value in row.items()}
        return {**known, "over_budget": bool(over) if pd.notna(over) else None}

    @property
    def whole(self) -> pd.DataFrame:
        """The whole territory, and the cost, as a table of one row."""
        return _part(self.build, repr(self.changes), self.draws, "totals", self.changes)

    @property
    def schools(self) -> pd.DataFrame:
        """The schools that come near a place, or leave it."""
        return _part(self.build, repr(self.changes), self.draws, "schools", self.changes)

    @property
    def offers(self) -> pd.DataFrame:
        """What places would offer."""
        return _part(self.build, repr(self.changes), self.draws, "offers", self.changes)

    def table(self, level: Level, cog: Cog) -> pd.DataFrame:
        """Return each zone before and after."""
        return _zones(self.build, repr(self.changes), self.draws, level, cog, self.changes)

    def solidarity(self, level: Level, cog: Cog) -> pd.DataFrame:
        """Return need for equipment and a connection by zone, and who declares them."""
        return _solidarity(self.build, repr(self.changes), self.draws, level, cog, self.changes)


@st.cache_resource(max_entries=KEEP_DRAWN, show_spinner=False)
def _comparison(build: Build, key: str, count: int, _changes: tuple[Change, ...]) -> Comparison:
    return Scenario(cache.model(build), _changes).comparison(count)


@st.cache_resource(max_entries=KEEP_TABLES, show_spinner=False)
def _part(
    build: Build, key: str, count: int, name: str, _changes: tuple[Change, ...]
) -> pd.DataFrame:
    found: pd.DataFrame = getattr(_comparison(build, key, count, _changes), name)
    return found


@st.cache_resource(max_entries=KEEP_TABLES, show_spinner=False)
def _zones(
    build: Build, key: str, count: int, level: Level, cog: Cog, _changes: tuple[Change, ...]
) -> pd.DataFrame:
    return _comparison(build, key, count, _changes).table(level, cog)


@st.cache_resource(max_entries=KEEP_TABLES, show_spinner=False)
def _solidarity(
    build: Build, key: str, count: int, level: Level, cog: Cog, _changes: tuple[Change, ...]
) -> pd.DataFrame:
    return _comparison(build, key, count, _changes).solidarity(level, cog)


@st.cache_resource(max_entries=16, show_spinner=False)
def best_half(build: Build) -> pd.DataFrame:
    """Return where half a post would take most missing hours away: one row, or none."""
    request = Request(posts=HALF, kinds=HALF_POST_KINDS)
    try:
        return siting(cache.model(build), request).table
    except ChoiceError:  # a build with streets, or without any place to choose from
        return pd.DataFrame(columns=SITING.names)


@st.cache_resource(max_entries=16, show_spinner=False)
def spot_labels(build: Build, lang: Lang) -> dict[str, str]:
    """Return what to call each place that a change can be about; never to be changed."""
    words, communes = load_words(lang), cache.communes(build, "cog_2024")
    return {key: spot_label(spot, communes, words) for key, spot in spots(build).items()}


def grades(build: Build, level: Level, cog: Cog) -> dict[str, str]:
    """Return the class of precision of each zone's missing hours."""
    table = cache.gaps(build, level, cog)
    return dict(zip(table["code"], table["missing_class"], strict=True))


def commune_names(build: Build) -> dict[str, str]:
    """Return code -> name of the communes, as the places name them."""
    return cache.communes(build, "cog_2024")


@st.cache_resource(max_entries=4, show_spinner=False)
def languages(lang: Lang) -> tuple[str, ...]:
    """Return the codes of the languages that a place can offer, in the order of their names."""
    names = load_languages(settings.load().data / "languages.toml").names
    known = {code: language_name(code, lang) for code in names}
    return tuple(sorted((code for code, name in known.items() if name), key=lambda one: known[one]))
