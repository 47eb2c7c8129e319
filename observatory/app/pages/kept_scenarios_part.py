"""Keep a scenario, set two side by side, send it on: file, link, command, sheet."""

from __future__ import annotations

from typing import Any

import streamlit as st

from observatory.app import assumption_state, cache
from observatory.app.assumption_state import AssumptionState
from observatory.app.decide import outcome_rows, replay
from observatory.app.pages import (
    download_button,
    scenario_state,
    shell,
    territory_sheet_button,
)
from observatory.app.pages.compose_part import say_refused
from observatory.app.pages.outcome_part import near_minutes
from observatory.app.pages.scenario_cache import Compared, draws
from observatory.app.pages.scenario_state import Changes
from observatory.app.pages.shell import Screen
from observatory.app.pages.verify_part import upload_words
from observatory.errors import ChoiceError, InputError
from observatory.model.assumption_link import OWN
from observatory.model.scenario import Scenario
from observatory.model.scenario_file import MOST_BYTES, WrittenScenario, link, parse, write
from observatory.words.catalogue import Words
from observatory.words.markup import html_table, plain
from observatory.words.numbers import number

NAME, UPLOAD = "decide_name", "decide_file"
PRESENT = ""
LONGEST_NAME = 60


def show(screen: Screen, scenario: Scenario) -> None:
    """Draw the part."""
    left, right = st.columns(2, gap="medium")
    with left:
        _save(screen, scenario)
        _upload(screen)
    with right:
        if scenario.changes:
            _send(screen, scenario)
    _beside(screen, scenario)
    if scenario.changes:
        _sheet(screen, scenario)


# ---- Scenarios kept for the visit -------------------------------------------------------------
def _save(screen: Screen, scenario: Scenario) -> None:
    words = screen.words
    st.text_input(words("decide.keep.name"), max_chars=LONGEST_NAME, key=NAME)
    st.button(
        words("decide.keep.save"),
        key="decide_save",
        on_click=_take_name,
        disabled=not scenario.changes,
        icon=":material/bookmark_add:",
    )
    named = scenario_state.kept().named
    if named:
        st.html(f"<p><strong>{plain(words('decide.keep.named'))}</strong></p>")
    for place, (name, changes) in enumerate(named):
        st.html(f"<p>{plain(_counted(name, changes, words))}</p>")
        with st.container(horizontal=True):
            take, forget = (words(f"decide.keep.{what}", name=name) for what in ("take", "forget"))
            st.button(
                take, key=f"decide_take_{place}", on_click=scenario_state.put, args=(changes,)
            )
            st.button(
                forget, key=f"decide_forget_{place}", on_click=scenario_state.forget, args=(name,)
            )


def _counted(name: str, changes: Changes, words: Words) -> str:
    text = "decide.keep.one_change" if len(changes) == 1 else "decide.keep.changes"
    return words(text, name=name, count=len(changes))


def _take_name() -> None:
    name = str(st.session_state.get(NAME) or "").strip()
    named = scenario_state.kept().named
    scenario_state.save(name or f"{len(named) + 1}")


def _beside(screen: Screen, scenario: Scenario) -> None:
    """Set two scenarios side by side: each change from today."""
    words = screen.words
    known: dict[str, Changes] = dict(scenario_state.kept().named)
    if scenario.changes:
        known = {PRESENT: scenario.changes, **known}
    if len(known) < 2:
        return
    names = list(known)
    chosen = []
    for column, which, usual in zip(st.columns(2), ("first", "second"), (0, 1), strict=True):
        with column:
            name = st.selectbox(
                words(f"decide.keep.{which}"),
                names,
                index=usual,
                format_func=lambda one: one or words("decide.keep.present"),
                key=f"decide_{which}",
            )
        chosen.append(name if name in known else names[usual])
    totals = [Compared(screen.build, known[name], draws()).totals for name in chosen]
    rows = outcome_rows.beside_rows(totals[0], totals[1], near_minutes(screen), words)
    headers = [words("decide.column.figure")]
    headers += [name or words("decide.keep.present") for name in chosen]
    st.html(html_table(words("decide.keep.beside"), headers, rows))
    st.html(f'<p class="obs-note">{plain(words("decide.keep.beside_note"))}</p>')


