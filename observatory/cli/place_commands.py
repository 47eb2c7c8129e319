"""The commands on lists of places: check what a planner gives, and export the directory."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from observatory.cli.options import BuildOption, TextFormat, current
from observatory.cli.output import one_line, show, show_json, table
from observatory.words.remark_words import sentence

if TYPE_CHECKING:
    from observatory.places.standard import Intake, Problem

SHOWN = 60

app = typer.Typer(
    name="places",
    help="Check a list of places line by line, and export the directory of places.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


class DirectoryFormat(StrEnum):
    """The forms of the directory."""

    STANDARD_CSV = "standard-csv"
    STANDARD_JSON = "standard-json"
    GEOJSON = "geojson"
    VCARD = "vcard"


class Layout(StrEnum):
    """How a list of places is laid out."""

    STANDARD = "standard"
    FRANCILIN = "francilin"


@app.command(
    epilog="Examples: observatory places check lieux.xlsx --keep good.csv --problems problems.csv; "
    "observatory places check lieux.csv --mend --day 2026-11-22 --keep good.csv. "
    "Exit codes: 0 some lines are good, whatever the problems listed; 2 nothing is usable."
)
def check(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV, XLSX or JSON of places.")],
    keep: Annotated[
        Path | None,
        typer.Option(metavar="GOOD.csv", help="Write the good lines, in the standard 1.0.2."),
    ] = None,
    problems: Annotated[
        Path | None, typer.Option(metavar="P.csv", help="Write the problems, one a line.")
    ] = None,
    mend: Annotated[
        bool,
        typer.Option(
            "--mend",
            help="Put the suggestions in first, and give an id to places that have none; each "
            "one put in is listed.",
        ),
    ] = False,
    day: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"], help="With --mend: day of the list, for lines without date_maj."
        ),
    ] = None,
    layout: Annotated[
        Layout,
        typer.Option(
            "--as",
            help="The national standard, or a regional hub's own export in the format of the Hub "
            "Francil'in (Île-de-France).",
        ),
    ] = Layout.STANDARD,
    form: Annotated[TextFormat, typer.Option("--format", help="For people or programs.")] = (
        TextFormat.TABLE
    ),
    build: BuildOption = None,
) -> None:
    """Say what is wrong with a list of places, line by line, with suggestions.

    Good lines are those that the national standard takes; the others are set aside, with the
    reason. Nothing is written unless --keep or --problems asks for it.
    """
    from observatory.build.intake import take_in
    from observatory.tables.atomic import write_whole

    when = None if day is None else day.date()
    done = take_in(
        file, current(build), mend=mend, day=when, layout=layout.value, today=date.today()
    )
    for path, data in ((keep, done.good_csv), (problems, done.problems_csv)):
        if path is not None:
            write_whole(path, data)
            typer.echo(f"written: {path}", err=True)
    if form is TextFormat.JSON:
        show_json(_values(done.intake))
    else:
        _show_intake(done.intake)
    if not done.intake.good:
        raise typer.Exit(2)


def _values(intake: Intake) -> dict[str, Any]:
    return {
        "lines": len(intake.good) + len(intake.aside),
        "good": len(intake.good),
        "set_aside": [item.line for item in intake.aside],
        "unknown_columns": list(intake.unknown),
        "notes": _notes(intake),
        "problems": [vars(problem) for problem in intake.problems],
    }


def _show_intake(intake: Intake) -> None:
    if intake.problems:
        names = ("line", "", "field", "found", "expected", "suggestion")
        show(table(names, map(_cells, intake.problems)))
    show(*_lines(intake))


def _cells(problem: Problem) -> tuple[str, ...]:
    suggestion = f"-> {problem.suggestion}" if problem.suggestion else ""
    mark = {"error": "set aside", "warning": "warning", "mended": "mended"}[problem.severity]
    texts = (one_line(text, SHOWN) for text in (problem.found, problem.expected, suggestion))
    return (str(problem.line), mark, problem.field, *texts)


def _lines(intake: Intake) -> list[str]:
    total = len(intake.good) + len(intake.aside)
    lines = [f"{total} lines: {len(intake.good)} good, {len(intake.aside)} set aside"]
    if intake.unknown:
        names = ", ".join(one_line(name, SHOWN) for name in intake.unknown)
        lines.append(f"columns not read: {names}")
    return lines + [one_line(note, SHOWN) for note in _notes(intake)]


def _notes(intake: Intake) -> list[str]:
    return [f"line {line}: {sentence(note, 'en')}" for line, note in intake.notes]


@app.command(
    epilog="Examples: observatory places export --format standard-csv --to out; "
    "observatory places export --format vcard --to out"
)
def export(
    to: Annotated[Path, typer.Option("--to", metavar="DIR", help="Folder to write in.")],
    form: Annotated[DirectoryFormat, typer.Option("--format", help="Format.")] = (
        DirectoryFormat.STANDARD_CSV
    ),
    everywhere: Annotated[
        bool,
        typer.Option("--all", help="Every commune of the build. [default: the territory observed]"),
    ] = False,
    build: BuildOption = None,
) -> None:
    """Write the directory of places: the standard 1.0.2 in CSV or JSON, GeoJSON, or vCard 4.0.

    Places that the standard cannot take (no post code, no day) are listed in a file beside.
    """
    from observatory.files.directory_files import export_directory
    from observatory.model.moving_places import each_once
    from observatory.tables.facts import SITES
    from observatory.tables.manifest import open_build
    from observatory.tables.storage import read_table

    folder = current(build)
    sites = each_once(read_table(SITES, folder))
    if not everywhere:
        sites = sites[sites["in_territory"]].reset_index(drop=True)
    for path in export_directory(sites, to, form, open_build(folder)):
        typer.echo(str(path))
