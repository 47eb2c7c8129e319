"""A build renewed from a local server: what changed comes, what is wrong leaves the rest."""

from __future__ import annotations

import csv
import io
import json
import shutil
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from file_server import Answer, Server, Versions, body, changing
from screens import spaced
from sources import CUT, PLAINE_COMMUNE, PlainBuild, Sources

from observatory.build.engine import Engine
from observatory.build.update import Fetched, Update, remembered_around, update
from observatory.build.update_dataset import DatasetUpdate, update_dataset
from observatory.cli import main, update_report
from observatory.errors import ChoiceError
from observatory.geo.perimeter import find_perimeter
from observatory.places.french_communes import commune_table
from observatory.read.answers import Limits
from observatory.read.digests import read_record
from observatory.read.registry import load_registry
from observatory.settings import Settings
from observatory.tables.dataset import Dataset, partition
from observatory.tables.integrity import build_problems
from observatory.tables.manifest import open_build, write_manifest

FRANCE_SERVICES = "sites/liste-fs-20240801_dept93.csv"
REP = "schools/rep_rentree2022_dept93.csv"
LONG_AGO = "Mon, 01 Jan 2024 08:00:00 GMT"
QUICK = Limits(tries=1, read_s=0.3)
NAMES = {"france_services": FRANCE_SERVICES, "rep": REP}


class Service(NamedTuple):
    """A folder of sources and a build of them, to be renewed from a server."""

    folder: Path
    out: Path
    settings: Settings

    def renewed(self) -> Update:
        return update(self.folder, PLAINE_COMMUNE, self.settings, self.out, limits=QUICK)


@pytest.fixture
def service(
    cut: Sources, plain_build: PlainBuild, server: Server, tmp_path: Path
) -> Callable[..., Service]:
    """Return the cut and its build, with a registry whose downloads come from the local server."""
    folder, out, data = (tmp_path / name for name in ("sources", "mine", "data"))
    shutil.copytree(CUT, folder, ignore=shutil.ignore_patterns("*.py", "corrections"))
    shutil.copytree(cut.settings.data, data)
    shutil.copytree(plain_build(cut)[1], out)

    def of(**answers: Answer) -> Service:
        pinned = (data / "registry.toml").read_text(encoding="utf-8").split("[download.")[0]
        entries = [
            f'[download.{name}]\ntitle = "{name}"\npublisher = "P"\nlicence = "unconfirmed"\n'
            f'vintage = "2026"\nurl = "{server.url(f"/{name}", answer)}"\nenvelope = "csv"\n'
            f'path = "{NAMES[name]}"\nchanges_every = 30\nlate_after = 30\n'
            for name, answer in answers.items()
        ]
        (data / "registry.toml").write_text(pinned + "\n".join(entries), encoding="utf-8")
        return Service(folder, out, replace(cut.settings, data=data, edition=data / "edition"))

    return of


def _lines(path: str) -> list[bytes]:
    return (CUT / path).read_bytes().splitlines(keepends=True)


def _states(done: Fetched) -> dict[str, str]:
    return {one.item.id: one.state for one in done.files}


