"""The ticked places as a sheet, the results as files, the map as a page."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import date

import geopandas as gpd
import pytest
from shapely import box
from worlds import HOSTILE_TEXTS as HOSTILE
from worlds import found_rows as rows
from worlds import source, tables

from observatory.app.find.find_state import NEED_KEYS, Start
from observatory.app.find.found_map import backdrop, found_map
from observatory.app.find.found_sheet import (
    SHOWN,
    commune_outlines,
    publishers,
    results_file,
    sheet,
)
from observatory.sheets import documents_for
from observatory.tables.facts import SITES
from observatory.words.catalogue import load_words

DAY = date(2026, 11, 23)
FRENCH = load_words("fr")
HOME = Start(2.3777777, 48.9555555, "12 rue Secrète", "ign", "Stains")
TOWN = Start(2.38, 48.955, "Stains", "commune", "Stains")


def communes() -> gpd.GeoDataFrame:
    return tables()["communes"]


def test_a_sheet_holds_the_places_in_order_four_at_most() -> None:
    made = sheet(rows(*({"name": f"P{n}"} for n in range(6))), "ar", DAY)
    assert [place.name for place in made.places] == ["P0", "P1", "P2", "P3"]
    assert (made.language, made.printed_on) == ("ar", DAY)
    assert made.places[0].confirmed_on == date(2022, 12, 5)
    assert made.places[0].stale
    assert not sheet(rows({"freshness": "fresh"}), "fr", DAY).places[0].stale
    assert made.places[0].walk_min == 6.2


def test_a_sheet_never_says_where_the_person_lives() -> None:
    private = sheet(rows({}), "fr", DAY, start=HOME)
    assert (private.origin, private.origin_label) == (None, None)
    public = sheet(rows({}), "fr", DAY, start=TOWN)
    assert (public.origin, public.origin_label) == ((48.955, 2.38), "centre de Stains")
    place = Start(2.38, 48.955, "Mairie, Stains", "place", "Mairie, Stains")
    assert sheet(rows({}), "fr", DAY, start=place).origin_label == "Mairie, Stains"


def test_what_is_missing_of_a_place_stays_missing_on_the_sheet() -> None:
    bare = {"lat": None, "lon": None, "walk_min": None, "hours": None, "confirmed_on": "unknown"}
    place = sheet(rows(bare | {"services": None, "phone": None}), "fr", DAY).places[0]
    assert (place.lat, place.walk_min, place.confirmed_on) == (None, None, None)
    assert (place.hours, place.services, place.phone) == ("", (), "")


def test_a_seat_stays_one_on_the_sheet() -> None:
    made = sheet(rows({"seat": True}, {"seat": False}, {"seat": None}), "fr", DAY)
    assert [place.seat for place in made.places] == [True, False, False]


@pytest.mark.parametrize("key", sorted(set(NEED_KEYS) - {"loisirs", "culture"}))
def test_every_need_but_leisure_has_something_to_bring(key: str) -> None:
    assert sheet(rows({}), "fr", DAY, needs=(key,)).documents


def test_what_to_bring_follows_the_need_else_the_services() -> None:
    assert "caf_number" in sheet(rows({}), "fr", DAY, needs=("caf",)).documents
    assert sheet(rows({}), "fr", DAY).documents == documents_for(
        ["Aide aux démarches administratives"]
    )


def test_outlines_are_rings_of_latitude_and_longitude() -> None:
    found = commune_outlines(communes())
    lat, lon = found["Saint-Denis"].rings[0][0]
    assert 48 < lat < 50
    assert 1 < lon < 4


def test_publishers_are_named_once() -> None:
    known = [source(id="a", publisher="ANCT"), source(id="b", publisher="Hub")]
    found = rows({"sources": "a|b|a"}, {"sources": "a|zzz"}, {"sources": None})
    assert publishers(found, known) == ("ANCT", "Hub")


def test_results_go_to_a_spreadsheet_with_minutes_and_no_formula() -> None:
    found = rows({"name": "=HYPERLINK(1)", "open_now": True}, {"walk_min": None})
    read = list(csv.DictReader(io.StringIO(results_file(found, tables()["sites"], "csv").decode())))
    assert list(read[0]) == list(SHOWN)
    assert read[0]["name"].startswith("'=")
    assert (read[0]["walk_min"], read[0]["open_now"]) == ("6.2", "true")
    assert (read[1]["walk_min"], read[1]["open_now"]) == ("", "")
    assert read[0]["caveats"] == (
        "fiche de plus de 24 mois (5 décembre 2022)\u00a0: à vérifier avant de venir"
    )


@pytest.mark.parametrize("form", ["geojson", "vcard"])
def test_the_other_files_hold_the_places_and_nothing_of_the_search(form: str) -> None:
    sites = tables()["sites"]
    assert set(SITES.names) == set(sites.columns)
    found = rows({"id": sites["site"].iloc[0]})
    text = results_file(found, sites, form).decode()
    assert "p1" in text
    assert "walk" not in text
    if form == "geojson":
        assert len(json.loads(text)["features"]) == 1


def _map(*changes: dict[str, object], start: Start | None = TOWN) -> str:
    found = rows(*changes)
    numbers = {site: n for n, site in enumerate(found["id"], start=1)}
    return found_map(found, start, backdrop(communes()), FRENCH, numbers=numbers)


def test_the_map_asks_nobody_but_the_app_for_anything() -> None:
    page = _map({}, {})
    assert "connect-src" not in page
    assert re.search(r"default-src 'none'", page)
    assert not re.search(r"https?://(?!www\.w3\.org|www\.openstreetmap\.org/copyright)", page)


def test_places_without_a_point_are_not_drawn() -> None:
    page = _map({"name": "Visible"}, {"name": "Sans point", "lat": None, "lon": None})
    assert "Visible" in page
    assert "Sans point" not in page


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_name_cannot_leave_its_text_in_the_map(text: str) -> None:
    page = _map({"name": text, "phone": text, "address": text})
    plain = _map({"name": "x", "phone": "x", "address": "x"})
    for mark in ("<script", "</script", "<img", "<svg"):
        assert page.count(mark) == plain.count(mark)
    assert not re.search("[\u202a-\u202e]", page)


def test_a_name_is_never_run_as_a_template() -> None:
    for text in ("{{ 7191 * 7 }}", "{{ this }}", "{% raw %}", "{# x #}"):
        page = _map({"name": text, "phone": text, "website": "https://x.fr/{{ 7191 * 7 }}"})
        assert "50337" not in page
        assert "Places object" not in page
        assert text[2:-2].strip() in page


def test_the_backdrop_names_the_territory_first() -> None:
    found = backdrop(communes())
    assert found[0]["properties"]["inside"]
    assert box(2, 48, 3, 49).bounds[0] <= found[0]["geometry"]["coordinates"][0][0][0]
