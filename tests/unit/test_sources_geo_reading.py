"""The reading functions that every source shares, on small made-up files."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from examples import at_most
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer
from shapely.geometry import Polygon

from observatory.errors import ContractError, FileFormatError
from observatory.read import cells, fragility, priority_districts
from observatory.read.text_files import account, aside, decimal, read_text_table
from observatory.tables.provenance import Aside


def write(folder: Path, content: str | bytes, name: str = "f.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_codes_stay_text_and_lines_are_the_file_s(tmp_path: Path) -> None:
    path = write(tmp_path, '\ufeffcode;name\n01001;"L\'Abergement\nClémenciat"\n01002; B \n')
    table = read_text_table(path, sep=";", columns=["code", "name"])
    assert table["code"].tolist() == ["01001", "01002"]
    assert table["name"].tolist() == ["L'Abergement\nClémenciat", "B"]
    assert table.index.tolist() == [2, 4]
    assert table.index.name == "line"


def test_known_columns_are_let_through_but_not_kept(tmp_path: Path) -> None:
    path = write(tmp_path, ",code,P16_A,P16_B\n0,93001,1,2\n")
    table = read_text_table(path, columns=["code"], optional=["P16_B", "P16_C"], known="(P16_A)?")
    assert table.columns.tolist() == ["code", "P16_B"]


def test_a_one_byte_encoding_is_read_and_utf8_in_its_place_refused(tmp_path: Path) -> None:
    good = write(tmp_path, "name\nÉpinay\n".encode("cp1252"))
    assert read_text_table(good, columns=["name"], encoding="cp1252")["name"].tolist() == ["Épinay"]
    wrong = write(tmp_path, "name\nÉpinay\n")
    with pytest.raises(FileFormatError, match="text in UTF-8"):
        read_text_table(wrong, columns=["name"], encoding="cp1252")


def test_marks_are_missing_with_their_reason_never_zero() -> None:
    text = pd.Series(["35,5", "0", "1.5", "s", "ns", "so", "ND", "", "-12,5"], name="rate")
    figures, why = decimal(text, "file", blank="suppressed")
    assert figures.fillna(-1).tolist() == [35.5, 0, 1.5, -1, -1, -1, -1, -1, -12.5]
    assert why.fillna("").tolist() == [
        "", "", "", "suppressed", "not significant", "no population", "not published",
        "suppressed", "",
    ]  # fmt: skip


@given(st.lists(st.floats(-1e9, 1e9, allow_nan=False), min_size=1), st.sampled_from(",."))
def test_numbers_come_back_whatever_the_decimal_mark(numbers: list[float], mark: str) -> None:
    text = pd.Series([repr(n).replace(".", mark) for n in numbers], name="n")
    figures, why = decimal(text, "file")
    assert figures.tolist() == numbers
    assert why.isna().all()


@given(st.text(max_size=8))
def test_a_value_is_a_number_a_mark_or_an_error(word: str) -> None:
    try:
        figures, why = decimal(pd.Series([word], name="n"), "file")
    except ContractError:
        return
    assert figures.isna()[0] == why.notna()[0]


def test_rows_aside_are_counted_with_examples() -> None:
    frame = pd.DataFrame({"code": [str(n) for n in range(8)]})
    kept, out = aside(frame, frame["code"] > "0", "not the first", "code")
    assert out == Aside("not the first", 7, ("1", "2", "3", "4", "5"))
    assert account(kept, 8, out).rows_aside == 7


def test_a_lost_row_is_an_error() -> None:
    with pytest.raises(ContractError, match="8 rows in"):
        account(pd.DataFrame({"code": ["a"]}), 8, Aside("why", 6))


def test_nothing_aside_leaves_no_trace() -> None:
    assert account(pd.DataFrame({"code": ["a"]}), 1, Aside("why", 0)).aside == ()


def test_a_blank_second_line_is_set_aside_but_a_lone_blank_line_is_kept(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        ",CODE_INSEE,LIBCOM,DEP,TX_NSCOL15P,TX_MENSEUL,TX_FAMMONO,TX_65ETPLUS,TX_25ETMOINS\n"
        "1,93001,Aubervilliers,93,,,,,\n"
        "2,93001,Aubervilliers,93,55.4,32.2,14.8,12.3,16.3\n"
        "3,93066,Saint-Denis,93,,,,,\n",
    )
    reading = fragility.read_commune_diplomas(path)
    frame = reading.frame.set_index("commune")
    assert frame["low_diploma_pct"].fillna(-1).to_dict() == {"93001": 55.4, "93066": -1}
    assert frame["low_diploma_pct_why"]["93066"] == "not in source"
    assert [(item.rows, item.examples) for item in reading.aside] == [(1, ("93001",))]


def test_a_suppressed_caf_figure_is_not_zero(tmp_path: Path) -> None:
    names = [
        "iris_code",
        "note",
        "a",
        "percou",
        "ai",
        "am",
        "enf",
        "a_etud",
        "a_netud_24",
        "aal",
        "aaah",
        "appa",
        "arsas",
    ]
    rows = [names, ["930010101", "0", *"0123456789", "0"], ["930010102", "3", *[""] * 11]]
    path = write(tmp_path, "\r\n".join(";".join(row) for row in rows))
    frame = fragility.read_caf_iris_2021(path).frame
    assert frame["caf_rsa"].fillna(-1).tolist() == [0, -1]
    assert frame["caf_rsa_why"].fillna("").tolist() == ["", "suppressed"]


def test_each_qpv_of_a_commune_gets_its_name(tmp_path: Path) -> None:
    feature = {
        "type": "Feature",
        "properties": {
            "insee_com": "93066",
            "lib_com": "Aubervilliers; Nowhere;\r\n  Saint-Denis",
            "code_qp": "QN09328M, QN09329M",
            "lib_qp": "Landy, Joncherolles - Fauvettes",
        },
        "geometry": {"type": "Point", "coordinates": [2.35, 48.93]},
    }
    content = json.dumps({"type": "FeatureCollection", "features": [feature]})
    path = write(tmp_path, content, "q.geojson")
    index = {"aubervilliers": "93001", "saint denis": "93066"}
    reading = priority_districts.read_qpv_2024_by_commune(path, index)
    assert reading.rows_in == 1
    assert reading.frame["qpv_name"].tolist() == ["Landy", "Joncherolles - Fauvettes"]
    assert reading.frame["commune_names"].unique().tolist() == ["Aubervilliers|Nowhere|Saint-Denis"]
    assert reading.note.endswith("names of no known commune: Nowhere")
    # A territory without a QPV has an empty table, not a failure.
    none = priority_districts.read_qpv_2024_by_commune(path, {"mende": "48095"})
    assert (none.rows_in, len(none.frame)) == (1, 0)
    assert list(none.frame) == list(reading.frame)


def test_a_bow_tie_is_mended_and_counted(tmp_path: Path) -> None:
    bow = Polygon([(2.3, 48.9), (2.31, 48.91), (2.31, 48.9), (2.3, 48.91)])
    columns = {"code_qp": ["QN09328M"], "lib_qp": ["Landy"], "insee_dep": ["93"]}
    path = tmp_path / "q.geojson"
    gpd.GeoDataFrame(columns, geometry=[bow], crs=4326).to_file(path)
    reading = priority_districts.read_qpv_2024_outlines(path)
    assert reading.note == "1 invalid outline mended"
    assert reading.frame.geometry.is_valid.all()


TO_DEGREES = Transformer.from_crs(3035, 4326, always_xy=True)


@at_most(10)
@given(st.lists(st.tuples(st.integers(16_000, 20_000), st.integers(11_000, 15_000)), min_size=1))
def test_cells_find_their_identifiers_from_their_centres(places: list[tuple[int, int]]) -> None:
    corners = [(200 * column, 200 * row) for column, row in places]
    centres = [TO_DEGREES.transform(east + 100, north + 100) for east, north in corners]
    lon, lat = zip(*centres, strict=True)
    degrees = [round(x, 6) for x in lon], [round(y, 6) for y in lat]
    found = cells._inspire(*degrees, Path("cells"), cells.GRID)
    assert found == [f"CRS3035RES200mN{north}E{east}" for east, north in corners]
