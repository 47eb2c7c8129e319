"""The stop areas of the 93 as they are published: how many, where, and which is nearest."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from observatory.geo.codes import commune_index
from observatory.places.search.gazetteer import build_gazetteer
from observatory.places.search.named import named
from observatory.places.search.stops import nearest_stops, stations
from observatory.read.source_reading import read_source
from observatory.tables.provenance import Provenance, Reading

pytestmark = pytest.mark.real_files
PLAINE_COMMUNE = {
    "93001", "93027", "93031", "93039", "93059", "93066", "93070", "93072", "93079"
}  # fmt: skip


@pytest.fixture(scope="module")
def index(source_folder: Path) -> dict[str, str]:
    known = read_source("ept_communes", source_folder)[0].frame
    inside = known[known["commune"].str.startswith("93")]
    return commune_index(zip(inside["commune"], inside["commune_name"], strict=True))


@pytest.fixture(scope="module")
def read(source_folder: Path, index: dict[str, str]) -> tuple[Reading, Provenance]:
    return read_source("transit_stops_2024", source_folder, index)


@pytest.fixture(scope="module")
def stops(read: tuple[Reading, Provenance]) -> pd.DataFrame:
    return read[0].frame


def test_every_stop_of_the_file_is_kept(read: tuple[Reading, Provenance]) -> None:
    reading, record = read
    assert (reading.rows_in, len(reading.frame), reading.rows_aside) == (1598, 1598, 0)
    assert (record.note, record.licence) == ("", "unconfirmed")


def test_stops_by_kind_in_the_departement_and_in_plaine_commune(stops: pd.DataFrame) -> None:
    assert stops["kind"].value_counts().to_dict() == {
        "bus": 1460,
        "tram": 78,
        "rail": 31,
        "metro": 29,
    }
    inside = stops[stops["commune"].isin(PLAINE_COMMUNE)]
    assert len(inside) == 365
    assert inside["kind"].value_counts().to_dict() == {
        "bus": 300,
        "tram": 43,
        "metro": 14,
        "rail": 8,
    }


def test_points_lie_in_the_departement(stops: pd.DataFrame) -> None:
    assert stops["lon"].between(2.28, 2.61).all()
    assert stops["lat"].between(48.80, 49.02).all()


def test_the_stop_nearest_to_a_france_services_is_the_nearest_by_hand(
    source_folder: Path, index: dict[str, str], stops: pd.DataFrame
) -> None:
    places = read_source("france_services_2024", source_folder, index)[0].frame
    here = places[(places["code_insee"] == "93072") & places["latitude"].notna()]
    lon, lat = (here[c].to_numpy(dtype=float) for c in ("longitude", "latitude"))
    assert len(here)
    for found, x, y in zip(nearest_stops(stops, lon, lat, 60.0), lon, lat, strict=True):
        east = (stops["lon"] - x) * 111_320 * np.cos(np.radians(y))
        away = np.hypot(east, (stops["lat"] - y) * 111_320)
        assert found is not None
        assert found.name == stops.loc[away.idxmin(), "name"]
        assert found.metres == pytest.approx(away.min(), rel=0.01)
        assert found.metres < 400
        assert found.minutes == max(1, np.ceil(away.min() / 60))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("gare de Saint-Denis", "Gare Saint-Denis"),
        ("gare de Pierrefitte Stains", "Gare Pierrefitte - Stains"),
        ("front populaire", "Métro Front Populaire"),
        ("metro basilique de saint denis", "Métro Basilique de Saint-Denis"),
        ("la plaine stade de france", "Gare La Plaine Stade de France"),
        ("tram hopital delafontaine", "Tram Hôpital Delafontaine"),
    ],
)
def test_stations_are_found_by_their_names(text: str, name: str, stops: pd.DataFrame) -> None:
    gazetteer = build_gazetteer(stations=stations(stops))
    found = named(text, gazetteer).iloc[0]
    assert (found["name"], found["kind"]) == (name, "station")
    assert len(gazetteer) == 78 + 31 + 29
