"""The reader of transit stops on made files: every row kept, or set aside with its reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from observatory.errors import CodeError, ColumnsError, ContractError
from observatory.read.transit import read_transit_lines_2025, read_transit_stops_2024
from observatory.tables.provenance import Reading
from observatory.tables.transit_tables import STOPS

HEAD = (
    "ZdAId;ZdAVersion;ZdACreated;ZdAChanged;ZdAName;ZdAXEpsg2154;ZdAYEpsg2154;ZdCId;ZdAType;"
    "ZdAPostalRegion;ZdATown"
)
COMMUNES = {"saint denis": "93066", "stains": "93072"}


def line(
    stop: str = "1",
    name: str = "Basilique de Saint-Denis",
    x: str = "652906",
    y: str = "6870750",
    kind: str = "metroStation",
    commune: str = "93066",
) -> str:
    day = "2014-12-29T00:00:00+01:00"
    return f"{stop};v;{day};{day};{name};{x};{y};72326;{kind};{commune};Saint-Denis"


def read(folder: Path, *lines: str) -> Reading:
    path = folder / "stops.csv"
    path.write_text("\n".join([HEAD, *lines]), encoding="utf-8-sig")
    return read_transit_stops_2024(path, COMMUNES)


def reasons(reading: Reading) -> dict[str, int]:
    return {item.reason: item.rows for item in reading.aside}


def test_each_type_of_the_file_has_its_kind(tmp_path: Path) -> None:
    types = ("railStation", "metroStation", "onstreetTram", "onstreetBus")
    reading = read(tmp_path, *(line(str(n), kind=kind) for n, kind in enumerate(types)))
    assert reading.frame["kind"].tolist() == ["rail", "metro", "tram", "bus"]
    assert list(reading.frame.columns) == STOPS.names
    assert (reading.rows_in, reading.rows_aside, reading.note) == (4, 0, "")


def test_a_point_is_given_in_metres_and_in_degrees(tmp_path: Path) -> None:
    stop = read(tmp_path, line()).frame.iloc[0]
    assert (stop["x_m"], stop["y_m"]) == (652_906, 6_870_750)
    assert (stop["lon"], stop["lat"]) == pytest.approx((2.3580, 48.9346), abs=2e-3)


def test_an_unknown_type_is_kept_as_other_and_said(tmp_path: Path) -> None:
    reading = read(tmp_path, line("1", kind="cableway"), line("2", kind=""), line("3"))
    assert reading.frame["kind"].tolist() == ["other", "other", "metro"]
    assert reading.note == "types not known, kept as other: no type (1), cableway (1)"


@pytest.mark.parametrize(("x", "y"), [("", "6870750"), ("0", "0"), ("2.35", "48.93")])
def test_a_stop_without_a_point_is_set_aside_with_its_name(tmp_path: Path, x: str, y: str) -> None:
    reading = read(tmp_path, line("1"), line("2", "Perdu", x, y))
    assert reading.frame["stop"].tolist() == ["1"]
    assert reasons(reading) == {"no coordinates, or none in metropolitan France": 1}
    assert reading.aside[0].examples == ("Perdu (2)",)
    assert reading.rows_in == len(reading.frame) + reading.rows_aside


def test_a_line_twice_counts_once_but_two_lines_of_one_identifier_are_refused(
    tmp_path: Path,
) -> None:
    reading = read(tmp_path, line("1"), line("1"))
    assert (len(reading.frame), reasons(reading)) == (1, {"the same line twice": 1})
    with pytest.raises(ContractError, match=r"share a key.*'1'"):
        read(tmp_path, line("1"), line("1", "Un autre nom"))


def test_stops_of_other_communes_and_without_name_are_set_aside(tmp_path: Path) -> None:
    reading = read(tmp_path, line("1"), line("2", commune="75118"), line("3", name=""))
    assert reading.frame["stop"].tolist() == ["1"]
    assert reasons(reading) == {
        "outside the communes known, by its commune's code": 1,
        "no name": 1,
    }


def test_a_spoilt_file_says_where(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match=r"line 3.*'ici'"):
        read(tmp_path, line("1"), line("2", x="ici"))
    with pytest.raises(CodeError, match="line 2"):
        read(tmp_path, line("1", commune="9366"))
    path = tmp_path / "stops.csv"
    path.write_text(HEAD.replace("ZdAType", "Type") + "\n" + line(), encoding="utf-8")
    with pytest.raises(ColumnsError, match="did you mean 'ZdAType'"):
        read_transit_stops_2024(path, COMMUNES)


def test_lines_are_those_of_their_stop_area_once_and_as_they_are_signed(tmp_path: Path) -> None:
    header = "geo_point_2d;geo_shape;id_gares;id_ref_zda;nom_zda;res_com;indice_lig;mode"
    rows = [("42419", "METRO 6"), ("44125", "TRAM 3b"), ("60", "RER D"), ("60", "TRAIN H"),
            ("60", "RER D"), ("", "METRO 1"), ("9", "CDGVAL")]  # fmt: skip
    path = tmp_path / "lines.csv"
    path.write_text(
        "\n".join(
            [header, *(f"48.8, 2.3;{{}};1;{stop};Nom;{line};0;X" for stop, line in rows), ""]
        ),
        encoding="utf-8",
    )
    reading = read_transit_lines_2025(path)
    assert [tuple(row) for row in reading.frame.to_numpy()] == [
        ("42419", "metro", "6"), ("44125", "tram", "3b"), ("60", "rail", "RER D"),
        ("60", "rail", "H"), ("9", "other", "CDGVAL"),
    ]  # fmt: skip
    assert {item.reason: item.rows for item in reading.aside} == {
        "no stop area, or no line": 1,
        "the same line twice at one stop area": 1,
    }
