"""The school sources of the 93, as their publishers gave them."""

from __future__ import annotations

from pathlib import Path

import pytest

from observatory.geo.codes import commune_index
from observatory.read import schools
from observatory.read.text_files import read_text_table

pytestmark = pytest.mark.real_files
PLAINE_COMMUNE = ["93001", "93027", "93031", "93039", "93059", "93066", "93070", "93072", "93079"]


@pytest.fixture(scope="module")
def communes(source_folder: Path) -> dict[str, str]:
    table = read_text_table(
        source_folder / "iris/table_iris_insee_epci_2019_dept93.csv",
        columns=("CODE_INSEE", "LIBCOM"),
        known=".*",
    )
    return commune_index(zip(table["CODE_INSEE"], table["LIBCOM"], strict=True))


@pytest.mark.parametrize(
    ("reader", "file", "rows", "kept", "here"),
    [
        (schools.read_rep_schools_2022, "rep_rentree2022_dept93.csv", 589, 589, 259),
        (schools.read_ips_ecoles_2022, "ips-ecoles-ap2022_2022-23_dept93.csv", 478, 478, 130),
        (schools.read_ips_colleges_2022, "ips-colleges-ap2022_2022-23_dept93.csv", 158, 158, 41),
        (schools.read_ips_lycees_2022, "ips-lycees-ap2022_2022-23_dept93.csv", 92, 92, 21),
        (schools.read_lycees_2024, "annuaire_lycees_2024_dept93.csv", 148, 148, 34),
        (schools.read_colleges_ms3e, "ms_school_data_ms3e_dept93.csv", 85, 83, 34),
        (schools.read_colleges_seed, "ms_seed-schools_dept93.csv", 82, 81, 33),
    ],
)
def test_counts(reader, file, rows, kept, here, source_folder, communes) -> None:
    reading = reader(source_folder / "schools" / file, communes)
    assert (reading.rows_in, len(reading.frame), reading.rows_aside) == (rows, kept, rows - kept)
    assert reading.frame["commune"].isin(PLAINE_COMMUNE).sum() == here
    assert reading.frame["commune"].str.startswith("93").all()


def test_priority_education_of_plaine_commune(source_folder, communes) -> None:
    path = source_folder / "schools/rep_rentree2022_dept93.csv"
    frame = schools.read_rep_schools_2022(path, communes).frame
    by_commune = frame["commune"].value_counts()
    assert [by_commune[code] for code in PLAINE_COMMUNE] == [41, 27, 34, 6, 19, 75, 20, 28, 9]
    here = frame[frame["commune"].isin(PLAINE_COMMUNE) & (frame["school_type"] == "college")]
    assert here["network"].value_counts().to_dict() == {"REP": 17, "REP+": 17}
    colleges = set(frame.loc[frame["school_type"] == "college", "uai"])
    assert frame["network_head"].isin(colleges).all()


def test_colleges_stand_in_the_93(source_folder, communes) -> None:
    for reader, file in (
        (schools.read_lycees_2024, "annuaire_lycees_2024_dept93.csv"),
        (schools.read_colleges_ms3e, "ms_school_data_ms3e_dept93.csv"),
        (schools.read_colleges_seed, "ms_seed-schools_dept93.csv"),
    ):
        frame = reader(source_folder / "schools" / file, communes).frame
        assert frame["lon"].between(2.28, 2.61).all()
        assert frame["lat"].between(48.80, 49.02).all()


def test_one_situation_a_school(source_folder) -> None:
    path = source_folder / "schools/ms_etab_situation_qpv_dept93.csv"
    reading = schools.read_school_qpv_2024(path)
    assert (reading.rows_in, len(reading.frame)) == (1118, 130)
    assert reading.rows_in == len(reading.frame) + reading.rows_aside
    assert reading.frame["qpv_situation"].value_counts().to_dict() == {
        "within_300_m": 64,
        "outside": 40,
        "inside": 26,
    }
