"""A place found as a card: what stands on it, and that nothing in it runs."""

from __future__ import annotations

import html
import re
from datetime import datetime
from html.parser import HTMLParser
from typing import Any

import pandas as pd
import pytest
from worlds import HOSTILE_TEXTS as HOSTILE
from worlds import found_row as row

from observatory.app.find.cards import card, doubts, minutes
from observatory.model.assumptions_file import load_assumptions
from observatory.places.rounds import RoundStop
from observatory.places.search.found_rows import COLUMNS
from observatory.places.search.named import Request, find_near
from observatory.settings import PROJECT
from observatory.tables.person_needs import ADMIN
from observatory.tables.remarks import remark
from observatory.words.catalogue import load_words

FRENCH, ENGLISH = load_words("fr"), load_words("en")
MONDAY = datetime(2026, 11, 23, 10, 0)
TAGS = {
    "article", "h3", "span", "p", "strong", "a", "dl", "dt", "dd", "div", "details", "summary",
    "ul", "li",
}  # fmt: skip


class Reader(HTMLParser):
    """The tags, the links and the text of a card."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())


def shown(at: datetime = MONDAY, words: Any = FRENCH, **changes: Any) -> str:
    return Reader(card(row(**changes), at, words, 1)).text


def test_a_card_says_name_minutes_opening_phone_address_age() -> None:
    text = shown(open_now=True, fees="Gratuit", access="Se présenter")
    for part in (
        "1 Maison", "7 min à pied", "Ouvert jusqu'à 12 h 30", "01 48 22 47 95",
        "1 rue du Test, 93240 Stains", "Aujourd'hui 9 h – 12 h 30, 14 h – 17 h",
        "Venir Se présenter",
        "Aide Aide aux démarches administratives", "Tarif Gratuit",
        "Information de décembre 2022 : appelez avant",
    ):  # fmt: skip
        assert part in text


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (True, "Rendez-vous Prend des rendez-vous"),
        (False, "Rendez-vous Sans rendez-vous"),
        (None, ""),
        (pd.NA, ""),
    ],
)
def test_a_card_says_whether_the_place_makes_appointments(made: Any, said: str) -> None:
    text = shown(appointments=made)
    assert said in text
    assert ("endez-vous" in text) is bool(said)


def test_the_phone_can_be_dialled() -> None:
    links = [a for t, a in Reader(card(row(), MONDAY, FRENCH, 1)).tags if t == "a"]
    assert links[0]["href"] == "tel:+33148224795"


@pytest.mark.parametrize(
    ("nxt", "words"),
    [
        ("2026-11-23T14:00", "Fermé ; ouvre à 14 h"),
        ("2026-11-24T09:30", "Fermé ; ouvre demain à 9 h 30"),
        ("2026-11-27T09:00", "Fermé ; ouvre vendredi à 9 h"),
        ("2026-12-07T09:00", "Fermé ; ouvre lundi 7 décembre à 9 h"),
        ("", "Fermé maintenant"),
        ("soon", "Fermé maintenant"),
    ],
)
def test_a_closed_place_says_when_it_opens(nxt: str, words: str) -> None:
    assert words in shown(open_now=False, next_opening=nxt)


@pytest.mark.parametrize(
    ("asked", "words", "parts"),
    [
        ("saturday", FRENCH, ("Ouvert samedi", "Samedi 10 h – 16 h")),
        ("saturday", ENGLISH, ("Open on Saturday", "Saturday 10:00 – 16:00")),
        ("tomorrow", FRENCH, ("Fermé demain", "Demain fermé")),
        ("evening", FRENCH, ("Fermé ce soir", "Aujourd'hui 9 h – 12 h")),
        ("now", FRENCH, ("Ouvert jusqu'à 12 h", "Aujourd'hui 9 h – 12 h")),
    ],
)
def test_the_hours_said_are_those_of_the_moment_asked(
    asked: str, words: Any, parts: tuple[str, ...]
) -> None:
    place = row(open_now=True, hours="Mo 09:00-12:00; Sa 10:00-16:00")
    text = Reader(card(place, MONDAY, words, 1, asked)).text.replace("\u202f", " ")
    for part in parts:
        assert part in text
    assert ("Aujourd'hui" in text) == (asked in ("evening", "now"))


def test_hours_not_known_stay_not_known_for_the_moment_asked() -> None:
    assert "Horaires non connus" in Reader(card(row(hours=None), MONDAY, FRENCH, 1, "evening")).text


def test_what_is_not_known_is_said_and_nobody_is_told_to_call_without_a_number() -> None:
    text = shown(hours=None, phone=None, walk_min=float("nan"), confirmed_on=None, services=None)
    for part in ("position inconnue", "Horaires non connus", "Téléphone non connu", "sans date"):
        assert part in text
    assert "appelez" not in text
    assert "appelez d'abord" in shown(hours=None)
    assert "appelez" not in shown(phone=None)


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2022-10-16", "Information d'octobre 2022"),
        ("2024-08-01", "Information d'août 2024"),
        ("2024-04-01", "Information d'avril 2024"),
        ("2024-02-01", "Information de février 2024"),
    ],
)
def test_the_month_of_the_information_is_said_in_good_french(day: str, words: str) -> None:
    assert words in shown(confirmed_on=day)
    assert "Information from" in shown(confirmed_on=day, words=ENGLISH)


def test_fresh_information_asks_for_no_call() -> None:
    text = shown(freshness="fresh", confirmed_on="2026-10-01", caveats=(), open_now=True)
    assert "confirmée en octobre 2026" in text
    assert "appelez" not in text


def test_doubts_are_shown_and_what_stands_elsewhere_on_the_card_is_not_shown_twice() -> None:
    kept = remark("search.services_unknown"), remark("search.travelling")
    caveats = (
        kept[0],
        remark("search.address_only"),
        remark("search.hours_unknown"),
        remark("search.contact_first", ways=("Téléphoner",)),
        kept[1],
        remark("search.old", months=12, day="2025-01-01"),
    )
    one = row(caveats=caveats, match="unknown")
    assert doubts(one) == list(kept)
    text = Reader(card(one, MONDAY, FRENCH)).text
    assert "À vérifier : services non précisés lieu itinérant" in text


def test_age_hours_and_access_are_no_doubts_of_their_own() -> None:
    known = load_assumptions(PROJECT / "data" / "assumptions.toml")
    old = {"confirmed_on": "2022-01-01", "access": "Téléphoner"}
    given: list[dict[str, object]] = [
        {**old, "confirmed_on": None}, {**old, "lon": None, "lat": None}, {**old, "hours": "?"},
        {**old, "confirmed_on": "2025-06-01"},
    ]  # fmt: skip
    base = {"name": "P", "commune": "93072", "lon": 2.38, "lat": 48.95, "located": "point"}
    sites = pd.DataFrame([base | {"hours": None, "site": f"L{n}"} | g for n, g in enumerate(given)])
    found = find_near(sites, 2.38, 48.95, Request(), MONDAY, known)
    assert len(found) == len(given)
    assert all(found["caveats"])
    assert [doubts(one) for one in found.to_dict("records")] == [[]] * len(given)


def test_hours_that_do_not_parse_are_said_as_they_are() -> None:
    assert "Aujourd'hui le matin, sur rendez-vous" in shown(hours="le matin, sur rendez-vous")


def test_services_and_caveats_are_in_the_language_of_the_screen() -> None:
    one = row(caveats=(remark("search.services_unknown"),), match="unknown")
    markup = card(one, MONDAY, ENGLISH, 1)
    assert "Help with official paperwork online" in markup
    assert "<li>services not stated</li>" in markup


def test_a_card_gives_what_answers_the_need_the_programme_where_no_service_is_known() -> None:
    through = remark("search.programmes", programmes=("France Services",))
    one = row(why=(through,), services=None)
    text = Reader(card(one, MONDAY, FRENCH, 1, needs=("caf",))).text
    assert "par le programme France Services, dont l'offre nationale comprend" in text
    assert "Pour CAF, RSA, APL, prime d'activité" in text
    assert "Aide aux démarches administratives" in text
    own = row(why=(remark("search.services", services=(ADMIN,)),))
    english = Reader(card(own, MONDAY, ENGLISH, 1, needs=("caf",))).text
    assert "Help with official paperwork online" in english
    assert "obs-why" not in card(own, MONDAY, ENGLISH, 1)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_in_any_field_is_only_text(text: str) -> None:
    given = {name: text for name in COLUMNS if isinstance(row()[name], str | None.__class__)}
    stop = RoundStop((0, 1), text, text)
    given |= {"open_now": None, "walk_min": 5.0, "lat": 48.9, "lon": 2.3}
    given |= {"round": (stop,), "round_stop": stop}
    markup = card(row(**given), MONDAY, FRENCH, 1)
    read = Reader(markup)
    assert {tag for tag, _ in read.tags} <= TAGS
    for _, attributes in read.tags:
        assert not any(name.startswith("on") or name == "style" for name in attributes)
        assert re.match(r"tel:|mailto:|https?://|$", attributes.get("href") or "")
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", html.unescape(markup))
    assert len(markup) < 25_000


@pytest.mark.parametrize(
    ("email", "linked"),
    [
        ("aide@stains.fr", True),
        ("a@b.fr?body=x", False),
        ("a@b.fr&cc=evil@c.fr", False),
        ("javascript:alert(1)", False),
        ("a b@c.fr", False),
    ],
)
def test_only_a_plain_address_of_mail_becomes_a_link(email: str, linked: bool) -> None:
    assert ("mailto:" in card(row(email=email), MONDAY, FRENCH)) == linked


@pytest.mark.parametrize(
    ("walk", "whole"), [(6.2, 7), (0.0, 1), (7.0, 7), (float("nan"), None), (None, None)]
)
def test_minutes_are_whole_and_never_less_than_true(walk: Any, whole: int | None) -> None:
    assert minutes({"walk_min": walk}) == whole
