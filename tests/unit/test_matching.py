"""Matching on tables small enough to judge by eye."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from observatory.contracts.check import check
from observatory.contracts.directory import FORCED, LEDGER, ORIGINS
from observatory.core.matching import MatchResult, match
from observatory.errors import ChoiceError, ContractError

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
    assert "points" in result.ledger["reason"][0]


def test_no_records_give_no_places() -> None:
    result = match(frame(row("a1", name="x")).iloc[:0])
    assert len(result.places) == len(result.members) == len(result.ledger) == 0
