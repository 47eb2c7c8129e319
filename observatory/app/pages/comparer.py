"""Two to nine zones beside each other: figures, ranks, differences, maps on one scale."""

from __future__ import annotations

from functools import partial
from typing import Any

import geopandas as gpd
import pandas as pd
import streamlit as st

from observatory.app import cache
from observatory.app.maps import images
from observatory.app.maps.leaflet import LEGEND_STYLE
from observatory.app.maps.side_by_side import SideBySide, side_by_side
from observatory.app.pages import (
    assumption_controls,
    map_downloads,
    shell,
    study_cache,
    table_downloads,
)
from observatory.app.pages.shell import Screen
from observatory.app.selection import LEVELS, MOST
from observatory.app.study import compare_words
from observatory.geo.backdrop import backdrop_layers
from observatory.geo.codes import Cog
from observatory.model.levels import Level
from observatory.model.measures import MEASURES as MAPPED
from observatory.sheets.map_image import texts_around, title_of
from observatory.sheets.map_image_content import MapImage
from observatory.sheets.overlays import Overlays
from observatory.tables.comparison_results import MEASURES
from observatory.words.catalogue import Lang, load_words
from observatory.words.markup import html_table, plain

#: How many zones stand there before any is chosen, and how high their maps are.
USUAL, MAP_HEIGHT, ACROSS = 3, 350, 3


@shell.page
def show(screen: Screen) -> None:
    """Draw the page."""
    words, level = screen.words, cache.level_of(screen.shown)
    st.title(words("compare.title"), anchor=False)
    if cache.to_move(screen.build):
        st.html(f"<p>{plain(words('compare.no_share'))}</p>")
        assumption_controls.show(screen)
        return
    names = cache.zone_names(screen.build, level, screen.shown.cog, screen.words.lang)
    answer = st.empty()
    _choose(screen, names)
    zones = chosen(screen, names)
    if len(zones) < 2:
        answer.html(f'<p class="obs-answer">{plain(words("compare.two"))}</p>')
    else:
        _compared(screen, zones, names, answer)
    assumption_controls.show(screen)
    shell.glossary(screen, "comparer")


def _compared(
    screen: Screen,
    zones: tuple[str, ...],
    names: dict[str, str],
    answer: st.delta_generator.DeltaGenerator,
) -> None:
    words, level = screen.words, cache.level_of(screen.shown)
    answer.html(f'<p class="obs-answer">{plain(words("compare.drawing"))}</p>')
    table = study_cache.table(
        screen.build, "compare", level=level, zones=zones, cog=screen.shown.cog
    )
    said = compare_words.sentence(table, names, words)
    answer.html(f'<p class="obs-answer" data-zones="{",".join(zones)}">{plain(said)}</p>')
    _figures(screen, table, names)
    _differences(screen, table, names)
    _maps(screen, zones, names, level)
    holds = words("compare.holds")
    asked: dict[str, Any] = {"level": level, "zones": zones, "cog": screen.shown.cog}
    table_downloads.study(screen, "compare", f"comparaison_{level}", holds, **asked)


def chosen(screen: Screen, names: dict[str, str]) -> tuple[str, ...]:
    """Return the zones of the link that are of the level; else those that lack most."""
    asked = tuple(code for code in screen.shown.zones if code in names)
    if asked or screen.shown.zones:
        return asked or _worst(screen)
    return _worst(screen)


def _worst(screen: Screen) -> tuple[str, ...]:
    table = cache.gaps(screen.build, cache.level_of(screen.shown), screen.shown.cog)
    first = MAPPED["missing_rate"].values(table).sort_values(ascending=False).index[:USUAL]
    return tuple(str(code) for code in table.loc[first, "code"])


def _choose(screen: Screen, names: dict[str, str]) -> None:
    words = screen.words
    level = cache.level_of(screen.shown)
    st.session_state["compare_level"] = level
    st.session_state[f"compare_zones_{level}"] = list(chosen(screen, names))
    left, right = st.columns([1, 3], gap="small", vertical_alignment="bottom")
    with left:
        st.segmented_control(
            words("carte.level"),
            LEVELS,
            format_func=lambda name: words(f"level.{name}"),
            key="compare_level",
            required=True,
            on_change=lambda: shell.update(level=st.session_state["compare_level"], zones=()),
        )
    with right:
        st.multiselect(
            words("compare.choose", most=MOST),
            list(names),
            format_func=lambda code: names[code],
            max_selections=MOST,
            key=f"compare_zones_{level}",
            on_change=lambda: shell.update(zones=tuple(st.session_state[f"compare_zones_{level}"])),
        )


