"""The benchmarks: same points each time, contenders that agree, and what the command tells."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks import __main__ as command
from benchmarks import access, contest, edition, limit, page, points
from benchmarks.contenders import CONTENDERS, PACKAGES, PEERS

SMALL = points.make(1500, 40)


@pytest.fixture
def in_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Run contenders here: a process each would compile and import for nothing."""

    def run(
        name: str, given: Path, catchment: float, answer: Path, **options: Any
    ) -> contest.Outcome:
        if name == "duckdb":
            raise RuntimeError("ended by signal 9")
        np.save(answer, CONTENDERS[name](points.Points.load(given), catchment))
        return contest.Outcome(first_s=3.0, s=2.0, peak_mb=100.0)

    monkeypatch.setattr(contest, "run", run)
    monkeypatch.setattr(limit, "bytes_a_second", lambda: 1e10)


def test_points_are_the_same_each_time_and_lie_on_the_grid(tmp_path: Path) -> None:
    again = points.make(1500, 40)
    for name, values in vars(SMALL).items():
        np.testing.assert_array_equal(values, getattr(again, name))
    assert len(np.unique(SMALL.demand_xy, axis=0)) == 1500
    assert not (SMALL.demand_xy % points.CELL).any()
    assert (SMALL.demand > 0).all()
    assert (points.make(1500, 40, seed=1).demand_xy != SMALL.demand_xy).any()
    SMALL.save(tmp_path / "points.npz")
    np.testing.assert_array_equal(points.Points.load(tmp_path / "points.npz").supply, SMALL.supply)


@pytest.mark.parametrize("name", [name for name in CONTENDERS if name != "ours"])
def test_every_contender_gives_the_same_access(name: str) -> None:
    package = PACKAGES.get(name, "numpy")
    module = access.MODULES.get(package, package)
    pytest.importorskip(module, reason=f"did not run: {package} is not installed (extra: bench)")
    wanted = CONTENDERS["ours"](SMALL, 3000.0)
    np.testing.assert_allclose(CONTENDERS[name](SMALL, 3000.0), wanted, rtol=1e-9, atol=1e-12)
    assert (wanted > 0).mean() > 0.5


@pytest.mark.usefixtures("in_process")
def test_the_command_tells_what_was_asked_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    command.main(
        [
            "access",
            "--cells",
            "900",
            "--sites",
            "20",
            "--catchment",
            "3000",
            "--json",
            "--peers",
            "ckdtree,duckdb",
        ]
    )
    told = json.loads(capsys.readouterr().out)
    assert {"ours", "national_s", "compile_s", "national_peak_mb", "peers"} <= set(told)
    assert (told["cells"], told["sites"], told["catchment"]) == (900, 20, 3000)
    assert set(told["peers"]["ckdtree"]) == {"s", "peak_mb", "max_abs_diff"}
    assert told["peers"]["ckdtree"]["max_abs_diff"] < 1e-9
    assert told["ours"]["max_abs_diff"] < 1e-9
    assert told["bandwidth_limit_s"] == pytest.approx(told["pairs"] * 10 / 1e10)
    if find_spec("duckdb"):
        assert told["peers"]["duckdb"] == {"skipped": "did not finish: ended by signal 9"}


def test_a_peer_sits_out_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    what = access.Contest(5000, 10, 1000.0, max_peer_cells=4000)
    assert "above --max-peer-cells 4000" in str(access.why_not("ckdtree", what, 10))
    open_to_all = access.Contest(5000, 10, 1000.0)
    assert access.why_not("ckdtree", open_to_all, 10) is None
    monkeypatch.setattr(access, "free_memory", lambda: 1e9)
    assert "GB are free" in str(access.why_not("ckdtree", open_to_all, 10**9))
    monkeypatch.setattr(access, "find_spec", lambda module: None)
    assert "not installed" in str(access.why_not("ckdtree", open_to_all, 10))


@pytest.mark.usefixtures("in_process")
def test_the_full_run_writes_its_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("matplotlib", reason="did not run: matplotlib is not installed (bench)")
    monkeypatch.setattr(command, "ALL", ((300, 5, 2000.0), (900, 20, 2000.0)))
    command.main(["access", "--all", "--peers", "ckdtree,duckdb", "--out", str(tmp_path)])
    text = (tmp_path / "access.md").read_text("utf-8")
    assert "| 900 | 20 | 2,000 |" in text
    assert "DuckDB at 900 cells: did not finish" in text
    assert "python -m benchmarks access --all" in text
    assert "(access.svg)" in text
    assert len(json.loads((tmp_path / "access.json").read_text("utf-8"))) == 2
    first = (tmp_path / "access.svg").read_bytes()
    page.write(json.loads((tmp_path / "access.json").read_text("utf-8")), tmp_path, "again")
    assert (tmp_path / "access.svg").read_bytes() == first


def test_a_contender_that_fails_says_why(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match=r"No such file"):
        contest.run(
            "ours",
            tmp_path / "none.npz",
            1.0,
            tmp_path / "out.npy",
            cache=tmp_path,
            timeout_s=60,
        )


@pytest.mark.parametrize(
    "arguments", [["access", "--cells", "0"], ["access", "--peers", "ckdtree,nobody"], []]
)
def test_options_that_make_no_sense_are_refused(arguments: list[str]) -> None:
    with pytest.raises(SystemExit):
        command.main(arguments)


def test_every_peer_has_its_package_name_and_memory() -> None:
    assert set(PEERS) == set(PACKAGES)
    assert {"ours", *PEERS} == set(page.NAMES) == set(access.BYTES_A_PAIR)


def test_reading_memory_takes_time() -> None:
    assert 1e8 < limit.bytes_a_second() < 1e13


def test_the_draws_tell_their_time_and_memory(capsys: pytest.CaptureFixture[str]) -> None:
    command.main(["draws", "--draws", "3"])
    told = json.loads(capsys.readouterr().out)
    assert told["draws"] == 3
    assert told["points"] > 500
    assert 0 < told["cpu_s"] < told["limit_s"]
    assert told["peak_mb"] >= told["peak_before_mb"] > 50


def test_the_time_of_the_edition_is_kept_with_its_limits(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command.main(["edition", "--draws", "3", "--paired", "2", "--out", str(tmp_path)])
    told = json.loads(capsys.readouterr().out)
    assert json.loads((tmp_path / "edition.json").read_text(encoding="utf-8")) == told
    text = (tmp_path / "edition.md").read_text(encoding="utf-8")
    for says in ("| 3 draws", "2 paired draws", "| 4 |", "| 0.05 |", "| 1 |"):
        assert says in text
    slow = {**told, "change": {**told["change"], "best_s": 9.0}}
    assert "Over the limit: change" in edition.text(slow, "command")
