"""The commands that look closer: how sure the ranking is, what moves it, and who is left out."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from observatory import settings
from observatory.cli import output
from observatory.cli.options import (
    DEFAULT_NORM,
    Asked,
    BuildOption,
    CogOption,
    GapFormat,
    Level,
    NormOption,
    SetOption,
    wrong,
)
from observatory.model.studies import STUDIES, Study

if TYPE_CHECKING:
    import pandas as pd
    from rich.table import Table as RichTable

    from observatory.model.model import Model
    from observatory.tables.table import Table
    from observatory.words.catalogue import Lang

app = typer.Typer(rich_markup_mode="markdown")
FormOption = Annotated[
    GapFormat, typer.Option("--format", help="For people, spreadsheets or programs.")
]


class DrawnLevel(StrEnum):
    """The zones that can be ranked."""

    COMMUNE = "commune"
    IRIS = "iris"
    QPV = "qpv"


class FamiliesBy(StrEnum):
    """What families are shared out over."""

    NETWORK = "network"
    COMMUNE = "commune"
    SCHOOL = "school"


class FamiliesWeight(StrEnum):
    """The assumed weight of a school."""

    PUPILS = "pupils"
    IPS = "ips"
    NEED = "need"


class SitedLevel(StrEnum):
    """The zones whose posts can be counted."""

    EPT = "ept"
    COMMUNE = "commune"
    QPV = "qpv"


class ParentsBy(StrEnum):
    """What the parents of pupils are counted by."""

    COMMUNE = "commune"
    NETWORK = "network"
    EPT = "ept"


def show_study(
    frame: pd.DataFrame, table: Table, model: Model, form: GapFormat, **asked: object
) -> None:
    """Print a table of the study in the format asked for; files say where its figures come from."""
    from rich.text import Text

    from observatory.files import csv_bytes, published, with_origin
    from observatory.model.gap_table import origin
    from observatory.tables.plain_rows import records
    from observatory.words.remark_words import in_words

    if form is GapFormat.CSV:
        typer.echo(csv_bytes(published(with_origin(frame, model))).decode(), nl=False)
    elif form is GapFormat.JSON:
        told = {"table": table.name, "row": table.row, "rows": records(published(frame))}
        values = {**origin(model), **asked, **told}
        output.show_json(values)
    else:
        grid = _grid(in_words(frame, "fr"), table)
        output.show(grid, Text(_origin(frame, model, asked)))
        if output.heads_width(str(one.header) for one in grid.columns) > output.width():
            output.say(f"{len(grid.columns)} columns are wide to read here: --format csv")


def _origin(frame: pd.DataFrame, model: Model, asked: Mapping[str, object]) -> str:
    """Return the line below a table; rows of several norms or geographies say theirs themselves."""
    from observatory.model.gap_table import origin
    from observatory.words.origin_words import origin_line

    told = {"cog": asked.get("cog"), **origin(model)}
    for name in ("cog", "norm"):
        if name not in asked or (name in frame and frame[name].nunique() > 1):
            del told[name]
    return origin_line(told, "fr")


def _grid(frame: pd.DataFrame, table: Table) -> RichTable:
    from observatory.tables.to_move import pairs

    # Of what is missing and what is to move, a norm fills one.
    twins = pairs(table.names)
    either = {*twins, *twins.values()}
    columns = [c for c in table.columns if c.name not in either or frame[c.name].notna().any()]
    shown = [column.name for column in columns]
    return output.table(
        [f"{one.name}\n{one.unit}" if one.unit else one.name for one in columns],
        [[_cell(value) for value in row] for row in frame[shown].itertuples(index=False)],
        title=table.row,
        right=[place for place, one in enumerate(columns) if one.kind in ("int", "float")],
    )


def _cell(value: Any) -> str:
    import pandas as pd

    from observatory.words.numbers import number

    if pd.isna(value):
        return "n.c."
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    whole = float(value).is_integer() or abs(float(value)) >= 1000
    return number(float(value), "en", 0 if whole else 2, "n.c.")


class RepNetwork(StrEnum):
    """The networks of priority education."""

    REP = "REP"
    REP_PLUS = "REP+"


#: The options that studies have, by the name of the argument of their function.
OPTIONS: dict[str, Any] = {
    "level": Annotated[Level, typer.Option(help="The zones.")],
    "cog": CogOption,
    "draws": Annotated[int, typer.Option(min=1, max=100_000, help="How many draws.")],
    "seed": Annotated[int, typer.Option(min=0, help="Seed of the draws.")],
    "worst": Annotated[
        int | None,
        typer.Option(
            min=1, help="How many zones are the worst. [default: 3 communes, 20 IRIS, 5 QPV]"
        ),
    ],
    "network": Annotated[RepNetwork | None, typer.Option(help="One network only. [default: both]")],
    "far": Annotated[
        bool, typer.Option("--far", help="Only those without a place within a near walk.")
    ],
    "everywhere": Annotated[
        bool, typer.Option("--everywhere", help="Communes outside the territory too.")
    ],
    "by": Annotated[ParentsBy, typer.Option(help="What a row is.")],
    "zone": Annotated[str | None, typer.Option(help="Code of one zone. [default: every zone]")],
    "zones": Annotated[
        list[str],
        typer.Option(
            help="Code of a zone; from two to nine times, the first being what the others are "
            "compared with. [default: every zone, the shortest first]"
        ),
    ],
    "count": Annotated[int, typer.Option(min=1, help="How many families.")],
    "weight": Annotated[FamiliesWeight, typer.Option(help="The assumed weight of a school.")],
}
#: Where a study takes fewer zones than the gap table.
NARROWER: dict[tuple[str, str], Any] = {
    ("ranks", "level"): Annotated[DrawnLevel, typer.Option(help="The zones ranked.")],
    ("why", "level"): Annotated[DrawnLevel, typer.Option(help="The zones.")],
    ("why", "draws"): Annotated[
        int | None,
        typer.Option(min=0, max=100_000, help="How many draws; 0 for no interval. [default: 200]"),
    ],
    ("compare", "level"): Annotated[DrawnLevel, typer.Option(help="The zones compared.")],
    ("families", "by"): Annotated[FamiliesBy, typer.Option(help="What a row is.")],
    ("least_posts", "level"): Annotated[SitedLevel, typer.Option(help="The zones.")],
    ("cost", "level"): Annotated[SitedLevel, typer.Option(help="The zones.")],
}
EXAMPLES = {
    "ranks": "ranks --draws 1000 --seed 1 --level commune",
    "tornado": "tornado --format csv",
    "causes": "causes --draws 200 --format csv",
    "equity": "equity --norm departement",
    "indices": "indices --format json",
    "qpv_zones": "qpv_zones --format csv > qpv.csv",
    "rep_schools": "rep_schools --network REP+ --far",
    "rep": "rep --format csv > reseaux.csv",
    "least_posts": "least_posts --level commune",
    "cost": "cost --level commune --cog cog_2025",
    "kinds": "kinds --level iris --format csv",
    "parents": "parents --by network --format csv",
    "changes": "changes --format csv",
    "why": "why --level iris --zone 930310101",
    "compare": "compare --zones 93031 --zones 93066 --format csv",
    "publics": "publics --level qpv --format csv",
    "families": "families --count 100 --by commune --weight ips",
}
#: Studies that have a command of their own below.
OWN = ("validation",)


def _blind_qpv(model: Any) -> str:
    known = model.facts.qpv["outline_known"]
    unknown = int((~known).sum())
    if not unknown:
        return ""
    return f"{unknown} of {len(known)} QPV have no known outline: they are outside"


#: What a reader of a study must know beside its table.
CAVEATS: dict[str, Callable[[Any], str]] = {"qpv": _blind_qpv, "qpv_zones": _blind_qpv}


def _command(name: str) -> Callable[..., None]:
    """Return the command of a study: its own options, then those that all studies share."""
    study = STUDIES[name]

    def run(form: GapFormat, changes: list[str] | None, build: Path | None, **options: Any) -> None:
        norm = options.pop("norm", DEFAULT_NORM)
        asked = Asked.of(build, norm, changes)
        model = asked.model(study.shows, f"study {name}")
        told = {**options, "norm": norm} if "gap" in study.shows else options
        show_study(study.of(model, **options), study.table, model, form, **told)
        caveat = CAVEATS[name](model) if name in CAVEATS else ""
        if caveat:
            typer.echo(caveat, err=True)

    run.__doc__ = study.summary
    run.__signature__ = inspect.Signature(_parameters(name, study))  # type: ignore[attr-defined]  # typer reads the options there
    run.__annotations__ = {p.name: p.annotation for p in _parameters(name, study)}
    return run


def _parameters(name: str, study: Study) -> list[inspect.Parameter]:
    own = {
        option: (NARROWER.get((name, option), OPTIONS[option]), default)
        for option, default in study.options.items()
    }
    norm = {"norm": (NormOption, DEFAULT_NORM)} if "gap" in study.shows else {}
    shared = {
        "form": (FormOption, GapFormat.TABLE),
        "changes": (SetOption, None),
        "build": (BuildOption, None),
    }
    return [
        inspect.Parameter(key, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=kind)
        for key, (kind, default) in {**own, **norm, **shared}.items()
    ]


for _name in STUDIES:
    if _name in OWN:
        continue
    app.command(_name, epilog=f"Example: observatory study {EXAMPLES.get(_name, _name)}")(
        _command(_name)
    )


class ValidationFormat(StrEnum):
    """How to print the validation."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    MD = "md"


