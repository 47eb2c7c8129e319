"""The commands of scenarios: replay a file, and begin one."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from observatory import settings
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
    current,
)
from observatory.cli.output import say, show, show_json, table

if TYPE_CHECKING:
    import pandas as pd

    from observatory.model.comparison import Comparison

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
group = typer.Typer(
    no_args_is_help=True,
    help="What would change if places opened, moved or closed: a file of changes, replayed on the "
    "base that it names.",
)
app.add_typer(group, name="scenario")


class Part(StrEnum):
    """What of a comparison to print as CSV."""

    ZONES = "zones"
    TOTALS = "totals"
    SCHOOLS = "schools"
    OFFERS = "offers"
    SOLIDARITY = "solidarity"


EXAMPLE = """
# One [[change]] for each change. The place that change N opens is called scenario-N.
#
# [[change]]
# kind = "open"        # or "stop" (hours = 7 a week), for a bus or outreach
# lat = 48.95
# lon = 2.38
# posts = 0.5
# name = "Maison de quartier"
#
# [[change]]
# kind = "posts"       # halves added, or taken away below zero
# place = "scenario-1" # or an identifier of the table of sites
# posts = 0.5
#
# Others: "close" (place), "move" (place, lat, lon), "hours" (place, hours),
# "offer" (place, services, publics, languages), "budget" (eur).
"""


@group.command(
    "run",
    epilog="Example: observatory scenario run scenario.toml --level iris --format csv",
)
def run(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The scenario, TOML.")],
    level: Annotated[Level, typer.Option(help="The zones.")] = Level.COMMUNE,
    cog: CogOption = Cog.BEFORE,
    draws: Annotated[
        int, typer.Option(min=0, max=100_000, help="How many paired draws; 0 for no interval.")
    ] = 200,
    part: Annotated[
        Part, typer.Option("--show", help="What to print as CSV; JSON holds everything.")
    ] = Part.ZONES,
    anyway: Annotated[
        bool,
        typer.Option("--anyway", help="Replay it where its build or assumptions are others now."),
    ] = False,
    form: Annotated[
        GapFormat, typer.Option("--format", help="For people, spreadsheets or programs.")
    ] = GapFormat.TABLE,
    build: BuildOption = None,
) -> None:
    """Replay a scenario and print each zone before and after, the norm of its base held.

    Refused where the build or the assumptions are not those of its base. The interval of each
    change holds 90 % of paired draws: base and scenario in the same worlds.
    """
    from observatory.files import csv_bytes, published, with_origin
    from observatory.observatory import load

    found = load(current(build)).scenario(file, anyway=anyway).comparison(draws)
    zones = found.table(level.value, cog.value)
    parts = {
        Part.ZONES: zones,
        Part.TOTALS: found.totals,
        Part.SCHOOLS: found.schools,
        Part.OFFERS: found.offers,
        Part.SOLIDARITY: found.solidarity(level.value, cog.value),
    }
    if form is GapFormat.CSV:
        told = with_origin(parts[part], found.scenario.base)
        typer.echo(csv_bytes(published(told)).decode(), nl=False)
    elif form is GapFormat.JSON:
        show_json({"level": level.value, "cog": cog.value, **_records(parts)})
    else:
        _show(found, zones)
        _show_solidarity(parts[Part.SOLIDARITY])
    if bool(found.totals["over_budget"].fillna(False).iloc[0]):
        say("the changes cost more than the budget of the scenario")


def _records(parts: dict[Part, pd.DataFrame]) -> dict[str, Any]:
    from observatory.files import published
    from observatory.tables.plain_rows import records

    found = {part.value: records(published(frame)) for part, frame in parts.items()}
    return {**found, Part.TOTALS.value: found[Part.TOTALS.value][0]}


#: Rows of the table of totals: the figure, its unit, and its decimals.
_TOTALS = (
    ("missing_h_per_week", "hours missing a week", 1),
    ("missing_h_per_100", "hours missing a week per 100 people in need", 3),
    ("access_h_per_100", "hours within reach a week per 100 people in need", 3),
    ("rep_schools_near", "REP and REP+ schools within the near walk", 0),
    ("rep_plus_schools_near", "of these, REP+ schools", 0),
    ("gini", "Gini index of access", 3),
)


def _show(found: Comparison, zones: pd.DataFrame) -> None:
    row = found.totals.iloc[0]
    whole = [[words, *_beside(row, name, places)] for name, words, places in _TOTALS]
    near = _change(row, "newly_near_persons", 0)
    whole.append(["people in need newly within the near walk", "", "", *near])
    whole.append(["posts", "", "", _number(row["posts_change"], 1), ""])
    whole += _cost(row)
    headings = ["before", "after", "change", "90 % interval"]
    title = f"The territory, norm {row['norm']} held at {row['norm_h_per_100']:.3f} h"
    show(table(["figure", *headings], whole, title=title, right=range(1, 5)))
    near_headings = ["newly near", "90 % interval"]
    lines = [
        [*_beside(one, "missing_h_per_week", 1), *_change(one, "newly_near_persons", 0)]
        for one in zones.to_dict("records")
    ]
    title = "Hours missing a week, and people newly near a place"
    _show_zones(zones, [*headings, *near_headings], lines, title)
    lines = [
        [_number(one["posts_change"], 1), *_beside(one, "rep_schools_near", 0)]
        for one in zones.to_dict("records")
    ]
    _show_zones(zones, ["posts", *headings], lines, "Posts, and REP and REP+ schools near a place")
    lines = [_beside(one, "gini", 3) for one in zones.to_dict("records")]
    _show_zones(zones, headings, lines, "Gini index of access")


def _show_solidarity(zones: pd.DataFrame) -> None:
    """Show what changes for equipment and connection; nothing where nothing does."""
    change = ["declared_places_change", "equipment_near_persons_change"]
    moved = zones[(zones[change].fillna(0.0) != 0).any(axis=1)]
    if moved.empty:
        return
    lines = [
        [
            _number(one["equipment_persons"], 0),
            *(_number(one[f"declared_places_{when}"], 0) for when in ("before", "after")),
            *(_number(one[f"equipment_near_persons_{when}"], 0) for when in ("before", "after")),
        ]
        for one in moved.to_dict("records")
    ]
    headings = ["without internet", "places before", "after", "people near one before", "after"]
    title = "Places that declare equipment or a connection, where that changes"
    _show_zones(moved, headings, lines, title)


def _show_zones(
    zones: pd.DataFrame, headings: list[str], lines: list[list[str]], title: str
) -> None:
    named = zip(zones["code"], zones["name"], lines, strict=True)
    rows = [[code, name, *line] for code, name, line in named]
    right = range(2, 2 + len(headings))
    show(table(["code", "name", *headings], rows, title=title, right=right))


def _cost(row: Any) -> list[list[str]]:
    """Return the rows of the cost: not 0 where all that changes has a cost nobody knows."""
    uncosted = abs(row["uncosted_h_per_week"]) >= 0.05
    ends = f"{_number(row['cost_eur_low'], 0)} to {_number(row['cost_eur_high'], 0)}"
    known = [_number(row["cost_eur_change"], 0), ends]
    if uncosted and abs(row["cost_eur_change"]) < 1:
        known = [_number(float("nan"), 0), ""]
    rows = [["cost, EUR a year", "", "", *known]]
    if uncosted:
        hours = _number(row["uncosted_h_per_week"], 1)
        rows.append(["hours a week whose cost is not known", "", "", hours, ""])
    return rows


def _beside(row: Any, name: str, places: int) -> list[str]:
    """Return a figure before and after, its change and the interval of that."""
    both = [_number(row[f"{name}_{when}"], places) for when in ("before", "after")]
    return [*both, *_change(row, f"{name}_change", places)]


def _change(row: Any, name: str, places: int) -> list[str]:
    """Return a change and its interval."""
    low, high = (_number(row[f"{name}_{end}"], places) for end in ("low", "high"))
    known = row[f"{name}_low"] == row[f"{name}_low"]
    return [_number(row[name], places), f"{low} to {high}" if known else ""]


def _number(value: float, places: int) -> str:
    from observatory.words.numbers import number

    return number(round(float(value), places) + 0.0, "en", places, "n.c.")


@group.command("new", epilog="Example: observatory scenario new > scenario.toml")
def new(
    norm: NormOption = DEFAULT_NORM, changes: SetOption = None, build: BuildOption = None
) -> None:
    """Print the file of a scenario without any change yet, on the base asked for."""
    from observatory.model.assumptions_file import load_assumptions
    from observatory.model.norms import refuse_share
    from observatory.model.scenario import Scenario
    from observatory.model.scenario_file import write

    model = Asked.of(build, norm, changes).model(what="a scenario")
    refuse_share(model.norm_name, "scenario")
    project = load_assumptions(settings.load().assumptions)
    typer.echo(write(Scenario(model), project) + EXAMPLE, nl=False)
