"""Codes are validated text, and communes are found however a file names them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from observatory.errors import CodeError, FileFormatError
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
    plaine = ["93001", "93059", "93066"]
    assert codes.in_cog("08300", "cog_2025") == "08439"
    assert codes.in_cog("08300", "cog_2024") == "08300"
    (one,) = mergers.among(["93001", "08300"])
    # The vintages say of which 1 January it is at the latest, and not the day.
    assert (one.commune_name, one.since, one.by) == ("Tannay-le-Mont-Dieu", "", "2025-01-01")
    (one,) = mergers.among(plaine)
    assert (one.former, one.since, one.by) == ("93059", "2025-01-01", "2025-01-01")
    assert mergers.together("93066", plaine) == mergers.together("93059", plaine)
    assert mergers.together("93059", plaine) == ("Saint-Denis", "Pierrefitte-sur-Seine")
    assert mergers.together("93001", plaine) == ()
    # With outlines that have them together, nothing has joined anything.
    assert mergers.together("93066", ["93066"]) == ()
    assert mergers.touched(plaine) == {"93059", "93066"}


def test_every_merger_leads_to_a_commune_of_the_list_that_knows_the_former_code() -> None:
    france = commune_table().set_index("commune")
    former = france["former_codes"].dropna().str.split("|").to_dict()
    cities = set(france["city"].dropna())
    for code, one in mergers.table().steps.items():
        today = mergers.today_of(code)
        assert code not in france.index
        assert today in cities or code in former[today]
        if one.commune in france.index:
            assert one.commune_name == france.loc[one.commune, "commune_name"]
        assert not one.since or one.since <= f"{one.cog}-01-01"
    # All but the few codes that no commune had on any 1 January, or that were shared out.
    known = {code for codes in former.values() for code in codes} - set(france.index)
    assert len(known - mergers.table().steps.keys()) == 9


@pytest.mark.parametrize(
    ("code", "known", "commune"),
    [
        # Saint-Germain-d'Ectot joined Aurseulles (14011) in 2017, whose code is 14581 since 2025.
        ("14695", {"14011"}, "14011"),
        ("14011", {"14581"}, "14581"),
        ("14581", {"14011"}, "14011"),
        # Celles was a part of Neussargues en Pinatelle from 2017 to 2024.
        ("15031", {"15141"}, "15141"),
        ("15031", {"15141", "15031"}, "15031"),
        # Les Trois Lacs was 27676, then 27058, then 27676 again.
        ("27676", {"27058"}, "27058"),
        ("27058", {"27676"}, "27676"),
        # The younger commune is not in a former one that is a part of it.
        ("93066", {"93059"}, None),
        ("93001", {"93066"}, None),
    ],
)
def test_a_code_of_another_year_lies_in_a_commune_of_the_geography(
    code: str, known: set[str], commune: str | None
) -> None:
    assert mergers.lies_in(code, known) == commune
    assert mergers.lying_in(known).get(code) == (None if code in known else commune)


def test_a_table_of_communes_that_go_round_is_refused(tmp_path: Path) -> None:
    lines = ["former,former_name,commune,commune_name,change,cog,since"]
    lines += ["01001,A,01002,B,joined,2020,", "01002,B,01001,A,joined,2021,"]
    (tmp_path / mergers.NAME).write_text("\n".join(lines) + "\n")
    with pytest.raises(FileFormatError, match="01001 -> 01002 -> 01001"):
        mergers.table(tmp_path)


def test_post_codes_begin_as_the_departement_but_in_corsica_and_on_two_islands() -> None:
    assert codes.postcode_starts(["93066", "2A004", "97411", "97701"]) == ("20", "93", "971", "974")
    assert codes.postcode_starts([]) == ()
