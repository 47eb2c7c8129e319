"""The command ``find``: the nearest suitable places, for people and for programs."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from observatory import settings
from observatory.cli.options import BuildOption, TextFormat, current, wrong
from observatory.cli.output import one_line, say, show, show_json, table
from observatory.errors import ChoiceError

if TYPE_CHECKING:
    import pandas as pd

    from observatory.places.calendars import SchoolCalendars

MOST = 500
#: The years that a moment may be of: holidays and hours are known around today.
YEARS = range(2000, 2101)


class Open(StrEnum):
    """When the place must be open."""

    NOW = "now"
    EVENING = "evening"
    TOMORROW = "tomorrow"
    SATURDAY = "saturday"


class Appointment(StrEnum):
    """Whether the person comes with an appointment."""

    WITHOUT = "without"
    WITH = "with"


class Service(StrEnum):
    """Who is asked for an address."""

    IGN = "ign"


app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command(
    name="find",
    epilog="Examples: observatory find --near Stains --need CAF; "
    "observatory find --near 'Clos Saint-Lazare' --need 'carte SIM' --open saturday "
    "--format json. Exit code 2, with names that exist, if the place is not found.",
)
def find(
    near: Annotated[
        str,
        typer.Option(
            metavar="TEXT",
            help="Where from: a commune, a post code, a neighbourhood, a school, a station.",
        ),
    ] = "",
    need: Annotated[
        str,
        typer.Option(metavar="WORD", help="What for, in a person's words: CAF, mail, CV, SIM."),
    ] = "",
    opened: Annotated[
        Open | None, typer.Option("--open", help="When it must be open. [default: any time]")
    ] = None,
    language: Annotated[
        list[str] | None,
        typer.Option(metavar="CODE", help="A language spoken there: ar, arabe; can be repeated."),
    ] = None,
    appointment: Annotated[
        Appointment | None,
        typer.Option(help="Without an appointment, or with one. [default: either]"),
    ] = None,
    limit: Annotated[
        int, typer.Option(min=1, max=MOST, help="How many places with a point, and without.")
    ] = 10,
    lat: Annotated[float | None, typer.Option(help="Latitude, in place of --near.")] = None,
    lon: Annotated[float | None, typer.Option(help="Longitude, in place of --near.")] = None,
    at: Annotated[
        str, typer.Option(metavar="ISO-DATETIME", help="The moment. [default: now]")
    ] = "",
    slow: Annotated[
        bool, typer.Option("--slow", help="Walking minutes at 3 km/h. [default: the assumption's]")
    ] = False,
    geocode: Annotated[
        Service | None,
        typer.Option(
            help="Ask this service for the address: sends the text of --near to data.geopf.fr. "
            "[default: nobody; no network is used]"
        ),
    ] = None,
    form: Annotated[TextFormat, typer.Option("--format", help="For people or programs.")] = (
        TextFormat.TABLE
    ),
    build: BuildOption = None,
) -> None:
    """Find the nearest places that suit a person, by walking minutes.

    Places known by their address only come last. What is not known of a place stands beside it.
    """
    from observatory.model.assumptions_file import load_assumptions
    from observatory.model.observed import load_facts
    from observatory.places.feedback import read_notes, with_notes
    from observatory.places.opening_hours import local
    from observatory.places.search import named

    moment = _moment(at)
    request = named.Request(
        need=need,
        languages=_languages(language or ()),
        appointments=(appointment.value,) if appointment else (),
        open_when=opened.value if opened else "",
        limit=limit,
    )
    folder = current(build)
    facts, stops = load_facts(folder), named.load_stops(folder)
    known = stops, named.load_streets(folder)
    x, y = _start(near, lat, lon, geocode, facts, known)
    assumptions = load_assumptions(settings.load().assumptions)
    if slow:
        assumptions = assumptions.changed({"walk.speed_kmh": named.SLOW_KMH})
    sites = with_notes(facts.sites, read_notes(settings.load().feedback))
    places = named.directory_of(facts, sites)
    moment = local(moment, facts.departement)
    found = named.find_near(places, x, y, request, moment, assumptions, stops=stops)
    if form is TextFormat.JSON:
        show_json(_records(found))
    else:
        _show_found(found, request.open_when, moment, places.calendars)


def _moment(text: str) -> datetime:
    from observatory.places.search.named import now

    if not text:
        return now()
    expected = f"a moment such as 2026-03-09T18:30, of the years {YEARS[0]} to {YEARS[-1]}"
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise wrong("--at", expected, text) from None
    if moment.year not in YEARS:
        raise wrong("--at", expected, text)
    return moment


def _start(
    near: str,
    lat: float | None,
    lon: float | None,
    geocode: Service | None,
    facts: Any,
    known: tuple[pd.DataFrame | None, pd.DataFrame | None],
) -> tuple[float, float]:
    """Return the longitude and latitude to start from; print on standard error what it is."""
    from observatory.places.search.named import refuse_far

    if (lat is None) != (lon is None) or (lat is None) == (not near.strip()):
        raise wrong(
            "--near",
            "a place in --near, or a point in --lat and --lon, not both",
            f"--near {near!r} --lat {lat} --lon {lon}",
        )
    if lat is not None and lon is not None:
        if not (math.isfinite(lat) and math.isfinite(lon) and abs(lat) <= 85 and abs(lon) <= 180):
            raise wrong("--lat", "degrees of latitude and longitude", f"{lat}, {lon}")
        refuse_far(lon, lat, facts.communes)
        return lon, lat
    return _asked(near, facts.middle) if geocode else _named(near, facts, known)


def _named(
    near: str, facts: Any, known: tuple[pd.DataFrame | None, pd.DataFrame | None]
) -> tuple[float, float]:
    """Return where a name lies; ``known`` are the stops and the streets of the build."""
    from observatory.places.search.named import entry_label, gazetteer_of, named, suggestions
    from observatory.words.catalogue import load_words
    from observatory.words.remark_words import sentence

    gazetteer = gazetteer_of(facts, *known)
    entries = named(near, gazetteer).to_dict("records")
    labels = [entry_label(e["name"], e["kind"], e["commune_name"]) for e in entries]
    if not entries or not entries[0]["sure"]:
        likest = labels or suggestions(near, gazetteer)
        raise ChoiceError(
            "option --near",
            expected="the name of one commune, neighbourhood, school, station, place or street",
            found=repr(near[:200]),
            next_step="did you mean: " + "; ".join(map(one_line, dict.fromkeys(likest))) + "?",
        )
    note, kind = entries[0]["note"], entries[0]["kind"]
    about = sentence(note, "fr") if note else load_words("fr")(f"find.kind.{kind}")
    say(f"near: {labels[0]} ({about})")
    if others := list(dict.fromkeys(labels[1:])):
        say("or perhaps: " + "; ".join(others))
    return float(entries[0]["lon"]), float(entries[0]["lat"])


def _asked(near: str, middle: tuple[float, float]) -> tuple[float, float]:
    from observatory.places.geocoder import Geocoder

    addresses = Geocoder().search(near, middle)
    if not addresses:
        raise ChoiceError(
            "option --near",
            expected="an address that the service knows",
            found=repr(near[:200]),
            next_step="mend the address, or name a commune, a school or a place without --geocode",
        )
    say(f"near: {addresses[0].label} (IGN)")
    return addresses[0].lon, addresses[0].lat


def _languages(names: Iterable[str]) -> tuple[str, ...]:
    """Return the codes of languages from codes (``ar``) or French names (``arabe``)."""
    from observatory.places.cleaning import fold
    from observatory.tables.language_names import language_name
    from observatory.tables.person_needs import SPOKEN

    known = {fold(language_name(code)): code for code in SPOKEN} | {code: code for code in SPOKEN}
    for name in names:
        if fold(name) not in known:
            among = ", ".join(f"{code} ({language_name(code)})" for code in SPOKEN)
            raise wrong("--language", f"one of {among}", name[:40])
    return tuple(known[fold(name)] for name in names)


def _records(found: pd.DataFrame) -> list[dict[str, Any]]:
    """Return an answer as plain values: lists as lists, remarks in French and as codes."""
    from observatory.tables.directory_tables import LISTS, SEPARATOR
    from observatory.tables.plain_rows import records
    from observatory.tables.remarks import as_values
    from observatory.words.remark_words import sentence, sentences

    remarks = dict.fromkeys(("why", "caveats", "stop", "stop_lines", "round", "round_stop"))
    rows = records(found.assign(open_now=found["open_now"].astype(object), **remarks))
    for row, place in zip(rows, found.to_dict("records"), strict=True):
        for name in LISTS:
            if name in row:
                row[name] = row[name].split(SEPARATOR) if row[name] else []
        for name in ("why", "caveats"):
            row[name] = sentences(place[name], "fr")
            row[f"{name}_codes"] = as_values(place[name])
        row["stop"] = sentence(place["stop"], "fr") if place["stop"] else None
        row["stop_lines"] = list(place["stop_lines"])
        row["round"] = [asdict(stop) for stop in place["round"]]
        row["round_stop"] = asdict(place["round_stop"]) if place["round_stop"] else None
    return rows


def _show_found(found: pd.DataFrame, asked: str, at: datetime, calendars: SchoolCalendars) -> None:
    """Print the places; a later moment asked for has a column of its own."""
    from observatory.places.opening_hours import moment_of
    from observatory.words.catalogue import load_words
    from observatory.words.numbers import phone_text
    from observatory.words.remark_words import moment_words, sentence
    from observatory.words.remark_words import say as in_words

    words = load_words("fr", "reports")
    moment = moment_of(asked, at) if asked and asked != Open.NOW else None
    hints, booked = found["stop"].notna().any(), found["appointments"].notna().any()
    headings = [*words.group("find.heading").values()]
    headings += [words("find.opened", when=moment_words(asked, "fr"))] if moment else []
    headings += [words("find.appointments")] if booked else []
    headings += [words("find.stop")] if hints else []
    headings += words.group("find.after").values()
    state = {True: words("find.yes"), False: words("find.no")}
    rows = []
    for row in found.to_dict("records"):
        minutes = "?" if row["walk_min"] != row["walk_min"] else str(math.ceil(row["walk_min"]))
        opened = [
            row["open_now"],
            *([moment.is_open(row["hours"], at, calendars.of(row["commune"]))] if moment else []),
        ]
        texts = [_cell(row[name]) for name in ("name", "commune_name")]
        texts.append(phone_text(_cell(row["phone"])))
        last = [state.get(row["appointments"], "?")] if booked else []
        last += [sentence(row["stop"], "fr") if row["stop"] else ""] if hints else []
        last += [_cell(row["confirmed_on"]), in_words(row["caveats"], "fr")]
        states = (state.get(one, "?") for one in opened)
        rows.append([minutes, *texts, *states, *map(one_line, last)])
    show(table(headings, rows, right=(0,)))
    if found.empty:
        say("no place suits: ask for less, or at another time")


def _cell(value: object) -> str:
    return one_line(value) if isinstance(value, str) else ""
