"""The part of the page of decisions where a scenario is composed: one change at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from observatory.app.decide import change_words
from observatory.app.decide.spots import POINT, Spot, Spots, kept, point_spot, spot_of
from observatory.app.pages import decimal_field, scenario_cache, scenario_state
from observatory.app.pages.shell import Screen
from observatory.errors import ChoiceError
from observatory.model.ground import Ground
from observatory.model.scenario import Scenario
from observatory.model.scenario_changes import (
    HALF,
    MOST_EUR,
    MOST_POSTS,
    WEEK_H,
    Budget,
    Change,
    Close,
    Hours,
    Move,
    Offer,
    Open,
    Posts,
    Stop,
)
from observatory.tables.language_names import language_name
from observatory.tables.person_needs import PUBLICS, SERVICES
from observatory.words.markup import plain

KINDS = ("open", "stop", "take", "close", "move", "hours", "offer", "budget")
KIND, WHERE, TO, PICKED = "decide_kind", "decide_where_", "decide_to", "decide_point"
USUAL_HOURS, USUAL_EUR = 7.0, 50_000.0


def point(ground: Ground) -> dict[str, Spot]:
    """Return the point that was clicked on the map, if there is one, by key."""
    at: tuple[float, float] | None = st.session_state.get(PICKED)
    spot = point_spot(*at, ground) if at else None
    return {} if spot is None else {spot.key: spot}


def picked(screen: Screen, what: str) -> None:
    """Take what was clicked on the map: a point, or the place that stands there."""
    kind = st.session_state.get(KIND, KINDS[0])
    key = what
    if what.startswith(f"{POINT}:"):
        try:
            lat, lon = (float(part) for part in what.removeprefix(f"{POINT}:").split(","))
        except ValueError:
            return
        st.session_state[PICKED] = lat, lon
        key = f"{POINT}:{lat:.6f},{lon:.6f}"
    known = scenario_cache.spots(screen.build)
    if what.startswith(f"{POINT}:") or key in known:
        _choose(kind, key, known)


def _choose(kind: str, key: str, known: Spots) -> None:
    """Put what was clicked where the kind of change asks for it."""
    if kind in ("open", "stop") or (key in known and key in kept(known, kind)):
        st.session_state[WHERE + kind] = key
    elif kind == "move":
        st.session_state[TO] = key


def show(screen: Screen, scenario: Scenario, spots: Spots) -> None:
    """Draw what a change asks for, and the list of those made."""
    words = screen.words
    st.header(words("decide.compose"), anchor=False)
    kind = st.selectbox(
        words("decide.kind_label"),
        KINDS,
        format_func=lambda name: words(f"decide.kind.{name}"),
        key=KIND,
    )
    if kind != "budget":
        _where(screen, kind, spots)
    _AMOUNTS[kind](screen, spots)
    st.button(
        words("decide.add"),
        key="decide_add",
        type="primary",
        on_click=_add,
        args=(screen, kind, spots),
        icon=":material/add:",
    )
    _changes(screen, scenario, spots)


def say_refused(screen: Screen) -> None:
    """Say once why the last thing asked for was not done."""
    found = scenario_state.refused()
    if found is None:
        return
    what, error = found
    st.error(screen.words(what))
    with st.expander(screen.words("error.detail")):
        st.code("\n".join((error.where, error.expected, error.found)), language=None)


# ---- One change -------------------------------------------------------------------------------
def _where(screen: Screen, kind: str, spots: Spots) -> None:
    words, options = screen.words, kept(spots, kind)
    _settle(WHERE + kind, options, _looked_at(screen, options))
    st.selectbox(
        words(f"decide.where.{kind}"),
        options,
        format_func=_labels(screen, spots),
        key=WHERE + kind,
        index=None,
        placeholder=words("decide.where_placeholder"),
        help=words("decide.where_help") if kind in ("open", "stop") else None,
    )


def _looked_at(screen: Screen, options: list[str]) -> str | None:
    """Return the zone that the visitor looked at on another page, where it can be chosen."""
    keys = (f"{kind}:{screen.shown.zone}" for kind in ("iris", "qpv"))
    return next((key for key in keys if key in options), None)


def _settle(key: str, options: list[str], usual: str | None) -> None:
    """Leave a choice that is still possible; else the usual one."""
    if key not in st.session_state or st.session_state[key] not in (*options, None):
        st.session_state[key] = usual


def _labels(screen: Screen, spots: Spots) -> Callable[[str], str]:
    known = scenario_cache.spot_labels(screen.build, screen.words.lang)
    communes = scenario_cache.commune_names(screen.build)
    return lambda key: known.get(key) or change_words.spot_label(spots[key], communes, screen.words)


def _posts(screen: Screen, _spots: Spots) -> None:
    decimal_field.choose(
        screen.words("decide.posts_label"),
        decimal_field.steps(HALF, MOST_POSTS, HALF),
        "decide_posts",
        screen.words,
        usual=HALF,
        help_text=screen.words("decide.posts_help"),
    )


def _hours(screen: Screen, _spots: Spots) -> None:
    decimal_field.choose(
        screen.words("decide.hours_label"),
        decimal_field.steps(HALF, WEEK_H, HALF),
        "decide_hours",
        screen.words,
        usual=USUAL_HOURS,
    )


def _destination(screen: Screen, spots: Spots) -> None:
    options = kept(spots, "open")
    _settle(TO, options, None)
    st.selectbox(
        screen.words("decide.to"),
        options,
        format_func=_labels(screen, spots),
        key=TO,
        index=None,
        placeholder=screen.words("decide.where_placeholder"),
        help=screen.words("decide.where_help"),
    )


def _offer(screen: Screen, _spots: Spots) -> None:
    words = screen.words
    spoken = scenario_cache.languages(words.lang)
    lists: dict[str, Any] = {"services": SERVICES, "publics": PUBLICS, "languages": spoken}
    for name, options in lists.items():
        st.multiselect(
            words(f"decide.offer.{name}"),
            options,
            format_func=lambda code: language_name(code, words.lang) or code,
            key=f"decide_{name}",
        )


def _budget(screen: Screen, _spots: Spots) -> None:
    label = screen.words("decide.budget_label")
    st.number_input(label, 0.0, MOST_EUR, USUAL_EUR, 1_000.0, format="%.0f", key="decide_budget")


def _nothing(_screen: Screen, _spots: Spots) -> None:
    return


_AMOUNTS: dict[str, Callable[[Screen, Spots], None]] = {
    "open": _posts,
    "stop": _hours,
    "take": _posts,
    "close": _nothing,
    "move": _destination,
    "hours": _hours,
    "offer": _offer,
    "budget": _budget,
}


def _add(screen: Screen, kind: str, spots: Spots) -> None:
    """Make the change that the fields ask for, before the page is drawn again."""
    try:
        change = _asked(kind, spots)
    except ChoiceError as error:
        scenario_state.refuse("decide.refused", error)
        return
    scenario_state.add(screen, change)
    st.session_state.pop(PICKED, None)


def _asked(kind: str, spots: Spots) -> Change:
    state = st.session_state
    if kind == "budget":
        return Budget(float(state["decide_budget"]))
    spot = spot_of(state.get(WHERE + kind), spots)
    if kind == "open":
        return opened(spot, float(state["decide_posts"]))
    if kind == "stop":
        return Stop(spot.lat, spot.lon, float(state["decide_hours"]), spot.called)
    if kind == "take":
        return Posts(spot.code, -float(state["decide_posts"]))
    if kind == "close":
        return Close(spot.code)
    if kind == "move":
        to = spot_of(state.get(TO), spots)
        return Move(spot.code, to.lat, to.lon)
    if kind == "hours":
        return Hours(spot.code, float(state["decide_hours"]))
    offered = (tuple(state[f"decide_{name}"]) for name in ("services", "publics", "languages"))
    return Offer(spot.code, *offered)


def opened(spot: Spot, posts: float) -> Change:
    """Return the change that opens posts at a place: more of them, where it is a known one."""
    if spot.kind in ("site", "opened"):
        return Posts(spot.code, posts)
    return Open(spot.lat, spot.lon, posts, spot.called)


# ---- The changes made -------------------------------------------------------------------------
def _changes(screen: Screen, scenario: Scenario, spots: Spots) -> None:
    words = screen.words
    if not scenario.changes:
        st.html(f'<p class="obs-note">{plain(words("decide.no_change"))}</p>')
    for number, change in enumerate(scenario.changes, 1):
        said = f"{number}. {change_words.sentence(change, spots, words)}"
        with st.container(horizontal=True, vertical_alignment="center", key=f"obs_change_{number}"):
            st.html(f"<p class='obs-change'>{plain(said)}</p>", width="stretch")
            st.button(
                words("decide.remove", number=number),
                key=f"decide_remove_{number}",
                on_click=scenario_state.remove,
                args=(screen, number),
                icon=":material/close:",
            )
    with st.container(horizontal=True):
        st.button(
            words("decide.undo"),
            key="decide_undo",
            on_click=scenario_state.undo,
            disabled=not scenario_state.kept().before,
            icon=":material/undo:",
        )
        st.button(
            words("decide.reset"),
            key="decide_reset",
            on_click=scenario_state.put,
            args=((),),
            disabled=not scenario.changes,
            icon=":material/restart_alt:",
        )
