"""The command that compiles what lies behind the maps."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from observatory import settings
from observatory.cli.options import TerritoryOption, territory_of
from observatory.cli.output import say, show, table

EXAMPLE = "Example: observatory backdrop --from ../sources --to data/backdrop"


def backdrop(
    source: Annotated[
        Path,
        typer.Option("--from", metavar="FOLDER", help="Folder of the official files."),
    ],
    to: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Where to write. [default: data/backdrop]"),
    ] = None,
    territory: TerritoryOption = None,
) -> None:
    """Compile the backdrop of the maps: water, rails, roads and neighbours, a file a layer.

    Each file names its own licence; those under ODbL have it in their names.
    """
    from observatory.build.backdrop import compile_backdrop

    where = settings.load()
    target = to or where.backdrop
    done = compile_backdrop(source, territory_of(territory, where.edition), where, target)
    rows = [
        (one.source.id, one.source.publisher, one.source.licence, one.source.vintage,
         f"{one.features}", f"{one.size}", "yes" if one.pinned else "no")
        for one in done
    ]  # fmt: skip
    headers = ("layer", "publisher", "licence", "vintage", "features", "bytes", "pinned bytes")
    show(table(headers, rows, title="Backdrop of the maps", right=(4, 5)))
    say(f"written: {target}")
