"""What lies behind the maps: each layer in its file, under its licence, small and in its place."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import shapely

from observatory import settings
from observatory.errors import ChoiceError, FileFormatError
from observatory.geo.backdrop import (
    REGISTER,
    backdrop_layers,
    credits,
    landmark_layers,
    load_sources,
)
from observatory.tables.provenance import OPEN_LICENCE

FOLDER = settings.load({}).backdrop
#: West, south, east, north of Plaine Commune and 3 km around it, to a hundredth of a degree.
WINDOW = (2.23, 48.86, 2.51, 49.03)
ENTRY = """[{name}]
kind = "water"
title = "a"
publisher = "b"
credit = "c"
licence = "{licence}"
vintage = "2020"
url = "https://example.org"
path = "water.geojson"
sha256 = "0"
tolerance_m = 5
"""


def test_the_layers_are_small_and_lie_around_the_territory() -> None:
    files = sorted(FOLDER.glob("*.geojson"))
    assert sum(path.stat().st_size for path in files) < 200_000
    assert {path.stem for path in files} == {source.id for source in load_sources(FOLDER)}
    for layer in (*backdrop_layers(FOLDER), *landmark_layers(FOLDER)):
        west, south, east, north = shapely.total_bounds([one.shape for one in layer.pieces])
        assert WINDOW[0] < west < east < WINDOW[2], layer.source.id
        assert WINDOW[1] < south < north < WINDOW[3], layer.source.id


def test_each_file_says_its_licence_and_share_alike_has_it_in_its_name() -> None:
    for source in load_sources(FOLDER):
        said = json.loads((FOLDER / f"{source.id}.geojson").read_text(encoding="utf-8"))
        assert said["licence"] == source.licence
        assert said["publisher"] == source.publisher
        assert source.id.endswith("_odbl") == (source.licence == "ODbL 1.0")


def test_a_person_knows_where_they_are() -> None:
    named = {(p.kind, p.name) for layer in backdrop_layers(FOLDER) for p in layer.pieces}
    assert {
        ("water", "Seine"), ("water", "Canal Saint-Denis"), ("metro", "M13"), ("tram", "T1"),
        ("train", ""), ("ring", "Boulevard périphérique"), ("park", "Parc Georges-Valbon"),
        ("neighbour", "Gennevilliers"), ("neighbour", "Paris 18e"), ("neighbour", "Sarcelles"),
        ("road", "Avenue du Président Wilson"),
    } <= named  # fmt: skip
    # The communes of the territory are zones, not neighbours; Paris is there by arrondissement.
    assert not {("neighbour", "Saint-Denis"), ("neighbour", "Paris")} & named


def test_landmarks_are_names_to_start_from_and_no_map_draws_them() -> None:
    marks = {(p.kind, p.name) for layer in landmark_layers(FOLDER) for p in layer.pieces}
    assert {
        ("station", "Gare Saint-Denis"), ("station", "Métro Carrefour Pleyel"),
        ("station", "Tram Six Routes"), ("post", "La Poste Villetaneuse"),
        ("library", "Médiathèque Elsa Triolet"),
        ("hospital", "Hopital Delafontaine (CH de Saint-Denis)"),
        ("university", "Université Paris 8 - Vincennes - Saint-Denis"),
    } <= marks  # fmt: skip
    drawn = {p.kind for layer in backdrop_layers(FOLDER) for p in layer.pieces}
    assert not drawn & {kind for kind, _ in marks}


def test_the_credit_names_each_producer_once_under_its_licence() -> None:
    found = credits(backdrop_layers(FOLDER))
    assert found == {
        OPEN_LICENCE: ("IGN, Insee", "Île-de-France Mobilités"),
        "ODbL 1.0": ("Apur", "© OpenStreetMap", "Ville de Paris"),
    }


def test_without_a_compiled_backdrop_a_map_has_none(tmp_path: Path) -> None:
    assert backdrop_layers(tmp_path) == ()
    shutil.copy(FOLDER / REGISTER, tmp_path)
    backdrop_layers.cache_clear()
    assert backdrop_layers(tmp_path) == ()


def test_a_spoilt_layer_says_which_file_and_what_next(tmp_path: Path) -> None:
    shutil.copy(FOLDER / REGISTER, tmp_path)
    (tmp_path / "rail.geojson").write_text('{"features": [{"type"', encoding="utf-8")
    with pytest.raises(FileFormatError, match=r"rail\.geojson(?s:.*)observatory backdrop"):
        backdrop_layers(tmp_path)


@pytest.mark.parametrize(
    ("name", "licence"), [("water", "ODbL 1.0"), ("water_odbl", OPEN_LICENCE), ("water", "secret")]
)
def test_a_layer_under_another_licence_than_its_name_says_is_refused(
    tmp_path: Path, name: str, licence: str
) -> None:
    (tmp_path / REGISTER).write_text(ENTRY.format(name=name, licence=licence), encoding="utf-8")
    with pytest.raises(ChoiceError):
        load_sources(tmp_path)
