"""The home screen: where help is missing, on a map and in a ranked table beside it."""

from __future__ import annotations

from typing import Any

import streamlit as st

from observatory.app import assumption_state, cache
from observatory.app.measures import MEASURES
from observatory.app.pages import assumption_controls, download_button, shell
from observatory.app.pages.shell import Screen
from observatory.app.ranking import COLUMNS, as_text, columns_for, gap_sentence, ranked, styled
from observatory.app.selection import LAYERS, LEVELS
from observatory.files import EXTENSIONS
from observatory.geo.codes import COGS
from observatory.words.markup import html_table, plain
from observatory.words.numbers import number, of_name, percent

MAP_HEIGHT = 540
FORMS = {
    "csv": "text/csv",
    "csv-fr": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "geojson": "application/geo+json",
    "gpkg": "application/geopackage+sqlite3",
}


@shell.page
def show(screen: Screen) -> None:
    """Draw the home screen."""
    _answer(screen)
    shell.glossary(screen, "carte")
    shell.banner(screen)
    assumption_controls.show(screen)
    _controls(screen)
    left, right = st.columns([11, 9], gap="medium")
    with left:
        _map(screen)
    with right:
        _ranking(screen)
    _table(screen)
    _downloads(screen)


def _answer(screen: Screen) -> None:
    words, lang = screen.words, screen.words.lang
    row = cache.gaps(screen.build, "ept", screen.shown.cog).iloc[0]
    st.title(words("carte.title", ept=str(row["name"])), anchor=False)
    wording = gap_sentence("carte.answer", row, words)
    detail = words(f"carte.norm.{row['norm']}", norm=number(row["norm_h_per_100"], lang, 2))
    st.html(
        f'<p class="obs-answer">{wording}</p>{_tiles(screen, row)}'
        f'<p class="obs-note">{plain(detail)} {plain(words("carte.estimate"))}</p>'
    )


def _tiles(screen: Screen, row: Any) -> str:
    words, lang = screen.words, screen.words.lang
    ends = {"low": number(row["need_low"], lang), "high": number(row["need_high"], lang)}
    people = number(row["population_latest"], lang)
    places = cache.layer_counts(screen.build)["sites"][1]
    hours = number(row["help_h_per_week"], lang)
    tiles: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("need", number(row["need_persons"], lang), {**ends, "population": people}),
        ("help", words("carte.tile_help_unit", value=hours), {"places": places}),
        ("access", number(row["access_h_per_100"], lang, 2), {}),
        ("near", percent(row["within_15_pct"], lang), {}),
    )
    cells = "".join(
        f"<div><dt>{plain(words(f'carte.tile_{name}'))}</dt><dd><strong>{plain(value)}</strong> "
        f"<span>{plain(words(f'carte.tile_{name}_more', **more))}</span></dd></div>"
        for name, value, more in tiles
    )
    return f'<dl class="obs-tiles">{cells}</dl>'


def _controls(screen: Screen) -> None:
    words = screen.words
    colour, level, cog = st.columns([3, 1.4, 2], gap="small", vertical_alignment="bottom")
    with colour:
        _choice("colour", tuple(MEASURES), lambda name: words(f"measure.{name}.label"), screen)
    with level:
        _segments("level", LEVELS, lambda name: words(f"level.{name}"), screen)
    with cog:
        _choice("cog", COGS, lambda name: words(f"cog.{name}"), screen, help=words("cog.note"))


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


def _choice(name: str, options: Any, label: Any, screen: Screen, **more: Any) -> None:
    key = f"map_{name}"
    st.session_state[key] = getattr(screen.shown, name)
    st.selectbox(
        screen.words(f"carte.{name}"),
        options,
        format_func=label,
        key=key,
        on_change=lambda: shell.update(**{name: st.session_state[key]}),
        **more,
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
    )


def _map(screen: Screen) -> None:
    words, shown = screen.words, screen.shown
    tiles = bool(st.session_state.get("map_tiles", False))
    view = cache.map_view(screen.build, shown.changed(commune=""), tiles)
    _layers(screen)
    st.html(view.legend)
    st.iframe(view.html, height=MAP_HEIGHT, alt=words("map.aria"))
    # Never in the URL: opening a link must not send the visitor's address to a third party.
    st.checkbox(words("carte.tiles"), key="map_tiles")
    counts = cache.layer_counts(screen.build)
    notes = [
        words(f"map.{layer}_partial", known=counts[layer][0], total=counts[layer][1])
        for layer in shown.layers
        if counts[layer][0] < counts[layer][1]
    ]
    st.html(
        f'<p class="obs-note">{plain(words(f"measure.{shown.colour}.help"))} '
        f"{plain(' '.join(notes))}</p>"
    )


