"""The builds kept and what differs between two, as tables for the terminal or values for JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd
from rich.console import RenderableType
from rich.text import Text

from observatory.cli.output import table
from observatory.errors import InputError
from observatory.model.assumptions_file import load_assumptions
from observatory.model.moving_places import count_places
from observatory.settings import Settings, load
from observatory.tables.check import check
from observatory.tables.facts import SITES
from observatory.tables.history import Kept
from observatory.tables.history_results import BETWEEN_BUILDS, HISTORY
from observatory.tables.plain_rows import records
from observatory.tables.storage import read_table
from observatory.words import change_words
from observatory.words.assumption_texts import assumption_texts
from observatory.words.catalogue import load_words
from observatory.words.numbers import number
from observatory.words.spacing import plain_spaces

if TYPE_CHECKING:
    from observatory.model.build_comparison import Comparison

WORDS = load_words("fr")
MEGABYTE = 1_000_000


def listed(kept: Sequence[Kept], where: Settings) -> pd.DataFrame:
    """Return one row a build (``tables.history_results.HISTORY``)."""
    rows = [
        {
            "name": one.name,
            "day": one.day or None,
            "read_on": one.manifest.day or None,
            "edition": one.manifest.edition,
            "version": one.manifest.observatory,
            "places": _places(one),
            "size_mb": one.size / MEGABYTE,
            "in_use": one.folder.resolve() == where.current.resolve(),
            "folder": str(one.folder),
        }
        for one in kept
    ]
    return pd.DataFrame(check(pd.DataFrame(rows, columns=HISTORY.names), HISTORY))


def _places(one: Kept) -> int | None:
    """Return the places of a build; those of an earlier version are counted in its table."""
    if "places" in one.manifest.facts:
        return one.manifest.facts["places"]
    try:
        return count_places(read_table(SITES, one.folder))
    except InputError:
        return None


def _known(values: pd.Series[Any]) -> list[float | None]:
    return [None if pd.isna(value) else float(value) for value in values]


def list_table(rows: pd.DataFrame) -> RenderableType:
    """Return the builds for the terminal."""
    head = WORDS.group("history.list")
    names = ("name", "day", "read", "edition", "version", "places", "size", "folder")
    return table(
        [head[name] for name in names],
        [
            (
                WORDS("history.list.in_use", name=row.name) if row.in_use else str(row.name),
                *(str(value) for value in (row.day, row.read_on, row.edition, row.version)),
                number(places, "fr", unknown=""),
                number(float(row.size_mb), "fr", 1),  # type: ignore[arg-type]  # pandas' own row
                str(row.folder),
            )
            for row, places in zip(
                rows.itertuples(index=False), _known(rows["places"]), strict=True
            )
        ],
        title=head["title"],
        right=(5, 6),
        whole=(0, 1),
    )


def values(found: Comparison, only: str | None) -> dict[str, Any]:
    """Return a comparison, for JSON."""
    ends = {
        name: {"name": one.name, "day": one.day, "edition": one.manifest.edition}
        for name, one in (("before", found.before), ("after", found.after))
    }
    shown = {name: rows for name, rows in found.tables.items() if only in (None, name)}
    return {
        **ends,
        "territory": found.after.manifest.territory,
        "missing_h_per_week": dict(zip(("before", "after"), found.total, strict=True)),
        **{name: records(rows) for name, rows in shown.items()},
    }


def tables(found: Comparison, only: str | None) -> Iterator[RenderableType]:
    """Yield the answer in one sentence, then the tables that have rows, for the terminal."""
    yield Text(plain_spaces(change_words.answer(found, WORDS)))
    labels = {
        one.item.name: one.label
        for one in assumption_texts(load_assumptions(load().assumptions), "fr")
    }
    made = {
        "places": lambda rows: change_words.place_rows(rows, WORDS),
        "help": lambda rows: change_words.help_rows(rows, WORDS),
        "sources": lambda rows: change_words.source_rows(rows, WORDS),
        "method": lambda rows: change_words.method_rows(rows, labels, WORDS),
    }
    if only in (None, "places"):
        yield from (
            Text(plain_spaces(line)) for line in change_words.renumbered(found.sources, WORDS)
        )
    for contract, (name, rows) in zip(BETWEEN_BUILDS, found.tables.items(), strict=True):
        if rows.empty or only not in (None, name):
            continue
        if name == "figures":
            yield from _figures(rows)
        else:
            yield _shown(WORDS(f"history.{name}"), made[name](rows), len(contract.names))


def _figures(rows: pd.DataFrame) -> Iterator[RenderableType]:
    for figure, part in change_words.listed(rows).groupby("figure", sort=False):
        title = WORDS(
            "frame.pair", name=WORDS("history.figures"), value=WORDS(f"history.figure_of.{figure}")
        )
        yield _shown(title, change_words.figure_rows(part, WORDS), 8, numeric=True)
    if small := change_words.smaller(rows, WORDS):
        yield Text(plain_spaces(small))


def _shown(
    title: str, rows: change_words.Rows, columns: int, *, numeric: bool = False
) -> RenderableType:
    headings, cells = rows
    right = range(1, columns) if numeric else ()
    plain = [[plain_spaces(cell) for cell in row] for row in cells]
    return table(
        [plain_spaces(one) for one in headings], plain, title=plain_spaces(title), right=right
    )
