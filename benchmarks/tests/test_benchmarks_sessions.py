"""The benchmark of visits at once, with two of them."""

from __future__ import annotations

import json

import pytest

from benchmarks import __main__ as command
from benchmarks import sessions


def test_each_visit_reads_its_own_scenario(capsys: pytest.CaptureFixture[str]) -> None:
    command.main(["sessions", "--sessions", "2", "--json"])
    found = json.loads(capsys.readouterr().out)
    assert found["answers"] == 2 * (sessions.ROUNDS + 1)
    assert found["wrong"] == 0
    assert len(found["rounds_mb"]) == sessions.ROUNDS + 1
    assert 0 < found["rerun_s"] <= found["rerun_worst_s"]
