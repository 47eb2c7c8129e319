"""Equipment and connection by zone as rows and sentences in the reader's language; no Streamlit."""

from __future__ import annotations

from typing import Any

import pandas as pd

from observatory.app.place_rows import Rows
from observatory.model.assumptions import Assumptions
from observatory.words.catalogue import Words
from observatory.words.numbers import interval, is_known, number, percent
from observatory.words.programme_words import figure
from observatory.words.remark_words import BETWEEN, sentences

COLUMNS = ("zone", "equipment", "connection", "places", "income", "basic", "solidarity")
PRICES = ("basic", "solidarity")


def answer(whole: pd.DataFrame, words: Words) -> str:
    """Return how many people lack equipment, and how many places declare that they answer it."""
    row = whole.iloc[0]
    places = int(row["declared_places"])
    return words(
        "programmes.offer.answer_some" if places else "programmes.offer.answer_none",
        need=number(row["equipment_persons"], words.lang),
        low=number(row["equipment_low"], words.lang),
        high=number(row["equipment_high"], words.lang),
        places=number(places, words.lang),
        total=number(row["places"], words.lang),
    )


def effort_text(
    whole: pd.DataFrame, records: pd.DataFrame, assumptions: Assumptions, words: Words
) -> str:
    """Return the effort rate of the territory, beside what was measured in 2014 where it is known.

    Empty where no first decile is known.
    """
    row = whole.iloc[0]
    if not is_known(row["effort_basic_pct"]):
        return ""
    rates = {f"{one}_pct": percent(row[f"effort_{one}_pct"], words.lang, 1) for one in PRICES}
    prices = {
        one: number(assumptions.number(f"offer.{one}_eur_per_month"), words.lang) for one in PRICES
    }
    income = number(row["income_d1_eur_per_month"], words.lang)
    now = words(_of_kind("programmes.offer.effort_text", whole), income=income, **prices, **rates)
    return " ".join(filter(None, (now, _effort_then(records, words))))


def _effort_then(records: pd.DataFrame, words: Words) -> str:
    """Return what telecommunications took in 2014, as a record of the territory's says."""
    measured = dict(zip(records["id"], records["quantity"], strict=True))
    then = {name: measured.get(f"emmaus_2014_effort_{name}") for name in ("poor", "all")}
    if not all(map(is_known, then.values())):
        return ""
    told = {name: percent(value, words.lang) for name, value in then.items()}
    return words("programmes.offer.effort_then", **told)


def _of_kind(text: str, whole: pd.DataFrame) -> str:
    """Return the name of the text that says which income the effort rate is of."""
    disposable = whole["income_kind"].iloc[0] == "disposable"
    return f"{text}_disposable" if disposable else text


def effort_note(whole: pd.DataFrame, assumptions: Assumptions, words: Words) -> str:
    """Return what the effort rate is made of, with the bounds of the prices."""
    ends = {
        f"{one}_{end}": figure(
            getattr(assumptions[f"offer.{one}_eur_per_month"], end), "exact", words
        )
        for one in PRICES
        for end in ("low", "high")
    }
    return words(_of_kind("programmes.offer.effort_note", whole), **ends)


def common_notes(table: pd.DataFrame, words: Words) -> list[str]:
    """Return what a reader must know of every zone: said once, under the table."""
    told = [sentences(note, words.lang) for note in table["note"]]
    return [one for one in told[0] if all(one in others for others in told)] if told else []


def zone_rows(table: pd.DataFrame, words: Words) -> Rows:
    """Return a row a zone, the largest need first: need, places, first decile, effort rates."""
    ordered = table.sort_values("equipment_persons", ascending=False, na_position="last")
    headers = [words(f"programmes.offer.column.{name}") for name in COLUMNS]
    headers.append(words("programmes.column.note"))
    common = common_notes(table, words)
    return headers, [_cells(row, words, common) for row in ordered.to_dict("records")]


def _cells(row: dict[Any, Any], words: Words, common: list[str]) -> list[str]:
    own = [one for one in sentences(row["note"], words.lang) if one not in common]
    return [
        row["name"],
        _with_ends(row, "equipment{}", "_persons", words),
        _with_ends(row, "connection{}", "_persons", words),
        number(row["declared_places"], words.lang),
        number(
            row["income_d1_eur_per_month"], words.lang, 0, words("programmes.offer.unpublished")
        ),
        *(_with_ends(row, f"effort_{one}{{}}_pct", "", words) for one in PRICES),
        BETWEEN[words.lang].join(own),
    ]


def _with_ends(row: dict[Any, Any], name: str, middle: str, words: Words) -> str:
    """Return a figure with its lower and upper ends in brackets."""
    value, low, high = (row[name.format(end)] for end in (middle, "_low", "_high"))
    ends = interval(low, high, words.lang)
    return number(value, words.lang) + (f" ({ends})" if ends else "")
