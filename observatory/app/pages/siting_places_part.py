"""Where a search may, must and must not place posts: own points, served and excluded places."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from observatory.app import cache
from observatory.app.cache import Build
from observatory.app.decide.change_words import spot_label
from observatory.app.decide.spots import POINT, QPV, SCHOOL, SITE, Spot, Spots, typed_spot
from observatory.app.pages import decimal_field, scenario_cache
from observatory.app.pages.shell import Screen
from observatory.model.scenario_changes import HALF, MOST_POSTS
from observatory.model.siting_request import OwnPoint
from observatory.words.markup import plain

OWN, FIXED, FORBIDDEN, LEAST = "decide_own", "decide_fixed", "decide_forbidden", "decide_least_"
#: How many points of one's own a search takes, and how many places that must be served.
MOST = 20
KINDS = (SITE, SCHOOL, QPV)


@dataclass(frozen=True)
class Chosen:
    """What the fields say.

    Attributes
    ----------
    own
        The points of one's own.
    fixed
        The posts that some places get at least.
    forbidden
        The places that get none.
    unread
        What was typed and is no point of the territory.
    """

    own: tuple[OwnPoint, ...]
    fixed: Mapping[str, float]
    forbidden: tuple[str, ...]
    unread: tuple[str, ...]


def chosen(build: Build) -> Chosen:
    """Return what the fields of this session say."""
    own, unread = _own(build)
    numbers = {key: f"own-{number}" for number, key in enumerate(own, 1)}
    fixed = {
        numbers.get(key, _code(key)): float(st.session_state.get(LEAST + key, HALF))
        for key in _kept(FIXED)
        if key in numbers or not _is_point(key)
    }
    points = tuple(OwnPoint(spot.lat, spot.lon, spot.called) for spot in own.values())
    return Chosen(points, fixed, tuple(map(_code, _kept(FORBIDDEN))), unread)


def fields() -> list[str]:
    """Return the names of the fields of this session."""
    return [OWN, FIXED, FORBIDDEN, *(LEAST + key for key in _kept(FIXED))]


def show(screen: Screen, spots: Spots) -> None:
    """Draw the fields."""
    known = _distinct(scenario_cache.spot_labels(screen.build, screen.words.lang))
    listed = [key for key in known if key.partition(":")[0] in KINDS]
    own = _show_own(screen, spots)
    _show_fixed(screen, own, [key for key in listed if spots[key].located], known)
    st.multiselect(
        screen.words("decide.siting.forbidden"),
        listed,
        format_func=lambda key: known[key],
        key=FORBIDDEN,
        placeholder=screen.words("decide.siting.none_forbidden"),
    )


def _show_own(screen: Screen, spots: Spots) -> dict[str, str]:
    """Draw the points of one's own; return what to call each, by key."""
    words, communes = screen.words, scenario_cache.commune_names(screen.build)
    clicked = [key for key in spots if _is_point(key)]
    found, unread = _own(screen.build)
    shown = {**found, **{key: spots[key] for key in clicked}}
    labels = {
        key: f"{spot_label(spot, communes, words)} {spot.code}" for key, spot in shown.items()
    }
    st.multiselect(
        words("decide.siting.own"),
        list(dict.fromkeys([*clicked, *_kept(OWN)])),
        format_func=lambda key: labels.get(key, key),
        key=OWN,
        placeholder=words("decide.siting.own_placeholder"),
        help=words("decide.siting.own_help"),
        accept_new_options=True,
        max_selections=MOST,
    )
    for text in unread:
        said = plain(words("decide.siting.own_unread", text=text))
        st.html(f'<p class="obs-note" role="alert"><strong>{said}</strong></p>')
    return {key: labels[key] for key in found}


def _show_fixed(
    screen: Screen, own: Mapping[str, str], listed: list[str], known: Mapping[str, str]
) -> None:
    """Draw the places that must get posts, and how many each at least."""
    words, options = screen.words, [*own, *listed]
    st.session_state[FIXED] = [key for key in _kept(FIXED) if key in options]
    labels = {**known, **own}
    served = st.multiselect(
        words("decide.siting.fixed"),
        options,
        format_func=lambda key: labels[key],
        key=FIXED,
        placeholder=words("decide.siting.none_fixed"),
        max_selections=MOST,
    )
    for key in dict.fromkeys(served):
        label = words("decide.siting.least", place=labels[key])
        halves = decimal_field.steps(HALF, MOST_POSTS, HALF)
        decimal_field.choose(label, halves, LEAST + key, words, usual=HALF)


def _own(build: Build) -> tuple[dict[str, Spot], tuple[str, ...]]:
    """Return the points chosen, by what was clicked or typed, and what is none."""
    ground = cache.ground(build)
    read = {text: typed_spot(text.removeprefix(f"{POINT}:"), ground) for text in _kept(OWN)}
    found = {text: spot for text, spot in read.items() if spot is not None}
    return found, tuple(text for text in read if text not in found)


def _distinct(labels: Mapping[str, str]) -> dict[str, str]:
    """Return the labels, those that several places share with the code of each: a list reads them
    back by their text."""
    count = Counter(labels.values())
    return {k: f"{text} {_code(k)}" if count[text] > 1 else text for k, text in labels.items()}


def _kept(name: str) -> list[str]:
    return list(st.session_state.get(name, ()))


def _code(key: str) -> str:
    return key.partition(":")[2]


def _is_point(key: str) -> bool:
    return key.startswith(f"{POINT}:")