def _ranking(screen: Screen) -> None:
    words, shown = screen.words, screen.shown
    st.header(words("carte.ranking"), anchor=False)
    _choose(screen)
    measure = MEASURES[shown.colour]
    table = ranked(cache.gaps(screen.build, "commune", shown.cog), measure)
    codes = table["code"].tolist()
    picked = [codes.index(shown.commune)] if shown.commune in codes else []
    # A new key for each choice: the row picked by a click must follow a choice made elsewhere.
    key = f"ranking_{shown.cog}_{shown.colour}_{shown.commune}"
    st.dataframe(
        styled(table, columns_for(measure), words),
        hide_index=True,
        height="content",
        row_height=36,
        key=key,
        on_select=lambda: _take_row(key, codes),
        selection_mode="single-row",
        selection_default={"selection": {"rows": picked}},
        alt=words("carte.ranking_alt", measure=words(f"measure.{shown.colour}.label")),
    )
    st.html(f'<p class="obs-note">{plain(words("carte.ranking_hint"))}</p>')
    _panel(screen)


def _take_row(key: str, codes: list[str]) -> None:
    rows = st.session_state[key]["selection"]["rows"]
    shell.update(commune=codes[rows[0]] if rows else "")


def _choose(screen: Screen) -> None:
    names = cache.communes(screen.build, screen.shown.cog)
    st.session_state["map_commune"] = screen.shown.commune
    st.selectbox(
        screen.words("carte.choose"),
        ["", *names],
        format_func=lambda code: names.get(code, screen.words("carte.nobody")),
        key="map_commune",
        on_change=lambda: shell.update(commune=st.session_state["map_commune"]),
    )


def _panel(screen: Screen) -> None:
    words, shown = screen.words, screen.shown
    table = cache.gaps(screen.build, "commune", shown.cog).set_index("code")
    if shown.commune not in table.index:
        return
    row: Any = table.loc[shown.commune]
    wording = gap_sentence("carte.panel_sentence", row, words)
    with st.container(border=True):
        st.html(
            f'<div data-commune="{plain(shown.commune)}"><h3>'
            f"{plain(words('carte.panel', name=row['name']))}</h3><p>{plain(wording)}</p></div>"
        )
        whose = of_name(str(row["name"]), words.lang)
        shell.link_to("commune", words("carte.open_sheet", of_name=whose))


def _table(screen: Screen) -> None:
    words, shown = screen.words, screen.shown
    measure = MEASURES[shown.colour]
    with st.expander(words("carte.as_table")):
        table = ranked(cache.gaps(screen.build, cache.level_of(shown), shown.cog), measure)
        caption = words(
            "carte.table_caption",
            measure=words(f"measure.{measure.name}.label"),
            level=words(f"level_one.{shown.level}"),
            cog=words(f"cog.{shown.cog}"),
        )
        st.html(html_table(caption, *as_text(table, COLUMNS, words)))


def _downloads(screen: Screen) -> None:
    words, shown, level = screen.words, screen.shown, cache.level_of(screen.shown)
    suffix = screen.build.assumption_state.suffix()
    st.header(words("carte.download"), anchor=False)
    with st.container(horizontal=True):
        for form, mime in FORMS.items():
            data = (
                cache.gaps_csv(screen.build, level, shown.cog)
                if form == "csv"
                else cache.gaps_file(screen.build, level, shown.cog, form)
            )
            st.download_button(
                words(f"carte.{form}"),
                data,
                file_name=f"plaine-connexion_{level}_{shown.cog}{suffix}.{EXTENSIONS[form]}",
                mime=mime,
                on_click="ignore",
                icon=":material/download:",
            )
    hint = f"{words('carte.download_hint')} {words('carte.download_note')}"
    download_button.note(f"{words('carte.holds')} {hint}")
    st.html(f'<p class="obs-note">{plain(words("carte.command"))}</p>')
    st.code(
        assumption_state.command(screen.build.assumption_state, level, shown.cog),
        language=None,
        wrap_lines=True,
    )
