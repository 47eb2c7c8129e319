"""What stands beside the map: the figures, the ranking of the zones, the zone that is chosen."""

from __future__ import annotations

from typing import Any

import streamlit as st

from observatory.app import cache
from observatory.app.pages import age_line, shell
from observatory.app.pages.shell import Screen
from observatory.app.ranking import as_text, gap_sentence, ranked, with_commune
from observatory.app.selection import Selection
from observatory.model.measures import MEASURES
from observatory.words.catalogue import load_words
from observatory.words.markup import html_table, plain, with_chosen
from observatory.words.numbers import number, of_name, percent, quarter_name


def show(screen: Screen, row: Any) -> None:
    """Draw the rail; ``row`` has the figures of the whole territory."""
    st.html(_tiles(screen, row))
    age_line.show(screen)
    _choose(screen)
    _panel(screen)
    _ranking(screen)


def _tiles(screen: Screen, row: Any) -> str:
    words, lang = screen.words, screen.words.lang
    ends = {"low": number(row["need_low"], lang), "high": number(row["need_high"], lang)}
    reach = {end: number(row[f"access_{end}"], lang, 2) for end in ("low", "high")}
    minutes = number(cache.assumptions(screen.build).number("access.near_min"), lang)
    people = number(row["population_latest"], lang)
    places = cache.layer_counts(screen.build)["sites"][1]
    hours = number(row["help_h_per_week"], lang)
    tiles: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("need", number(row["need_persons"], lang), {**ends, "population": people}),
        ("help", words("carte.tile_help_unit", value=hours), {"places": places}),
        ("access", number(row["access_h_per_100"], lang, 2), reach),
        ("near", percent(row["within_15_pct"], lang), {}),
    )
    called = {name: words(f"carte.tile_{name}", minutes=minutes) for name, _, _ in tiles}
    cells = "".join(
        f"<div><dt>{plain(called[name])}</dt><dd><strong>{plain(value)}</strong> "
        f"<span>{plain(words(f'carte.tile_{name}_more', **more))}</span></dd></div>"
        for name, value, more in tiles
    )
    return f'<dl class="obs-tiles obs-beside">{cells}</dl>'


def _choose(screen: Screen) -> None:
    names = cache.communes(screen.build, screen.shown.cog)
    st.session_state["map_commune"] = screen.shown.commune
    st.selectbox(
        screen.words("carte.choose"),
        ["", *names],
        format_func=lambda code: names.get(code, screen.words("carte.nobody")),
        key="map_commune",
        on_change=lambda: shell.update(commune=st.session_state["map_commune"], zone=""),
        label_visibility="collapsed",
    )


def _ranking(screen: Screen) -> None:
    """Rank the zones of the map; a row and its zone point at each other, and a click chooses."""
    words, shown = screen.words, screen.shown
    code = shown.commune if shown.level == "commune" else shown.zone
    made = with_chosen(_table(screen.build, cache.bare(shown).changed(layers=())), code)
    st.html(f'<div class="obs-ranking">{made}</div>')
    st.html(f'<p class="obs-note obs-screen">{plain(words("carte.ranking_hint"))}</p>')


@cache.made_once
def _table(build: cache.Build, shown: Selection) -> str:
    words = load_words(shown.lang, to_move=cache.to_move(build))
    measure = MEASURES[shown.colour]
    table = ranked(cache.gaps(build, cache.level_of(shown), shown.cog), measure)
    second = "missing_rate" if measure.name == "missing" else "missing"
    towns = cache.commune_of_zones(build, table["code"], shown.cog)
    texts = as_text(table, (measure.name, second), words, intervals=False)
    caption = words(
        "carte.ranking",
        level=words(f"level_many.{shown.level}"),
        measure=words(f"measure.{measure.name}.label"),
    )
    numeric = range(1 + (shown.level != "commune"), 9)
    codes = table["code"].tolist()
    return html_table(caption, *with_commune(texts, towns, words), numeric=numeric, zones=codes)


def _panel(screen: Screen) -> None:
    words, shown = screen.words, screen.shown
    level = cache.level_of(shown)
    zones = cache.gaps(screen.build, level, shown.cog).set_index("code")
    communes = cache.gaps(screen.build, "commune", shown.cog).set_index("code")
    if shown.commune not in communes.index:
        return
    town: Any = communes.loc[shown.commune]
    fine = level != "commune" and shown.zone in zones.index
    row: Any = zones.loc[shown.zone] if fine else town
    name = quarter_name(str(row["name"]), words.lang) + (f" ({town['name']})" if fine else "")
    code = shown.zone if fine else shown.commune
    wording = gap_sentence("carte.panel_sentence", row, words)
    mark = "zone-shown" if fine else "commune"
    with st.container(border=True, key="obs_panel", gap="xsmall"):
        st.html(
            f'<div data-{mark}="{plain(code)}"><h3>{plain(words("carte.panel", name=name))}</h3>'
            f"<p>{plain(wording)}</p></div>"
        )
        whose = of_name(str(town["name"]), words.lang)
        shell.link_to("fiche", words("carte.open_sheet", of_name=whose))
