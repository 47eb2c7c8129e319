"""Public programmes: promised against found, and the offer of equipment and connection."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from observatory.app import assumption_state, cache, offer_rows, programme_rows
from observatory.app.pages import (
    own_programmes_form,
    shell,
    study_cache,
    table_downloads,
    url_choice,
)
from observatory.app.pages.shell import Screen
from observatory.app.programme_chart import timeline
from observatory.geo.codes import Cog
from observatory.model.levels import Level
from observatory.model.programme_studies import programmes as with_own
from observatory.tables.programme_tables import CONNECTION, EQUIPMENT, PROGRAMME_KINDS, PROGRAMMES
from observatory.words.markup import html_table, marked_table, plain

#: The tabs: who promised and gave what, when, what is found of it, equipment, one's own rows.
PARTS = ("money", "time", "found", "offer", "own")
#: Those that show records: there is nothing to show where none is about the territory.
OF_RECORDS = ("money", "time", "found")
#: Names in the URL of the choices of the table.
KIND, ACTOR, SORT = "prog_kind", "prog_actor", "prog_sort"


@shell.page
def show(screen: Screen) -> None:
    """Draw the tab asked for."""
    words = screen.words
    part = url_choice.asked(url_choice.PART, PARTS, screen)
    st.title(words(f"programmes.title_of.{part}"), anchor=False)
    place = st.empty()
    url_choice.tabs(screen, "programmes", PARTS, part)
    if part in OF_RECORDS and _known(screen)[0].empty:
        words = screen.words
        how = words("programmes.none_here_how", code=cache.facts(screen.build).departement)
        _said(place, words("programmes.none_here"), how)
    else:
        _PARTS[part](screen, place)
    shell.glossary(screen, "programmes")


def _said(place: st.delta_generator.DeltaGenerator, answer: str, detail: str) -> None:
    place.html(
        f'<p class="obs-answer">{plain(answer)}</p><p class="obs-detail">{plain(detail)}</p>'
    )


def _titles(screen: Screen) -> Mapping[str, str]:
    return {source.id: source.title for source in cache.manifest(screen.build).sources}


# ---- Programmes -------------------------------------------------------------------------------
def _money(screen: Screen, place: st.delta_generator.DeltaGenerator) -> None:
    build, (table, own) = screen.build, _known(screen)
    promises = study_cache.table(build, "promises")
    sums = study_cache.table(build, "programme_sums")
    answer = programme_rows.answer(table, promises, screen.words)
    _said(place, answer, programme_rows.detail(table, sums, screen.words))
    _table(screen, table, own=own)


def _time(screen: Screen, place: st.delta_generator.DeltaGenerator) -> None:
    table, _ = _known(screen)
    answer = programme_rows.time_answer(table, screen.words)
    _said(place, answer, screen.words("programmes.timeline_note"))
    _timeline(screen, table)


def _own(screen: Screen, place: st.delta_generator.DeltaGenerator) -> None:
    words, mine = screen.words, own_programmes_form.records(screen)
    said = "none" if mine is None else "one" if len(mine) == 1 else "many"
    answer = words(f"programmes.own.count.{said}", count=0 if mine is None else len(mine))
    _said(place, answer, words("programmes.own.intro"))
    if mine is not None:
        table, _ = _known(screen)
        _listed(screen, table[table["own"]])
    own_programmes_form.show(screen, mine)


def _known(screen: Screen) -> tuple[pd.DataFrame, bool]:
    """Return the programmes, with this visit's own where there are some."""
    mine = own_programmes_form.records(screen)
    if mine is None:
        return study_cache.table(screen.build, "programmes"), False
    return with_own(cache.model(screen.build), mine), True


def _found(screen: Screen, place: st.delta_generator.DeltaGenerator) -> None:
    words, build = screen.words, screen.build
    known = study_cache.table(build, "programmes")
    promises = study_cache.table(build, "promises")
    sums = study_cache.table(build, "programme_sums")
    answer = programme_rows.answer(known, promises, words)
    _said(place, answer, programme_rows.detail(known, sums, words))
    _promises(screen, promises, known)
    st.header(words("programmes.sums"), anchor=False)
    items = "".join(
        f"<li>{plain(text)}</li>" for text in programme_rows.sum_sentences(sums, known, words)
    )
    fine = words("programmes.sums_fine", count=int(sums["agrees"].sum()))
    st.html(f'<ul>{items}</ul><p class="obs-note">{plain(fine)}</p>')


