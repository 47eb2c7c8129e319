"""The assumptions of the measure, shared by the pages that show what was computed with them."""

from __future__ import annotations

from typing import Any

import streamlit as st

from observatory.app import assumption_state, cache
from observatory.app.assumption_state import (
    DECAYS,
    FIXED,
    NORM_RANGE,
    NORMS,
    SPEED_RANGE,
    AssumptionState,
)
from observatory.app.pages import decimal_field, shell
from observatory.app.pages.shell import Screen
from observatory.errors import ChoiceError
from observatory.model.assumptions import Assumptions
from observatory.words.markup import plain
from observatory.words.numbers import number


def show(screen: Screen) -> None:
    """Let the visitor change the assumptions; the head of the page says which were changed."""
    words, state = screen.words, screen.build.assumption_state
    with st.expander(words("assumptions.heading"), icon=":material/tune:"):
        st.html(f'<p class="obs-note">{plain(words("assumptions.note"))}</p>')
        norm, decay, speed = st.columns(3, gap="medium")
        with norm:
            _norm(screen)
        with decay:
            _decay(screen)
        with speed:
            _speed(screen)
        _other(screen)
        if state.changed:
            st.button(
                words("assumptions.reset"),
                key="assumptions_reset",
                on_click=lambda: shell.write_assumption_state(AssumptionState()),
                icon=":material/undo:",
            )


def _take(screen: Screen, **values: Any) -> None:
    """Write what a widget says, leaving out what the file says already."""
    base = cache.assumptions_file(screen.build)
    shell.write_assumption_state(
        assumption_state.settled(screen.build.assumption_state.with_(**values), base)
    )


def _now(screen: Screen) -> Assumptions:
    return cache.assumptions(screen.build)


def _norm(screen: Screen) -> None:
    words, norm = screen.words, _now(screen).text("gap.norm")
    kind = norm if norm in NORMS else FIXED
    st.session_state["assumptions_norm"] = kind
    st.selectbox(
        words("assumptions.norm"),
        (*NORMS, FIXED),
        format_func=lambda name: words(f"assumptions.norm_of.{name}"),
        key="assumptions_norm",
        help=words("assumptions.norm_help"),
        on_change=lambda: _take(screen, norm=_norm_chosen(screen)),
    )
    if kind != FIXED:
        return
    low, high, step = NORM_RANGE
    used = round(min(max(float(norm), low), high), 1)
    st.session_state["assumptions_fixed"] = used
    decimal_field.choose(
        words("assumptions.fixed"),
        decimal_field.steps(low, high, step),
        "assumptions_fixed",
        words,
        usual=used,
        on_change=lambda: _take(
            screen, norm=assumption_state.fixed(st.session_state["assumptions_fixed"])
        ),
    )


def _norm_chosen(screen: Screen) -> str:
    """Return the norm asked for; a fixed one starts at the norm in use."""
    kind = str(st.session_state["assumptions_norm"])
    return assumption_state.fixed(cache.measured(screen.build).norm) if kind == FIXED else kind


def _decay(screen: Screen) -> None:
    words = screen.words
    st.session_state["assumptions_decay"] = _now(screen).text("access.decay")
    st.selectbox(
        words("assumptions.decay"),
        DECAYS,
        format_func=lambda name: words(f"assumptions.decay_of.{name}"),
        key="assumptions_decay",
        help=words("assumptions.decay_help"),
        on_change=lambda: _take(screen, decay=st.session_state["assumptions_decay"]),
    )


def _speed(screen: Screen) -> None:
    words, item = screen.words, _now(screen)["walk.speed_kmh"]
    low, high, step = SPEED_RANGE
    # A slider of numbers writes them with a point; one of options, in the reader's language.
    speeds = decimal_field.steps(low, high, step)
    st.session_state["assumptions_speed"] = min(max(round(item.number, 1), low), high)
    st.select_slider(
        words("assumptions.speed"),
        speeds,
        format_func=lambda speed: words("assumptions.speed_is", speed=number(speed, words.lang, 1)),
        key="assumptions_speed",
        help=words("assumptions.speed_help", low=number(item.low, words.lang, 1)),
        on_change=lambda: _take(screen, speed=round(st.session_state["assumptions_speed"], 1)),
    )


def _other(screen: Screen) -> None:
    """Offer every other number that acts on the figures, one at a time."""
    words, base = screen.words, cache.assumptions_file(screen.build)
    labels = {text.item.name: text for text in cache.assumed(screen.build, words.lang)}
    names = ("", *(name for name in assumption_state.others(base) if name in labels))
    name = st.selectbox(
        words("assumptions.other"),
        names,
        format_func=lambda key: labels[key].label if key else words("assumptions.other_none"),
        key="assumptions_other",
        help=words("assumptions.other_help"),
    )
    if not name:
        return
    item = _now(screen)[name]
    st.session_state["assumptions_other_value"] = decimal_field.text(item.number, words)
    st.text_input(
        f"{labels[name].label} ({labels[name].unit})" if labels[name].unit else labels[name].label,
        key="assumptions_other_value",
        help=labels[name].why,
        on_change=lambda: _take_other(screen, name),
    )


def _take_other(screen: Screen, name: str) -> None:
    value = decimal_field.read(st.session_state["assumptions_other_value"])
    if value is None or value < 0:
        return  # no number: the field goes back to the one in use
    try:
        cache.assumptions_file(screen.build).changed({name: value})
    except ChoiceError:
        return  # a number that the unit cannot have: the field goes back to the one in use
    _take(screen, more=tuple({**dict(screen.build.assumption_state.more), name: value}.items()))
