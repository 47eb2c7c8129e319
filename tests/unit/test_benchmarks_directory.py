"""The benchmark of the directory, on few places."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from benchmarks import __main__ as command
from benchmarks import directory


def test_the_places_are_the_same_for_the_same_seed() -> None:
    one, again = directory.make(60), directory.make(60)
    pd.testing.assert_frame_equal(one.records, again.records)
    assert not directory.make(60, seed=1).records.equals(one.records)
    assert one.truth.nunique() == 60
    assert one.records["record"].is_unique


def test_the_command_tells_times_memory_and_agreement(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command.main(["directory", "--places", "40", "--json", "--out", str(tmp_path)])
    found = json.loads(capsys.readouterr().out)
    assert found["places"] == 40
    assert found["records"] >= found["places_out"]
    assert found["recall"] > 0.9
    assert found["precision"] > 0.9
    assert all(found[name] > 0 for name in ("clean_s", "match_s", "find_ms", "page_ms", "peak_mb"))
    assert "directory --places 40" in (tmp_path / "directory.md").read_text(encoding="utf-8")
