"""The benchmark of the directory, on few places."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from benchmarks import __main__ as command
from benchmarks import directory
from benchmarks.national import national_groups


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


STAINS = {"commune": "93072", "name": "Mairie", "address": "1 rue A"}
PLACED = {**STAINS, "lon": 2.3, "lat": 48.9}


@pytest.mark.parametrize(
    ("one", "two", "merged"),
    [
        # Missing coordinates are full marks: (100 + 100 + 100) / 3 with equal names.
        (STAINS, {**STAINS, "source": "b"}, True),
        # ratio("mairie", "poste") = 18 -> trunc((18 + 100 + 100) / 3) = 72.
        (STAINS, {**PLACED, "source": "b", "name": "Poste"}, False),
        # 0.001 degree apart: trunc(100 / 2) = 50 -> trunc(250 / 3) = 83, and 83 is not above 83.
        (PLACED, {**PLACED, "source": "b", "lon": 2.301}, False),
        # 0.0005: trunc(100 / 1.5) = 66 -> 88: enough across sources, not within one.
        (PLACED, {**PLACED, "source": "b", "lon": 2.3005}, True),
        (PLACED, {**PLACED, "lon": 2.3005}, False),
        (STAINS, {**STAINS, "commune": "93066"}, False),
        ({**STAINS, "commune": None}, {**STAINS, "commune": None}, False),
        ({**STAINS, "typology": "CCAS"}, {**STAINS, "typology": "BIB"}, False),
        ({**STAINS, "typology": "CCAS"}, STAINS, True),
    ],
)
def test_the_national_rule_as_written(
    one: dict[str, object], two: dict[str, object], merged: bool
) -> None:
    rows = pd.DataFrame(
        [{"record": "a1", "source": "a", **one}, {"record": "b1", "source": "a", **two}]
    )
    assert len(national_groups(rows)) == (1 if merged else 2)


def test_the_national_rule_follows_links_through() -> None:
    names = ["Mairie de Stains", "Mairie de Stain", "Mairie d Stai", "CCAS"]
    rows = pd.DataFrame(
        [{"record": f"r{i}", "source": f"{i}", **STAINS, "name": n} for i, n in enumerate(names)]
    )
    assert sorted(national_groups(rows)) == [["r0", "r1", "r2"], ["r3"]]
