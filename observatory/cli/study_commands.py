"""The commands that look closer: how sure the ranking is, what moves it, and who is left out."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich import box
from rich.console import Console
from rich.table import Table as Grid
from rich.text import Text

from observatory import settings
from observatory.cli.options import (
    BuildOption,
    Choice,
    Cog,
    CogOption,
    GapFormat,
    Level,
    NormOption,
    SetOption,
    wrong,
)

if TYPE_CHECKING:
    import pandas as pd

    from observatory.tables.table import Table

WIDE = 220
#: Choices that change no kind of need; the others of kinds do, though they never touch the gap.
NO_KIND = ("edition.", "languages.", "kinds.rep_parents.")
#: Choices that change no count of parents: all but their own.
NO_PARENT = (
    *("edition.", "languages.", "kinds.equipment.", "kinds.connection."),
    *("need.", "capacity.", "freshness.", "walk.", "access.", "gap."),
)
app = typer.Typer(
    name="study",
    help="How sure the ranking is, what moves it, how evenly help is shared, and the method.\n\n"
    "The same seed gives the same figures.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
FormOption = Annotated[
    GapFormat, typer.Option("--format", help="For people, spreadsheets or programs.")
]


class DrawnLevel(StrEnum):
    """The zones that can be ranked."""

    COMMUNE = "commune"
    IRIS = "iris"


class ParentsBy(StrEnum):
    """What the parents of pupils are counted by."""

    COMMUNE = "commune"
    NETWORK = "network"
    EPT = "ept"


class Asked:
    """The facts and choices of a command, measured when first needed."""

    def __init__(
        self,
        build: Path | None,
        norm: str,
        changes: list[str] | None,
        refused: tuple[str, ...] | None = None,
    ) -> None:
        choice = Choice.of(build, norm, changes)
        self.assumptions = choice.assumptions()
        self.facts = choice.facts(refused)

    def gaps(self, level: str, cog: str) -> pd.DataFrame:
        """Give the gap table of a level."""
        from observatory.files import gaps_by_level

        return gaps_by_level(self.facts, self.assumptions, (level,), cog)[0]

    def measured(self) -> Any:
        """Measure every point."""
        from observatory.model.study_tables import measure

        return measure(self.facts, self.assumptions)


def _show(frame: pd.DataFrame, table: Table, form: GapFormat, **asked: object) -> None:
    """Print a table of the study in the format asked for."""
    from observatory.files import csv_bytes, published
    from observatory.tables.plain_rows import records

    settled = published(frame)
    if form is GapFormat.CSV:
        typer.echo(csv_bytes(settled).decode(), nl=False)
    elif form is GapFormat.JSON:
        values = {**asked, "table": table.name, "row": table.row, "rows": records(settled)}
        typer.echo(json.dumps(values, ensure_ascii=False, indent=1, allow_nan=False))
    else:
        _print(frame, table)


def _print(frame: pd.DataFrame, table: Table) -> None:
    tty = sys.stdout.isatty()
    width = shutil.get_terminal_size().columns if tty else WIDE
    grid = Grid(title=table.row, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for column in table.columns:
        heading = f"{column.name}\n{column.unit}" if column.unit else column.name
        figure = column.kind in ("int", "float")
        grid.add_column(heading, justify="right" if figure else "left", overflow="fold")
    for row in frame[table.names].itertuples(index=False):
        grid.add_row(*(Text(_cell(value)) for value in row))
    Console(file=sys.stdout, width=width, highlight=False, emoji=False, markup=False).print(grid)


def _cell(value: object) -> str:
    if value is None or value != value:
        return "n.c."
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    whole = float(value).is_integer() or abs(float(value)) >= 1000
    return f"{value:,.0f}" if whole else f"{value:,.2f}"


@app.command(epilog="Example: observatory study ranks --draws 1000 --seed 1 --level commune")
def ranks(
    draws: Annotated[int, typer.Option(min=1, max=100_000, help="How many draws.")] = 1000,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the draws.")] = 1,
    level: Annotated[DrawnLevel, typer.Option(help="The zones ranked.")] = DrawnLevel.COMMUNE,
    worst: Annotated[
        int | None,
        typer.Option(min=1, help="How many zones are the worst. [default: 3 communes, 20 IRIS]"),
    ] = None,
    cog: CogOption = Cog.BEFORE,
    form: FormOption = GapFormat.TABLE,
    norm: NormOption = "ept",
    changes: SetOption = None,
    build: BuildOption = None,
) -> None:
    """Say how sure the ranking is: hours and rank of each zone over drawn assumptions."""
    from observatory.model import study_tables
    from observatory.tables.study_results import RANKS

    asked = Asked(build, norm, changes)
    drawn = study_tables.draws_by_iris(asked.facts, asked.assumptions, draws, seed)
    if level is DrawnLevel.COMMUNE:
        drawn = study_tables.to_communes(drawn, cog.value)
    table = study_tables.ranks_table(
        drawn, asked.gaps(level, cog), worst or study_tables.WORST[level]
    )
    _show(table, RANKS, form, level=level, cog=cog, norm=norm, draws=draws, seed=seed)


@app.command(epilog="Example: observatory study tornado --format csv")
def tornado(
    cog: CogOption = Cog.BEFORE,
    form: FormOption = GapFormat.TABLE,
    norm: NormOption = "ept",
    changes: SetOption = None,
    build: BuildOption = None,
) -> None:
    """Say which assumption, moved alone to its bounds, moves the ranking of the communes most."""
    from observatory.model import study_tables
    from observatory.tables.study_results import TORNADO

    asked = Asked(build, norm, changes)
    table = study_tables.tornado_table(asked.facts, asked.assumptions, cog.value)
    _show(table, TORNADO, form, cog=cog, norm=norm)


@app.command(epilog="Example: observatory study equity --norm departement")
def equity(
    form: FormOption = GapFormat.TABLE,
    norm: NormOption = "ept",
    changes: SetOption = None,
    build: BuildOption = None,
) -> None:
    """Say how evenly help is within reach: Gini, Theil, concentration, QPV ratio, REP schools."""
    from observatory.model import study_tables
    from observatory.tables.study_results import EQUITY

    asked = Asked(build, norm, changes)
    table = study_tables.equity_table(asked.facts, asked.measured(), asked.assumptions)
    _show(table, EQUITY, form, norm=norm)


@app.command(epilog="Example: observatory study indices --format json")
def indices(
    form: FormOption = GapFormat.TABLE,
    norm: NormOption = "ept",
    changes: SetOption = None,
    build: BuildOption = None,
) -> None:
    """Put IFN V2 and DERI, recomputed, beside the gap of each commune, and say why they differ."""
    from observatory.model import study_tables
    from observatory.tables.study_results import INDICES

    asked = Asked(build, norm, changes)
    table = study_tables.indices_table(asked.facts, asked.gaps("commune", "cog_2024"))
    _show(table, INDICES, form, cog="cog_2024", norm=norm)


@app.command(epilog="Example: observatory study qpv")
def qpv(
    form: FormOption = GapFormat.TABLE,
    norm: NormOption = "ept",
    changes: SetOption = None,
    build: BuildOption = None,
) -> None:
    """Give need, help and gap inside the QPV whose outline is known, and outside."""
    from observatory.model import study_tables
    from observatory.tables.study_results import INSIDE

    asked = Asked(build, norm, changes)
    _show(study_tables.qpv_table(asked.measured(), asked.assumptions), INSIDE, form, norm=norm)
    known = asked.facts.qpv["outline_known"]
    if not known.all():
        typer.echo(
            f"{int((~known).sum())} of {len(known)} QPV have no known outline: they are outside",
            err=True,
        )


@app.command(epilog="Example: observatory study rep --format csv > reseaux.csv")
def rep(
    form: FormOption = GapFormat.TABLE,
    norm: NormOption = "ept",
    changes: SetOption = None,
    build: BuildOption = None,
) -> None:
    """Give need and gap around the collège of each REP/REP+ network; not to be summed."""
    from observatory.model import study_tables
    from observatory.tables.study_results import NETWORKS

    asked = Asked(build, norm, changes)
    table = study_tables.networks_table(asked.facts, asked.measured(), asked.assumptions)
    _show(table, NETWORKS, form, norm=norm)


@app.command(epilog="Example: observatory study cost --level commune --cog cog_2025")
def cost(
    level: Annotated[Level, typer.Option(help="The zones.")] = Level.COMMUNE,
    cog: CogOption = Cog.BEFORE,
    form: FormOption = GapFormat.TABLE,
    norm: NormOption = "ept",
    changes: SetOption = None,
    build: BuildOption = None,
) -> None:
    """Give the hours missing as full-time posts, and what these cost the State in a year."""
    from observatory.model import study_tables
    from observatory.tables.study_results import COSTS

    asked = Asked(build, norm, changes)
    table = study_tables.costs_table(asked.gaps(level, cog), asked.assumptions)
    _show(table, COSTS, form, level=level, cog=cog, norm=norm)


@app.command(epilog="Example: observatory study kinds --level iris --format csv")
def kinds(
    level: Annotated[Level, typer.Option(help="The zones.")] = Level.COMMUNE,
    cog: CogOption = Cog.BEFORE,
    form: FormOption = GapFormat.TABLE,
    changes: SetOption = None,
    build: BuildOption = None,
) -> None:
    """Give need by kind (skills, equipment, connection, procedures, language); kinds overlap."""
    from observatory.model import study_tables
    from observatory.tables.kind_results import KINDS

    asked = Asked(build, "ept", changes, NO_KIND)
    table = study_tables.kinds_table(asked.facts, asked.assumptions, level.value, cog.value)
    _show(table, KINDS, form, level=level, cog=cog)


@app.command(epilog="Example: observatory study parents --by network --format csv")
def parents(
    by: Annotated[ParentsBy, typer.Option(help="What a row is.")] = ParentsBy.COMMUNE,
    cog: CogOption = Cog.BEFORE,
    form: FormOption = GapFormat.TABLE,
    changes: SetOption = None,
    build: BuildOption = None,
) -> None:
    """Count the parents of the pupils of REP and REP+ schools: an order of size, low and high."""
    from observatory.model import study_tables
    from observatory.tables.kind_results import REP_PARENTS

    asked = Asked(build, "ept", changes, NO_PARENT)
    table = study_tables.parents_table(asked.facts, asked.assumptions, by.value, cog.value)
    _show(table, REP_PARENTS, form, by=by, cog=cog)


@app.command(epilog="Example: observatory study languages")
def languages(
    cog: CogOption = Cog.BEFORE, form: FormOption = GapFormat.TABLE, build: BuildOption = None
) -> None:
    """Say, commune by commune, what is known of languages, and which file would tell the rest."""
    from observatory.model import study_tables
    from observatory.model.languages_file import load_languages
    from observatory.tables.language_tables import STATUS

    asked = Asked(build, "ept", None)
    spoken = load_languages(settings.load().data / "languages.toml")
    _show(study_tables.languages_table(asked.facts, spoken, cog.value), STATUS, form, cog=cog)


@app.command(epilog="Example: observatory study method --to docs/methode.md")
def method(
    to: Annotated[
        Path | None, typer.Option(metavar="FILE.md", help="Write it. [default: print it]")
    ] = None,
    english: Annotated[bool, typer.Option("--english", help="In English.")] = False,
    build: BuildOption = None,
) -> None:
    """Give the method as Markdown: each indicator with a worked example, every assumption."""
    from observatory.files.method import markdown, read_method
    from observatory.tables.atomic import write_whole
    from observatory.tables.manifest import read_manifest

    choice = Choice.of(build, "ept", None)
    known = read_method(settings.PROJECT, choice.assumptions(), read_manifest(choice.folder))
    text = markdown(known, "en" if english else "fr")
    if to is None:
        typer.echo(text, nl=False)
        return
    if to.suffix != ".md":
        raise wrong("--to", "a file that ends in .md", str(to))
    write_whole(to, text.encode())
    typer.echo(str(to))


#: What the tests go through, and what the help of the README lists.
TABLES: dict[str, Callable[..., None]] = {
    "ranks": ranks,
    "tornado": tornado,
    "equity": equity,
    "indices": indices,
    "qpv": qpv,
    "rep": rep,
    "cost": cost,
    "kinds": kinds,
    "parents": parents,
    "languages": languages,
}
