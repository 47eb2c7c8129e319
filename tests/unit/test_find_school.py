"""The card of a place whose hours speak of school holidays."""

from __future__ import annotations

import re
from datetime import date, datetime

import pytest
from worlds import found_row as row

from observatory.app.find.cards import card
from observatory.app.find.school import school_dates, school_source
from observatory.places.calendars import SchoolCalendar
from observatory.words.catalogue import load_words
from observatory.words.remark_words import sentence

FRENCH, ENGLISH = load_words("fr"), load_words("en")
HOURS = "Mo-Fr 09:00-17:00; SH Mo-Fr 10:00-12:00"


def shown(at: datetime, words: object = FRENCH, asked: str = "any", **changes: object) -> str:
    markup = card(row(**{"hours": HOURS, "commune": "93072"} | changes), at, words, None, asked)  # type: ignore[arg-type]  # rows of any values
    return " ".join(re.sub(r"<[^>]+>", " ", markup).replace("&#x27;", "'").split())


def test_the_hours_of_the_day_are_those_of_the_holidays() -> None:
    assert "Aujourd'hui 10 h – 12 h" in shown(datetime(2026, 10, 19, 10), open_now=True)
    assert "Aujourd'hui 9 h – 17 h" in shown(datetime(2026, 11, 2, 10), open_now=True)
    friday = datetime(2026, 10, 16, 18)
    assert "Fermé samedi" in shown(friday, asked="saturday")
    assert "Fermé ; ouvre lundi à 10 h" in shown(
        friday, open_now=False, next_opening="2026-10-19T10:00"
    )


def test_the_card_has_the_dates_of_the_holidays_and_whose_calendar_they_come_from() -> None:
    text = shown(datetime(2026, 10, 19, 10))
    assert "du 17 octobre 2026 au 1er novembre 2026 (zone C) : horaires différents" in text
    assert sentence(SchoolCalendar("C").source, "fr") in text
    english = shown(datetime(2026, 10, 19, 10), ENGLISH)
    assert "School holidays from 17 October 2026 to 1 November 2026 (zone C)" in english


def test_beyond_the_calendar_nothing_is_made_up() -> None:
    text = shown(datetime(2029, 1, 15, 9, 30), open_now=None)
    assert "Horaires non connus" in text
    assert "dates non publiées (zone C)" in text
    assert HOURS in text


@pytest.mark.parametrize("hours", ["Mo-Fr 09:00-17:00; PH off", "", "sur rendez-vous SH"])
def test_other_hours_say_nothing_of_school(hours: str) -> None:
    assert school_dates(hours, date(2026, 10, 19), FRENCH, SchoolCalendar("C")) == ""
    assert school_source(hours, FRENCH, SchoolCalendar("C")) == ""
    assert "acances" not in shown(datetime(2026, 10, 19, 10), hours=hours)


def test_another_zone_has_other_dates() -> None:
    dates = school_dates(HOURS, date(2027, 2, 1), FRENCH, SchoolCalendar("A"))
    assert dates == "du 13 février 2027 au 28 février 2027 (zone A)\u00a0: horaires différents"
