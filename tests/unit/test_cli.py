"""The commands on a small build: results on stdout, errors on stderr, codes as documented.

What a command does is tested through its function; what the command line adds (names, options,
exit codes, streams) through ``main``, once for each command.
"""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import typer
import worlds
from screens import spaced
from sources import Sources
from typer.testing import CliRunner

from observatory import settings
from observatory.cli import app, commands, export_command, main
from observatory.cli.options import Cog, FileFormat, GapFormat, Level, TextFormat
from observatory.errors import ChoiceError, DownloadError, InputError
from observatory.files import WHOLE
from observatory.tables.facts import LEVELS
from observatory.tables.manifest import read_manifest, write_manifest

COLUMNS = (
    "code,name,population,need_persons,need_low,need_high,help_h_per_week,access_h_per_100,"
    "missing_h_per_week,missing_low,missing_high,missing_h_per_100,missing_h_per_100_low,"
    "missing_h_per_100_high,missing_class,to_move_h_per_week,to_move_low,to_move_high,"
    "to_move_h_per_100,to_move_h_per_100_low,to_move_h_per_100_high,to_move_class,norm,"
    "norm_h_per_100,cog,edition,vintage,read_on"
)
#: What ``--norm`` takes, as it says to who asks for another thing.
NORMS = "france, promise, service, share, departement or a number of 0 or more"
Printed = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(worlds.write_build(tmp_path_factory.mktemp("small")))


#: One run of each command, and what its standard output holds; the others are tested elsewhere.
RUNS = {
    "gaps": (["--format", "csv"], COLUMNS),
    "check": ([], "all is well"),
    "export": (["--to", "out"], "method.json"),
    "status": ([], "Comptes"),
    "find": (["--lat", "48.93", "--lon", "2.35", "--limit", "1"], "Maison"),
    "places export": (["--to", "out.json", "--format", "standard-json"], "out.json"),
    "study cost": ([], "cost_eur"),
    "study least_posts": (["--format", "csv"], "least_posts_bound"),
    "siting": (["--posts", "1", "--candidates", "cell", "--format", "csv"], "helped_communes"),
    "siting --replay-2021": (["--seconds", "1", "--format", "csv"], "by_need"),
    "siting --curve": (["--posts", "1", "--format", "json"], "siting_curve"),
    "siting --draws 2": (["--posts", "0.5", "--format", "csv"], "chosen_pct"),
    "study method": ([], "# Méthode"),
}


@pytest.mark.parametrize("command", RUNS)
def test_each_command_runs_from_the_command_line(
    build: str,
    command: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Printed,
) -> None:
    monkeypatch.chdir(tmp_path)
    options, part = RUNS[command]
    assert main([*command.split(), *options, "--build", build]) == 0
    assert part in capsys.readouterr().out


def _gaps(build: str | Path, capsys: Printed, **asked: Any) -> list[dict[str, str]]:
    """Return the rows that ``gaps --format csv`` prints."""
    commands.gaps(form=GapFormat.CSV, build=Path(build), **asked)
    return list(csv.DictReader(io.StringIO(capsys.readouterr().out)))


def test_gaps_as_csv_has_the_columns_promised(build: str, capsys: Printed) -> None:
    rows = _gaps(build, capsys)
    assert ",".join(rows[0]) == COLUMNS
    assert [row["code"] for row in rows] == ["93059", "93066"]


def test_both_geographies_have_the_same_sums(build: str, capsys: Printed) -> None:
    sums = {}
    for cog, count in ((Cog.BEFORE, 2), (Cog.SINCE, 1)):
        rows = _gaps(build, capsys, cog=cog)
        sums[cog] = [
            sum(float(row[name]) for row in rows)
            for name in ("population", "need_persons", "help_h_per_week", "missing_h_per_week")
        ]
        assert len(rows) == count
    assert sums[Cog.BEFORE] == pytest.approx(sums[Cog.SINCE], abs=1e-5)


def test_json_gives_the_figures_of_the_csv_and_says_its_geography(
    build: str, capsys: Printed
) -> None:
    commands.gaps(form=GapFormat.JSON, build=Path(build))
    values = json.loads(capsys.readouterr().out)
    assert values["cog"] == "cog_2024"
    assert [str(zone["need_persons"]) for zone in values["gaps"]] == [
        f"{float(row['need_persons'])}" for row in _gaps(build, capsys)
    ]


