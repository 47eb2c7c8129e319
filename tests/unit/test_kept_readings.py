"""Readings kept between builds: read once where all is the same, and never shared for writing."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from observatory import settings
from observatory.read.digests import sidecar
from observatory.read.kept_readings import KeptReadings
from observatory.read.readers import Communes
from observatory.read.registry import load_registry
from observatory.tables.provenance import Reading

SAINT_DENIS, STAINS = {"saint denis": "93066"}, {"stains": "93072"}


class Counting:
    """A reader of one number, which counts how often it reads."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self, path: Path, communes: Communes = None) -> Reading:
        self.times += 1
        return Reading(pd.DataFrame({"value": [int(path.read_text())]}), 1)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "numbers.csv"
    path.write_text("7")
    return path


def test_a_file_is_read_again_where_anything_that_it_hangs_on_is_another(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources = load_registry(settings.load({}).registry).sources
    one, other = sources["communes"], sources["iris_outlines"]
    kept, read = KeptReadings(), Counting()
    kept.begin("93")

    def value(communes: Communes = SAINT_DENIS, source: object = one) -> tuple[int, int]:
        frame = kept.read(read, source, file, communes).frame  # type: ignore[arg-type]  # a source
        return int(frame["value"].iloc[0]), read.times

    assert [value(), value()] == [(7, 1), (7, 1)]
    assert [value(STAINS), value(None), value(source=other)] == [(7, 2), (7, 3), (7, 4)]
    file.write_text("8")
    assert [value(), value()] == [(8, 5), (8, 5)]
    sidecar(file).write_text(json.dumps({"as_of": "2026-01-01"}))
    assert value() == (8, 6)
    monkeypatch.setenv("OBSERVATORY_DATA", "elsewhere")
    assert value() == (8, 7)
    file.unlink()
    with pytest.raises(FileNotFoundError):
        value()


def test_what_a_build_does_to_a_reading_changes_no_other(file: Path) -> None:
    source = load_registry(settings.load({}).registry).sources["communes"]
    kept, read = KeptReadings(), Counting()
    kept.begin("93")
    for _ in range(3):
        frame = kept.read(read, source, file, None).frame
        assert frame["value"].tolist() == [7]
        frame.loc[0, "value"] = 0
        frame["more"] = 1
    assert read.times == 1


def test_only_the_last_departements_are_kept(file: Path) -> None:
    source = load_registry(settings.load({}).registry).sources["communes"]
    kept, read = KeptReadings(most=2), Counting()
    times = []
    for departement in ("93", "92", "93", "75", "92"):
        kept.begin(departement)
        kept.read(read, source, file, {departement: departement})
        times.append(read.times)
    # The 92 was let go of for the 75, since the 93 had been asked for after it.
    assert times == [1, 2, 2, 3, 4]
