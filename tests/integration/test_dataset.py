"""Many territories as one dataset: the bytes of each alone, read in place, in a folder or a store.

The territories of the small real files are built once, over a scheduler that is reached by its
address, by two workers of which one is killed.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import ModuleType
from typing import Any

import duckdb
import geopandas as gpd
import pytest
from screens import page_of
from sources import PlainBuild, Sources

from observatory import settings
from observatory.app import territory
from observatory.app.pages import territoires
from observatory.build.engine import Engine
from observatory.build.many import READINGS, Outcome, Task, build_many, missing
from observatory.build.steps import build
from observatory.cli import main
from observatory.errors import ChoiceError, CodeError, FileFormatError
from observatory.model.assumptions_file import load_assumptions
from observatory.model.model import Model
from observatory.model.observed import load_facts
from observatory.model.zone_draws import KeptDraws
from observatory.observatory import load
from observatory.tables.dataset import Dataset, partition
from observatory.tables.draw_results import KEPT_DRAWS
from observatory.tables.manifest import open_build
from observatory.words.catalogue import load_words

pytest.importorskip("distributed", reason="did not run: the extra national is not installed")

PLAINE_COMMUNE, VILLENEUVE, NOT_DRAWN = "200057867", "commune:92078", "commune:93072"
Built = tuple[Dataset, dict[str, Outcome], Path]


class OneWorkerKilled(Engine):
    """Two workers, asked by the address of their scheduler as those elsewhere are.

    The one that has the first task is killed in the middle of it, once.
    """

    def run(
        self,
        work: Callable[[Any], Any],
        items: Sequence[Any],
        beside: Callable[[Any], str] = lambda item: "",
    ) -> Iterator[tuple[Any, Any]]:
        marker = str(Path(items[0].dataset).with_name("killed"))

        def killed_once(task: Any) -> Any:
            import os
            import signal
            import threading
            from pathlib import Path

            if task.territory == "200057867" and not Path(marker).exists():
                Path(marker).write_text(str(os.getpid()))
                threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGKILL)).start()
            return work(task)

        with ExitStack() as stack:
            address = self._client(stack).scheduler.address
            assert address.startswith("tcp://")
            yield from Engine(address).run(killed_once, items, beside)


@pytest.fixture(scope="module")
def built(cut: Sources, tmp_path_factory: pytest.TempPathFactory) -> Built:
    folder = tmp_path_factory.mktemp("many")
    url = str(folder / "france")
    tasks = [
        Task(one, cut.folder, url, cut.settings) for one in (PLAINE_COMMUNE, VILLENEUVE, NOT_DRAWN)
    ]
    with pytest.MonkeyPatch.context() as patch:
        # A page drawn by an earlier test leaves its script as the main module, which workers run.
        patch.setitem(sys.modules, "__main__", ModuleType("__main__"))
        done = {one.territory: one for one in build_many(tasks, OneWorkerKilled(workers=2))}
    assert (folder / "killed").is_file()
    return Dataset(url), done, folder


def test_a_worker_killed_in_the_middle_loses_nothing(built: Built) -> None:
    dataset, done, _ = built
    assert {one for one, outcome in done.items() if outcome.error is None} == {
        PLAINE_COMMUNE,
        VILLENEUVE,
    }
    rows = dataset.catalogue().set_index("territory")
    assert rows["name"].to_dict() == {
        PLAINE_COMMUNE: "Plaine Commune",
        VILLENEUVE: "Villeneuve-la-Garenne",
    }
    assert rows["departement"].to_dict() == {PLAINE_COMMUNE: "93", VILLENEUVE: "92"}
    assert "rep_schools_2022" in rows.loc[VILLENEUVE, "not_covered"].split("|")
    assert dataset.gaps()["code"].tolist() == sorted(rows.index)
    # The cut draws a part of Plaine Commune, and the whole of Villeneuve-la-Garenne.
    silent = rows["not_covered"].str.split("|")
    assert "communes" in silent[PLAINE_COMMUNE]
    assert "communes" not in silent[VILLENEUVE]
    assert dataset.gaps().set_index("code")["note"].notna().to_dict() == {
        PLAINE_COMMUNE: True,
        VILLENEUVE: False,
    }


def test_the_choice_of_a_territory_names_one_in_part_as_such(
    built: Built, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OBSERVATORY_DATASET", built[0].url)
    territory.catalogue.clear()
    territory.measured.clear()
    named = territoires.named_rows(built[0].url, load_words("fr")).set_index("code")["name"]
    assert named[PLAINE_COMMUNE].startswith("Plaine Commune, en partie")
    assert named[VILLENEUVE] == "Villeneuve-la-Garenne"
    screen = page_of("territoires")
    assert not screen.exception
    assert named[PLAINE_COMMUNE] in screen.selectbox[0].options


def test_one_that_cannot_be_built_says_why_and_stops_no_other(built: Built) -> None:
    dataset, done, _ = built
    assert isinstance(done[NOT_DRAWN].error, CodeError)
    assert missing([NOT_DRAWN, VILLENEUVE], dataset.url) == (NOT_DRAWN,)


def test_over_a_scheduler_its_bytes_are_those_of_a_build_alone(
    built: Built, cut: Sources, plain_build: PlainBuild, tmp_path: Path
) -> None:
    alone = plain_build(cut)[1]
    opened = built[0].open(built[0].entry(PLAINE_COMMUNE), tmp_path)
    wanted = {path.name: path.read_bytes() for path in alone.iterdir()}
    assert {path.name: path.read_bytes() for path in opened.iterdir()} == wanted

    # What is kept beside it is what a model of the build alone draws, byte for byte.
    dataset, beside = built[0], Dataset(str(tmp_path / "beside"))
    entry = dataset.entry(PLAINE_COMMUNE)
    model = Model(load_facts(alone), load_assumptions(cut.settings.assumptions))
    beside.put_draws(KeptDraws.of(model, entry["hash"]).tables, "93", PLAINE_COMMUNE)
    for table in KEPT_DRAWS:
        path = Path(table.name, partition("93", PLAINE_COMMUNE), f"{table.name}.parquet")
        assert Path(beside.url, path).read_bytes() == Path(dataset.url, path).read_bytes()


def test_its_bytes_are_the_same_after_another_territory_of_its_departement(
    cut: Sources, plain_build: PlainBuild, tmp_path: Path
) -> None:
    READINGS.begin("93")
    for code in ("commune:93066", PLAINE_COMMUNE):
        build(cut.folder, code, cut.settings, tmp_path / code, kept=READINGS)
    READINGS.clear()
    alone = plain_build(cut)[1]
    wanted = {path.name: path.read_bytes() for path in alone.iterdir()}
    assert {p.name: p.read_bytes() for p in (tmp_path / PLAINE_COMMUNE).iterdir()} == wanted


def test_duckdb_and_geopandas_read_it_in_place(built: Built) -> None:
    dataset, done, _ = built
    population = {
        one: outcome.rows["catalogue"]["population"].iloc[0]
        for one, outcome in done.items()
        if outcome.error is None
    }
    with duckdb.connect() as base:
        found = base.execute(
            "select territory, sum(population) from read_parquet(?, hive_partitioning = true) "
            "where in_territory group by territory",
            [f"{dataset.url}/communes/**/*.parquet"],
        ).fetchall()
    assert dict(found) == population
    whole = gpd.read_parquet(f"{dataset.url}/ept")
    assert whole.crs.to_epsg() == 2154
    assert dict(zip(whole["territory"].astype(str), whole["population"], strict=True)) == population
    assert set(whole["departement"].astype(str)) == {"92", "93"}
    one = gpd.read_parquet(f"{dataset.url}/iris", filters=[("departement", "=", 92)])
    assert set(one["territory"].astype(str)) == {VILLENEUVE}


def test_an_object_store_holds_the_same(built: Built, cut: Sources, tmp_path: Path) -> None:
    local, done, _ = built
    store = Dataset("memory://france")
    folder = local.open(local.entry(VILLENEUVE), tmp_path / "here")
    assert store.put(folder, "92") == local.entry(VILLENEUVE)["hash"]
    store.record(done[VILLENEUVE].rows)
    opened = store.open(store.entry(VILLENEUVE), tmp_path / "there")
    assert open_build(opened) == open_build(folder)
    drawn = local.draws(local.entry(VILLENEUVE))
    store.put_draws(drawn, "92", VILLENEUVE)
    found = store.draws(store.entry(VILLENEUVE))
    assert all(found[name].equals(rows) for name, rows in drawn.items())
    with pytest.raises(ChoiceError, match="memory of one process"):
        list(build_many([Task("75", cut.folder, store.url, cut.settings)], Engine(workers=2)))


def test_a_build_that_is_being_renewed_comes_from_its_history_else_it_is_refused(
    built: Built, tmp_path: Path
) -> None:
    dataset = Dataset(str(shutil.copytree(built[0].url, tmp_path / "france")))
    entry = dataset.entry(VILLENEUVE)
    kept = dataset.open(entry, tmp_path / "kept")
    path = Path(dataset.url, "iris", partition("92", VILLENEUVE), "iris.parquet")
    path.write_bytes(b"half")
    assert dataset.open(entry, tmp_path / "kept") == kept
    whole = dataset.open(entry, tmp_path / "there")
    assert open_build(whole) == open_build(kept)
    shutil.rmtree(Path(dataset.url, "history", partition("92", VILLENEUVE)))
    with pytest.raises(FileFormatError, match="being built"):
        dataset.open(entry, tmp_path / "other")
    with dataset.written(), pytest.raises(ChoiceError, match="one build at a time"):
        list(build_many([Task("75", tmp_path, dataset.url, settings.load({}))], Engine()))


def test_the_library_opens_one_of_its_territories(
    built: Built, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    opened = load(built[0].url, territory=VILLENEUVE)
    assert opened.manifest.territory_name == "Villeneuve-la-Garenne"
    assert opened.assumptions.digest == load_assumptions(settings.load({}).assumptions).digest
    # What its draws say is kept: the same numbers come without drawing, else they are drawn.
    assert opened.model.kept is not None
    again = load(opened.folder)
    assert again.model.kept is None
    figures = [one.gaps("commune").drop(columns="geometry") for one in (opened, again)]
    assert figures[0].equals(figures[1])
    assert ["draws" in vars(one.model) for one in (opened, again)] == [False, True]
    assert opened.with_assumptions({"walk.speed_kmh": 3.6}).model.kept is None
    monkeypatch.setenv("OBSERVATORY_DRAWS", "41")
    assert load(built[0].url, territory=VILLENEUVE).model.kept is None
    with pytest.raises(ChoiceError, match="one of the 2 territories"):
        load(built[0].url, territory="200000000")


def test_the_command_says_which_it_built(
    cut: Sources,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("OBSERVATORY_DATA", str(cut.settings.data))
    (tmp_path / "codes").write_text(f"{NOT_DRAWN}  # Stains\n")
    words = ["build", "--from", str(cut.folder), "--dataset", str(tmp_path / "france")]
    assert main([*words, "--territories", str(tmp_path / "codes")]) == 2
    assert "found none of them" in capsys.readouterr().err
    assert main(words) == 2
    assert "at least one --territory" in capsys.readouterr().err
    assert main([*words, "--territory", "93", "--out", str(tmp_path)]) == 2
    assert main(["build", "--from", str(cut.folder), "--territory", "93", "--territory", "92"]) == 2
    assert "or --dataset for many" in capsys.readouterr().err


def test_the_app_is_not_served_for_a_dataset_that_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OBSERVATORY_DATASET", str(tmp_path))
    for words in (["app"], ["app", "--dataset", str(tmp_path / "nowhere")]):
        assert main(words) == 2
        assert "no catalogue.parquet" in capsys.readouterr().err
    assert main(["app", "--dataset", "x", "--build", "edition"]) == 2
    monkeypatch.setenv("OBSERVATORY_DATASET", "nothing://x")
    assert main(["app"]) == 2
    assert "fsspec can open" in capsys.readouterr().err
