"""The command that says where new posts would help most."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from observatory.cli.options import (
    DEFAULT_NORM,
    Asked,
    BuildOption,
    GapFormat,
    NormOption,
    SetOption,
    wrong,
)
from observatory.cli.output import say

if TYPE_CHECKING:
    from observatory.model.siting_request import OwnPoint, Request
    from observatory.words.catalogue import Lang

app = typer.Typer()


class AimName(StrEnum):
    """What the best placing is the best for."""

    HOURS = "hours"
    NEAR = "near"
    WORST = "worst"
    REP_PLUS = "rep_plus"


def _many(name: str, metavar: str, text: str) -> Any:
    return typer.Option(name, metavar=metavar, help=f"{text} Can be repeated.")


@app.command(epilog="Example: observatory siting --posts 3; observatory siting --posts 12 --curve")
def siting(
    posts: Annotated[float | None, typer.Option(help="How many posts, in halves.")] = None,
    budget: Annotated[
        float | None,
        typer.Option(help="Euros a year instead, at the cost of a post (gap.post_cost_eur)."),
    ] = None,
    aim: Annotated[
        AimName,
        typer.Option(
            help="Hours missing; people newly near a place; the worst commune first; or REP+ "
            "schools newly near a place."
        ),
    ] = AimName.HOURS,
    candidates: Annotated[
        str,
        typer.Option(
            metavar="KINDS",
            help="What may get posts, by commas: site (known places), school, stop (stations, of "
            "a build that has them), qpv, cell (inhabited points).",
        ),
    ] = "site,school",
    own: Annotated[
        list[str] | None, _many("--own", "LAT,LON", "A point of your own that may get posts.")
    ] = None,
    fixed: Annotated[
        list[str] | None, _many("--fixed", "PLACE=POSTS", "A place that gets at least so many.")
    ] = None,
    forbidden: Annotated[
        list[str] | None, _many("--forbidden", "PLACE", "A place that gets none.")
    ] = None,
    qpv_share: Annotated[
        float, typer.Option(min=0, max=1, help="The share of the posts kept for the QPV.")
    ] = 0.0,
    at_most: Annotated[
        float | None, typer.Option(help="The most posts at one place, in halves.")
    ] = None,
    seconds: Annotated[float, typer.Option(help="The longest that the proof may take.")] = 3.5,
    curve: Annotated[
        bool, typer.Option("--curve", help="What each number of posts leaves, up to these.")
    ] = False,
    draws: Annotated[
        int | None,
        typer.Option(min=1, max=1000, help="How often each place is chosen over so many draws."),
    ] = None,
    replay_2021: Annotated[
        bool,
        typer.Option(
            "--replay-2021",
            help="Place the posts promised to the département in January 2021, in five ways.",
        ),
    ] = False,
    replay_map: Annotated[
        Path | None,
        typer.Option("--map", metavar="FILE.svg", help="Draw that replay as a map too."),
    ] = None,
    english: Annotated[bool, typer.Option("--english", help="The map in English.")] = False,
    form: Annotated[
        GapFormat, typer.Option("--format", help="For people, spreadsheets or programs.")
    ] = GapFormat.TABLE,
    norm: NormOption = DEFAULT_NORM,
    changes: SetOption = None,
    build: BuildOption = None,
) -> None:
    """Say where new posts would help most, for whom, and how far from the best it can be."""
    from observatory.cli.study_commands import show_study
    from observatory.model.assumptions import GAP
    from observatory.model.siting import Request
    from observatory.tables.siting_results import CHOSEN, CURVE, SITING
    from observatory.tables.storage import read_optional
    from observatory.tables.transit_tables import STOPS

    if replay_map is not None and (not replay_2021 or replay_map.suffix != ".svg"):
        raise wrong("--map", "--replay-2021 and a file that ends in .svg", str(replay_map))
    if replay_2021:
        from observatory.model.siting_replay import replay_2021 as replay
        from observatory.tables.siting_results import REPLAY

        whole = Asked.of(build, norm, changes).model(GAP | {"cost", "nearness"}, "siting")
        replayed = replay(whole, seconds)
        show_study(replayed.table, REPLAY, whole, form, norm=norm)
        if replay_map is not None:
            _draw(replayed, replay_map, "en" if english else "fr", whole.facts.departement)
        return
    if curve and draws is not None:
        raise wrong("--curve", "--curve or --draws, not both", f"--draws {draws}")
    request = Request(
        posts=posts,
        budget_eur=budget,
        aim=aim.value,
        kinds=tuple(kind.strip() for kind in candidates.split(",") if kind.strip()),
        own=tuple(_point(text) for text in own or ()),
        fixed=dict(_fixed(text) for text in fixed or ()),
        forbidden=tuple(forbidden or ()),
        qpv_share=qpv_share,
        at_most=at_most,
        seconds=seconds,
    )
    asked = Asked.of(build, norm, changes)
    model = asked.model(GAP | {"cost", "nearness"}, "siting")
    stops = read_optional(STOPS, asked.folder)
    given = {"posts": posts, "budget_eur": budget, "aim": aim.value, "norm": norm}
    if curve:
        from observatory.model.siting_curve import curve as curve_of

        show_study(curve_of(model, request, stops=stops), CURVE, model, form, **given)
    elif draws is not None:
        from observatory.model.siting_draws import chosen_over_draws

        found = chosen_over_draws(model, request, draws, stops=stops)
        show_study(found, CHOSEN, model, form, **given)
    else:
        _sited(model, request, stops, form, given, SITING)


def _draw(found: Any, to: Path, lang: Lang, departement: str) -> None:
    """Write the map of a replay and say where."""
    from observatory.sheets.replay_map import replay_map
    from observatory.tables.atomic import write_whole
    from observatory.words.place_names import place_of

    write_whole(to, replay_map(found, lang, place_of(departement)).encode())
    say(str(to))


def _sited(
    model: Any, request: Request, stops: Any, form: GapFormat, given: dict[str, Any], table: Any
) -> None:
    from observatory.cli.study_commands import show_study
    from observatory.model.siting import siting as sited

    found = sited(model, request, stops=stops)
    told = {
        "gain": found.gain,
        "bound": found.bound,
        "gap_pct": found.gap_pct,
        "proved": found.proved,
        "gain_h_per_week": found.gain_h_per_week,
        "missing_h_per_week": found.missing_h_per_week,
        "candidates": found.candidates,
    }
    short = table
    if form is GapFormat.TABLE:
        short = replace(table, columns=tuple(table.column(name) for name in _SHOWN))
    show_study(found.table, short, model, form, **given, **told)
    unit = {
        "hours": "hours a week",
        "near": "people",
        "worst": "hours a week per 100 people of the worst commune",
        "rep_plus": "REP+ schools",
    }[request.aim]
    proof = (
        "no placing among them gains more"
        if found.proved
        else f"none can gain more than {found.bound:.2f}: {found.gap_pct:.2f} % may be missing"
    )
    say(
        f"gain {found.gain:.2f} {unit}, among {found.candidates} candidates; {proof}. "
        f"Hours missing: {found.missing_h_per_week:.1f} left, {found.gain_h_per_week:.1f} less."
    )


#: The columns of the table for people.
_SHOWN = (
    "rank",
    "place",
    "kind",
    "name",
    "commune_name",
    "posts",
    "gain_h_per_week",
    "reach_persons",
    "newly_near_persons",
    "newly_near_rep_plus",
    "helped_iris_names",
)


def _point(text: str) -> OwnPoint:
    from observatory.model.siting_request import OwnPoint

    try:
        lat, lon = (float(part) for part in text.split(","))
    except ValueError:
        raise wrong("--own", "LAT,LON in degrees, such as 48.95,2.38", text) from None
    return OwnPoint(lat, lon)


def _fixed(text: str) -> tuple[str, float]:
    place, _, posts = text.rpartition("=")
    try:
        return place, float(posts)
    except ValueError:
        raise wrong("--fixed", "PLACE=POSTS, such as 0931591Z=1", text) from None
