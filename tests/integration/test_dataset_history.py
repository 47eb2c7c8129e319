"""The history of a territory of a dataset: kept, given up, read and told as that of one build."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import duckdb
import pytest
from datasets import HERE, put
from worlds import world_of, write_build

from observatory import settings
from observatory.build.kept import in_dataset
from observatory.cli import main
from observatory.model.assumptions_file import load_assumptions
from observatory.model.build_comparison import compare_kept
from observatory.model.observed import load_facts
from observatory.tables.comparable import comparable, last_two
from observatory.tables.dataset import Dataset, partition
from observatory.tables.dataset_history import opened
from observatory.tables.history import KEPT
from observatory.tables.manifest import open_build

fsspec = pytest.importorskip("fsspec", reason="did not run: the extra national is not installed")

PLACE = partition("93", HERE)
AT = f"history/{PLACE}"


def _build(folder: Path, month: int) -> Path:
    return write_build(folder / f"month-{month}", world=world_of(month))


def _moment(month: int) -> datetime:
    return datetime(2026, month, 1, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Dataset]:
    """Give datasets whose one territory was built in January and again in February."""
    home = tmp_path_factory.mktemp("made")
    both = {"a folder": Dataset(str(home / "france")), "an object store": Dataset("memory://made")}
    for month in (1, 2):
        build = _build(home, month)
        for whole in both.values():
            put(whole, build, "93", _moment(month))
    return both


@pytest.fixture(params=["a folder", "an object store"])
def dataset(
    request: pytest.FixtureRequest, made: dict[str, Dataset], tmp_path: Path
) -> Iterator[Dataset]:
    """Give a copy of such a dataset, to be written to; the builds are beside."""
    whole = made[request.param]
    for month in (1, 2):
        _build(tmp_path, month)
    if whole.folder is not None:
        copy = shutil.copytree(whole.folder, tmp_path / "france", copy_function=os.link)
        yield Dataset(str(copy))
        return
    store, root = whole.store
    store.cp(root, f"/{tmp_path.name}", recursive=True)
    yield Dataset(f"memory://{tmp_path.name}")
    store.rm(f"/{tmp_path.name}", recursive=True)


def _opened(dataset: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> settings.Settings:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    data = settings.load({})
    # Without the edition, which is a build of the same territory.
    where = replace(data, edition=tmp_path / "none", history=2)
    return opened(where, dataset, dataset.entry(HERE))


def test_the_build_that_is_replaced_is_kept_whole_and_compared(
    dataset: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = _opened(dataset, tmp_path, monkeypatch)
    before, after = last_two(where)
    assert [one.day for one in (before, after)] == ["2026-01-01", "2026-02-01"]
    former = tmp_path / "month-1"
    for path in former.iterdir():
        assert (before.folder / path.name).read_bytes() == path.read_bytes()
    assert before.size == sum(path.stat().st_size for path in former.iterdir())
    today = load_assumptions(where.assumptions)
    assert dict(before.method) == {one.name: one.value for one in today}
    found = compare_kept(before, after, today)
    assert found.places["kind"].tolist() == ["closed"]
    assert found.sources["kind"].tolist() == ["vintage"]
    # Asked for again, nothing is added.
    with in_dataset(dataset, tmp_path / "month-2", "93", where, _moment(3)):
        dataset.put(tmp_path / "month-2", "93")
    assert [one.name for one in comparable(_opened(dataset, tmp_path, monkeypatch))] == [
        before.name,
        after.name,
    ]


def test_the_tables_hold_the_builds_in_use_alone(dataset: Dataset, tmp_path: Path) -> None:
    if dataset.folder is None:
        names = {path.split("/")[0] for path in dataset.files("")}
        assert {"sites", "history"} <= names
        return
    now = len(world_of(2).sites)
    with duckdb.connect() as base:
        (rows,) = base.execute(
            "select count(*) from read_parquet(?, hive_partitioning = true)",
            [f"{dataset.url}/sites/**/*.parquet"],
        ).fetchone() or (0,)
    assert rows == now
    # The build in use takes no room of its own in the history of a folder.
    (newest,) = (path for path in (dataset.folder / AT).iterdir() if path.name[5:7] == "02")
    standing = dataset.folder / "sites" / PLACE / "sites.parquet"
    assert (newest / "sites.parquet").samefile(standing)
    assert not [path for path in (dataset.folder / AT).iterdir() if path.name.startswith(".")]


def test_beyond_the_limit_the_oldest_leaves_nothing(
    dataset: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = _opened(dataset, tmp_path, monkeypatch)
    with in_dataset(dataset, _build(tmp_path, 3), "93", where, _moment(3)):
        dataset.put(tmp_path / "month-3", "93")
    assert [name[:7] for name in dataset.kept_names(PLACE)] == ["2026-02", "2026-03"]
    assert {path.split("/")[-2][:7] for path in dataset.files(AT)} == {"2026-02", "2026-03"}
    # What was fetched of it before leaves this machine too.
    again = _opened(dataset, tmp_path, monkeypatch)
    assert again.former is not None
    assert {path.name[:7] for path in again.former.iterdir()} == {"2026-02", "2026-03"}


class StoppedError(Exception):
    """The machine stops."""


class StopsAt(Dataset):
    """A dataset whose writer is stopped after some files."""

    def write(self, path: str, content: bytes) -> None:
        left = self.__dict__["left"] = self.__dict__.get("left", 5) - 1
        if left < 0:
            raise StoppedError
        super().write(path, content)


def test_a_writer_that_is_stopped_anywhere_loses_nothing(
    dataset: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    where, build = _opened(dataset, tmp_path, monkeypatch), _build(tmp_path, 3)
    where = replace(where, history=12)
    entry = dataset.entry(HERE)
    places = len(load_facts(where.build).sites)
    # A folder of the history appears whole or not at all.
    names = dataset.kept_names(PLACE)
    stops = 0
    for stop in count(1, 4):
        stopping = StopsAt(dataset.url)
        stopping.__dict__["left"] = stop
        try:
            with in_dataset(stopping, build, "93", where, _moment(3)):
                stopping.put(build, "93")
            break
        except StoppedError:
            stops += 1
        here = dataset.open(entry, tmp_path / f"at-{stop}")
        assert len(load_facts(here).sites) == places
        assert open_build(here) == open_build(where.build)
        assert set(names) <= set(dataset.kept_names(PLACE))
    assert stops > 2
    put(dataset, build, "93", _moment(3))
    known = comparable(_opened(dataset, tmp_path, monkeypatch))
    assert [one.day[:7] for one in known][:2] == ["2026-01", "2026-02"]
    assert [open_build(one.folder) for one in known][2:] == [open_build(build)]
    whole = {path.rpartition("/")[0] for path in dataset.files(AT)}
    assert {f"{AT}/{name}" for name in dataset.kept_names(PLACE)} == whole


def test_a_dataset_without_a_history_keeps_its_former_build_with_the_day_of_its_file(
    dataset: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in dataset.files("history"):
        dataset.remove(path)
    where = _opened(dataset, tmp_path, monkeypatch)
    written = dataset.modified(f"manifest/{PLACE}/manifest.json")
    with in_dataset(dataset, _build(tmp_path, 3), "93", where):
        dataset.put(tmp_path / "month-3", "93")
    assert len(dataset.kept_names(PLACE)) == 2
    records = [json.loads(dataset.read(path)) for path in dataset.files(AT) if KEPT in path]
    (former,) = (one for one in records if not one["method"])
    assert written is not None
    assert datetime.fromisoformat(former["made_at"]) == written.replace(microsecond=0)


def test_the_commands_list_and_compare_a_territory_of_a_dataset(
    dataset: Dataset,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    asked = ["--dataset", dataset.url, "--territory", HERE]
    assert main(["history", *asked, "--format", "json"]) == 0
    listed = json.loads(capsys.readouterr().out)["history"]
    assert sorted(one["day"] for one in listed)[:2] == [
        "2026-01-01",
        "2026-02-01",
    ]
    feed = tmp_path / "changes.xml"
    assert main(["compare", "2026-01-01", *asked, "--only", "places", "--atom", str(feed)]) == 0
    assert "Fermé" in capsys.readouterr().out
    assert f"territory={HERE}" not in feed.read_text()  # no address is known to link to
    monkeypatch.setenv("OBSERVATORY_ADDRESS", "https://observatoire.example")
    assert main(["compare", "2026-01-01", *asked, "--atom", str(feed)]) == 0
    assert f"changements?territory={HERE}" in feed.read_text()
    capsys.readouterr()
    for words, said in (
        (["compare", "--territory", HERE], "OBSERVATORY_DATASET"),
        (["compare", "--dataset", dataset.url], "--territory too"),
        (["history", *asked, "--build", "edition"], "not both"),
        (["history", "--dataset", dataset.url, "--territory", "1"], "no such territory"),
    ):
        assert main(words) == 2
        assert said in capsys.readouterr().err
