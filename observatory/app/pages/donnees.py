"""The data: how good the directory is, how to check a list, use the places, and what changed."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from observatory.app import assumption_state, cache, quality
from observatory.app.find.find_state import Search
from observatory.app.pages import (
    directory_downloads,
    feedback_part,
    found_places,
    own_help_form,
    shell,
    study_cache,
    table_downloads,
    url_choice,
    verify_part,
)
from observatory.app.pages.shell import Screen
from observatory.app.place_rows import Rows
from observatory.app.profile import members
from observatory.files import validation
from observatory.places.freshness import corrections_to_ask, quality_table
from observatory.tables.directory_tables import (
    CLEANING_NOTES,
    FRESHNESS,
    LEDGER,
    ORIGINS,
    QUALITY,
    TO_ASK,
)
from observatory.tables.storage import read_table, table_path
from observatory.tables.table import Table
from observatory.words.markup import NONE, html_table, plain
from observatory.words.numbers import number, percent

PARTS = ("quality", "records", "check", "use", "changes")
#: The most rows drawn in a table: the files to download have them all.
MOST_ROWS = 500


@st.cache_data(max_entries=4, show_spinner=False)
def _beside(build: cache.Build, name: str) -> pd.DataFrame | None:
    """Read a table that a build keeps beside its places; ``None`` in a build without it."""
    table: Table = {t.name: t for t in (LEDGER, ORIGINS, CLEANING_NOTES)}[name]
    folder = Path(build.folder)
    return read_table(table, folder) if table_path(table, folder).exists() else None


@st.cache_data(max_entries=4, show_spinner=False)
def _quality(build: cache.Build, today: date) -> pd.DataFrame:
    known = cache.assumptions(build).group("freshness")
    return quality_table(
        cache.facts(build).places,
        today,
        stale_months=float(known["stale_months"]),
        very_stale_months=float(known["very_stale_months"]),
    )


@shell.page
def show(screen: Screen) -> None:
    """Draw the tab asked for, its answer first."""
    words = screen.words
    part = url_choice.asked(url_choice.PART, PARTS, screen)
    st.title(words(f"data.title_of.{part}"), anchor=False)
    answer = st.empty()
    url_choice.tabs(screen, "donnees", PARTS, part)
    {
        "quality": _quality_of_places,
        "records": _records,
        "check": _check,
        "use": _use,
        "changes": _changes,
    }[part](screen, answer)
    shell.glossary(screen, "donnees")


def _quality_of_places(screen: Screen, answer: Any) -> None:
    names = cache.communes(screen.build, screen.shown.cog)
    _choose(screen, names)
    today = date.today()
    sites = _mine(screen, names, cache.facts(screen.build).places)
    whole = _quality(screen.build, today)
    table = whole[whole["site"].isin(sites.loc[~sites["seat"], "site"])]
    _answer(screen, table, int(sites["seat"].sum()), answer)
    _asks(screen, sites, whole)
    _places(screen, table)
    feedback_part.export(screen)


def _records(screen: Screen, answer: Any) -> None:
    words = screen.words
    names = cache.communes(screen.build, screen.shown.cog)
    _choose(screen, names)
    answer.html(f'<p class="obs-answer">{plain(words("data.records_answer"))}</p>')
    sites = _mine(screen, names, cache.facts(screen.build).sites)
    _merges(screen, sites)
    _notes(screen, sites)


def _check(screen: Screen, answer: Any) -> None:
    verify_part.show(screen, answer)
    own_help_form.show(screen)


def _use(screen: Screen, answer: Any) -> None:
    words = screen.words
    names = cache.communes(screen.build, screen.shown.cog)
    _choose(screen, names)
    sites = _mine(screen, names, cache.facts(screen.build).places)
    count = number(int((~sites["seat"]).sum()), words.lang)
    answer.html(f'<p class="obs-answer">{plain(words("data.use_answer", places=count))}</p>')
    _take(screen, sites)
    st.header(words("find.keep.embed"), anchor=False)
    st.html(f"<p>{plain(words('data.embed_note'))}</p>")
    st.code(found_places.snippet(screen, Search()), language=None, wrap_lines=True)


def _changes(screen: Screen, answer: Any) -> None:
    words, build = screen.words, screen.build
    table = study_cache.table(build, "changes")
    answer.html(f'<p class="obs-answer">{plain(words("data.changes_answer"))}</p>')
    _sources(screen, date.today())
    st.header(words("method.changes"), anchor=False)
    for note in validation.change_notes(table, words.lang):
        st.html(f"<p>{plain(note)}</p>")
    headers, rows = validation.change_rows(table, words.lang)
    st.html(html_table(words("method.changes_caption"), headers, rows))
    table_downloads.study(screen, "changes", "changements", words("study.holds.changes"))
    shell.link_to("changements", words("history.more"))


def _choose(screen: Screen, names: dict[str, str]) -> None:
    chosen = screen.shown.commune
    st.session_state["quality_commune"] = chosen if chosen in names else ""
    st.selectbox(
        screen.words("commune.choose"),
        ["", *names],
        format_func=lambda code: names.get(code, screen.words("carte.nobody")),
        key="quality_commune",
        on_change=lambda: shell.update(commune=st.session_state["quality_commune"] or ""),
    )


def _mine(screen: Screen, names: dict[str, str], sites: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the territory, or of the commune chosen."""
    sites = sites[sites["in_territory"]]
    if screen.shown.commune in names:
        mine = members(screen.shown.commune, screen.shown.cog)
        sites = sites[sites["commune"].isin(mine)]
    return sites


