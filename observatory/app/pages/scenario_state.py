"""The scenario that a visitor makes: in the link and the session, with undo; shared with nobody.

The link holds the changes and the base that they were made on. What this session wrote there itself
follows the visitor's assumptions; another link is refused where its base is another one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import streamlit as st

from observatory.app import cache
from observatory.app.pages.shell import Screen
from observatory.errors import ChoiceError, InputError
from observatory.model.model import Model
from observatory.model.scenario import Scenario
from observatory.model.scenario_changes import Change
from observatory.model.scenario_edit import without
from observatory.model.scenario_file import WrittenScenario, link, parse_link

PARAMETER, SESSION = "scenario", "observatory_scenario"
#: How many earlier states, and how many named scenarios, a session keeps.
MOST_UNDO, MOST_NAMED = 50, 12
Changes = tuple[Change, ...]


@dataclass(frozen=True)
class Kept:
    """What a session keeps of its scenario.

    Attributes
    ----------
    changes
        What changes now.
    text
        What the link says of it, as this session wrote it.
    before
        The earlier states, the last one last.
    named
        The scenarios saved, each with its name.
    refused
        What was not done, by the name of its text, and why.
    offered
        A scenario made on another base, and why it was refused: to be taken anyway, or not.
    """

    changes: Changes = ()
    text: str = ""
    before: tuple[Changes, ...] = ()
    named: tuple[tuple[str, Changes], ...] = ()
    refused: tuple[str, InputError] | None = None
    offered: tuple[WrittenScenario, ChoiceError] | None = None


def kept() -> Kept:
    """Return what this session keeps."""
    found = st.session_state.get(SESSION)
    return found if isinstance(found, Kept) else Kept()


def _keep(found: Kept) -> None:
    st.session_state[SESSION] = found


def read(screen: Screen) -> Scenario:
    """Return the scenario of the link, else that of the session, on the visitor's base."""
    model = cache.model(screen.build)
    asked = st.query_params.get(PARAMETER)
    if asked and asked != kept().text:
        _open_link(asked, model)
    try:
        found = Scenario(model, kept().changes)
        _ = found.help
    except ChoiceError as error:  # a build that came since has not the places of the changes
        _keep(replace(kept(), changes=()))
        refuse("decide.keep.other_build", error)
        found = Scenario(model)
    _write(found)
    return found


def _open_link(text: str, model: Model) -> None:
    try:
        written = parse_link(text)
    except ChoiceError as error:
        refuse("decide.keep.spoilt_link", error)
        return
    take(written, model)


def take(written: WrittenScenario, model: Model) -> None:
    """Take a scenario from a link or a file; one of another base is offered, not taken."""
    try:
        found = written.on(model)
    except ChoiceError as error:
        _keep(replace(kept(), offered=(written, error), refused=None))
        return
    put(found.changes)


def take_anyway(model: Model) -> None:
    """Take the scenario of another base that was offered."""
    offered = kept().offered
    if offered is None:
        return
    try:
        found = offered[0].on(model, anyway=True)
    except ChoiceError as error:
        dismiss()
        refuse("decide.refused", error)
        return
    put(found.changes)


def put(changes: Changes) -> None:
    """Make these the changes of the scenario; the former ones can be had again."""
    now = kept()
    before = (*now.before, now.changes)[-MOST_UNDO:] if changes != now.changes else now.before
    _keep(replace(now, changes=changes, before=before, refused=None, offered=None))
    st.query_params.pop(PARAMETER, None)


def add(screen: Screen, *changes: Change) -> None:
    """Add changes to the scenario; one that cannot be made is kept out, and the reason kept."""
    found = Scenario(cache.model(screen.build), kept().changes)
    try:
        for change in changes:
            found = found.with_change(change)
    except ChoiceError as error:
        refuse("decide.refused", error)
        return
    put(found.changes)


def remove(screen: Screen, number: int) -> None:
    """Take one change away, with those about the place that it opened."""
    left = without(kept().changes, number)
    try:
        _ = Scenario(cache.model(screen.build), left).help
    except ChoiceError as error:
        refuse("decide.refused", error)
        return
    put(left)


def undo() -> None:
    """Return to the state before the last change."""
    now = kept()
    if now.before:
        put(now.before[-1])
        _keep(replace(kept(), before=now.before[:-1]))


def dismiss() -> None:
    """Leave the scenario of another base that was offered."""
    _keep(replace(kept(), offered=None))


def refuse(what: str, error: InputError) -> None:
    """Keep what was not done, by the name of its text, and why, to be said once."""
    _keep(replace(kept(), refused=(what, error)))


def refused() -> tuple[str, InputError] | None:
    """Return what was not done and why; said once."""
    found = kept().refused
    if found is not None:
        _keep(replace(kept(), refused=None))
    return found


def save(name: str) -> None:
    """Save the scenario under a name; the same name again stands for the new one."""
    now = kept()
    others = [pair for pair in now.named if pair[0] != name]
    _keep(replace(now, named=(*others, (name, now.changes))[-MOST_NAMED:]))


def forget(name: str) -> None:
    """Forget a saved scenario."""
    now = kept()
    _keep(replace(now, named=tuple(pair for pair in now.named if pair[0] != name)))


def _write(found: Scenario) -> None:
    """Write the scenario to the link, where it is short enough for one."""
    try:
        text = link(found) if found.changes else ""
    except ChoiceError:
        text = ""
    _keep(replace(kept(), text=text))
    if text:
        st.query_params[PARAMETER] = text
    else:
        st.query_params.pop(PARAMETER, None)
