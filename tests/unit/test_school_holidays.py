"""School holidays of the official calendar: its file, and the places of Corsica and overseas."""

from __future__ import annotations

import json
import re
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from screens import spaced
from worlds import found_rows

from observatory.app.find.cards import card
from observatory.app.find.found_sheet import sheet
from observatory.errors import ColumnsError, ContractError, FileFormatError
from observatory.geo.departements import departements
from observatory.places.calendars import Holiday, SchoolCalendars
from observatory.places.search import Directory
from observatory.read.readers import readers
from observatory.sheets.orientation_content import Content, content
from observatory.tables.holiday_tables import SCHOOL_HOLIDAYS, ZONES
from observatory.tables.provenance import Reading
from observatory.tables.storage import read_optional, write_table
from observatory.words.catalogue import load_words
from observatory.words.sheet_words import languages

HOURS = "Mo-Fr 09:00-17:00; SH off"
AUTUMN = "Vacances de la Toussaint"


def row(zone: str, name: str, start: str, end: str | None, **changes: str | None) -> dict[str, Any]:
    """Return a record of the service; an instant is a day and an hour of UTC."""
    instants = [f"{one}:00:00+00:00" if one else None for one in (start, end)]
    base = {"description": name, "population": "-", "location": "x", "annee_scolaire": "2026-2027"}
    days = dict(zip(("start_date", "end_date"), instants, strict=True))
    return {**base, **days, "zones": zone, **changes}


RECORDS = [
    # Class ends on Friday 16 October 2026, summer time, and resumes on Monday 2 November, winter's.
    row("Zone C", AUTUMN, "2026-10-15T22", "2026-11-01T23", location="Créteil"),
    row("Zone C", AUTUMN, "2026-10-15T22", "2026-11-01T23", location="Versailles"),
    row("Zone C", AUTUMN, "2026-10-15T22", "2026-11-02T23", location="Paris"),
    row("Corse", AUTUMN, "2026-10-16T22", "2026-11-01T23", population="Élèves"),
    row("Corse", AUTUMN, "2026-10-16T22", "2026-11-03T23", population="Enseignants"),
    row("Corse", "Pont de l'Ascension", "2027-05-05T22", "2027-05-05T22"),
    row("Corse", "Début des Vacances d'Été", "2027-07-02T22", None),
    row("Corse", AUTUMN, "2027-10-15T22", "2027-10-31T23"),
    row("Réunion", "Vacances après 1ère période", "2026-10-08T22", "2026-10-25T23"),
    row("Guadeloupe", "Carnaval", "2027-02-05T23", "2027-02-14T23", population="Saint-Martin"),
    row("Réunion", "Début des Vacances d'Été", "2026-12-17T23", "2026-12-17T23"),
    row("Réunion", "Vacances d'Été austral", "2026-12-17T23", "2027-01-24T23"),
]


def read(folder: Path, records: object) -> Reading:
    path = folder / "fr-en-calendrier-scolaire.json"
    path.write_text(json.dumps(records), encoding="utf-8")
    return readers()["school_holidays"](path, {})


@pytest.fixture(scope="module")
def reading(tmp_path_factory: pytest.TempPathFactory) -> Reading:
    return read(tmp_path_factory.mktemp("calendar"), RECORDS)


@pytest.fixture(scope="module")
def calendars(reading: Reading) -> SchoolCalendars:
    return SchoolCalendars(reading.frame)


def test_holidays_are_days_of_paris_between_class_and_class(reading: Reading) -> None:
    rows = reading.frame.astype(object).where(reading.frame.notna(), None)
    assert sorted(rows[SCHOOL_HOLIDAYS.names].itertuples(index=False, name=None)) == [
        ("C", AUTUMN, "2026-10-17", "2026-11-01"),
        ("Corse", "Début des Vacances d'Été", "2027-07-04", None),
        ("Corse", "Pont de l'Ascension", "2027-05-06", "2027-05-06"),
        ("Corse", AUTUMN, "2026-10-18", "2026-11-01"),
        ("Corse", AUTUMN, "2027-10-17", "2027-10-31"),
        ("La Réunion", "Vacances après 1ère période", "2026-10-10", "2026-10-25"),
        ("La Réunion", "Vacances d'Été austral", "2026-12-19", "2027-01-24"),
    ]
    assert reading.rows_in == len(RECORDS)
    assert {one.reason: one.rows for one in reading.aside} == {
        "not of all pupils": 2,
        "said of another académie of the zone": 2,
        "of holidays given with their end": 1,
    }


def test_the_csv_of_the_service_gives_the_same(reading: Reading, tmp_path: Path) -> None:
    path = tmp_path / "fr-en-calendrier-scolaire.csv"
    pd.DataFrame(RECORDS).to_csv(path, sep=";", index=False)
    again = readers()["school_holidays"](path, {}).frame
    pd.testing.assert_frame_equal(again, reading.frame)