def test_what_changed_comes_and_one_failure_keeps_nothing_from_coming(
    service: Callable[..., Service],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    head, _, *others = _lines(FRANCE_SERVICES)
    served: Versions = changing(b"".join([head, *others]), "v2", modified=LONG_AGO)
    here = service(rep=body(b'{"error": "quota"}'), france_services=served)
    before = open_build(here.out).facts
    # What an update left that was killed while it built.
    left = here.out.parent / ".mine.update" / "build"
    left.mkdir(parents=True)
    (left / "iris.parquet").write_bytes(b"half a table")
    done = here.renewed()
    assert _states(done) == {"rep": "failed", "france_services": "updated"}
    assert "JSON" in str(done.failed[0].error)
    assert (here.folder / REP).read_bytes() == (CUT / REP).read_bytes()
    assert (here.folder / FRANCE_SERVICES).read_bytes() == served.content
    assert build_problems(here.out) == []
    changed = done.changes.set_index("figure").loc["france_services"]
    assert changed["before"] == before["france_services"]
    assert changed["after"] == open_build(here.out).facts["france_services"]
    assert changed["before"] - changed["after"] == 1
    communes = done.changes[done.changes["kind"] == "commune"]
    lost = communes[(communes["code"] == "93066") & (communes["figure"] == "help_h_per_week")]
    assert (lost["after"] < lost["before"]).all()
    assert len(lost) == 1
    assert {stat.S_IMODE(path.stat().st_mode) for path in here.out.iterdir()} == {0o644}
    assert not [path for path in here.out.parent.iterdir() if ".update" in path.name]

    # Nothing new but a failure: the server is asked for its version alone, the tables are the same.
    tables = open_build(here.out).tables
    here = service(rep=body(b"gone", status=404), france_services=served)
    assert _command(here, monkeypatch, "--format", "json") == 3
    said = capsys.readouterr()
    values = json.loads(said.out)
    assert set(values["by_hand"]) >= {"caf_iris_2021", "aidants_connect_2024"}
    assert "À chercher à la main" in said.err
    assert values["built"]
    assert values["compared"]
    assert values["changes"] == []
    assert [(one["id"], one["state"], one["late"], one["since"]) for one in values["files"]] == [
        ("rep", "failed", False, None),
        ("france_services", "unchanged", True, "2024-01-01"),
    ]
    assert served.statuses == [200, 304]
    assert open_build(here.out).tables == tables
    assert "status 404" in said.err
    assert "ALERTE : france_services" in said.err
    assert "Traceback" not in said.err

    # For cron, which mails what a command says there: no step, what went wrong alone.
    assert "\nassemble\n" in said.err
    assert _command(here, monkeypatch, "--quiet") == 3
    lines = capsys.readouterr().err.splitlines()
    assert [line.partition(",")[0] for line in lines[:1]] == ["download rep"]
    assert [line.partition(" n'a")[0] for line in lines[1:]] == ["ALERTE : france_services"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"other;columns\n1;2\n", "reader can use"),
        (b"".join(_lines(FRANCE_SERVICES)[:2]), "rows of the former file"),
        (b"".join(_lines(FRANCE_SERVICES)[:1]), "below the header"),
        (b"\xff\xfe\x00" * 9 + b"\n", "reader can use"),
    ],
    ids=["other columns", "most rows lost", "no row", "other encoding"],
)
def test_a_file_that_cannot_be_used_leaves_the_former_one(
    service: Callable[..., Service], content: bytes, words: str
) -> None:
    here = service(france_services=body(content))
    shutil.rmtree(here.folder / "communes")
    manifest = (here.out / "manifest.json").read_bytes()
    done = here.renewed()
    assert _states(done) == {"france_services": "failed"}
    assert words in str(done.failed[0].error)
    assert (here.folder / FRANCE_SERVICES).read_bytes() == (CUT / FRANCE_SERVICES).read_bytes()
    # The outlines are gone: no build can be made, and the former one stands.
    assert done.made is None
    assert done.error is not None
    assert (here.out / "manifest.json").read_bytes() == manifest


