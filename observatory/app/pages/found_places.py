"""The places found: cards, map, sheet to print, files and link."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pandas as pd
import streamlit as st

from observatory.app import cache, territory
from observatory.app.find.answer import NOTHING, Answer, opens_surely
from observatory.app.find.cards import card, text
from observatory.app.find.find_state import Search, Start, to_params
from observatory.app.find.found_map import found_map
from observatory.app.find.found_sheet import FILES, FORMS, MOST, publishers, results_file, sheet
from observatory.app.find.sharing import geo_address, share_links, share_part
from observatory.app.pages import download_button, feedback_part, own_list, searching
from observatory.app.pages.shell import Screen
from observatory.places.search.nearest import PRESUMED
from observatory.sheets import Sheet, languages, render_html, render_pdf
from observatory.tables.language_names import language_name
from observatory.tables.remarks import Remark
from observatory.words.catalogue import Words
from observatory.words.markup import plain
from observatory.words.remark_words import moment_words, sentences
from observatory.words.sheet_words import unchecked

MAP_HEIGHT, VIEW_HEIGHT, EMBED_HEIGHT = 430, 1180, 900
LANGUAGE = "find_language"
#: The first character after the Latin letters.
LATIN_END = "\u0250"
HERE = Path(__file__).parent.parent

_print = st.components.v2.component(
    "observatory_print",
    html='<button type="button"></button>',
    css=(HERE / "find" / "hands.css").read_text(encoding="utf-8"),
    js=(HERE / "find" / "print.js").read_text(encoding="utf-8"),
)


def cards(screen: Screen, search: Search, found: Answer, at: datetime, *, ticks: bool) -> None:
    """Draw the answer as cards, what it lacks first."""
    words, numbers = screen.words, number_of(found)
    when = "" if search.when == "any" else moment_words(search.when, words.lang)
    if found.lacks:
        lack = words(f"find.{found.lacks}", **({} if found.lacks == NOTHING else {"when": when}))
        more = words(f"find.beside_{found.beside}") if found.beside else ""
        ending = words("find.nothing_next") if found.rows.empty else more
        st.html(f'<p class="obs-lack" role="status">{plain(lack)} {plain(ending)}</p>')
        beside = found.beside if found.beside == "tomorrow" else "any"
        _group(screen, found.others, numbers, at, ticks, beside, search.needs)
    _said_once(words, search, found)
    sure = found.near[opens_surely(found.near)]
    _head(words, when, len(sure))
    presumed = sure["offer"].eq(PRESUMED)
    _group(screen, sure[~presumed], numbers, at, ticks, search.when, search.needs, found.unsaid)
    if presumed.any():
        _title(words("find.presumed_head"), words("find.presumed_note"))
        _group(screen, sure[presumed], numbers, at, ticks, search.when, search.needs, found.unsaid)
    unsure = found.near[~found.near["id"].isin(sure["id"])]
    if len(unsure):
        _title(words("find.unsure_head"))
        _group(screen, unsure, numbers, at, ticks, search.when, search.needs, found.unsaid)
    if found.more:
        st.button(words("find.more"), key="find_more", on_click=_more)
    if len(found.unlocated):
        _title(words("find.unlocated"), words("find.unlocated_note"))
        _group(screen, found.unlocated, numbers, at, ticks, search.when, search.needs, found.unsaid)


def _said_once(words: Words, search: Search, found: Answer) -> None:
    """Say above the list what holds of every place in it: no card repeats it."""
    lines = []
    if found.undeclared and not found.rows.empty:
        needs = ", ".join(words(f"find.need_label.{need}") for need in search.needs)
        lines.append(words("find.undeclared", needs=needs))
    if found.unsaid:
        said = words("frame.between").join(sentences(found.unsaid, words.lang))
        lines.append(words("find.unsaid", said=said))
    for line in lines:
        st.html(f'<p class="obs-lack" role="status">{plain(line)}</p>')


def _more() -> None:
    limit = int(st.session_state.get(searching.LIMIT, searching.FIRST))
    st.session_state[searching.LIMIT] = limit + searching.FIRST


def _title(text: str, small: str = "") -> None:
    st.html(
        f'<h2 class="obs-group">{plain(text)}</h2>'
        + (f'<p class="obs-quiet">{plain(small)}</p>' if small else "")
    )


def _head(words: Words, when: str, count: int) -> None:
    if not count:
        return
    if when:
        _title(words("find.sure_head", when=when))
    else:
        _title(words("find.found_one") if count == 1 else words("find.found", count=count))


def number_of(found: Answer) -> dict[str, int]:
    """Return each located place its number: its rank on the screen."""
    rows = found.rows
    if rows.empty:
        return {}
    return {site: n for n, site in enumerate(rows.loc[rows["walk_min"].notna(), "id"], start=1)}


def _group(
    screen: Screen,
    rows: pd.DataFrame,
    numbers: dict[str, int],
    at: datetime,
    ticks: bool,
    when: str,
    needs: tuple[str, ...],
    unsaid: tuple[Remark, ...] = (),
) -> None:
    calendars = cache.places(screen.build).calendars
    for row in rows.to_dict("records"):
        row["caveats"] = tuple(one for one in row["caveats"] if one not in unsaid)
        site = str(row["id"])
        with st.container(border=True, gap="small"):
            known = numbers.get(site)
            shown = card(row, at, screen.words, known, when, needs, calendars)
            st.html(shown + share_part(row, screen.words))
            if ticks:
                with st.container(horizontal=True, vertical_alignment="center"):
                    _tick(screen, row, numbers.get(site))
                    own_list.keep_button(screen, site)
                    feedback_part.note_button(screen, site, text(row, "name"))
                    if address := geo_address(row):
                        # The page's own cleaning of HTML would take this scheme away.
                        st.link_button(screen.words("find.share.geo"), address, type="tertiary")


def _tick(screen: Screen, row: Any, number: int | None) -> None:
    site, chosen, words = str(row["id"]), searching.ticked(), screen.words
    key = f"find_tick_{site}"
    st.session_state[key] = site in chosen
    label = words("find.tick_number", number=number) if number else words("find.tick")
    st.checkbox(
        label,
        key=key,
        disabled=site not in chosen and len(chosen) >= MOST,
        on_change=searching.take_tick,
        args=(row, key),
    )


def place_map(
    screen: Screen, rows: pd.DataFrame, begin: Start | None, found: Answer | None
) -> None:
    """Draw the map of the places, their numbers those of the cards."""
    words = screen.words
    tiles = bool(st.session_state.get("find_tiles", False))
    html = found_map(
        rows,
        begin,
        cache.backdrop(screen.build),
        words,
        numbers={} if found is None else number_of(found),
        tiles=tiles,
    )
    st.iframe(html, height=MAP_HEIGHT, alt=words("find.map.title"))
    # Never in the URL: opening a link must not send the visitor's address to a third party.
    st.checkbox(words("find.map.tiles"), key="find_tiles")


def print_panel(screen: Screen, search: Search, at: datetime) -> None:
    """Draw the panel of the sheet to print: how many places, the language, the PDF, the view."""
    words = screen.words
    st.html(f'<h2 class="obs-group" id="obs-sheet">{plain(words("find.sheet.title"))}</h2>')
    rows = _ticked_rows()
    if rows.empty:
        st.html(f'<p class="obs-note">{plain(words("find.sheet.none"))}</p>')
        return
    count = len(rows)
    line = words("find.sheet.ticked_one") if count == 1 else words("find.sheet.ticked", count=count)
    full = words("find.sheet.full") if count >= MOST else ""
    # On a phone the sheet is below the list: a bar at the bottom of the screen leads to it.
    jump = plain(words("find.jump", count=count))
    names = "".join(f"<li>{plain(name)}</li>" for name in rows["name"])
    st.html(
        f'<p class="obs-note" role="status">{plain(line)} {plain(full)}</p>'
        f'<ol class="obs-ticked">{names}</ol>'
        f'<a class="obs-jump" href="#obs-sheet">{jump}</a>'
    )
    st.button(words("find.sheet.empty"), key="find_empty", on_click=searching.untick_all)
    language = _language(screen)
    made = _sheet(screen, search, rows, language, at)
    st.download_button(
        words("find.sheet.pdf"),
        partial(render_pdf, made),
        file_name=f"fiche-orientation_{language}.pdf",
        mime="application/pdf",
        key="find_pdf",
        type="primary",
        icon=":material/picture_as_pdf:",
        on_click="ignore",
    )
    sent = share_links(rows.to_dict("records"), words)
    st.html(
        f'<p class="obs-note">{plain(words("find.share.sheet"))} {sent}. '
        f"{plain(words('find.share.note'))}</p>"
    )
    if language in unchecked():
        st.html(f'<p class="obs-note">{plain(words("find.sheet.unchecked"))}</p>')
    if st.toggle(words("find.sheet.view"), key="find_view"):
        title = words("find.sheet.view_alt")
        _print(key="find_print", data={"print": words("find.sheet.print"), "title": title})
        st.iframe(render_html(made), height=VIEW_HEIGHT, alt=title)


def _ticked_rows() -> pd.DataFrame:
    return pd.DataFrame(list(searching.ticked().values())[:MOST])


def _language(screen: Screen) -> str:
    named = languages()
    if st.session_state.get(LANGUAGE) not in named:
        st.session_state[LANGUAGE] = "fr"
    st.segmented_control(
        screen.words("find.sheet.language"),
        tuple(named),
        format_func=lambda code: _named(code, named[code], screen),
        key=LANGUAGE,
        required=True,
    )
    return str(st.session_state[LANGUAGE])


def _named(code: str, native: str, screen: Screen) -> str:
    """Name a language in itself, and in the screen's own words where its letters are others."""
    if native[:1] < LATIN_END:
        return native
    spoken = language_name(code, screen.words.lang)
    return screen.words("find.sheet.language_named", native=native, name=spoken)


