"""The validation as a document and as rows of text: our figures beside those of others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from observatory.model.norms import SHARES
from observatory.model.to_move import as_missing
from observatory.model.validation import AGREES
from observatory.tables.remarks import remarks_of
from observatory.tables.validation_results import CHANGE_NAMES, INSIDE_QPV
from observatory.words.catalogue import NOWHERE, Lang, Place, Words, load_words
from observatory.words.numbers import number, percent, signed
from observatory.words.origin_words import origin_line
from observatory.words.remark_words import BETWEEN, sentences

UNDECIDED = "validation.undecided"
#: Headers, and rows of cells.
Rows = tuple[list[str], list[list[str]]]
_COMPARED = (
    "measure", "where", "count", "ours", "theirs", "difference", "correlation", "chance",
    "verdict",
)  # fmt: skip
_CHANGED = ("change", "need", "ept_hours", "ept_change", "ept_rate", "qpv_hours", "qpv_rate")


def validation_words(lang: Lang, place: Place = NOWHERE) -> Words:
    """Return the words of the validation, with the names of a place."""
    return load_words(lang, "validation", place=place)


def rule(lang: Lang) -> str:
    """Return what the verdicts mean."""
    return validation_words(lang)("heading.rule", agrees=number(AGREES, lang, 1))


def compared_rows(table: pd.DataFrame, lang: Lang, place: Place = NOWHERE) -> Rows:
    """Return each comparison: zones, figures, correlation, verdict."""
    words = validation_words(lang, place)
    rows = [
        [
            words(f"measure.{row['measure']}"),
            words(f"where.{row['level']}.{row['scope']}"),
            number(row["zones"], lang),
            _ours(row["ours"], row["ours_low"], row["ours_high"], lang),
            percent(row["theirs"], lang, 1),
            signed(row["difference"], lang, 1),
            number(row["correlation"], lang, 2),
            number(row["by_chance"], lang, 2),
            words(f"verdict.{row['verdict']}"),
        ]
        for row in table.to_dict("records")
    ]
    return [words(f"column.{name}") for name in _COMPARED], rows


def _ours(value: float, low: float, high: float, lang: Lang) -> str:
    text = percent(value, lang, 1)
    if pd.isna(low) or pd.isna(high):
        return text
    return f"{text} ({number(low, lang, 1)} – {number(high, lang, 1)})"


def reasons(table: pd.DataFrame, lang: Lang) -> list[tuple[str, list[str]]]:
    """Return for each comparison its name and why it comes out as it does, each reason once.

    That it is undecided is left out: the verdict says it, and it holds for one scope alone.
    """
    words = validation_words(lang)
    found: dict[str, list[str]] = {}
    for row in table.to_dict("records"):
        said = found.setdefault(words(f"measure.{row['measure']}"), [])
        kept = [one for one in remarks_of(row["why"]) if one.code != UNDECIDED]
        said += [text for text in sentences(kept, lang) if text not in said]
    return list(found.items())


def change_rows(table: pd.DataFrame, lang: Lang) -> Rows:
    """Return what the territory and its QPV have with each change taken back."""
    words, table = validation_words(lang), as_missing(table)
    rows = []
    for name in CHANGE_NAMES:
        own = table[table["change"] == name]
        (ept,) = own[own["level"] == "ept"].to_dict("records")
        held: list[dict[Any, Any]] = own[own["code"] == INSIDE_QPV].to_dict("records")
        qpv = held[0] if held else {}
        rows.append(
            [
                words(f"change.{name}") + (" *" if ept["norm"] in SHARES else ""),
                number(ept["need_persons"], lang),
                number(ept["missing_h_per_week"], lang, 1),
                signed(ept["difference_h_per_week"], lang, 1),
                number(ept["missing_h_per_100"], lang, 2),
                number(qpv.get("missing_h_per_week"), lang, 1),
                number(qpv.get("missing_h_per_100"), lang, 2),
            ]
        )
    return [words(f"column.{name}") for name in _CHANGED], rows


def change_notes(table: pd.DataFrame, lang: Lang) -> list[str]:
    """Return what a reader of the changes must know."""
    words = validation_words(lang)
    norm = words(f"norm.{table.loc[table['change'] == 'today', 'norm'].iloc[0]}")
    note = words("heading.changes_note", norm=norm)
    notes = ("share_note", "fresh_note", "positions_note")
    return [note, *(words(f"heading.{name}") for name in notes)]


def zone_rows(table: pd.DataFrame, level: str, lang: Lang) -> Rows:
    """Return the hours per 100 people of each commune or QPV: today, and each change taken back."""
    words = validation_words(lang)
    own = as_missing(table[(table["level"] == level) & (table["code"] != INSIDE_QPV)])
    wide = own.pivot(index=["name", "code"], columns="change", values="missing_h_per_100")
    rows = [
        [str(name), *(number(value, lang, 2) for value in figures)]
        for (name, _), figures in zip(
            wide.index, wide[list(CHANGE_NAMES)].to_numpy(dtype=float), strict=True
        )
    ]
    heads = [words(f"short.{name}") for name in CHANGE_NAMES]
    return [words(f"column.{level}"), *heads], rows


def markdown(
    compared: pd.DataFrame,
    changed: pd.DataFrame,
    lang: Lang,
    place: Place = NOWHERE,
    told: Mapping[str, Any] | None = None,
) -> str:
    """Return the validation as a Markdown document.

    Parameters
    ----------
    compared
        ``tables.validation_results.VALIDATION``.
    changed
        ``tables.validation_results.CHANGES``.
    place
        The names of the place that they are of.
    told
        Where the figures come from (``model.gap_table.origin``).
    """
    words = validation_words(lang)
    source = origin_line(told or {}, lang)
    colon = " :" if lang == "fr" else ":"
    lines = [f"# {words('heading.title')}", "", words("heading.made"), ""]
    lines += [source, ""] if source else []
    lines += [f"## {words('heading.compared')}", "", rule(lang), ""]
    lines += [*_table(compared_rows(compared, lang, place), 2), ""]
    lines += [f"### {words('heading.why')}", ""]
    lines += [
        f"- **{name}**{colon} {BETWEEN[lang].join(why)}." for name, why in reasons(compared, lang)
    ]
    lines += ["", f"## {words('heading.changes')}", ""]
    lines += [*change_notes(changed, lang), "", *_table(change_rows(changed, lang), 1), ""]
    for level in ("commune", "qpv"):
        rows = zone_rows(changed, level, lang)
        lines += [f"### {words(f'heading.by_{level}')}", "", *_table(rows, 1), ""]
    return "\n".join(lines).rstrip() + "\n"


def _table(table: Rows, texts: int) -> Iterable[str]:
    """Return a Markdown table whose first columns are texts, the others figures."""
    headers, rows = table
    rule = "|" + "---|" * texts + "---:|" * (len(headers) - texts)
    return [_line(headers), rule, *map(_line, rows)]


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"
