"""What every screen shares: the selection in the URL, the language, plain errors, the foot.

The URL is the one source of truth. Widgets write to it in their callbacks, before the page runs,
and the page reads it back; the session only keeps the selection when a visitor changes page, since
the navigation empties the URL.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from functools import wraps
from pathlib import Path
from typing import Any

import streamlit as st

from observatory.app import assumption_state, cache
from observatory.app.assumption_state import AssumptionState
from observatory.app.chrome import chrome
from observatory.app.pages import frame
from observatory.app.selection import Refused, Selection, from_params, refusal, to_params, with_cog
from observatory.errors import ChoiceError, InputError, MissingInputError, ObservatoryError
from observatory.geo.codes import in_cog
from observatory.geo.mergers import among
from observatory.words.assumption_texts import (
    NO_SOURCE,
    AssumptionText,
    bounds_text,
    value_words,
)
from observatory.words.catalogue import LANGS, Lang, Words, load_words
from observatory.words.glossary import words_html
from observatory.words.markup import NONE, html_table, plain
from observatory.words.numbers import number

HERE = Path(__file__).parent.parent
NAMES = tuple(field.name for field in fields(Selection))
SESSION = "observatory_selection"
ASSUMPTIONS = "observatory_assumptions"
PAGES = "observatory_pages"
BRIDGE = "observatory_bridge"
log = logging.getLogger(__name__)

#: What runs in every page; the last file exports what Streamlit calls.
SCRIPTS = ("tables", "copy_link", "landmarks", "print_maps", "bridge")
SCRIPT = "\n".join((HERE / f"{name}.js").read_text(encoding="utf-8") for name in SCRIPTS)
_bridge = st.components.v2.component("observatory_bridge", js=SCRIPT)


@dataclass(frozen=True)
class Screen:
    """What a page needs to draw itself.

    Attributes
    ----------
    build
        The build in use, with the visitor's assumptions of the measure.
    shown
        What the visitor looks at.
    words
        The texts of the visitor's language.
    """

    build: cache.Build
    shown: Selection
    words: Words


def language() -> Words:
    """Return the texts of the language asked for, before anything else is known."""
    asked = st.query_params.get("lang") or _kept().lang
    return load_words(next((lang for lang in LANGS if lang == asked), "fr"))


def _kept() -> Selection:
    kept = st.session_state.get(SESSION)
    return kept if isinstance(kept, Selection) else Selection()


def write(shown: Selection) -> None:
    """Put a selection into the session and the URL, leaving other pages' parameters alone."""
    st.session_state[SESSION] = shown
    _to_url(to_params(shown), NAMES)


def write_assumption_state(state: AssumptionState) -> None:
    """Put the assumptions of the measure into the session and the URL."""
    st.session_state[ASSUMPTIONS] = state
    _to_url(assumption_state.to_params(state), assumption_state.PARAMETERS)


def _to_url(wanted: dict[str, str], names: tuple[str, ...]) -> None:
    for name in names:
        if name in wanted:
            st.query_params[name] = wanted[name]
        elif name in st.query_params:
            del st.query_params[name]


def update(**values: Any) -> None:
    """Change the selection from a widget's callback."""
    shown = _kept()
    if "commune" in values:  # a quarter of another commune is no longer looked at
        values.setdefault("zone", "")
    if "cog" in values:
        shown = with_cog(shown, values.pop("cog"))
    write(shown.changed(**values))


def read(build: cache.Build, words: Words) -> Selection:
    """Read the selection from the URL, else from the session; say what was not understood."""
    mine = {name: st.query_params[name] for name in NAMES if name in st.query_params}
    if not mine and not _assumptions_in_url():
        shown = _kept()
        write(shown)
        return shown
    known = cache.communes(build, "cog_2024")
    joined = {one.commune for one in among(known)}
    finer = [*cache.zone_names(build, "iris"), *cache.zone_names(build, "qpv")]
    shown, refused = from_params(mine, [*known, *joined], finer)
    _say_refused(refused, words)
    write(shown)
    return shown


def _say_refused(refused: tuple[Refused, ...], words: Words) -> None:
    for item in refused:
        text = words("url.refused", name=item.name, value=item.value)
        st.html(f'<p class="obs-note" role="alert">{plain(text)}</p>')


