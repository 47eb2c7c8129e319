"""The best next posts: the part of the page that asks, waits, gives reasons and adds to a scenario.

A search runs beside the page, which looks at it again every half second and can stop it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from observatory.app import cache
from observatory.app.cache import Build
from observatory.app.decide import siting_runs, siting_words
from observatory.app.decide.siting_runs import Kind, Run
from observatory.app.decide.spots import Spots
from observatory.app.pages import (
    decimal_field,
    scenario_cache,
    scenario_state,
    siting_downloads,
    siting_places_part,
    study_cache,
    url_choice,
)
from observatory.app.pages.outcome_part import near_minutes
from observatory.app.pages.shell import Screen
from observatory.errors import ObservatoryError
from observatory.model.scenario import Scenario
from observatory.model.scenario_changes import HALF, MOST_EUR, Change
from observatory.model.siting import Request, Siting, siting
from observatory.model.siting_curve import curve
from observatory.model.siting_draws import chosen_over_draws
from observatory.tables.siting_results import AIMS
from observatory.words.markup import html_table, plain
from observatory.words.numbers import number

#: The part's own name in the link.
POSTS = "posts"
RUNS, AGAIN, GOING = "decide_runs", "decide_siting_again", "decide_siting_going"
#: Seconds between two looks at a search, and how long a page waits for a quick one.
LOOK_S, QUICK_S = 0.5, 0.15
#: What one page may ask for: beyond, the command line.
MOST_POSTS, DRAWS = 80.0, 100
#: How many of the places chosen over the draws are shown.
MOST_CHOSEN = 12
#: How far the curve goes at least.
CURVE_POSTS = 12.0
KINDS = ("site", "school", "qpv", "cell")
USUAL_POSTS, USUAL_EUR = 3.0, 100_000.0


@dataclass(frozen=True)
class Asked:
    """What was asked of a search, and of what it started from.

    Attributes
    ----------
    request
        As ``model.siting`` takes it.
    build
        The build and the visitor's assumptions.
    changes
        The changes that it started from.
    added
        Ranks of the places added to the scenario since.
    """

    request: Request
    build: Build
    changes: tuple[Change, ...]
    added: frozenset[int] = frozenset()


#: What the fields hold, while another tab is shown.
FIELDS = ("by", "count", "eur", "aim", "start", "kinds", "qpv", "at_most")


def carry() -> None:
    """Keep what the fields hold while another tab is shown."""
    url_choice.carry([*(f"decide_{name}" for name in FIELDS), *siting_places_part.fields()])


def said(screen: Screen) -> str:
    """Return the markup of what the last search found, or nothing."""
    run = _found(screen)
    if run is None or not isinstance(run.result, Siting):
        return ""
    proved = "yes" if run.result.proved else "no"
    text = siting_words.answer(run.result, screen.words)
    return f'<p class="obs-answer obs-first" data-proved="{proved}">{plain(text)}</p>'


def show(screen: Screen, scenario: Scenario, spots: Spots) -> None:
    """Draw the part; while a search goes on it is drawn again by itself."""
    going = st.session_state[GOING] = any(run.going for run in _runs().values())
    st.fragment(_part, run_every=LOOK_S if going else None)(screen, scenario, spots)


def _runs() -> dict[Kind, Run]:
    found: dict[Kind, Run] = st.session_state.setdefault(RUNS, {})
    return found


def _part(screen: Screen, scenario: Scenario, spots: Spots) -> None:
    words = screen.words
    st.html(f'<p class="obs-note">{plain(words("decide.siting.intro"))}</p>')
    _form(screen, scenario, spots)
    busy = [run for run in _runs().values() if run.going]
    for run in busy:
        run.wait(QUICK_S)
    ended = st.session_state[GOING] and not any(run.going for run in busy)
    if st.session_state.pop(AGAIN, False) or ended:
        # A whole run: the scenario has changed, or what is drawn by itself begins or ends.
        st.rerun()
    for run in busy:
        _progress(screen, run)
    places = _found(screen)
    if places is not None:
        _answer(screen, places, spots)


def _found(screen: Screen) -> Run | None:
    """Return the last search of places on this base, once it is over."""
    run = _runs().get("places")
    return None if run is None or run.going or run.asked.build != screen.build else run


def _progress(screen: Screen, run: Run) -> None:
    words = screen.words
    step = words(f"decide.siting.step.{run.step}") if run.step else words("decide.siting.running")
    st.progress(run.part, text=step)
    st.button(
        words("decide.siting.cancel"),
        key=f"decide_cancel_{run.kind}",
        on_click=run.cancel,
        icon=":material/stop_circle:",
    )


# ---- What is asked ----------------------------------------------------------------------------
def _form(screen: Screen, scenario: Scenario, spots: Spots) -> None:
    words = screen.words
    left, middle, right = st.columns(3, gap="small", vertical_alignment="bottom")
    with left:
        by = st.selectbox(
            words("decide.siting.by"),
            ("posts", "budget"),
            format_func=lambda name: words(f"decide.siting.by_of.{name}"),
            key="decide_by",
        )
    with middle:
        _amount(screen, by)
    with right:
        st.selectbox(
            words("decide.siting.aim"),
            AIMS,
            format_func=lambda name: words(f"decide.siting.aim_of.{name}"),
            key="decide_aim",
        )
    if scenario.changes:
        st.segmented_control(
            words("decide.siting.start"),
            ("today", "scenario"),
            default="today",
            format_func=lambda name: words(f"decide.siting.start_of.{name}"),
            key="decide_start",
            required=True,
        )
    with st.expander(words("decide.siting.more")):
        _more(screen, spots)
    st.button(
        words("decide.siting.search"),
        key="decide_search",
        type="primary",
        on_click=_search,
        args=(screen, scenario),
        disabled=any(run.going for run in _runs().values())
        or bool(siting_places_part.chosen(screen.build).unread),
        icon=":material/search:",
    )


def _amount(screen: Screen, by: str) -> None:
    words = screen.words
    if by == "posts":
        label, most = words("decide.siting.posts"), MOST_POSTS
        options = decimal_field.steps(HALF, most, HALF)
        decimal_field.choose(label, options, "decide_count", words, usual=USUAL_POSTS)
    else:
        least = HALF * cache.assumptions(screen.build).number("gap.post_cost_eur")
        st.number_input(
            words("decide.siting.budget"),
            least,
            MOST_EUR,
            max(USUAL_EUR, least),
            1_000.0,
            format="%.0f",
            key="decide_eur",
        )


def _more(screen: Screen, spots: Spots) -> None:
    words, build = screen.words, screen.build
    kinds = (*KINDS, "stop") if cache.stops(build) is not None else KINDS
    st.multiselect(
        words("decide.siting.kinds"),
        kinds,
        default=["site", "school"],
        format_func=lambda name: words(f"decide.siting.kind.{name}"),
        key="decide_kinds",
    )
    left, right = st.columns(2, gap="small")
    with left:
        st.slider(words("decide.siting.qpv_share"), 0, 100, 0, 10, key="decide_qpv")
    with right:
        label = words("decide.siting.at_most")
        options = decimal_field.steps(0.0, MOST_POSTS, HALF)
        decimal_field.choose(label, options, "decide_at_most", words, usual=0.0)
    siting_places_part.show(screen, spots)


def _request(build: Build) -> Request:
    state, places = st.session_state, siting_places_part.chosen(build)
    by_posts = state.get("decide_by", "posts") == "posts"
    return Request(
        posts=float(state.get("decide_count", USUAL_POSTS)) if by_posts else None,
        budget_eur=None if by_posts else float(state["decide_eur"]),
        aim=state.get("decide_aim", "hours"),
        kinds=tuple(state.get("decide_kinds", ("site", "school"))),
        own=places.own,
        fixed=places.fixed,
        forbidden=places.forbidden,
        qpv_share=state.get("decide_qpv", 0) / 100,
        at_most=state.get("decide_at_most") or None,
    )


def _search(screen: Screen, scenario: Scenario) -> None:
    """Start the search that the fields ask for."""
    from_today = st.session_state.get("decide_start", "today") == "today"
    changes = () if from_today else scenario.changes
    _runs().clear()
    _start("places", Asked(_request(screen.build), screen.build, changes))


def _start(kind: Kind, asked: Asked) -> None:
    model = Scenario(cache.model(asked.build), asked.changes).model if asked.changes else None
    model = model or cache.model(asked.build)
    stops, request = cache.stops(asked.build), asked.request

    def work(progress: Any, cancel: Any) -> Any:
        if kind == "places":
            return siting(model, request, stops=stops, progress=progress, cancel=cancel)
        if kind == "curve":
            return curve(model, request, stops=stops, progress=progress, cancel=cancel)
        return chosen_over_draws(
            model, request, DRAWS, stops=stops, progress=progress, cancel=cancel
        )

    _runs()[kind] = siting_runs.start(kind, asked, work)
    st.session_state[AGAIN] = True


# ---- What is found ----------------------------------------------------------------------------
def _answer(screen: Screen, run: Run, spots: Spots) -> None:
    words, found = screen.words, run.result
    if not isinstance(found, Siting):
        _say_refused(screen, run.error)
        return
    minutes = near_minutes(screen)
    headers, rows = siting_words.reason_rows(found.table, minutes, words)
    st.html(html_table(words("decide.siting.reasons"), headers, rows, numeric=_REASONS))
    note = words("decide.siting.helps_note", minutes=number(minutes, words.lang))
    st.html(f'<p class="obs-note">{plain(note)}</p>')
    siting_downloads.show(screen, run, found.table)
    _adding(screen, run, found, spots)
    _curve(screen, run)
    _draws(screen, run)


#: Columns of figures of the table of reasons.
_REASONS = range(2, 7)


def _say_refused(screen: Screen, error: Exception | None) -> None:
    st.error(screen.words("decide.siting.refused"))
    if isinstance(error, ObservatoryError):
        with st.expander(screen.words("error.detail")):
            st.code("\n".join((error.where, error.expected, error.found)), language=None)


def _adding(screen: Screen, run: Run, found: Siting, spots: Spots) -> None:
    words, asked = screen.words, run.asked
    with st.container(horizontal=True):
        for row in found.table.to_dict("records"):
            rank = int(row["rank"])
            st.button(
                words("decide.siting.add_one", rank=rank),
                key=f"decide_add_rank_{rank}",
                on_click=_add,
                args=(screen, run, (rank,), spots),
                disabled=rank in asked.added,
                icon=":material/check:" if rank in asked.added else ":material/add:",
            )
    ranks = tuple(int(rank) for rank in found.table["rank"])
    with st.container(horizontal=True):
        st.button(
            words("decide.siting.add_all"),
            key="decide_add_all",
            on_click=_add,
            args=(screen, run, tuple(rank for rank in ranks if rank not in asked.added), spots),
            disabled=asked.added >= set(ranks),
            icon=":material/playlist_add:",
        )
        st.button(
            words("decide.siting.instead"),
            key="decide_instead",
            on_click=_instead,
            args=(screen, run, spots),
            icon=":material/swap_horiz:",
        )


def _of(run: Run, ranks: tuple[int, ...], spots: Spots) -> list[Change]:
    table = run.result.table
    chosen = table[table["rank"].isin(ranks)].to_dict("records")
    return [siting_words.change_of(row, spots) for row in chosen]


def _add(screen: Screen, run: Run, ranks: tuple[int, ...], spots: Spots) -> None:
    scenario_state.add(screen, *_of(run, ranks, spots))
    run.asked = replace(run.asked, added=run.asked.added | set(ranks))
    st.session_state[AGAIN] = True


def _instead(screen: Screen, run: Run, spots: Spots) -> None:
    """Make the scenario that the search started from and its posts, and go and see it."""
    ranks = tuple(int(rank) for rank in run.result.table["rank"])
    scenario_state.put((*run.asked.changes, *_of(run, ranks, spots)))
    run.asked = replace(run.asked, added=frozenset(ranks))
    st.query_params.pop(url_choice.PART, None)
    st.session_state[AGAIN] = True


# ---- The curve and the draws ------------------------------------------------------------------
def _curve(screen: Screen, run: Run) -> None:
    words = screen.words
    st.subheader(words("decide.curve.title"), anchor=False)
    found = _more_of(screen, "curve", run, words("decide.siting.curve"))
    if found is None:
        return
    draw = lambda: siting_words.curve_chart(found, words)  # noqa: E731  # drawn where it is not kept
    shown = (repr(run.asked.request), repr(run.asked.changes), words.lang, len(found))
    chart = study_cache.spec(screen.build, "siting_curve", shown, draw)
    st.vega_lite_chart(spec=chart, theme=None, alt=words("decide.curve.alt"))
    st.html(f'<p class="obs-note">{plain(words("decide.curve.note"))}</p>')
    with st.expander(words("decide.curve.table")):
        headers, rows = siting_words.curve_rows(found, words)
        st.html(html_table(words("decide.curve.title"), headers, rows, numeric=range(1, 4)))


def _draws(screen: Screen, run: Run) -> None:
    words = screen.words
    found = _more_of(screen, "draws", run, words("decide.siting.draws"))
    if found is None:
        return
    count = int(found["draws"].iloc[0]) if len(found) else 0
    caption = words("decide.siting.drawn", draws=number(count, words.lang))
    communes = scenario_cache.commune_names(screen.build)
    headers, rows = siting_words.chosen_rows(found.head(MOST_CHOSEN), communes, words)
    st.html(html_table(caption, headers, rows, numeric=range(2, 5)))
    others = number(max(len(found) - MOST_CHOSEN, 0), words.lang)
    note = words("decide.siting.drawn_note", others=others)
    st.html(f'<p class="obs-note">{plain(note)}</p>')


def _more_of(screen: Screen, kind: Kind, run: Run, label: str) -> Any:
    """Return the curve or the draws of a search, or draw the button that asks for them."""
    found = _runs().get(kind)
    if found is None:
        asked = replace(run.asked, added=frozenset())
        if kind == "curve":
            asked = replace(asked, request=_longer(asked))
        st.button(label, key=f"decide_{kind}", on_click=_start, args=(kind, asked))
        return None
    if found.going:
        return None
    if found.result is None:
        _say_refused(screen, found.error)
    return found.result


def _longer(asked: Asked) -> Request:
    """Return the request of the curve: as many posts, or enough to see it bend."""
    halves = asked.request.halves(cache.assumptions(asked.build))
    return replace(asked.request, posts=max(HALF * halves, CURVE_POSTS), budget_eur=None)
