"""The study on a small build: the same seed the same figures, and errors that say what to do."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import worlds

from observatory import settings
from observatory.cli import main
from observatory.model.model import Model
from observatory.model.studies import STUDIES, Study
from observatory.tables.gap_results import ORIGIN
from observatory.tables.manifest import read_manifest

Printed = pytest.CaptureFixture[str]
EDITION = settings.load({}).edition


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(worlds.write_build(tmp_path_factory.mktemp("small")))


def _rows(capsys: Printed, *options: str) -> list[dict[str, str]]:
    assert main(["study", *options, "--format", "csv"]) == 0
    return list(csv.DictReader(io.StringIO(capsys.readouterr().out)))


@pytest.mark.parametrize("name", sorted(set(STUDIES) - {"indices", "spoken"}))
def test_each_study_prints_in_each_format(
    build: str, name: str, capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = ["--draws", "5"] if name == "ranks" else []
    found: list[pd.DataFrame] = []

    def once(study: Study, model: Model, **options: Any) -> pd.DataFrame:
        found[:] = found or [study.compute(model, **options)]
        return found[0]

    monkeypatch.setattr(Study, "of", once)
    printed = {}
    for form in ("table", "csv", "json"):
        assert main(["study", name, "--format", form, "--build", build, *few]) == 0
        printed[form] = capsys.readouterr().out
        assert "NaN" not in printed[form]
    told = {column.name for column in ORIGIN}
    values = json.loads(printed["json"])
    assert values["rows"] or name in ("rep", "families")
    assert told <= values.keys()
    heads = printed["csv"].splitlines()[0].split(",")
    assert told <= set(heads)
    assert len(heads) == len(set(heads))


#: Studies that take a norm; those that count posts, or explain a gap, refuse a share.
NORMED = sorted(name for name, study in STUDIES.items() if "gap" in study.shows)
FIXED_ONLY = {"cost", "least_posts", "why", "compare"}
#: Where it takes a whole territory to say something.
ON_THE_EDITION = {"indices", "rep"}


@pytest.mark.parametrize("name", NORMED)
def test_under_a_share_no_study_says_that_hours_are_missing(
    build: str, name: str, capsys: Printed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("observatory.cli.output.WIDE", 2000)  # no name of a column is broken
    few = ["--draws", "5"] if name in ("ranks", "causes") else []
    place = str(EDITION) if name in ON_THE_EDITION else build
    asked = ["study", name, "--norm", "share", "--build", place, *few]
    if name in FIXED_ONLY:
        assert main(asked) == 2
        return
    assert main([*asked, "--format", "json"]) == 0
    rows = json.loads(capsys.readouterr().out)["rows"]
    assert rows
    lacking = [column for column in rows[0] if "to_move_" in column]
    for row in (row for row in rows if row.get("norm", "share") == "share"):
        # A zone where nobody lives, or without an outline, has no rate to move either.
        assert not [name for name in row if "missing_" in name and row[name] is not None]
        told = " ".join(value for value in row.values() if isinstance(value, str))
        assert "manqu" not in told
    for column in lacking:
        assert any(row[column] is not None for row in rows), column
    if lacking:
        assert main(asked) == 0
        printed = capsys.readouterr().out
        assert "to_move_" in printed
        assert "missing_" not in printed


def test_indices_give_every_commune_of_the_edition_four_ranks(capsys: Printed) -> None:
    rows = _rows(capsys, "indices", "--build", str(EDITION))
    assert len(rows) == 9
    assert [float(row["rank_gap"]) for row in rows] == sorted(float(r["rank_gap"]) for r in rows)
    assert all(row["why"].startswith(row["name"]) for row in rows)


def test_a_table_says_its_norm_edition_census_and_day(capsys: Printed) -> None:
    manifest = read_manifest(EDITION)
    asked = ["equity", "--norm", "2.5", "--build", str(EDITION)]
    for row in _rows(capsys, *asked):
        assert (row["norm"], row["norm_h_per_100"]) == ("number", "2.5")
        assert (row["edition"], row["vintage"]) == (manifest.edition, "RP2016")
        assert row["read_on"] == max(source.read_on for source in manifest.sources)
    assert main(["study", *asked]) == 0
    line = " ".join(capsys.readouterr().out.split()).rpartition("Édition")[2]
    for told in (manifest.edition, "RP2016", "lues jusqu'au", "nombre choisi, 2,50 h"):
        assert told in line


def test_a_table_says_its_communes_and_no_norm_where_none_acts(build: str, capsys: Printed) -> None:
    assert main(["study", "parents", "--cog", "cog_2025", "--build", build]) == 0
    text = capsys.readouterr().out
    assert "communes depuis 2025" in text
    assert "norme" not in text


def test_a_row_of_another_norm_does_not_take_the_number_of_the_one_in_use(
    build: str, capsys: Printed
) -> None:
    rows = _rows(capsys, "changes", "--build", build)
    assert {row["norm"] for row in rows} == {"france", "share"}
    assert all(bool(row["norm_h_per_100"]) == (row["norm"] == "france") for row in rows)


def test_the_same_seed_gives_the_same_ranks_and_another_does_not(capsys: Printed) -> None:
    asked = ["ranks", "--draws", "40", "--build", str(EDITION)]
    first = _rows(capsys, *asked, "--seed", "7")
    assert first == _rows(capsys, *asked, "--seed", "7")
    assert first != _rows(capsys, *asked, "--seed", "8")


def test_ranks_hold_their_percentiles_in_order_at_both_levels(capsys: Printed) -> None:
    for level, count, worst in (("commune", 9, 3), ("iris", 151, 20)):
        options = ("ranks", "--draws", "30", "--level", level, "--build", str(EDITION))
        rows = _rows(capsys, *options)
        assert len(rows) == count
        for row in rows:
            ends = [float(row[f"rank_{end}"]) for end in ("p05", "p50", "p95")]
            hours = [float(row[f"missing_{end}"]) for end in ("p05", "p50", "p95")]
            assert ends == sorted(ends)
            assert hours == sorted(hours)
        # Each draw has so many zones among its worst.
        total = sum(float(row["worst_pct"]) for row in rows)
        assert total == pytest.approx(100 * worst, abs=0.05 * count)


def test_a_fixed_norm_changes_the_cost(build: str, capsys: Printed) -> None:
    def cost(norm: str) -> float:
        options = ("cost", "--level", "ept", "--norm", norm, "--build", build)
        return float(_rows(capsys, *options)[0]["cost_eur"])

    assert cost("20") > cost("10") > 0


def test_a_choice_of_need_or_help_acts_as_it_does_on_the_gaps(capsys: Printed) -> None:
    choice = ("--set", "capacity.counsellor.public_share=0.3", "--build", str(EDITION))
    (usual,) = _rows(capsys, "cost", "--level", "ept", "--build", str(EDITION))
    (fewer,) = _rows(capsys, "cost", "--level", "ept", *choice)
    assert main(["gaps", "--level", "ept", "--format", "csv", *choice]) == 0
    (gaps,) = csv.DictReader(io.StringIO(capsys.readouterr().out))
    assert fewer["missing_h_per_week"] == gaps["missing_h_per_week"]
    assert fewer["missing_h_per_week"] != usual["missing_h_per_week"]


def test_a_choice_that_changes_no_figure_is_refused(build: str, capsys: Printed) -> None:
    choice = "edition.outline_tolerance_m=3"
    assert main(["study", "ranks", "--set", choice, "--build", build]) == 2
    said = capsys.readouterr().err
    assert "one that acts on outlines" in said
    assert "takes a build" in said


#: Studies that show need by kind, or languages.
KINDS_AND_LANGUAGES = {"kinds", "languages", "spoken", "solidarity_offer"}


@pytest.mark.parametrize("choice", ["languages.min_persons=5", "kinds.equipment.total_pct=9"])
@pytest.mark.parametrize("name", sorted(set(STUDIES) - KINDS_AND_LANGUAGES))
def test_a_choice_of_kinds_or_languages_acts_on_no_other_study(
    build: str, name: str, choice: str, capsys: Printed
) -> None:
    assert main(["study", name, "--set", choice, "--build", build]) == 2
    said = capsys.readouterr().err
    assert choice.partition("=")[0] in said
    assert "one that acts on" in said


def test_a_choice_of_kinds_acts_on_the_kinds_of_need(capsys: Printed) -> None:
    asked = ("kinds", "--level", "ept", "--build", str(EDITION))
    assert _rows(capsys, *asked) != _rows(capsys, *asked, "--set", "kinds.equipment.total_pct=9")


def test_a_price_acts_on_the_offer_alone(build: str, capsys: Printed) -> None:
    asked = ("solidarity_offer", "--level", "ept", "--build", str(EDITION))
    price = "offer.basic_eur_per_month=40"
    assert _rows(capsys, *asked) != _rows(capsys, *asked, "--set", price)
    assert main(["study", "kinds", "--set", price, "--build", build]) == 2
    assert "one that acts on offer" in capsys.readouterr().err


@pytest.mark.parametrize("choice", ["languages.min_persons=5", "kinds.rep_parents.per_pupil=1"])
def test_a_choice_that_changes_no_kind_of_need_is_refused(
    build: str, choice: str, capsys: Printed
) -> None:
    assert main(["study", "kinds", "--set", choice, "--build", build]) == 2
    assert choice.partition("=")[0] in capsys.readouterr().err


def test_parents_follow_the_pupils(capsys: Printed) -> None:
    asked = ("parents", "--by", "ept", "--build", str(EDITION))
    usual = _rows(capsys, *asked)
    assert [row["network"] for row in usual] == ["REP", "REP+"]
    twice = _rows(capsys, *asked, "--set", "kinds.rep_parents.per_pupil=2")
    for row, doubled in zip(usual, twice, strict=True):
        assert float(row["low"]) < float(row["parents"]) < float(row["high"])
        assert float(doubled["parents"]) == 2 * float(doubled["pupils"])


def test_a_choice_that_acts_is_taken(capsys: Printed) -> None:
    usual = _rows(capsys, "qpv", "--build", str(EDITION))
    slow = _rows(capsys, "qpv", "--set", "walk.speed_kmh=2.25", "--build", str(EDITION))
    assert float(slow[0]["nearest_min"]) == pytest.approx(2 * float(usual[0]["nearest_min"]))


def test_the_far_schools_of_a_network_are_listed(capsys: Printed) -> None:
    asked = ("rep_schools", "--build", str(EDITION))
    every = _rows(capsys, *asked)
    assert len(every) == 259
    far = _rows(capsys, *asked, "--network", "REP+", "--far")
    assert {row["network"] for row in far} == {"REP+"}
    assert {row["near_place"] for row in far} == {"false"}
    assert far == [r for r in every if r["network"] == "REP+" and r["near_place"] == "false"]


def test_qpv_without_an_outline_are_said_apart_from_the_table(build: str, capsys: Printed) -> None:
    assert main(["study", "qpv", "--format", "csv", "--build", build]) == 0
    printed = capsys.readouterr()
    assert "no known outline" in printed.err
    assert "no known outline" not in printed.out


def test_the_method_is_written_where_asked(tmp_path: Path, capsys: Printed) -> None:
    path = tmp_path / "methode.md"
    assert main(["study", "method", "--to", str(path), "--build", str(EDITION)]) == 0
    assert path.read_text("utf-8").startswith("# Méthode")
    assert main(["study", "method", "--english", "--build", str(EDITION)]) == 0
    assert "# The observatory's method" in capsys.readouterr().out
    assert main(["study", "method", "--to", str(tmp_path / "x.txt")]) == 2
