"""The check of a build: each promise broken on purpose is named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import worlds

from observatory.cli import main
from observatory.errors import FileFormatError
from observatory.tables.integrity import build_problems, emptied, source_problems, table_problems
from observatory.tables.manifest import open_build
from observatory.tables.provenance import Aside


def test_a_whole_build_has_no_problem(tmp_path: Path) -> None:
    assert build_problems(worlds.write_build(tmp_path)) == []


def _with(name: str, column: str, row: int, value: Any) -> dict[str, pd.DataFrame]:
    tables = worlds.tables()
    tables[name].loc[row, column] = value
    return tables


@pytest.mark.parametrize(
    ("name", "column", "row", "value", "said"),
    [
        ("sites", "commune", 0, "93001", "sites.commune: 93001 not in communes"),
        ("supply", "site", 0, "p9", "supply.site: p9 not in sites"),
        ("points", "iris", 0, "930010101", "points.iris: 930010101 not in iris"),
        ("points", "population", 0, 999.0, "population of points, by IRIS: 1 sums"),
        ("iris", "population", 0, 999, "population of IRIS: 1 sums"),
        ("ept", "population", 0, 1, "population of communes: 1 sums"),
        ("ept", "ept", 0, "200057875", "communes.ept: 200057867 in the territory"),
        ("qpv", "outline_known", 0, False, "qpv.outline_known"),
        ("point_qpv", "point", 0, "Z", "point_qpv.point: Z not in points"),
        ("point_qpv", "qpv", 0, "QN09399M", "point_qpv.qpv: QN09399M not in qpv"),
        ("point_qpv", "share", 0, 1.5, "point_qpv.share: more than the whole of B"),
        ("supply", "qpv", 0, "QN09399M", "supply.qpv: QN09399M not in qpv"),
        ("iris", "commune", 3, "93059", "communes.commune: 93008 without any row in iris"),
    ],
)
def test_a_broken_promise_between_tables_is_named(
    name: str, column: str, row: int, value: Any, said: str
) -> None:
    assert any(said in line for line in table_problems(_with(name, column, row, value)))


def test_a_spoilt_table_is_named_with_the_way_out(tmp_path: Path) -> None:
    folder = worlds.write_build(tmp_path)
    (folder / "iris.parquet").write_bytes(b"PAR1")
    said = build_problems(folder)
    assert any(line.startswith("table iris: its bytes") for line in said)
    assert any("observatory build" in line for line in said)


def test_a_fact_that_the_tables_no_longer_give_is_named(tmp_path: Path) -> None:
    folder = worlds.write_build(tmp_path)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    manifest["facts"]["cells"] = 869
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    assert build_problems(folder) == ["fact cells: 869 in the manifest, 3 in the tables"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"licence": " "}, "no licence"),
        ({"sha256": "abc"}, "sha256 'abc'"),
        ({"rows_in": 11}, "11 rows in, but 9 out and 1 aside"),
        ({"aside": (Aside("x", 2),)}, "1 rows aside, but reasons for 2"),
    ],
)
def test_a_source_whose_record_is_not_whole_is_named(changes: dict[str, Any], said: str) -> None:
    assert source_problems(worlds.source()) == []
    assert source_problems(worlds.source(**changes)) == [f"source rep_schools_2022: {said}"]


@pytest.mark.parametrize("column", ["active_15_64", "unemployed_15_64", "caf_rsa"])
def test_a_zone_of_nobody_where_another_source_knows_people_is_named(column: str) -> None:
    tables = _with("iris", "population", 0, 0)
    tables["iris"].loc[0, column] = 12
    code = tables["iris"].loc[0, "iris"]
    said = f"iris.population: 0 in {code}, though {column} is above 0"
    assert said in table_problems(tables)


@pytest.mark.parametrize(("others", "problems"), [(99, 0), (98, 1)])
def test_sources_of_two_years_may_disagree_on_one_zone_in_a_hundred(
    others: int, problems: int
) -> None:
    tables = _with("iris", "population", 0, 0)
    rows = tables["iris"]
    rows.loc[0, "caf_rsa"] = 12
    many = pd.concat([rows.iloc[[0]], *[rows.iloc[[1]]] * others], ignore_index=True)
    assert {column: len(found) for column, found in emptied(many).items()} == {"caf_rsa": 1}
    said = [line for line in table_problems({**tables, "iris": many}) if "though" in line]
    assert len(said) == problems


def test_a_flipped_byte_is_refused_when_a_build_is_opened(tmp_path: Path) -> None:
    folder = worlds.write_build(tmp_path)
    assert open_build(folder).territory == "200057867"
    path = folder / "iris.parquet"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))
    with pytest.raises(FileFormatError, match=r"iris\.parquet"):
        open_build(folder)
    assert any(line.startswith("table iris: its bytes") for line in build_problems(folder))
    assert main(["gaps", "--build", str(folder)]) == 2