def _answer(screen: Screen, table: pd.DataFrame, seats: int, place: Any) -> None:
    words, lang = screen.words, screen.words.lang
    counts = table["freshness"].value_counts()
    parts = [
        quality.freshness_count(name, int(counts.get(name, 0)), words)
        for name in FRESHNESS
        if counts.get(name, 0)
    ]
    said = words(
        "quality.answer",
        places=number(len(table), lang),
        parts=", ".join(parts),
        complete=percent(100 * table["completeness"].median(), lang),
    )
    if table.empty:
        said = words("quality.no_place")
    place.html(f'<p class="obs-answer" data-places="{len(table)}">{plain(said)}</p>')
    apart = words("quality.seats", count=number(seats, lang)) if seats else ""
    st.html(f'<p class="obs-note">{plain(apart)} {plain(words("quality.limits"))}</p>')


def _table(caption: str, table: Rows, *, numeric: range = NONE) -> None:
    headers, rows = table
    st.html(html_table(caption, headers, rows, numeric=numeric))


def _asks(screen: Screen, sites: pd.DataFrame, table: pd.DataFrame) -> None:
    words = screen.words
    st.header(words("quality.asks"), anchor=False)
    sources = cache.manifest(screen.build).sources
    publishers = {item.id: f"{item.publisher} ({item.title})" for item in sources}
    asks = corrections_to_ask(sites, table, publishers=publishers)
    if asks.empty:
        st.html(f"<p>{plain(words('quality.asks_none'))}</p>")
        return
    st.html(f"<p>{plain(words('quality.asks_note'))}</p>")
    _table(
        words("quality.asks_caption"),
        quality.ask_rows(asks, words),
        numeric=range(3, 4),
    )
    table_downloads.show(
        screen,
        asks,
        TO_ASK,
        "corrections_a_demander",
        words("quality.asks_holds", count=number(len(asks), words.lang)),
        measured=False,
    )


def _places(screen: Screen, table: pd.DataFrame) -> None:
    words = screen.words
    st.header(words("quality.places"), anchor=False)
    communes = cache.facts(screen.build).communes
    names = dict(zip(communes["commune"], communes["commune_name"], strict=True))
    with st.expander(
        words("quality.places_open", count=number(min(len(table), MOST_ROWS), words.lang))
    ):
        _table(
            words("quality.places"),
            quality.place_rows(table, names, words, most=MOST_ROWS),
            numeric=range(2, 5),
        )
    table_downloads.show(
        screen,
        table,
        QUALITY,
        "qualite_des_lieux",
        words("quality.places_holds", count=number(len(table), words.lang)),
        measured=False,
    )