def say_refused(name: str, text: str, words: Words) -> None:
    """Say that a choice of a page's own in the URL was not understood."""
    _say_refused((refusal(name, text),), words)


def _assumptions_in_url() -> dict[str, str]:
    return {
        name: st.query_params[name]
        for name in assumption_state.PARAMETERS
        if name in st.query_params
    }


def read_assumption_state(build: cache.Build, words: Words) -> AssumptionState:
    """Read the assumptions of the measure from the URL, else from the session."""
    kept = st.session_state.get(ASSUMPTIONS)
    if not _assumptions_in_url() and not any(name in st.query_params for name in NAMES):
        state = kept if isinstance(kept, AssumptionState) else AssumptionState()
        state = assumption_state.known_of(state, cache.assumptions(build))
    else:
        state, refused = assumption_state.from_params(
            _assumptions_in_url(), cache.assumptions(build)
        )
        _say_refused(refused, words)
    write_assumption_state(state)
    return state


#: What a page paints over its map, for the script of the map.
Painted = Mapping[str, Any]


def page(
    draw: Callable[[Screen], Painted | None], picked: Callable[[Screen, str], None] | None = None
) -> Callable[[], None]:
    """Make a page of a drawing function: head, errors in plain words, foot.

    The module that draws a page has the name of the page.

    Parameters
    ----------
    draw
        Draws the page, and returns what it paints over its map.
    picked
        Takes a point (``point:lat,lon``) or a place (``site:code``) clicked on such a map.
    """
    name = draw.__module__.rpartition(".")[2]

    @wraps(draw)
    def show() -> None:
        words = language()
        st.html(HERE / "theme.css")
        waiting = frame.waiting(words)
        # What ``landmarks.js`` marks as the head and the content; the foot stands after them.
        head, content = st.container(key="obs_banner"), st.container(key="obs_main")
        with in_plain_words(words):
            with content:
                screen = _screen(words)
                build, shown, words = screen.build, screen.shown, screen.words
                title = words(f"page.{name}.title")
                zone = frame.zone_name(build, shown)
                st.set_page_config(page_title=frame.browser_title(title, zone, words))
                with head:
                    language_switch(words)
                    frame.headed(waiting, words)
                    frame.head(build, words)
                painted = draw(screen)
                foot(screen)
            frame.foot(cache.manifest(build).edition, words)
            bridge(screen, set(cache.communes(build, shown.cog)), painted, picked)
        frame.opened(waiting)

    return show


def _screen(words: Words) -> Screen:
    """Read what the visitor looks at, and under which assumptions."""
    build = cache.current()
    # The assumptions first: once the selection is in the URL, an empty one has a meaning.
    state = read_assumption_state(build, words)
    shown = read(build, words)
    build = replace(build, assumption_state=state)
    place = cache.place(build)
    words = load_words(words.lang, to_move=cache.to_move(build), place=place)
    return Screen(build, shown, words)


@contextmanager
def in_plain_words(words: Words) -> Iterator[None]:
    """Turn any failure into a message that says what to do; the traceback goes to the log only."""
    try:
        yield
    except ObservatoryError as error:
        log.warning("page refused: %s", error)
        _say(words, _kind(error), error)
    except Exception:
        log.exception("page failed")
        _say(words, "unexpected", None)


def _kind(error: ObservatoryError) -> str:
    if isinstance(error, MissingInputError):
        return "missing"
    if isinstance(error, ChoiceError):
        return "choice"
    return "spoilt" if isinstance(error, InputError) else "unexpected"


def _say(words: Words, kind: str, error: ObservatoryError | None) -> None:
    st.error(f"**{words(f'error.{kind}')}**\n\n{words(f'error.{kind}_next')}")
    if error is not None:
        with st.expander(words("error.detail")):
            st.code(f"{error.where}\n{error.expected}\n{error.found}", language=None)


