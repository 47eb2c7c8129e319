"""The commands: results on standard output, progress on standard error.

The packages that compute are imported by the commands that need them, so that help and errors of
usage come at once.
"""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from observatory import __version__, settings
from observatory.cli import (
    backdrop_command,
    build_command,
    dataset_command,
    export_command,
    map_command,
    update_command,
)
from observatory.cli.options import (
    DEFAULT_NORM,
    Asked,
    BuildOption,
    Cog,
    CogOption,
    GapFormat,
    Level,
    NormOption,
    SetOption,
    TextFormat,
    current,
    wrong,
)
from observatory.cli.output import say, show, show_json, width
from observatory.cli.unattended import unattended
from observatory.errors import ChoiceError

PORT = 8501
#: A source stands still for longer than it should.
LATE = 1
EPILOG = (
    "Exit codes: 0 done; 1 an unexpected failure of the observatory itself; 2 bad input: a file, "
    "an option or a build that cannot be used as it is, or a check that found something wrong; "
    "3 a download failed after its retries, or an object store did not answer. Of update: 2 no "
    "build was made, 3 some file could not be taken and the build was made with the former one; "
    "143 stopped when told. Of status: 1 a source has stood still for too long. "
    "Of a dataset: 1 some territories could not be built, 2 none could.\n\n"
    "Results go to standard output, progress and errors to standard error."
)

app = typer.Typer(
    name="observatory",
    help="Who is left out of the digital world in a territory of France, what help exists, and "
    "where it is missing.\n\n"
    "Start with: observatory gaps. It needs no network: a compiled edition comes with it.",
    epilog=EPILOG,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)


app.command(epilog=build_command.EXAMPLES)(build_command.build)


@app.command(
    epilog="Examples: observatory download; observatory download francilin --to ../sources"
)
def download(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAME]...", help="Files to fetch. [default: list those known]"),
    ] = None,
    to: Annotated[
        Path | None,
        typer.Option(
            "--to", metavar="FOLDER", help="Folder of source files. [default: OBSERVATORY_SOURCES]"
        ),
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Fetch what is there already too.")
    ] = False,
) -> None:
    """Fetch official files from their publishers, verified, or list those that can be.

    A file is put in place only once it is whole; whatever goes wrong, the one that stood there
    stays.
    """
    from observatory.build import downloads
    from observatory.cli import reports

    where = settings.load()
    if not names:
        known = downloads.available(where)
        show(
            reports.downloads_table(
                (item.id, item.title, item.publisher, item.vintage, item.licence) for item in known
            )
        )
        return
    folder = to or where.sources
    if folder is None:
        raise wrong("--to", "a folder for the files", "none")
    with unattended():
        done = downloads.download(names, folder, where, say, again=again)
    for item in done:
        if item.error is None:
            typer.echo(str(item.path))
    failed = [item.error for item in done if item.error is not None]
    for error in failed[1:]:
        say(str(error))
    if failed:
        raise failed[0]


@app.command(
    epilog="Examples: observatory gaps --level iris --format csv > iris.csv; "
    "observatory gaps --cog cog_2025 --norm 5 --set walk.speed_kmh=3.5"
)
def gaps(
    level: Annotated[Level, typer.Option(help="The zones to sum by.")] = Level.COMMUNE,
    cog: CogOption = Cog.BEFORE,
    form: Annotated[
        GapFormat, typer.Option("--format", help="For people, spreadsheets or programs.")
    ] = GapFormat.TABLE,
    norm: NormOption = DEFAULT_NORM,
    changes: SetOption = None,
    build: BuildOption = None,
) -> None:
    """Print who needs help, what help is within reach, and the hours missing, zone by zone."""
    from observatory.cli import reports
    from observatory.files import csv_bytes, headline
    from observatory.tables.plain_rows import records
    from observatory.words.remark_words import listed, say
    from observatory.words.spacing import plain_spaces

    model = Asked.of(build, norm, changes).model()
    found, total = (model.gaps(one.value, cog.value) for one in (level, Level.EPT))
    silent = plain_spaces(listed(model.facts.not_covered.values(), "fr"))
    if form is GapFormat.CSV:
        typer.echo(csv_bytes(headline(found)).decode(), nl=False)
    elif form is GapFormat.JSON:
        per_100 = float(found["norm_h_per_100"].iloc[0]) if len(found) else None
        values = {"level": level, "cog": cog, "norm": model.norm_name, "norm_h_per_100": per_100}
        values |= {"not_covered": silent or None}
        rows = zip(records(headline(found)), found["note"], strict=True)
        show_json(
            {**values, "gaps": [{**row, "note": say(note, "fr") or None} for row, note in rows]}
        )
    else:
        show(reports.gap_table(found, total if level != "ept" else total[:0], level, width()))
    if silent and form is not GapFormat.JSON:
        # Beside a table for programs, never in it.
        typer.echo(silent, err=form is GapFormat.CSV)


