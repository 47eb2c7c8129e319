"""What the scenario changes: the part of the page with the figures, the zones, the schools."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from observatory.app import cache
from observatory.app.decide import outcome_rows, replay
from observatory.app.decide.spots import Spots
from observatory.app.pages import shell, table_downloads
from observatory.app.pages.scenario_cache import Compared, draws, grades
from observatory.app.pages.shell import Screen
from observatory.app.selection import LEVELS
from observatory.model.levels import Level
from observatory.model.scenario import Scenario
from observatory.model.scenario_changes import Offer
from observatory.tables.decision_results import (
    COMPARISON,
    SCENARIO_SCHOOLS,
    SCENARIO_SOLIDARITY,
    SCENARIO_TOTALS,
)
from observatory.tables.table import Table
from observatory.words.markup import html_table, plain
from observatory.words.numbers import number

PARTS = (*LEVELS, "schools", "equipment")
PART, SHOWN = "decide_part", "decide_shown"
Place = st.delta_generator.DeltaGenerator


def territory(screen: Screen, scenario: Scenario, spots: Spots, answer: Place) -> None:
    """Draw before and after; on a base not drawn yet, first the figures without intervals."""
    words = screen.words
    st.header(words("decide.outcome"), anchor=False)
    figures = st.empty()
    # The draws of a base take a second and serve every scenario on it; those of a change, a tenth.
    if st.session_state.get(SHOWN) != screen.build:
        _figures(screen, Compared(screen.build, scenario.changes, 0), answer, figures)
    found = Compared(screen.build, scenario.changes, draws())
    _figures(screen, found, answer, figures)
    st.session_state[SHOWN] = screen.build
    st.html(f'<p class="obs-note">{plain(words("decide.ends_note"))}</p>')
    holds = words("decide.totals_hold")
    _files(screen, found.whole, SCENARIO_TOTALS, "territoire", holds, "totals")
    _offers(screen, found, spots)


def zones(screen: Screen, scenario: Scenario) -> None:
    """Draw what changes zone by zone, for schools, and for equipment."""
    _parts(screen, Compared(screen.build, scenario.changes, draws()))


def said(screen: Screen, found: Compared) -> str:
    """Return the markup of the sentence that says what a scenario changes."""
    text = outcome_rows.answer(found.totals, near_minutes(screen), screen.words)
    drawn = found.draws or "no"
    return f'<p class="obs-answer obs-first" data-draws="{drawn}">{plain(text)}</p>'


def near_minutes(screen: Screen) -> float:
    """Return how many minutes a near walk takes."""
    return cache.assumptions(screen.build).number("access.near_min")


def _figures(screen: Screen, found: Compared, answer: Place, figures: Place) -> None:
    words, totals, minutes = screen.words, found.totals, near_minutes(screen)
    answer.html(said(screen, found))
    headers, rows = outcome_rows.figure_rows(totals, minutes, words)
    norm = words(
        f"carte.norm.{_norm(screen)}", norm=number(totals["norm_h_per_100"], words.lang, 2)
    )
    table = html_table(words("decide.figures"), headers, rows)
    note = f"{norm} {words('decide.norm_held')}"
    figures.html(f'{table}<p class="obs-note">{plain(note)}</p>')


def _norm(screen: Screen) -> str:
    return str(cache.gaps(screen.build, "ept", screen.shown.cog).iloc[0]["norm"])


def _offers(screen: Screen, found: Compared, spots: Spots) -> None:
    if any(isinstance(change, Offer) for change in found.changes):
        table, minutes = found.offers, near_minutes(screen)
        headers, rows = outcome_rows.offer_rows(table, spots, minutes, screen.words)
        st.html(html_table(screen.words("decide.offers"), headers, rows, numeric=range(2, 4)))


def _parts(screen: Screen, found: Compared) -> None:
    words = screen.words
    level = cache.level_of(screen.shown)
    if st.session_state.get(PART) not in PARTS[len(LEVELS) :]:
        st.session_state[PART] = level
    part = st.segmented_control(
        words("decide.part"),
        PARTS,
        format_func=lambda name: words(f"decide.part_of.{name}"),
        key=PART,
        required=True,
        on_change=_take_part,
    )
    if part == "schools":
        _schools(screen, found)
    elif part == "equipment":
        _equipment(screen, found, level)
    else:
        _zones(screen, found, level)


def _take_part() -> None:
    if st.session_state[PART] in LEVELS:
        shell.update(level=st.session_state[PART])


def _zones(screen: Screen, found: Compared, level: Level) -> None:
    words, cog = screen.words, screen.shown.cog
    table = found.table(level, cog)
    changed = outcome_rows.changed_zones(table)
    names = cache.zone_names(screen.build, level, cog, words.lang)
    headers, rows = outcome_rows.zone_rows(changed, grades(screen.build, level, cog), names, words)
    if rows:
        st.html(html_table(words(f"decide.zones.{level}"), headers, rows))
    same = len(table) - len(changed)
    if same:
        text = words("decide.same_zones", count=number(same, words.lang))
        st.html(f'<p class="obs-note">{plain(text)}</p>')
    _files(screen, table, COMPARISON, f"{level}", words("decide.holds"), "zones")


def _schools(screen: Screen, found: Compared) -> None:
    words = screen.words
    table: pd.DataFrame = found.schools
    if len(table):
        headers, rows = outcome_rows.school_rows(table, words)
        minutes = number(near_minutes(screen), words.lang)
        caption = words("decide.schools", minutes=minutes)
        st.html(html_table(caption, headers, rows, numeric=range(3, 5)))
    else:
        st.html(f"<p>{plain(words('decide.no_school'))}</p>")
    holds = words("decide.schools_hold")
    _files(screen, table, SCENARIO_SCHOOLS, "ecoles", holds, "schools")


def _equipment(screen: Screen, found: Compared, level: Level) -> None:
    """Draw need for equipment and a connection, and the places that declare them."""
    words, cog = screen.words, screen.shown.cog
    table = found.solidarity(level, cog)
    names = cache.zone_names(screen.build, level, cog, words.lang)
    headers, rows = outcome_rows.equipment_rows(table, names, words)
    if rows:
        st.html(html_table(words("decide.equipment"), headers, rows))
    else:
        st.html(f"<p>{plain(words('decide.no_equipment'))}</p>")
    holds = words("decide.equipment_holds")
    _files(screen, table, SCENARIO_SOLIDARITY, f"equipement_{level}", holds, "solidarity")


def _files(
    screen: Screen, frame: pd.DataFrame, table: Table, name: str, holds: str, show: str
) -> None:
    """Draw the buttons of a table of the scenario, and the command that replays it."""
    level, option = cache.level_of(screen.shown), cache.option_of(screen.build)
    command = replay.command(level, screen.shown.cog, draws(), option, show)
    table_downloads.show(screen, frame, table, f"scenario_{name}", holds, command=command)
