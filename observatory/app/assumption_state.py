"""The assumptions of the measure that a visitor may change, to and from the URL; no Streamlit here.

Everything else stays as the file of assumptions says. A choice equal to the file's is no choice:
it is left out of the URL, so that a link says only what differs, and goes on meaning the same.
"""

from __future__ import annotations

import math
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from observatory.app.selection import LONGEST_ECHO, Refused
from observatory.errors import ChoiceError
from observatory.model.assumption_link import MORE, as_text
from observatory.model.assumption_link import OWN as OWN
from observatory.model.assumptions import GAP, Assumptions
from observatory.model.norms import EARLIER, NAMED
from observatory.model.studies import STUDIES
from observatory.settings import EDITION
from observatory.words.assumption_texts import assumption_texts
from observatory.words.catalogue import Words
from observatory.words.numbers import number, value_text

NORMS = NAMED
FIXED = "fixed"
DECAYS = ("step", "gaussian", "binary")
#: Bounds and step of the sliders: hours a week per 100 people in need, and km/h.
NORM_RANGE = (0.1, 20.0, 0.1)
SPEED_RANGE = (2.0, 6.0, 0.1)


@dataclass(frozen=True)
class AssumptionState:
    """What differs from the file of assumptions; ``None`` where nothing does.

    Attributes
    ----------
    norm
        A name of :data:`observatory.model.norms.NAMED`, or hours a week per 100 people in need
        as text (``5``, ``2.5``).
    decay
        ``step``, ``gaussian`` or ``binary``.
    speed
        Walking speed, km/h.
    more
        Every other number that acts on what the screens compute: name and value, by name.
    """

    norm: str | None = None
    decay: str | None = None
    speed: float | None = None
    more: tuple[tuple[str, float], ...] = ()

    @property
    def changed(self) -> bool:
        """Whether anything differs from the file."""
        return self != DEFAULT

    def with_(self, **values: Any) -> AssumptionState:
        """Return the same assumptions with other values."""
        return replace(self, **values)

    def changes(self) -> dict[str, float | str]:
        """Return what ``Assumptions.changed`` takes."""
        own = {OWN[name]: value for name in NAMES if (value := getattr(self, name)) is not None}
        return {**own, **dict(self.more)}

    def suffix(self) -> str:
        """Return what a file's name adds, so that a download says what it was made with."""
        named = {name: value for name, value in to_params(self).items() if name != MORE}
        named |= {name: as_text(value) for name, value in self.more}
        return "".join(f"_{name}-{value}" for name, value in named.items())


NAMES = tuple(OWN)
PARAMETERS = (*NAMES, MORE)
DEFAULT = AssumptionState()


def others(base: Assumptions) -> tuple[str, ...]:
    """Return the numbers beyond the three above that act on what the screens compute."""
    shown = GAP | {"cost"}
    return tuple(
        item.name
        for item in base
        if item.acts_on & shown
        and not isinstance(item.value, str)
        and item.name not in OWN.values()
    )


def known_of(state: AssumptionState, base: Assumptions) -> AssumptionState:
    """Leave out the assumptions that a place has not: those of levels given for others."""
    return replace(state, more=tuple(pair for pair in state.more if pair[0] in base.items))


def settled(state: AssumptionState, base: Assumptions) -> AssumptionState:
    """Leave out the assumptions that say what the file says."""
    same: dict[str, Any] = {
        name: None
        for name, value in ((name, getattr(state, name)) for name in NAMES)
        if value is not None and as_text(value) == as_text(base[OWN[name]].value)
    }
    kept = {name: value for name, value in state.more if value != base[name].value}
    return replace(state, **same, more=tuple(sorted(kept.items())))


def from_params(
    params: Mapping[str, str], base: Assumptions
) -> tuple[AssumptionState, tuple[Refused, ...]]:
    """Read the state from query parameters; what is not understood is left out and reported."""
    readers = {"norm": _norm, "decay": _decay, "speed": _speed}
    values: dict[str, Any] = {}
    refused: list[Refused] = []
    for name, read in readers.items():
        text = params.get(name)
        if text is None:
            continue
        values[name] = read(text)
        if values[name] is None:
            short = text if len(text) <= LONGEST_ECHO else text[:LONGEST_ECHO] + "…"
            refused.append(Refused(name, short))
    more: dict[str, float] = {}
    for pair in filter(None, params.get(MORE, "").split(",")):
        found = _pair(pair, base)
        if found is None:
            short = pair if len(pair) <= LONGEST_ECHO else pair[:LONGEST_ECHO] + "…"
            refused.append(Refused(MORE, short))
        else:
            more |= found
    return settled(AssumptionState(**values, more=tuple(more.items())), base), tuple(refused)


def _pair(text: str, base: Assumptions) -> dict[str, float] | None:
    """Read one ``name:value``; ``None`` for a name or number that cannot be taken."""
    name, _, value = text.partition(":")
    if name not in others(base):
        return None
    try:
        base.changed({name: float(value)})
        return {name: float(value)}
    except (ValueError, ChoiceError):
        return None


