"""The commands of scenarios: the guide's own lines, what they print, and what they refuse."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest

from observatory import settings
from observatory.cli import main
from observatory.tables.decision_results import COMPARISON

HOW_TO = settings.PROJECT / "docs/how-to"


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the file that the guide makes."""
    from observatory.observatory import load

    edition = load(settings.load({}).edition)
    path = tmp_path_factory.mktemp("plan") / "scenario.toml"
    edition.save_scenario(edition.scenario(), path)
    changes = (HOW_TO / "scenario_changes.toml").read_text(encoding="utf-8")
    path.write_text(path.read_text(encoding="utf-8") + changes, encoding="utf-8")
    return path


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(["scenario", *arguments])
    out, err = capsys.readouterr()
    return code, out, err


def test_every_line_of_the_guide_is_a_command_with_its_options(
    plan: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (HOW_TO / "scenario.md").read_text(encoding="utf-8")
    lines = re.findall(r"^observatory scenario (run scenario\.toml.*?)(?: >.*)?$", text, re.M)
    assert len(lines) == 4
    for line in lines:
        words = [str(plan) if word == "scenario.toml" else word for word in line.split()]
        code, out, _ = printed(capsys, *words, "--draws", "0")
        assert code == 0
        assert out


def test_a_replay_gives_the_figures_of_the_library(
    plan: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from observatory.observatory import load

    edition = load(settings.load({}).edition)
    here = ("--build", str(edition.folder), "--draws", "5")
    _, out, _ = printed(capsys, "run", str(plan), *here, "--format", "csv")
    rows = list(csv.DictReader(out.splitlines()))
    assert list(rows[0]) == [*COMPARISON.names, "norm", "edition", "vintage", "read_on"]
    assert {row["edition"] for row in rows} == {edition.manifest.edition}
    found = edition.scenario(plan).comparison(5)
    ours = found.table()["missing_h_per_week_change"]
    assert [float(row["missing_h_per_week_change"]) for row in rows] == pytest.approx(
        list(ours), abs=1e-6
    )
    low = found.table()["missing_h_per_week_change_low"]
    assert [float(row["missing_h_per_week_change_low"]) for row in rows] == pytest.approx(
        list(low), abs=1e-6
    )
    _, out, _ = printed(capsys, "run", str(plan), *here, "--level", "qpv")
    for title in ("REP and REP+ schools near a place", "Gini index of access", "posts"):
        assert title in out
    _, out, _ = printed(capsys, "run", str(plan), *here, "--format", "json", "--level", "ept")
    told = json.loads(out)
    assert told["totals"]["missing_h_per_week_change"] == pytest.approx(ours.sum(), abs=1e-5)
    assert len(told["zones"]) == 1
    assert {one["offer"] for one in told["offers"]} == set(found.offers["offer"])


def test_a_new_file_can_be_run_and_another_base_is_refused(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    code, text, _ = printed(capsys, "new", "--norm", "2", "--set", "walk.speed_kmh=4")
    assert code == 0
    path = tmp_path / "plan.toml"
    path.write_text(text, encoding="utf-8")
    assert printed(capsys, "run", str(path), "--draws", "0")[0] == 0
    other = re.sub('build = ".*"', 'build = "1999-01-01-00000000"', text)
    path.write_text(other, encoding="utf-8")
    code, out, err = printed(capsys, "run", str(path))
    assert (code, out) == (2, "")
    for part in ("error: ", "expected: ", "1999-01-01-00000000", "what next: ", "--build"):
        assert part in err
    assert printed(capsys, "run", str(path), "--draws", "0", "--anyway")[0] == 0


def test_a_share_of_the_help_there_is_has_no_scenario(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = printed(capsys, "new", "--norm", "share")
    assert (code, out) == (2, "")
    assert "stands still" in err


def test_changes_beyond_the_budget_are_said(plan: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = plan.read_text(encoding="utf-8").replace("eur = 40000.0", "eur = 1.0")
    cheap = plan.with_name("cheap.toml")
    cheap.write_text(text, encoding="utf-8")
    assert "more than the budget" in printed(capsys, "run", str(cheap), "--draws", "0")[2]
    assert "budget" not in printed(capsys, "run", str(plan), "--draws", "0")[2]