def language_switch(words: Words) -> None:
    """Offer the languages; the choice goes to the URL."""
    key = "observatory_lang"
    st.session_state[key] = words.lang
    with st.container(key="obs_language"):
        st.radio(
            words("app.language"),
            LANGS,
            format_func=lambda lang: words(f"lang.{lang}"),
            key=key,
            horizontal=True,
            label_visibility="collapsed",
            width="content",
            on_change=lambda: update(lang=st.session_state[key]),
        )


def bridge(
    screen: Screen,
    known: set[str],
    painted: Painted | None = None,
    picked: Callable[[Screen, str], None] | None = None,
) -> None:
    """Join the page and its map: a click on a zone, or on its row, chooses it.

    On a map that is painted over, it gives a point.
    """
    fine = cache.fine_zones(screen.build)

    def chosen() -> None:
        code = getattr(st.session_state[BRIDGE], "chosen", None)
        if code in known:
            update(commune=code, zone="")
        elif code in fine:
            update(commune=in_cog(fine[code], screen.shown.cog), zone=code)

    def pointed() -> None:
        what = getattr(st.session_state[BRIDGE], "picked", None)
        if picked is not None and isinstance(what, str):
            picked(screen, what)

    joined(screen.words, screen.shown, chosen, pointed, painted)


def joined(
    words: Words,
    shown: Selection,
    chosen: Callable[[], None],
    pointed: Callable[[], None] = lambda: None,
    painted: Painted | None = None,
) -> None:
    """Run the script of the pages; what is chosen on the map comes to ``chosen``."""
    _bridge(
        key=BRIDGE,
        data={
            "code": shown.commune,
            "zone": shown.zone,
            "lang": shown.lang,
            "menu": words("app.menu"),
            "chrome": chrome(words),
            "painted": None if painted is None else dict(painted),
        },
        on_chosen_change=chosen,
        on_picked_change=pointed,
        height=1,
    )


def glossary(screen: Screen, page: str) -> None:
    """Explain the field's terms that a page uses, folded, before their first use."""
    known = words_html(page, cache.glossary(), screen.words)
    if known:
        with st.expander(screen.words("glossary.heading"), icon=":material/menu_book:"):
            st.html(known)


def foot(screen: Screen) -> None:
    """Give the sources and the assumptions, folded."""
    words = screen.words
    assumed = _assumed(screen.build, words.lang, words.to_move)
    with st.expander(words("assumed.heading")):
        st.html(f'<p class="obs-note">{plain(words("assumed.note"))}</p>' + assumed)
    with st.expander(words("source.heading")):
        st.html(_sources(screen.build, words.lang))


@cache.made_once
def _assumed(build: cache.Build, lang: Lang, to_move: bool) -> str:
    words = load_words(lang, to_move=to_move)
    headers = [words(f"assumed.{name}") for name in ("name", "value", "bounds", "unit", "source")]
    rows = [
        [
            one.label if one.label == one.item.name else f"{one.label} ({one.item.name})",
            value_words(one.item, words),
            bounds_text(one.item, words.lang),
            one.unit,
            _measured_by(one, words),
        ]
        for one in cache.assumed(build, lang)
    ]
    return html_table(words("assumed.caption"), headers, rows, numeric=NONE)


def _measured_by(text: AssumptionText, words: Words) -> str:
    if not text.unsourced:
        return text.source
    more = "" if text.item.source == NO_SOURCE else f" ({text.source})"
    return words("method.unsourced") + more


@cache.made_once
def _sources(build: cache.Build, lang: Lang) -> str:
    words = load_words(lang)
    headers = [
        words(f"source.{name}") for name in ("title", "publisher", "vintage", "licence", "rows")
    ]
    rows = [
        [
            item.title,
            item.publisher,
            item.vintage,
            item.licence,
            " / ".join(
                number(count, words.lang)
                for count in (item.rows_in, item.rows_out, item.rows_aside)
            ),
        ]
        for item in cache.manifest(build).sources
    ]
    return html_table(words("source.caption"), headers, rows, numeric=range(4, 5))


def link_to(name: str, label: str) -> None:
    """Link to another page, keeping the selection; nothing where a page runs on its own."""
    pages = st.session_state.get(PAGES, {})
    if name in pages:
        st.page_link(pages[name], label=label, icon=":material/arrow_forward:")
