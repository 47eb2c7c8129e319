"""Tables read in the zip of their publisher: one CSV, whole, and not too large."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from observatory.errors import FileFormatError
from observatory.read.text_files import read_text
from observatory.read.zipped import RATIO_LIMIT, unzipped


def box(path: Path, **members: str) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return path


def test_the_table_is_read_and_its_description_left_out(tmp_path: Path) -> None:
    path = box(tmp_path / "a_csv.zip", **{"a.CSV": "IRIS;P22\n1;é\n", "meta_a.CSV": "x;y\n"})
    assert read_text(path) == "IRIS;P22\n1;é\n"


@pytest.mark.parametrize(
    "members", [{}, {"read.txt": "x"}, {"a.csv": "x", "b.csv": "y"}, {"meta_a.csv": "x"}]
)
def test_none_or_several_tables_are_refused(tmp_path: Path, members: dict[str, str]) -> None:
    with pytest.raises(FileFormatError, match="one CSV"):
        unzipped(box(tmp_path / "a.zip", **members))


def test_a_table_that_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileFormatError, match="at most 10 bytes"):
        unzipped(box(tmp_path / "a.zip", **{"a.csv": "12345678901"}), limit=10)
    swollen = box(tmp_path / "b.zip", **{"a.csv": "0" * 2_000_000})
    assert RATIO_LIMIT * swollen.stat().st_size < 2_000_000
    with pytest.raises(FileFormatError, match="bytes unpacked"):
        unzipped(swollen)


def test_what_is_no_zip_and_a_broken_one_are_refused(tmp_path: Path) -> None:
    other = tmp_path / "a.zip"
    other.write_bytes(b"<html>")
    with pytest.raises(FileFormatError, match="whole zip"):
        unzipped(other)
    whole = box(tmp_path / "b.zip", **{"a.csv": "".join(map(str, range(5000)))}).read_bytes()
    other.write_bytes(whole[:60] + b"\0" * 40 + whole[100:])
    with pytest.raises(FileFormatError, match="whole zip"):
        unzipped(other)


def test_names_that_climb_write_nothing(tmp_path: Path) -> None:
    path = box(tmp_path / "a.zip", **{"../../x.csv": "IRIS\n1\n"})
    assert unzipped(path) == b"IRIS\n1\n"
    assert [item.name for item in tmp_path.iterdir()] == ["a.zip"]
