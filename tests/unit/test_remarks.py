"""Remarks: codes with values below, words at the edge."""

from __future__ import annotations

from string import Formatter

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from observatory.errors import ContractError
from observatory.tables import remarks as remarks_module
from observatory.tables.check import check
from observatory.tables.columns import remarks, text
from observatory.tables.not_covered import GIVEN_BY, not_covered
from observatory.tables.remark_codes import CODES, FAMILIES
from observatory.tables.remarks import Remark, remark, remarks_of, stored
from observatory.tables.table import Table
from observatory.words.catalogue import LANGS, Lang, load_words
from observatory.words.remark_words import say, sentences


@pytest.mark.parametrize("lang", LANGS)
def test_each_code_has_one_text_by_language_with_its_own_values(lang: Lang) -> None:
    words = load_words(lang, "remarks")
    texts = {name: words(name) for name in words.items if name.split(".")[0] in FAMILIES}
    assert set(texts) == set(CODES)
    for code, names in CODES.items():
        held = {field for _, field, _, _ in Formatter().parse(texts[code]) if field}
        assert held == set(names), code


def test_the_languages_have_the_same_words_for_values_that_are_codes() -> None:
    french, english = (set(load_words(lang, "remarks").items) for lang in LANGS)
    assert {n for n in french if not n.startswith("standard.")} == {
        n for n in english if not n.startswith("standard.")
    }


def test_no_value_takes_the_name_of_the_code_itself() -> None:
    assert [code for code, names in CODES.items() if "code" in names] == []


@pytest.fixture
def codes(monkeypatch: pytest.MonkeyPatch) -> None:
    known = {"toy.plain": (), "toy.many": ("day", "services", "count")}
    monkeypatch.setattr(remarks_module, "CODES", known)


@pytest.mark.usefixtures("codes")
def test_stored_remarks_come_back_the_same_and_each_once() -> None:
    many = remark("toy.many", count=3, services=("a", "b"), day="2026-03-09")
    one = remark("toy.plain")
    text = stored([one, many, one])
    assert text == (
        '[{"code":"toy.plain"},'
        '{"code":"toy.many","day":"2026-03-09","services":["a","b"],"count":3}]'
    )
    assert remarks_of(text) == (one, many)
    assert many.get("count") == 3
    assert stored([]) is None
    assert remarks_of(None) == remarks_of(float("nan")) == ()


@pytest.mark.usefixtures("codes")
@pytest.mark.parametrize(
    ("code", "values"), [("toy.none", {}), ("toy.plain", {"day": "x"}), ("toy.many", {"count": 1})]
)
def test_a_remark_of_no_known_code_or_of_other_values_is_refused(
    code: str, values: dict[str, str]
) -> None:
    with pytest.raises(ValueError, match=code):
        remark(code, **values)


@pytest.mark.parametrize("text", ["siège", "{}", "[1]", '[{"code":"toy.none"}]', "[]x"])
@pytest.mark.usefixtures("codes")
def test_a_table_refuses_what_is_no_remark_of_the_column_s_family(text: str) -> None:
    table = Table("toy", "A row.", ("id",), (TEXT, remarks("note", "Notes.", family="toy")))
    with pytest.raises(ContractError, match="remarks of the family toy"):
        check(pd.DataFrame({"id": ["a"], "note": [text]}), table)
    kept = check(pd.DataFrame({"id": ["a", "b"], "note": ['[{"code":"toy.plain"}]', None]}), table)
    assert remarks_of(kept["note"].iloc[0]) == (Remark("toy.plain"),)


TEXT = text("id", "Identifier.")


def test_words_of_nothing_are_empty() -> None:
    assert say(None, "fr") == say("", "en") == ""
    assert sentences((), "fr") == []


@given(words=st.text(min_size=1, max_size=60) | st.from_regex(r"[a-z{}]{1,5}(\xa0; [a-z{}]{1,5})+"))
@pytest.mark.parametrize("lang", LANGS)
def test_what_a_source_wrote_stays_as_it_is_in_every_language(lang: Lang, words: str) -> None:
    kept = stored([remark("cleaning.written", text=words)])
    assert say(kept, lang) == {"fr": f"écrit {words}", "en": f"written {words}"}[lang]


def test_the_remarks_of_a_build_are_written_in_both_languages() -> None:
    note = remark("cleaning.crowd_name", neighbours=8, count=300, shared="commune", word="jaures")
    assert say([note], "fr") == (
        "comparée seulement à ses 8 voisines de part et d'autre (rue, numéro, nom)\u00a0: "
        "300 fiches partagent la commune et le mot «\u00a0jaures\u00a0» (nom)"
    )
    far = remark("cleaning.out_of_commune", km=4.5)
    assert say([far], "fr") == "à 4,5\u00a0km hors de sa commune\u00a0: non gardé"
    assert say([far], "en") == "4.5 km outside its commune: not kept"


@pytest.mark.parametrize("lang", LANGS)
def test_help_that_no_source_covers_is_said_programme_by_programme(lang: Lang) -> None:
    silent = not_covered({"france_services_2024", "host_structures_2023"})
    assert {*silent} == {"cells", "schools", "qpv", "aidants"}
    assert sentences([silent["aidants"]], lang) != sentences([remark("build.no_posts")], lang)
    assert "Aidants Connect" in " ".join(sentences([silent["aidants"]], lang))
    assert not_covered({one for sources in GIVEN_BY.values() for one in sources}) == {}
