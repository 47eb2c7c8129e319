"""Check a list of places line by line, and take the good lines away: a tab; nothing is stored."""

from __future__ import annotations

import logging
from datetime import date
from typing import Any

import streamlit as st

from observatory.app import cache
from observatory.app.listing import problem_rows, problems_file
from observatory.app.pages import download_button
from observatory.app.pages.shell import Screen
from observatory.errors import ColumnsError, InputError
from observatory.places.french_communes import french_communes
from observatory.places.standard import Intake, Known, Sheet, read_list, sort_lines, write_csv
from observatory.words.catalogue import Words
from observatory.words.markup import NONE, html_table, plain
from observatory.words.numbers import number

#: The largest file taken, MB, and the most problems drawn: the file to download has them all.
MOST_MB, MOST_ROWS = 20, 300
log = logging.getLogger(__name__)


def show(screen: Screen, answer: Any) -> None:
    """Take a list, then say what is wrong with it and what to take away."""
    words = screen.words
    answer.html(f'<p class="obs-answer">{plain(words("verify.intro"))}</p>')
    st.html(f'<p class="obs-note" role="note">{plain(words("verify.privacy"))}</p>')
    upload_words(words, words("verify.upload_limit", most=number(MOST_MB, words.lang)))
    given = st.file_uploader(
        words("verify.file"),
        type=["csv", "xlsx", "json", "txt"],
        key="verify_file",
        max_upload_size=MOST_MB,
    )
    if given is None:
        st.html(f"<p>{plain(words('verify.first'))}</p>")
        return
    mend = st.checkbox(words("verify.mend"), key="verify_mend", help=words("verify.mend_help"))
    day = None
    if mend:
        day = st.date_input(
            words("verify.day"), value=None, key="verify_day", help=words("verify.day_help")
        )
    sheet = _sheet(screen, given.getvalue())
    if sheet is not None:
        communes = cache.facts(screen.build).communes
        names = dict(zip(communes["commune"], communes["commune_name"], strict=True))
        known = Known(names, french_communes(), communes)
        _said(screen, sort_lines(sheet, communes=known, mend=mend, day=day, today=date.today()))


def upload_words(words: Words, limit: str) -> None:
    """Put the reader's language over the English that the upload field is made with.

    Only what is seen changes: no option of the field does it.
    """
    zone = '[data-testid="stFileUploaderDropzone"]'
    texts = (
        (f"{zone} button p", words("verify.upload")),
        (f'{zone} [data-testid="stFileUploaderDropzoneInstructions"] span',
         limit),
    )  # fmt: skip
    rules = "".join(
        f'{place}{{font-size:0}}{place}::after{{content:"{wording}";font-size:0.875rem}}'
        for place, wording in texts
    )
    st.html(f"<style>{rules}</style>")


def _sheet(screen: Screen, data: bytes) -> Sheet | None:
    """Read the list; what cannot be read is said in the page, without its bytes in the log."""
    words = screen.words
    try:
        return read_list(data, name=words("verify.your_file"))
    except InputError as error:
        log.info("list refused: %s", type(error).__name__)
        kind = "columns" if isinstance(error, ColumnsError) else "spoilt"
        st.error(f"**{words(f'verify.error.{kind}')}**\n\n{words(f'verify.error.{kind}_next')}")
        with st.expander(words("error.detail")):
            st.code(f"{error.where}\n{error.expected}\n{error.found}", language=None)
    return None


def _said(screen: Screen, intake: Intake) -> None:
    words, lang = screen.words, screen.words.lang
    good, total = len(intake.good), len(intake.good) + len(intake.aside)
    wording = words(
        "verify.answer",
        good=number(good, lang),
        total=number(total, lang),
        aside=number(total - good, lang),
    )
    st.html(f'<p class="obs-answer" data-good="{good}" data-total="{total}">{plain(wording)}</p>')
    if intake.unknown:
        columns = ", ".join(intake.unknown)
        st.html(f'<p class="obs-note">{plain(words("verify.unknown", columns=columns))}</p>')
    _downloads(screen, intake)
    headers, rows = problem_rows(intake, words)
    if not rows:
        st.html(f"<p>{plain(words('verify.nothing'))}</p>")
        return
    st.header(words("verify.problems"), anchor=False)
    st.html(html_table(words("verify.caption"), headers, rows[:MOST_ROWS], numeric=NONE))
    if len(rows) > MOST_ROWS:
        more = words("verify.more", count=number(len(rows) - MOST_ROWS, lang))
        st.html(f'<p class="obs-note">{plain(more)}</p>')


def _downloads(screen: Screen, intake: Intake) -> None:
    words = screen.words
    with st.container(horizontal=True):
        st.download_button(
            words("verify.good"),
            write_csv(intake.good),
            file_name="lieux_1.0.2.csv",
            mime="text/csv",
            key="verify_good",
            on_click="ignore",
            disabled=not intake.good,
            icon=":material/download:",
        )
        st.download_button(
            words("verify.wrong"),
            problems_file(intake, words),
            file_name="problemes.csv",
            mime="text/csv",
            key="verify_wrong",
            on_click="ignore",
            disabled=not intake.problems,
            icon=":material/download:",
        )
    download_button.note(words("verify.holds"))
