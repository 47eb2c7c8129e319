"""Numbers, intervals, shares, dates and names as a reader of the language expects them.

The one place that writes a figure for a person: screens, sheets, files and the command line ask
here, and Babel (CLDR) knows the languages.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from numbers import Real

from babel import Locale
from babel.dates import format_date, get_day_names
from babel.numbers import format_decimal, format_percent

from observatory.words.catalogue import Lang

UNKNOWN = "—"
MINUS = "−"


def is_known(value: object) -> bool:
    """Return whether a value is a finite number, of Python or of a table (``numpy.int64``)."""
    return isinstance(value, Real) and math.isfinite(value)


def number(value: float | None, lang: Lang, decimals: int = 0, unknown: str = UNKNOWN) -> str:
    """Return a number with the language's separators, or ``unknown`` where it is not known.

    A value that rounds to nothing never shows a minus sign.
    """
    if value is None or not is_known(value):
        return unknown
    return _decimal(round(float(value), decimals) + 0.0, lang, decimals)


@lru_cache(maxsize=1 << 15)
def _decimal(value: float, lang: Lang, decimals: int) -> str:
    """Write a rounded number; the same ones come again and again on the screens."""
    return _true_minus(format_decimal(value, format=_pattern("#,##0", decimals), locale=lang))


def _true_minus(text: str) -> str:
    """Return a number with a true minus, where CLDR writes the hyphen of the keyboard."""
    return text.replace("-", MINUS)


def signed(value: float | None, lang: Lang, decimals: int = 0) -> str:
    """Return a number with its sign, a true minus; none where it rounds to nothing."""
    return _sign(value, decimals) + number(_size(value), lang, decimals)


def signed_percent(value: float | None, lang: Lang, decimals: int = 0) -> str:
    """Return a change in percent with its sign, as :func:`signed`."""
    return _sign(value, decimals) + percent(_size(value), lang, decimals)


def _sign(value: float | None, decimals: int) -> str:
    if value is None or not is_known(value) or round(float(value), decimals) == 0:
        return ""
    return "+" if value > 0 else MINUS


def _size(value: float | None) -> float | None:
    return value if value is None else abs(value)


def _pattern(pattern: str, decimals: int) -> str:
    return pattern.replace("#,##0", "#,##0." + "0" * decimals) if decimals else pattern


def interval(low: float | None, high: float | None, lang: Lang, decimals: int = 0) -> str:
    """Return ``low – high``, or the empty text where an end is not known."""
    if not (is_known(low) and is_known(high)):
        return ""
    return f"{number(low, lang, decimals)} – {number(high, lang, decimals)}"


def percent(value: float | None, lang: Lang, decimals: int = 0) -> str:
    """Return a percentage already between 0 and 100, with its sign."""
    if value is None or not is_known(value):
        return UNKNOWN
    pattern = _pattern(Locale(lang).percent_formats[None].pattern, decimals)
    share = (round(float(value), decimals) + 0.0) / 100
    return _true_minus(format_percent(share, format=pattern, locale=lang))


_SPEC: Mapping[Lang, Mapping[object, str]] = {
    "fr": {True: "oui", False: "non", None: "non connu", ",": "\u00a0; "},
    "en": {True: "yes", False: "no", None: "not known", ",": ", "},
}


def value_text(value: object, lang: Lang) -> str:
    """Return a value of an assumption or of a worked example: numbers to seven digits."""
    words = _SPEC[lang]
    if isinstance(value, bool):
        return words[value]
    if isinstance(value, Real):
        if not is_known(value):
            return words[None]
        seven = float(f"{float(value):.7g}")
        return _true_minus(format_decimal(seven, format="#,##0.#########", locale=lang))
    if isinstance(value, list):
        return "[" + words[","].join(value_text(item, lang) for item in value) + "]"
    return str(value)


_BETWEEN: Mapping[Lang, str] = {"fr": "\u00a0; ", "en": "; "}


def values_text(values: Mapping[str, object], lang: Lang) -> str:
    """Return the inputs or results of a worked example on one line."""
    return _BETWEEN[lang].join(
        f"{name} = {value_text(value, lang)}" for name, value in values.items()
    )


_OSM_DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_OSM_WORDS = {
    "fr": {"PH": "jours fériés", "off": "fermé"},
    "en": {"PH": "public holidays", "off": "closed"},
}


def hours_text(hours: str, lang: Lang) -> str:
    """Return OSM opening hours with the language's days; free text keeps its words."""
    days = get_day_names("abbreviated", locale=lang)
    words = _OSM_WORDS[lang] | {osm: days[place] for place, osm in enumerate(_OSM_DAYS)}
    named = re.sub(rf"\b({'|'.join(words)})\b", lambda found: words[found[0]], hours)
    return re.sub(r"([,;])(?=\S)", r"\1 ", named)


def phone_text(phone: str) -> str:
    """Return a French number as it is read out (``01 43 05 19 89``); any other as it stands."""
    bare = re.sub(r"[\s./()-]", "", phone)
    found = re.fullmatch(r"(?:\+33|0033|0)0?([1-9])(\d{2})(\d{2})(\d{2})(\d{2})", bare)
    return f"0{' '.join(found.groups())}" if found else phone


def long_date(day: date, locale: str, pattern: str = "long") -> str:
    """Return a day in any language of CLDR, the first of a French month as ``1er avril 2023``."""
    text = str(format_date(day, pattern, locale=locale))
    return re.sub(r"\b1(?= \w)", "1er", text, count=1) if locale[:2] == "fr" else text


def day_text(iso: str, lang: Lang) -> str:
    """Return an ISO day as it is written (``1er avril 2023``); any other text as it stands."""
    try:
        return long_date(date.fromisoformat(iso), lang, "d MMMM y")
    except ValueError:
        return iso


def month(day: date, lang: Lang) -> str:
    """Return the month and year of a day (``avril 2023``)."""
    return str(format_date(day, "MMMM y", locale=lang))


def quarter_name(name: str, lang: Lang) -> str:
    """Return the name of a quarter: ``Iris 19, vers le collège X``, ``Iris 19, near collège X``.

    The names themselves stay French; what joins them to what is near is in the language.
    """
    return name if lang == "fr" else re.sub(r", vers (?:l[ea] |l')?", ", near ", name)


def of_name(name: str, lang: Lang) -> str:
    """Return a name after "of": ``d'Épinay``, ``de Stains``, ``du Bourget``, ``of Stains``.

    ``L'`` and ``La`` keep their article: ``de L'Île-Saint-Denis``, ``de La Courneuve``.
    """
    if lang != "fr":
        return f"of {name}"
    for article, of in (("Le ", "du "), ("Les ", "des ")):
        if name.startswith(article):
            return of + name.removeprefix(article)
    vowel = re.match(r"[aeiouyàâäéèêëîïôöùûüœæ]", name, re.IGNORECASE)
    return f"d'{name}" if vowel else f"de {name}"
