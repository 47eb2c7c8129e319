"""The state of a page as a frozen value, to and from the URL; no Streamlit here.

What is in the URL can be shared and bookmarked, so it is also untrusted: a value that is not
known falls back to the default and is reported, to be said on screen. The background tiles are
left out on purpose: a link must never make a visitor's browser call a third party.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from observatory.app.measures import MEASURES
from observatory.geo.codes import COGS, MERGED_2025, Cog
from observatory.words.catalogue import LANGS, Lang

LEVELS = ("commune", "iris", "qpv")
#: The zones that the study of the ranking has.
RANKED = ("commune", "iris")
LAYERS = ("qpv", "schools", "sites")
NONE = "none"
LONGEST_ECHO = 40


@dataclass(frozen=True)
class Selection:
    """What the visitor looks at.

    Attributes
    ----------
    lang
        Language of the screens.
    level
        ``commune``, ``iris`` or ``qpv``: the zones coloured.
    colour
        Name of the measure that colours them.
    cog
        Geography of the communes.
    layers
        Layers shown over the zones, in the order of ``LAYERS``.
    commune
        INSEE code of the chosen commune, or the empty string.
    versus
        INSEE code of the commune that it is compared with, or the empty string.
    zone
        Code of the chosen IRIS or QPV, or the empty string.
    """

    lang: Lang = "fr"
    level: str = "commune"
    colour: str = "missing_rate"
    cog: Cog = "cog_2024"
    layers: tuple[str, ...] = ("sites",)
    commune: str = ""
    versus: str = ""
    zone: str = ""

    def changed(self, **values: Any) -> Selection:
        """Return the same selection with other values."""
        return replace(self, **values)


@dataclass(frozen=True)
class Refused:
    """A value of the URL that was not understood, shortened for the screen."""

    name: str
    value: str


CHOICES: dict[str, tuple[str, ...]] = {
    "lang": tuple(LANGS),
    "level": LEVELS,
    "colour": tuple(MEASURES),
    "cog": tuple(COGS),
}
DEFAULT = Selection()


def from_params(
    params: Mapping[str, str], communes: Iterable[str], zones: Iterable[str] = ()
) -> tuple[Selection, tuple[Refused, ...]]:
    """Read a selection from query parameters.

    Parameters
    ----------
    params
        Name -> text, as the browser sent them; other names are left to other pages.
    communes
        Codes of the communes that may be chosen, before the merger (``cog_2024``).
    zones
        Codes of the IRIS and QPV that may be chosen.

    Returns
    -------
    Selection, tuple of Refused
        The selection with defaults in place of what was not understood, and what that was.
    """
    refused: list[Refused] = []
    values: dict[str, Any] = {}
    for name, allowed in CHOICES.items():
        text = params.get(name)
        if text in allowed:
            values[name] = text
        elif text is not None:
            refused.append(_refused(name, text))
    if "layers" in params:
        values["layers"] = _layers(params["layers"], refused)
    towns = set(communes)
    for name, known in (("commune", towns), ("versus", towns), ("zone", set(zones))):
        code = params.get(name, "")
        if code in known:
            values[name] = code
        elif code:
            refused.append(_refused(name, code))
    return _settled(Selection(**values)), tuple(refused)


def _layers(text: str, refused: list[Refused]) -> tuple[str, ...]:
    asked = [] if text in ("", NONE) else text.split(",")
    refused.extend(_refused("layers", item) for item in asked if item not in LAYERS)
    return tuple(layer for layer in LAYERS if layer in asked)


def _refused(name: str, text: str) -> Refused:
    short = text if len(text) <= LONGEST_ECHO else text[:LONGEST_ECHO] + "…"
    return Refused(name, short)


def _settled(selection: Selection) -> Selection:
    """Follow a merged commune into the commune it is in, in the later geography."""
    if selection.cog != "cog_2025":
        return selection
    commune, versus = (
        MERGED_2025.get(code, code) for code in (selection.commune, selection.versus)
    )
    return selection.changed(commune=commune, versus=versus)


def to_params(selection: Selection) -> dict[str, str]:
    """Return the query parameters of a selection; what is at its default is left out."""
    params: dict[str, str] = {}
    for field in fields(Selection):
        value = getattr(selection, field.name)
        if value != getattr(DEFAULT, field.name):
            params[field.name] = (",".join(value) or NONE) if field.name == "layers" else value
    return params


def with_cog(selection: Selection, cog: Cog) -> Selection:
    """Change the geography, following a merged commune into the one it is in."""
    return _settled(selection.changed(cog=cog))
