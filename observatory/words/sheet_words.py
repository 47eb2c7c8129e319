"""The fixed texts of the sheet, one TOML file a language, that a speaker can check."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache

from observatory.words.catalogue import read_texts

# The order in which languages are offered.
ORDER = ("fr", "en", "ar", "pt", "tr", "ta", "zh")


@dataclass(frozen=True)
class Texts:
    """The texts of one language.

    Attributes
    ----------
    code, native, direction, locale
        Language code, its name in itself, ``ltr`` or ``rtl``, and its CLDR locale.
    checked
        Whether a speaker has read the file and signed it.
    sheet, hours, services, access, fees, documents
        The sections of the file; the keys are those of ``fr.toml``.
    caveats, moments, fields
        What to mind of a place, the moments and the fields that it names, by the codes of the
        remarks; empty in French and English, which the remarks have already.
    """

    code: str
    native: str
    direction: str
    locale: str
    checked: bool
    sheet: dict[str, str]
    hours: dict[str, str]
    services: dict[str, str]
    access: dict[str, str]
    fees: dict[str, str]
    documents: dict[str, str]
    caveats: dict[str, str] = field(default_factory=dict)
    moments: dict[str, str] = field(default_factory=dict)
    fields: dict[str, str] = field(default_factory=dict)


@cache
def texts(code: str) -> Texts:
    """Read the texts of one language."""
    raw = dict(read_texts("sheets", code))
    status, checked_by = str(raw.pop("status")), str(raw.pop("checked_by"))
    raw.pop("checked_on")
    checked = status == "original" or (status == "checked" and bool(checked_by))
    return Texts(code=code, checked=checked, **raw)


@cache
def _names() -> tuple[tuple[str, str], ...]:
    return tuple((code, texts(code).native) for code in ORDER)


def languages() -> dict[str, str]:
    """Return the languages of the sheet: code -> its name in itself, French first."""
    return dict(_names())


def unchecked() -> tuple[str, ...]:
    """Return the codes of the languages whose texts no speaker has signed yet."""
    return tuple(code for code in ORDER if not texts(code).checked)


def documents_for(wanted: Iterable[str]) -> tuple[str, ...]:
    """Return what to bring for needs and services, each document once, in order of first mention.

    Parameters
    ----------
    wanted
        Needs (``caf``, ``mail``, ``cv`` …) or services of the national standard; what has no list
        adds nothing.
    """
    bring = read_texts("sheets", "documents")
    lists: dict[str, list[str]] = bring["needs"] | bring["services"]
    return tuple(dict.fromkeys(key for word in wanted for key in lists.get(word, [])))
