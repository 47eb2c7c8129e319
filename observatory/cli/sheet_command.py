"""The command that makes the sheet of a territory, to hand to who decides."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from observatory import settings
from observatory.cli.options import (
    DEFAULT_NORM,
    Asked,
    BuildOption,
    Cog,
    CogOption,
    NormOption,
    SetOption,
    wrong,
)

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


class SheetFormat(StrEnum):
    """The formats of a sheet."""

    PDF = "pdf"
    HTML = "html"


class SheetLanguage(StrEnum):
    """The languages of a sheet."""

    FRENCH = "fr"
    ENGLISH = "en"


@app.command(
    epilog="Examples: observatory sheet --zone 93031 --to out; "
    "observatory sheet --all --to sheets.zip --lang en"
)
def sheet(
    to: Annotated[
        Path,
        typer.Option("--to", metavar="FOLDER|FILE.zip", help="Folder or archive to write."),
    ],
    zone: Annotated[
        str | None,
        typer.Option(metavar="CODE|ept", help="INSEE code of a commune, code of a QPV, or ept."),
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="The territory, every commune and every QPV.")
    ] = False,
    form: Annotated[SheetFormat, typer.Option("--format", help="Format.")] = SheetFormat.PDF,
    lang: Annotated[SheetLanguage, typer.Option("--lang", help="Language.")] = SheetLanguage.FRENCH,
    scenario: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="A scenario, TOML, made on this build and these assumptions: what it would "
            "change is said too.",
        ),
    ] = None,
    address: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="Where the app is served, for the code to scan. [default: OBSERVATORY_ADDRESS]",
        ),
    ] = None,
    day: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help="Day printed. [default: today]")
    ] = None,
    cog: CogOption = Cog.BEFORE,
    norm: NormOption = DEFAULT_NORM,
    changes: SetOption = None,
    build: BuildOption = None,
) -> None:
    """Write a sheet of three A4 pages on a territory: one to decide with, two of detail.

    The figures are those of `observatory gaps`. The same build, assumptions and day give the same
    bytes.
    """
    if every == (zone is not None):
        raise wrong("--zone", "--zone CODE or --all, one of them", zone or "neither")
    printed_on, where = _day(day), settings.load()
    asked = Asked.of(build, norm, changes)
    from observatory.model.assumptions_file import load_assumptions
    from observatory.sheets.territory_content import territory_content
    from observatory.sheets.territory_files import write_sheets
    from observatory.sheets.territory_zones import Territory
    from observatory.tables.manifest import read_manifest

    base = asked.model()
    usual = load_assumptions(where.assumptions)
    territory = Territory(base, read_manifest(asked.folder).sources, usual, cog.value)
    zones = territory.zones if zone is None else (territory.zone(zone),)
    replayed = _scenario(scenario, base)
    contents = (
        territory_content(
            territory,
            one,
            printed_on,
            lang.value,
            address=where.address if address is None else address,
            scenario=replayed,
            scenario_name=scenario.stem if scenario else "",
        )
        for one in zones
    )
    for path in write_sheets(contents, to, form.value):
        typer.echo(str(path))


def _scenario(file: Path | None, base: Any) -> Any:
    if file is None:
        return None
    from observatory.model.scenario_file import read

    return read(file).on(base)


def _day(text: str | None) -> dt.date:
    if text is None:
        return dt.datetime.now(tz=dt.UTC).date()
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise wrong("--day", "a day such as 2026-11-27", text[:40]) from error
