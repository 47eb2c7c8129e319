"""The state of a page as a frozen value, to and from the URL; no Streamlit here.

What is in the URL can be shared and bookmarked, so it is also untrusted: a value that is not
known falls back to the default and is reported, to be said on screen. The background tiles are
left out on purpose: a link must never make a visitor's browser call a third party.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from observatory.geo.codes import COGS, Cog
from observatory.geo.mergers import today_of
from observatory.model.families import USUAL
from observatory.model.levels import Level
from observatory.model.measures import MEASURES
from observatory.sheets.map_content import LAYERS
from observatory.tables.priority_results import PUBLIC_NAMES, WEIGHTS
from observatory.words.catalogue import LANGS, Lang

LEVELS = ("commune", "iris", "qpv")
#: The zones that the study of the ranking has.
RANKED = ("commune", "iris", "qpv")
#: The questions of the page on priorities, in order.
TABS = ("qpv", "schools", "families", "publics")
#: The schools shown there: of one network, or of both.
SCHOOLS = ("REP+", "REP", "both")
#: How many zones can be compared.
MOST = 9
#: The most families that can be shared out on the page on priorities.
MOST_FAMILIES = 10_000
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
        Code of the IRIS or QPV chosen within, or the empty string.
    zones
        Codes of the zones compared, the first being what the others are set against.
    tab
        The question shown on the page on priorities.
    network
        The schools shown there.
    weight
        What families are shared out by there.
    families
        How many families.
    public
        The public on the map there.
    """

    lang: Lang = "fr"
    level: str = "commune"
    colour: str = "missing_rate"
    cog: Cog = "cog_2024"
    layers: tuple[str, ...] = ("sites",)
    commune: str = ""
    versus: str = ""
    zone: str = ""
    zones: tuple[str, ...] = ()
    tab: str = "qpv"
    network: str = "REP+"
    weight: str = "pupils"
    families: int = USUAL
    public: str = PUBLIC_NAMES[0]

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
    "tab": TABS,
    "network": SCHOOLS,
    "weight": WEIGHTS,
    "public": PUBLIC_NAMES,
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
            refused.append(refusal(name, text))
    if "families" in params:
        values["families"] = _families(params["families"], refused)
    if "layers" in params:
        values["layers"] = _layers(params["layers"], refused)
    known = set(communes)
    for name in ("commune", "versus"):
        code = params.get(name, "")
        if code in known:
            values[name] = code
        elif code:
            refused.append(refusal(name, code))
    finer = set(zones)
    asked = params.get("zone", "")
    if asked in finer:
        values["zone"] = asked
    elif asked in known:
        values["commune"] = asked
    elif asked:
        refused.append(refusal("zone", asked))
    if params.get("zones"):
        values["zones"] = _compared(params["zones"], known | finer, refused)
    return _settled(Selection(**values)), tuple(refused)


def _compared(text: str, known: set[str], refused: list[Refused]) -> tuple[str, ...]:
    """Return the zones of a list that are known, each once, as many as can be compared."""
    asked = text.split(",")
    refused.extend(refusal("zones", code) for code in asked if code not in known)
    kept = tuple(dict.fromkeys(code for code in asked if code in known))
    refused.extend(refusal("zones", code) for code in kept[MOST:])
    return kept[:MOST]


def _families(text: str, refused: list[Refused]) -> int:
    if text.isascii() and text.isdigit() and len(text) < 6 and 1 <= int(text) <= MOST_FAMILIES:
        return int(text)
    refused.append(refusal("families", text))
    return USUAL


def _layers(text: str, refused: list[Refused]) -> tuple[str, ...]:
    asked = [] if text in ("", NONE) else text.split(",")
    refused.extend(refusal("layers", item) for item in asked if item not in LAYERS)
    return tuple(layer for layer in LAYERS if layer in asked)


def refusal(name: str, text: str) -> Refused:
    """Return a value of the URL that was not understood, shortened for the screen."""
    short = text if len(text) <= LONGEST_ECHO else text[:LONGEST_ECHO] + "…"
    return Refused(name, short)


def level_of_zone(code: str) -> Level:
    """Return the level of an IRIS or QPV by its code: an IRIS has nine figures."""
    return "iris" if code.isdigit() else "qpv"


def _settled(selection: Selection) -> Selection:
    """Follow a merged commune into the commune it is in, in the later geography."""
    if selection.cog != "cog_2025":
        return selection
    commune, versus = map(today_of, (selection.commune, selection.versus))
    zones = tuple(dict.fromkeys(map(today_of, selection.zones)))
    return selection.changed(commune=commune, versus=versus, zones=zones)


def to_params(selection: Selection) -> dict[str, str]:
    """Return the query parameters of a selection; what is at its default is left out."""
    params: dict[str, str] = {}
    for field in fields(Selection):
        value = getattr(selection, field.name)
        if value != getattr(DEFAULT, field.name):
            params[field.name] = _text(field.name, value)
    return params


def _text(name: str, value: Any) -> str:
    if name in ("layers", "zones"):
        return ",".join(value) or NONE
    return str(value)


def with_cog(selection: Selection, cog: Cog) -> Selection:
    """Change the geography, following a merged commune into the one it is in."""
    return _settled(selection.changed(cog=cog))
