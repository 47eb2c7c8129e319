"""Opening hours put into words: what a person reads on the sheet."""

from __future__ import annotations

from datetime import date

import pytest
from screens import spaced

from observatory.places.calendars import SchoolCalendar
from observatory.sheets.orientation_content import Content, content
from observatory.sheets.sheet_model import Place, Sheet
from observatory.sheets.week_hours import hours_lines, in_words, school_line
from observatory.words.remark_words import sentence
from observatory.words.sheet_words import languages, texts


def written(expression: str, language: str = "fr") -> list[str]:
    lines = hours_lines(expression, texts(language))
    return [line.replace("\u00a0", " ").replace("\u2060", "") for line in lines]


@pytest.mark.parametrize(
    ("expression", "lines"),
    [
        ("Mo-Fr 09:00-12:00", ["lundi au vendredi : 9 h – 12 h"]),
        ("Mo-Fr 9h-12h30,13h30-17h", ["lundi au vendredi : 9 h – 12 h 30, 13 h 30 – 17 h"]),
        ("Tu,Th 14:00-19:00", ["mardi et jeudi : 14 h – 19 h"]),
        ("Mo,We,Fr 10:00-11:30", ["lundi, mercredi, vendredi : 10 h – 11 h 30"]),
        (
            "Mo-Fr 08:45-12:00; We,Sa 13:30-18:00",
            [
                "lundi, mardi, jeudi, vendredi : 8 h 45 – 12 h",
                "mercredi et samedi : 13 h 30 – 18 h",
            ],
        ),
        ("Mo-Fr 09:00-12:00; We off", ["lundi, mardi, jeudi, vendredi : 9 h – 12 h"]),
        ("Fr 20:00-26:00", ["vendredi : 20 h – 2 h"]),
        ("10:00-12:00", ["lundi au dimanche : 10 h – 12 h"]),
        ("Mo-Fr", ["lundi au vendredi"]),
        ("24/7", ["ouvert jour et nuit, tous les jours"]),
        ("24/7; PH off", ["ouvert jour et nuit, tous les jours", "fermé les jours fériés"]),
        ("off", ["fermé"]),
        (
            "Sa 09:00-12:00; PH,SH off",
            [
                "samedi : 9 h – 12 h",
                "fermé les jours fériés",
                "fermé pendant les vacances scolaires",
            ],
        ),
        (
            "Mo-Su,PH 10:00-18:00",
            ["lundi au dimanche : 10 h – 18 h", "ouvert aussi les jours fériés"],
        ),
        (
            'Mo 09:00-12:00 "sur rdv"; Tu 09:00-12:00',
            [
                "lundi : 9 h – 12 h (sur rdv)",
                "mardi : 9 h – 12 h",
            ],
        ),
        ("", []),
    ],
)
def test_hours_that_can_be_said(expression: str, lines: list[str]) -> None:
    assert written(expression) == lines


@pytest.mark.parametrize(
    "expression",
    [
        "sur rendez-vous",
        "Sep-Jun Mo-Fr 09:00-12:00",
        "week 1-53/2 Mo 10:00-12:00",
        "Mo[1] 10:00-12:00",
        "Mo-Fr 09:00-12:00; Dec 25 off",
        "Mo-Fr 09:00-12:00; SH Mo-Fr 10:00-12:00",
        "PH 10:00-12:00",
        "PH off; Mo-Fr 09:00-12:00",
        "SH off; Mo-Fr 09:00-12:00",
        "Mo-Fr 09:00-12:00; PH,SH off; Sa 10:00-12:00",
        "PH off; 24/7",
        "24/7; Mo,PH 10:00-12:00",
        'Mo-Fr,PH "sur rdv"',
        'Sa,PH 10:00-12:00; Mo-Fr "sur rdv"',
        "sunrise-sunset",
        'Mo-Fr 09:00-12:00 || "appeler"',
        "Mo 09:00-14:00-17:00",
        "Mo-Fr 09:00+",
    ],
)
def test_hours_that_would_change_their_meaning_are_shown_as_written(expression: str) -> None:
    assert written(expression) == [expression]
    assert not in_words(expression)


