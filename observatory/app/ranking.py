"""Tables as a reader sees them: named columns, formatted cells over numbers that still sort."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from observatory.model.measures import MEASURES, Measure
from observatory.model.precision import CLASSES
from observatory.words.catalogue import Words
from observatory.words.numbers import interval, number, quarter_name

#: Column of the table -> measure that says its precision; in order.
COLUMNS = ("missing_rate", "missing", "need", "need_rate", "capacity", "access", "nearest")


def ranked(gaps: pd.DataFrame, measure: Measure) -> pd.DataFrame:
    """Return the gap table from the worst zone to the best for a measure, unknown ones last.

    Much is bad for what is missing or needed, and good for help and access.
    """
    worst_first = measure.name not in ("capacity", "access")
    order = measure.values(gaps).sort_values(
        ascending=not worst_first, kind="stable", na_position="last"
    )
    return pd.DataFrame(gaps.loc[order.index].reset_index(drop=True))


def gap_sentence(name: str, row: Any, words: Words, **more: object) -> str:
    """Return a sentence on the gap of a zone, or that it is too uncertain to be published."""
    if row["missing_class"] == CLASSES[-1]:
        return words("carte.withheld")
    return words(
        name,
        rate=number(row["missing_h_per_100"], words.lang, 2),
        hours=number(row["missing_h_per_week"], words.lang),
        low=number(row["missing_low"], words.lang),
        high=number(row["missing_high"], words.lang),
        **more,
    )


def display(
    gaps: pd.DataFrame, names: tuple[str, ...], words: Words, *, intervals: bool = True
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return a table of numbers under readable headers, and a formatter for each.

    Returns
    -------
    DataFrame, dict
        One row a zone: its name, then one number a measure, followed by its interval as text
        where it has one; and header -> function from a number to its text.
    """
    names_shown = [quarter_name(str(name), words.lang) for name in gaps["name"]]
    shown: dict[str, Any] = {words("table.zone"): pd.Series(names_shown, index=gaps.index)}
    formats: dict[str, Any] = {}
    for name in names:
        measure = MEASURES[name]
        header = words(f"measure.{name}.header")
        shown[header] = measure.values(gaps)
        formats[header] = _formatter(measure, words)
        if intervals and measure.low and measure.high:
            shown[words("table.interval_of", of=words(f"measure.{name}.short"))] = [
                words("table.withheld")
                if hidden
                else interval(low, high, words.lang, measure.decimals)
                for low, high, hidden in zip(
                    gaps[measure.low], gaps[measure.high], measure.withheld(gaps), strict=True
                )
            ]
    return pd.DataFrame(shown), formats


def _formatter(measure: Measure, words: Words) -> Any:
    return lambda value: number(value, words.lang, measure.decimals)


#: Headers and rows of a table.
Texts = tuple[list[str], list[list[str]]]


def as_text(
    gaps: pd.DataFrame, names: tuple[str, ...], words: Words, *, intervals: bool = True
) -> Texts:
    """Return the same table as headers and rows of text, for a table read aloud."""
    frame, formats = display(gaps, names, words, intervals=intervals)
    texts = frame.apply(lambda column: column.map(formats.get(column.name, str)))
    for name in names:
        hidden = MEASURES[name].withheld(gaps).to_numpy(dtype=bool)
        texts.loc[hidden, words(f"measure.{name}.header")] = words("table.withheld")
    return list(texts.columns), texts.to_numpy().tolist()


def with_commune(texts: Texts, communes: Sequence[str] | None, words: Words) -> Texts:
    """Return a table with the commune of each zone beside its name; none for communes."""
    headers, rows = texts
    if communes is None:
        return texts
    named = [[row[0], town, *row[1:]] for row, town in zip(rows, communes, strict=True)]
    return [headers[0], words("table.commune"), *headers[1:]], named


def with_codes(texts: Texts, codes: Sequence[str], words: Words) -> Texts:
    """Return a table with the code of each zone beside its name."""
    headers, rows = texts
    coded = [[row[0], code, *row[1:]] for row, code in zip(rows, codes, strict=True)]
    return [headers[0], words("table.code"), *headers[1:]], coded
