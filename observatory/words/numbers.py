"""Figures as a reader of the language expects them: separators, intervals, dates, unknowns."""

from __future__ import annotations

import math
import re
from datetime import date
from numbers import Real

from babel.dates import format_date
from babel.numbers import format_decimal

from observatory.words.catalogue import Lang

UNKNOWN = "—"


def is_known(value: object) -> bool:
    """Say whether a value is a finite number, of Python or of a table (``numpy.int64``)."""
    return isinstance(value, Real) and math.isfinite(value)


def number(value: float | None, lang: Lang, decimals: int = 0) -> str:
    """Give a number with the language's separators, or a dash where it is not known.

    Babel's narrow no-break space between thousands becomes a plain no-break space, which every
    font draws and every search finds. A value that rounds to nothing never shows a minus sign.
    """
    if value is None or not is_known(value):
        return UNKNOWN
    rounded = round(float(value), decimals) + 0.0
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    text = format_decimal(rounded, format=pattern, locale=lang)
    return str(text).replace("\u202f", "\u00a0")


def interval(low: float | None, high: float | None, lang: Lang, decimals: int = 0) -> str:
    """Give ``low – high``, or the empty string where an end is not known."""
    if not (is_known(low) and is_known(high)):
        return ""
    return f"{number(low, lang, decimals)} – {number(high, lang, decimals)}"


def percent(value: float | None, lang: Lang, decimals: int = 0) -> str:
    """Give a percentage already between 0 and 100, with its sign."""
    text = number(value, lang, decimals)
    if text == UNKNOWN:
        return text
    return f"{text}\u00a0%" if lang == "fr" else f"{text}%"


_DAYS = {
    "fr": ("lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim.", "jours fériés", "fermé"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun", "public holidays", "closed"),
}
_OSM_DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su", "PH", "off")


def hours_text(hours: str, lang: Lang) -> str:
    """Give OSM opening hours with the language's days; free text keeps its words."""
    said = dict(zip(_OSM_DAYS, _DAYS[lang], strict=True))
    named = re.sub(rf"\b({'|'.join(_OSM_DAYS)})\b", lambda found: said[found[0]], hours)
    return re.sub(r"([,;])(?=\S)", r"\1 ", named)


def phone_text(phone: str) -> str:
    """Give a French number as it is read out (``01 43 05 19 89``); any other as it stands."""
    found = re.fullmatch(r"(?:\+33|0)(\d)(\d{2})(\d{2})(\d{2})(\d{2})", re.sub(r"[\s.]", "", phone))
    return f"0{' '.join(found.groups())}" if found else phone


def day_text(iso: str, lang: Lang) -> str:
    """Give an ISO day as it is written (``1er avril 2023``); any other text as it stands."""
    try:
        day = date.fromisoformat(iso)
    except ValueError:
        return iso
    text = str(format_date(day, "d MMMM y", locale=lang))
    return f"1er{text[1:]}" if lang == "fr" and day.day == 1 else text


def month(day: date, lang: Lang) -> str:
    """Give the month and year of a day (``avril 2023``)."""
    return str(format_date(day, "MMMM y", locale=lang))
