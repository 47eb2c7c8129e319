"""Places that move: their weekly round read, one place a bus, the stop of the day everywhere."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
from shapely import Point

import observatory
from observatory import settings
from observatory.app.find.cards import card
from observatory.app.find.found_map import found_map
from observatory.app.find.found_sheet import sheet
from observatory.geo.geometry import METRIC, WORLD
from observatory.model.assumptions_file import load_assumptions
from observatory.model.moving_places import Mover, each_once, load_movers
from observatory.model.observed import Facts, load_facts
from observatory.places.rounds import CODES, WEEKDAYS, weekly_round, with_rounds
from observatory.places.search import Directory, Request
from observatory.places.search.named import find_near
from observatory.sheets import languages, render_html
from observatory.sheets.map_content import layer_counts
from observatory.sheets.orientation_content import content
from observatory.sheets.qr import route_url
from observatory.sheets.territory_zones import Territory
from observatory.words.catalogue import load_words

MONDAY = date(2026, 11, 23)
BUS = "Bus France services La Courneuve"


@pytest.mark.parametrize(
    ("text", "stops"),
    [
        (
            "Lundi : place Lacombe / Mardi 9h-17h, Centre Houdremont",
            [((0,), "", "place Lacombe"), ((1,), "9h-17h", "Centre Houdremont")],
        ),
        (
            "le bus : mardi et jeudi matin : mairie ; vendredi de 14h à 17h30 : gare",
            [((1, 3), "matin", "mairie"), ((4,), "de 14h à 17h30", "gare")],
        ),
        ("Permanence 2 allée X - Mardi et vendredi de 9h à 12h / Permanence Y le mardi", []),
        ("Mardi : mairie", []),
        ("Fermé le lundi", []),
        ("", []),
        (None, []),
        (float("nan"), []),
    ],
)
def test_a_round_is_read_where_each_stop_has_its_day_and_its_place(
    text: object, stops: list[tuple[tuple[int, ...], str, str]]
) -> None:
    assert [(one.days, one.when, one.where) for one in weekly_round(text)] == stops


def test_records_that_are_one_bus_become_one_place_that_offers_what_each_does() -> None:
    sites = pd.DataFrame(
        {
            "site": ["a", "b", "c"],
            "comment": ["lundi : mairie / mardi : gare", None, None],
            "services": ["x", "y|x", "z"],
            "programmes": ["p", None, "q"],
            "sources": ["s", "t|t", "u"],
            "source_ids": ["1", "2|3", "4"],
        }
    )
    point = {"day": "Tu", "lon": 2.0, "lat": 48.0, "about": True}
    found = with_rounds(sites, (Mover("s:1", "one bus", ("t:3", "t:gone"), (point,)),))
    assert found["site"].tolist() == ["a", "c"]
    assert found["services"].tolist() == ["x|y", "z"]
    assert found["source_ids"].tolist() == ["1|2|3", "4"]
    monday, tuesday = found["round"][0]
    assert (monday.lon, tuesday.lon, tuesday.about) == (None, 2.0, True)


def buses(**changes: object) -> pd.DataFrame:
    """Return three records of one bus, its own first, and a library, with other values of some."""
    columns = {
        "site": list("abcd"),
        "name": ["Bus Info de Y-sur-X", "BUS INFOS (Gare, vendredi)", "Bus infos", "Médiathèque"],
        "commune": ["93001"] * 4,
        "commune_name": ["Y-sur-X"] * 4,
        "itinerant": [True, None, None, None],
        "siret": ["11111111100011", None, None, "22222222200022"],
        "seat": [False] * 4,
        "hours": [None, "Mo-Fr 09:00-12:00", "Tu 09:00-12:30,14:00-17:00", None],
        "address": ["mairie", "place A", "2 rue B", "3 rue C"],
        "located": ["point"] * 4,
        "lon": [2.0, 2.1, 2.2, 2.3],
        "lat": [48.0, 48.1, 48.2, 48.3],
        "services": ["x", "y", None, "z"],
        "sources": ["s"] * 4,
        "source_ids": list("1234"),
    }
    return pd.DataFrame({**columns, **changes})


def test_records_of_one_name_and_commune_are_the_bus_that_one_of_them_says_it_is() -> None:
    found = with_rounds(buses(), ())
    assert found["site"].tolist() == ["a", "d"]
    assert found["services"].tolist() == ["x|y", "z"]
    assert [(stop.days, stop.when, stop.where) for stop in found["round"][0]] == [
        ((1,), "9h-12h30, 14h-17h", "2 rue B"),
        ((4,), "", "place A"),
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"itinerant": [True, True, None, None]},
        {"itinerant": [None] * 4},
        {"commune": ["93001", "93002", "93002", "93001"]},
        {"siret": ["11111111100011", "33333333300033", None, None]},
        {"name": ["Bus Info", "Bus emploi", "Infos", "Médiathèque"]},
        {"seat": [False, True, True, False]},
    ],
)
def test_what_may_be_two_buses_stays_two(changes: dict[str, list[object]]) -> None:
    assert each_once(buses(**changes), ())["site"].tolist() == list("abcd")


def test_a_bus_is_counted_once_wherever_places_are(facts: Facts) -> None:
    known = observatory.load()
    places = facts.places[facts.places["in_territory"] & ~facts.places["seat"]]
    count = (places["commune"] == "93027").sum()
    assert (count, len(places)) == (3, layer_counts(facts)["sites"][1])
    assert set(places["site"]) < set(facts.sites["site"])
    table = known.study("publics", level="commune")
    assert table.loc[table["code"] == "93027", "places"].unique().tolist() == [count]
    assert known.study("solidarity_offer", level="ept")["places"].tolist() == [len(places)]
    territory = Territory(known.model, (), known.assumptions)
    assert (~territory.sites_of(territory.zone("93027"))["seat"]).sum() == count


@pytest.fixture(scope="module")
def facts() -> Facts:
    return load_facts(settings.load({}).edition)


@pytest.fixture(scope="module")
def directory(facts: Facts) -> Directory:
    return Directory(facts.sites)


def test_each_bus_is_one_place_of_the_edition_and_its_stops_lie_in_its_commune(
    facts: Facts, directory: Directory
) -> None:
    records = set()
    for sources, ids in zip(facts.sites["sources"], facts.sites["source_ids"], strict=True):
        records |= {f"{s}:{i}" for s, i in zip(sources.split("|"), ids.split("|"), strict=True)}
    communes = facts.communes.set_index("commune").geometry
    for mover in load_movers():
        assert {mover.place, *mover.same} <= records
        own = directory.sites["source_ids"].str.split("|", regex=False)
        (row,) = [n for n, one in enumerate(own) if mover.place.split(":")[1] in one]
        stops = directory.sites["round"][row]
        days = {CODES[day] for stop in stops for day in stop.days}
        assert {str(one["day"]) for one in mover.stops} <= days
        points = [Point(stop.lon, stop.lat) for stop in stops if stop.lon is not None]
        placed = gpd.GeoSeries(points, crs=WORLD).to_crs(METRIC)
        assert placed.within(communes[directory.sites["commune"][row]]).all()
    assert (directory.sites["commune"] == "93027").sum() == 3  # the bus and two other places


def found(facts: Facts, directory: Directory, day: date) -> pd.DataFrame:
    """Return the bus as it is found on a day, from the town hall."""
    request = Request(open_when=day.isoformat(), limit=80)
    at = datetime(2026, 11, 22, 10)
    known = load_assumptions(settings.load({}).assumptions)
    rows = find_near(directory, 2.3905, 48.9281, request, at, known)
    return rows[rows["name"] == BUS]


@pytest.mark.parametrize("weekday", range(5))
def test_the_sheet_of_each_weekday_leads_to_the_stop_of_that_day(
    facts: Facts, directory: Directory, weekday: int
) -> None:
    rows = found(facts, directory, MONDAY + timedelta(days=weekday))
    (row,) = rows.to_dict("records")
    here = row["round_stop"]
    assert here.days == (weekday,)
    assert (row["lat"], row["lon"]) == (here.lat, here.lon)
    for language in languages():
        (printed,) = content(sheet(rows, language, MONDAY)).cards
        assert printed.route == route_url((here.lat, here.lon))
        assert printed.way is not None
        assert WEEKDAYS[weekday] in (printed.way.french or printed.way.main)
    page = render_html(sheet(rows, "fr", MONDAY))
    assert "Ce lieu se déplace" in page
    for stop in row["round"]:
        assert stop.where.replace("'", "&#39;") in page
    assert "avenue de la République" not in page


def test_the_card_and_the_map_show_every_stop_and_which_one_the_walk_is_to(
    facts: Facts, directory: Directory
) -> None:
    rows = found(facts, directory, MONDAY + timedelta(days=2))
    row: Any = rows.to_dict("records")[0]
    shown = card(row, datetime(2026, 11, 22, 10), load_words("fr"))
    assert shown.count("<dt>mercredi</dt>") == 1
    assert "le temps de marche est celui de l&#x27;arrêt du mercredi" in shown
    assert "vérifier le jour et l&#x27;endroit" in shown
    drawn = found_map(rows, None, [], load_words("fr"), numbers={row["id"]: 1})
    data = re.search(r'"places": (\[.*?\]), "start"', drawn)
    assert data is not None
    assert data[1].count('"number": null') == 4
    assert data[1].count('"number": 1') == 1


def test_what_is_not_a_round_is_shown_as_it_is_written(facts: Facts, directory: Directory) -> None:
    known = load_assumptions(settings.load({}).assumptions)
    at = datetime(2026, 11, 22, 10)
    rows = find_near(directory, 2.41, 48.977, Request(limit=20), at, known)
    rows = rows[rows["name"].str.startswith("Bus France services Association Creative")]
    (row,) = rows.to_dict("records")
    assert row["round"] == ()
    assert "programmation de la tournée" in card(row, at, load_words("fr"))
    page = render_html(sheet(rows, "ar", MONDAY))
    assert "programmation de la tournée" in page
    assert "Ce lieu se déplace" in page
