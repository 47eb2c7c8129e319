"""The command ``find``: order, shape, moments, and what it says of a place that is not found."""

from __future__ import annotations

import json
import re
import socket
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import worlds

from observatory.cli import main
from observatory.places.geocoder import VARIABLE
from observatory.tables.person_needs import ADMIN, EQUIPMENT

Printed = pytest.CaptureFixture[str]
PROMISED = ("id", "name", "services", "open_now", "confirmed_on", "lat", "lon")
PLACES: tuple[dict[str, Any], ...] = (
    {"site": "far", "name": "Loin", "lon": 2.40, "lat": 48.95, "hours": "Mo-Fr 09:00-20:00"},
    {"site": "near", "name": "Près", "lon": 2.355, "lat": 48.935, "hours": "Mo-Fr 09:00-12:00"},
    {"site": "bad", "name": "=HYPERLINK\x1b[31m\u202e<script>", "lon": 2.36, "lat": 48.935},
    {"site": "nowhere", "name": "Sans point", "lon": None, "lat": None},
    {
        "site": "sim",
        "name": "SIM",
        "lon": 2.37,
        "lat": 48.94,
        "services": EQUIPMENT,
        "appointments": False,
    },
)


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Write a build with a few places near Saint-Denis."""
    base = worlds.tables()["sites"].iloc[0].to_dict()
    rows = [
        base
        | {"services": ADMIN, "confirmed_on": "2024-02-01", "hours": None, "sources": "a"}
        | {"appointments": None}
        | place
        | {"located": "commune" if place["lon"] is None else "point"}
        for place in PLACES
    ]
    sites = pd.DataFrame(rows).astype({"lon": float, "lat": float})
    typed = sites.astype(dict(worlds.tables()["sites"].dtypes.items()))
    folder = tmp_path_factory.mktemp("build")
    return str(worlds.write_build(folder, {"sites": typed}))


@pytest.fixture(autouse=True)
def _offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every connection: no test here may open one but to this machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX and address[0] not in ("127.0.0.1", "::1"):
            raise AssertionError(f"connection to {address}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


def asked(build: str, capsys: Printed, *options: str) -> list[dict[str, Any]]:
    command = ["find", "--lat", "48.935", "--lon", "2.35", "--format", "json", "--build", build]
    assert main([*command, "--at", "2026-11-23T10:00", *options]) == 0
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return found


def test_places_come_by_walking_minutes_then_those_without_a_point(
    build: str, capsys: Printed
) -> None:
    found = asked(build, capsys, "--need", "CAF")
    assert [one["id"] for one in found] == ["near", "bad", "far", "nowhere"]
    walks = [one["walk_min"] for one in found]
    assert walks[:3] == sorted(walks[:3])
    assert walks[3] is None
    for one in found:
        assert list(one)[:7] == list(PROMISED)
    assert found[0]["services"] == [ADMIN]
    assert found[0]["open_now"] is True
    assert found[1]["open_now"] is None
    assert found[0]["confirmed_on"] == "2024-02-01"
    text = "fiche de plus de 24 mois (1er février 2024)\u00a0: à vérifier avant de venir"
    assert text in found[0]["caveats"]
    old = {"code": "search.old", "months": 24, "day": "2024-02-01"}
    assert old in found[0]["caveats_codes"]


@pytest.mark.parametrize(
    ("when", "at", "sure"),
    [
        ("now", "2026-11-23T10:00", {"near", "far"}),
        ("now", "2026-11-23T15:00", {"far"}),
        ("now", "2026-11-23T14:00+00:00", {"far"}),
        ("evening", "2026-11-23T10:00", {"far"}),
        ("tomorrow", "2026-11-22T10:00", {"near", "far"}),
        ("saturday", "2026-11-23T10:00", set()),
    ],
)
def test_a_moment_keeps_the_places_open_then_or_not_known_to_be_closed(
    build: str, capsys: Printed, when: str, at: str, sure: set[str]
) -> None:
    found = asked(build, capsys, "--need", "CAF", "--open", when, "--at", at)
    assert {one["id"] for one in found if one["hours"]} == sure
    assert {one["id"] for one in found} - sure == {"bad", "nowhere"}


def test_a_place_answers_with_or_without_an_appointment_or_does_not_say(
    build: str, capsys: Printed
) -> None:
    without = {one["id"]: one for one in asked(build, capsys, "--appointment", "without")}
    assert (without["sim"]["appointments"], without["sim"]["match"]) == (False, "yes")
    assert (without["near"]["appointments"], without["near"]["match"]) == (None, "unknown")
    assert "sim" not in [one["id"] for one in asked(build, capsys, "--appointment", "with")]


def test_another_need_finds_another_place_and_none_is_an_empty_list(
    build: str, capsys: Printed
) -> None:
    assert [one["id"] for one in asked(build, capsys, "--need", "carte SIM")] == ["sim"]
    assert asked(build, capsys, "--need", "fablab") == []
    assert len(asked(build, capsys, "--limit", "1")) == 2


@pytest.mark.parametrize("language", ["ar", "arabe", "Arabe"])
def test_a_language_nobody_states_is_a_doubt(build: str, capsys: Printed, language: str) -> None:
    found = asked(build, capsys, "--need", "CAF", "--language", language)
    assert {one["match"] for one in found} == {"unknown"}
    assert "langues parlées\u00a0: non précisé" in found[0]["caveats"]


def test_a_name_is_found_without_a_network_and_said(build: str, capsys: Printed) -> None:
    command = ["find", "--near", "saint denis", "--need", "CAF", "--format", "json"]
    assert main([*command, "--build", build]) == 0
    printed = capsys.readouterr()
    assert "near: Saint-Denis (commune)" in printed.err
    assert json.loads(printed.out)[0]["walk_min"] >= 0


def test_a_name_that_is_not_found_leaves_with_two_and_names_that_exist(
    build: str, capsys: Printed
) -> None:
    assert main(["find", "--near", "xyzzy", "--need", "CAF", "--build", build]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "did you mean" in printed.err
    assert "Saint-Denis" in printed.err


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--need", "CAF"], "--near"),
        (["--near", "Stains", "--lat", "48.9", "--lon", "2.3"], "not both"),
        (["--lat", "48.9"], "--lat"),
        (["--lat", "999", "--lon", "2.3"], "degrees"),
        (["--lat", "nan", "--lon", "2.3"], "degrees"),
        (["--near", "Saint-Denis", "--need", "zzz qqq"], "caf, impots"),
        (["--near", "Saint-Denis", "--at", "demain"], "2026-03-09T18:30"),
        (["--near", "Saint-Denis", "--language", "klingon"], "arabe"),
        (["--near", "Saint-Denis", "--open", "never"], "never"),
        (["--near", "Saint-Denis", "--limit", "0"], "limit"),
        (["--near", "Saint-Denis", "--format", "xml"], "xml"),
    ],
)
def test_a_wrong_option_says_what_is_expected(
    build: str, options: list[str], expected: str, capsys: Printed
) -> None:
    assert main(["find", *options, "--build", build]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert expected in " ".join(printed.err.split())
    assert "Traceback" not in printed.err


def test_the_table_is_for_people_and_obeys_no_hostile_name(build: str, capsys: Printed) -> None:
    command = ["find", "--lat", "48.935", "--lon", "2.35", "--need", "CAF", "--build", build]
    assert main(command) == 0
    out = capsys.readouterr().out
    assert "Près" in out
    assert "\x1b" not in out
    assert "\u202e" not in out


@pytest.mark.parametrize(
    ("when", "headings", "states"),
    [
        ("evening", ["Ouvert maintenant", "Ouvert ce soir"], ["oui", "oui"]),
        ("tomorrow", ["Ouvert maintenant", "Ouvert demain"], ["oui", "oui"]),
        ("now", ["Ouvert maintenant"], ["oui"]),
    ],
)
def test_the_table_tells_open_now_from_open_when_asked(
    build: str, capsys: Printed, when: str, headings: list[str], states: list[str]
) -> None:
    command = ["find", "--lat", "48.935", "--lon", "2.35", "--need", "CAF", "--build", build]
    assert main([*command, "--open", when, "--at", "2026-11-23T10:00"]) == 0
    lines = capsys.readouterr().out.splitlines()
    head = next(line for line in lines if "Ouvert" in line)
    assert re.findall(r"Ouvert (?:\w+ )?\w+", head) == headings
    far = next(line for line in lines if "Loin" in line)
    assert re.findall(r"\b(?:oui|non)\b", far) == states
    unknown = next(line for line in lines if "HYPERLINK" in line)
    assert unknown.count(" ? ") == len(states)


def test_open_tomorrow_is_not_open_now(build: str, capsys: Printed) -> None:
    command = ["find", "--lat", "48.935", "--lon", "2.35", "--need", "CAF", "--build", build]
    assert main([*command, "--open", "tomorrow", "--at", "2026-11-22T10:00"]) == 0
    near = next(line for line in capsys.readouterr().out.splitlines() if "Près" in line)
    assert re.findall(r"\b(?:oui|non)\b", near) == ["non", "oui"]


def test_the_service_that_fails_is_a_failed_download(
    build: str, capsys: Printed, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    monkeypatch.setenv(VARIABLE, f"http://127.0.0.1:{port}/search")
    monkeypatch.setattr("observatory.places.geocoder.PAUSES", (0.0, 0.0))
    command = ["find", "--near", "12 rue Secrète, Stains", "--geocode", "ign", "--build", build]
    assert main(command) == 3
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "Secr" not in printed.err
