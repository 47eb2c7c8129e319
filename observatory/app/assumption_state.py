"""The choices of the measure that a visitor may change, to and from the URL; no Streamlit here.

Everything else stays as the file of assumptions says. A choice equal to the file's is no choice:
it is left out of the URL, so that a link says only what differs, and goes on meaning the same.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from observatory.app.selection import LONGEST_ECHO, Refused
from observatory.model.assumptions import Assumptions
from observatory.words.catalogue import Words
from observatory.words.numbers import number

NORMS = ("ept", "departement")
FIXED = "fixed"
DECAYS = ("step", "gaussian", "binary")
#: Bounds and step of the sliders: hours a week per 100 people in need, and km/h.
NORM_RANGE = (0.1, 20.0, 0.1)
SPEED_RANGE = (2.0, 6.0, 0.1)


@dataclass(frozen=True)
class Choices:
    """What differs from the file of assumptions; ``None`` where nothing does.

    Attributes
    ----------
    norm
        ``ept``, ``departement``, or hours a week per 100 people in need as text (``5``, ``2.5``).
    decay
        ``step``, ``gaussian`` or ``binary``.
    speed
        Walking speed, km/h.
    """

    norm: str | None = None
    decay: str | None = None
    speed: float | None = None

    @property
    def changed(self) -> bool:
        """Whether anything differs from the file."""
        return self != DEFAULT

    def with_(self, **values: Any) -> Choices:
        """Give the same choices with other values."""
        return replace(self, **values)

    def changes(self) -> dict[str, float | str]:
        """Give what ``Assumptions.changed`` takes."""
        return {
            ASSUMPTIONS[field.name]: value
            for field in fields(self)
            if (value := getattr(self, field.name)) is not None
        }

    def suffix(self) -> str:
        """Give what a file's name adds, so that a download says what it was made with."""
        return "".join(f"_{name}-{value}" for name, value in to_params(self).items())


#: Choice -> the assumption it changes.
ASSUMPTIONS = {"norm": "gap.norm", "decay": "access.decay", "speed": "walk.speed_kmh"}
NAMES = tuple(ASSUMPTIONS)
DEFAULT = Choices()


def settled(choices: Choices, base: Assumptions) -> Choices:
    """Leave out the choices that say what the file says."""
    same = {
        name: None
        for name, value in ((field.name, getattr(choices, field.name)) for field in fields(choices))
        if value is not None and _text(value) == _text(base[ASSUMPTIONS[name]].value)
    }
    return replace(choices, **same)


def from_params(
    params: Mapping[str, str], base: Assumptions
) -> tuple[Choices, tuple[Refused, ...]]:
    """Read the choices from query parameters; what is not understood is left out and reported."""
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
    return settled(Choices(**values), base), tuple(refused)


def to_params(choices: Choices) -> dict[str, str]:
    """Give the query parameters of the choices; those of the file are left out."""
    return {name: _text(value) for name in NAMES if (value := getattr(choices, name)) is not None}


def _text(value: float | str) -> str:
    if isinstance(value, str):
        return value
    return f"{value:g}"


def fixed(value: float) -> str:
    """Give a norm of so many hours a week per 100 people in need, to a tenth, as text."""
    low, high, _ = NORM_RANGE
    return f"{round(min(max(value, low), high), 1):g}"


def _within(text: str, bounds: tuple[float, float, float]) -> float | None:
    """Give a number as the sliders could have set it, or ``None``."""
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        return None
    low, high, _ = bounds
    if not (math.isfinite(value) and low <= value <= high):
        return None
    return round(value, 1)


def _norm(text: str) -> str | None:
    if text in NORMS:
        return text
    value = _within(text, NORM_RANGE)
    return None if value is None else fixed(value)


def _decay(text: str) -> str | None:
    return text if text in DECAYS else None


def _speed(text: str) -> float | None:
    return _within(text, SPEED_RANGE)


def command(choices: Choices, level: str, cog: str) -> str:
    """Give the command that prints the same table outside the app."""
    parts = ["observatory gaps", f"--level {level}", f"--cog {cog}"]
    if choices.norm is not None:
        parts.append(f"--norm {choices.norm}")
    for name in ("decay", "speed"):
        value = getattr(choices, name)
        if value is not None:
            parts.append(f"--set {ASSUMPTIONS[name]}={_text(value)}")
    return " ".join([*parts, "--format csv"])


def said(choices: Choices, words: Words) -> str:
    """Say in words what differs from the file of assumptions."""
    parts = []
    if choices.norm is not None:
        parts.append(norm_text(choices.norm, words))
    if choices.decay is not None:
        parts.append(words("choices.said_decay", decay=words(f"choices.decay_of.{choices.decay}")))
    if choices.speed is not None:
        parts.append(words("choices.said_speed", speed=number(choices.speed, words.lang, 1)))
    return " ; ".join(parts) if words.lang == "fr" else "; ".join(parts)


def norm_text(norm: str, words: Words) -> str:
    """Say a norm in words."""
    if norm in NORMS:
        return words("choices.said_norm", norm=words(f"choices.norm_of.{norm}"))
    return words("choices.said_fixed", value=number(float(norm), words.lang, 1))