def _figures(screen: Screen, table: pd.DataFrame, names: dict[str, str]) -> None:
    words = screen.words
    st.header(words("compare.figures"), anchor=False)
    for pair in (MEASURES[:2], MEASURES[2:]):
        for column, measure in zip(st.columns(2, gap="medium"), pair, strict=True):
            with column:
                draw = partial(compare_words.small_chart, table, measure, names, words)
                shown = _shown(screen, table)
                chart = study_cache.spec(screen.build, f"compare_{measure}", shown, draw)
                alt = words("compare.chart_alt", measure=words(f"compare.measure.{measure}"))
                st.vega_lite_chart(spec=chart, theme=None, alt=alt)
    headers, rows = compare_words.figure_rows(table, names, words)
    st.html(html_table(words("compare.figures"), headers, rows, numeric=range(1, len(headers))))
    st.html(f'<p class="obs-note">{plain(words("compare.ranks_note"))}</p>')


def _shown(screen: Screen, table: pd.DataFrame) -> tuple[object, ...]:
    """Return what the charts depend on."""
    return (*table["code"].unique(), screen.shown.cog, screen.words.lang)


def _differences(screen: Screen, table: pd.DataFrame, names: dict[str, str]) -> None:
    words = screen.words
    first = names[str(table["code"].iloc[0])]
    st.header(words("compare.differences", name=first), anchor=False)
    chart = study_cache.spec(
        screen.build,
        "compare_differences",
        _shown(screen, table),
        lambda: compare_words.difference_chart(table, names, words),
    )
    st.vega_lite_chart(spec=chart, theme=None, alt=words("compare.differences_alt"))
    st.html(f'<p class="obs-note">{plain(words("compare.differences_note"))}</p>')
    with st.expander(words("compare.differences_table")):
        headers, rows = compare_words.difference_rows(table, names, words)
        caption = words("compare.differences", name=first)
        st.html(html_table(caption, headers, rows, numeric=range(2, 5)))


def _known(build: cache.Build, level: Level, zones: tuple[str, ...], cog: Cog) -> gpd.GeoDataFrame:
    """Return the zones compared that have an outline, in their order."""
    outlines = cache.zone_table_of(build, level, cog).set_index("code", drop=False)
    known = outlines.loc[[code for code in zones if code in outlines.index]]
    return known.reset_index(drop=True)


@st.cache_data(max_entries=8, show_spinner=False)
def _views(
    build: cache.Build, level: Level, zones: tuple[str, ...], cog: Cog, lang: Lang
) -> SideBySide:
    iris = cache.zone_table_of(build, "iris", cog)
    communes = cache.zone_table_of(build, "commune", cog)
    return side_by_side(
        _known(build, level, zones, cog),
        iris,
        communes,
        MAPPED["missing_rate"],
        load_words(lang),
        backdrop_layers(),
    )


def _maps(screen: Screen, zones: tuple[str, ...], names: dict[str, str], level: Level) -> None:
    words = screen.words
    st.header(words("compare.maps"), anchor=False)
    views = _views(screen.build, level, zones, screen.shown.cog, words.lang)
    st.html(f"<style>{LEGEND_STYLE}</style>")
    st.html(views.legend)
    drawn = list(views.pages.items())
    for start in range(0, len(drawn), ACROSS):
        row = drawn[start : start + ACROSS]
        for column, (code, page) in zip(st.columns(ACROSS, gap="small"), row, strict=False):
            with column:
                st.html(f"<p><strong>{plain(names[code])}</strong></p>")
                st.iframe(page, height=MAP_HEIGHT, alt=words("compare.map_alt", name=names[code]))
    st.html(f'<p class="obs-note">{plain(words("compare.maps_note"))}</p>')
    suffix = screen.build.assumption_state.suffix()
    name = f"comparaison_{level}_{screen.shown.cog}{suffix}"
    map_downloads.offer(words, name, partial(_image, screen, zones, names, level))


def _image(screen: Screen, zones: tuple[str, ...], names: dict[str, str], level: Level) -> MapImage:
    """Return the maps side by side as one image."""
    build, cog, words = screen.build, screen.shown.cog, screen.words
    title = title_of(MAPPED["missing_rate"], "iris", words)
    return images.compared(
        _known(build, level, zones, cog),
        cache.zone_table_of(build, "iris", cog),
        cache.zone_table_of(build, "commune", cog),
        names,
        texts_around(cache.model(build), cache.manifest(build), words, cog, title),
        words,
        Overlays(backdrop=backdrop_layers()),
    )
