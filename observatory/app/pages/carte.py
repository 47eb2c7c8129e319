"""The home screen: where help is missing, on a map with the figures beside it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import pandas as pd
import streamlit as st
from babel.lists import format_list

from observatory.app import assumption_state, cache
from observatory.app.leading import leading
from observatory.app.pages import (
    assumption_controls,
    download_button,
    map_downloads,
    map_rail,
    shell,
)
from observatory.app.pages.download_button import Download
from observatory.app.pages.shell import Screen
from observatory.app.ranking import COLUMNS, as_text, gap_sentence, ranked, with_codes, with_commune
from observatory.app.selection import LEVELS, Selection
from observatory.files import EXTENSIONS
from observatory.geo.codes import COGS
from observatory.model.measures import MEASURES
from observatory.model.precision import CLASSES
from observatory.sheets.cog_words import cog_note, cog_words, joined
from observatory.sheets.map_content import LAYERS
from observatory.words.catalogue import load_words
from observatory.words.markup import html_table, plain
from observatory.words.numbers import number, percent

#: On a screen without the page's own style; with it, the map fills what is left of the screen.
MAP_HEIGHT = 500
TABLES = ("xlsx", "csv-fr", "csv", "gpkg", "geojson")


@shell.page
def show(screen: Screen) -> None:
    """Draw the home screen."""
    row: Any = cache.gaps(screen.build, "ept", screen.shown.cog).iloc[0]
    _answer(screen, row)
    _controls(screen)
    left, right = st.columns([13, 8], gap="medium")
    with left:
        _map(screen, row)
    with right:
        map_rail.show(screen, row)
    _table(screen)
    _downloads(screen)
    assumption_controls.show(screen)
    shell.glossary(screen, "carte")


def _answer(screen: Screen, row: Any) -> None:
    words = screen.words
    st.title(words("carte.title", ept=str(row["name"])), anchor=False)
    wording = gap_sentence("carte.answer", row, words)
    st.html(f'<p class="obs-answer obs-first">{wording}{_where(screen, row)}</p>')


def _where(screen: Screen, row: Any) -> str:
    """Return the sentence that names the communes with most of the hours."""
    words, lang = screen.words, screen.words.lang
    most = leading(cache.gaps(screen.build, "commune", screen.shown.cog))
    if most is None or row["missing_class"] == CLASSES[-1]:
        return ""
    named = [
        words("carte.where_one", name=name, hours=number(hours, lang))
        for name, hours in zip(most.names, most.hours, strict=True)
    ]
    places = format_list(named, locale=lang)
    return " " + plain(words("carte.where", share=percent(most.percent, lang), places=places))


def _controls(screen: Screen) -> None:
    words = screen.words
    facts = cache.facts(screen.build)
    colour, level, cog = st.columns([5, 2.4, 3], gap="small", vertical_alignment="bottom")
    with colour:
        _choice("colour", tuple(MEASURES), lambda name: words(f"measure.{name}.label"), screen)
    with level:
        _segments("level", LEVELS, lambda name: words(f"level.{name}"), screen)
    if joined(facts):
        with cog:
            _choice("cog", COGS, lambda name: cog_words(facts, name, words), screen)


def _layers(screen: Screen) -> None:
    words = screen.words
    st.session_state["map_layers"] = list(screen.shown.layers)
    st.pills(
        words("carte.layers"),
        LAYERS,
        selection_mode="multi",
        format_func=lambda name: words(f"layer.{name}"),
        key="map_layers",
        on_change=_take_layers,
    )


def _take_layers() -> None:
    chosen = st.session_state["map_layers"]
    shell.update(layers=tuple(layer for layer in LAYERS if layer in chosen))


def _choice(name: str, options: Any, label: Any, screen: Screen) -> None:
    key = f"map_{name}"
    st.session_state[key] = getattr(screen.shown, name)
    st.selectbox(
        screen.words(f"carte.{name}"),
        options,
        format_func=label,
        key=key,
        on_change=lambda: shell.update(**{name: st.session_state[key]}),
        label_visibility="collapsed",
    )


def _segments(name: str, options: Any, label: Any, screen: Screen) -> None:
    key = f"map_{name}"
    st.session_state[key] = getattr(screen.shown, name)
    st.segmented_control(
        screen.words(f"carte.{name}"),
        options,
        format_func=label,
        key=key,
        required=True,
        on_change=lambda: shell.update(**{name: st.session_state[key]}),
        label_visibility="collapsed",
    )


def inhabited_points(points: pd.DataFrame) -> Literal["cell", "iris", "both"]:
    """Return where the people of the territory are counted: on cells, at the centre of IRIS."""
    kinds = set(points.loc[points["in_territory"], "kind"])
    if kinds == {"cell"}:
        return "cell"
    return "both" if "cell" in kinds else "iris"


def _map(screen: Screen, row: Any) -> None:
    words, shown = screen.words, screen.shown
    tiles = bool(st.session_state.get("map_tiles", False))
    html = cache.map_view(screen.build, cache.bare(shown), tiles)
    with st.container(key="obs_map"):
        st.iframe(html, height=MAP_HEIGHT, alt=words("map.aria"))
    _layers(screen)
    # Never in the URL: opening a link must not send the visitor's address to a third party.
    st.checkbox(words("carte.tiles"), key="map_tiles")
    norm = words(f"carte.norm.{row['norm']}", norm=number(row["norm_h_per_100"], words.lang, 2))
    said = [words(f"measure.{shown.colour}.help"), norm, words("carte.estimate")]
    facts = cache.facts(screen.build)
    said.append(words(f"carte.points.{inhabited_points(facts.points)}"))
    said.append(cog_note("note", joined(facts), words))
    st.html(f'<p class="obs-note">{plain(" ".join(filter(None, said)))}</p>')


def _table(screen: Screen) -> None:
    with st.expander(screen.words("carte.as_table")):
        st.html(_whole_table(screen.build, cache.bare(screen.shown).changed(layers=())))


@cache.made_once
def _whole_table(build: cache.Build, shown: Selection) -> str:
    words = load_words(shown.lang, to_move=cache.to_move(build))
    measure = MEASURES[shown.colour]
    table = ranked(cache.gaps(build, cache.level_of(shown), shown.cog), measure)
    caption = words(
        "carte.table_caption",
        measure=words(f"measure.{measure.name}.label"),
        level=words(f"level_one.{shown.level}"),
        cog=cog_words(cache.facts(build), shown.cog, words),
    )
    towns = cache.commune_of_zones(build, table["code"], shown.cog)
    coded = with_codes(as_text(table, COLUMNS, words), table["code"].tolist(), words)
    texts = with_commune(coded, towns, words)
    return html_table(caption, *texts, numeric=range(1 + (shown.level != "commune"), 99))


def _downloads(screen: Screen) -> None:
    words, build, shown = screen.words, screen.build, screen.shown
    level, suffix = cache.level_of(shown), screen.build.assumption_state.suffix()
    st.header(words("carte.download"), anchor=False)
    table = f"plaine-connexion_{level}_{shown.cog}{suffix}"
    files = [
        Download(
            form, words(f"carte.{form}"), f"{table}.{EXTENSIONS[form]}", _table_file(screen, form)
        )
        for form in TABLES
    ]
    images = map_downloads.images(screen, shown)
    download_button.row([*files, *images], words("carte.holds"), "map")
    hint = f"{words('carte.download_hint')} {words('carte.download_note')}"
    download_button.note(hint)
    st.html(f'<p class="obs-note obs-screen">{plain(words("carte.command"))}</p>')
    state, option = build.assumption_state, cache.option_of(build)
    commands = (
        assumption_state.command(state, level, shown.cog, option),
        map_downloads.command(screen, shown),
    )
    for one in commands:
        st.code(one, language=None, wrap_lines=True)


def _table_file(screen: Screen, form: str) -> Callable[[], bytes]:
    build, level, cog = screen.build, cache.level_of(screen.shown), screen.shown.cog
    if form == "csv":
        return lambda: cache.gaps_csv(build, level, cog)
    return lambda: cache.gaps_file(build, level, cog, form)
