"""The commands of former builds: which are kept, what differs between two, and the feed of it."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from observatory import settings
from observatory.cli import output
from observatory.cli.options import BuildOption, Cog, CogOption, GapFormat, TextFormat, wrong
from observatory.errors import MissingInputError

if TYPE_CHECKING:
    import pandas as pd

    from observatory.model.build_comparison import Comparison
    from observatory.words.catalogue import Lang

app = typer.Typer()
AtomOption = Annotated[
    Path | None,
    typer.Option(
        "--atom",
        metavar="FILE",
        help="Put what changed since the former build into this Atom feed, made where there is "
        "none.",
    ),
]
DatasetOption = Annotated[
    str | None,
    typer.Option(
        metavar="URL",
        help="The dataset of the territory of --territory. [default: OBSERVATORY_DATASET]",
    ),
]
OfOption = Annotated[
    str | None,
    typer.Option("--territory", metavar="CODE", help="The builds of a territory of a dataset."),
]


class Part(StrEnum):
    """The tables of a comparison."""

    PLACES = "places"
    HELP = "help"
    SOURCES = "sources"
    METHOD = "method"
    FIGURES = "figures"


@app.command(epilog="Example: observatory history --format json")
def history(
    form: Annotated[TextFormat, typer.Option("--format", help="For people or programs.")] = (
        TextFormat.TABLE
    ),
    build: BuildOption = None,
    dataset: DatasetOption = None,
    territory: OfOption = None,
) -> None:
    """List the builds that can be compared: those that others replaced, and the one in use."""
    from observatory.cli import history_report
    from observatory.tables.comparable import comparable

    where = _asked(build, dataset, territory)
    rows = history_report.listed(comparable(where), where)
    if form is TextFormat.JSON:
        from observatory.tables.plain_rows import records

        output.show_json({"history": records(rows)})
    else:
        output.show(history_report.list_table(rows))


@app.command(
    epilog="Examples: observatory compare; observatory compare edition current --only figures "
    "--format csv; observatory compare 2026-11-01 4f2a --atom changes.xml"
)
def compare(
    before: Annotated[
        str | None,
        typer.Argument(
            metavar="[A]",
            help="A folder, edition, current, or a day or the beginning of a hash of the history. "
            "[default: the build before the one in use]",
        ),
    ] = None,
    after: Annotated[
        str | None, typer.Argument(metavar="[B]", help="Likewise. [default: the build in use]")
    ] = None,
    only: Annotated[Part | None, typer.Option(help="One table only. [default: all]")] = None,
    cog: CogOption = Cog.BEFORE,
    form: Annotated[
        GapFormat, typer.Option("--format", help="For people, spreadsheets or programs.")
    ] = GapFormat.TABLE,
    atom: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Put the comparison into this Atom feed too."),
    ] = None,
    build: BuildOption = None,
    dataset: DatasetOption = None,
    territory: OfOption = None,
) -> None:
    """Print what differs between two builds: places, posts, sources, method, and the figures.

    The difference of each figure is split into what need, help, neighbours and method did; the
    four parts add up to it.
    """
    from observatory.cli import history_report

    where = _asked(build, dataset, territory)
    found = _compared(before, after, where, cog)
    if atom is not None:
        _write(atom, found, where)
    if form is GapFormat.JSON:
        output.show_json(history_report.values(found, only))
    elif form is GapFormat.CSV:
        from observatory.files import csv_bytes, published

        table = _table(found, only)
        typer.echo(csv_bytes(published(table)).decode(), nl=False)
    else:
        output.show(*history_report.tables(found, only))


def _table(found: Comparison, only: Part | None) -> pd.DataFrame:
    """Return one table, or all of them one below the other, ``part`` saying which."""
    import pandas as pd

    if only is not None:
        return found.tables[only.value]
    parts = [
        table.astype(object).assign(part=name) for name, table in found.tables.items() if len(table)
    ]
    return pd.concat(parts).set_index("part").reset_index() if parts else pd.DataFrame({"part": []})


def _compared(
    before: str | None, after: str | None, where: settings.Settings, cog: str
) -> Comparison:
    from observatory.model.assumptions_file import load_assumptions
    from observatory.model.build_comparison import compare_kept
    from observatory.places.matching.known_again import known_again
    from observatory.tables.comparable import find_build, last_two

    if before is None:
        first, second = last_two(where)
    else:
        first, second = find_build(before, where), find_build(after or "current", where)
    checked: Any = cog
    return compare_kept(first, second, load_assumptions(where.assumptions), checked, known_again)


def write_changes(atom: Path | None, build: Path, where: settings.Settings) -> None:
    """Put what a new build changed into a feed, where one is asked for."""
    if atom is None:
        return
    where = replace(where, build=build, dataset="")
    try:
        found = _compared(None, None, where, "cog_2024")
    except MissingInputError:
        output.say(f"no former build to compare with: {atom} stays as it is")
        return
    _write(atom, found, where)


def _write(atom: Path, found: Comparison, where: settings.Settings) -> None:
    from observatory.files.atom import write_feed
    from observatory.words.catalogue import load_words

    if atom.is_dir():
        raise wrong("--atom", "a file", str(atom))
    lang: Lang = "fr"
    output.say(f"written: {write_feed(atom, found, where, load_words(lang))}")


def _asked(build: Path | None, dataset: str | None, territory: str | None) -> settings.Settings:
    """Return the settings with the build asked for, or that of a territory of a dataset."""
    from observatory.cli.options import current
    from observatory.tables.dataset import Dataset
    from observatory.tables.dataset_history import opened

    where = settings.load()
    if territory is None:
        if dataset is not None:
            raise wrong("--dataset", "--territory too: the builds of one territory", "none")
        return where if build is None else replace(where, build=current(build))
    if build is not None:
        raise wrong("--territory", "--territory or --build, not both", f"--build {build}")
    url = dataset or where.dataset
    if not url:
        raise wrong("--territory", "--dataset, or OBSERVATORY_DATASET", "none")
    known = Dataset(url)
    return opened(replace(where, dataset=url), known, known.entry(territory))
