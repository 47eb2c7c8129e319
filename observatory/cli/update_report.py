"""What an update did, as tables for the terminal, rows for a spreadsheet or values for JSON."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pandas as pd
from rich.console import Group, RenderableType
from rich.text import Text

from observatory.cli.output import table
from observatory.tables.plain_rows import records
from observatory.words.catalogue import load_words
from observatory.words.numbers import number

if TYPE_CHECKING:
    from observatory.build.many import Outcome
    from observatory.build.refresh import Refreshed
    from observatory.build.update import Fetched, Update
    from observatory.build.update_dataset import DatasetUpdate

WORDS = load_words("fr", "reports")
COLUMNS = ("part", "code", "name", "figure", "state", "late", "since", "before", "after", "note")


def values(done: Update) -> dict[str, Any]:
    """Return everything that an update did, for JSON."""
    return {
        "built": done.made is not None,
        "error": None if done.error is None else str(done.error),
        "files": [_file(one) for one in done.files],
        "by_hand": [*done.by_hand],
        "around_m": done.around_m,
        "compared": done.made is not None and done.former is not None,
        "changes": records(done.changes),
    }


def _file(one: Refreshed) -> dict[str, Any]:
    return {
        "id": one.item.id,
        "title": one.item.title,
        "url": one.item.url,
        "state": one.state,
        "since": None if one.since is None else one.since.isoformat(),
        "late": one.late,
        "error": None if one.error is None else str(one.error),
    }


def dataset_values(done: DatasetUpdate) -> dict[str, Any]:
    """Return everything that the update of a dataset did, for JSON."""
    return {
        "files": [_file(one) for one in done.files],
        "by_hand": [*done.by_hand],
        "territories": [*_territories(done)],
        "changes": records(done.changes),
    }


def _territories(done: DatasetUpdate) -> Iterator[dict[str, Any]]:
    """Yield each territory with its state, and why it could not be built; those built first."""
    for one in done.done:
        name = None if one.error else str(one.rows["catalogue"]["name"].iloc[0])
        state = "failed" if one.error else "built"
        yield {"territory": one.territory, "name": name, "state": state, "error": _why(one)}
    for code in done.unchanged:
        yield {"territory": code, "name": None, "state": "unchanged", "error": None}


def _why(one: Outcome) -> str | None:
    return None if one.error is None else str(one.error)


def rows(done: Update) -> pd.DataFrame:
    """Return one row a file, then one row a figure that changed (``part`` says which)."""
    return _one_below_the_other(_file_rows(done), done.changes.rename(columns={"kind": "part"}))


def dataset_rows(done: DatasetUpdate) -> pd.DataFrame:
    """Return one row a file, one a territory (``part`` is ``build``), then one a figure."""
    built = pd.DataFrame([*_territories(done)]).rename(
        columns={"territory": "code", "error": "note"}
    )
    changed = done.changes.rename(columns={"kind": "part"})
    return _one_below_the_other(_file_rows(done), built.assign(part="build"), changed)


def _file_rows(done: Fetched) -> pd.DataFrame:
    files = pd.DataFrame(map(_file, done.files)).rename(
        columns={"id": "code", "title": "name", "error": "note"}
    )
    return files.assign(part="file")


def _one_below_the_other(*parts: pd.DataFrame) -> pd.DataFrame:
    whole = [part.reindex(columns=list(COLUMNS)).astype(object) for part in parts if len(part)]
    return pd.concat(whole) if whole else pd.DataFrame(columns=list(COLUMNS))


def failures(done: Fetched) -> Iterator[str]:
    """Yield a line for each reason why files could not be taken, with the files that it stopped.

    A département that does not answer stops several files: their addresses, long and alike, are
    left to the JSON report.
    """
    found: dict[tuple[str, str, str], list[Refreshed]] = {}
    for one in done.failed:
        if (error := one.error) is not None:
            why = (error.expected, error.found, error.next_step)
            found.setdefault(why, []).append(one)
    for (expected, there, what_next), files in found.items():
        if len(files) == 1:
            yield str(files[0].error)
            continue
        names = ", ".join(one.item.id for one in files)
        yield f"download {names}: expected {expected}; found {there}. What next: {what_next}"


def alarms(done: Fetched, today: dt.date) -> Iterator[str]:
    """Yield a line for each file that has not changed for longer than the registry says."""
    for one in done.late:
        if one.since is not None:
            days = number((today - one.since).days, "fr")
            yield WORDS(
                "update.late", id=one.item.id, days=days, every=number(one.item.late_after, "fr")
            )


def around(done: Update) -> str:
    """Return the line that says how far the former build was asked for; empty where it was not."""
    if done.around_m is None:
        return ""
    return WORDS("update.around", km=number(done.around_m / 1000, "fr", 1))


def tables(done: Update) -> Group:
    """Return the files, then the figures that changed, for the terminal."""
    return Group(_files(done), _changes(done))


def dataset_tables(done: DatasetUpdate) -> Group:
    """Return the files, the territories, then the figures that changed, for the terminal."""
    built = table(
        [*WORDS.group("update.territory").values()],
        [
            (
                str(one["territory"]),
                str(one["name"] or ""),
                WORDS(f"update.state.{one['state']}"),
                str(one["error"] or ""),
            )
            for one in _territories(done)
        ],
        title=WORDS("update.territories"),
        whole=(0, 2),
        styles=("bold red" if one["error"] else None for one in _territories(done)),
    )
    found = Text(WORDS("update.no_change")) if done.changes.empty else _figures(done.changes)
    return Group(_files(done), built, found)


def _files(done: Fetched) -> RenderableType:
    return table(
        [*WORDS.group("update.heading").values()],
        map(_cells, done.files),
        title=WORDS("update.title"),
        whole=(0, 2, 3),
        styles=("bold red" if one.late or one.error else None for one in done.files),
    )


def _cells(one: Refreshed) -> tuple[str, ...]:
    state = WORDS(f"update.state.{one.state}")
    since = WORDS("update.not_known") if one.since is None else one.since.isoformat()
    shown = WORDS("update.state.late", state=state) if one.late else state
    return one.item.id, one.item.title, shown, since


def _changes(done: Update) -> RenderableType:
    if done.made is None:
        return Text(WORDS("update.stands"))
    if done.former is None:
        return Text(WORDS("update.first"))
    if done.changes.empty:
        return Text(WORDS("update.no_change"))
    return _figures(done.changes)


def _figures(changes: pd.DataFrame) -> RenderableType:
    names = WORDS.group("update.figure") | WORDS.group("facts")
    return table(
        [*WORDS.group("update.change").values()],
        [
            (
                str(row.name) or WORDS("update.whole"),
                names.get(str(row.figure), str(row.figure)),
                *(_figure(value) for value in (row.before, row.after)),
            )
            for row in changes.itertuples(index=False)
        ],
        title=WORDS("update.changes"),
        right=(2, 3),
    )


def _figure(value: Any) -> str:
    if pd.isna(value):
        return WORDS("update.not_known")
    decimals = 0 if float(value).is_integer() else 1
    return number(float(value), "fr", decimals)