# ---- To send on -------------------------------------------------------------------------------
def _send(screen: Screen, scenario: Scenario) -> None:
    words, build = screen.words, screen.build
    download_button.button(
        words("decide.keep.file"),
        write(scenario, cache.assumptions_file(build)).encode(),
        replay.FILE,
        words("decide.keep.file_holds"),
        mime="application/toml",
        key="decide_toml",
    )
    st.html(f'<p class="obs-note">{plain(words("decide.keep.command"))}</p>')
    told = replay.command(
        cache.level_of(screen.shown), screen.shown.cog, draws(), cache.option_of(build)
    )
    st.code(told, language=None, wrap_lines=True)
    st.html(f'<p class="obs-note">{plain(words(_of_link(scenario)))}</p>')


def _of_link(scenario: Scenario) -> str:
    """Return the text that says whether the link of the page holds the scenario."""
    try:
        link(scenario)
    except ChoiceError:
        return "decide.keep.long_link"
    return "decide.keep.link"


def _sheet(screen: Screen, scenario: Scenario) -> None:
    words = screen.words
    st.subheader(words("decide.keep.sheet"), anchor=False)
    communes = cache.communes(screen.build, screen.shown.cog)
    districts = cache.zone_names(screen.build, "qpv", screen.shown.cog)
    whole = str(cache.gaps(screen.build, "ept", screen.shown.cog).iloc[0]["name"])
    names = {"ept": whole, **communes, **districts}
    asked = screen.shown.commune
    zone = st.selectbox(
        words("decide.keep.sheet_zone"),
        list(names),
        index=list(names).index(asked) if asked in communes else 0,
        format_func=lambda code: names[code],
        key="decide_sheet_zone",
    )
    territory_sheet_button.show(screen, zone, scenario, str(st.session_state.get(NAME) or ""))


# ---- A file, or a link, of another base -------------------------------------------------------
def _upload(screen: Screen) -> None:
    words = screen.words
    most = number(MOST_BYTES / 1024, words.lang)
    upload_words(words, words("decide.keep.limit", most=most))
    st.file_uploader(
        words("decide.keep.upload"),
        type=["toml"],
        key=UPLOAD,
        max_upload_size=1,
        on_change=_take_file,
        args=(screen,),
    )


def _take_file(screen: Screen) -> None:
    """Read the file that was given, once, before the page is drawn again."""
    given = st.session_state.get(UPLOAD)
    if given is None:
        return
    try:
        written = parse(given.getvalue(), given.name)
        scenario_state.take(written, cache.model(screen.build))
    except InputError as error:
        scenario_state.refuse("decide.keep.spoilt", error)


def offered(screen: Screen) -> None:
    """Say that a scenario was made on another base, and offer to take it all the same."""
    found = scenario_state.kept().offered
    if found is None:
        say_refused(screen)
        return
    written, error = found
    words, model = screen.words, cache.model(screen.build)
    own = _own_assumptions(screen, written)
    st.warning(words("decide.keep.other_assumptions" if own else "decide.keep.other_build"))
    with st.expander(words("error.detail")):
        st.code("\n".join((error.where, error.expected, error.found)), language=None)
    with st.container(horizontal=True):
        if own is not None:
            st.button(
                words("decide.keep.own"),
                key="decide_own",
                on_click=_take_own,
                args=(screen, written, own),
            )
        st.button(
            words("decide.keep.anyway"),
            key="decide_anyway",
            on_click=scenario_state.take_anyway,
            args=(model,),
        )
        st.button(
            words("decide.keep.dismiss"), key="decide_dismiss", on_click=scenario_state.dismiss
        )


def _own_assumptions(screen: Screen, written: WrittenScenario) -> AssumptionState | None:
    """Return the assumptions that a file was made under, where they are all that differs."""
    values: dict[str, Any] = dict(written.values)
    if not values:
        return None
    usual = cache.assumptions_file(screen.build)
    named = {name: values.pop(known, None) for name, known in OWN.items()}
    try:
        more = tuple(sorted((name, float(value)) for name, value in values.items()))
        state = assumption_state.settled(AssumptionState(**named, more=more), usual)
        written.on(cache.model(screen.build).under(usual.changed(state.changes())))
    except (ChoiceError, ValueError):
        return None
    return state


def _take_own(screen: Screen, written: WrittenScenario, own: AssumptionState) -> None:
    shell.write_assumption_state(own)
    usual = cache.assumptions_file(screen.build)
    scenario_state.take(written, cache.model(screen.build).under(usual.changed(own.changes())))
