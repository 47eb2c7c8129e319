"""Two commands for a territory of another département: fetch and build, then the app.

Everything comes from a local server in the official envelopes; at the first run half of the files
meet a fault, and at the second the server is well again.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import official
import pytest
from file_server import Answer, Server, body, moved, packed
from official import JSON, ZIP
from screens import opened, told
from sources import Sources

from observatory.build.update import Update, update
from observatory.cli import main
from observatory.read.answers import Limits
from observatory.read.registry import Download, load_registry
from observatory.settings import Settings
from observatory.tables.holiday_tables import SCHOOL_HOLIDAYS
from observatory.tables.integrity import build_problems
from observatory.tables.manifest import open_build
from observatory.tables.storage import read_optional

#: Villeneuve-la-Garenne, in the Hauts-de-Seine, across the Seine from Saint-Denis.
TERRITORY = "commune:92078"
QUICK = Limits(tries=1, read_s=0.5)
#: The départements that touch its own, of which the server has nothing but those of the cut.
DRAWN = ("92", "93")
XHTML = b'<?xml version="1.0"?>\n<html xmlns="http://www.w3.org/1999/xhtml"><body/></html>'


def _registry(server: Server, data: Path, near: Mapping[str, Answer]) -> tuple[Download, ...]:
    """Write the project's registry with every address on the local server, one entry an area."""
    known = load_registry(data / "registry.toml")
    text = (data / "registry.toml").read_text(encoding="utf-8")
    for item in known.downloads.values():
        mark = f"_{{{item.area}}}" if item.area else ""
        path = f"/{item.id}{mark}"
        local = f"http://127.0.0.1:{server.http.server_port}{path}" + "?f=json" * bool(item.pages)
        text = text.replace(f'url = "{item.url}"', f'url = "{local}"')
    (data / "registry.toml").write_text(text, encoding="utf-8")
    return tuple(known.downloads.values())


def _well(server: Server, items: tuple[Download, ...]) -> None:
    """Let the server answer every file as its publisher does."""
    for item in items:
        if item.id == "francilin":
            continue
        for code in DRAWN if item.area == "departement" else ("",) * (item.area == ""):
            server.answers.update(official.answers(server, item, code))
    for code in ("75", "78", "91", "94", "95"):
        for name in ("iris", "schools_directory"):
            server.answers[f"/{name}_{code}"] = body(b"gone", status=404)


def _silent(server: Server) -> Answer:
    def answer(_: BaseHTTPRequestHandler, __: int) -> None:
        server.release.wait(5)

    return answer


def _faulty(server: Server, registry: tuple[Download, ...]) -> dict[str, str]:
    """Spoil half of the answers; return what each error must say, by the name of the file."""
    item = next(one for one in registry if one.id == "national_map")
    there = server.url("/national_map/file.csv", body(official.national_map()))
    wrong = hashlib.sha256(b"others").hexdigest()
    bomb = official.zip_of(**{"carreaux_200m_met.csv": b"0" * 3_000_000})
    climbing = official.zip_of(**{"../evil.geojson": b"x"})
    faults: dict[str, tuple[Answer, str]] = {
        "iris_75": (body(b"gone", status=404), "status 404"),
        "iris_78": (official.wfs(official.iris("93"), matched=60), "pages are missing"),
        "iris_91": (moved("file:///etc/passwd"), "an https:// address"),
        "iris_94": (body(XHTML, kind="text/html"), "a web page"),
        "iris_95": (body(b'{"error": "quota"}', kind=JSON), "numberMatched"),
        "qpv_2024": (body(climbing, kind=ZIP), "'../evil.geojson'"),
        "cells_200m_2021": (body(bomb, kind=ZIP), "200 times the archive"),
        "fixed_coverage": (body(b"insee;share\n93066;1\n"), "a file that its reader can use"),
        "rep_schools": (body(b'{"error": "quota"}'), "begins with '{\"error"),
        "ips_ecoles": (body(XHTML), "a web page"),
        "ips_colleges": (body(b"", status=503), "status 503"),
        "ips_lycees": (
            body(official.ips("lycees").decode().encode("utf-16")),
            "a file that its reader can use",
        ),
        "schools_directory_92": (_silent(server), "at each of 1 tries"),
        "schools_directory_93": (body(b'{"total_count": 3', kind=JSON), "JSON"),
        "national_map": (body(official.catalogue(item, there, wrong), kind=JSON), "other bytes"),
        "census_housing_2022": (
            body(official.housing(), kind=ZIP, promised=10**6),
            "at each of 1 tries",
        ),
        "census_households_2022": (body(official.households()[:-40], kind=ZIP), "a whole zip"),
    }
    server.answers |= {f"/{name}": answer for name, (answer, _) in faults.items()}
    # Not faults, but ways that a file may come: moved, and packed though nobody asked.
    server.answers["/census_population_2022/moved"] = server.answers["/census_population_2022"]
    there = f"http://127.0.0.1:{server.http.server_port}/census_population_2022/moved"
    server.answers["/census_population_2022"] = moved(there)
    server.answers["/communes_today"] = packed(official.communes_today())
    return {name: words for name, (_, words) in faults.items()}


