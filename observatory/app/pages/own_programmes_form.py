"""A planner's own programmes, by form or by file: held for the visit, stored nowhere."""

from __future__ import annotations

import logging

import pandas as pd
import streamlit as st

from observatory.app import cache
from observatory.app.pages import download_button
from observatory.app.pages.shell import Screen
from observatory.app.pages.verify_part import upload_words
from observatory.errors import ColumnsError, InputError
from observatory.files import csv_bytes
from observatory.model.own_programmes import (
    COLUMNS,
    MOST_BYTES,
    MOST_ROWS,
    OwnProgrammes,
    Problem,
    read_own,
    sort_rows,
)
from observatory.tables.programme_tables import PROGRAMME_KINDS, PUBLICS, STATUSES, UNITS
from observatory.words.catalogue import Words
from observatory.words.markup import NONE, html_table, plain
from observatory.words.numbers import number
from observatory.words.programme_words import labels

ROWS, FILE = "own_programme_rows", "own_programmes.csv"
#: At most so many rows are described in a visit, and so many problems drawn.
MOST, MOST_DRAWN, MOST_MB = 50, 100, MOST_BYTES // 1_000_000
TEXTS = ("programme", "actor", "funders", "says")
LISTS = {"kind": PROGRAMME_KINDS, "status": STATUSES, "unit": UNITS, "public": PUBLICS}
GIVEN = "own_programmes_given"
UPLOAD, PROBLEMS = "own_programme_file", "own_programme_problems"
log = logging.getLogger(__name__)


def territories(screen: Screen) -> dict[str, str]:
    """Return code -> name of the territories that a programme can be of."""
    known = cache.facts(screen.build)
    epts = dict(zip(known.ept["ept"], known.ept["ept_name"], strict=True))
    return {
        known.departement: known.departement,
        **epts,
        **cache.communes(screen.build, "cog_2024"),
    }


def records(screen: Screen) -> pd.DataFrame | None:
    """Return the good rows of this visit's form and file, or ``None``."""
    found = [one.records for one in (_described(screen), _given(screen)) if one is not None]
    found = [one for one in found if len(one)]
    if not found:
        return None
    whole = pd.concat(found, ignore_index=True)
    return whole.assign(id=[f"own_{rank}" for rank in range(1, len(whole) + 1)])


def show(screen: Screen, mine: pd.DataFrame | None) -> None:
    """Draw the form, the file, what was set aside, and the rows to take away."""
    words = screen.words
    if mine is not None:
        _take_away(mine, words)
    st.header(words("programmes.own.form"), anchor=False)
    _form(screen)
    st.header(words("programmes.own.file"), anchor=False)
    upload_words(words, words("programmes.own.limit", most=number(MOST_MB, words.lang)))
    st.file_uploader(
        words("programmes.own.file"),
        type=["csv", "txt"],
        key=UPLOAD,
        max_upload_size=MOST_MB,
        label_visibility="collapsed",
        on_change=_take_file,
    )
    note = words(
        "programmes.own.file_note",
        rows=number(MOST_ROWS - 1, words.lang),
        size=number(MOST_MB, words.lang),
    )
    st.html(f'<p class="obs-note">{plain(note)}</p>')
    _say(screen)


def _take_away(mine: pd.DataFrame, words: Words) -> None:
    texts = mine.reindex(columns=list(COLUMNS))
    download_button.button(
        words("programmes.own.mine"),
        csv_bytes(texts),
        FILE,
        words("programmes.own.mine_holds"),
        key="own_programmes_download",
    )
    if st.session_state.get(ROWS):
        st.button(words("programmes.own.forget"), key="own_programmes_forget", on_click=_forget)


def _forget() -> None:
    st.session_state[ROWS] = []


def _take_file() -> None:
    """Keep the file for the visit: its field forgets it where another tab is shown."""
    given = st.session_state.get(UPLOAD)
    st.session_state[GIVEN] = None if given is None else given.getvalue()


def _names(screen: Screen) -> dict[str, dict[str, str]]:
    return labels(territories(screen).items())


def _described(screen: Screen) -> OwnProgrammes | None:
    rows = st.session_state.get(ROWS)
    return sort_rows(rows, _names(screen)) if rows else None


def _given(screen: Screen) -> OwnProgrammes | None:
    given = st.session_state.get(GIVEN)
    if given is None:
        return None
    try:
        return read_own(given, _names(screen))
    except InputError:
        return None


