"""What if: a scenario composed on a map, zone by zone, the next posts, and what to hand over."""

from __future__ import annotations

from functools import partial
from typing import Any

import streamlit as st

from observatory.app import cache
from observatory.app.decide import change_words, outcome_rows, painted_map, scenario_image
from observatory.app.decide.siting_words import change_of
from observatory.app.decide.spots import Spots, opened_spots
from observatory.app.pages import (
    assumption_controls,
    best_posts_part,
    compose_part,
    kept_scenarios_part,
    map_downloads,
    outcome_part,
    scenario_cache,
    scenario_state,
    shell,
    url_choice,
)
from observatory.app.pages.best_posts_part import POSTS
from observatory.app.pages.scenario_cache import Compared
from observatory.app.pages.shell import Painted, Screen
from observatory.app.selection import Selection
from observatory.model.measures import MEASURES
from observatory.model.scenario import Scenario
from observatory.sheets.hatching import remarked
from observatory.sheets.map_image import texts_around
from observatory.sheets.map_image_content import MapImage
from observatory.words.markup import plain
from observatory.words.numbers import number

#: The tabs: a change and what it does, zone by zone, the best next posts, to keep and to send.
PARTS = ("compose", "zones", POSTS, "keep")
MAP_HEIGHT = 500
VIEW = "decide_view"


def _draw(screen: Screen) -> Painted | None:
    """Draw the tab asked for; return what is painted over its map."""
    words = screen.words
    part = url_choice.asked(url_choice.PART, PARTS, screen)
    st.title(words(f"decide.title_of.{part}"), anchor=False)
    if cache.to_move(screen.build):
        _refuse_share(screen)
        return None
    scenario = scenario_state.read(screen)
    spots = {
        **opened_spots(scenario.changes),
        **compose_part.point(cache.ground(screen.build)),
        **scenario_cache.spots(screen.build),
    }
    kept_scenarios_part.offered(screen)
    answer = st.empty()
    url_choice.tabs(screen, "decider", PARTS, part)
    painted = _PARTS[part](screen, scenario, spots, answer)
    if part != POSTS:
        best_posts_part.carry()
    assumption_controls.show(screen)
    shell.glossary(screen, "decider")
    return painted


show = shell.page(_draw, compose_part.picked)


# ---- The tabs ---------------------------------------------------------------------------------
def _compose(screen: Screen, scenario: Scenario, spots: Spots, answer: Any) -> Painted:
    left, right = st.columns([13, 9], gap="medium")
    with left:
        view = _map(screen, scenario)
        suffix = screen.build.assumption_state.suffix()
        name = f"scenario_{view}_{screen.shown.cog}{suffix}"
        map_downloads.offer(screen.words, name, partial(_image, screen, scenario, spots, view))
    with right:
        compose_part.show(screen, scenario, spots)
    if scenario.changes:
        outcome_part.territory(screen, scenario, spots, answer)
    else:
        _first(screen, answer, spots)
    return _painted(screen, scenario, spots, view)


def _zones(screen: Screen, scenario: Scenario, spots: Spots, answer: Any) -> None:
    if not _said(screen, scenario, answer, spots):
        st.html(f"<p>{plain(screen.words('decide.no_zone'))}</p>")
        return
    outcome_part.zones(screen, scenario)


def _posts(screen: Screen, scenario: Scenario, spots: Spots, answer: Any) -> None:
    found = best_posts_part.said(screen)
    if found:
        now = outcome_part.said(screen, _compared(screen, scenario)) if scenario.changes else ""
        answer.html(found + now.replace("obs-answer", "obs-detail"))
    else:
        _said(screen, scenario, answer, spots)
    best_posts_part.show(screen, scenario, spots)


def _keep(screen: Screen, scenario: Scenario, spots: Spots, answer: Any) -> None:
    _said(screen, scenario, answer, spots)
    kept_scenarios_part.show(screen, scenario)


_PARTS = {"compose": _compose, "zones": _zones, POSTS: _posts, "keep": _keep}


def _said(screen: Screen, scenario: Scenario, answer: Any, spots: Spots) -> bool:
    """Say what the scenario changes, or what is missing; tell whether it changes anything."""
    if scenario.changes:
        answer.html(outcome_part.said(screen, _compared(screen, scenario)))
    else:
        _first(screen, answer, spots)
    return bool(scenario.changes)


def _compared(screen: Screen, scenario: Scenario) -> Compared:
    return Compared(screen.build, scenario.changes, scenario_cache.draws())


def _refuse_share(screen: Screen) -> None:
    """Say that nothing is missing under a share, and offer a norm under which something is."""
    words = screen.words
    st.html(f'<p class="obs-answer obs-first">{plain(words("decide.no_share"))}</p>')
    st.button(
        words("decide.take_france"), key="decide_france", on_click=_take_france, args=(screen,)
    )
    assumption_controls.show(screen)
    shell.glossary(screen, "decider")


