"""The counsellor's own short list of places: in the page's link, never on the server."""

from __future__ import annotations

import streamlit as st

from observatory.app import cache
from observatory.app.find.cards import text, where
from observatory.app.find.find_state import MOST_KEPT
from observatory.app.pages import searching
from observatory.app.pages.shell import Screen
from observatory.words.markup import phone, plain


def keep_button(screen: Screen, site: str) -> None:
    """Draw the button that keeps a place in the list, or takes it out."""
    kept = searching.kept().kept
    name = "drop" if site in kept else "keep"
    st.button(
        screen.words(f"find.list.{name}"),
        key=f"find_keep_{site}",
        type="tertiary",
        icon=":material/bookmark_remove:" if site in kept else ":material/bookmark_add:",
        disabled=site not in kept and len(kept) >= MOST_KEPT,
        on_click=_turn,
        args=(site,),
    )


def _turn(site: str) -> None:
    kept = searching.kept().kept
    others = tuple(one for one in kept if one != site)
    searching.write(searching.kept().changed(kept=others if site in kept else (*kept, site)))


def panel(screen: Screen) -> None:
    """Draw the list, folded: each place with its phone and address."""
    kept, words = searching.kept().kept, screen.words
    if not kept:
        return
    sites = cache.places(screen.build).sites
    rows = sites.set_index("site").reindex(list(kept)).dropna(subset=["name"])
    with st.expander(words("find.list.head", count=len(kept)), icon=":material/bookmarks:"):
        for site, row in zip(rows.index, rows.to_dict("records"), strict=True):
            number = text(row, "phone")
            said = f" · {phone(number)}" if number else ""
            st.html(f"<p><strong>{plain(row['name'])}</strong> · {plain(where(row))}{said}</p>")
            st.button(
                words("find.list.drop"),
                key=f"find_drop_{site}",
                type="tertiary",
                on_click=_turn,
                args=(str(site),),
            )
        if gone := len(kept) - len(rows):
            st.html(f'<p class="obs-note">{plain(words("find.list.gone", count=gone))}</p>')
        st.html(f'<p class="obs-note">{plain(words("find.list.note"))}</p>')
