"""The search to and from the URL, and the request that it makes."""

from __future__ import annotations

import pytest

from observatory.app.find.find_state import (
    NAMES,
    NEED_KEYS,
    WHENS,
    Search,
    Start,
    from_params,
    to_params,
    to_request,
)
from observatory.places.search.request import conditions
from observatory.tables.person_needs import BY_KEY, CARE, FREE


def test_an_empty_search_leaves_no_trace_in_the_url() -> None:
    assert to_params(Search()) == {}
    assert from_params({}) == (Search(), ())


def test_a_link_written_by_hand_is_read() -> None:
    search, refused = from_params(
        {
            "pres": "Stains",
            "besoin": "cv,caf",
            "quand": "evening",
            "langues": "ar",
            "gratuit": "oui",
        }
    )
    assert refused == ()
    assert search == Search("Stains", ("caf", "cv"), "evening", languages=("ar",), free=True)


@pytest.mark.parametrize(
    ("params", "name", "value"),
    [
        ({"quand": "<script>"}, "quand", "<script>"),
        ({"besoin": "caf,zzz"}, "besoin", "zzz"),
        ({"gratuit": "peut-être"}, "gratuit", "peut-être"),
        ({"venir": "x" * 100}, "venir", "x" * 40 + "…"),
    ],
)
def test_what_is_not_understood_is_left_out_and_said(
    params: dict[str, str], name: str, value: str
) -> None:
    search, refused = from_params(params)
    assert [(r.name, r.value) for r in refused] == [(name, value)]
    assert search in (Search(), Search(needs=("caf",)))


def test_a_long_place_is_cut_and_many_refusals_are_few_on_the_screen() -> None:
    search, refused = from_params({"pres": "a" * 5000, "besoin": ",".join("abcdefghij")})
    assert len(search.near) == 120
    assert len(refused) == 5


@pytest.mark.parametrize("key", NEED_KEYS)
def test_each_need_asks_for_its_own_services(key: str) -> None:
    request = to_request(Search(needs=(key,)), 5)
    assert [one.key for one in conditions(request)[1:]] == [BY_KEY[key].services]


def test_several_needs_are_all_asked_for() -> None:
    assert to_request(Search(needs=NEED_KEYS), 5).needs == NEED_KEYS


def test_words_of_the_filters_are_values_of_the_standard() -> None:
    search = Search(
        audiences=("women",), cares=("illiteracy", "sight"), languages=("ar", "en"),
        coming=("walkin",), appointments=("without",), free=True, women=True,
    )  # fmt: skip
    request = to_request(search, 7)
    assert request.publics == ("Femmes",)
    assert request.care == ("Illettrisme", "Déficience visuelle")
    assert set(request.care) <= set(CARE)
    assert request.languages == ("ar", "en")
    assert request.access == ("Se présenter",)
    assert request.appointments == ("without",)
    assert request.fees == (FREE,)
    assert (request.women, request.limit) == (True, 7)


def test_each_moment_asks_for_its_own() -> None:
    asked = [to_request(Search(when=when), 5).open_when for when in WHENS]
    assert asked == ["", "now", "evening", "tomorrow", "saturday"]


def test_places_open_for_sure_come_first_only_where_a_moment_is_asked_for() -> None:
    assert to_request(Search(), 5).unknown == "mixed"
    assert to_request(Search(when="now"), 5).unknown == "after"
    assert to_request(Search(when="now", sure=True), 5).unknown == "hidden"


def test_filters_are_counted_and_taken_off() -> None:
    search = Search("Stains", ("caf",), "now", languages=("ar", "pt"), free=True)
    assert search.filters == 2
    assert search.unfiltered() == Search("Stains", ("caf",), "now")


def test_where_a_person_starts_from_is_not_in_what_is_printed_of_it() -> None:
    start = Start(2.38123, 48.95123, "12 rue Secrète", "ign", "Stains")
    assert "Secr" not in repr(start)
    assert "2.38" not in repr(start)
    assert not start.public
    assert Start(2.3, 48.9, "Stains", "commune", "Stains").public
    assert not Start(2.3, 48.9, "1 rue X", "address", "Stains").public


def test_the_url_has_no_name_for_a_point_or_an_address() -> None:
    assert NAMES == (
        "pres", "quand", "liste", "besoin", "publics", "accueil", "langues", "venir", "rdv",
        "gratuit", "femmes", "certains", "lent",
    )  # fmt: skip
