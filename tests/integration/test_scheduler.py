"""A Dask cluster elsewhere: a scheduler and a worker, processes of their own on this machine."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from observatory.build.engine import Engine
from observatory.errors import ChoiceError

distributed = pytest.importorskip("distributed", reason="did not run: no extra national")
dask = pytest.importorskip("dask")


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@contextmanager
def _running(*words: str, log: Path) -> Iterator[None]:
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "dask", *words], stdout=out, stderr=subprocess.STDOUT
        )
        try:
            yield
        finally:
            process.terminate()
            process.wait(timeout=30)


def test_the_work_runs_on_a_cluster_and_errors_come_back(tmp_path: Path) -> None:
    port = _free_port()
    address = f"tcp://127.0.0.1:{port}"
    quiet = ("--no-dashboard",)
    with ExitStack() as stack:
        scheduler = ("scheduler", "--host", "127.0.0.1", "--port", str(port), *quiet)
        stack.enter_context(_running(*scheduler, log=tmp_path / "scheduler"))
        worker = ("worker", address, "--nthreads", "1", "--no-nanny", *quiet)
        stack.enter_context(_running(*worker, log=tmp_path / "worker"))
        with distributed.Client(address, timeout=60) as client:
            client.wait_for_workers(1, timeout=60)
            (name,) = client.scheduler_info()["workers"]
        found = dict(Engine(address, retries=1).run(int, ["1", "2", "three"]))
        assert name.startswith("tcp://127.0.0.1")
    assert [found["1"], found["2"]] == [1, 2]
    assert isinstance(found["three"], ValueError)


def test_a_scheduler_that_does_not_answer_is_said() -> None:
    address = f"tcp://127.0.0.1:{_free_port()}"
    with (
        dask.config.set({"distributed.comm.timeouts.connect": "1s"}),
        pytest.raises(ChoiceError, match=f"--scheduler {address}.*dask scheduler"),
    ):
        list(Engine(address).run(int, ["1"]))
