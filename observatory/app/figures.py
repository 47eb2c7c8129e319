"""Figures as a reader of the language expects them: separators, intervals, dates, unknowns."""

from __future__ import annotations

import math
from datetime import date

from babel.dates import format_date
from babel.numbers import format_decimal

from observatory.app.words import Lang

UNKNOWN = "—"


def is_known(value: object) -> bool:
    """Say whether a value is a finite number."""
    return isinstance(value, int | float) and math.isfinite(value)


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


def month(day: date, lang: Lang) -> str:
    """Give the month and year of a day (``avril 2023``)."""
    return str(format_date(day, "MMMM y", locale=lang))
