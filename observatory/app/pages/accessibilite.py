"""What of the service is accessible, what is not, and where to say so."""

from __future__ import annotations

import streamlit as st

from observatory.app.pages import shell
from observatory.app.pages.mentions import contact
from observatory.app.pages.shell import Screen
from observatory.words.markup import plain
from observatory.words.numbers import percent

#: The criteria of the RGAA that apply and hold, and those that apply; docs/accessibilite.md has
#: each with its reason.
HOLD, APPLY = 65, 79
#: Those that apply and do not hold.
FAILING = (
    "3.3", "7.5", "8.2", "8.7", "9.2", "10.1", "10.2", "10.11", "10.12", "10.13", "11.8",
    "11.10", "12.1", "12.10",
)  # fmt: skip


@shell.page
def show(screen: Screen) -> None:
    """Draw the statement."""
    words = screen.words
    st.title(words("accessibility.title"), anchor=False)
    share = percent(100 * HOLD / APPLY, words.lang)
    answer = words("accessibility.answer", hold=HOLD, apply=APPLY, share=share)
    st.html(f'<p class="obs-answer">{plain(answer)}</p>')
    st.html(f"<p>{plain(words('accessibility.how'))}</p>")
    st.header(words("accessibility.fails"), anchor=False)
    items = "".join(
        f"<li><strong>{one}</strong> {plain(words(f'accessibility.failing.{one}'))}</li>"
        for one in FAILING
    )
    st.html(f"<ul>{items}</ul>")
    st.header(words("accessibility.say"), anchor=False)
    st.html(f"<p>{plain(words('accessibility.say_text'))} {contact(screen)}</p>")
