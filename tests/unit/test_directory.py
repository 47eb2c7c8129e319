"""Searches on a table of places small enough to order by eye.

Places stand east of the origin; 75 m a minute at 4.5 km/h, less the detour of 1.25: 60 m of
straight line a minute.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest

from observatory.errors import ChoiceError
from observatory.geo.geometry import project_to_metres, to_degrees
from observatory.model.assumptions import Assumption, Assumptions
from observatory.places.calendars import SchoolCalendar
from observatory.places.search import Directory, find
from observatory.places.search.need_words import understand
from observatory.places.search.request import Request
from observatory.tables.person_needs import ADMIN, EQUIPMENT, NEEDS, PARENTS, SAFETY, SKILLS, WORK
from observatory.tables.remarks import Remark, remark

X, Y = (float(v[0]) for v in project_to_metres(np.array([2.38]), np.array([48.95])).T)
AT = datetime(2026, 3, 9, 10)
ASSUMED = Assumptions(
    {
        name: Assumption(name, value, "", "none", "test")
        for name, value in (
            ("walk.speed_kmh", 4.5),
            ("walk.detour", 1.25),
            ("freshness.stale_months", 12.0),
            ("freshness.very_stale_months", 24.0),
        )
    }
)


def place(site: str, metres: float | None, **values: Any) -> dict[str, Any]:
    lon = lat = None
    if metres is not None:
        east, north = to_degrees(np.array([X + metres]), np.array([Y]))
        lon, lat = float(east[0]), float(north[0])
    usual = {
        "site": site,
        "name": f"Lieu {site}",
        "commune": "93072",
        "lon": lon,
        "lat": lat,
        "located": "commune" if metres is None else "point",
        "services": ADMIN,
        "hours": "Mo-Fr 09:00-12:00",
        "access": "Se présenter",
        "confirmed_on": "2026-01-01",
    }
    return {**usual, **values}


def table(*places: dict[str, Any]) -> pd.DataFrame:
    return pd.DataFrame(list(places)).astype({"lon": float, "lat": float})


def ask(sites: pd.DataFrame | Directory, at: datetime = AT, **request: Any) -> pd.DataFrame:
    return find(sites, (X, Y), Request(**request), at, ASSUMED)


def codes(remarks: tuple[Remark, ...]) -> list[str]:
    return [one.code.removeprefix("search.") for one in remarks]


def test_places_come_by_walking_time_whatever_their_names() -> None:
    found = ask(table(place("A", 600), place("B", 60), place("C", 300)))
    assert found["id"].tolist() == ["B", "C", "A"]
    assert found["walk_min"].tolist() == [1.0, 5.0, 10.0]
    assert found["distance_m"].tolist() == [60, 300, 600]
    assert list(found.columns[:9]) == [
        "id", "name", "services", "open_now", "confirmed_on", "lat", "lon", "walk_min",
        "distance_m",
    ]  # fmt: skip
    assert found["open_now"].all()


def test_places_known_by_their_address_only_come_after() -> None:
    found = ask(table(place("A", None), place("B", 9000)))
    assert found["id"].tolist() == ["B", "A"]
    assert found["walk_min"].isna().tolist() == [False, True]
    assert codes(found["caveats"][1]) == ["address_only"]
    assert ask(table(place("A", None)), commune="93066").empty


def test_a_field_not_known_never_sets_a_place_aside_in_silence() -> None:
    sites = table(
        place("A", 300, services=None), place("B", 600), place("C", 60, services=EQUIPMENT)
    )
    mixed = ask(sites, need="CAF")
    assert mixed["id"].tolist() == ["A", "B"]
    assert mixed["match"].tolist() == ["unknown", "yes"]
    assert codes(mixed["caveats"][0]) == ["services_unknown"]
    assert mixed["why"][1] == (remark("search.services", services=(ADMIN,)),)
    after = ask(sites, need="CAF", unknown="after")
    assert after["id"].tolist() == ["B", "A"]
    hidden = ask(sites, need="CAF", unknown="hidden")
    assert hidden["id"].tolist() == ["B"]
    assert (hidden.attrs["unknown_hidden"], hidden.attrs["set_aside"]) == (1, 1)


def test_a_programme_answers_by_what_it_offers() -> None:
    found = ask(table(place("A", 60, services=None, programmes="France Services")), need="CAF")
    assert found["match"].tolist() == ["yes"]
    assert found["why"][0] == (remark("search.programmes", programmes=("France Services",)),)


def test_open_when_asked() -> None:
    sites = table(
        place("A", 60, hours="Sa 10:00-12:00"),
        place("B", 120),
        place("C", 180, hours="9h-12h"),
        place("D", 240, hours="Mo 17:00-19:00"),
    )
    assert ask(sites, open_when="now")["id"].tolist() == ["B", "C"]
    assert ask(sites, open_when="now")["match"].tolist() == ["yes", "unknown"]
    assert ask(sites, open_when="saturday")["id"].tolist() == ["A", "C"]
    assert ask(sites, open_when="evening", unknown="hidden")["id"].tolist() == ["D"]
    first = ask(sites)
    assert first["open_now"].tolist()[:2] == [False, True]
    assert first["open_now"].isna().tolist() == [False, False, True, False]
    assert first["next_opening"].tolist()[:2] == ["2026-03-14T10:00", "2026-03-09T10:00"]
    assert first["caveats"][2] == (remark("search.hours_free_text", text="9h-12h"),)
    with pytest.raises(ChoiceError):
        ask(sites, open_when="samedi")


@pytest.mark.parametrize(
    ("request_", "values", "match"),
    [
        ({"publics": ("Seniors",)}, {"publics": "Jeunes|Seniors"}, "yes"),
        ({"publics": ("Seniors",)}, {"publics": "Jeunes"}, None),
        ({"publics": ("Seniors",)}, {}, "unknown"),
        ({"fees": ("Gratuit",)}, {"fees": "Gratuit"}, "yes"),
        ({"fees": ("Gratuit",)}, {"fees": "Gratuit sous condition"}, "unknown"),
        ({"fees": ("Gratuit",)}, {"fees": "Payant"}, None),
        ({"care": ("Handicaps moteurs",)}, {"care": "Surdité|Handicaps moteurs"}, "yes"),
        ({"languages": ("en",)}, {"care": "Langues étrangères (anglais)"}, "yes"),
        ({"languages": ("ar",)}, {"care": "Langues étrangères (autres)"}, "unknown"),
        ({"languages": ("ar",)}, {"comment": "On y parle Arabe."}, "yes"),
        ({"languages": ("ar",)}, {"care": "Surdité"}, None),
        ({"women": True}, {"publics": "Femmes"}, "yes"),
        ({"women": True}, {"comment": "mardi réservé aux femmes"}, "yes"),
        ({"women": True}, {}, "unknown"),
        ({"women": True}, {"publics": "Seniors"}, None),
        ({"access": ("Téléphoner",)}, {"access": "Téléphoner"}, "yes"),
        ({"appointments": ("without",)}, {"appointments": False}, "yes"),
        ({"appointments": ("without",)}, {"appointments": None}, "yes"),
        ({"appointments": ("without",)}, {"appointments": True, "access": None}, "unknown"),
        ({"appointments": ("without",)}, {"access": None}, "unknown"),
        ({"appointments": ("with",)}, {"appointments": True}, "yes"),
        ({"appointments": ("with",)}, {"booking": "https://rdv.example/1"}, "yes"),
        ({"appointments": ("with",)}, {"appointments": False}, None),
        ({"appointments": ("with", "without")}, {"appointments": False}, "yes"),
        ({"support": ("En autonomie",)}, {}, "unknown"),
        ({"services": (SKILLS,)}, {"services": f"{SKILLS}|{ADMIN}"}, "yes"),
        ({}, {"access": "Ce lieu n'accueille pas de public"}, None),
        ({"max_walk_min": 2.0}, {}, "yes"),
        ({"max_walk_min": 0.5}, {}, None),
    ],
)
def test_each_condition_has_three_answers(
    request_: dict[str, Any], values: dict[str, Any], match: str | None
) -> None:
    found = ask(table(place("A", 60, **values)), **request_)
    assert found["match"].tolist() == ([] if match is None else [match])
    if match == "unknown":
        assert found["caveats"][0]


@pytest.mark.parametrize(
    ("values", "at", "code"),
    [
        ({"confirmed_on": None}, AT, "undated"),
        ({"hours": None}, AT, "hours_unknown"),
        ({"access": "Téléphoner|Prendre un RDV en ligne"}, AT, "contact_first"),
        ({"itinerant": True}, AT, "travelling"),
        ({}, datetime(2026, 7, 14, 10), "public_holiday"),
        ({"hours": "PH off; SH Mo-Fr 10:00-11:00"}, datetime(2027, 1, 1, 9), "public_holiday"),
        ({"hours": "Mo-Fr 09:00-17:00; SH off"}, AT, "school_holidays"),
    ],
)
def test_what_a_person_must_mind_has_its_code(
    values: dict[str, Any], at: datetime, code: str
) -> None:
    assert code in codes(ask(table(place("A", 60, **values)), at)["caveats"][0])


@pytest.mark.parametrize(("day", "months"), [("2024-12-01", 12), ("2022-06-01", 24)])
def test_an_old_record_is_older_than_the_limit_assumed(day: str, months: int) -> None:
    found = ask(table(place("A", 60, confirmed_on=day)))["caveats"][0]
    assert found == (remark("search.old", months=months, day=day),)


@pytest.mark.parametrize("hours", ["SH Mo-Fr 10:00-11:00; PH off", "PH,SH Mo-Fr 10:00-11:00"])
def test_hours_with_a_rule_for_the_public_holiday_need_no_check(hours: str) -> None:
    found = ask(table(place("A", 60, hours=hours)), datetime(2027, 1, 1, 9))
    assert "public_holiday" not in codes(found["caveats"][0])


def test_a_head_office_promises_no_welcome() -> None:
    office, known = place("A", None, seat=True), place("B", None, seat=False)
    answer = ask(table(office, known)).set_index("id")
    assert answer["seat"].to_dict() == {"A": True, "B": False}
    assert "head_office" in codes(answer["caveats"]["A"])
    assert "head_office" not in codes(answer["caveats"]["B"])


def test_a_head_office_comes_after_the_places_known_by_their_address() -> None:
    near = place("A", None, seat=True)
    found = ask(table(near, place("B", None, seat=False), place("C", 900, seat=False)))
    assert found["id"].tolist() == ["C", "B", "A"]


def test_a_place_without_anything_to_mind_has_no_caveat() -> None:
    assert ask(table(place("A", 60)))["caveats"].tolist() == [()]


def test_the_nearest_stop_is_given_where_stops_are() -> None:
    sites = table(place("A", 60), place("B", None))
    stops = pd.DataFrame(
        {"name": ["Loin", "Près"], "kind": "bus", "x_m": [X + 900, X + 90], "y_m": [Y, Y]}
    )
    found = find(sites, (X, Y), Request(), AT, ASSUMED, stops=stops)
    near = remark("search.stop", name="Près", stop_kind="bus", metres=30, minutes=1)
    assert found["stop"][0] == near
    assert found[["stop_name", "stop_kind", "stop_m"]].iloc[0].tolist() == ["Près", "bus", 30]
    assert found["stop"][1] is None
    assert found[["stop_name", "stop_kind", "stop_m"]].iloc[1].isna().all()


HOLIDAY, BEYOND = datetime(2026, 10, 19, 10), datetime(2029, 1, 15, 10)


def test_school_holidays_close_a_place_by_the_calendar_of_the_zone() -> None:
    sites = table(place("A", 60, hours="Mo-Fr 09:00-17:00; SH off"), place("B", 120))
    assert ask(sites, HOLIDAY)["open_now"].tolist() == [False, True]
    assert ask(sites, HOLIDAY)["next_opening"][0] == "2026-11-02T09:00"
    assert ask(sites, HOLIDAY, open_when="now")["id"].tolist() == ["B"]
    assert ask(sites, HOLIDAY, open_when="2026-11-02")["id"].tolist() == ["A", "B"]
    winter = datetime(2027, 2, 10, 10)
    here = find(sites, (X, Y), Request(), winter, ASSUMED)
    elsewhere = find(sites, (X, Y), Request(), winter, ASSUMED, school=SchoolCalendar("A"))
    assert [f["open_now"][0] for f in (here, elsewhere)] == [False, True]
    assert here["caveats"][0][:2] == (
        remark("search.school_holidays", first="2027-02-06", last="2027-02-21"),
        SchoolCalendar("C").source,
    )
    lyon = sites.assign(commune="69123")
    assert ask(lyon, winter)["open_now"].tolist() == [True, True]
    assert SchoolCalendar("A").source in elsewhere["caveats"][0]
    assert here["caveats"][1] == (remark("search.old", months=12, day="2026-01-01"),)


def test_beyond_the_school_calendar_a_place_may_be_open_with_the_reason() -> None:
    sites = table(
        place("A", 60, hours="Mo-Fr 09:00-17:00; SH off"),
        place("B", 120),
        place("C", 180, hours="Mo-Fr 09:00-17:00; SH Mo-Fr 10:00-12:00"),
    )
    found = ask(sites, BEYOND, open_when="now")
    assert found["id"].tolist() == ["A", "B", "C"]
    assert found["match"].tolist() == ["unknown", "yes", "yes"]
    assert found["open_now"].isna().tolist() == [True, False, False]
    assert pd.isna(found["next_opening"][0])
    doubt = remark("search.opening_unknown_school", when="now", day="2029-01-15")
    assert doubt in found["caveats"][0]
    assert codes(found["caveats"][1]) == ["old"]
    assert ask(sites, BEYOND, open_when="evening").empty
    last = ask(sites, datetime(2028, 8, 31, 18))["caveats"]
    assert remark("search.school_calendar_ends", day="2028-09-01") in last[0]


def test_a_far_place_is_found_after_many_that_are_closed() -> None:
    closed = [place(f"C{i:03}", 60.0 * i, hours="Tu 09:00-12:00") for i in range(1, 200)]
    sites = table(*closed, place("A", 60_000), place("B", None), place("N", 50_000, hours="?"))
    assert ask(sites, open_when="now")["id"].tolist() == ["N", "A", "B"]
    assert ask(sites, open_when="now", unknown="after")["id"].tolist() == ["A", "N", "B"]
    assert ask(sites, open_when="now", unknown="hidden")["id"].tolist() == ["A", "B"]


def test_the_limit_and_an_empty_table() -> None:
    sites = table(*(place(f"A{i}", 60.0 * i) for i in range(1, 6)))
    assert ask(sites, limit=2)["id"].tolist() == ["A1", "A2"]
    assert ask(sites, limit=2).attrs["fitting"] == 5
    assert ask(sites.iloc[:0]).empty


@pytest.mark.parametrize(
    "request_",
    [
        {"publics": ("Femme",)},
        {"care": ("arabe",)},
        {"languages": ("arabe",)},
        {"needs": ("CAF",)},
        {"limit": 0},
        {"unknown": "maybe"},
    ],
)
def test_a_search_that_would_match_nothing_is_refused(request_: dict[str, Any]) -> None:
    with pytest.raises(ChoiceError):
        Request(**request_)


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ("CAF", "caf"),
        ("impots", "impots"),
        ("déclarer mes impôts", "impots"),
        ("Pronote", "ecole"),
        ("pronotte", "ecole"),
        ("protéger mes données", "securite"),
        ("protect my data", "securite"),
        ("ordinateur pas cher", "materiel"),
        ("une carte SIM", "materiel"),
        ("téléphone", "telephone"),
        ("téléphone pas cher", "materiel"),
        ("ANTS", "titres"),
        ("titre de sejours", "titres"),
        ("France Travail", "emploi"),
        ("mon CV", "cv"),
        ("Améli", "sante"),
        ("mail", "mail"),
        ("imprimer un papier", "acces"),
        ("materiel", "materiel"),
    ],
)
def test_needs_in_a_persons_words(words: str, key: str) -> None:
    assert key in [need.key for need in understand(words)]


def test_what_needs_ask_for() -> None:
    assert understand("téléphone pas cher")[0].services == (EQUIPMENT,)
    assert [n.key for n in understand("CAF et impôts")] == ["caf", "impots"]
    assert understand(SAFETY)[0].services == (SAFETY,)
    assert PARENTS in understand("suivi scolaire")[0].services
    assert WORK in understand("cv")[0].services
    assert len({need.key for need in NEEDS}) == len(NEEDS)
    with pytest.raises(ChoiceError, match="caf, impots"):
        understand("zzzz")
