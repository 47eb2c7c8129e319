"""The map of one public that programmes name, on the page of priorities, and its image."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import streamlit as st

from observatory.app import cache
from observatory.app.maps import images
from observatory.app.maps.public_map import public_map
from observatory.app.pages import map_downloads, shell, study_cache
from observatory.app.pages.shell import Screen
from observatory.app.selection import DEFAULT
from observatory.app.study.priority_rows import public_name
from observatory.geo.codes import Cog
from observatory.model.levels import Level
from observatory.sheets.map_image import texts_around
from observatory.sheets.map_image_content import MapImage
from observatory.sheets.overlays import Overlays
from observatory.tables.priority_results import PUBLIC_NAMES
from observatory.words.catalogue import Lang, load_words

MAP_HEIGHT = 420


def show(screen: Screen, level: Level) -> None:
    """Draw the choice of a public, its map and its image."""
    words, public = screen.words, screen.shown.public
    st.session_state["priority_public"] = public
    st.selectbox(
        words("priority.pick_public"),
        PUBLIC_NAMES,
        format_func=lambda name: public_name(name, words),
        key="priority_public",
        on_change=lambda: shell.update(public=st.session_state["priority_public"]),
    )
    view = _view(screen.build, level, screen.shown.cog, public, words.lang)
    st.iframe(view, height=MAP_HEIGHT, alt=words("map.aria"))

    name = f"{public}_{level}_{screen.shown.cog}"
    map_downloads.offer(words, name, lambda: _image(screen, level, public))


@st.cache_data(max_entries=16, show_spinner=False)
def _view(build: cache.Build, level: Level, cog: Cog, public: str, lang: Lang) -> str:
    shown = _shown(build, level, cog, public)
    return public_map(*shown, public, load_words(lang), *_layers(build, level, cog))


def _image(screen: Screen, level: Level, public: str) -> MapImage:
    """Return the map of a public as an image; no norm acts on who lives there."""
    build, cog, words = screen.build, screen.shown.cog, screen.words
    title = words(
        "map_image.title",
        measure=words(f"measure.{public}.label"),
        level=words(f"level_one.{level}"),
    )
    model, made_from = cache.model(build), cache.manifest(build)
    texts = texts_around(model, made_from, words, cog, title, said="", on_norm=False)
    shown, layers = _shown(build, level, cog, public), _layers(build, level, cog)
    return images.public(*shown, public, texts, words, *layers)


def _shown(
    build: cache.Build, level: Level, cog: Cog, public: str
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame, dict[str, float]]:
    """Return the zones, the communes, and how many of a public live in each zone."""
    table = study_cache.table(build, "publics", level=level, cog=cog)
    counted = table[table["public"] == public].set_index("code")["value"]
    outlines = (cache.zone_table_of(build, one, cog) for one in (level, "commune"))
    return *outlines, {str(code): float(value) for code, value in counted.items()}


def _layers(
    build: cache.Build, level: Level, cog: Cog
) -> tuple[Overlays, dict[str, tuple[int, int]]]:
    """Return the places of help over that map, and how many of them are placed."""
    over = cache.overlays(build, DEFAULT.changed(level=level, cog=cog, layers=("sites",)))
    return replace(over, placed=None), {"sites": cache.layer_counts(build)["sites"]}
