"""Codes are validated text, and communes are found however a file names them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from observatory.errors import CodeError
from observatory.geo import codes, mergers
from observatory.places.french_communes import commune_table

COMMUNES = [
    ("93001", "Aubervilliers"),
    ("93031", "Épinay-sur-Seine"),
    ("93039", "L'Île-Saint-Denis"),
    ("93049", "Neuilly-Plaisance"),
    ("93050", "Neuilly-sur-Marne"),
    ("93059", "Pierrefitte-sur-Seine"),
    ("93066", "Saint-Denis"),
    ("93070", "Saint-Ouen"),
    ("93070", "Saint-Ouen-sur-Seine"),
]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("AUBERVILLIERS", "93001"),
        ("EPINAY SUR SEINE", "93031"),
        ("L ILE ST DENIS", "93039"),
        ("L'ILE-SAINT-DENIS", "93039"),
        ("SAINT-OUEN", "93070"),
        ("Saint-Ouen-sur-Seine", "93070"),
        ("COMMUNE DE ST OUEN-SUR-SEINE", "93070"),
        ("COMMUNE D'AUBERVILLIERS", "93001"),
        ("St Denis", "93066"),
        ("Neuilly-s-Marne", "93050"),
        ("Neuilly", None),
        ("Paris", None),
    ],
)
def test_a_commune_is_found_by_any_usual_name(name: str, code: str | None) -> None:
    assert codes.find_commune(name, codes.commune_index(COMMUNES)) == code


def test_the_merger_moves_pierrefitte_and_nothing_else() -> None:
    assert codes.in_cog("93059", "cog_2024") == "93059"
    assert codes.in_cog("93059", "cog_2025") == "93066"
    assert {codes.in_cog(code, "cog_2025") for code, _ in COMMUNES if code != "93059"} == {
        code for code, _ in COMMUNES if code != "93059"
    }


@pytest.mark.parametrize("code", ["QN09328M", "QP093028"])
def test_a_qpv_code_tells_its_vintage(code: str) -> None:
    year = codes.qpv_vintage(code)
    assert year == (2024 if code.startswith("QN") else 2015)
    assert codes.check_qpv(code, vintage=year) == code
    with pytest.raises(CodeError, match="never mix 2015 and 2024"):
        codes.check_qpv(code, vintage=2015 if year == 2024 else 2024)


@pytest.mark.parametrize(
    ("check", "good", "bad"),
    [
        (codes.check_insee, "2A004", "9306"),
        (codes.check_uai, "0932030B", "0932030C"),
        (codes.check_siret, "20005786700018", "20005786700019"),
        (codes.check_siret, "35600000000048", "35600000000049"),
        (codes.check_siret, "21930066200018", "00000000000000"),
    ],
)
def test_check_digits_and_shapes(check: object, good: str, bad: str) -> None:
    assert check(good) == good  # type: ignore[operator]  # one of the checks above
    with pytest.raises(CodeError):
        check(bad)  # type: ignore[operator]  # same


@pytest.mark.parametrize("value", [93066, 93066.0, None, float("nan"), b"93066"])
def test_a_number_is_no_code(value: object) -> None:
    with pytest.raises(CodeError, match="text"):
        codes.check_insee(value)


@given(st.integers(0, 9_999_999))
def test_one_letter_alone_fits_a_uai(number: int) -> None:
    digits = f"{number:07d}"
    fits = [letter for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" if letter == codes.uai_letter(digits)]
    assert len(fits) == 1
    assert codes.check_uai(digits + fits[0]) == digits + fits[0]


@pytest.mark.parametrize(
    ("name", "postcode", "code"),
    [
        ("Paris", "75018", "75118"),
        ("PARIS 18", "75018", "75118"),
        ("Paris 1er Arrondissement", "75001", "75101"),
        ("paris", "75116", "75116"),
        ("Paris", "75000", None),
        ("Paris", "93200", None),
        ("Parisot", "75018", None),
        ("Saint-Denis", "75018", None),
    ],
)
def test_an_address_of_paris_is_in_an_arrondissement(
    name: str, postcode: str, code: str | None
) -> None:
    assert codes.arrondissement(name, postcode) == code


@pytest.mark.parametrize(
    ("code", "departement"),
    [("93066", "93"), ("2A004", "2A"), ("97411", "974"), ("751180101", "75")],
)
def test_a_code_begins_with_its_departement(code: str, departement: str) -> None:
    assert codes.departement_of(code) == departement


def test_mergers_are_those_of_the_table_with_their_day_and_names() -> None:
    assert codes.in_cog("08300", "cog_2025") == "08439"
    assert codes.in_cog("08300", "cog_2024") == "08300"
    (one,) = mergers.among(["93001", "08300"])
    assert (one.commune_name, one.since) == ("Tannay-le-Mont-Dieu", "2025-01-01")
    assert mergers.together("93066") == mergers.together("93059")
    assert mergers.together("93059") == ("Saint-Denis", "Pierrefitte-sur-Seine")
    assert mergers.together("93001") == ()


def test_every_merger_leads_to_a_commune_of_the_list_that_knows_the_former_code() -> None:
    france = commune_table().set_index("commune")
    for one in mergers.mergers().values():
        assert one.former not in france.index
        assert one.former in france.loc[one.commune, "former_codes"].split("|")
        assert one.commune_name == france.loc[one.commune, "commune_name"]


def test_post_codes_begin_as_the_departement_but_in_corsica_and_on_two_islands() -> None:
    assert codes.postcode_starts(["93066", "2A004", "97411", "97701"]) == ("20", "93", "971", "974")
    assert codes.postcode_starts([]) == ()