def test_zones_that_are_not_known_are_empty_in_csv_and_null_in_json(
    build: str, capsys: Printed
) -> None:
    unknown = _gaps(build, capsys, level=Level.QPV)[1]
    known = {name: value for name, value in unknown.items() if value}
    assert (known.pop("code"), known.pop("name")) == ("QN09348M", "Quartier")
    # What is said of every row: what it was measured against, where, when.
    assert set(known) == {"norm", "norm_h_per_100", "cog", "edition", "read_on"}
    commands.gaps(level=Level.QPV, form=GapFormat.JSON, build=Path(build))
    assert json.loads(capsys.readouterr().out)["gaps"][1]["missing_h_per_week"] is None


@pytest.mark.parametrize("level", Level)
def test_each_level_prints_a_table(build: str, level: Level, capsys: Printed) -> None:
    commands.gaps(level=level, build=Path(build))
    assert "h/sem." in capsys.readouterr().out


def test_the_levels_of_the_command_line_are_those_of_the_contract() -> None:
    assert tuple(Level) == LEVELS


def test_the_norm_and_the_assumptions_can_be_changed(build: str, capsys: Printed) -> None:
    def missing(**asked: Any) -> float:
        (row,) = _gaps(build, capsys, level=Level.EPT, **asked)
        return float(row["missing_h_per_week"])

    usual = missing()
    assert missing(norm="0") == 0
    assert missing(norm="10,5") == missing(norm="10.5") > usual
    assert missing(changes=["walk.speed_kmh=1"]) != usual


@pytest.fixture(scope="module")
def under_share(build: str) -> dict[str, str]:
    """Return what ``gaps --norm share`` prints in each format."""
    printed: dict[str, str] = {}
    for form in GapFormat:
        done = CliRunner().invoke(
            app, ["gaps", "--norm", "share", "--format", form, "--build", build]
        )
        assert done.exit_code == 0
        printed[form] = done.stdout
    return printed


def test_under_a_share_the_table_speaks_of_hours_to_move_and_of_none_missing(
    under_share: dict[str, str],
) -> None:
    said = under_share[GapFormat.TABLE]
    assert "à répartir" in said
    for word in ("manqu", "missing", "ETP"):
        assert word not in said


def test_under_a_share_the_files_fill_the_columns_to_move_and_leave_missing_empty(
    under_share: dict[str, str],
) -> None:
    rows = list(csv.DictReader(io.StringIO(under_share[GapFormat.CSV])))
    zones = json.loads(under_share[GapFormat.JSON])
    assert zones["norm"] == "share"
    for row, zone in zip(rows, zones["gaps"], strict=True):
        assert row["norm"] == zone["norm"] == "share"
        for name in (name for name in row if name.startswith("missing_")):
            assert (row[name], zone[name]) == ("", None), name
        for name in (name for name in row if name.startswith("to_move_")):
            assert row[name] != "", name
            assert zone[name] is not None, name


@pytest.mark.parametrize("norm", ["france", "promise", "service", "5"])
def test_under_a_norm_that_stands_still_hours_are_missing_and_none_to_move(
    build: str, norm: str, capsys: Printed
) -> None:
    for row in _gaps(build, capsys, norm=norm):
        assert row["norm"] == ("number" if norm == "5" else norm)
        assert float(row["missing_h_per_week"]) >= 0
        assert {row[name] for name in row if name.startswith("to_move_")} == {""}


def test_the_earlier_name_of_the_share_is_still_read(build: str, capsys: Printed) -> None:
    assert _gaps(build, capsys, norm="ept") == _gaps(build, capsys, norm="share")


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ("need.level_departement_pct=14.5", "need_persons"),
        ("capacity.counsellor.public_share=0.5", "help_h_per_week"),
        ("freshness.weight_very_stale=0.5", "help_h_per_week"),
    ],
)
def test_an_assumption_of_need_or_help_acts_too(
    change: str, column: str, edition_folder: Path, capsys: Printed
) -> None:
    usual, changed = (
        float(_gaps(edition_folder, capsys, level=Level.EPT, changes=changes)[0][column])
        for changes in (None, [change])
    )
    assert changed < usual


