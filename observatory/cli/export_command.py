"""The command that takes tables away as files."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from observatory.cli.options import (
    DEFAULT_NORM,
    Asked,
    BuildOption,
    Cog,
    CogOption,
    FileFormat,
    Level,
    NormOption,
    SetOption,
    wrong,
)

EXAMPLES = (
    "Examples: observatory export --format gpkg --to out; "
    "observatory export --format geojson --level commune --cog cog_2025 --to out; "
    "observatory export --format datapackage-all --to out"
)


def export(
    to: Annotated[Path, typer.Option("--to", metavar="DIR", help="Folder to write in.")],
    form: Annotated[
        FileFormat,
        typer.Option(
            "--format",
            help="Format. csv-fr is for Excel in French; geopackage-all and datapackage-all put "
            "every table into one file or one package.",
        ),
    ] = FileFormat.CSV,
    level: Annotated[
        Level | None,
        typer.Option(help="Only the gaps of this level. [default: all levels, sites and schools]"),
    ] = None,
    cog: CogOption = Cog.BEFORE,
    norm: NormOption = DEFAULT_NORM,
    draws: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=10_000,
            help="Draws in datapackage-all: how many. [default: those of the intervals]",
        ),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Seed of these draws.")] = 1,
    changes: SetOption = None,
    build: BuildOption = None,
) -> None:
    """Write tables in an open format, each with its dictionary; licences and method beside."""
    from observatory.files import WHOLE, Notes, export_gaps, export_places, export_whole
    from observatory.tables.manifest import read_manifest

    asked = Asked.of(build, norm, changes)
    model = asked.model()
    choices = {"level": level or "all", "cog": cog, "norm": norm}
    notes = Notes(read_manifest(asked.folder), model.assumptions, choices)
    if form in WHOLE:
        if level is not None:
            raise wrong("--level", f"no level with --format {form.value}", level.value)
        whole = export_whole(model, to, form, notes, cog.value, draws=draws, seed=seed)
        _list(whole)
        return
    written: set[Path] = set()
    for one in [level] if level else list(Level):
        written |= {*export_gaps(model.gaps(one.value, cog.value), model.facts, to, form, notes)}
    if level is None:
        written |= {*export_places(model, to, form, notes)}
    _list(sorted(written))


def _list(paths: Iterable[Path]) -> None:
    for path in paths:
        typer.echo(str(path))