def _say(screen: Screen) -> None:
    """Say how many rows of the file are good, and why the others are not."""
    words, given = screen.words, st.session_state.get(GIVEN)
    if given is None:
        return
    try:
        found = read_own(given, _names(screen))
    except InputError as error:
        log.info("programmes refused: %s", type(error).__name__)
        st.error(f"**{words('programmes.own.spoilt')}**\n\n{words('programmes.own.spoilt_next')}")
        if isinstance(error, ColumnsError):
            st.code(error.found, language=None)
        return
    good, aside = len(found.records), found.aside
    wording = words("programmes.own.answer", good=good, total=good + aside, aside=aside)
    st.html(f'<p data-own-good="{good}" data-own-aside="{aside}">{plain(wording)}</p>')
    if found.unknown:
        columns = ", ".join(found.unknown)
        text = words("programmes.own.unknown", columns=columns)
        st.html(f'<p class="obs-note">{plain(text)}</p>')
    if found.problems:
        heads = [words(f"programmes.own.{name}") for name in ("line", "column", "value", "wrong")]
        rows = [
            [str(one.line), one.column, one.found, words(f"programmes.own.kind_of.{one.kind}")]
            for one in found.problems[:MOST_DRAWN]
        ]
        st.html(html_table(words("programmes.own.problems"), heads, rows, numeric=NONE))


def _form(screen: Screen) -> None:
    words = screen.words
    named = territories(screen)
    with st.form("own_programmes", clear_on_submit=False):
        for name in TEXTS:
            _text(name, words)
        with st.container(horizontal=True):
            for name in ("kind", "status"):
                _choice(name, words)
        with st.container(horizontal=True):
            for name in ("amount", "quantity"):
                _text(name, words, most=30)
            _choice("unit", words)
        with st.container(horizontal=True):
            _choice("public", words)
            st.selectbox(
                words("programmes.own.territory"), ["", *named], key="own_programme_territory",
                format_func=lambda code: named.get(code, words("programmes.own.unsaid")),
            )  # fmt: skip
        _text("date", words, most=10, hint=words("programmes.own.date_help"))
        for name in ("source", "url"):
            _text(name, words)
        sent = st.form_submit_button(
            words("programmes.own.add"), key="own_programme_add", on_click=_take,
            args=(_names(screen),),
        )  # fmt: skip
    if sent:
        _refused(words)


def _text(name: str, words: Words, most: int = 500, hint: str | None = None) -> None:
    st.text_input(
        words(f"programmes.own.{name}"), key=f"own_programme_{name}", max_chars=most, help=hint
    )


def _choice(name: str, words: Words) -> None:
    st.selectbox(
        words(f"programmes.own.{name}"),
        LISTS[name] if name == "status" else ["", *LISTS[name]],
        key=f"own_programme_{name}",
        format_func=lambda code: (
            words(f"programmes.{name}.{code}") if code else words("programmes.own.unsaid")
        ),
    )


def _sent() -> dict[str, str]:
    """Return the row that the form holds, as text."""
    state = st.session_state
    named = {name: "amount" if name == "amount_eur" else name for name in COLUMNS}
    return {name: str(state.get(f"own_programme_{key}") or "") for name, key in named.items()}


def _take(names: dict[str, dict[str, str]]) -> None:
    """Check the row that was sent and keep it, before the page is drawn again."""
    kept = st.session_state.setdefault(ROWS, [])
    row = _sent()
    found = sort_rows([*kept, row], names) if len(kept) < MOST else None
    st.session_state[PROBLEMS] = None if found is None else found.problems
    if found is not None and not found.problems:
        kept.append(row)


def _refused(words: Words) -> None:
    problems: tuple[Problem, ...] | None = st.session_state.get(PROBLEMS)
    if problems is None:
        st.error(words("programmes.own.enough", most=number(MOST, words.lang)))
    elif problems:
        told = ", ".join(_told(one, words) for one in problems)
        st.error(words("programmes.own.refused", problems=told))


def _told(one: Problem, words: Words) -> str:
    what = words(f"programmes.own.kind_of.{one.kind}")
    label = "amount" if one.column == "amount_eur" else one.column
    return words("frame.pair", name=words(f"programmes.own.{label}"), value=what) if label else what