def test_check_lists_what_is_wrong_and_leaves_with_two(tmp_path: Path, capsys: Printed) -> None:
    spoilt = worlds.write_build(tmp_path)
    (spoilt / "sites.parquet").unlink()
    assert main(["check", "--build", str(spoilt)]) == 2
    assert "table sites" in capsys.readouterr().out
    with pytest.raises(typer.Exit):
        commands.check(form=TextFormat.JSON, build=spoilt)
    assert len(json.loads(capsys.readouterr().out)["problems"]) == 2


def test_status_gives_facts_and_sources(build: str, capsys: Printed) -> None:
    commands.status(form=TextFormat.JSON, build=Path(build))
    values = json.loads(capsys.readouterr().out)
    assert values["facts"] == worlds.SMALL.counts
    wanted = {"id", "publisher", "licence", "vintage", "read_on", "sha256"}
    assert wanted | {"rows_in", "rows_out", "rows_aside"} <= set(values["sources"][0])
    # A build without the files of a région is told of none of them.
    assert "mobile_coverage_communes" in values["by_hand"]
    assert "diplomas_region" not in values["by_hand"]
    commands.status(form=TextFormat.TABLE, build=Path(build))
    assert "À chercher à la main" in capsys.readouterr().out


@pytest.mark.parametrize("form", [form for form in FileFormat if form not in WHOLE])
def test_export_writes_data_dictionaries_licence_and_method(
    build: str, form: FileFormat, tmp_path: Path, capsys: Printed
) -> None:
    export_command.export(to=tmp_path, form=form, build=Path(build))
    names = {Path(line).name for line in capsys.readouterr().out.splitlines()}
    assert names == {path.name for path in tmp_path.iterdir()}
    dictionary = "sites.dictionary.fr.csv" if form is FileFormat.CSV_FR else "sites.dictionary.csv"
    assert {"LICENCE.txt", "method.json", dictionary} <= names
    assert len(names) == 2 + (3 if form is FileFormat.DATAPACKAGE else 2) * 7


@pytest.mark.parametrize(
    ("form", "first", "count"),
    [(FileFormat.GEOPACKAGE_ALL, "observatoire.gpkg", 6),
     (FileFormat.DATAPACKAGE_ALL, "datapackage.json", 18)],
)  # fmt: skip
def test_export_of_everything_is_one_file_or_one_package(
    build: str, form: FileFormat, first: str, count: int, tmp_path: Path, capsys: Printed
) -> None:
    export_command.export(to=tmp_path, form=form, draws=2, build=Path(build))
    names = [Path(line).name for line in capsys.readouterr().out.splitlines()]
    assert names[0] == first
    assert set(names) == {path.name for path in tmp_path.iterdir()}
    assert {"LICENCE.txt", "method.json", "methode.md", "dictionary.csv", "CITATION.cff"} <= {
        *names
    }
    assert len(names) == count
    with pytest.raises(ChoiceError, match="no level with --format"):
        export_command.export(to=tmp_path, form=form, level=Level.IRIS, build=Path(build))


def test_export_of_one_level_gives_that_level_only(build: str, tmp_path: Path) -> None:
    export_command.export(to=tmp_path, level=Level.COMMUNE, cog=Cog.SINCE, build=Path(build))
    data = [path.name for path in tmp_path.glob("*.csv") if "dictionary" not in path.name]
    assert data == ["gaps_commune_cog_2025.csv"]
    method = json.loads((tmp_path / "method.json").read_text(encoding="utf-8"))
    assert method["choices"] == {"level": "commune", "cog": "cog_2025", "norm": "france"}


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"norm": "much"}, NORMS),
        ({"norm": "-3"}, NORMS),
        ({"norm": "nan"}, NORMS),
        ({"norm": "inf"}, NORMS),
        ({"changes": ["walk.speed_kmh"]}, "NAME=VALUE"),
        ({"changes": ["walk.speed_kmh=fast"]}, "a number"),
        ({"changes": ["walk.speeed=3"]}, "see data/assumptions.toml"),
        ({"changes": ["access.decay=cubic"]}, "step, gaussian or binary"),
    ],
)
def test_a_norm_or_a_change_that_cannot_be_used_is_refused(
    build: str, asked: dict[str, Any], expected: str
) -> None:
    with pytest.raises(InputError, match=expected):
        commands.gaps(build=Path(build), **asked)


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["gaps", "--norm", "much"], NORMS),
        (["gaps", "--level", "street"], "street"),
        (["gaps", "--cog", "cog_1999"], "cog_1999"),
        (["gaps", "--format", "xml"], "xml"),
        (["export", "--to", "out", "--format", "shp"], "shp"),
        (["export"], "--to"),
        (["frobnicate"], "frobnicate"),
        (["app", "--port", "0"], "port"),
    ],
)
def test_a_wrong_option_says_what_is_expected_and_leaves_with_two(
    build: str, arguments: list[str], part: str, capsys: Printed
) -> None:
    known = arguments if arguments[0] == "frobnicate" else [*arguments, "--build", build]
    assert main(known) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert part in " ".join(printed.err.split())
    assert "Traceback" not in printed.err


