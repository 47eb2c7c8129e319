"""What a place says that it offers comes before what its programme is presumed to."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest

from observatory import settings
from observatory.app.find.answer import answer, unfilled
from observatory.app.find.cards import card
from observatory.app.find.find_state import Search, Start
from observatory.geo.geometry import to_degrees
from observatory.model.assumptions_file import load_assumptions
from observatory.places.search import Directory, Request, find
from observatory.tables.person_needs import ADMIN, BOOK_ONLINE, EQUIPMENT, SKILLS
from observatory.words.catalogue import load_words

X, Y = 652_000.0, 6_870_000.0
AT = datetime(2026, 11, 23, 10)
KNOWN = load_assumptions(settings.load({}).assumptions)
#: Name, metres to the east, services, programmes, booking.
ROWS = (
    ("presumed near", 100, SKILLS, "France Services", None),
    ("declared far", 900, f"{ADMIN}|{SKILLS}", None, None),
    ("declared near", 300, ADMIN, None, "https://rdv.example/1"),
    ("presumed bare", 500, None, "Conseillers numériques", None),
    ("other", 50, EQUIPMENT, None, None),
)


def directory() -> Directory:
    frame = pd.DataFrame(ROWS, columns=["name", "x", "services", "programmes", "booking"])
    lon, lat = to_degrees(X + frame["x"].to_numpy(dtype=float), np.full(len(frame), Y))
    return Directory(
        frame.assign(site=frame["name"], lon=lon, lat=lat, located="point", commune="93001")
    )


def names(**asked: Any) -> list[tuple[str, str]]:
    found = find(directory(), (X, Y), Request(**asked), AT, KNOWN)
    return list(zip(found["name"], found["offer"], strict=True))


def test_declared_services_come_first_and_presumed_ones_are_told_apart() -> None:
    assert names(needs=("caf",)) == [
        ("declared near", "declared"),
        ("declared far", "declared"),
        ("presumed near", "presumed"),
        ("presumed bare", "presumed"),
    ]
    # The nearest are taken first, then put in order: nobody is sent far for a word of a record.
    assert names(needs=("caf",), limit=2) == [
        ("declared near", "declared"),
        ("presumed near", "presumed"),
    ]
    assert [name for name, offer in names() if offer is None] == [
        "other", "presumed near", "declared near", "presumed bare", "declared far",
    ]  # fmt: skip


def test_an_address_for_booking_answers_who_wants_an_appointment_online() -> None:
    found = find(directory(), (X, Y), Request(access=(BOOK_ONLINE,)), AT, KNOWN)
    sure = found[found["match"] == "yes"]
    assert sure["name"].tolist() == ["declared near"]
    shown = card(sure.to_dict("records")[0], AT, load_words("fr"))
    assert "https://rdv.example/1" in shown.split("<details>")[0]


def asked(search: Search) -> Any:
    lon, lat = to_degrees(np.array([X]), np.array([Y]))
    start = Start(float(lon[0]), float(lat[0]), "x", "commune", "x")
    return answer(directory(), start, search, AT, KNOWN, 8)


@pytest.mark.parametrize(
    ("need", "undeclared"), [("caf", False), ("materiel", False), ("securite", True)]
)
def test_a_need_that_no_place_declares_is_said(need: str, undeclared: bool) -> None:
    assert asked(Search(needs=(need,))).undeclared is undeclared
    # What else is asked, and not known, changes nothing of what is declared.
    assert asked(Search(needs=(need,), languages=("ta",))).undeclared is undeclared


def test_a_filter_that_no_place_fills_is_said_once_and_known_beforehand() -> None:
    found = asked(Search(languages=("ar",), cares=("motor",)))
    assert {one.code for one in found.unsaid} == {"search.not_given", "search.languages_unknown"}
    assert not asked(Search(coming=("online",))).unsaid  # one place says it
    empty = unfilled(directory())
    assert len(empty["audiences"]) == 5
    assert empty["coming"] == ("walkin", "phone", "mail")
    assert empty["free"] == ("free",)
