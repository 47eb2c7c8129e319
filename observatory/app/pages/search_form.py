"""The one flow of the search: where from, what for, when; then the optional criteria."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from observatory.app import cache
from observatory.app.find.find_state import (
    AUDIENCES,
    CARES,
    COMING,
    NEED_KEYS,
    SWITCHES,
    WHENS,
    Search,
    Start,
)
from observatory.app.pages import searching
from observatory.app.pages.shell import Screen
from observatory.app.selection import Refused
from observatory.places.search.named import suggestions
from observatory.places.search.request import APPOINTMENTS
from observatory.tables.language_names import language_name
from observatory.tables.person_needs import SPOKEN
from observatory.words.markup import plain
from observatory.words.remark_words import sentence

HERE = Path(__file__).parent.parent

_hands = st.components.v2.component(
    "observatory_find",
    html='<button type="button"></button> <span role="status"></span>',
    css=(HERE / "find" / "hands.css").read_text(encoding="utf-8"),
    js=(HERE / "find" / "find.js").read_text(encoding="utf-8"),
)


def show(screen: Screen, search: Search, refused: tuple[Refused, ...]) -> None:
    """Draw the form."""
    words = screen.words
    for item in refused:
        note(words("url.refused", name=item.name, value=item.value), alert=True)
    where, need, when = st.columns([7, 7, 10], gap="small")
    with where:
        st.text_input(
            words("find.where"),
            key=searching.WHERE,
            placeholder=words("find.where_hint"),
            autocomplete="off",
            icon=":material/search:",
            on_change=searching.take_text,
            args=(screen,),
        )
    with need:
        _needs(screen, search)
    with when:
        _when(screen, search)
    _about_need(screen)
    _about_start(screen)
    _filters(screen, search)


def note(text: str, *, alert: bool = False) -> None:
    """Show a line in small; an alert is read out at once."""
    role = ' role="alert"' if alert else ""
    st.html(f'<p class="obs-note"{role}>{plain(text)}</p>')


def _needs(screen: Screen, search: Search) -> None:
    words = screen.words
    st.session_state[searching.NEEDS] = list(search.needs)
    st.multiselect(
        words("find.need"),
        NEED_KEYS,
        format_func=lambda key: words.items.get(f"find.need_label.{key}", key),
        key=searching.NEEDS,
        placeholder=words("find.need_hint"),
        accept_new_options=True,
        filter_mode="contains",
        select_all=False,
        on_change=searching.take_needs,
    )


def _when(screen: Screen, search: Search) -> None:
    words = screen.words
    st.session_state["find_when"] = search.when
    st.segmented_control(
        words("find.when"),
        WHENS,
        format_func=lambda when: words(f"find.when_label.{when}"),
        key="find_when",
        required=True,
        on_change=lambda: searching.update(when=st.session_state["find_when"]),
    )


def _about_need(screen: Screen) -> None:
    unknown = st.session_state.get(searching.UNKNOWN, ())
    if unknown:
        note(screen.words("find.need_unknown", words=", ".join(unknown)), alert=True)


def _about_start(screen: Screen) -> None:
    """Show where the search starts from, and offer the other places that the text may mean."""
    words, here = screen.words, searching.start()
    typed = str(st.session_state.get(searching.TYPED, ""))
    if here is not None:
        line = words("find.from_line", label=here.label, kind=kind_word(here, screen))
        mind = "" if here.note is None else sentence(here.note, words.lang)
        if searching.kept().slow:
            mind = f"{words('find.at_pace')} {mind}"
        st.html(
            f'<p class="obs-from-line" role="status">{plain(line)} '
            f'<span class="obs-old">{plain(mind)}</span></p>'
        )
    elif typed and not st.session_state.get(searching.CHOICES):
        between = words("frame.between")
        names = suggestions(typed, cache.gazetteer(screen.build), 3)
        note(words("find.missing", text=typed[:60], names=between.join(names)), alert=True)
    if failed := st.session_state.get(searching.MESSAGE):
        note(words(str(failed)), alert=True)
    with st.container(horizontal=True, vertical_alignment="center", key="find_ways"):
        _ask_ign(screen, typed, here)
        _locate(screen, here)
    _choices(screen, here)


def kind_word(here: Start, screen: Screen) -> str:
    """Return the words for a kind of start."""
    return screen.words(f"find.kind.{here.kind}")


def _ask_ign(screen: Screen, typed: str, here: Start | None) -> None:
    if not typed or (here is not None and here.kind == "ign"):
        return
    asked = here is None and not st.session_state.get(searching.CHOICES)
    st.button(
        screen.words("find.ign", host=cache.geocoder().host),
        key="find_ign",
        icon=":material/travel_explore:",
        type="primary" if asked or (here is not None and here.note) else "secondary",
        on_click=searching.take_address,
        args=(screen,),
    )


def _locate(screen: Screen, here: Start | None) -> None:
    words, key = screen.words, "find_hands"

    def moved() -> None:
        searching.take_point(screen, getattr(st.session_state[key], "start", None))

    data = {name: words(f"find.{name}") for name in ("locate", "locate_help")}
    data |= {name: words(f"find.locate_{name}") for name in ("waiting", "refused")}
    _hands(
        key=key,
        data={**data, "focus": here is None},
        width="content",
        on_start_change=moved,
    )


def _choices(screen: Screen, here: Start | None) -> None:
    choices = st.session_state.get(searching.CHOICES, ())
    if here is None and choices:
        _question(screen, choices)
    if len(choices) < 2 or here not in choices:
        return
    words, key = screen.words, "find_choice"
    st.session_state[key] = choices.index(here)
    st.selectbox(
        words("find.choice"),
        range(len(choices)),
        format_func=lambda place: words(
            "find.choice_line", label=choices[place].label, kind=kind_word(choices[place], screen)
        ),
        key=key,
        width=520,
        on_change=lambda: searching.begin_at(choices[st.session_state[key]]),
    )


def _question(screen: Screen, choices: tuple[Start, ...]) -> None:
    """Ask which place is meant: no start is taken before the answer."""
    words, key = screen.words, "find_which"

    def answered() -> None:
        chosen = st.session_state.get(key)
        if chosen is not None:
            searching.begin_at(choices[chosen])

    st.pills(
        words("find.which", text=str(st.session_state.get(searching.TYPED, ""))[:60]),
        range(len(choices)),
        format_func=lambda place: words(
            "find.choice_line", label=choices[place].label, kind=kind_word(choices[place], screen)
        ),
        key=key,
        on_change=answered,
    )


def _filters(screen: Screen, search: Search) -> None:
    words, count = screen.words, search.filters
    label = words("find.filters_on", count=count) if count else words("find.filters")
    with st.expander(label, icon=":material/tune:"):
        columns = st.columns(5, gap="small")
        lists: tuple[tuple[str, dict[str, str]], ...] = (
            ("audiences", {word: words(f"find.audience.{word}") for word in AUDIENCES}),
            ("cares", {word: words(f"find.care.{word}") for word in CARES}),
            ("languages", {code: language_name(code, words.lang) for code in SPOKEN}),
            ("coming", {word: words(f"find.way.{word}") for word in COMING}),
            ("appointments", {word: words(f"find.appointment.{word}") for word in APPOINTMENTS}),
        )
        for column, (field, among) in zip(columns, lists, strict=True):
            with column:
                _list(screen, search, field, among)
        with st.container(horizontal=True):
            for field in SWITCHES.values():
                _switch(screen, search, field)


def _list(screen: Screen, search: Search, field: str, among: dict[str, str]) -> None:
    key, words = f"find_{field}", screen.words
    chosen, empty = getattr(search, field), cache.unfilled(screen.build)[field]
    offered = tuple(word for word in among if word not in empty or word in chosen)
    st.session_state[key] = list(chosen)
    st.multiselect(
        words(f"find.{field}"),
        offered,
        format_func=lambda word: among[word],
        key=key,
        placeholder=words("find.any_choice"),
        select_all=False,
        disabled=not offered,
        on_change=lambda: searching.update(
            **{field: tuple(word for word in among if word in st.session_state[key])}
        ),
    )
    if empty:
        note(words("find.unfilled", words=", ".join(among[word] for word in empty)))


def _switch(screen: Screen, search: Search, field: str) -> None:
    key = f"find_{field}"
    st.session_state[key] = getattr(search, field)
    empty = cache.unfilled(screen.build).get(field, ())
    st.checkbox(
        screen.words(f"find.{field}"),
        key=key,
        disabled=bool(empty) and not getattr(search, field),
        help=screen.words("find.unfilled", words=screen.words(f"find.{field}")) if empty else None,
        on_change=lambda: searching.update(**{field: bool(st.session_state[key])}),
    )
