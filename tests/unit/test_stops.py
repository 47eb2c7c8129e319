"""The stop nearest to a place, and stations found by their names."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from observatory.geo.geometry import to_degrees
from observatory.places.search.gazetteer import build_gazetteer
from observatory.places.search.named import entry_label, entry_of, named
from observatory.places.search.stops import Stop, nearest_stops, stations, with_lines
from observatory.words.catalogue import Lang
from observatory.words.remark_words import sentence

X, Y = 652_000.0, 6_870_000.0
ROWS = (
    ("Saint-Denis", "rail", 0, 0),
    ("Saint-Denis", "tram", 40, 0),
    ("Basilique de Saint-Denis", "metro", 900, 0),
    ("Basilique de Saint-Denis", "tram", 950, 0),
    ("Gare de Saint-Denis", "bus", 20, 60),
    ("Gare de Noisy-le-Sec", "rail", 3_000, 0),
    ("Téléphérique", "other", 0, 900),
)


#: Metres of a straight line that are walked in a minute.
PACE = 4_500 / 60 / 1.3


def table() -> pd.DataFrame:
    frame = pd.DataFrame(ROWS, columns=["name", "kind", "x_m", "y_m"])
    frame[["x_m", "y_m"]] += [X, Y]
    lon, lat = to_degrees(frame["x_m"].to_numpy(dtype=float), frame["y_m"].to_numpy(dtype=float))
    return frame.assign(commune_name="Saint-Denis", lon=lon, lat=lat)


def near(*points: tuple[float, float]) -> list[Stop | None]:
    lon, lat = to_degrees(*np.array([(X + x, Y + y) for x, y in points]).T)
    return nearest_stops(table(), lon, lat, PACE)


def test_the_nearest_stop_has_its_kind_and_its_distance() -> None:
    assert near((900, 120), (-30, 0), (20, 90), (0, 1_000)) == [
        Stop("Basilique de Saint-Denis", "metro", 120, 3),
        Stop("Saint-Denis", "rail", 30, 1),
        Stop("Gare de Saint-Denis", "bus", 30, 1),
        Stop("Téléphérique", "other", 100, 2),
    ]


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("fr", "Front Populaire (métro, 5\u00a0min à pied, 240\u00a0m à vol d'oiseau)"),
        ("en", "Front Populaire (metro, 5 min on foot, 240 m as the crow flies)"),
    ],
)
def test_a_stop_in_words(lang: Lang, text: str) -> None:
    assert sentence(Stop("Front Populaire", "metro", 240, 5).remark, lang) == text


def test_the_lines_of_a_stop_are_said_by_number_then_by_name() -> None:
    stops = pd.DataFrame({"stop": ["1", "2", "3"], "kind": ["rail", "bus", "metro"]})
    held = (("1", "rail", "RER D"), ("1", "rail", "H"), ("3", "metro", "13"), ("3", "metro", "2"),
            ("3", "tram", "1"), ("elsewhere", "metro", "1"))  # fmt: skip
    lines = pd.DataFrame(held, columns=["stop", "kind", "line"])
    assert with_lines(stops, lines)["lines"].tolist() == [("H", "RER D"), (), ("2", "13")]
    said = sentence(Stop("Front Populaire", "metro", 240, 5, ("7", "12")).remark, "en")
    assert said == "Front Populaire (metro 7, 12; 5 min on foot, 240 m as the crow flies)"


def test_a_place_without_a_point_has_no_stop_and_no_table_gives_none() -> None:
    here = np.array([np.nan, 2.35]), np.array([48.93, np.nan])
    assert nearest_stops(table(), *here, PACE) == [None, None]
    assert nearest_stops(None, np.array([2.35]), np.array([48.93]), PACE) == [None]
    assert nearest_stops(table()[:0], np.array([2.35]), np.array([48.93]), PACE) == [None]


def test_stations_are_named_by_their_kind_and_bus_stops_are_left_out() -> None:
    assert stations(table())["name"].tolist() == [
        "Gare Saint-Denis",
        "Tram Saint-Denis",
        "Métro Basilique de Saint-Denis",
        "Tram Basilique de Saint-Denis",
        "Gare de Noisy-le-Sec",
    ]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("gare de Saint-Denis", "Gare Saint-Denis"),
        ("gare de st denis", "Gare Saint-Denis"),
        ("metro basilique", "Métro Basilique de Saint-Denis"),
        ("tram basilique saint denis", "Tram Basilique de Saint-Denis"),
        ("gare de noisy le sec", "Gare de Noisy-le-Sec"),
    ],
)
def test_a_station_is_found_by_name_and_by_the_link_that_names_it(text: str, name: str) -> None:
    gazetteer = build_gazetteer(stations=stations(table()))
    found = named(text, gazetteer).iloc[0]
    assert (found["name"], found["kind"]) == (name, "station")
    again = entry_of(entry_label(found["name"], "station", found["commune_name"]), gazetteer)
    assert again is not None
    assert (again["lon"], again["lat"]) == (found["lon"], found["lat"])


def test_a_name_that_a_metro_and_a_tram_share_offers_both() -> None:
    found = named("Basilique de Saint-Denis", build_gazetteer(stations=stations(table())))
    assert set(found["name"][:2]) == {
        "Métro Basilique de Saint-Denis",
        "Tram Basilique de Saint-Denis",
    }