def to_params(state: AssumptionState) -> dict[str, str]:
    """Return the query parameters of the state; those of the file are left out."""
    own = {name: as_text(value) for name in NAMES if (value := getattr(state, name)) is not None}
    pairs = ",".join(f"{name}:{as_text(value)}" for name, value in state.more)
    return {**own, MORE: pairs} if pairs else own


def fixed(value: float) -> str:
    """Return a norm of so many hours a week per 100 people in need, to a tenth, as text."""
    low, high, _ = NORM_RANGE
    return f"{round(min(max(value, low), high), 1):g}"


def _within(text: str, bounds: tuple[float, float, float]) -> float | None:
    """Return a number as the sliders could have set it, or ``None``."""
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        return None
    low, high, _ = bounds
    if not (math.isfinite(value) and low <= value <= high):
        return None
    return round(value, 1)


def _norm(text: str) -> str | None:
    name = EARLIER.get(text, text)
    if name in NORMS:
        return name
    value = _within(text, NORM_RANGE)
    return None if value is None else fixed(value)


def _decay(text: str) -> str | None:
    return text if text in DECAYS else None


def _speed(text: str) -> float | None:
    return _within(text, SPEED_RANGE)


def command(state: AssumptionState, level: str, cog: str, build: str = EDITION) -> str:
    """Return the command that prints the same table outside the app, of the same build.

    Parameters
    ----------
    level, cog
        The zones and the geography of the communes.
    build
        What the option ``--build`` takes.
    """
    asked = f"observatory gaps --level {level} --cog {cog}"
    return f"{asked}{_options(state, build)} --format csv"


def map_command(state: AssumptionState, asked: str, build: str = EDITION) -> str:
    """Return the command that draws the same map outside the app."""
    return f"observatory map {asked}{_options(state, build)} --to carte.png"


def study_command(
    state: AssumptionState,
    base: Assumptions,
    study: str,
    options: Mapping[str, object],
    build: str = EDITION,
) -> str:
    """Return the command that prints the table of a study outside the app, of the same build.

    Parameters
    ----------
    state, base
        What differs from the file of assumptions, and the file; what acts on nothing of the study
        is left out, as its command takes none of it.
    study, options
        A name of :data:`observatory.model.studies.STUDIES`, and what is asked of it.
    build
        What the option ``--build`` takes.
    """
    acting = _acting(state, base, STUDIES[study].shows)
    return f"observatory study {study}{_asked(options)}{_options(acting, build)} --format csv"


def siting_command(
    state: AssumptionState, base: Assumptions, options: Mapping[str, object], build: str = EDITION
) -> str:
    """Return the command that finds the same best posts outside the app, of the same build.

    Parameters
    ----------
    state, base, options, build
        As for :func:`study_command`.
    """
    acting = _acting(state, base, GAP | {"cost", "nearness"})
    return f"observatory siting{_asked(options)}{_options(acting, build)} --format csv"


def _asked(options: Mapping[str, object]) -> str:
    """Return the options of a command; those of several values are said several times."""
    return "".join(
        f" --{name} {shlex.quote(str(one))}"
        for name, value in options.items()
        for one in (value if isinstance(value, tuple) else (value,))
        if one is not None
    )


def plain_command(asked: str, build: str = EDITION) -> str:
    """Return a command that no assumption changes, of the same build."""
    return f"observatory {asked} --build {shlex.quote(build)}"


def _acting(state: AssumptionState, base: Assumptions, shown: frozenset[str]) -> AssumptionState:
    """Return what of a state acts on what is shown."""
    idle: dict[str, Any] = {
        name: None for name, known in OWN.items() if not base[known].acts_on & shown
    }
    more = tuple((name, value) for name, value in state.more if base[name].acts_on & shown)
    return replace(state, **idle, more=more)


def _options(state: AssumptionState, build: str) -> str:
    """Return the options that say the assumptions that differ, and the build."""
    parts = [] if state.norm is None else [f"--norm {state.norm}"]
    for name in ("decay", "speed"):
        value = getattr(state, name)
        if value is not None:
            parts.append(f"--set {OWN[name]}={as_text(value)}")
    parts += [f"--set {name}={as_text(value)}" for name, value in state.more]
    return "".join(f" {part}" for part in [*parts, f"--build {shlex.quote(build)}"])


def wording(state: AssumptionState, base: Assumptions, words: Words) -> str:
    """Return in words what differs from the file of assumptions (``base``)."""
    parts = []
    if state.norm is not None:
        parts.append(norm_text(state.norm, words))
    if state.decay is not None:
        parts.append(
            words("assumptions.said_decay", decay=words(f"assumptions.decay_of.{state.decay}"))
        )
    if state.speed is not None:
        parts.append(words("assumptions.said_speed", speed=number(state.speed, words.lang, 1)))
    for text in assumption_texts([base[name] for name, _ in state.more], words.lang):
        value = value_text(dict(state.more)[text.item.name], words.lang)
        parts.append(f"{text.label} = {value} {text.unit}".strip())
    return words("frame.between").join(parts)


def norm_text(norm: str, words: Words) -> str:
    """Return a norm in words."""
    if norm in NORMS:
        return words("assumptions.said_norm", norm=words(f"assumptions.norm_of.{norm}"))
    return words("assumptions.said_fixed", value=number(float(norm), words.lang, 1))
