"""The geographic, census and fragility sources: the small cut, and the full files of the 93."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest
from sources import Sources, on_full_files

from observatory import settings
from observatory.geo.geometry import share_inside
from observatory.read.readers import readers
from observatory.read.registry import load_registry
from observatory.tables.provenance import Provenance, Reading
from observatory.tables.region_tables import SOURCES as REGION_SOURCES

PC = ["93001", "93027", "93031", "93039", "93059", "93066", "93070", "93072", "93079"]
Counts = tuple[int, int, int | None]
#: source -> rows in, rows of the table, of which in Plaine Commune (None: not by commune or
#: IRIS), in the cut and in the full file.
COUNTS: dict[str, tuple[Counts, Counts]] = {
    "communes": ((3, 3, 3), (40, 40, 9)),
    "ept_communes": ((5, 5, 3), (130, 130, 9)),
    "iris_outlines": ((53, 53, 53), (614, 614, 151)),
    "iris_types": ((53, 53, 53), (614, 614, 151)),
    "qpv_2024_by_commune": ((2, 11, 11), (34, 97, 26)),
    "qpv_2024_outlines": ((11, 11, None), (22, 22, None)),
    "cells_population_2021": ((344, 344, 344), (869, 869, 869)),
    "ages_iris_2016": ((52, 52, 52), (590, 590, 144)),
    "households_iris_2016": ((52, 52, 52), (590, 590, 144)),
    "housing_iris_2016": ((52, 52, 52), (590, 590, 144)),
    "activity_iris_2016": ((53, 53, 53), (614, 614, 151)),
    "income_declared_iris_2021": ((53, 53, 53), (613, 613, 151)),
    "income_disposable_communes_2021": ((3, 3, 3), (40, 40, 9)),
    "caf_iris_2021": ((53, 53, 53), (613, 613, 151)),
    "commune_diplomas": ((6, 3, 3), (77, 40, 9)),
    "fixed_coverage_communes": ((3, 3, 3), (40, 40, 9)),
    "mobile_coverage_communes": ((3, 3, 3), (40, 40, 9)),
}
#: No file of these was at hand: they are read from made files in the official layout.
ABSENT = {
    "birth_countries_2022",
    "migrants_iris_2022",
    "ages_iris_2022",
    "diplomas_iris_2022",
    "income_disposable_iris_2021",
    "national_map",
    "school_holidays",
}
#: Files of the country: the cut does not carry them, nor would the région be whole in it.
NOT_CUT = {"transit_stops_2024", "transit_lines_2025", *REGION_SOURCES}
EVERY = [("cut", name) for name in sorted(set(readers()) - ABSENT - NOT_CUT)] + [
    pytest.param("full", name, marks=pytest.mark.real_files)
    for name in sorted(set(readers()) - ABSENT)
]
every_source = pytest.mark.parametrize(
    ("official", "source_id"), EVERY, indirect=["official"], scope="session"
)
Read = Callable[[str], tuple[Reading, Provenance]]


@pytest.fixture(scope="module")
def read(official: Sources) -> Read:
    known: dict[str, tuple[Reading, Provenance]] = {}

    def one(source_id: str) -> tuple[Reading, Provenance]:
        if source_id not in known:
            known[source_id] = official.read(source_id)
        return known[source_id]

    return one


def in_territory(frame: pd.DataFrame) -> pd.DataFrame:
    codes = frame["commune"] if "commune" in frame else frame["iris"].str[:5]
    return frame[codes.isin(PC)]


@pytest.mark.parametrize("source_id", COUNTS)
def test_every_row_is_accounted_for(official: Sources, read: Read, source_id: str) -> None:
    reading, record = read(source_id)
    rows_in, rows, inside = COUNTS[source_id][official.name == "full"]
    assert (reading.rows_in, len(reading.frame)) == (rows_in, rows)
    assert record.rows_in == record.rows_out + record.rows_aside
    assert record.rows_aside == sum(item.rows for item in record.aside)
    if inside is not None:
        assert len(in_territory(reading.frame)) == inside


@every_source
def test_every_source_of_the_registry_is_read(read: Read, source_id: str) -> None:
    reading, record = read(source_id)
    assert len(reading.frame)
    assert record.rows_in == record.rows_out + record.rows_aside
    assert all(item.rows and item.reason for item in record.aside)


@every_source
def test_the_bytes_are_the_pinned_ones(read: Read, source_id: str) -> None:
    record = read(source_id)[1]
    assert "other bytes" not in record.note
    pinned = load_registry(settings.load({}).registry).source(source_id)
    assert record.read_on == pinned.read_on


@on_full_files
def test_iris_by_commune(read: Read) -> None:
    frame = in_territory(read("iris_outlines")[0].frame)
    assert frame["commune"].value_counts().reindex(PC).tolist() == [28, 14, 19, 3, 9, 39, 18, 16, 5]


def test_the_iris_fill_their_communes(official: Sources, read: Read) -> None:
    iris = read("iris_outlines")[0].frame
    communes = read("communes")[0].frame.rename(columns={"commune": "outer"})
    shares = share_inside(iris, communes, zone="iris", area="outer")
    own = shares[shares["iris"].str[:5] == shares["outer"]]
    assert len(own) == COUNTS["iris_outlines"][official.name == "full"][1]
    assert own["share"].min() > 0.999


@on_full_files
def test_the_long_qpv_spreads_over_four_communes(read: Read) -> None:
    reading, record = read("qpv_2024_by_commune")
    long = reading.frame[reading.frame["qpv"] == "QN09328M"]
    assert sorted(long["commune"]) == ["93001", "93008", "93027", "93066"]
    assert long["qpv_name"].unique().tolist() == [
        "Franc Moisin - Cosmonautes - Cristino Garcia - Landy"
    ]
    assert "Aubervilliers|Bobigny|La Courneuve|Saint-Denis" in set(long["commune_names"])
    assert "geometry" not in reading.frame
    assert "no known commune" not in record.note


@on_full_files
def test_every_qpv_of_plaine_commune_has_one_outline(read: Read) -> None:
    reading, record = read("qpv_2024_outlines")
    listed = read("qpv_2024_by_commune")[0].frame
    here = listed.loc[listed["commune"].isin(PC), ["qpv", "qpv_name"]].drop_duplicates()
    named = reading.frame[["qpv", "qpv_name"]]
    assert len(named) == 22
    assert set(named["qpv"]) == set(here["qpv"])
    assert reading.frame.crs.to_epsg() == 2154
    assert reading.frame.geometry.is_valid.all()
    assert record.note == "1 invalid outline mended"
    assert reading.frame.area.sum() == pytest.approx(15_290_000, rel=0.01)


@on_full_files
def test_cells(read: Read) -> None:
    frame = read("cells_population_2021")[0].frame
    assert frame["residents"].sum() == 410_568
    assert frame["cell"].is_unique


@on_full_files
def test_quality_labels(read: Read) -> None:
    counts = read("activity_iris_2016")[0].frame["iris_quality"].value_counts()
    assert counts.to_dict() == {"1": 480, "2": 89, "3": 32, "4": 8, "Z": 4, "5": 1}


def test_the_unemployed_are_a_part_of_the_active(read: Read) -> None:
    frame = read("activity_iris_2016")[0].frame
    assert (frame["unemployed_15_64"] <= frame["active_15_64"]).all()


def test_declared_income_is_missing_with_its_reason(read: Read) -> None:
    frame = in_territory(read("income_declared_iris_2021")[0].frame)
    missing = frame["poverty_declared_pct"].isna()
    assert 0 < missing.sum() < len(frame)
    assert frame.loc[missing, "poverty_declared_pct_why"].notna().all()
    assert frame.loc[~missing, "poverty_declared_pct_why"].isna().all()


@on_full_files
def test_disposable_poverty_of_the_nine(read: Read) -> None:
    frame = read("income_disposable_communes_2021")[0].frame.set_index("commune")
    assert frame["poverty_disposable_pct"][PC].tolist() == [42, 42, 31, 32, 38, 36, 26, 37, 35]


@on_full_files
def test_poverty_by_age_stays_suppressed_where_it_is(read: Read) -> None:
    frame = read("income_disposable_communes_2021")[0].frame.set_index("commune").loc[PC]
    assert frame.at["93001", "poverty_75p_pct"] == 32
    suppressed = frame["poverty_under_30_pct"].isna()
    assert list(frame.index[suppressed]) == ["93039", "93079"]
    assert set(frame.loc[suppressed, "poverty_under_30_pct_why"]) == {"suppressed"}


@on_full_files
def test_caf_blanks_are_suppressed_not_zero(read: Read) -> None:
    frame = read("caf_iris_2021")[0].frame
    assert frame["caf_rsa"].sum() == 80_599
    assert (frame["caf_rsa"] == 0).sum() == 0
    inside = in_territory(frame)
    assert inside["caf_rsa_why"].eq("suppressed").sum() == 4
    assert inside["caf_rsa"].isna().sum() == 4


def test_each_commune_has_its_filled_line_of_diplomas(read: Read) -> None:
    reading, _ = read("commune_diplomas")
    assert reading.frame["low_diploma_pct"].notna().all()
    assert [item.rows for item in reading.aside] == [reading.rows_in - len(reading.frame)]


@on_full_files
def test_coverage_is_the_share_without(read: Read) -> None:
    frame = read("fixed_coverage_communes")[0].frame.set_index("commune_name")
    assert frame["no_thd_pct"]["La Courneuve"] == pytest.approx(20.70229)
