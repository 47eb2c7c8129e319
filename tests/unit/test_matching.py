"""Matching on tables small enough to judge by eye."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from observatory.errors import ChoiceError, ContractError
from observatory.places.matching import MatchResult, match
from observatory.places.matching.candidates import candidates
from observatory.places.matching.clusters import Tie, cluster
from observatory.places.matching.prepared import prepare
from observatory.places.matching.rules import Rules
from observatory.tables.check import check
from observatory.tables.directory_tables import CLEANING_NOTES, FORCED, LEDGER, ORIGINS
from observatory.tables.remarks import remark, remarks_of

COLUMNS = [
    "record",
    "source",
    "source_id",
    "name",
    "address",
    "postcode",
    "commune",
    "commune_name",
    "lon",
    "lat",
    "phone",
    "email",
    "website",
    "siret",
    "services",
    "programmes",
    "hours",
    "confirmed_on",
]


def row(record: str, **values: Any) -> dict[str, Any]:
    usual = {"source": record[0], "commune": "93072", "commune_name": "Stains"}
    return {"record": record, **usual, **values}


def frame(*rows: dict[str, Any]) -> pd.DataFrame:
    table = pd.DataFrame(list(rows)).reindex(columns=COLUMNS)
    return table.astype({"lon": float, "lat": float})


def groups(result: MatchResult) -> list[list[str]]:
    return sorted(sorted(g) for _, g in result.members.groupby("site")["record"])


LIBRARY = {"name": "Bibliothèque Jules Verne", "address": "73 avenue Vaillant"}


def test_same_name_and_door_are_one_place() -> None:
    result = match(frame(row("a1", **LIBRARY), row("b1", **LIBRARY), row("b2", name="CCAS")))
    assert groups(result) == [["a1", "b1"], ["b2"]]
    assert result.merged == 1


@pytest.mark.parametrize(
    "other",
    [
        {"name": "Bibliothèque Elsa Triolet", "address": "102 avenue Lolive"},
        {"name": "Bibliothèque Jules Verne"},
        {"name": "Atelier Falret", "address": "73 avenue Vaillant"},
        {"name": "Bibliothèque Jules Verne", "address": "2 rue Blériot"},
        {"name": "Bibliobus Jules Verne", "address": "73 avenue Vaillant", "itinerant": True},
        {"name": "Bus Jules Verne", "address": "73 avenue Vaillant"},
    ],
)
def test_less_than_name_and_door_is_not_enough(other: dict[str, Any]) -> None:
    rows = pd.DataFrame([row("a1", **LIBRARY), row("b1", **other)])
    assert match(rows).merged == 0


def test_a_missing_coordinate_counts_for_nothing() -> None:
    name = {"name": "Bibliothèque Jules Verne"}
    placed = {"lon": 2.38, "lat": 48.95}
    both = match(frame(row("a1", **name, **placed), row("b1", **name, **placed)))
    one = match(frame(row("a1", **name, **placed), row("b1", **name)))
    none = match(frame(row("a1", **name), row("b1", **name)))
    assert (both.merged, one.merged, none.merged) == (1, 0, 0)
    assert one.ledger["distance_points"].tolist() == [0.0]
    assert one.ledger["score"].tolist() == none.ledger["score"].tolist()


def test_one_siret_alone_is_not_one_place() -> None:
    siret = {"siret": "21930072000014"}
    result = match(
        frame(
            row("a1", name="Mairie", address="6 avenue Vaillant", **siret),
            row("b1", name="Maison du droit", address="25 rue Blériot", **siret),
        )
    )
    assert result.merged == 0


def test_a_private_siret_at_one_door_is_one_establishment() -> None:
    there = {"address": "259 rue de Paris", "siret": "77568030902823"}
    teams = [row("a1", name="UT ILAS", **there), row("a2", name="COALLIA", **there)]
    assert match(frame(*teams)).merged == 1


def test_a_chain_of_likenesses_is_not_one_place() -> None:
    # Each end resembles the middle; the ends do not resemble each other.
    left = row("a1", name="Alpha Beta", address="10 rue Longue")
    middle = row("b1", name="Alpha Beta Gamma Delta", address="10-40 rue Longue")
    right = row("c1", name="Gamma Delta", address="40 rue Longue")
    assert match(frame(left, middle)).merged == 1
    assert match(frame(middle, right)).merged == 1
    result = match(frame(left, middle, right))
    assert result.merged == 1
    assert "apart" in set(result.ledger["decision"])


def test_a_person_can_force_and_undo() -> None:
    rows = frame(row("a1", **LIBRARY), row("b1", **LIBRARY), row("c1", name="Annexe"))
    by_hand = pd.DataFrame(
        [["split", "a1", "b1", "deux étages"], ["merge", "c1", "a1", "vu sur place"]],
        columns=FORCED.names,
    )
    result = match(rows, by_hand)
    assert groups(result) == [["a1", "c1"], ["b1"]]
    told = result.ledger.set_index(["record_a", "record_b"])["decision"]
    assert told["a1", "b1"] == "forced split"
    assert told["a1", "c1"] == "forced merge"
    assert "vu sur place" in set(result.ledger["reason"])


def test_a_split_takes_one_record_out_and_the_place_keeps_its_identifier() -> None:
    rows = frame(row("a1", **LIBRARY), row("b1", **LIBRARY), row("c1", **LIBRARY))
    first = match(rows)
    assert groups(first) == [["a1", "b1", "c1"]]
    lines = [["split", "a1", "b1", "deux étages"], ["split", "b1", "c1", "deux étages"]]
    again = match(rows, pd.DataFrame(lines, columns=FORCED.names), previous=first.members)
    assert groups(again) == [["a1", "c1"], ["b1"]]
    kept = again.members.set_index("record")["site"]
    assert kept["a1"] == first.places["site"][0] != kept["b1"]


@pytest.mark.parametrize(
    "lines",
    [
        [["merge", "a1", "gone", "x"]],
        [["merge", "a1", "a1", "x"]],
        [["delete", "a1", "b1", "x"]],
        [["merge", "a1", "b1", "x"], ["merge", "b1", "c1", "x"], ["split", "a1", "c1", "x"]],
    ],
)
def test_a_correction_that_cannot_be_applied_is_refused(lines: list[list[str]]) -> None:
    rows = frame(row("a1", name="x"), row("b1", name="y"), row("c1", name="z"))
    with pytest.raises(ChoiceError):
        match(rows, pd.DataFrame(lines, columns=FORCED.names))


def test_a_record_twice_is_refused() -> None:
    with pytest.raises(ContractError, match="a1"):
        match(frame(row("a1", name="x"), row("a1", name="y")))


def test_identifiers_outlive_an_older_record_that_joins() -> None:
    first = match(frame(row("m1", **LIBRARY)))
    rows = frame(row("a1", **LIBRARY), row("m1", **LIBRARY))
    assert match(rows, previous=first.members).places["site"].tolist() == (
        first.places["site"].tolist()
    )


def test_merged_fields_keep_their_origin() -> None:
    old = row(
        "a1",
        **LIBRARY,
        phone="+33100000000",
        services="X|Y",
        confirmed_on="2022-01-01",
        lon=2.38,
        lat=48.95,
        hours="Mo 09:00-12:00",
    )
    new = row("b1", **LIBRARY, services="Y|Z", confirmed_on="2024-01-01", hours="Tu 09:00-12:00")
    result = match(frame(old, new))
    place = result.places.iloc[0]
    assert place["services"] == "Y|Z|X"
    assert place["hours"] == "Tu 09:00-12:00"
    assert place["phone"] == "+33100000000"
    assert place["confirmed_on"] == "2024-01-01"
    assert place["located"] == "point"
    assert (place["sources"], place["source_ids"], place["records"]) == ("b|a", "b1|a1", 2)
    origin = result.origins.groupby("field")["record"].agg("|".join)
    assert origin["hours"] == "b1"
    assert origin["phone"] == origin["lon"] == origin["lat"] == "a1"
    assert origin["services"] == "a1|b1"


def test_the_tables_keep_their_contracts() -> None:
    result = match(frame(row("a1", **LIBRARY), row("b1", **LIBRARY), row("b2", name="CCAS")))
    assert len(check(result.ledger, LEDGER)) == 1
    assert len(check(result.origins, ORIGINS)) > 5
    assert result.ledger["reason"].isna().all()


def test_no_records_give_no_places() -> None:
    result = match(frame(row("a1", name="x")).iloc[:0])
    assert len(result.places) == len(result.members) == len(result.ledger) == 0


def many(count: int, **values: Any) -> pd.DataFrame:
    return frame(*(row(f"{'ab'[i % 2]}{i:05d}", **values) for i in range(count)))


def test_ten_thousand_records_of_one_name_are_compared_with_neighbours_only() -> None:
    rows = many(10_000, name="Espace numérique")
    assert len(candidates(prepare(rows), Rules()).pairs) <= 49 * 10_000


def test_a_thousand_records_of_one_name_stay_apart_and_a_note_says_it() -> None:
    result = match(many(1_000, name="Espace numérique"), rules=Rules(largest_block=999))
    assert len(result.places) == 1_000
    assert len(check(result.notes, CLEANING_NOTES)) == 1_000
    shared = {"neighbours": 49, "count": 1_000, "shared": "commune"}
    words = {remark("cleaning.crowd_name", word=word, **shared) for word in ("espace", "numerique")}
    assert {one for text in result.notes["note"] for one in remarks_of(text)} == words


@pytest.mark.parametrize("spread", [0.0, 0.0002])
def test_five_thousand_records_at_one_point_are_compared_with_neighbours_and_a_note_says_it(
    spread: float,
) -> None:
    rows = many(5_000, commune=None, lon=2.36, lat=48.93)
    rows["name"] = [f"Lieu {number * 7919:x}" for number in range(5_000)]
    rows["lon"] += [spread * (number % 71) / 71 for number in range(5_000)]
    found = candidates(prepare(rows), Rules())
    # A square's records and their neighbours' are compared once for each crowded square.
    assert len(found.pairs) <= 49 * 5_000 * len(found.crowds)
    assert {row for crowd in found.crowds for row in crowd.rows.tolist()} == set(range(5_000))
    assert {crowd.note.get("metres") for crowd in found.crowds} == {450}


def test_few_records_leave_no_note() -> None:
    result = match(many(30, **LIBRARY))
    assert len(result.notes) == 0
    assert list(result.notes) == CLEANING_NOTES.names


def test_a_crowded_square_hides_no_twin_from_its_neighbour() -> None:
    crowd = [row(f"a{i}", name=f"Lieu {i:x}", lon=2.36, lat=48.93) for i in range(20)]
    twins = [row(f"{source}z", **LIBRARY, lon=2.36, lat=48.93) for source in "ab"]
    rules = Rules(largest_block=5, neighbours=1)
    result = match(frame(*crowd, *twins).assign(commune=None), rules=rules)
    assert ["az", "bz"] in groups(result)
    assert len(result.notes) == 22


STREET = [
    row(f"{source}{door:03d}", name="Mairie annexe", address=f"{door} rue Verne")
    for door in range(1, 41)
    for source in "abc"
]


def test_a_group_too_large_to_weigh_every_pair_stays_apart_where_nothing_was_weighed() -> None:
    # Next doors are enough to merge two records; forty doors are not one place.
    whole = match(frame(*STREET))
    cut = match(frame(*STREET), rules=Rules(largest_block=50, neighbours=8, largest_group=20))
    for result in (whole, cut):
        doors = result.members["record"].str[1:].astype(int).groupby(result.members["site"])
        assert (doors.max() - doors.min()).max() <= 4
    assert len(whole.notes) == 0
    tied = remark("cleaning.hang_together", count=120)
    assert all(tied in remarks_of(text) for text in cut.notes["note"])


def test_a_person_joins_what_was_not_weighed() -> None:
    line = pd.DataFrame([["merge", "a001", "c040", "un seul lieu"]], columns=FORCED.names)
    rules = Rules(largest_block=50, neighbours=8, largest_group=20)
    site = match(frame(*STREET), line, rules=rules).members.set_index("record")["site"]
    assert site["a001"] == site["c040"]


def test_a_person_keeps_apart_what_was_not_compared() -> None:
    # Three records of one name are too many: a1 and b1 are compared with c1, not together.
    doors = zip("abc", "121", strict=True)
    rows = [row(f"{source}1", name="Annexe", address=f"{n} rue Verne") for source, n in doors]
    rules = Rules(largest_block=2, neighbours=1, largest_group=2)
    line = pd.DataFrame([["split", "a1", "b1", "deux étages"]], columns=FORCED.names)
    assert groups(match(frame(*rows), rules=rules)) == [["a1", "b1", "c1"]]
    site = match(frame(*rows), line, rules=rules).members.set_index("record")["site"]
    assert site["a1"] != site["b1"]


def test_the_best_average_joins_first() -> None:
    # 1 and 2 join (3 points); then 0 stands at (1 - 4) / 2 = -1.5 of the two.
    ties = [(0, 1, 1.0), (0, 2, -4.0), (1, 2, 3.0)]
    linked = [(a, b, Tie(margin, 1, margin >= 0, False, False)) for a, b, margin in ties]
    assert cluster(linked, 1.0) == {0: 0, 1: 1, 2: 1}
    assert cluster(linked, 1.5) == {0: 0, 1: 0, 2: 0}


def test_what_was_not_weighed_joins_nothing() -> None:
    # A line of four: 0 and 1 join, then 2 (one of two pairs weighed), not 3 (one of three).
    line = [(i, i + 1, Tie(2.0, 1, True, False, False)) for i in range(3)]
    assert cluster(line, 1.0) == {0: 0, 1: 0, 2: 0, 3: 3}


ROME = {"name": "Logement d'abord", "address": "3 rue de Rome", "siret": "38162728000039"}
ROSNY = {"commune": "93064", "commune_name": "Rosny-sous-Bois", "postcode": "93110"}
MONTREUIL = {"commune": "93048", "commune_name": "Montreuil", "postcode": "93100"}


def test_one_street_and_body_in_two_communes_are_two_places() -> None:
    result = match(frame(row("a1", **ROME, **ROSNY), row("b1", **ROME, **MONTREUIL)))
    assert groups(result) == [["a1"], ["b1"]]


@pytest.mark.parametrize(
    "said",
    [{"postcode": "93110"}, {"address": "3 rue de Rome, Rosny sous Bois"}],
    ids=["post code", "name"],
)
def test_an_address_that_names_the_other_commune_lets_them_be_one(said: dict[str, str]) -> None:
    result = match(frame(row("a1", **ROME, **ROSNY), row("b1", **{**ROME, **MONTREUIL, **said})))
    assert groups(result) == [["a1", "b1"]]


def test_communes_that_have_merged_since_are_no_border() -> None:
    before = {"commune": "93059", "commune_name": "Pierrefitte-sur-Seine", "postcode": "93380"}
    since = {"commune": "93066", "commune_name": "Saint-Denis", "postcode": "93382"}
    result = match(frame(row("a1", **ROME, **before), row("b1", **ROME, **since)))
    assert groups(result) == [["a1", "b1"]]


HALL = {"address": "10 rue Robert Machy", "postcode": "93240"}


def _together(one: dict[str, Any], two: dict[str, Any], **both: Any) -> bool:
    """Return whether two records at one door are one place."""
    result = match(frame(row("a1", **HALL, **both, **one), row("b1", **HALL, **both, **two)))
    return len(groups(result)) == 1


def test_a_town_hall_and_its_social_centre_are_two_bodies() -> None:
    hall, social = {"name": "Mairie de Stains"}, {"name": "CCAS de la ville de Stains"}
    assert not _together(hall, social)
    assert not _together(hall, {"name": "Centre d'action sociale de Stains"})
    # One that says both is one with each; so are two of a kind.
    assert _together({"name": "Mairie de Stains - CCAS"}, social)
    assert _together({"name": "Centre communal d'action sociale"}, social)


def test_two_of_a_kind_at_one_door_are_one() -> None:
    assert _together({"name": "PIMMS Val Parisis"}, {"name": "Pimms Médiation Montigny"})
    assert not _together({"name": "Atelier Val Parisis"}, {"name": "Médiation Montigny"})


def test_two_france_services_of_one_list_at_its_seat_are_two() -> None:
    seat = {"address": "9 rue du Colonel Avia", "siret": "35600000000048"}
    one = row("a1", name="France Services Arnac la Poste", **seat)
    two = row("a2", name="FS Mormoiron", **seat)
    assert len(groups(match(frame(one, two)))) == 2
    teams = frame({**one, "name": "Équipe Arnac"}, {**two, "name": "Mormoiron"})
    assert len(groups(match(teams))) == 1


def test_a_town_written_into_an_address_is_no_part_of_the_street() -> None:
    names = {"name": "ABC Formation", "siret": "34123951500032"}
    plain = row("a1", address="3 allée du Lavoir", **names)
    long = row("b1", address="3 allée du Lavoi, 95130 Franconville-la-Garenne", **names)
    assert len(groups(match(frame(plain, long)))) == 1


def test_contacts_at_doors_of_two_streets_are_the_organisations() -> None:
    said = {"name": "AA92", "phone": "+33147991635", "email": "a@a.fr", "website": "a.fr"}
    first = {"address": "13 allée Saint-Exupéry", "lon": 2.3257, "lat": 48.9375}
    second = {"address": "1 square Paul Claudel", "lon": 2.3252, "lat": 48.9381}
    twins = [row(name, **said, **first, siret="48307277300011") for name in ("a1", "b1", "c1")]
    result = match(frame(*twins, row("a2", **said, **second)))
    assert groups(result) == [["a1", "b1", "c1"], ["a2"]]


def test_what_moves_in_one_city_without_an_address_is_known_by_its_name() -> None:
    town = {"commune": "75056", "commune_name": "Paris", "postcode": "75000"}
    part = {"commune": "75104", "commune_name": "Paris 4e Arrondissement", "postcode": "75004"}
    hall = row("a1", name="Mairie Mobile", address="variable", **town)
    bus = row("b1", name="France services Mairie Mobile de Paris", address="4 rue Lobau", **part)
    assert groups(match(frame(hall, bus))) == [["a1", "b1"]]
    # With addresses of their own they are two; so is what stands still, and another name.
    for other in (
        {**hall, "address": "12 avenue Victoria"},
        {**hall, "name": "Mairie"},
        {**hall, "name": "Bus santé mobile"},
        {**hall, "commune": "93066", "postcode": "93200"},
    ):
        assert len(groups(match(frame(other, bus)))) == 2, other