@app.command(epilog="Example: observatory check --build data/edition")
def check(
    form: Annotated[TextFormat, typer.Option("--format", help="For people or programs.")] = (
        TextFormat.TABLE
    ),
    build: BuildOption = None,
) -> None:
    """Hold the current build to its contracts, hashes, keys, sums and source records.

    Exit code 2, with the list, if anything is wrong, or if the build named is not there.
    """
    from observatory.tables.integrity import build_problems

    folder = current(build, named=True)
    problems = build_problems(folder)
    if form is TextFormat.JSON:
        show_json({"build": str(folder), "problems": problems})
    else:
        for problem in problems:
            typer.echo(f"- {problem}")
        typer.echo(f"{folder}: {len(problems)} problems" if problems else f"{folder}: all is well")
    if problems:
        raise typer.Exit(2)


app.command(epilog=update_command.EXAMPLES)(update_command.update)
app.command(epilog=export_command.EXAMPLES)(export_command.export)
app.command("map", epilog=map_command.EXAMPLES)(map_command.map_image)
app.command(epilog=backdrop_command.EXAMPLE)(backdrop_command.backdrop)


@app.command(epilog="Example: observatory status --format json")
def status(
    form: Annotated[TextFormat, typer.Option("--format", help="For people or programs.")] = (
        TextFormat.TABLE
    ),
    build: BuildOption = None,
) -> None:
    """Print what the current build is made of: counts, and each source with its rows and age.

    Exit code 1, with a line for each, if a source that comes by download has not changed for longer
    than it should have: its publisher is late, or the updates have stopped.
    """
    from observatory.build.refresh import taken_by_hand
    from observatory.build.update import held_optional
    from observatory.cli import reports
    from observatory.model.moving_places import count_places
    from observatory.model.public_programmes import load_records
    from observatory.places.search import named
    from observatory.read.registry import load_registry
    from observatory.tables.facts import SITES
    from observatory.tables.manifest import open_build
    from observatory.tables.region_tables import SOURCES as OF_REGION
    from observatory.tables.storage import read_table
    from observatory.tables.vintages import load_vintages

    folder, where = current(build), settings.load()
    manifest = open_build(folder)
    kind = "edition" if folder.resolve() == where.edition.resolve() else "build"
    today = named.now().date()
    values = reports.status_values(
        manifest,
        load_vintages(where.registry, manifest.sources),
        today,
        kind,
        load_records(),
        count_places(read_table(SITES, folder)),
        taken_by_hand(
            load_registry(where.registry),
            held_optional(manifest.covered),
            in_region=not manifest.covered.isdisjoint(OF_REGION),
        ),
    )
    if form is TextFormat.JSON:
        show_json(values)
    else:
        show(reports.status_table(values))
    late = [*reports.alarms(values, today)]
    for line in late:
        say(line)
    if late:
        raise typer.Exit(LATE)


@app.command(
    name="app", epilog="Examples: observatory app --port 8600; observatory app --dataset france"
)
def serve(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to serve on.")] = PORT,
    address: Annotated[
        str,
        typer.Option(help="Address to listen on: this machine alone, or 0.0.0.0 behind a proxy."),
    ] = "localhost",
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Open the browser too.")
    ] = False,
    build: BuildOption = None,
    dataset: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="Serve the territories of a dataset, one at a time. [default: "
            "OBSERVATORY_DATASET]",
        ),
    ] = None,
) -> None:
    """Serve the app on this machine; stop it with Ctrl-C."""
    if dataset is not None:
        if build is not None:
            raise wrong("--dataset", "--dataset or --build, not both", f"--build {build}")
        os.environ["OBSERVATORY_DATASET"] = dataset
    many = settings.load().dataset
    if many:
        dataset_command.refuse_unreadable(many)
        os.environ["OBSERVATORY_DATASET"] = dataset_command.absolute(many)
    folder = None if many else current(build)
    _refuse_taken(port)
    options = {
        "--server.port": str(port),
        "--server.address": address,
        "--server.headless": "false" if browser else "true",
        "--server.enableStaticServing": "true",
        "--browser.gatherUsageStats": "false",
    }
    public = urlsplit(settings.load().address).hostname
    if public:
        # Known beforehand: Streamlit would else ask a third party whether a page of that name is
        # this machine's own.
        options["--browser.serverAddress"] = public
    # The theme (.streamlit) is found from the folder that the app runs in: what the user named
    # from here must be found from there.
    for name in ("OBSERVATORY_BUILD", "OBSERVATORY_DATA", "OBSERVATORY_SOURCES"):
        if os.environ.get(name):
            os.environ[name] = str(Path(os.environ[name]).resolve())
    if build is not None and folder is not None:
        os.environ["OBSERVATORY_BUILD"] = str(folder.resolve())
    say(f"http://{address}:{port}")
    os.chdir(settings.PROJECT)
    words = [sys.executable, "-m", "streamlit", "run", str(settings.PROJECT / "app.py")]
    words += [part for pair in options.items() for part in pair]
    os.execv(sys.executable, words)  # noqa: S606  # this process becomes the app: Ctrl-C ends it


def _refuse_taken(port: int) -> None:
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            raise ChoiceError(
                f"option --port {port}",
                expected="a free port",
                found="a program that serves there already",
                next_step=f"choose another one, such as --port {port % 65535 + 1}",
            )


def _version(asked: bool) -> None:
    if asked:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def _root(
    debug: Annotated[bool, typer.Option("--debug", help="Show the trace of a failure.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print and leave.")
    ] = False,
) -> None:
    """Hold the options of every command; ``main`` reads ``--debug`` itself."""
