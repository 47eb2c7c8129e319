"""The calendars of holidays on days that can be checked on the published ones."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from importlib.metadata import version

import pytest

from observatory.errors import ChoiceError
from observatory.places.calendars import (
    NO_CALENDAR,
    PACKAGED,
    Holiday,
    SchoolCalendar,
)
from observatory.places.opening_hours import spans_on
from observatory.words.remark_words import sentence

calendar_of = PACKAGED.of
A, B, C = SchoolCalendar("A"), SchoolCalendar("B"), SchoolCalendar("C")


def test_the_zone_is_that_of_the_academie_of_the_commune() -> None:
    found = {calendar_of(code).zone: code for code in ("69123", "59350", "93066")}
    assert found == {"A": "69123", "B": "59350", "C": "93066"}
    assert calendar_of("93") == calendar_of("75118") == C


@pytest.mark.parametrize(
    ("commune", "academie"),
    [("2A004", "Corse"), ("97411", "La Réunion"), ("97502", "Saint-Pierre-et-Miquelon")],
)
def test_an_academie_of_its_own_leaves_every_day_unknown(commune: str, academie: str) -> None:
    school = calendar_of(commune)
    assert school.is_holiday(date(2026, 8, 1)) is None
    assert school.holiday_from(date(2026, 8, 1)) is None
    assert academie in sentence(school.source, "fr")


@pytest.mark.parametrize("missing", [None, "", float("nan")])
def test_a_place_of_no_known_commune_has_the_holidays_of_the_country(missing: object) -> None:
    assert calendar_of(missing) == NO_CALENDAR
    assert NO_CALENDAR.is_public_holiday(date(2026, 7, 14))


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("Vacances de la Toussaint", date(2026, 10, 17), date(2026, 11, 1)),
        ("Vacances de Noël", date(2026, 12, 19), date(2027, 1, 3)),
        ("Vacances d'hiver", date(2027, 2, 6), date(2027, 2, 21)),
        ("Pont de l'Ascension", date(2027, 5, 6), date(2027, 5, 8)),
        ("Vacances d'été", date(2028, 7, 4), date(2028, 8, 31)),
    ],
)
def test_holidays_of_zone_c_with_the_weekends_at_their_edges(
    name: str, first: date, last: date
) -> None:
    holiday = Holiday(name, first, last)
    day = first
    while day <= last:
        assert C.is_holiday(day) is True
        assert C.holiday_from(day) == holiday
        day += timedelta(days=1)
    assert C.is_holiday(first - timedelta(days=1)) is False
    assert C.holiday_from(first - timedelta(days=1)) == holiday


def test_the_day_after_the_holidays_is_none() -> None:
    assert C.is_holiday(date(2026, 11, 2)) is False
    assert C.is_holiday(date(2027, 2, 22)) is False


def test_zones_differ() -> None:
    assert [z.is_holiday(date(2027, 2, 6)) for z in (A, B, C)] == [False, False, True]
    assert [z.is_holiday(date(2027, 2, 12)) for z in (A, B, C)] == [False, False, True]
    assert [z.is_holiday(date(2027, 2, 15)) for z in (A, B, C)] == [True, False, True]
    assert [z.is_holiday(date(2027, 2, 25)) for z in (A, B, C)] == [True, True, False]


@pytest.mark.parametrize(
    "day", [date(2028, 9, 1), date(2029, 2, 10), date(1990, 10, 26), date(1989, 7, 20)]
)
def test_a_day_beyond_what_is_published_is_not_known(day: date) -> None:
    assert not C.covers(day)
    assert C.is_holiday(day) is None
    assert C.holiday_from(day) is None


def test_a_moment_counts_as_its_day() -> None:
    assert C.is_holiday(datetime(2026, 10, 20, 12)) is True
    assert C.is_holiday(datetime(2028, 8, 31, 23)) is True
    assert C.is_public_holiday(datetime(2026, 7, 14, 12))


def test_the_source_names_the_zone_and_the_package_with_its_version() -> None:
    installed = version("vacances-scolaires-france")
    expected = (
        f"calendrier de l'Éducation nationale, zone B (vacances-scolaires-france {installed})"
    )
    assert sentence(B.source, "fr") == expected


@pytest.mark.parametrize("zone", ["D", " ", "c"])
def test_another_zone_is_refused(zone: str) -> None:
    with pytest.raises(ChoiceError, match="one of A, B, C"):
        SchoolCalendar(zone)  # type: ignore[arg-type]  # what is refused


@pytest.mark.parametrize(
    ("commune", "own"),
    [
        ("67482", [date(2026, 4, 3), date(2026, 12, 26)]),
        ("57463", [date(2026, 4, 3), date(2026, 12, 26)]),
        ("97411", [date(2026, 12, 20)]),
        ("97209", [date(2026, 5, 22)]),
        ("97608", [date(2026, 4, 27)]),
    ],
)
def test_public_holidays_of_a_part_of_the_country(commune: str, own: list[date]) -> None:
    for day in own:
        assert calendar_of(commune).is_public_holiday(day)
        assert not calendar_of("93066").is_public_holiday(day)
    assert calendar_of(commune).is_public_holiday(date(2026, 7, 14))
    assert not calendar_of(commune).is_public_holiday(date(2026, 7, 15))


def test_hours_follow_the_public_holidays_of_the_place() -> None:
    boxing_day = date(2026, 12, 26)
    for hours in ("Mo-Sa 09:00-12:00; PH off", "Mo-Sa 09:00-12:00; SH,PH off"):
        assert spans_on(hours, boxing_day, calendar_of("67482")) == []
        assert len(spans_on(hours, boxing_day, C) or ()) == (0 if "SH" in hours else 1)