def test_ten_thousand_characters_are_cut() -> None:
    (line,) = written("Mo-Fr 09:00-12:00; " * 600)
    assert len(line) == 300
    assert line.endswith("…")


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", "Monday to Friday: 9:00 – 12:00, 13:30 – 17:00"),
        ("ar", "من الاثنين إلى الجمعة: من 9:00 إلى 12:00، من 13:30 إلى 17:00"),
        ("pt", "segunda-feira a sexta-feira: 9h – 12h, 13h30 – 17h"),
        ("tr", "Pazartesi – Cuma: 9.00 – 12.00, 13.30 – 17.00"),
        ("ta", "திங்கள் முதல் வெள்ளி வரை: 9:00 – 12:00, 13:30 – 17:00"),
        ("zh", "星期一至星期五：9:00 – 12:00，13:30 – 17:00"),
    ],
)
def test_hours_in_every_language(language: str, line: str) -> None:
    assert written("Mo-Fr 09:00-12:00,13:30-17:00", language) == [line]


NOVEMBER, SCHOOL_HOURS = date(2026, 11, 22), "Mo-Fr 9h-17h; SH Mo-Fr 10h-12h"


@pytest.mark.parametrize(
    ("day", "zone", "line"),
    [
        (NOVEMBER, "C", "(zone C) : du 19 décembre 2026 au 3 janvier 2027"),
        (date(2026, 10, 20), "C", "(zone C) : du 17 octobre 2026 au 1er novembre 2026"),
        (date(2027, 2, 1), "C", "(zone C) : du 6 février 2027 au 21 février 2027"),
        (date(2027, 2, 1), "A", "(zone A) : du 13 février 2027 au 28 février 2027"),
        (date(2029, 1, 15), "C", "non connues : appelez avant de venir."),
    ],
)
def test_the_dates_of_the_school_holidays_are_said_where_hours_speak_of_them(
    day: date, zone: str, line: str
) -> None:
    calendar = SchoolCalendar(zone)  # type: ignore[arg-type]  # a zone of the table
    found = spaced(school_line(SCHOOL_HOURS, texts("fr"), day, calendar))
    assert found.endswith(line)
    assert "acances scolaires" in found


@pytest.mark.parametrize("expression", ["Mo-Fr 09:00-12:00; PH off", "sur rdv SH", "", '"SH"'])
def test_hours_that_do_not_speak_of_school_holidays_say_no_dates(expression: str) -> None:
    assert school_line(expression, texts("fr"), NOVEMBER, SchoolCalendar("C")) == ""


def sheet_of(language: str, *hours: str, sources: tuple[str, ...] = ()) -> Content:
    places = tuple(Place("Lieu", school=SchoolCalendar("C"), hours=one) for one in hours)
    return content(Sheet(places, NOVEMBER, language, sources=sources))


@pytest.mark.parametrize("language", languages())
def test_the_sheet_says_the_dates_in_the_language_and_whose_calendar_it_is(language: str) -> None:
    texts_ = sheet_of(language, SCHOOL_HOURS, "Mo-Fr 09:00-12:00", sources=("Ville de Stains",))
    first, second = (card.rows[0].lines for card in texts_.cards)
    assert len(first) == 2
    assert len(second) == 1
    assert first[0].main == SCHOOL_HOURS
    assert "2026" in first[1].main or "٢٠٢٦" in first[1].main
    assert (first[1].french or first[1].main).startswith("Vacances scolaires (zone C)")
    calendar = sentence(SchoolCalendar("C").source, "fr")
    assert spaced(texts_.sources.main) == f"Sources : Ville de Stains, {calendar}"


def test_a_sheet_without_school_holidays_names_no_school_calendar() -> None:
    assert sheet_of("fr", "Mo-Fr 09:00-12:00").sources.main == ""
    named = sheet_of("fr", "Mo-Fr 09:00-12:00; PH,SH off").sources.main
    assert spaced(named).startswith("Sources : cal")
