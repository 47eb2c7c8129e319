"""What a counsellor learns of a place: noted from its card, exported from the page of data."""

from __future__ import annotations

from functools import partial

import streamlit as st

from observatory import settings
from observatory.app import cache
from observatory.app.pages import download_button, searching
from observatory.app.pages.shell import Screen
from observatory.errors import ChoiceError
from observatory.files import csv_bytes
from observatory.places.feedback import (
    CONFIRMED,
    LONGEST,
    WRONG,
    Note,
    notes_table,
    read_notes,
    write_note,
)

SAID = "feedback_said"


def note_button(screen: Screen, site: str, name: str) -> None:
    """Draw what notes that a place was confirmed today, or is wrong; nothing without a file."""
    if settings.load().feedback is None:
        return
    words, key = screen.words, f"feedback_text_{site}"
    with st.popover(words("find.feedback.head"), icon=":material/rate_review:"):
        st.button(
            words("find.feedback.confirmed"),
            key=f"feedback_ok_{site}",
            on_click=_write,
            args=(site, name, CONFIRMED, ""),
        )
        st.text_input(words("find.feedback.what"), key=key, max_chars=LONGEST)
        st.button(
            words("find.feedback.wrong"),
            key=f"feedback_no_{site}",
            on_click=_write,
            args=(site, name, WRONG, key),
        )
        st.caption(words("find.feedback.note"))
        if said := st.session_state.get(SAID, {}).get(site):
            st.caption(words(f"find.feedback.{said}"))


def _write(site: str, name: str, verdict: str, key: str) -> None:
    path, day = settings.load().feedback, searching.now().date().isoformat()
    if path is None:
        return
    text = str(st.session_state.get(key, "")) if key else ""
    try:
        write_note(path, Note(site, name, verdict, day, text))
        said = "written"
    except ChoiceError:
        said = "refused"
    st.session_state[SAID] = {site: said}


def export(screen: Screen) -> None:
    """Draw the notes as a file for the hub of digital inclusion; nothing where there is none."""
    notes = read_notes(settings.load().feedback)
    if not notes:
        return
    words = screen.words
    table = notes_table(notes, cache.facts(screen.build).sites)
    download_button.button(
        words("find.feedback.export", count=len(notes)),
        partial(csv_bytes, table),
        "confirmations-et-signalements.csv",
        words("find.feedback.holds"),
        key="quality_feedback",
    )
