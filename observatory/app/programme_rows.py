"""Public programmes as rows and sentences in the reader's language; no Streamlit here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd

from observatory.app.place_rows import Rows
from observatory.model.programme_figures import money
from observatory.tables.plain_text import text_or_empty
from observatory.words.catalogue import Words
from observatory.words.markup import link, plain
from observatory.words.numbers import UNKNOWN, day_text, month, number, signed
from observatory.words.programme_words import figure, head_text, name_of, of_record, origin
from observatory.words.remark_words import say

COLUMNS = (
    "programme",
    "date",
    "actor",
    "kind",
    "amount",
    "quantity",
    "head",
    "source",
)
NUMERIC = range(4, 6)
#: What the table can be sorted by: the column, and whether the largest comes first.
SORTS = {
    "date": ("date", True),
    "amount": ("amount_eur", True),
    "quantity": ("quantity", True),
    "programme": ("programme", False),
}
SEVERAL = "several"
#: What each source is called, by its identifier.
Titles = Mapping[str, str]


def date_text(text: str, words: Words) -> str:
    """Return a day or a month in words, a year as it is."""
    if len(text) == 7:
        return month(date.fromisoformat(f"{text}-01"), words.lang)
    return day_text(text, words.lang)


def chosen(table: pd.DataFrame, kind: str, actor: str, sort: str) -> pd.DataFrame:
    """Return the rows of a kind and of an actor (all where empty), in the order asked for."""
    rows = table
    if kind:
        rows = rows[rows["kind"].fillna(SEVERAL) == kind]
    if actor:
        rows = rows[rows["actor"] == actor]
    column, falls = SORTS[sort]
    return rows.sort_values(column, ascending=not falls, kind="stable", na_position="last")


def table_rows(table: pd.DataFrame, words: Words, titles: Titles) -> Rows:
    """Return the programmes as headers and cells of HTML."""
    headers = [plain(words(f"programmes.column.{name}")) for name in COLUMNS]
    return headers, [_cells(row, words, titles) for row in table.to_dict("records")]


def _cells(row: dict[Any, Any], words: Words, titles: Titles) -> list[str]:
    marks = [words("programmes.own_mark")] if row["own"] else []
    marks += [words("programmes.part_mark")] if isinstance(row["part_of"], str) else []
    name = f"{of_record(row, 'programme', words)} ({', '.join(marks)})" if marks else ""
    name = name or of_record(row, "programme", words)
    funders = text_or_empty(row["funders"]).replace("|", ", ")
    url = text_or_empty(row["url"])
    source = link(url, row["source"]) if url else plain(row["source"])
    unit = name_of("unit", row["unit"], words)
    evidence = plain(words(f"programmes.evidence.{row['evidence']}"))
    head, note = head_text(row, words, titles), say(row["note"], words.lang)
    return [
        f'{plain(name)}<br><span class="obs-light">{plain(of_record(row, "says", words))}</span>',
        _lines(date_text(row["date"], words), name_of("status", row["status"], words)),
        _lines(row["actor"], funders),
        plain(name_of("kind", row["kind"], words)),
        plain(figure(row["amount_eur"], row["amount_is"], words)),
        plain(figure(row["quantity"], row["quantity_is"], words, unit)),
        _lines(head, note),
        f"{source}<br>{evidence}",
    ]


def _lines(first: str, second: str) -> str:
    return "<br>".join(plain(text) for text in (first, second) if text)


def answer(table: pd.DataFrame, promises: pd.DataFrame, words: Words) -> str:
    """Return the page's answer: the money and posts announced, and the posts found."""
    known = table[~table["own"]]
    promised = known[(known["kind"] == "posts") & (known["status"] == "promised")]
    found = promises.set_index("found_item")["found"]
    sum_ = words("programmes.money_about", amount=number(money(known), words.lang))
    return words(
        "programmes.answer",
        money=sum_,
        promised=number(promised["quantity"].sum(), words.lang),
        found=number(found.get("posts_departement"), words.lang),
        territory=number(found.get("posts_territory"), words.lang),
    )


def time_answer(table: pd.DataFrame, words: Words) -> str:
    """Return over which years the programmes reach, and which came last."""
    last = table.sort_values("date", kind="stable").iloc[-1]
    return words(
        "programmes.timeline_answer",
        count=number(table["programme"].nunique(), words.lang),
        first=table["date"].min()[:4],
        name=of_record(last.to_dict(), "programme", words),
        date=date_text(last["date"], words),
    )


def detail(table: pd.DataFrame, sums: pd.DataFrame, words: Words) -> str:
    """Return how many figures there are, of when, and how many sums do not add up."""
    return words(
        "programmes.detail",
        count=len(table),
        first=table["date"].str[:4].min(),
        last=table["date"].str[:4].max(),
        wrong=int((~sums["agrees"]).sum()),
    )


def promise_rows(
    promises: pd.DataFrame, records: pd.DataFrame, words: Words, titles: Titles
) -> Rows:
    """Return what was promised beside what the build counts, as rows of text."""
    known = records.set_index("id")
    names = ("promise", "promised", "item", "found", "origin")
    rows = [
        [
            of_record(known.loc[row["id"]], "says", words),
            figure(
                row["quantity"],
                known.loc[row["id"], "quantity_is"],
                words,
                name_of("unit", row["unit"], words),
            )
            or UNKNOWN,
            words(f"programmes.item.{row['found_item']}"),
            number(row["found"], words.lang),
            origin(row["found_source"], row["found_vintage"], words, titles),
        ]
        for row in promises.to_dict("records")
    ]
    return [words(f"programmes.column.{name}") for name in names], rows


def sum_sentences(sums: pd.DataFrame, records: pd.DataFrame, words: Words) -> list[str]:
    """Return a sentence for each sum of a document that does not add up."""
    known = records.set_index("id")
    return [
        words(
            "programmes.sums_text",
            says=of_record(known.loc[row["id"]], "says", words),
            given=figure(row["given"], row["given_is"], words),
            of_parts=number(row["of_parts"], words.lang),
            difference=signed(row["difference"], words.lang),
        )
        for row in sums[~sums["agrees"]].to_dict("records")
    ]