def _take_france(screen: Screen) -> None:
    shell.write_assumption_state(screen.build.assumption_state.with_(norm="france"))


def _first(screen: Screen, answer: Any, spots: Spots) -> None:
    """Say what is missing, and what half a post would change at best."""
    words, lang = screen.words, screen.words.lang
    row: Any = cache.gaps(screen.build, "ept", screen.shown.cog).iloc[0]
    best = scenario_cache.best_half(screen.build)
    ends = ("missing_h_per_week", "missing_low", "missing_high")
    hours, low, high = (number(row[name], lang) for name in ends)
    rate = number(row["missing_h_per_100"], lang, 2)
    said = words("decide.nothing", hours=hours, low=low, high=high, rate=rate)
    if len(best):
        one: Any = best.iloc[0]
        gain = number(one["gain_h_per_week"], lang, 1)
        where = f"{one['name']} ({one['commune_name']})"
        said += " " + words("decide.half", gain=gain, where=where)
    with answer.container():
        st.html(f'<p class="obs-answer obs-first">{plain(said)}</p>')
        if len(best):
            st.button(
                words("decide.open_half"),
                key="decide_half",
                on_click=scenario_state.add,
                args=(screen, change_of(best.iloc[0], spots)),
                icon=":material/add_location:",
            )


def _map(screen: Screen, scenario: Scenario) -> painted_map.View:
    words = screen.words
    view: painted_map.View = "before"
    if scenario.changes:
        chosen = st.segmented_control(
            words("decide.view"),
            painted_map.VIEWS,
            default=painted_map.VIEWS[0],
            format_func=lambda name: words(f"decide.view_of.{name}"),
            key=VIEW,
            required=True,
            label_visibility="collapsed",
        )
        view = chosen or painted_map.VIEWS[0]
    html = cache.map_view(screen.build, _mapped(screen), tiles=False)
    st.iframe(html, height=MAP_HEIGHT, alt=words("decide.map_alt"))
    st.html(f'<p class="obs-note">{plain(words("decide.map_hint"))}</p>')
    return view


def _image(screen: Screen, scenario: Scenario, spots: Spots, view: painted_map.View) -> MapImage:
    """Return the map and what is painted over it as one image."""
    build, cog, words = screen.build, screen.shown.cog, screen.words
    count = scenario_cache.draws() if scenario.changes else 0
    found = Compared(build, scenario.changes, count)
    said: str | None = None
    more: tuple[str, ...] = ()
    if scenario.changes:
        said = outcome_rows.answer(found.totals, outcome_part.near_minutes(screen), words)
        more = (change_words.listed(scenario.changes, spots, words),)
    title = scenario_image.title(view, "iris", words)
    mapped = _mapped(screen)
    return scenario_image.scenario_image(
        cache.zone_table_of(build, "iris", cog),
        cache.zone_table_of(build, "commune", cog),
        found.table("iris", cog),
        view,
        texts_around(
            cache.model(build), cache.manifest(build), words, cog, title, said=said, more=more
        ),
        words,
        cache.overlays(build, mapped),
        {name: cache.layer_counts(build)[name] for name in mapped.layers},
        painted_map.marks(scenario.changes, spots),
    )


def _mapped(screen: Screen) -> Selection:
    """Return what the map shows, whatever the visitor looks at on the other pages."""
    return Selection(
        lang=screen.words.lang, level="iris", cog=screen.shown.cog, layers=("qpv", "sites")
    )


def _painted(
    screen: Screen, scenario: Scenario, spots: Spots, view: painted_map.View
) -> dict[str, Any]:
    build, cog = screen.build, screen.shown.cog
    count = scenario_cache.draws() if scenario.changes else 0
    table = Compared(build, scenario.changes, count).table("iris", cog)
    names = cache.zone_names(build, "iris", cog, screen.words.lang)
    said = _remarks(build, _mapped(screen))
    found = painted_map.painted(
        table, scenario_cache.grades(build, "iris", cog), names, view, said, screen.words
    )
    marks: list[dict[str, Any]] = [
        {"at": [one.lat, one.lon], "text": one.text, "gone": one.gone}
        for one in painted_map.marks(scenario.changes, spots)
    ]
    pointed = compose_part.point(cache.ground(build))
    marks += [{"at": [spot.lat, spot.lon], "text": "?", "gone": False} for spot in pointed.values()]
    return {**found, "marks": marks}


@st.cache_resource(max_entries=16, show_spinner=False)
def _remarks(build: cache.Build, shown: Selection) -> dict[str, bool]:
    """Return what the legend of the quarters has to remark; never to be changed."""
    drawn = cache.zone_table_of(build, "iris", shown.cog)
    return remarked(drawn, MEASURES["missing_rate"], cache.overlays(build, shown))
