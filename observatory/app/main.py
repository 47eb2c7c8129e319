"""The list of pages and their navigation; the top-level ``app.py`` runs it for Streamlit."""

from __future__ import annotations

import streamlit as st

from observatory import settings
from observatory.app.pages import (
    carte,
    commune,
    comparer,
    decider,
    incertitude,
    integrer,
    methode,
    priorites,
    programmes,
    qualite,
    shell,
    trouver,
    verifier,
)
from observatory.app.turns import TURNS

#: Name in the URL and in the texts (``page.<name>.title``), screen and icon; the first is home.
PAGES = (
    ("carte", carte.show, ":material/map:"),
    ("commune", commune.show, ":material/location_city:"),
    ("decider", decider.show, ":material/alt_route:"),
    ("comparer", comparer.show, ":material/compare_arrows:"),
    ("priorites", priorites.show, ":material/flag:"),
    ("programmes", programmes.show, ":material/payments:"),
    ("trouver", trouver.show, ":material/near_me:"),
    ("incertitude", incertitude.show, ":material/balance:"),
    ("methode", methode.show, ":material/calculate:"),
    ("qualite", qualite.show, ":material/fact_check:"),
    ("verifier", verifier.show, ":material/rule:"),
    ("integrer", integrer.show, ":material/code:"),
)
#: Opened by the sites that embed them only.
HIDDEN = ("integrer",)


def main() -> None:
    """Declare the pages in the visitor's language and run the one asked for."""
    words = shell.language()
    # A file: Streamlit fetches named icons of the browser tab from a third party.
    icon = str(settings.PROJECT / "static" / "favicon.png")
    st.set_page_config(page_title=words("app.name"), page_icon=icon, layout="wide")
    pages = {
        name: st.Page(
            show,
            title=words(f"page.{name}.title"),
            icon=mark,
            url_path=name,
            visibility="hidden" if name in HIDDEN else "visible",
            default=place == 0,
        )
        for place, (name, show, mark) in enumerate(PAGES)
    }
    st.session_state[shell.PAGES] = pages
    asked = st.navigation(list(pages.values()), position="top")
    with TURNS.turn():
        asked.run()
