"""Tables, manifest, assumptions and folders at rest."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import worlds
from shapely.geometry import Point, box

from observatory.errors import (
    ChoiceError,
    ColumnsError,
    ContractError,
    FileFormatError,
    InputError,
    MissingInputError,
)
from observatory.model.assumptions_file import load_assumptions
from observatory.tables import atomic
from observatory.tables.atomic import recover, refuse_foreign, whole_folder, write_whole
from observatory.tables.columns import Column
from observatory.tables.manifest import (
    Manifest,
    changed_tables,
    hash_tables,
    is_build,
    read_manifest,
    write_manifest,
)
from observatory.tables.storage import read_all, read_table, write_table
from observatory.tables.table import METRES, Table

PLAIN = Table(
    "plain",
    "A row.",
    ("code",),
    (
        Column("code", "text", "Code."),
        Column("note", "text", "Note.", missing="none"),
        Column("count", "int", "Count.", missing="not known"),
        Column("hours", "float", "Hours.", "h", missing="not known"),
        Column("open", "bool", "Open.", missing="not known"),
    ),
)
LAYER = Table(
    "layer",
    "A zone.",
    ("code",),
    (
        Column("code", "text", "Code."),
        Column("geometry", "geometry", "Outline.", missing="not known"),
    ),
    crs=METRES,
)


def plain() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "code": ["b", "a"],
            "note": ["été", None],
            "count": [3, None],
            "hours": [-0.0, np.nan],
            "open": [True, None],
        }
    )


def layer() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"code": ["b", "a"]}, geometry=[box(0, 0, 2, 2), None], crs="EPSG:2154")


def test_a_table_comes_back_in_the_order_of_its_key_with_missing_still_missing(
    tmp_path: Path,
) -> None:
    write_table(plain(), PLAIN, tmp_path)
    back = read_table(PLAIN, tmp_path)
    assert back["code"].tolist() == ["a", "b"]
    assert back["note"].isna().tolist() == [True, False]
    assert back["count"].isna().tolist() == [True, False]
    assert str(back["count"].dtype) == "Int64"
    assert back["hours"].isna().tolist() == [True, False]
    assert not np.signbit(back["hours"].iloc[1])


def test_a_layer_comes_back_with_its_reference_system_and_missing_outlines(
    tmp_path: Path,
) -> None:
    write_table(layer(), LAYER, tmp_path)
    back = read_table(LAYER, tmp_path)
    assert back.crs.to_epsg() == 2154
    assert back.geometry.isna().tolist() == [True, False]
    assert back.geometry.iloc[1].equals(box(0, 0, 2, 2))


@pytest.mark.parametrize(("frame", "table"), [(plain(), PLAIN), (layer(), LAYER)])
def test_writing_twice_in_any_row_order_gives_the_same_bytes(
    tmp_path: Path, frame: pd.DataFrame, table: Table
) -> None:
    one = write_table(frame, table, tmp_path / "one").read_bytes()
    other = write_table(frame.iloc[::-1], table, tmp_path / "other").read_bytes()
    assert one == other


def test_a_frame_that_breaks_its_contract_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(ContractError):
        write_table(plain().assign(code="a"), PLAIN, tmp_path)
    assert not list(tmp_path.iterdir())


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _other(path: Path) -> None:
    path.write_text("<html>503</html>")


@pytest.mark.parametrize("spoil", [_cut, _empty, _other])
@pytest.mark.parametrize(("frame", "table"), [(plain(), PLAIN), (layer(), LAYER)])
def test_a_spoilt_file_says_so_and_what_to_do(
    tmp_path: Path, frame: pd.DataFrame, table: Table, spoil: object
) -> None:
    path = write_table(frame, table, tmp_path)
    spoil(path)  # type: ignore[operator]  # one of the three functions above
    with pytest.raises(FileFormatError, match="observatory build") as caught:
        read_table(table, tmp_path)
    assert str(path) in str(caught.value)


def test_a_layer_written_without_geography_is_refused(tmp_path: Path) -> None:
    pd.DataFrame({"code": ["a"]}).to_parquet(tmp_path / "layer.parquet")
    with pytest.raises(FileFormatError):
        read_table(LAYER, tmp_path)


def test_a_table_of_an_older_version_says_to_rebuild(tmp_path: Path) -> None:
    plain().drop(columns="hours").to_parquet(tmp_path / "plain.parquet")
    with pytest.raises(ColumnsError, match=r"without hours.*observatory build"):
        read_table(PLAIN, tmp_path)


def test_a_missing_build_or_table_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingInputError, match="no such folder"):
        read_table(PLAIN, tmp_path / "nowhere")
    with pytest.raises(MissingInputError, match="no such file"):
        read_table(PLAIN, tmp_path)
    with pytest.raises(InputError):
        read_all(tmp_path)


def manifest(**changes: object) -> Manifest:
    source = worlds.source(id="rep", publisher="MEN", sha256="0" * 64)
    values: dict[str, object] = {
        "observatory": "0.1.0",
        "territory": "200057867",
        "territory_name": "Plaine Commune",
        "cog": "cog_2024",
        "facts": {"communes": 9},
        "sources": (source,),
        "tables": {"plain": "0"},
    }
    return Manifest(**{**values, **changes})  # type: ignore[arg-type]  # fields by name


def test_a_manifest_comes_back_whole_and_always_the_same(tmp_path: Path) -> None:
    first = write_manifest(manifest(), tmp_path).read_bytes()
    assert read_manifest(tmp_path) == manifest()
    assert write_manifest(manifest(), tmp_path).read_bytes() == first
    assert is_build(tmp_path)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("{", "Expecting"),
        ("[]", "schema version None"),
        ('{"schema": 99}', "schema version 99"),
        ('{"schema": 1}', "sources"),
        ('{"schema": 1, "sources": [3]}', "fields that do not fit"),
    ],
)
def test_a_spoilt_manifest_is_refused(tmp_path: Path, text: str, found: str) -> None:
    (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(FileFormatError, match="observatory build") as caught:
        read_manifest(tmp_path)
    assert found in caught.value.found
    assert not is_build(tmp_path)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("territory", 3),
        ("territory_name", None),
        ("facts", None),
        ("facts", {"communes": "neuf"}),
        ("tables", []),
    ],
)
def test_a_manifest_edited_by_hand_names_the_field(
    tmp_path: Path, name: str, value: object
) -> None:
    path = write_manifest(manifest(), tmp_path)
    path.write_text(json.dumps({**json.loads(path.read_text()), name: value}))
    with pytest.raises(FileFormatError, match="observatory build") as caught:
        read_manifest(tmp_path)
    assert f"field {name}" in caught.value.found


def test_rows_of_a_source_that_are_no_number_are_refused(tmp_path: Path) -> None:
    path = write_manifest(manifest(), tmp_path)
    values = json.loads(path.read_text())
    values["sources"] = [{**source, "rows_in": "12"} for source in values["sources"]]
    path.write_text(json.dumps(values))
    with pytest.raises(FileFormatError, match="field sources"):
        read_manifest(tmp_path)


def test_no_build_is_no_manifest(tmp_path: Path) -> None:
    with pytest.raises(MissingInputError, match="observatory build"):
        read_manifest(tmp_path / "nowhere")


def test_tables_that_changed_since_the_build_are_named(tmp_path: Path) -> None:
    write_table(plain(), PLAIN, tmp_path)
    right = manifest(tables=hash_tables(tmp_path))
    assert changed_tables(tmp_path, right) == []
    write_table(plain().assign(note="x"), PLAIN, tmp_path)
    write_table(layer(), LAYER, tmp_path)
    wrong = changed_tables(tmp_path, manifest(tables={**right.tables, "gone": "1"}))
    assert [line.split(":")[0] for line in wrong] == ["table gone", "table layer", "table plain"]


def test_assumptions_are_read_and_a_spoilt_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "assumptions.toml"
    path.write_text(
        '[walk.detour]\nvalue = 1.3\nunit = ""\nsource = "none"\nwhy = "usual"\n'
        'acts_on = ["access"]\n'
    )
    assert load_assumptions(path).number("walk.detour") == 1.3
    path.write_text("[walk\n")
    with pytest.raises(FileFormatError, match="line 1"):
        load_assumptions(path)
    path.write_bytes("why = 'été'".encode("latin-1"))
    with pytest.raises(FileFormatError, match="UTF-8"):
        load_assumptions(path)
    path.write_text("[walk.detour]\nvalue = 1.3\n")
    with pytest.raises(ChoiceError):
        load_assumptions(path)
    with pytest.raises(MissingInputError):
        load_assumptions(tmp_path / "nowhere.toml")


def former(folder: Path) -> Path:
    folder.mkdir()
    write_manifest(manifest(), folder)
    (folder / "old.txt").write_text("old")
    return folder


def test_a_folder_replaces_the_former_build_whole(tmp_path: Path) -> None:
    target = former(tmp_path / "out")
    with whole_folder(target) as folder:
        (folder / "new.txt").write_text("new")
        assert (target / "old.txt").exists()
    assert [path.name for path in target.iterdir()] == ["new.txt"]
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_the_former_build_stands_when_the_new_one_fails(tmp_path: Path) -> None:
    target = former(tmp_path / "out")

    def fails() -> None:
        with whole_folder(target) as folder:
            (folder / "half.txt").write_text("half")
            raise RuntimeError("a source is broken")

    with pytest.raises(RuntimeError, match="broken"):
        fails()
    assert (target / "old.txt").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.slow
def test_the_former_build_stands_when_the_process_is_killed(tmp_path: Path) -> None:
    target = former(tmp_path / "out")
    script = (
        "import os, signal, sys; from pathlib import Path\n"
        "from observatory.tables.atomic import whole_folder\n"
        "with whole_folder(Path(sys.argv[1])) as folder:\n"
        "    (folder / 'half.txt').write_text('half')\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(target)], check=False)
    assert done.returncode == -signal.SIGKILL
    assert (target / "old.txt").read_text() == "old"
    with whole_folder(target) as folder:
        assert not list(folder.iterdir())
        (folder / "new.txt").write_text("new")
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_kill_between_the_two_renames_is_put_right(tmp_path: Path) -> None:
    former(tmp_path / ".out.old")
    recover(tmp_path / "out")
    assert (tmp_path / "out" / "old.txt").exists()


def test_a_failure_between_the_two_renames_leaves_the_former_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = former(tmp_path / "out")
    rename = Path.rename

    def fails(self: Path, to: Path) -> Path:
        if self.name == ".out.new":
            raise OSError("disk full")
        return rename(self, to)

    monkeypatch.setattr(Path, "rename", fails)
    with pytest.raises(OSError, match="disk full"), whole_folder(target):
        pass
    assert (target / "old.txt").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_reader_takes_nothing_from_a_build_between_its_renames(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(atomic, "PATIENCE", 0.05)
    target = former(tmp_path / "out")
    with whole_folder(target) as folder:
        (folder / "new.txt").write_text("new")
        target.rename(tmp_path / ".out.old")
        recover(target)
        assert not target.exists()
    assert [path.name for path in target.iterdir()] == ["new.txt"]


def test_a_folder_that_holds_other_things_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    (tmp_path / "manifest.json").write_text('{"name": "a web page"}')
    with (
        pytest.raises(ChoiceError, match=r"holds manifest\.json, mine\.txt"),
        whole_folder(tmp_path),
    ):
        pass
    with pytest.raises(ChoiceError, match="a file"), whole_folder(tmp_path / "mine.txt"):
        pass
    assert (tmp_path / "mine.txt").read_text() == "mine"


def test_a_place_where_nothing_can_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    below = tmp_path / "file" / "out"
    with pytest.raises(ChoiceError, match="can be written"):
        refuse_foreign(below)
    with pytest.raises(ChoiceError, match="can be written"):
        write_whole(below / "a.csv", b"one")
    with pytest.raises(ChoiceError, match="can be written"), whole_folder(below):
        pass


def test_two_builds_of_one_folder_do_not_mix(tmp_path: Path) -> None:
    with (
        whole_folder(tmp_path / "out"),
        pytest.raises(ChoiceError, match="another build"),
        whole_folder(tmp_path / "out"),
    ):
        pass


def test_a_file_is_written_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "deep" / "a.csv"
    write_whole(path, b"one")

    def fails(self: Path, content: bytes) -> int:
        raise OSError("disk full")

    monkeypatch.setattr(Path, "write_bytes", fails)
    with pytest.raises(ChoiceError, match="disk full"):
        write_whole(path, b"two")
    assert path.read_bytes() == b"one"
    assert [p.name for p in path.parent.iterdir()] == ["a.csv"]


def test_points_are_layers_too(tmp_path: Path) -> None:
    points = gpd.GeoDataFrame({"code": ["a"]}, geometry=[Point(1, 2)], crs="EPSG:2154")
    write_table(points, LAYER, tmp_path)
    assert read_table(LAYER, tmp_path).geometry.iloc[0].equals(Point(1, 2))
