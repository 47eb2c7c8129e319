"""Public programmes in words: what a code is called, and which names stand for a code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from observatory.geo.codes import fold_name
from observatory.tables.columns import COMPUTED
from observatory.words.catalogue import LANGS, Words, load_words
from observatory.words.numbers import day_text, number

CLOSED = ("kind", "unit", "public", "status")


def labels(territories: Iterable[tuple[str, str]]) -> dict[str, dict[str, str]]:
    """Return, by column, the names in every language that stand for a code, as folded.

    Parameters
    ----------
    territories
        Code and name of each territory that may be named.
    """
    found: dict[str, dict[str, str]] = {name: {} for name in CLOSED}
    for lang in LANGS:
        words = load_words(lang)
        for name in CLOSED:
            group = words.group(f"programmes.{name}")
            found[name] |= {fold_name(text): code for code, text in group.items()}
    named = {fold_name(name): code for code, name in territories}
    return {**found, "territory": named}


def of_record(row: Mapping[Any, Any], field: str, words: Words) -> str:
    """Return the programme, or what a record says, in the reader's language; French where alone."""
    english = row[f"{field}_en"]
    return str(english if words.lang == "en" and isinstance(english, str) else row[field])


def name_of(column: str, code: object, words: Words) -> str:
    """Return what a code of a closed list is called; nothing where it is missing."""
    if column == "kind" and not isinstance(code, str):
        code = "several"
    return words(f"programmes.{column}.{code}") if isinstance(code, str) else ""


def figure(value: object, kind: object, words: Words, unit: str = "") -> str:
    """Return an amount or a quantity as its source gives it: ``up to 150``."""
    if not isinstance(value, int | float) or value != value:
        return ""
    text = number(float(value), words.lang, 0 if float(value).is_integer() else 2)
    given = words(f"programmes.qualifier.{kind}", value=text)
    return f"{given} {unit}".strip()


def origin(sources: str, days: str, words: Words, titles: Mapping[str, str]) -> str:
    """Return where a figure of the build comes from, and the days that its sources speak of.

    Parameters
    ----------
    sources, days
        Identifiers and ISO days, joined by ``, ``.
    titles
        What each source is called.
    """
    if sources == COMPUTED:
        return words("programmes.head.estimated")
    named = ", ".join(dict.fromkeys(titles.get(name, name) for name in sources.split(", ")))
    return f"{named} ({', '.join(day_text(day, words.lang) for day in days.split(', '))})"


def base_text(row: Mapping[Any, Any], words: Words, titles: Mapping[str, str]) -> str:
    """Return the size of the public, its source and vintage."""
    return words(
        "programmes.head.base",
        size=number(row["base"], words.lang),
        unit=words(f"programmes.base_unit.{row['base_unit']}"),
        source=origin(row["base_source"], row["base_vintage"], words, titles),
    )


def head_text(row: Mapping[Any, Any], words: Words, titles: Mapping[str, str]) -> str:
    """Return the figures for each head of the public, with its base; nothing without a base."""
    parts = []
    if row["eur_per_head"] == row["eur_per_head"]:
        value = number(row["eur_per_head"], words.lang, 2)
        parts.append(words("programmes.head.eur", value=value))
    if row["units_per_100"] == row["units_per_100"]:
        value = number(row["units_per_100"], words.lang, 2)
        parts.append(words("programmes.head.units", value=value))
    if not parts:
        return ""
    return ", ".join([*parts, base_text(row, words, titles)])
