"""The counsellor's ten searches of the documentation, computed again on the edition."""

from __future__ import annotations

import math
from datetime import datetime
from functools import cache

import pandas as pd
import pytest
from desk_searches import lines, wanted

from observatory import settings
from observatory.app.find.answer import Answer, answer
from observatory.app.find.find_state import Search, Start
from observatory.model.assumptions_file import load_assumptions
from observatory.model.observed import load_facts
from observatory.places.cleaning import fold
from observatory.places.search import Directory
from observatory.places.search.named import gazetteer_of, named

TUESDAY = datetime(2026, 11, 24, 10)


@cache
def edition() -> tuple[Directory, pd.DataFrame]:
    """Return the places and the names of the edition."""
    facts = load_facts(settings.load({}).edition)
    return Directory(facts.sites), gazetteer_of(facts)


def found(typed: str, asked: str) -> tuple[pd.Series, Answer]:
    """Return what a text is taken for, and the answer from there."""
    places, gazetteer = edition()
    begin = named(typed, gazetteer).iloc[0]
    needs, when = wanted(asked)
    search = Search(needs=needs, when=when)
    start = Start(begin["lon"], begin["lat"], begin["name"], begin["kind"], "", begin["note"])
    known = load_assumptions(settings.load({}).assumptions)
    return begin, answer(places, start, search, TUESDAY, known, 8)


@pytest.mark.parametrize("line", lines(), ids=lambda line: line[0] + ", " + line[1][:10])
def test_each_line_is_what_the_page_finds(line: list[str]) -> None:
    typed, asked, taken, first, second, _ = line
    begin, told = found(typed, asked)
    assert begin["sure"]
    assert fold(begin["name"]) == fold(taken.split(",")[0])
    assert (begin["note"] is not None) is ("said" in taken)
    shown = [
        f"{name}, {max(1, math.ceil(minutes))}"
        for name, minutes in zip(told.near["name"], told.near["walk_min"], strict=True)
    ]
    if first.startswith("none"):
        assert shown == []
        assert len(told.unlocated) == 4
    else:
        assert [fold(one) for one in shown[:2]] == [fold(first), fold(second)]
    assert told.undeclared is ("no place declares it" in asked)
    assert (told.lacks == "none_near") is ("none within" in asked)


def test_there_are_ten() -> None:
    assert len(lines()) == 10


def bare_places() -> list[dict[str, str]]:
    """Return the places of the territory that only an address is known of."""
    known = load_facts(settings.load({}).edition).places
    bare = known[known["in_territory"] & ~known["seat"] & (known["located"] != "point")]
    return bare[["site", "name", "address", "postcode", "commune_name"]].to_dict("records")


@pytest.mark.parametrize("place", bare_places(), ids=lambda place: place["name"])
def test_a_place_with_an_address_only_is_found_by_its_name_address_and_commune(
    place: dict[str, str],
) -> None:
    name, address, postcode, town = (
        place[key] for key in ("name", "address", "postcode", "commune_name")
    )
    numbered = [f"{address} {town}", f"{address}, {postcode} {town}", f"{address} {postcode}"]
    asked = [f"{name}, {town}", *(numbered if address[0].isdigit() else [])]
    places, gazetteer = edition()
    for text in asked:
        first = named(text, gazetteer).iloc[0]
        assert fold(first["name"]) in (fold(name), fold(address)), text
        assert (first["sure"], first["note"].code) == (True, "start.at_centre"), text
    known = load_assumptions(settings.load({}).assumptions)
    for text in (f"{name}, {town}", town):
        begin = named(text, gazetteer).iloc[0]
        start = Start(begin["lon"], begin["lat"], begin["name"], begin["kind"], "", begin["note"])
        told = answer(places, start, Search(), TUESDAY, known, 8)
        (row,) = told.unlocated[told.unlocated["id"] == place["site"]].to_dict("records")
        assert row["address"] == address


def test_no_address_of_a_place_is_lost_when_its_post_code_is_typed() -> None:
    places, gazetteer = edition()
    sites = places.sites[places.sites["in_territory"] & ~places.sites["seat"]]
    for row in sites[sites["address"].str.match(r"\d+ ", na=False)].to_dict("records"):
        first = named(f"{row['address']}, {row['postcode']} {row['commune_name']}", gazetteer)
        assert fold(first["name"].iloc[0]) == fold(row["address"])
