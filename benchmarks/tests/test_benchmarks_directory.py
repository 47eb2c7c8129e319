"""The benchmark of the directory, on few places."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from benchmarks import __main__ as command
from benchmarks import country, directory, steps
from benchmarks.national import national_groups
from observatory.files.directory_files import FORMS


def test_the_places_are_the_same_for_the_same_seed() -> None:
    one, again = country.make(60), country.make(60)
    pd.testing.assert_frame_equal(one.records, again.records)
    assert not country.make(60, seed=1).records.equals(one.records)
    assert one.truth.nunique() == 60
    assert one.records["record"].is_unique


def test_the_places_mislead() -> None:
    made = country.make(2_000)
    places = made.records.drop_duplicates("source_id")[made.records["source"] == "a"]
    assert 50 < places.duplicated(["commune", "address"]).sum() < 200
    assert places.duplicated(["commune", "name"]).sum() > 50
    assert 0.1 < made.records["lon"].isna().mean() < 0.2
    assert (made.records["lon"].isna() == made.records["lat"].isna()).all()


def test_agreement_counts_pairs() -> None:
    # Joined: ab, ac, bc; one place: ab, cd. One pair of three is right, one of two is found.
    members = pd.DataFrame({"record": list("abcd"), "site": list("xxxy")})
    truth = pd.Series({"a": 1, "b": 1, "c": 2, "d": 2})
    assert country.agreement(members, truth) == {"precision": 1 / 3, "recall": 0.5}


def test_the_command_plays_each_step_in_a_process_of_its_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["directory", "--places", "60", "--steps", "match", "--json", "--out", str(tmp_path)]
    command.main(asked)
    found = json.loads(capsys.readouterr().out)
    assert list(found["steps"]) == ["clean", "match"]
    for one in found["steps"].values():
        assert one["cpu_s"] > 0
        assert one["peak_mb"] > 20
    assert found["steps"]["match"]["records"] == found["steps"]["clean"]["records"] > 60
    text = (tmp_path / "directory.md").read_text(encoding="utf-8")
    assert "directory --places 60" in text
    assert json.loads((tmp_path / "directory.json").read_text(encoding="utf-8")) == found


def test_the_steps_tell_what_the_page_shows(tmp_path: Path) -> None:
    steps.prepare(tmp_path, 150)
    told = {name: steps.play(name, tmp_path) for name in steps.STEPS if name != "page"}
    ours, peer = told["match"], told["peer"]
    for one in (ours, peer):
        assert one["records"] == one["places"] + one["merged"] == told["clean"]["records"]
    assert ours["recall"] > 0.8
    assert ours["precision"] > 0.95
    exports = [told[f"export-{form}"]["places"] for form in FORMS]
    assert exports == [ours["places"]] * len(FORMS)
    requests = told["find"]["requests"]
    assert list(requests) == list(steps.REQUESTS)
    assert all(0 < one["p50_ms"] <= one["p95_ms"] for one in requests.values())
    found = {"places_made": 150, "python": "3", "processors": 1, "load_before": 0, "load_after": 0}
    path = directory.write({**found, "steps": told}, tmp_path, "x")
    text = path.read_text(encoding="utf-8")
    assert "| open now |" in text
    assert "| national rule |" in text


def test_a_step_that_fails_says_why(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match=r"(?s)step match: .*records\.parquet"):
        directory.run("match", tmp_path)


def test_an_unknown_step_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        command.main(["directory", "--steps", "sleep"])
    assert "sleep" in capsys.readouterr().err


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
