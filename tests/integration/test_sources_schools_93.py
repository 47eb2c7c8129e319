"""The school sources as their publishers gave them: the small cut, and the files of the 93."""

from __future__ import annotations

import pytest
from sources import Sources, on_full_files

from observatory.tables.priority_facts import SCHOOL_POINTS

PLAINE_COMMUNE = ["93001", "93027", "93031", "93039", "93059", "93066", "93070", "93072", "93079"]
#: source -> rows in, rows of the table, of which in Plaine Commune, in the cut and in full.
COUNTS = {
    "rep_schools_2022": ((103, 103, 103), (589, 589, 259)),
    "ips_ecoles_2022": ((49, 49, 49), (478, 478, 130)),
    "ips_colleges_2022": ((16, 16, 16), (158, 158, 41)),
    "ips_lycees_2022": ((8, 8, 8), (92, 92, 21)),
    "schools_directory_2025": ((118, 112, 112), (1130, 1064, 286)),
    "lycees_2024": ((13, 13, 13), (148, 148, 34)),
    "colleges_ms3e": ((13, 13, 13), (85, 83, 34)),
    "colleges_seed": ((12, 12, 12), (82, 81, 33)),
}


@pytest.mark.parametrize("source_id", COUNTS)
def test_counts(official: Sources, source_id: str) -> None:
    reading, _ = official.read(source_id)
    rows, kept, here = COUNTS[source_id][official.name == "full"]
    assert (reading.rows_in, len(reading.frame), reading.rows_aside) == (rows, kept, rows - kept)
    assert reading.frame["commune"].isin(PLAINE_COMMUNE).sum() == here
    assert reading.frame["commune"].str.startswith("93").all()


@on_full_files
def test_priority_education_of_plaine_commune(official: Sources) -> None:
    frame = official.read("rep_schools_2022")[0].frame
    by_commune = frame["commune"].value_counts()
    assert [by_commune[code] for code in PLAINE_COMMUNE] == [41, 27, 34, 6, 19, 75, 20, 28, 9]
    here = frame[frame["commune"].isin(PLAINE_COMMUNE) & (frame["school_type"] == "college")]
    assert here["network"].value_counts().to_dict() == {"REP": 17, "REP+": 17}


def test_every_network_has_a_college_at_its_head(official: Sources) -> None:
    frame = official.read("rep_schools_2022")[0].frame
    colleges = set(frame.loc[frame["school_type"] == "college", "uai"])
    assert frame["network_head"].isin(colleges).all()


@pytest.mark.parametrize("source_id", SCHOOL_POINTS)
def test_colleges_stand_in_the_93(official: Sources, source_id: str) -> None:
    frame = official.read(source_id)[0].frame
    assert frame["lon"].between(2.28, 2.61).all()
    assert frame["lat"].between(48.80, 49.02).all()


#: Rows in, rows of the table, and schools by situation, in the cut and in full.
SITUATIONS = (
    (115, 14, {"within_300_m": 8, "outside": 1, "inside": 5}),
    (1118, 130, {"within_300_m": 64, "outside": 40, "inside": 26}),
)


def test_one_situation_a_school(official: Sources) -> None:
    reading, _ = official.read("school_qpv_2024")
    rows, kept, schools = SITUATIONS[official.name == "full"]
    assert (reading.rows_in, len(reading.frame)) == (rows, kept)
    assert reading.rows_in == len(reading.frame) + reading.rows_aside
    assert reading.frame["qpv_situation"].value_counts().to_dict() == schools