@pytest.mark.parametrize("command", ["gaps", "check", "status"])
def test_a_build_that_is_not_there_says_how_to_make_one(
    tmp_path: Path, command: str, capsys: Printed
) -> None:
    for folder in (tmp_path / "nowhere", tmp_path):
        assert main([command, "--build", str(folder)]) == 2
        printed = capsys.readouterr()
        assert printed.out == ""
        assert "observatory build" in printed.err


def test_a_build_named_in_the_environment_and_not_there_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Printed
) -> None:
    monkeypatch.setenv("OBSERVATORY_BUILD", str(tmp_path / "mistyped"))
    commands.status(form=TextFormat.JSON)
    assert "mistyped (OBSERVATORY_BUILD): using" in capsys.readouterr().err
    monkeypatch.setenv("OBSERVATORY_BUILD", "")
    commands.status(form=TextFormat.JSON)
    assert "OBSERVATORY_BUILD" not in capsys.readouterr().err


def test_a_check_never_speaks_of_the_edition_in_place_of_the_build_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Printed
) -> None:
    monkeypatch.setenv("OBSERVATORY_BUILD", str(tmp_path / "mistyped"))
    assert main(["check"]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "OBSERVATORY_BUILD" in printed.err
    assert "mistyped expected: a build found: no such folder" in " ".join(printed.err.split())


def test_a_monitor_sees_a_source_that_stands_still(
    build: str, tmp_path: Path, capsys: Printed
) -> None:
    assert main(["status", "--build", build]) == 0
    late = tmp_path / "late"
    shutil.copytree(build, late)
    known = read_manifest(late)
    first = replace(known.sources[0], changed_on="2024-01-01", late_after=30)
    write_manifest(replace(known, sources=(first, *known.sources[1:])), late)
    capsys.readouterr()
    assert main(["status", "--build", str(late)]) == 1
    assert f"{first.id} n'a pas changé depuis" in spaced(capsys.readouterr().err)


def test_a_build_without_sources_or_over_other_files_is_refused(
    tmp_path: Path, capsys: Printed
) -> None:
    assert main(["build", "--from", str(tmp_path / "nowhere")]) == 2
    assert "option --from" in capsys.readouterr().err
    (tmp_path / "mine.txt").write_text("mine")
    assert main(["build", "--from", str(tmp_path), "--out", str(tmp_path)]) == 2
    assert "holds mine.txt" in capsys.readouterr().err
    assert main(["build", "--from", str(tmp_path), "--out", "x", "--edition"]) == 2
    assert "not both" in capsys.readouterr().err


def test_a_build_that_is_made_again_stays_of_its_territory(
    cut: Sources, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Printed
) -> None:
    monkeypatch.setenv("OBSERVATORY_DATA", str(cut.settings.data))
    folder = worlds.write_build(tmp_path / "mine")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    # Stains, of which the cut has no outline: the refusal names it.
    text = json.dumps({**manifest, "territory": "commune:93072"})
    (folder / "manifest.json").write_text(text, encoding="utf-8")
    assert main(["build", "--from", str(cut.folder), "--out", str(folder)]) == 2
    assert "Stains" in capsys.readouterr().err
    assert (folder / "manifest.json").read_text(encoding="utf-8") == text


def _failing(error: Exception) -> object:
    def fails(build: object, *, named: bool = False) -> Path:
        raise error

    return fails


def test_an_unexpected_failure_is_one_sentence_and_a_trace_only_on_demand(
    monkeypatch: pytest.MonkeyPatch, capsys: Printed
) -> None:
    monkeypatch.setattr(commands, "current", _failing(RuntimeError("first line\nsecond")))
    assert main(["check"]) == 1
    err = capsys.readouterr().err
    assert "unexpected failure: RuntimeError: first line" in err
    assert "Traceback" not in err
    assert main(["--debug", "check"]) == 1
    assert "Traceback" in capsys.readouterr().err


def test_a_failed_download_leaves_with_three(
    monkeypatch: pytest.MonkeyPatch, capsys: Printed
) -> None:
    error = DownloadError("https://x", expected="a file", found="503", next_step="try later")
    monkeypatch.setattr(commands, "current", _failing(error))
    assert main(["status"]) == 3
    assert "what next: try later" in capsys.readouterr().err


def test_help_teaches_with_examples_and_exit_codes() -> None:
    runner = CliRunner()
    whole = " ".join(runner.invoke(app, ["--help"]).stdout.split())
    for words in ("Exit codes: 0 done", "2 bad input", "3 a download failed", "standard error"):
        assert words in whole
    assert "and the build was made with the former one" in whole
    for command in ("build", "gaps", "check", "export", "status", "app"):
        assert "Example" in runner.invoke(app, [command, "--help"]).stdout, command


def test_the_app_is_served_from_the_project_with_its_build(
    build: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ran: list[list[str]] = []
    monkeypatch.setattr(os, "execv", lambda path, words: ran.append(words))
    monkeypatch.setattr(os, "chdir", lambda folder: None)
    monkeypatch.setenv("OBSERVATORY_BUILD", "before")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    assert main(["app", "--port", port, "--build", build]) == 0
    words = " ".join(ran[0])
    assert f"streamlit run {settings.PROJECT / 'app.py'} --server.port {port}" in words
    assert "--server.address localhost" in words
    assert "--server.enableStaticServing true" in words
    assert "--browser.serverAddress" not in words
    assert os.environ["OBSERVATORY_BUILD"] == build
    # Behind a proxy: what it listens to, and the name that visitors see.
    monkeypatch.setenv("OBSERVATORY_ADDRESS", "https://observatoire.example.fr/carte")
    assert main(["app", "--port", port, "--build", build, "--address", "0.0.0.0"]) == 0  # noqa: S104  # only said
    words = " ".join(ran[1])
    assert "--server.address 0.0.0.0" in words
    assert "--browser.serverAddress observatoire.example.fr" in words


def test_a_port_in_use_is_said(build: str, capsys: Printed) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert main(["app", "--port", str(port), "--build", build]) == 2
    assert "serves there already" in capsys.readouterr().err


def run(arguments: list[str], **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "observatory", *arguments],
        capture_output=True,
        check=False,
        cwd=settings.PROJECT,
        env={**os.environ, **environment},
    )


@pytest.mark.slow
def test_output_is_utf8_in_any_locale_and_stderr_is_quiet(build: str) -> None:
    done = run(
        ["gaps", "--level", "qpv", "--build", build],
        LC_ALL="C", PYTHONIOENCODING="ascii", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0",
    )  # fmt: skip
    assert done.returncode == 0
    assert "qui manquent" in done.stdout.decode("utf-8")
    assert "difficulté" in done.stdout.decode("utf-8")
    assert done.stderr == b""


@pytest.mark.slow
def test_a_reader_that_leaves_early_is_no_error(build: str) -> None:
    command = [sys.executable, "-m", "observatory", "gaps", "--format", "csv", "--build", build]
    read_end, write_end = os.pipe()
    os.close(read_end)
    done = subprocess.run(
        command, stdout=write_end, stderr=subprocess.PIPE, check=False, cwd=settings.PROJECT
    )
    os.close(write_end)
    assert b"Traceback" not in done.stderr
    assert b"Exception" not in done.stderr
    assert b"unexpected" not in done.stderr


def test_a_build_asks_for_a_territory_where_no_edition_says_which(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "data"
    shutil.copytree(
        settings.PROJECT / "data", data, ignore=shutil.ignore_patterns("edition", "backdrop")
    )
    monkeypatch.setenv("OBSERVATORY_DATA", str(data))
    monkeypatch.setenv("OBSERVATORY_BUILD", str(tmp_path / "mine"))
    for command in (["build", "--from", str(tmp_path)], ["update", "--to", str(tmp_path)]):
        assert main(command) == 2
        said = capsys.readouterr().err
        assert "option --territory" in said
        assert "the SIREN of an EPT or EPCI" in said