@pytest.fixture
def here(cut: Sources, server: Server, tmp_path: Path) -> tuple[Settings, tuple[Download, ...]]:
    data = tmp_path / "data"
    shutil.copytree(cut.settings.data, data)
    settings = replace(cut.settings, data=data, edition=data / "edition")
    return settings, _registry(server, data, {})


def _states(done: Update) -> dict[str, str]:
    return {one.item.id: one.state for one in done.files}


def test_two_commands_make_an_observatory_of_another_territory(
    here: tuple[Settings, tuple[Download, ...]],
    server: Server,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    settings, registry = here
    folder, out = tmp_path / "sources", tmp_path / "mine"
    _well(server, registry)
    words = _faulty(server, registry)
    first = update(folder, TERRITORY, settings, out, around_m=3000.0, limits=QUICK)
    assert {one.item.id: words[one.item.id] in str(one.error) for one in first.failed if (
        one.item.id in words
    )} == dict.fromkeys(words, True)  # fmt: skip
    came = {name for name, state in _states(first).items() if state == "updated"}
    assert came >= {"iris_92", "iris_93", "census_population_2022", "communes_today"}
    assert not came & set(words)
    assert first.error is None, first.error
    assert build_problems(out) == []
    manifest = open_build(out)
    assert (manifest.territory, manifest.facts["communes"]) == (TERRITORY, 1)
    assert "cells" not in manifest.facts

    # The server is well again: what failed comes, what came is only asked whether it changed.
    _well(server, registry)
    monkeypatch.setenv("OBSERVATORY_DATA", str(settings.data))
    options = ["--territory", TERRITORY, "--around", "3", "--to", str(folder), "--out", str(out)]
    assert main(["update", *options, "--format", "json"]) == 3
    said = capsys.readouterr()
    values = json.loads(said.out)
    states = {one["id"]: one["state"] for one in values["files"]}
    assert {states[name] for name in words if not name.startswith("iris_")} == {"updated"}
    assert {states[name] for name in ("iris_92", "census_population_2022")} == {"unchanged"}
    assert {name for name, state in states.items() if state == "failed"} == {
        f"{name}_{code}"
        for name in ("iris", "schools_directory")
        for code in ("75", "78", "91", "94", "95")
    }
    assert "Traceback" not in said.err
    manifest = open_build(out)
    assert manifest.facts["cells"] > 0
    record = {source.id: source for source in manifest.sources}
    assert record["households_iris_2016"].vintage.startswith("recensement 2022")
    assert record["national_map"].rows_out > 0
    kept = read_optional(SCHOOL_HOLIDAYS, out)
    assert [(one.zone, one.last) for one in kept.itertuples()] == [
        ("C", "2026-11-01"),
        ("La Réunion", "2026-10-25"),
    ]
    assert record["national_map"].late_after == 10
    assert "sites_cnfs_2022" not in record

    monkeypatch.setenv("OBSERVATORY_BUILD", str(out))
    screen = opened(_map)
    assert not screen.exception
    assert "Villeneuve-la-Garenne" in told(screen)


def _map() -> None:
    from observatory.app.pages import carte

    carte.show()
