"""The list of pages and their navigation; the top-level ``app.py`` runs it for Streamlit."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import partial
from urllib.parse import unquote, urlsplit

import streamlit as st

from observatory import settings
from observatory.app import territory
from observatory.app.pages import (
    accessibilite,
    carte,
    changements,
    comparer,
    decider,
    donnees,
    fiabilite,
    fiche,
    frame,
    integrer,
    lost,
    mentions,
    methode,
    priorites,
    programmes,
    shell,
    territoires,
    trouver,
    url_choice,
)
from observatory.app.turns import TURNS

#: Name in the URL and in the texts (``page.<name>.title``), screen and icon; the first is home.
PAGES = (
    ("carte", carte.show, ":material/map:"),
    ("fiche", fiche.show, ":material/location_city:"),
    ("decider", decider.show, ":material/alt_route:"),
    ("comparer", comparer.show, ":material/compare_arrows:"),
    ("priorites", priorites.show, ":material/flag:"),
    ("programmes", programmes.show, ":material/payments:"),
    ("trouver", trouver.show, ":material/near_me:"),
    ("fiabilite", fiabilite.show, ":material/balance:"),
    ("donnees", donnees.show, ":material/fact_check:"),
    ("changements", changements.show, ":material/history:"),
    ("methode", methode.show, ":material/calculate:"),
    ("accessibilite", accessibilite.show, ":material/accessibility:"),
    ("mentions", mentions.show, ":material/gavel:"),
    ("integrer", integrer.show, ":material/code:"),
    (frame.CHOOSER, territoires.show, ":material/travel_explore:"),
)
#: Opened from the head or the foot of each page, or by the sites that embed them.
HIDDEN = ("accessibilite", "mentions", "integrer", frame.CHOOSER)
#: Where the pages of former versions are now: links to them are printed and kept.
MOVED: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "commune": ("fiche", {}),
    "incertitude": ("fiabilite", {}),
    "qualite": ("donnees", {}),
    "verifier": ("donnees", {url_choice.PART: "check"}),
}


def main() -> None:
    """Declare the pages in the visitor's language and run the one asked for."""
    words = shell.language()
    settled = not settings.load().dataset
    if not settled:
        with shell.in_plain_words(words):
            settled = bool(territory.settle())
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
    former = [_hidden(name, partial(_go, pages[now], more)) for name, (now, more) in MOVED.items()]
    unknown = unknown_page(st.context.url, {*pages, *MOVED})
    nowhere = [_hidden(unknown, lost.show)] if unknown else []
    asked = st.navigation([*pages.values(), *former, *nowhere], position="top")
    if not settled and asked is not pages[frame.CHOOSER]:
        st.switch_page(pages[frame.CHOOSER], query_params=st.query_params.to_dict())
    with TURNS.turn():
        asked.run()


def _hidden(name: str, show: Callable[[], None]) -> st.Page:
    return st.Page(show, title=name, url_path=name, visibility="hidden")


def _go(page: st.Page, more: Mapping[str, str]) -> None:
    """Go to another page with what the link asks for."""
    st.switch_page(page, query_params={**st.query_params.to_dict(), **more})


def unknown_page(address: str | None, known: Collection[str]) -> str:
    """Return the page that an address asks for where there is no such page, else nothing.

    Streamlit says so in English and shows the home page; a page of that name can say it itself.
    """
    name = unquote(urlsplit(address or "").path).rstrip("/").rpartition("/")[2]
    return "" if name in known else name
