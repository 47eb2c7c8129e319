"""The command line on the compiled edition: the figures that anybody can compare."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from observatory.cli import main
from observatory.model.levels import Level
from observatory.observatory import load

FACTS = {
    "communes": 9,
    "iris": 151,
    "cells": 869,
    "cell_population": 410_568,
    "rep_schools": 259,
    "rep_colleges": 17,
    "rep_plus_colleges": 17,
    "france_services": 11,
    "host_structures": 10,
    "counsellor_posts": 15,
}
SUMMED = (
    "population",
    "need_persons",
    "help_h_per_week",
    "missing_h_per_week",
)
Printed = pytest.CaptureFixture[str]


def rows(capsys: Printed, edition: Path, *options: str) -> list[dict[str, str]]:
    assert main(["gaps", "--format", "csv", "--build", str(edition), *options]) == 0
    return list(csv.DictReader(io.StringIO(capsys.readouterr().out)))


def test_the_counts_are_those_of_the_publishers(edition_folder: Path, capsys: Printed) -> None:
    assert main(["status", "--format", "json", "--build", str(edition_folder)]) == 0
    values = json.loads(capsys.readouterr().out)
    assert {name: values["facts"][name] for name in FACTS} == FACTS
    for source in values["sources"]:
        assert source["rows_in"] == source["rows_out"] + source["rows_aside"], source["id"]
        assert source["licence"] == "Licence Ouverte 2.0", source["id"]


def test_nine_communes_or_eight_have_the_same_sums(edition_folder: Path, capsys: Printed) -> None:
    before = rows(capsys, edition_folder, "--cog", "cog_2024")
    since = rows(capsys, edition_folder, "--cog", "cog_2025")
    assert (len(before), len(since)) == (9, 8)
    assert {row["code"] for row in before} - {row["code"] for row in since} == {"93059"}
    for name in SUMMED:
        one, other = (sum(float(row[name]) for row in table) for table in (before, since))
        assert one == pytest.approx(other, abs=1e-4), name


@pytest.mark.parametrize("level", ["iris", "commune"])
def test_levels_sum_to_the_territory(edition_folder: Path, level: str, capsys: Printed) -> None:
    zones = rows(capsys, edition_folder, "--level", level)
    (whole,) = rows(capsys, edition_folder, "--level", "ept")
    for name in SUMMED:
        total = sum(float(row[name]) for row in zones)
        assert total == pytest.approx(float(whole[name]), abs=1e-3), name


@pytest.mark.usefixtures("all_draws")
def test_figures_lie_in_their_intervals(edition_folder: Path) -> None:
    """The central figure is no mean of the draws: in a few IRIS it lies outside their interval."""
    edition = load(edition_folder)
    levels: tuple[tuple[Level, float], ...] = (("ept", 1.0), ("commune", 1.0), ("iris", 0.95))
    for level, least in levels:
        found = edition.gaps(level)
        for centre, low, high in (
            ("need_persons", "need_low", "need_high"),
            ("missing_h_per_week", "missing_low", "missing_high"),
        ):
            inside = found[centre].between(found[low], found[high])
            assert inside.mean() >= least, (level, centre)


def test_the_edition_keeps_its_promises(edition_folder: Path, capsys: Printed) -> None:
    assert main(["check", "--build", str(edition_folder)]) == 0
    assert "all is well" in capsys.readouterr().out