def _table(screen: Screen, table: pd.DataFrame, *, own: bool) -> None:
    words = screen.words
    st.header(words("programmes.table"), anchor=False)
    kinds = ["", *PROGRAMME_KINDS, programme_rows.SEVERAL]
    actors = ["", *sorted(table["actor"].unique())]
    with st.container(horizontal=True):
        kind = _select(screen, KIND, "kind_label", kinds, {k: _kind(k, screen) for k in kinds})
        actor = _select(screen, ACTOR, "actor_label", actors, {})
        sorts = list(programme_rows.SORTS)
        named = {name: words(f"programmes.sort.{name}") for name in sorts}
        sort = _select(screen, SORT, "sort_label", sorts, named)
    rows = programme_rows.chosen(table, kind, actor, sort)
    if rows.empty:
        st.html(f"<p>{plain(words('programmes.none_left'))}</p>")
    else:
        _listed(screen, rows)
    st.html(f'<p class="obs-note">{plain(words("programmes.table_note"))}</p>')
    holds = words("programmes.holds")
    if own:
        asked = f"programmes --own {own_programmes_form.FILE} --format csv"
        command = assumption_state.plain_command(asked, cache.option_of(screen.build))
        table_downloads.show(screen, table, PROGRAMMES, "programmes", holds, command=command)
    else:
        table_downloads.study(screen, "programmes", "programmes", holds)


def _listed(screen: Screen, rows: pd.DataFrame) -> None:
    words = screen.words
    headers, cells = programme_rows.table_rows(rows, words, _titles(screen))
    caption = words("programmes.caption", count=len(rows))
    st.html(marked_table(caption, headers, cells, programme_rows.NUMERIC))


def _kind(code: str, screen: Screen) -> str:
    return screen.words(f"programmes.kind.{code}") if code else screen.words("programmes.all")


def _select(
    screen: Screen, name: str, label: str, options: list[str], named: Mapping[str, str]
) -> str:
    words, key = screen.words, f"programmes_{name}"
    chosen = url_choice.asked(name, options, screen)
    st.session_state[key] = chosen
    st.selectbox(
        words(f"programmes.{label}"),
        options,
        key=key,
        format_func=lambda code: named.get(code) or code or words("programmes.all"),
        on_change=lambda: url_choice.write(name, st.session_state[key], options[0]),
    )
    return chosen


def _promises(screen: Screen, promises: pd.DataFrame, known: pd.DataFrame) -> None:
    words = screen.words
    st.header(words("programmes.found"), anchor=False)
    headers, rows = programme_rows.promise_rows(promises, known, words, _titles(screen))
    st.html(html_table(words("programmes.found_caption"), headers, rows, numeric=range(3, 4)))
    st.html(f'<p class="obs-note">{plain(words("programmes.found_note"))}</p>')
    table_downloads.study(screen, "promises", "promesses", words("programmes.found_holds"))


def _timeline(screen: Screen, table: pd.DataFrame) -> None:
    words = screen.words
    ids = tuple(table["id"]) + tuple(table["says"])
    chart = study_cache.spec(
        screen.build, "programmes", (words.lang, *ids), lambda: timeline(table, words)
    )
    st.vega_lite_chart(spec=chart, theme=None, alt=words("programmes.timeline_alt"))


# ---- Equipment and connection -----------------------------------------------------------------
def _offer(screen: Screen, place: st.delta_generator.DeltaGenerator) -> None:
    words, build, cog = screen.words, screen.build, screen.shown.cog
    whole = _offers(screen, "ept", cog)
    known = study_cache.table(build, "programmes")
    _said(place, offer_rows.answer(whole, words), words("programmes.offer.detail"))
    st.header(words("programmes.offer.table"), anchor=False)
    _levels(screen)
    level = cache.level_of(screen.shown)
    table = _offers(screen, level, cog)
    headers, rows = offer_rows.zone_rows(table, words)
    caption = words("programmes.offer.caption", level=words(f"level_one.{screen.shown.level}"))
    st.html(html_table(caption, headers, rows, numeric=range(1, len(headers) - 1)))
    for sentence in offer_rows.common_notes(table, words):
        st.html(f'<p class="obs-note">{plain(sentence)}</p>')
    name, holds = f"equipement_{level}_{cog}", words("programmes.offer.holds")
    table_downloads.study(screen, "solidarity_offer", name, holds, level=level, cog=cog)
    assumed = cache.assumptions(build)
    effort = offer_rows.effort_text(whole, known, assumed, words)
    if effort:
        st.header(words("programmes.offer.effort"), anchor=False)
        st.html(f"<p>{plain(effort)}</p>")
        note = offer_rows.effort_note(whole, assumed, words)
        st.html(f'<p class="obs-note">{plain(note)}</p>')
    st.header(words("programmes.offer.programmes"), anchor=False)
    mine = known[known["kind"].isin([EQUIPMENT, CONNECTION])]
    _listed(screen, programme_rows.chosen(mine, "", "", "date"))


def _offers(screen: Screen, level: Level, cog: Cog) -> pd.DataFrame:
    return study_cache.table(screen.build, "solidarity_offer", level=level, cog=cog)


_PARTS = {"money": _money, "time": _time, "found": _found, "offer": _offer, "own": _own}


def _levels(screen: Screen) -> None:
    words, options = screen.words, ("commune", "iris", "qpv")
    st.session_state["programmes_level"] = screen.shown.level
    st.segmented_control(
        words("carte.level"),
        options,
        format_func=lambda name: words(f"level.{name}"),
        key="programmes_level",
        required=True,
        on_change=lambda: shell.update(level=st.session_state["programmes_level"]),
    )
