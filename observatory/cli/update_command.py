"""The command that brings a build up to date from its publishers, made to be run by a timer."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from observatory import settings
from observatory.cli import dataset_command
from observatory.cli.history_commands import AtomOption, write_changes
from observatory.cli.options import (
    AroundOption,
    CodesOption,
    GapFormat,
    ManyOption,
    RetriesOption,
    SchedulerOption,
    WorkersOption,
    territory_of,
    wrong,
)
from observatory.cli.output import say, show, show_json
from observatory.cli.unattended import unattended

if TYPE_CHECKING:
    from observatory.build.engine import Engine
    from observatory.build.update import Fetched

EXAMPLES = (
    "Examples: observatory update --territory 200057867 --to sources; "
    "observatory update --around 3 --format json; "
    "observatory update --dataset france --to sources --workers 2"
)
#: Some file could not be taken, and the build was made without it.
FILE_FAILED = 3


def update(
    territory: ManyOption = None,
    around: AroundOption = None,
    to: Annotated[
        Path | None,
        typer.Option(
            "--to", metavar="FOLDER", help="Folder of source files. [default: OBSERVATORY_SOURCES]"
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="The build to renew. [default: your own build]"),
    ] = None,
    form: Annotated[
        GapFormat, typer.Option("--format", help="For people, spreadsheets or programs.")
    ] = GapFormat.TABLE,
    atom: AtomOption = None,
    quiet: Annotated[
        bool,
        typer.Option("--quiet", help="Say errors and alarms alone on standard error, as for cron."),
    ] = False,
    dataset: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="Renew a dataset of many territories: those named, else all that it has, where "
            "what they hang on has changed.",
        ),
    ] = None,
    codes: CodesOption = None,
    scheduler: SchedulerOption = "",
    workers: WorkersOption = 1,
    retries: RetriesOption = 2,
) -> None:
    """Fetch the official files that changed, build again, check, and print what differs.

    A file replaces the former one only once its reader took it; the former build stands until the
    new one is whole and checked. Exit code 3 if some file could not be taken and the build was
    made without it, 2 if no build was made; of a dataset 1 if some territories could not be built.
    """
    from observatory.build.update import update as renew
    from observatory.cli import update_report
    from observatory.files import csv_bytes

    where = settings.load()
    folder, target = to or where.sources, out or where.build
    if folder is None:
        raise wrong("--to", "a folder for the files", "none")
    today = dt.datetime.now(tz=dt.UTC).date()
    around_m = dataset_command.metres(around)
    if dataset is not None:
        if out is not None or atom is not None:
            raise wrong("--dataset", "no --out nor --atom: they are of one build", "one of them")
        named = dataset_command.named(where, territory or (), codes)
        engine = dataset_command.engine(scheduler, workers, retries)
        _dataset(folder, dataset, named, where, engine, around_m, today, form, quiet)
        return
    dataset_command.refuse_many(territory, codes)
    code = territory_of(territory[0] if territory else None, target, where.edition)
    with unattended(), _progress(quiet) as step:
        done = renew(folder, code, where, target, step, around_m, today=today)
    _warn(done, today, quiet)
    if not quiet and (kept := update_report.around(done)):
        say(kept)
    if form is GapFormat.JSON:
        show_json(update_report.values(done))
    elif form is GapFormat.CSV:
        typer.echo(csv_bytes(update_report.rows(done)).decode(), nl=False)
    else:
        show(update_report.tables(done))
    if done.error is not None:
        raise done.error
    with unattended():
        write_changes(atom, target, where)
    if done.failed:
        raise typer.Exit(FILE_FAILED)


def _dataset(
    folder: Path,
    dataset: str,
    named: tuple[str, ...],
    where: settings.Settings,
    engine: Engine,
    around_m: float | None,
    today: dt.date,
    form: GapFormat,
    quiet: bool,
) -> None:
    """Bring a dataset up to date, and print what became of files and territories."""
    from observatory.build.update_dataset import update_dataset
    from observatory.cli import update_report
    from observatory.files import csv_bytes

    counted = count(1)
    url = dataset_command.absolute(dataset)
    with unattended(), _progress(quiet) as step:
        done = update_dataset(
            folder,
            url,
            named,
            where,
            engine,
            step,
            lambda one, every: dataset_command.say_done(one, next(counted), every),
            around_m,
            today=today,
        )
    _warn(done, today, quiet)
    if form is GapFormat.JSON:
        show_json(update_report.dataset_values(done))
    elif form is GapFormat.CSV:
        typer.echo(csv_bytes(update_report.dataset_rows(done)).decode(), nl=False)
    else:
        show(update_report.dataset_tables(done))
    dataset_command.end(done.done)
    if done.failed:
        raise typer.Exit(FILE_FAILED)


def _warn(done: Fetched, today: dt.date, quiet: bool) -> None:
    """Say on standard error which files failed, stood still for too long, or (aloud) never come."""
    from observatory.cli import update_report
    from observatory.cli.reports import hand_line

    for line in update_report.failures(done):
        say(line)
    for line in update_report.alarms(done, today):
        say(line)
    if done.by_hand and not quiet:
        say(hand_line(done.by_hand))


@contextmanager
def _progress(quiet: bool) -> Iterator[Callable[[str], None]]:
    """Yield what tells each step: in one moving line of a terminal, else line by line, or not."""
    if quiet:
        yield lambda step: None
        return
    if not sys.stderr.isatty():
        yield say
        return
    from rich.console import Console

    with Console(stderr=True, markup=False).status("…") as status:
        yield status.update
