"""Matching on the lists of the départements around, against pairs labelled before its rules."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from benchmarks import matching

pytestmark = pytest.mark.real_files


@pytest.fixture(scope="module")
def found(source_folder: Path) -> dict[str, Any]:
    return matching.measure(source_folder)


def test_the_half_kept_for_the_report(found: dict[str, Any]) -> None:
    ours = found["report"]["ours"]
    assert ours["precision"]["share"] >= 0.98
    assert ours["recall"]["share"] >= 0.95
    assert ours["recall"]["low"] > found["report"]["national"]["recall"]["share"]


def test_the_page_says_what_the_code_finds(found: dict[str, Any], tmp_path: Path) -> None:
    written = Path(__file__).parents[2] / "docs" / "benchmarks" / "matching.json"
    matching.write(found, tmp_path, "a command")
    assert (tmp_path / "matching.json").read_text("utf-8") == written.read_text("utf-8")


def test_the_labels_are_150_pairs_of_which_no_commune_is_in_both_halves(
    source_folder: Path,
) -> None:
    labels = pd.read_csv(matching.LABELS)
    assert len(labels) == 150
    assert not labels.duplicated(["id_a", "id_b"]).any()
    communes = matching.records(source_folder).set_index("record")["commune"]
    halves = {
        half: set(rows["id_a"].map(communes).dropna()) for half, rows in labels.groupby("half")
    }
    assert not halves["report"] & halves["tune"]
