"""Structures that host conseillers numériques, as records of the national standard."""

from __future__ import annotations

from pathlib import Path

import pytest

from observatory.errors import MissingInputError
from observatory.geo.codes import commune_index
from observatory.places import standard
from observatory.read.counsellors import read_host_structures_2023
from observatory.read.hosts import read_host_places_2023
from observatory.tables.place_tables import NO_PIVOT, SEAT_SUMMARY, STANDARD_NAMES

COMMUNES = commune_index([("93066", "Saint-Denis"), ("93072", "Stains"), ("93027", "La Courneuve")])
HEAD = (
    "Raison sociale;Commune INSEE;Nombre de conseillers validés par le COSELEC;"
    "Date de validation en comité de sélection;Type;SIRET;Code département;Adresse;"
    "Code commune INSEE;Code postal;Investissement financier estimatif total de l’Etat;"
    "France services\n"
)
LINES = (
    "SFM;Stains;2;16/06/2021;privée;39988868400012;93;"
    "7 RUE LAMARTINE 93240 STAINS;93072;93240;1;non\n"
    "COMMUNE DE LA COURNEUVE;La Courneuve;3;;publique;21930027400013;93;"
    "AV DE LA REPUBLIQUE HOTEL DE VILLE 93120 LA COURNEUVE;93027;93120;1;oui\n"
    "KONEXIO;Paris 11e Arrondissement;2;16/06/2021;privée;82424482600023;93;"
    "8 RUE DU GENERAL RENAULT 75011 PARIS 11;75111;93000;1;oui\n"
)


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    path = tmp_path / "hosts.csv"
    path.write_text(HEAD + LINES, encoding="utf-8")
    return path


def test_a_structure_becomes_a_record_and_promises_nothing(listed: Path) -> None:
    frame = read_host_places_2023(listed, COMMUNES).frame.set_index("id")
    sfm = frame.loc["39988868400012-93240"]
    assert sfm["nom"] == "SFM"
    assert sfm["pivot"] == sfm["siret"] == "39988868400012"
    assert (sfm["adresse"], sfm["code_postal"]) == ("7 RUE LAMARTINE", "93240")
    assert (sfm["code_insee"], sfm["date_maj"]) == ("93072", "2021-06-16")
    assert sfm["dispositif_programmes_nationaux"] == "Conseillers numériques"
    assert sfm["presentation_resume"] == SEAT_SUMMARY
    silent = ["services", "modalites_acces", "horaires", "frais_a_charge", "latitude", "longitude"]
    assert sfm[silent].isna().all()


def test_what_the_list_does_not_know_stays_missing(listed: Path) -> None:
    frame = read_host_places_2023(listed, COMMUNES).frame
    town = frame[frame["code_insee"] == "93027"].iloc[0]
    assert (town["pivot"], town["siret"] is None or town["siret"] != town["siret"]) == (
        NO_PIVOT,
        True,
    )
    assert town["adresse"] == "AV DE LA REPUBLIQUE HOTEL DE VILLE"
    assert town["dispositif_programmes_nationaux"] == "Conseillers numériques|France Services"
    assert town.isna()["date_maj"]


def test_a_seat_elsewhere_is_no_place_of_the_departement(listed: Path) -> None:
    frame = read_host_places_2023(listed, COMMUNES).frame
    assert sorted(frame["nom"]) == ["COMMUNE DE LA COURNEUVE", "SFM"]


def test_the_records_are_of_the_standard(listed: Path) -> None:
    frame = read_host_places_2023(listed, COMMUNES).frame[list(STANDARD_NAMES)]
    records = frame.astype(object).where(frame.notna(), None).to_dict("records")
    wrong = [p for p in standard.validate(records) if p.severity == "error"]
    assert {(p.field, p.line) for p in wrong} == {("date_maj", wrong[0].line)}


def test_without_the_communes_nothing_is_read(listed: Path) -> None:
    with pytest.raises(MissingInputError, match="communes"):
        read_host_places_2023(listed, None)


def test_posts_approved_on_several_days_are_all_the_structures_own(tmp_path: Path) -> None:
    path = tmp_path / "hosts.csv"
    again = LINES.splitlines()[0].replace(";2;16/06/2021;", ";1;05/04/2023;")
    path.write_text(HEAD + LINES + again + "\n", encoding="utf-8")
    reading = read_host_structures_2023(path, COMMUNES)
    sfm = reading.frame.set_index("structure").loc["39988868400012-93240"]
    assert (sfm["posts"], sfm["approved_on"]) == (3, "2023-04-05")
    added = {one.reason: one.rows for one in reading.aside}
    assert added["another decision for a structure, its posts added to it"] == 1
    assert len(reading.frame) + reading.rows_aside == 4


def test_equal_lines_are_as_many_decisions_and_all_their_posts_count(tmp_path: Path) -> None:
    path = tmp_path / "hosts.csv"
    path.write_text(HEAD + LINES + LINES.splitlines()[0] + "\n", encoding="utf-8")
    reading = read_host_structures_2023(path, COMMUNES)
    assert reading.frame.set_index("structure").at["39988868400012-93240", "posts"] == 4
    assert len(reading.frame) + reading.rows_aside == 4


def test_the_posts_of_a_commune_of_another_year_are_at_the_commune_that_it_lies_in(
    tmp_path: Path,
) -> None:
    path = tmp_path / "hosts.csv"
    line = LINES.splitlines(keepends=True)[0].replace("93072", "93059")
    path.write_text(HEAD + line, encoding="utf-8")
    read = read_host_structures_2023(path, COMMUNES)
    (row,) = read.frame.to_dict("records")
    assert (row["commune"], row["serves"], row["area"], row["posts"]) == (
        "93066",
        "commune",
        "93066",
        2,
    )
    assert "93059 in 93066" in read.note
    assert read_host_places_2023(path, COMMUNES).frame["code_insee"].tolist() == ["93066"]