def test_the_table_is_kept_in_a_build(reading: Reading, tmp_path: Path) -> None:
    write_table(reading.frame, SCHOOL_HOLIDAYS, tmp_path)
    kept = read_optional(SCHOOL_HOLIDAYS, tmp_path)
    assert SchoolCalendars(kept).of("97411").is_holiday(date(2026, 10, 10)) is True


@pytest.mark.parametrize(
    ("records", "error", "said"),
    [
        ([], FileFormatError, "a JSON list of records"),
        ([{"description": "x"}], ColumnsError, "start_date"),
        ([row("Zone D", AUTUMN, "2026-10-15T22", None)], ContractError, "one of Zone A"),
        ([row("Corse", AUTUMN, "in autumn", None)], ContractError, "an instant such as"),
        ([row("Corse", AUTUMN, "2026-11-01T23", "2026-10-01T22")], ContractError, "before it"),
    ],
)
def test_another_layout_is_refused(
    records: object, error: type[Exception], said: str, tmp_path: Path
) -> None:
    with pytest.raises(error, match=said):
        read(tmp_path, records)


def test_each_zone_is_that_of_a_departement() -> None:
    own = {one.school_zone or one.academie or one.name for one in departements().values()}
    assert own >= set(ZONES.values())


def test_corsica_and_la_reunion_have_the_dates_of_the_build(calendars: SchoolCalendars) -> None:
    corsica, reunion = calendars.of("2A004"), calendars.of("97411")
    assert [corsica.is_holiday(date(2026, 10, day)) for day in (18, 31)] == [True, True]
    assert corsica.is_holiday(date(2026, 11, 2)) is False
    assert corsica.is_holiday(date(2027, 5, 6)) is True
    assert reunion.is_holiday(date(2026, 10, 26)) is False
    assert reunion.holiday_from(date(2026, 11, 3)) == Holiday(
        "Vacances d'Été austral", date(2026, 12, 19), date(2027, 1, 24)
    )
    assert reunion.is_holiday(date(2027, 1, 25)) is None
    assert calendars.of("97105").is_holiday(date(2026, 10, 20)) is None


def test_of_holidays_without_an_end_nothing_is_known_till_the_next(
    calendars: SchoolCalendars,
) -> None:
    corsica = calendars.of("2B033")
    known = [corsica.is_holiday(date(2027, *day)) for day in ((7, 3), (7, 4), (10, 16), (10, 17))]
    assert known == [False, None, None, True]
    assert corsica.holiday_from(date(2027, 6, 1)) is None
    assert corsica.covers(date(2027, 6, 1))


def test_a_zone_that_the_build_lacks_comes_from_the_package(calendars: SchoolCalendars) -> None:
    assert calendars.of("69123") == SchoolCalendars().of("69123")
    assert calendars.of("69123").is_holiday(date(2026, 10, 20)) is True
    assert calendars.of("93066").covers(date(2026, 10, 20))
    assert not calendars.of("93066").covers(date(2027, 1, 1))


def test_a_card_and_a_directory_follow_the_calendar_of_the_build(
    calendars: SchoolCalendars,
) -> None:
    known = found_rows({"hours": HOURS, "commune": "97411"})
    place = known.iloc[0].to_dict() | {"round": (), "open_now": False}
    at = datetime(2026, 10, 12, 10)
    markup = card(place, at, load_words("fr"), calendars=calendars)
    text = spaced(" ".join(re.sub(r"<[^>]+>", " ", markup).replace("&#x27;", "'").split()))
    assert "du 10 octobre 2026 au 25 octobre 2026 (La Réunion) : horaires différents" in text
    assert "calendrier officiel de l'Éducation nationale, La Réunion" in text
    without = card(place, at, load_words("fr"))
    assert "dates propres à La Réunion, non connues ici" in without
    sites = known.rename(columns={"id": "site"})
    assert Directory(sites, calendars=calendars).hours()[1] == [(HOURS, calendars.of("974"))]


@pytest.mark.parametrize("language", languages())
def test_a_sheet_names_the_academie_where_it_has_dates_of_its_own(
    language: str, calendars: SchoolCalendars
) -> None:
    known = found_rows(*({"hours": HOURS, "commune": one} for one in ("2A004", "93066")))
    made: Content = content(sheet(known, language, date(2026, 10, 20), calendars=calendars))
    lines = [one.rows[0].lines[-1] for one in made.cards]
    assert [spaced(one.french or one.main) for one in lines] == [
        "Vacances scolaires (Corse) : du 18 octobre 2026 au 1er novembre 2026",
        "Vacances scolaires (zone C) : du 17 octobre 2026 au 1er novembre 2026",
    ]
    assert "Corse" in lines[0].main
    assert spaced(made.sources.main).endswith(
        "calendrier officiel de l'Éducation nationale, Corse, "
        "calendrier officiel de l'Éducation nationale, zone C"
    )