ToOption = Annotated[
    Path | None, typer.Option("--to", metavar="FILE.md", help="Write it. [default: print it]")
]
EnglishOption = Annotated[bool, typer.Option("--english", help="In English.")]


@app.command(epilog="Example: observatory study validation --from FOLDER --to docs/validation.md")
def validation(
    form: Annotated[
        ValidationFormat,
        typer.Option("--format", help="For people, spreadsheets, programs, or as a document."),
    ] = ValidationFormat.TABLE,
    to: ToOption = None,
    english: EnglishOption = False,
    source: Annotated[
        Path | None,
        typer.Option(
            "--from",
            metavar="DIR",
            help="Compare with the files of this folder too: the two IFN, whose licence is not "
            "confirmed, and the région. [default: the edition alone]",
        ),
    ] = None,
    norm: NormOption = DEFAULT_NORM,
    changes: SetOption = None,
    build: BuildOption = None,
) -> None:
    """Set the figures beside what others measured, and say what each change of method did."""
    from observatory.model import validation as validated
    from observatory.read.other_indices import read_others

    study = STUDIES["validation"]
    model = Asked.of(build, norm, changes).model(study.shows, "study validation")
    table = validated.validation(model, others=read_others(source) if source else None)
    if to is None and form is not ValidationFormat.MD:
        show_study(table, study.table, model, GapFormat(form.value), norm=norm)
        return
    from observatory.files.validation import markdown as document
    from observatory.model.gap_table import origin
    from observatory.words.place_names import place_of

    if form in (ValidationFormat.CSV, ValidationFormat.JSON):
        raise wrong("--format", "md, where --to names a file", form.value)
    changed, place = STUDIES["changes"].of(model), place_of(model.facts.departement)
    told = {"cog": "cog_2024", **origin(model)}
    _give(document(table, changed, "en" if english else "fr", place, told), to)


def _give(text: str, to: Path | None) -> None:
    """Print a document, or write it and say where."""
    from observatory.tables.atomic import write_whole

    if to is None:
        typer.echo(text, nl=False)
        return
    if to.suffix != ".md":
        raise wrong("--to", "a file that ends in .md", str(to))
    write_whole(to, text.encode())
    typer.echo(str(to))


@app.command(epilog="Example: observatory study method --to docs/methode.md")
def method(to: ToOption = None, english: EnglishOption = False, build: BuildOption = None) -> None:
    """Give the method as Markdown: each indicator with a worked example, every assumption."""
    from observatory.files.method import markdown, read_method
    from observatory.tables.manifest import read_manifest

    asked = Asked.of(build)
    lang: Lang = "en" if english else "fr"
    manifest = read_manifest(asked.folder)
    _give(markdown(read_method(settings.PROJECT, asked.model(), manifest, lang)), to)
