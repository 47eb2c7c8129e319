"""A commune is proposed only where two things of a line agree, and never in another département."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import pytest
from shapely.geometry import box

from observatory.geo.codes import commune_index, find_commune
from observatory.geo.communes import list_communes
from observatory.places.french_communes import french_communes
from observatory.places.standard import Known
from observatory.places.standard.commune_checks import alike, commune_problems

NAMES = {
    "93001": "Aubervilliers",
    "93006": "Bagnolet",
    "93014": "Clichy-sous-Bois",
    "93048": "Montreuil",
    "93059": "Pierrefitte-sur-Seine",
    "93066": "Saint-Denis",
    "93072": "Stains",
    "75118": "Paris 18e Arrondissement",
}
#: Squares of 2 km in place of two communes, around (48.914, 2.382) and (48.957, 2.385).
OUTLINES = gpd.GeoDataFrame(
    {"commune": ["93001", "93072"]},
    geometry=[
        box(653_700, 6_867_500, 655_700, 6_869_500),
        box(654_000, 6_872_000, 656_000, 6_874_000),
    ],
    crs=2154,
)
KNOWN = Known(NAMES, french_communes(), OUTLINES)
IN_STAINS = {"latitude": 48.957, "longitude": 2.386}
IN_AUBERVILLIERS = {"latitude": 48.914, "longitude": 2.382}


def told(commune: str, postcode: str = "", **more: Any) -> list[tuple[str, str, str, str]]:
    row = {"commune": commune, "code_postal": postcode, **more}
    return [
        (p.field, p.kind, p.severity, p.suggestion) for p in commune_problems([row], [2], KNOWN)
    ]


PROPOSED = [
    ("Aubervillier", "93300", {}, "Aubervilliers, 93001"),
    ("AUBERVILLIERS CEDEX 93", "93300", {}, "Aubervilliers, 93001"),
    ("Montreuil sous Bois", "93100", {}, "Montreuil, 93048"),
    ("La Plaine Saint-Denis", "93210", {}, "Saint-Denis, 93066"),
    ("Pierrefite sur Seine", "93380", {}, "Pierrefitte-sur-Seine, 93059"),
    ("PARIS", "75018", {}, "Paris 18e Arrondissement, 75118"),
    ("Staines", "", IN_STAINS, "Stains, 93072"),
    ("Ville de Stain", "", {"pivot": "21930072000012"}, "Stains, 93072"),
    # One thing alone proposes nothing.
    ("Aubervillier", "", {}, ""),
    ("Aubervillier", "93240", {}, ""),
    ("Aubervillier", "", IN_STAINS, ""),
    ("Maison", "93300", {}, ""),
    ("La Plaine", "93210", {}, ""),
    ("Saint", "93200", {}, ""),
    # A commune elsewhere has that very name.
    ("Bagneux", "93170", {}, ""),
    ("Argenteuil", "93100", {}, ""),
]


@pytest.mark.parametrize(("name", "postcode", "more", "proposal"), PROPOSED)
def test_a_proposal_needs_two_things_that_agree(
    name: str, postcode: str, more: dict[str, Any], proposal: str
) -> None:
    assert told(name, postcode, **more) == [("commune", "commune", "error", proposal)]


@pytest.mark.parametrize(
    ("name", "postcode"),
    [
        ("Argenteuil", "95100"),
        ("ASNIERES-SUR-SEINE", "92600"),
        ("Gennevilliers", "92230"),
        ("BAGNEUX", "92220"),
        ("Persan", "95340"),
        ("ERAGNY", "95610"),
        ("Clichy", "92110"),
        ("Paris", "75010"),
        ("Saint-Denis", "97400"),
        ("Montreuil", "62170"),
        ("Stains", "95100"),
        ("Argenteuil", "95107"),
        ("Le Raincy", "93340"),
    ],
)
def test_a_post_code_of_elsewhere_is_outside_the_territory(name: str, postcode: str) -> None:
    # Whatever the name is like, and even where the point lies in the territory.
    outside = [("code_postal", "outside", "error", "")]
    assert told(name, postcode) == told(name, postcode, **IN_STAINS) == outside


@pytest.mark.parametrize(
    ("name", "postcode", "code"),
    [
        ("Stains", "93240", "93072"),
        ("Paris 18", "75018", "75118"),
        ("Stains", "93241", ""),  # no commune has it: a code of large receivers of mail
        ("STAINS", "", ""),
        ("Pierrefitte-sur-Seine", "93380", "93059"),
        # Joined in 2025: either code is right.
        ("Pierrefitte-sur-Seine", "93380", "93066"),
        ("Saint-Denis", "93380", "93059"),
    ],
)
def test_what_agrees_is_not_told(name: str, postcode: str, code: str) -> None:
    assert told(name, postcode, code_insee=code) == []


def test_a_post_code_of_the_next_commune_is_a_warning() -> None:
    assert told("Stains", "93300") == [("code_postal", "postcode", "warning", "")]


def test_a_post_code_of_the_next_departement_sets_the_line_aside() -> None:
    # Clichy is in the 92 and 93390 is Clichy-sous-Bois: one of the two is wrong.
    both = Known({"92024": "Clichy", "93014": "Clichy-sous-Bois"}, french_communes())
    row = {"commune": "Clichy", "code_postal": "93390"}
    found = [(p.field, p.kind, p.severity) for p in commune_problems([row], [2], both)]
    assert found == [("code_postal", "postcode", "error")]


def test_a_code_is_proposed_where_the_post_code_agrees_with_the_name() -> None:
    assert told("Stains", "93240", code_insee="93001") == [
        ("code_insee", "commune", "error", "93072")
    ]
    assert told("Stains", "", code_insee="93001") == [("code_insee", "commune", "error", "")]


@pytest.mark.parametrize(
    ("lat", "lon", "far"),
    [
        (48.957, 2.386, False),
        (48.972, 2.386, False),  # 700 m beyond the square
        (48.914, 2.382, True),  # Aubervilliers
        (-33.9, 151.2, True),  # Sydney
        (89.9, 0.0, True),
        (None, 2.386, False),  # told elsewhere
    ],
)
def test_a_place_far_from_its_commune_is_set_aside(
    lat: float | None, lon: float, *, far: bool
) -> None:
    expected = [("latitude", "far", "error", "")] if far else []
    assert told("Stains", "93240", latitude=lat, longitude=lon) == expected


def test_the_country_s_communes_are_told_apart_by_departement() -> None:
    france = french_communes()
    assert len(france.by_name) == len(france.names) == 35_011
    assert france.by_name["93", "saint denis"] == "93066"
    assert france.by_name["974", "saint denis"] == "97411"
    assert len(france.named("Saint-Denis")) == 4
    assert france.serves("93240") == {"93072"}
    assert france.serves("93999") is None
    assert france.areas("93999") == {"93"}
    assert france.areas("20999") == {"2A", "2B"}


def test_no_commune_of_the_country_is_lost_in_an_index_but_homonyms() -> None:
    france = french_communes()
    index = commune_index(france.names.items())
    alone = {code for code, name in france.names.items() if len(france.named(name)) == 1}
    lost = [code for code in alone if find_commune(france.names[code], index) != code]
    # Former names that stay known ("Saint-Ouen") are homonyms too.
    assert [france.names[code] for code in lost] == []


def test_a_name_that_two_communes_have_is_told_by_neither() -> None:
    index = commune_index([("93066", "Saint-Denis"), ("97411", "Saint-Denis"), ("93072", "Stains")])
    assert find_commune("Saint-Denis", index) is None
    assert find_commune("Stains", index) == "93072"
    # The rows of both are kept all the same: readers that have codes look them up among these.
    assert set(index.values()) == {"93066", "97411", "93072"}


def test_an_empty_country_serves_nothing() -> None:
    nowhere = list_communes([])
    assert nowhere.serves("93240") is None
    assert nowhere.named("Stains") == frozenset()


@pytest.mark.parametrize(
    ("written", "official", "same"),
    [
        ("Clichy La Garenne", "Clichy", True),
        ("Noisy", "Noisy-le-Grand", True),
        ("St Ouen", "Saint-Ouen-sur-Seine", True),
        ("Saint", "Saint-Denis", False),
        ("Saint-Ouen", "Saint-Denis", False),
        ("OSNY", "Rosny-sous-Bois", False),
        ("", "Stains", False),
    ],
)
def test_names_are_alike_when_misspelt_or_shortened(
    written: str, official: str, *, same: bool
) -> None:
    assert alike(written, official) is same