def _sheet(
    screen: Screen, search: Search, rows: pd.DataFrame, language: str, at: datetime
) -> Sheet:
    shapes = cache.commune_outlines(screen.build)
    named = dict.fromkeys(rows["commune_name"].dropna())
    return sheet(
        rows,
        language,
        at.date(),
        needs=search.needs,
        start=searching.start(),
        outlines=tuple(shapes[name] for name in named if name in shapes),
        sources=publishers(rows, cache.manifest(screen.build).sources),
        calendars=cache.places(screen.build).calendars,
    )


def keep_panel(screen: Screen, search: Search, found: Answer) -> None:
    """Draw what can be taken away: files of the results, the link, the code to embed."""
    words = screen.words
    with st.expander(words("find.keep.heading"), icon=":material/ios_share:"):
        rows, sites = found.rows, cache.facts(screen.build).places
        with st.container(horizontal=True):
            for form, mime in FORMS.items():
                st.download_button(
                    words(f"find.keep.{form}"),
                    partial(results_file, rows, sites, form),
                    file_name=FILES[form],
                    mime=mime,
                    key=f"find_file_{form}",
                    disabled=rows.empty,
                    icon=":material/download:",
                    on_click="ignore",
                )
        download_button.note(words("find.keep.holds"))
        st.html(f'<p class="obs-note"><strong>{plain(words("find.keep.link"))}</strong></p>')
        st.code(link_of("trouver", search, screen), language=None, wrap_lines=True)
        st.html(f'<p class="obs-note">{plain(words("find.keep.link_note"))}</p>')
        st.html(f'<p class="obs-note"><strong>{plain(words("find.keep.embed"))}</strong></p>')
        st.code(snippet(screen, search), language=None, wrap_lines=True)


def link_of(page: str, search: Search, screen: Screen) -> str:
    """Return the whole link of a search on a page: the server's own address, never the start's."""
    here = urlsplit(str(st.context.url or ""))
    base = f"{here.scheme}://{here.netloc}" if here.netloc else ""
    # A page's address ends with its name, or is the root where it is the first one.
    folder = here.path.rstrip("/").rpartition("/")[0]
    params = {**territory.in_links(), **to_params(search)}
    if screen.words.lang != "fr":
        params["lang"] = screen.words.lang
    if page == "integrer":
        params["embed"] = "true"
    return f"{base}{folder}/{page}" + (f"?{urlencode(params)}" if params else "")


def snippet(screen: Screen, search: Search) -> str:
    """Return the code that shows a search inside another site."""
    link = plain(link_of("integrer", search, screen))
    title = plain(screen.words("find.title"))
    return (
        f'<iframe src="{link}" title="{title}" width="100%" height="{EMBED_HEIGHT}" '
        'style="border:0" loading="lazy" allow="geolocation"></iframe>'
    )
