"""What a command prints: one console, one form of table, one line of JSON or of progress.

Results go to standard output, progress and errors to standard error.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

#: A file or a pipe has no width: a table cut at 80 columns would lose figures there.
WIDE = 220


def width() -> int:
    """Return the columns of the terminal, or a wide page where it is none."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else WIDE


def show(*parts: RenderableType) -> None:
    """Print to standard output, every text as it stands: no markup, no emoji."""
    from rich.console import Console
    from rich.measure import Measurement

    console = Console(file=sys.stdout, width=width(), highlight=False, emoji=False, markup=False)
    for part in parts:
        least = (
            0 if sys.stdout.isatty() else Measurement.get(console, console.options, part).minimum
        )
        console.print(part, width=max(console.width, least), crop=False)


def heads_width(headings: Iterable[str]) -> int:
    """Return the columns that the heads of a table take where none is broken."""
    return sum(_longest(heading) + 2 for heading in headings)


def _longest(heading: str) -> int:
    return max(map(len, heading.split("\n")))


def show_json(values: Any) -> None:
    """Print values as JSON."""
    typer.echo(json.dumps(values, ensure_ascii=False, indent=1, allow_nan=False))


def say(text: str) -> None:
    """Print a line of progress to standard error."""
    typer.echo(one_line(text), err=True)


def one_line(text: str, most: int | None = None) -> str:
    """Return a text on one line, without marks that a terminal would obey, cut where it is long."""
    plain = "".join(c if c.isprintable() else " " for c in text)
    return plain if most is None or len(plain) <= most else plain[: most - 1] + "…"


def table(
    headings: Sequence[str],
    rows: Iterable[Sequence[str]] = (),
    *,
    title: str | None = None,
    right: Iterable[int] = (),
    whole: Iterable[int] = (),
    styles: Iterable[str | None] = (),
) -> Table:
    """Return a table for :func:`show`.

    Parameters
    ----------
    headings, rows
        Texts, shown as they stand; headings may have several lines, or be empty for none.
    title
        Above the table.
    right, whole
        Places of the columns aligned to the right, and of those that are never broken.
    styles
        Style of each row, where it has one.
    """
    from rich import box
    from rich.table import Table
    from rich.text import Text

    made = Table(
        title=title,
        title_justify="left",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        show_header=any(headings),
    )
    at_right, unbroken = set(right), set(whole)
    for place, heading in enumerate(headings):
        made.add_column(
            Text(heading),
            justify="right" if place in at_right else "left",
            no_wrap=place in unbroken,
            min_width=None if sys.stdout.isatty() else _longest(heading),
            overflow="fold",
        )
    of_row = iter(styles)
    for row in rows:
        made.add_row(*map(Text, row), style=next(of_row, None))
    return made
