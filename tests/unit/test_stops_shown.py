"""The stop nearest to a place wherever it is shown, and nothing of it where a build has none."""

from __future__ import annotations

import json
import re
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import worlds
from pypdf import PdfReader
from worlds import HOSTILE_TEXTS, stops
from worlds import found_rows as rows

from observatory.app.find.cards import card
from observatory.app.find.found_sheet import publishers, sheet
from observatory.cli import main
from observatory.files import licence_text
from observatory.geo.geometry import project_to_metres
from observatory.model.observed import load_facts
from observatory.places.search.named import gazetteer_of, load_stops
from observatory.places.search.stops import Stop
from observatory.sheets import Place, Sheet, languages, render_html, render_pdf
from observatory.tables.integrity import build_problems
from observatory.tables.manifest import read_manifest
from observatory.tables.person_needs import ADMIN
from observatory.tables.transit_tables import STOP_KINDS, STOPS_SOURCE
from observatory.words.catalogue import load_words
from observatory.words.markup import plain

Printed = pytest.CaptureFixture[str]
LON, LAT = 2.355, 48.935
DAY = date(2026, 11, 23)
AT = datetime(2026, 11, 23, 10)


def stop(name: str = "Front Populaire", kind: str = "metro") -> dict[str, Any]:
    """Return the columns of the stop of a place."""
    return {
        "stop": Stop(name, kind, 243, 5, ("12",)).remark,
        "stop_name": name,
        "stop_kind": kind,
        "stop_m": 243.0,
        "stop_min": 5.0,
        "stop_lines": ("12",),
    }


def write(folder: Path, stops: pd.DataFrame | None = None) -> Path:
    """Write a build of two places: one at a point, one known by its address only."""
    base = worlds.tables()["sites"].iloc[0].to_dict() | {"services": ADMIN, "sources": "a"}
    places: list[dict[str, Any]] = [
        {"site": "p1", "name": "Près", "lon": LON, "lat": LAT, "located": "point"},
        {"site": "nowhere", "name": "Sans point", "lon": None, "lat": None, "located": "commune"},
    ]
    sites = pd.DataFrame([base | place for place in places])
    typed = sites.astype(dict(worlds.tables()["sites"].dtypes.items()))
    return worlds.write_build(folder, {"sites": typed}, stops=stops)


@pytest.fixture(scope="module")
def without(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("without"))


@pytest.fixture(scope="module")
def with_stops(tmp_path_factory: pytest.TempPathFactory) -> Path:
    x, y = (float(v[0]) for v in project_to_metres(np.array([LON]), np.array([LAT])).T)
    table = stops([("Saint-Denis", "rail", x + 900, y), ("Front Populaire", "metro", x, y + 120)])
    return write(tmp_path_factory.mktemp("with_stops"), table)


def found(build: Path, capsys: Printed, *options: str) -> list[dict[str, Any]]:
    where = ["--lat", str(LAT), "--lon", str(LON), "--at", "2026-11-23T10:00"]
    assert main(["find", *where, "--build", str(build), "--format", "json", *options]) == 0
    answer: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return answer


def test_json_gives_the_stop_in_words_and_in_parts(with_stops: Path, capsys: Printed) -> None:
    near, nowhere = found(with_stops, capsys)
    assert near["stop"] == "Front Populaire (métro, 3\u00a0min à pied, 120\u00a0m à vol d'oiseau)"
    parts = ("stop_name", "stop_kind", "stop_m", "stop_min", "stop_lines")
    assert [near[name] for name in parts] == ["Front Populaire", "metro", 120, 3, []]
    assert [nowhere[name] for name in ("stop", *parts)] == [None] * 5 + [[]]


def test_without_stops_an_answer_is_as_it_was(
    without: Path, with_stops: Path, capsys: Printed
) -> None:
    bare, hinted = found(without, capsys), found(with_stops, capsys)
    none = dict.fromkeys(("stop", "stop_name", "stop_kind", "stop_m", "stop_min"))
    assert bare == [place | none for place in hinted]


@pytest.mark.parametrize(("folder", "listed"), [("with_stops", True), ("without", False)])
def test_the_list_has_a_column_of_stops_only_with_stops(
    folder: str, listed: bool, request: pytest.FixtureRequest, capsys: Printed
) -> None:
    build = request.getfixturevalue(folder)
    assert main(["find", "--lat", str(LAT), "--lon", str(LON), "--build", str(build)]) == 0
    out = capsys.readouterr().out
    assert ("Arrêt le plus proche" in out) is listed
    assert ("Front Populaire (métro" in out) is listed


def test_a_search_starts_from_a_station(with_stops: Path, without: Path, capsys: Printed) -> None:
    command = ["find", "--near", "gare de Saint-Denis", "--format", "json", "--build"]
    assert main([*command, str(with_stops)]) == 0
    assert "near: Gare Saint-Denis (gare ou station)" in capsys.readouterr().err
    assert main([*command, str(without)]) == 0
    assert "Gare Saint-Denis" not in capsys.readouterr().err


def test_the_gazetteer_has_stations_only_with_stops(with_stops: Path, without: Path) -> None:
    assert load_stops(without) is None
    kinds = gazetteer_of(load_facts(without))["kind"]
    assert "station" not in set(kinds)
    names = gazetteer_of(load_facts(with_stops), load_stops(with_stops)).query("kind == 'station'")[
        "name"
    ]
    assert names.tolist() == ["Gare Saint-Denis", "Métro Front Populaire"]