def test_how_far_a_build_was_asked_for_is_kept_until_another_is_given(
    service: Callable[..., Service],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    here = service()
    near = replace(open_build(here.out), around_m=0.0)
    write_manifest(near, here.out)
    before = near.facts["places"], open_build(here.out).around_m
    assert _command(here, monkeypatch) == 0
    assert "jusqu'à 0,0 km, comme pour les tables d'avant" in spaced(capsys.readouterr().err)
    after = open_build(here.out)
    assert (after.facts["places"], after.around_m) == before
    france = commune_table(here.settings.data)
    asked = find_perimeter(PLAINE_COMMUNE, france, 3000.0)
    assert remembered_around(asked, after) is None, "what is given goes before what was"
    assert remembered_around(find_perimeter(PLAINE_COMMUNE, france), None) is None


def test_a_folder_that_cannot_be_written_is_said(service: Callable[..., Service]) -> None:
    here = service(rep=body(b"".join(_lines(REP))), france_services=changing(b"", "v1"))
    for name in ("schools", "communes"):
        shutil.rmtree(here.folder / name)
        (here.folder / name).write_bytes(b"a file in the way")
    done = here.renewed()
    assert _states(done) == {"rep": "failed", "france_services": "failed"}
    assert "where files can be written" in str(done.failed[0].error)
    assert done.made is None


def _command(here: Service, monkeypatch: pytest.MonkeyPatch, *more: str) -> int:
    monkeypatch.setenv("OBSERVATORY_DATA", str(here.settings.data))
    options = ["--territory", PLAINE_COMMUNE, "--to", str(here.folder), "--out", str(here.out)]
    return main(["update", *options, *more])


def test_where_nothing_can_be_built_the_command_says_so(
    service: Callable[..., Service],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    here = service(rep=body(b"gone", status=404))
    shutil.rmtree(here.folder / "communes")
    assert _command(here, monkeypatch, "--format", "csv") == 2
    said = capsys.readouterr()
    rows = [*csv.DictReader(io.StringIO(said.out))]
    assert [(row["part"], row["code"], row["state"]) for row in rows] == [("file", "rep", "failed")]
    assert _command(here, monkeypatch) == 2
    said = capsys.readouterr()
    assert "ÉCHEC" in said.out
    assert "Les tables d'avant restent en place" in said.out
    assert build_problems(here.out) == []


def test_a_build_with_lists_of_ones_own_is_not_replaced_by_one_without(
    service: Callable[..., Service],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    server: Server,
) -> None:
    here = service(rep=body(b"".join(_lines(REP))))
    path = here.out / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["sources"].append({**manifest["sources"][0], "id": "own_list"})
    path.write_text(json.dumps(manifest), encoding="utf-8")
    assert _command(here, monkeypatch) == 2
    assert "own_list" in capsys.readouterr().err
    assert server.asked == {}
    assert read_record(here.folder / REP) == {}
    assert load_registry(here.settings.registry).downloads.keys() == {"rep"}


VILLENEUVE, NOT_DRAWN = "commune:92078", "commune:93072"


class StoppedError(Exception):
    """The machine stops."""


class Stops(Engine):
    """A machine that stops before it builds anything."""

    def run(
        self,
        work: Callable[[Any], Any],
        items: Sequence[Any],
        beside: Callable[[Any], str] = lambda item: "",
    ) -> Iterator[Any]:
        raise StoppedError


def test_a_dataset_is_fetched_for_once_and_builds_what_hangs_on_what_changed(
    service: Callable[..., Service],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    pytest.importorskip("fsspec", reason="did not run: the extra national is not installed")
    lines = _lines(FRANCE_SERVICES)
    served: Versions = changing(b"".join(lines), "v1")
    here = service(france_services=served, rep=body(b"gone", status=404))
    url = str(tmp_path / "france")

    def renewed(engine: Engine, *codes: str) -> DatasetUpdate:
        return update_dataset(here.folder, url, codes, here.settings, engine, limits=QUICK)

    with pytest.raises(ChoiceError, match="none is named"):
        renewed(Engine())
    first = renewed(Engine(), VILLENEUVE, NOT_DRAWN)
    assert [(one.territory, one.error is None) for one in first.done] == [
        (VILLENEUVE, True),
        (NOT_DRAWN, False),
    ]
    assert {one.item.id for one in first.failed} == {"rep"}
    assert first.changes.empty

    # Nothing new: the server is asked for its version alone, and nothing is built.
    monkeypatch.setenv("OBSERVATORY_DATA", str(here.settings.data))
    command = ["update", "--dataset", url, "--to", str(here.folder), "--format", "json"]
    assert main(command) == 3
    values = json.loads(capsys.readouterr().out)
    assert [(one["territory"], one["state"]) for one in values["territories"]] == [
        (VILLENEUVE, "unchanged")
    ]
    assert served.statuses == [200, 304]
    assert main([*command, "--out", "x"]) == 2

    # What came before the machine stopped is there, and what hangs on it is still to be built.
    served.content, served.version = b"".join([lines[0], *lines[2:]]), "v2"
    with pytest.raises(StoppedError):
        renewed(Stops())
    last = renewed(Engine())
    assert _states(last) == {"rep": "failed", "france_services": "unchanged"}
    assert [one.territory for one in last.done] == [VILLENEUVE]
    assert served.statuses == [200, 304, 200, 304]
    dataset = Dataset(url)
    assert len(dataset.kept_names(partition("92", VILLENEUVE))) == 2
    assert set(last.changes["kind"]) <= {"territory"}
    printed = update_report.dataset_rows(last)
    assert printed["part"].tolist()[:3] == ["file", "file", "build"]
    # Nor is one built again for a file of a département that it does not touch.
    (here.folder / "sites" / "liste-fs-20240801_dept13.csv").write_bytes(served.content)
    assert renewed(Engine()).done == ()
