"""The command ``programmes``: who promised, funded and gave what, with one's own list beside."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from observatory.cli.options import Asked, BuildOption, GapFormat, SetOption
from observatory.cli.output import one_line, say, show, show_json, table

if TYPE_CHECKING:
    import pandas as pd

    from observatory.model.own_programmes import OwnProgrammes

SHOWN = 70

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command(
    name="programmes",
    epilog="Examples: observatory programmes; observatory programmes --own mine.csv --format csv. "
    "Exit code 2 where no row of --own can be used.",
)
def programmes(
    form: Annotated[
        GapFormat, typer.Option("--format", help="For people, spreadsheets or programs.")
    ] = GapFormat.TABLE,
    own: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.csv",
            help="A list of your own programmes, marked as yours; wrong rows are set aside with "
            "the reason, on standard error. It is not stored.",
        ),
    ] = None,
    changes: SetOption = None,
    build: BuildOption = None,
) -> None:
    """Print who promised, funded and gave what, beside what the build counts of it."""
    from observatory.files import csv_bytes, published, with_origin
    from observatory.model.programme_studies import programmes as listed
    from observatory.model.studies import STUDIES
    from observatory.tables.plain_rows import records

    study = STUDIES["programmes"]
    model = Asked.of(build, changes=changes).model(study.shows, "programmes")
    mine = None if own is None else _own(own, model)
    found = listed(model, None if mine is None else mine.records)
    if form is GapFormat.CSV:
        typer.echo(csv_bytes(published(with_origin(found, model))).decode(), nl=False)
    elif form is GapFormat.JSON:
        rows = records(published(found))
        aside = [] if mine is None else [vars(one) for one in mine.problems]
        show_json({"table": study.table.name, "rows": rows, "set_aside": aside})
    else:
        show(_grid(found))
    if mine is not None and not len(mine.records):
        raise typer.Exit(2)


def _own(path: Path, model: Any) -> OwnProgrammes:
    """Read a list, and say on standard error what was set aside."""
    from observatory.errors import MissingInputError
    from observatory.model.own_programmes import read_own
    from observatory.words.programme_words import labels

    if not path.is_file():
        raise MissingInputError(
            f"option --own {path}",
            expected="a CSV file of programmes",
            found="no such file",
            next_step="see docs/how-to/programmes.md for its columns",
        )
    facts = model.facts
    named = [*facts.communes[["commune", "commune_name"]].itertuples(index=False, name=None)]
    named += [*facts.ept[["ept", "ept_name"]].itertuples(index=False, name=None)]
    found = read_own(path.read_bytes(), labels(named), str(path))
    for one in found.problems:
        what = f"{one.column}: {one.kind} {one.found!r}" if one.column else one.kind
        say(f"row {one.line} set aside, {what}")
    if found.unknown:
        say("columns not read: " + ", ".join(found.unknown))
    say(f"{len(found.records)} rows of {path} taken, {found.aside} set aside")
    return found


def _grid(found: pd.DataFrame) -> Any:
    from observatory.words.catalogue import load_words
    from observatory.words.numbers import number
    from observatory.words.programme_words import figure, name_of

    words = load_words("fr")
    rows = [
        (
            ("* " if row["own"] else "") + row["date"],
            one_line(row["says"], SHOWN),
            one_line(row["actor"], SHOWN // 2),
            name_of("kind", row["kind"], words),
            figure(row["amount_eur"], row["amount_is"], words),
            figure(row["quantity"], row["quantity_is"], words, name_of("unit", row["unit"], words)),
            number(row["eur_per_head"], "fr", 2, ""),
            number(row["units_per_100"], "fr", 2, ""),
            number(row["found"], "fr", 0, ""),
            name_of("status", row["status"], words),
        )
        for row in found.to_dict("records")
    ]
    heads = [
        words(f"programmes.column.{name}")
        for name in ("date", "promise", "actor", "kind", "amount", "quantity")
    ]
    heads += [
        words("programmes.head.eur", value="").strip(),
        words("programmes.head.units", value="").strip(),
    ]
    heads += [words("programmes.column.found"), words("programmes.column.state")]
    return table(heads, rows, right=(4, 5, 6, 7, 8))
