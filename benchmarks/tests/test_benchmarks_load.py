"""The benchmark of visitors at once, with few of them."""

from __future__ import annotations

import json

import pytest

from benchmarks import __main__ as command
from benchmarks import load


def test_every_page_is_whole_and_measured(capsys: pytest.CaptureFixture[str]) -> None:
    command.main(["load", "--visitors", "3", "--pages", "1", "--memory-pages", "0", "--json"])
    found = json.loads(capsys.readouterr().out)
    assert {one["failed"] for one in found.values()} == {0}
    assert found["at_once"]["pages"] == 3
    assert found["first"]["pages"] == len(load.PAGES)
    for one in found.values():
        assert 0 < one["p50_s"] <= one["p95_s"] <= one["worst_s"]
        assert one["processor_s_a_page"] > 0
        assert one["page_kb"] > 50  # a page that says an error is smaller
        assert one["memory_mb"] > 100
