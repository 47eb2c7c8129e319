"""The sources of places and posts, the small cut and the files of the 93; the national schema."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from frictionless import Resource, Schema
from sources import Sources, on_full_files

from observatory.places import standard
from observatory.read import hosts
from observatory.tables.place_tables import CLOSED, STANDARD_NAMES, TYPOLOGIES
from observatory.tables.remarks import remark, stored

PLAINE_COMMUNE = ["93001", "93027", "93031", "93039", "93059", "93066", "93070", "93072", "93079"]
#: source -> rows in, rows of the table, of which in Plaine Commune, in the cut and in full.
COUNTS = {
    "sites_cnfs_2022": ((3, 3, 3), (68, 67, 16)),
    "sites_data_inclusion_2023": ((1, 1, 1), (30, 30, 6)),
    "france_services_2024": ((5, 5, 5), (32, 32, 11)),
    "aidants_connect_2024": ((6, 6, 6), (72, 71, 18)),
}


@pytest.mark.parametrize("source_id", COUNTS)
def test_counts(official: Sources, source_id: str) -> None:
    reading, _ = official.read(source_id)
    rows, kept, here = COUNTS[source_id][official.name == "full"]
    assert (reading.rows_in, len(reading.frame), reading.rows_aside) == (rows, kept, rows - kept)
    assert reading.frame["code_insee"].isin(PLAINE_COMMUNE).sum() == here


@on_full_files
@pytest.mark.parametrize(
    ("source_id", "example"),
    [
        ("sites_cnfs_2022", "MISSION LOCALE DEUIL LA BARRE (93160 DEUIL LA BARRE)"),
        ("aidants_connect_2024", "Mairie de Marnay (70150 Marnay)"),
    ],
)
def test_what_is_set_aside(official: Sources, source_id: str, example: str) -> None:
    assert [a.examples for a in official.read(source_id)[0].aside] == [(example,)]


def test_the_hours_of_a_france_services(official: Sources) -> None:
    frame = official.read("france_services_2024")[0].frame.set_index("id")
    floreal = "Mo 09:30-12:00,14:30-19:00; Tu-Th 09:30-12:00,14:30-17:00; Fr 14:30-19:00; "
    assert frame.loc["668", "horaires"] == floreal + "Sa 08:30-12:30"
    assert frame.loc["668", "open_h_per_week"] == 30.5


@on_full_files
def test_france_services(official: Sources) -> None:
    frame = official.read("france_services_2024")[0].frame.set_index("id")
    by_commune = frame["code_insee"].value_counts()
    assert [by_commune.get(code, 0) for code in PLAINE_COMMUNE] == [1, 1, 0, 1, 2, 2, 2, 1, 1]
    assert frame["latitude"].notna().all()
    assert frame["itinerant"].sum() == 7
    assert frame["open_h_per_week"].isna().sum() == 3
    assert frame.loc["1980", "horaires"] == "Mo-Fr 09:00-17:30"
    week = ("Mo", "Tu", "We", "Th", "Fr")
    assert frame.loc["1980", "note"] == stored([remark("cleaning.hours_united", days=week)])


#: Rows in, rows of the table, structures and posts of Plaine Commune, in the cut and in full.
HOSTS = ((4, 4, 4, 5), (55, 49, 10, 15))
OF_PLAINE_COMMUNE = {"PLAINE COMMUNE": {"serves": "ept", "area": "200057867"}}
OF_THE_93 = {
    "EST ENSEMBLE": {"serves": "ept", "area": "200057875"},
    **OF_PLAINE_COMMUNE,
    "DEPARTEMENT DE LA SEINE SAINT DENIS": {"serves": "departement", "area": "93"},
}


def test_host_structures(official: Sources) -> None:
    reading, _ = official.read("host_structures_2023")
    rows, kept, structures, posts = HOSTS[official.name == "full"]
    counts = (reading.rows_in, len(reading.frame), reading.rows_aside)
    assert counts == (rows, kept, rows - kept)
    here = reading.frame[reading.frame["commune"].isin(PLAINE_COMMUNE)]
    assert (len(here), here["posts"].sum()) == (structures, posts)
    wide = reading.frame.set_index("name").query("serves != 'commune'")[["serves", "area"]]
    assert wide.to_dict("index") == (OF_THE_93 if official.name == "full" else OF_PLAINE_COMMUNE)


def test_the_seats_of_the_host_structures_are_records_of_the_standard(official: Sources) -> None:
    path = official.folder / "capacity/20230405-3925-cnfs_dept93.csv"
    frame = hosts.read_host_places_2023(path, official.communes()).frame
    _, kept, structures, _ = HOSTS[official.name == "full"]
    assert (len(frame), frame["code_insee"].isin(PLAINE_COMMUNE).sum()) == (kept, structures)
    assert frame["services"].isna().all()
    assert not frame["adresse"].str.contains(r"\b93\d{3}\b").any()


@pytest.mark.parametrize(
    ("official", "rows", "postcode", "helped"),
    [
        # 24 + 26 + 463 + 3108 + 670 people of all ages.
        ("cut", 4, "93380", 4291),
        pytest.param("full", 40, "93800", 558, marks=pytest.mark.real_files),
    ],
    indirect=["official"],
    scope="session",
)
def test_counsellor_acts(official: Sources, rows: int, postcode: str, helped: int) -> None:
    reading, _ = official.read("counsellor_acts_2023")
    assert (reading.rows_in, len(reading.frame)) == (rows, rows)
    assert reading.frame.set_index("postcode").loc[postcode, "people_helped"] == helped


def test_our_schema_agrees_with_the_national_one(official: Sources) -> None:
    national = json.loads((official.folder / "sites/LaMednum_schema.json").read_text())
    ours = standard.standard_schema()
    assert [f["name"] for f in ours["fields"]] == [f["name"] for f in national["fields"]]
    for mine, theirs in zip(ours["fields"], national["fields"], strict=True):
        assert mine["type"] == theirs["type"]
        rules, wanted = mine["constraints"], theirs["constraints"]
        assert rules.get("required", False) == wanted.get("required", False), mine["name"]
        assert rules.get("unique", False) == wanted.get("unique", False)
        assert rules.get("maxLength") == wanted.get("maxLength")
    enums = json.loads((official.folder / "sites/standard_enums.json").read_text())
    lists = {f["name"]: tuple(f["values"]) for f in enums["fields"] if "values" in f}
    assert lists == CLOSED
    assert tuple(enums["typologie"]) == TYPOLOGIES


def _valid(path: Path, schema: dict) -> bool:
    with path.open("rb") as file:
        sheet = file.read().decode("utf-8")
    rows = list(csv.reader(sheet.splitlines()))
    return bool(Resource(data=rows, schema=Schema.from_descriptor(schema)).validate().valid)


def test_both_schemas_accept_the_national_example_and_what_we_write(
    official: Sources, tmp_path: Path
) -> None:
    national = json.loads((official.folder / "sites/LaMednum_schema.json").read_text())
    example = official.folder / "sites/LaMednum_exemple-valide.csv"
    rows = standard.read_csv(example).rows
    assert standard.validate(rows) == []
    for file in (
        "mednumcli_cnfs_2022-12_dept93.json",
        "mednumcli_data-inclusion_2023-02_dept93.json",
    ):
        rows += standard.read_json(official.folder / "sites" / file).rows
    unique = list({row["id"]: row for row in rows}.values())
    ours = tmp_path / "ours.csv"
    ours.write_bytes(standard.write_csv(unique))
    for path in (example, ours):
        for schema in (national, standard.standard_schema()):
            assert _valid(path, schema)
    spoilt = tmp_path / "spoilt.csv"
    spoilt.write_bytes(standard.write_csv([{**unique[0], "services": "Cuisine"}]))
    assert not _valid(spoilt, national)
    assert not _valid(spoilt, standard.standard_schema())


@pytest.mark.parametrize(
    "source_id", ["sites_cnfs_2022", "france_services_2024", "aidants_connect_2024"]
)
def test_the_readers_records_are_valid_in_the_standard(official: Sources, source_id: str) -> None:
    frame = official.read(source_id)[0].frame
    rows = frame[list(STANDARD_NAMES)].astype(object).where(lambda f: f.notna(), None)
    problems = standard.validate(rows.to_dict("records"))
    errors = [(p.field, p.found) for p in problems if p.severity == "error"]
    assert errors in ([], [("code_postal", "")])
