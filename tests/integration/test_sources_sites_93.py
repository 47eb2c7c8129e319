"""The site and capacity sources of the 93, and the national schema itself."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from frictionless import Resource, Schema

from observatory.geo.codes import commune_index
from observatory.places import standard
from observatory.read import counsellors, hosts, place_lists
from observatory.read.text_files import read_text_table
from observatory.tables.place_tables import CLOSED, STANDARD_NAMES, TYPOLOGIES
from observatory.tables.remarks import remark, stored

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
        (place_lists.read_sites_cnfs_2022, "mednumcli_cnfs_2022-12_dept93.json", 68, 67, 16),
        (
            place_lists.read_sites_data_inclusion_2023,
            "mednumcli_data-inclusion_2023-02_dept93.json",
            30,
            30,
            6,
        ),
        (place_lists.read_france_services_2024, "liste-fs-20240801_dept93.csv", 32, 32, 11),
        (
            place_lists.read_aidants_connect_2024,
            "aidants-connect_structures_2024-02_dept93.csv",
            72,
            71,
            18,
        ),
    ],
)
def test_counts(reader, file, rows, kept, here, source_folder, communes) -> None:
    reading = reader(source_folder / "sites" / file, communes)
    assert (reading.rows_in, len(reading.frame), reading.rows_aside) == (rows, kept, rows - kept)
    assert reading.frame["code_insee"].isin(PLAINE_COMMUNE).sum() == here


def test_what_is_set_aside(source_folder, communes) -> None:
    folder = source_folder / "sites"
    cnfs = place_lists.read_sites_cnfs_2022(folder / "mednumcli_cnfs_2022-12_dept93.json", communes)
    assert [a.examples for a in cnfs.aside] == [
        ("MISSION LOCALE DEUIL LA BARRE (93160 DEUIL LA BARRE)",)
    ]
    aidants = place_lists.read_aidants_connect_2024(
        folder / "aidants-connect_structures_2024-02_dept93.csv", communes
    )
    assert [a.examples for a in aidants.aside] == [("Mairie de Marnay (70150 Marnay)",)]


def test_france_services(source_folder, communes) -> None:
    path = source_folder / "sites/liste-fs-20240801_dept93.csv"
    frame = place_lists.read_france_services_2024(path, communes).frame.set_index("id")
    by_commune = frame["code_insee"].value_counts()
    assert [by_commune.get(code, 0) for code in PLAINE_COMMUNE] == [1, 1, 0, 1, 2, 2, 2, 1, 1]
    assert frame["latitude"].notna().all()
    assert frame["itinerant"].sum() == 7
    assert frame["open_h_per_week"].isna().sum() == 3
    floreal = "Mo 09:30-12:00,14:30-19:00; Tu-Th 09:30-12:00,14:30-17:00; Fr 14:30-19:00; "
    assert frame.loc["668", "horaires"] == floreal + "Sa 08:30-12:30"
    assert frame.loc["668", "open_h_per_week"] == 30.5
    assert frame.loc["1980", "horaires"] == "Mo-Fr 09:00-17:30"
    week = ("Mo", "Tu", "We", "Th", "Fr")
    assert frame.loc["1980", "note"] == stored([remark("cleaning.hours_united", days=week)])


def test_host_structures(source_folder, communes) -> None:
    path = source_folder / "capacity/20230405-3925-cnfs_dept93.csv"
    reading = counsellors.read_host_structures_2023(path, communes)
    assert (reading.rows_in, len(reading.frame), reading.rows_aside) == (55, 49, 6)
    here = reading.frame[reading.frame["commune"].isin(PLAINE_COMMUNE)]
    assert (len(here), here["posts"].sum()) == (10, 15)
    wide = reading.frame.set_index("name").query("serves != 'commune'")[["serves", "area"]]
    assert wide.to_dict("index") == {
        "EST ENSEMBLE": {"serves": "ept", "area": "200057875"},
        "PLAINE COMMUNE": {"serves": "ept", "area": "200057867"},
        "DEPARTEMENT DE LA SEINE SAINT DENIS": {"serves": "departement", "area": "93"},
    }


def test_the_seats_of_the_host_structures_are_records_of_the_standard(
    source_folder, communes
) -> None:
    path = source_folder / "capacity/20230405-3925-cnfs_dept93.csv"
    frame = hosts.read_host_places_2023(path, communes).frame
    assert (len(frame), frame["code_insee"].isin(PLAINE_COMMUNE).sum()) == (49, 10)
    assert frame["services"].isna().all()
    assert not frame["adresse"].str.contains(r"\b93\d{3}\b").any()


def test_counsellor_acts(source_folder, communes) -> None:
    path = source_folder / "capacity/conum_cra_par_codepostal_2023-07_dept93.csv"
    reading = counsellors.read_counsellor_acts_2023(path, communes)
    assert (reading.rows_in, len(reading.frame)) == (40, 40)
    assert reading.frame.set_index("postcode").loc["93800", "people_helped"] == 558


def test_our_schema_agrees_with_the_national_one(source_folder) -> None:
    national = json.loads((source_folder / "sites/LaMednum_schema.json").read_text())
    ours = standard.table_schema()
    assert [f["name"] for f in ours["fields"]] == [f["name"] for f in national["fields"]]
    for mine, theirs in zip(ours["fields"], national["fields"], strict=True):
        assert mine["type"] == theirs["type"]
        rules, wanted = mine["constraints"], theirs["constraints"]
        assert rules["required"] == wanted.get("required", False), mine["name"]
        assert rules.get("unique", False) == wanted.get("unique", False)
        assert rules.get("maxLength") == wanted.get("maxLength")
    enums = json.loads((source_folder / "sites/standard_enums.json").read_text())
    lists = {f["name"]: tuple(f["values"]) for f in enums["fields"] if "values" in f}
    assert lists == CLOSED
    assert tuple(enums["typologie"]) == TYPOLOGIES


def _valid(path: Path, schema: dict) -> bool:
    with path.open("rb") as file:
        sheet = file.read().decode("utf-8")
    import csv

    rows = list(csv.reader(sheet.splitlines()))
    return bool(Resource(data=rows, schema=Schema.from_descriptor(schema)).validate().valid)


def test_both_schemas_accept_the_national_example_and_what_we_write(
    source_folder, communes, tmp_path
) -> None:
    national = json.loads((source_folder / "sites/LaMednum_schema.json").read_text())
    example = source_folder / "sites/LaMednum_exemple-valide.csv"
    rows = standard.read_csv(example).rows
    assert standard.validate(rows) == []
    for file in (
        "mednumcli_cnfs_2022-12_dept93.json",
        "mednumcli_data-inclusion_2023-02_dept93.json",
    ):
        rows += standard.read_json(source_folder / "sites" / file).rows
    unique = list({row["id"]: row for row in rows}.values())
    ours = tmp_path / "ours.csv"
    ours.write_bytes(standard.write_csv(unique))
    for path in (example, ours):
        for schema in (national, standard.table_schema()):
            assert _valid(path, schema)
    spoilt = tmp_path / "spoilt.csv"
    spoilt.write_bytes(standard.write_csv([{**unique[0], "services": "Cuisine"}]))
    assert not _valid(spoilt, national)
    assert not _valid(spoilt, standard.table_schema())


def test_the_readers_records_are_valid_in_the_standard(source_folder, communes) -> None:
    folder = source_folder / "sites"
    for reader, file in (
        (place_lists.read_sites_cnfs_2022, "mednumcli_cnfs_2022-12_dept93.json"),
        (place_lists.read_france_services_2024, "liste-fs-20240801_dept93.csv"),
        (place_lists.read_aidants_connect_2024, "aidants-connect_structures_2024-02_dept93.csv"),
    ):
        frame = reader(folder / file, communes).frame
        rows = frame[list(STANDARD_NAMES)].astype(object).where(lambda f: f.notna(), None)
        problems = standard.validate(rows.to_dict("records"))
        errors = [(p.field, p.found) for p in problems if p.severity == "error"]
        assert errors in ([], [("code_postal", "")])