def test_a_build_with_stops_is_held_to_them(tmp_path: Path, capsys: Printed) -> None:
    row = ("Front Populaire", "metro", 652_000, 6_870_000)
    whole = worlds.write_build(tmp_path / "whole", stops=stops([row]))
    assert build_problems(whole) == []
    assert main(["status", "--build", str(whole)]) == 0
    assert STOPS_SOURCE in capsys.readouterr().out
    astray = worlds.write_build(tmp_path / "astray", stops=stops([row], "93001"))
    assert build_problems(astray) == ["stops.commune: 93001 not in communes"]
    (astray / "stops.parquet").write_bytes(b"PAR1")
    assert any(line.startswith("table stops: its bytes") for line in build_problems(astray))
    (astray / "stops.parquet").unlink()
    assert "table stops: in the manifest, not in the folder" in build_problems(astray)


def test_the_licence_of_the_stops_is_never_said_to_be_the_exports_own(
    with_stops: Path, without: Path
) -> None:
    text = licence_text(read_manifest(with_stops))
    open_data, other = text.split("Dans ce build, mais dans aucun de ces fichiers")
    assert "Île-de-France Mobilités" not in open_data
    assert "unconfirmed" in other
    assert "Dans ce build" not in licence_text(read_manifest(without))


@pytest.mark.parametrize(
    ("lang", "label", "line"),
    [
        (
            "fr",
            "Arrêt le plus proche",
            "Front Populaire (métro 12\u00a0; 5\u00a0min à pied, 243\u00a0m à vol d'oiseau)",
        ),
        (
            "en",
            "Nearest stop",
            "Front Populaire (metro 12; 5 min on foot, 243 m as the crow flies)",
        ),
    ],
)
def test_the_card_says_the_stop_in_the_language_of_the_screen(
    lang: Any, label: str, line: str
) -> None:
    shown = card({**rows({}).iloc[0].to_dict(), **stop()}, AT, load_words(lang))
    assert f"<dt>{label}</dt><dd>{plain(line)}</dd>" in shown
    assert label not in card(rows({}).iloc[0].to_dict(), AT, load_words(lang))


@pytest.mark.parametrize("kind", STOP_KINDS)
def test_every_kind_has_its_word_on_every_screen_and_sheet(kind: str) -> None:
    row = {**rows({}).iloc[0].to_dict(), **stop(kind=kind)}
    for lang in ("fr", "en"):
        assert "12" in card(row, AT, load_words(lang)).split("Front Populaire (")[1][:20]
    for language in languages():
        made = sheet(pd.DataFrame([row]), language, DAY)
        said = next(line for line in render_html(made).split("<") if "Front Populaire" in line)
        assert {"12", "240", "5"} <= set(re.findall(r"\d+", said))


@pytest.mark.parametrize("name", HOSTILE_TEXTS)
def test_a_hostile_stop_is_harmless_on_the_card_and_the_sheet(name: str) -> None:
    row = {**rows({}).iloc[0].to_dict(), **stop(name)}
    for shown in (
        card(row, AT, load_words("fr")),
        render_html(sheet(pd.DataFrame([row]), "fr", DAY)),
    ):
        assert "<script>alert" not in shown
        assert "<img src=x" not in shown
        assert "\u202e" not in shown


def test_the_sheet_credits_those_who_tell_the_stop() -> None:
    sources = [worlds.source(id="a"), worlds.source(id=STOPS_SOURCE, publisher="IDFM")]
    bare = rows({"sources": "a"})
    assert publishers(bare, sources) == (sources[0].publisher,)
    with_stop = bare.assign(stop_name="Front Populaire", stop_lines=None)
    assert publishers(with_stop, sources) == (sources[0].publisher, "IDFM")


def a_place(**changes: Any) -> Place:
    base: dict[str, Any] = {
        "name": "France Services",
        "address": "59 rue Gabriel Péri",
        "commune": "Saint-Denis",
        "hours": "Mo-Fr 09:00-12:00,13:30-17:30; PH off",
        "phone": "+33149336666",
        "access": ("Se présenter", "Téléphoner"),
        "services": (ADMIN,),
        "lat": LAT,
        "lon": LON,
        "walk_min": 11.2,
        "stop": "Saint-Denis - Porte de Paris",
        "stop_kind": "tram",
        "stop_m": 243.0,
        "stop_min": 5.6,
        "stop_lines": ("1", "8"),
    }
    return Place(**(base | changes))


@pytest.mark.parametrize(
    ("changes", "metres"),
    [
        ({}, 240),
        ({"stop_m": 2.0}, 10),
        ({"stop_m": None}, None),
        ({"stop_m": float("nan")}, None),
        ({"stop_m": float("inf")}, None),
        ({"stop_kind": ""}, None),
        ({"stop": ""}, None),
    ],
)
def test_the_sheet_says_tens_of_metres_or_nothing(
    changes: dict[str, Any], metres: int | None
) -> None:
    assert a_place(**changes).stop_metres == metres
    text = render_html(Sheet((a_place(**changes),), DAY))
    assert ("Arrêt le plus proche" in text) is (metres is not None)


@pytest.mark.slow
@pytest.mark.parametrize("language", languages())
def test_four_places_with_their_stops_fit_one_page_in_every_language(language: str) -> None:
    longest = a_place(stop="Le Raincy - Villemomble - Montfermeil " * 2)
    made = Sheet((longest,) * 4, DAY, language)
    reader = PdfReader(BytesIO(render_pdf(made)))
    assert len(reader.pages) == 1
    text = re.sub(r"\s+", " ", reader.pages[0].extract_text())
    assert text.count("Le Raincy") >= 4