def _take(screen: Screen, sites: pd.DataFrame) -> None:
    words = screen.words
    st.header(words("quality.take"), anchor=False)
    st.html(f'<p class="obs-note">{plain(words("quality.take_note"))}</p>')
    directory_downloads.show(screen, sites)
    asked = "places export --format standard-csv --to lieux"
    command = assumption_state.plain_command(asked, cache.option_of(screen.build))
    table_downloads.printed(screen, command, said="more" if screen.shown.commune else "same")


def _merges(screen: Screen, sites: pd.DataFrame) -> None:
    words = screen.words
    st.header(words("quality.merges"), anchor=False)
    ledger = _beside(screen.build, LEDGER.name)
    if ledger is None:
        st.html(f"<p>{plain(words('quality.absent'))}</p>")
        return
    here = ledger["site_a"].isin(sites["site"]) | ledger["site_b"].isin(sites["site"])
    ledger = ledger[here].reset_index(drop=True)
    st.html(f"<p>{plain(words('quality.merges_note'))}</p>")
    if ledger.empty:
        st.html(f"<p>{plain(words('quality.merges_none'))}</p>")
        return
    everything = cache.facts(screen.build).sites
    with st.expander(words("quality.merges_open", count=number(len(ledger), words.lang))):
        rows = quality.merge_rows(ledger.head(MOST_ROWS), everything, _titles(screen), words)
        _table(words("quality.merges"), rows)
    _decide(screen, ledger, everything)


def _decide(screen: Screen, ledger: pd.DataFrame, sites: pd.DataFrame) -> None:
    """Give the line that undoes a merge, or forces one; a person adds it to the corrections."""
    words = screen.words
    names = sites.set_index("site")["name"].to_dict()
    rows: list[dict[Any, Any]] = ledger.to_dict("records")

    def label(place: int) -> str:
        return quality.pair_label(rows[place], names, _titles(screen), words)

    st.subheader(words("quality.decide"), anchor=False)
    st.html(f"<p>{plain(words('quality.decide_note'))}</p>")
    chosen = st.selectbox(
        words("quality.pair"),
        range(len(rows)),
        index=None,
        placeholder=words("quality.pair_hint"),
        format_func=label,
        key="quality_pair",
    )
    if chosen is not None:
        line = quality.correction_line(rows[chosen], words("quality.reason"))
        st.code(line.decode(), language=None)


def _notes(screen: Screen, sites: pd.DataFrame) -> None:
    words = screen.words
    notes, origins = (_beside(screen.build, t.name) for t in (CLEANING_NOTES, ORIGINS))
    if notes is None or origins is None:
        return
    mine = set(origins.loc[origins["site"].isin(sites["site"]), "record"])
    notes = notes[notes["record"].isin(mine)]
    st.header(words("quality.origins"), anchor=False)
    _table(
        words("quality.origins"),
        quality.origin_rows(origins, sites, _titles(screen), words),
        numeric=range(1, 3),
    )
    with st.expander(words("quality.notes_open", count=number(len(notes), words.lang))):
        names = quality.names_of_records(origins, cache.facts(screen.build).sites)
        rows = quality.note_rows(notes.head(MOST_ROWS), names, _titles(screen), words)
        _table(words("quality.notes"), rows)


def _titles(screen: Screen) -> dict[str, str]:
    return {source.id: source.title for source in cache.manifest(screen.build).sources}


def _sources(screen: Screen, today: date) -> None:
    words = screen.words
    st.header(words("quality.sources"), anchor=False)
    vintages = cache.vintages(screen.build)
    sources = cache.manifest(screen.build).sources
    rows = quality.source_rows(sources, vintages, today, words)
    _table(words("quality.sources"), rows, numeric=range(3, 5))
    table_downloads.sources(screen)
