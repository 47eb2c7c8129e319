"""A dataset in an object store that speaks S3 over HTTP: a server in a process of its own.

The suite does not install what it needs, 130 MB: ``pip install -e '.[s3-tests]'``, then
``pytest tests/integration/test_object_store.py``.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import geopandas as gpd
import pyarrow.parquet as pq
import pytest
from datasets import HERE, put
from test_dataset_history import AT, PLACE, StoppedError, StopsAt, _build, _moment

from observatory import settings
from observatory.build.kept import in_dataset
from observatory.cli import main
from observatory.model.assumptions_file import load_assumptions
from observatory.model.build_comparison import compare_kept
from observatory.observatory import load
from observatory.tables.comparable import last_two
from observatory.tables.dataset import Dataset
from observatory.tables.dataset_history import opened
from observatory.tables.manifest import open_build

pytest.importorskip("s3fs", reason="did not run: the extra s3-tests is not installed")
pytest.importorskip("moto", reason="did not run: the extra s3-tests is not installed")

SECRET = "a-secret-that-nothing-may-say"  # noqa: S105  # of a server of this test
BUCKET, URL = "observatoire", "s3://observatoire/france"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """Run a server of S3 and give its address."""
    port = _free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-p", str(port)],
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )
    assert server.stderr is not None
    assert any("Running on" in line for line in server.stderr), "the server did not start"
    # It writes a line a request: nobody reading them, it would stand still.
    reading = threading.Thread(target=server.stderr.read, daemon=True)
    reading.start()
    yield f"http://127.0.0.1:{port}"
    server.terminate()
    server.wait()
    reading.join()


@pytest.fixture(scope="module")
def store(endpoint: str) -> Iterator[Dataset]:
    """Name the server and the keys as a service does, by the environment of fsspec."""
    import fsspec.config

    with pytest.MonkeyPatch.context() as patch:
        for name, value in (("ENDPOINT_URL", endpoint), ("KEY", "a-key"), ("SECRET", SECRET)):
            patch.setenv(f"FSSPEC_S3_{name}", value)
        patch.setitem(fsspec.config.conf, "s3", {})
        fsspec.config.set_conf_env(fsspec.config.conf)
        fsspec.filesystem("s3").mkdir(BUCKET)
        yield Dataset(URL)


@pytest.fixture(scope="module")
def both(store: Dataset, tmp_path_factory: pytest.TempPathFactory) -> tuple[Dataset, Dataset, Path]:
    """Give the dataset of the store, the same in a folder, and the builds of both."""
    home = tmp_path_factory.mktemp("s3")
    local = Dataset(str(home / "france"))
    for month in (1, 2):
        for whole in (store, local):
            put(whole, _build(home, month), "93", _moment(month))
    return store, local, home


def test_a_store_holds_the_bytes_of_a_folder_and_no_secret(
    both: tuple[Dataset, Dataset, Path],
) -> None:
    store, local, _ = both
    paths = local.files("")
    assert store.files("") == paths
    assert len([path for path in paths if path.startswith(AT)]) > 20
    for path in paths:
        assert store.read(path) == local.read(path), path
        assert SECRET.encode() not in store.read(path)


def test_a_territory_is_opened_compared_and_read_in_place(
    both: tuple[Dataset, Dataset, Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    store, _, home = both
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert load(URL, territory=HERE).manifest == open_build(home / "month-2")
    where = opened(settings.load({}), store, store.entry(HERE))
    found = compare_kept(*last_two(where), load_assumptions(where.assumptions))
    assert found.after.day == "2026-02-01"
    rows = gpd.read_parquet(f"{URL}/iris")
    assert len(rows) == len(gpd.read_parquet(home / "month-2" / "iris.parquet"))
    table = pq.read_table(f"{BUCKET}/france/sites", filesystem=store.store[0])
    assert table.num_rows == pq.read_table(home / "month-2" / "sites.parquet").num_rows


def test_a_writer_of_a_store_that_is_stopped_loses_nothing(
    both: tuple[Dataset, Dataset, Path], tmp_path: Path
) -> None:
    store, _, home = both
    build, where = _build(home, 3), settings.load({})
    entry, stops = store.entry(HERE), 0
    for stop in count(1, 6):
        stopping = StopsAt(URL)
        stopping.__dict__["left"] = stop
        try:
            with in_dataset(stopping, build, "93", where, _moment(3)):
                stopping.put(build, "93")
            break
        except StoppedError:
            stops += 1
        here = store.open(entry, tmp_path / f"at-{stop}")
        assert open_build(here) == open_build(home / "month-2")
    assert stops > 2
    assert len(store.kept_names(PLACE)) == 3


def test_what_cannot_be_reached_is_said_without_its_secret(store: Dataset, tmp_path: Path) -> None:
    there = {"endpoint_url": f"http://127.0.0.1:{_free_port()}", "key": "k", "secret": SECRET}
    quick = {"connect_timeout": 1, "retries": {"max_attempts": 0}}
    keys = {"FSSPEC_S3": json.dumps({**there, "config_kwargs": quick})}
    env = {name: value for name, value in os.environ.items() if not name.startswith("FSSPEC_")}
    done = subprocess.run(
        [sys.executable, "-m", "observatory", "history", "--dataset", URL, "--territory", HERE],
        env={**env, **keys, "XDG_CACHE_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 3, done.stderr
    assert "an object store that answers" in done.stderr
    assert SECRET not in done.stderr + done.stdout
    assert "Traceback" not in done.stderr
    # An address that holds a password is said without it.
    assert main(["history", "--dataset", f"nothing://me:{SECRET}@host/x", "--territory", "1"]) == 2
