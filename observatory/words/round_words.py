"""The stops of a place that moves in the words of a language: weekdays, then where it stands."""

from __future__ import annotations

from collections.abc import Iterable

from babel.dates import get_day_names

from observatory.places.rounds import RoundStop


def day_names(stop: RoundStop, locale: str) -> str:
    """Return the weekdays of a stop, with its hours as they are written: ``mardi 9h-17h``."""
    names = get_day_names("wide", context="stand-alone", locale=locale)
    days = ", ".join(names[day] for day in stop.days)
    return f"{days} {stop.when}" if stop.when else days


def round_lines(stops: Iterable[RoundStop], locale: str) -> list[tuple[str, str]]:
    """Return a round as lines: days, and the place in its record's words."""
    return [(day_names(stop, locale), stop.where) for stop in stops]
