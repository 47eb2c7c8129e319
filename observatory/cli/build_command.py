"""The command that compiles the tables of a territory, or of many, from the official files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from observatory import settings
from observatory.cli import dataset_command
from observatory.cli.history_commands import AtomOption, write_changes
from observatory.cli.options import (
    AroundOption,
    CodesOption,
    ManyOption,
    ReportFormat,
    RetriesOption,
    SchedulerOption,
    WorkersOption,
    territory_of,
    wrong,
)
from observatory.cli.output import say, show
from observatory.cli.unattended import unattended
from observatory.errors import MissingInputError

EXAMPLES = (
    "Examples: observatory build --from ../sources --territory 200057867; "
    "observatory build --from ../sources --territory commune:75118,92024 --around 3 --out mine; "
    "observatory build --from ../sources --territory france:ept --territory 75 --dataset france "
    "--workers 2"
)


def build(
    source: Annotated[
        Path | None,
        typer.Option(
            "--from",
            metavar="FOLDER",
            help="Folder of the official files, found as data/registry.toml says, at any depth. "
            "[default: OBSERVATORY_SOURCES]",
        ),
    ] = None,
    territory: ManyOption = None,
    around: AroundOption = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Where to write. [default: your own build]"),
    ] = None,
    edition: Annotated[
        bool, typer.Option("--edition", help="Write the compiled edition, data/edition.")
    ] = False,
    optional: Annotated[
        list[str] | None,
        typer.Option(
            "--with",
            metavar="SOURCE",
            help="A source that a build holds only when asked: transit_stops_2024, "
            "transit_lines_2025, birth_countries_2022, migrants_iris_2022; can be repeated.",
        ),
    ] = None,
    places: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE",
            help="A list of places to add to your own build: CSV, XLSX or JSON of the national "
            "standard; can be repeated.",
        ),
    ] = None,
    francilin: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="The own export of a regional hub, in the format of the Hub Francil'in "
            "(Île-de-France), to add likewise.",
        ),
    ] = None,
    streets: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="An extract of OpenStreetMap (.osm.pbf) whose streets are walked, in your own "
            "build.",
        ),
    ] = None,
    addresses: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="FILE",
            help="Addresses of a département from the Base adresse nationale "
            "(adresses-93.csv.gz), whose streets a search starts from, in your own build; can be "
            "repeated.",
        ),
    ] = None,
    positions: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="A CSV of positions of addresses (address, commune, lat, lon, source) for places "
            "that no source locates, in your own build; it can be corrected by hand.",
        ),
    ] = None,
    geocode: Annotated[
        bool,
        typer.Option(
            "--geocode",
            help="Ask the IGN's address service for the addresses that --positions does not hold, "
            "and keep its answers there.",
        ),
    ] = False,
    form: Annotated[ReportFormat, typer.Option("--format", help="Report.")] = ReportFormat.TABLE,
    dataset: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="Write many territories to one partitioned dataset: a folder, or an address that "
            "fsspec knows, such as s3://bucket/france.",
        ),
    ] = None,
    codes: CodesOption = None,
    scheduler: SchedulerOption = "",
    workers: WorkersOption = 1,
    retries: RetriesOption = 2,
    only_missing: Annotated[
        bool,
        typer.Option("--missing", help="With --dataset: only territories that it does not have."),
    ] = False,
    atom: AtomOption = None,
) -> None:
    """Compile the tables from the official files, and print the report of every row.

    The former build stands until the new one is whole, then is kept (observatory history): a broken
    source leaves it as it was. With --dataset many territories are built at once; exit code 1 if
    some could not be, 2 if none.
    """
    from observatory.build.kept import in_history
    from observatory.build.own_lists import OwnList
    from observatory.build.own_streets import StreetFiles
    from observatory.build.positions import open_positions
    from observatory.build.steps import build as compile_tables
    from observatory.cli import reports
    from observatory.read.batch_geocoder import geocode as ask
    from observatory.tables.atomic import refuse_foreign
    from observatory.words.remark_words import sentences

    where = settings.load()
    if dataset is not None:
        alone = (out, edition, places, francilin, streets, addresses, positions, geocode, atom)
        dataset_command.refuse_alone(alone)
        asked = dataset_command.Asked(
            dataset, tuple(territory or ()), codes, tuple(optional or ()), around, only_missing
        )
        engine = dataset_command.engine(scheduler, workers, retries)
        with unattended():
            dataset_command.build_dataset(_sources(source, where), where, asked, engine)
        return
    dataset_command.refuse_many(territory, codes)
    if out is not None and edition:
        raise wrong("--edition", "--edition or --out, not both", f"--out {out}")
    target = out or (where.edition if edition else where.build)
    refuse_foreign(target)
    lists = [OwnList(path) for path in places or ()]
    lists += [OwnList(francilin, francilin=True)] if francilin else []
    with_these = tuple(optional or ())
    known = open_positions(positions, ask if geocode else None, target, where)
    folder = _sources(source, where)
    around_m = None if around is None else 1000 * around
    code = territory_of(territory[0] if territory else None, target, where.edition)
    named = StreetFiles(streets, tuple(addresses or ()))
    asked_for = (with_these, lists, named, known, around_m)
    with unattended():
        with in_history(target, where):
            done = compile_tables(folder, code, where, target, say, *asked_for)
        say(f"written: {target}")
        write_changes(atom, target, where)
    parts = (done.manifest, done.sources, done.rows, sentences(done.warnings, "fr"))
    if form is ReportFormat.MARKDOWN:
        typer.echo(reports.build_markdown(*parts), nl=False)
    else:
        show(reports.build_report(*parts))


def _sources(given: Path | None, where: settings.Settings) -> Path:
    folder = given or where.sources
    if folder is not None and folder.is_dir():
        return folder
    raise MissingInputError(
        "option --from",
        expected="the folder of the official files",
        found="no folder given" if folder is None else f"{folder}, which is no folder",
        next_step="name it with --from, or in OBSERVATORY_SOURCES",
    )
