"""An answer and what stands beside it when it does not help, on places simple enough to check."""

from __future__ import annotations

from datetime import datetime

import pandas as pd
import pytest

from observatory.app.find.answer import (
    Answer,
    answer,
    nearest_commune,
    opens_surely,
    understood,
)
from observatory.app.find.find_state import Search, Start
from observatory.model.assumptions_file import load_assumptions
from observatory.places.search import Directory
from observatory.places.search.gazetteer import build_gazetteer
from observatory.places.search.named import entry_label, entry_of, named, suggestions
from observatory.settings import PROJECT
from observatory.tables.person_needs import ADMIN, SKILLS

KNOWN = load_assumptions(PROJECT / "data" / "assumptions.toml")
HERE = Start(2.38, 48.955, "Stains", "commune", "Stains")
SUNDAY, MONDAY = datetime(2026, 11, 22, 10), datetime(2026, 11, 23, 10)
COLUMNS = (
    "site", "name", "commune", "commune_name", "lon", "lat", "located", "hours", "services",
    "programmes", "access", "fees", "publics", "care", "comment", "confirmed_on", "phone",
)  # fmt: skip


def places(*given: dict[str, object]) -> Directory:
    base = {"commune": "93072", "commune_name": "Stains", "located": "point", "services": ADMIN}
    rows = [
        {"site": f"L{n}", "name": f"P{n}", "lat": 48.955} | base | g for n, g in enumerate(given)
    ]
    return Directory(pd.DataFrame(rows, columns=list(COLUMNS)))


WEEK, EVENING = "Mo-Fr 09:00-17:00", "Mo-Fr 09:00-20:00"
THREE = places(
    {"lon": 2.381, "hours": WEEK},
    {"lon": 2.385, "hours": EVENING},
    {"lon": 2.383, "hours": None},
    {"lon": None, "lat": None, "located": "commune", "hours": WEEK},
)


def ask(search: Search, at: datetime, known: Directory = THREE, limit: int = 8) -> Answer:
    return answer(known, HERE, search, at, KNOWN, limit)


def names(frame: pd.DataFrame) -> list[str]:
    return list(frame["name"]) if len(frame) else []


def test_the_nearest_come_first_and_those_without_a_point_are_apart() -> None:
    found = ask(Search(), MONDAY)
    assert names(found.near) == ["P0", "P2", "P1"]
    assert names(found.unlocated) == ["P3"]
    assert (found.lacks, found.beside, found.more) == ("", "", False)


def test_open_this_evening_puts_the_sure_ones_first() -> None:
    found = ask(Search(when="evening"), MONDAY)
    assert names(found.near) == ["P1", "P2"]
    assert list(found.near["match"]) == ["yes", "unknown"]
    assert found.lacks == ""


def test_nothing_open_now_gives_the_nearest_ones_of_tomorrow() -> None:
    found = ask(Search(when="now"), SUNDAY)
    assert (found.lacks, found.beside) == ("none_open", "tomorrow")
    assert names(found.others) == ["P0", "P1"]
    assert names(found.near) == ["P2"]
    assert names(found.rows) == ["P0", "P1", "P2"]


def test_nothing_on_saturday_gives_the_nearest_ones_at_other_hours() -> None:
    found = ask(Search(when="saturday"), MONDAY)
    assert (found.lacks, found.beside) == ("none_open", "any")
    assert names(found.others) == ["P0", "P1"]
    assert names(found.near) == ["P2"]


def test_a_place_open_on_saturday_stays_so_where_its_languages_are_not_known() -> None:
    known = places({"lon": 2.381}, {"lon": 2.383, "hours": "Sa 10:00-16:00"}, {"lon": 2.385})
    found = ask(Search(when="saturday", languages=("ar",)), MONDAY, known)
    assert found.lacks == ""
    assert names(found.near) == ["P1", "P0", "P2"]
    assert list(opens_surely(found.near)) == [True, False, False]


def test_no_place_is_both_in_the_answer_and_beside_it() -> None:
    known = places({"lon": 2.381}, {"lon": 2.383}, {"lon": 2.385, "hours": WEEK})
    found = ask(Search(when="saturday", languages=("ar",)), MONDAY, known)
    assert (found.lacks, found.beside) == ("none_open", "unfiltered")
    assert names(found.near) == ["P0", "P1"]
    assert names(found.others) == ["P2"]


def test_open_but_far_shows_something_nearer_at_another_time() -> None:
    known = places({"lon": 2.381, "hours": WEEK}, {"lon": 2.45, "hours": EVENING})
    found = ask(Search(when="evening"), MONDAY, known)
    assert (found.lacks, found.beside) == ("none_near", "tomorrow")
    assert names(found.others) == ["P0"]
    assert names(found.near) == ["P1"]


def test_filters_that_leave_nothing_are_taken_off_beside() -> None:
    known = places({"lon": 2.381, "fees": "Payant"})
    found = ask(Search(free=True), MONDAY, known)
    assert (found.lacks, found.beside) == ("nothing", "unfiltered")
    assert names(found.others) == ["P0"]


def test_a_need_that_nobody_answers_says_so() -> None:
    found = ask(Search(needs=("materiel",)), MONDAY)
    assert (found.lacks, found.beside) == ("nothing", "")
    assert found.rows.empty


def test_every_need_must_be_answered() -> None:
    known = places({"lon": 2.381}, {"lon": 2.39, "services": f"{ADMIN}|{SKILLS}"})
    assert names(ask(Search(needs=("caf",)), MONDAY, known).near) == ["P0", "P1"]
    assert names(ask(Search(needs=("caf", "mail")), MONDAY, known).near) == ["P1"]


def test_a_limit_says_that_there_is_more() -> None:
    found = ask(Search(), MONDAY, limit=2)
    assert len(found.near) == 2
    assert found.more
    assert not ask(Search(), MONDAY, limit=3).more


@pytest.mark.parametrize(
    ("words", "keys"),
    [
        ("CAF", ["caf"]),
        ("courrier", ["demarches"]),
        ("mon CV", ["cv"]),
        ("suivi scolaire", ["ecole"]),
        ("protéger mes données", ["securite"]),
        ("ordinateur ou carte SIM pas chers", ["materiel"]),
        ("impots et caf", ["caf", "impots"]),
        ("demarches", ["demarches"]),
    ],
)
def test_needs_are_read_in_the_words_of_a_person(words: str, keys: list[str]) -> None:
    assert understood([words]) == (tuple(keys), ())


def test_words_that_name_no_need_are_given_back() -> None:
    assert understood(["CAF", "zzz qqq"]) == (("caf",), ("zzz qqq",))


def gazetteer() -> pd.DataFrame:
    rows = [
        ("Stains", "commune", "Stains", 2.38, 48.955),
        ("Drancy", "commune", "Drancy", 2.44, 48.92),
        ("Jean Jaurès", "school", "Stains", 2.381, 48.95),
        ("Jean Jaurès", "school", "Drancy", 2.441, 48.92),
        ("3 rue Secrète", "address", "Stains", 2.379, 48.95),
    ]
    frame = pd.DataFrame(rows, columns=["name", "kind", "commune_name", "lon", "lat"])
    return build_gazetteer(landmarks=frame)


def test_an_ambiguous_name_gives_each_place_of_that_name() -> None:
    found = named("jean jaures", gazetteer())
    assert set(found["commune_name"]) == {"Stains", "Drancy"}
    assert not found["sure"].any()
    assert named("jean jaures drancy", gazetteer())["commune_name"].iloc[0] == "Drancy"


def test_a_link_finds_its_place_again_and_never_an_address() -> None:
    table = gazetteer()
    for _, row in table[table["kind"] != "address"].iterrows():
        label = entry_label(row["name"], row["kind"], row["commune_name"])
        found = entry_of(label, table)
        assert found is not None
        assert (found["name"], found["commune_name"]) == (row["name"], row["commune_name"])
    address = entry_of("3 rue Secrète, Stains", table)
    assert address is None or address["kind"] == "commune"


def test_a_point_is_written_as_its_commune() -> None:
    assert nearest_commune(2.385, 48.95, gazetteer()) == "Stains"
    assert nearest_commune(2.43, 48.93, gazetteer()) == "Drancy"
    assert nearest_commune(2.43, 48.93, gazetteer().iloc[:0]) == ""


def test_a_name_that_is_nothing_gets_names_that_exist() -> None:
    given = suggestions("Drnacy", gazetteer())
    assert given[0] == "Drancy"
    assert suggestions("xyzzy", gazetteer())


@pytest.mark.parametrize("text", ["rue Inconnue Stains", "Stains, rue Inconnue"])
def test_a_street_not_known_starts_from_its_commune_wherever_that_is_said(text: str) -> None:
    found = named(text, gazetteer()).iloc[0]
    assert (found["name"], found["note"].code) == ("Stains", "start.address_not_found")
