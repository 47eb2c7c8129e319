"""Languages: the table's rules, counts by zone, need beside offer, and what is not known."""

from __future__ import annotations

import copy
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from babel.languages import get_territory_language_info
from worlds import facts

from observatory import settings
from observatory.errors import ChoiceError, ColumnsError, FileFormatError, MissingInputError
from observatory.model import commune_languages, languages
from observatory.model.assumptions import Assumptions
from observatory.model.assumptions_file import load_assumptions
from observatory.model.languages_file import load_languages
from observatory.tables.language_tables import COUNTED, SPREAD, Languages, parse_languages
from observatory.tables.remarks import remarks_of
from observatory.words.remark_words import say

DATA = settings.PROJECT / "data"
TREE = tomllib.loads((DATA / "languages.toml").read_text("utf-8"))


def codes(text: object) -> list[str]:
    """Return the codes of stored remarks, without their family."""
    return [one.code.removeprefix("studies.") for one in remarks_of(text)]


@pytest.fixture(scope="module")
def table() -> Languages:
    return load_languages(DATA / "languages.toml")


@pytest.fixture(scope="module")
def assumptions() -> Assumptions:
    return load_assumptions(DATA / "assumptions.toml")


def test_the_census_s_eleven_groups_are_all_in_the_table(table: Languages) -> None:
    groups = {key for key, country in table.countries.items() if country.insee}
    assert groups == {
        *("portugal", "italie", "espagne", "autres_ue", "autres_europe"),
        *("algerie", "maroc", "tunisie", "autres_afrique", "turquie", "autres_pays"),
    }


def test_every_share_says_that_it_is_an_assumption_or_its_source(table: Languages) -> None:
    assert all(len(country.source) > 20 for country in table.countries.values())


def test_cldr_tells_the_shares_of_a_country_with_a_territory(table: Languages) -> None:
    low, central, high = table.countries["pologne"].speaks["pol"]
    assert 0.5 < low < central < high <= 1
    assert central == get_territory_language_info("PL")["pl"]["population_percent"] / 100
    assert table.countries["pologne"].source.startswith("Unicode CLDR")
    assert set(table.countries["afghanistan"].speaks) == {"pus", "prs"}


def test_every_country_of_the_table_reaches_a_census_group(table: Languages) -> None:
    members = {name for country in table.countries.values() for name in country.made_of}
    named = {key for key, country in table.countries.items() if country.insee}
    assert set(table.countries) == members | named


def _with(path: tuple[str, ...], value: Any) -> dict[str, Any]:
    tree = copy.deepcopy(TREE)
    node = tree
    for key in path[:-1]:
        node = node[key]
    node[path[-1]] = value
    return tree


WRONG = [
    (("country", "mali", "speaks", "bam"), [0.5, 0.4, 0.6], "low, central, high"),
    (("country", "mali", "speaks", "bam"), [0.5, 0.6, 1.2], "between 0 and 1"),
    (("country", "mali", "speaks", "bam"), [0.5, 0.9, 1.0], "sum to one at most"),
    (("country", "mali", "speaks", "zzz"), [0.0, 0.0, 0.1], "zzz"),
    (("country", "mali", "speaks", "und"), [0.0, 0.0, 0.1], "und"),
    (("country", "autres_pays", "made_of", "atlantide"), [0.0, 0.0, 0.1], "atlantide"),
    (("country", "autres_pays", "made_of", "autres_ue"), [0.0, 0.0, 0.1], "no group"),
    (("country", "mali", "label"), None, None),
    (("country", "mali", "speak"), {}, "either speaks or made_of"),
    (("language", "bci"), {}, "named languages"),
    (("country", "pologne", "territory"), "QQ", "CLDR has in QQ"),
    (("country", "pologne", "cldr"), {"pol": "zzz"}, "zzz"),
    (("country", "mali", "territory"), "ML", "either speaks or made_of"),
]


@pytest.mark.parametrize(("path", "value", "said"), WRONG)
def test_a_wrong_entry_is_refused_by_name(
    path: tuple[str, ...], value: Any, said: str | None
) -> None:
    tree = _with(path, value)
    if said is None:
        del tree["country"]["mali"]["label"]
        said = "label"
    with pytest.raises(ChoiceError, match=said):
        parse_languages(tree, where="languages.toml")


def test_a_file_that_is_not_there_or_no_toml_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MissingInputError):
        load_languages(tmp_path / "none.toml")
    (tmp_path / "bad.toml").write_text("[language", encoding="utf-8")
    with pytest.raises(FileFormatError):
        load_languages(tmp_path / "bad.toml")


def origins(**persons: float) -> pd.DataFrame:
    rows = [
        ("93066", "algerie", persons.get("algerie", 4000.0)),
        ("93066", "portugal", persons.get("portugal", 1000.0)),
    ]
    return pd.DataFrame(rows, columns=["commune", "country", "persons"])


def test_iris_of_either_vintage_share_the_commune_of_2025() -> None:
    iris = pd.DataFrame(
        {
            "iris": ["930590101", "930660101", "930660102"],
            "commune": ["93059", "93066", "93066"],
            "people": [500.0, 1500.0, 0.0],
        }
    )
    found = languages.counts_by_iris(origins(), iris, "cog_2025")
    algerie = found[found["country"] == "algerie"].set_index("zone")["persons"]
    assert algerie.to_dict() == {"930590101": 1000.0, "930660101": 3000.0, "930660102": 0.0}
    assert set(found["basis"]) == {SPREAD}


def test_a_commune_without_any_immigrant_in_its_iris_has_missing_counts_not_zeros() -> None:
    iris = pd.DataFrame({"iris": ["930660101"], "commune": ["93066"], "people": [0.0]})
    found = languages.counts_by_iris(origins(), iris)
    assert found["persons"].isna().all()


def test_a_count_unknown_in_one_commune_is_unknown_in_the_whole() -> None:
    two = pd.concat([origins(), origins(algerie=np.nan).assign(commune="93001")])
    found = languages.counts_in(two, pd.Series({"93066": "ept", "93001": "ept"}))
    values = found.set_index("country")["persons"]
    assert np.isnan(values["algerie"])
    assert values["portugal"] == 2000.0


def test_two_statuses_at_once_are_refused(table: Languages, assumptions: Assumptions) -> None:
    counts = languages.counts_in(origins(), pd.Series({"93066": "93066"}))
    with pytest.raises(ChoiceError, match="stand twice"):
        languages.speakers(pd.concat([counts, counts]), table, assumptions)
    with pytest.raises(ChoiceError, match="atlantide"):
        languages.speakers(counts.assign(country="atlantide"), table, assumptions)
    with pytest.raises(ColumnsError, match="basis"):
        languages.speakers(counts.drop(columns="basis"), table, assumptions)


def sites(*rows: tuple[str, str | None, str | None]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["commune", "care", "comment"], dtype="str")
    return frame.assign(site=[f"s{k}" for k in range(len(frame))], seat=False)


@pytest.fixture
def spoken(table: Languages, assumptions: Assumptions) -> pd.DataFrame:
    counts = languages.counts_in(origins(), pd.Series({"93066": "93066"}))
    return languages.speakers(counts, table, assumptions)


def test_a_language_that_a_place_declares_is_met(spoken: pd.DataFrame, table: Languages) -> None:
    found = commune_languages.match(spoken, sites(("93066", None, "Accueil en arabe")), table)
    row = found.set_index("language")
    assert row.loc["ara", ["sites", "verdict"]].tolist() == [1, "declared"]
    assert row.loc["por", ["sites", "verdict"]].tolist() == [0, "not declared"]
    assert "und" not in row.index


def test_silent_places_leave_the_offer_not_known(spoken: pd.DataFrame, table: Languages) -> None:
    found = commune_languages.match(spoken, sites(("93066", None, "Ouvert le lundi")), table)
    assert set(found["verdict"]) == {"not known"}
    assert found["sites"].isna().all()
    assert all("no_word_of_languages" in codes(text) for text in found["why"])


def test_no_place_at_all_is_said_as_such(spoken: pd.DataFrame, table: Languages) -> None:
    found = commune_languages.match(spoken, sites(("93001", None, "turc")), table)
    assert all("no_place" in codes(text) for text in found["why"])


def test_other_languages_left_unsaid_are_no_refusal(spoken: pd.DataFrame, table: Languages) -> None:
    place = ("93066", "Langues étrangères (autres)", "Accueil en arabe")
    row = commune_languages.match(spoken, sites(place), table).set_index("language")
    assert row.loc["ara", "verdict"] == "declared"
    assert row.loc["por", "verdict"] == "not known"
    assert "other_languages_declared" in codes(row.loc["por", "why"])


def test_most_speakers_come_first_and_suppressed_ones_last(
    spoken: pd.DataFrame, table: Languages
) -> None:
    found = commune_languages.match(spoken, sites(("93066", None, "Accueil en arabe")), table)
    assert found["language"].iloc[:3].tolist() == ["ara", "kab", "por"]
    assert found["persons"].dropna().is_monotonic_decreasing


def with_sites(*rows: tuple[str, str | None, str | None]) -> Any:
    return replace(facts(), sites=sites(*rows))


def test_the_edition_s_silence_is_said_with_the_file_that_would_end_it(table: Languages) -> None:
    found = commune_languages.status(with_sites(("93066", None, None)), table).set_index("code")
    assert not found["need_known"].any()
    assert all(codes(text) == ["no_table"] for text in found["need_why"])
    assert all("rp2022_td_img1B.csv" in say(text, "fr") for text in found["need_file"])
    assert all("base-ic-evol-struct-pop" in say(text, "fr") for text in found["iris_file"])
    assert found["sites"].to_dict() == {"93059": 0, "93066": 1}
    assert codes(found.loc["93059", "offer_why"]) == ["no_place"]
    assert codes(found.loc["93066", "offer_why"]) == ["no_word_of_languages"]


def test_the_seat_of_a_structure_is_no_place_that_keeps_silent(table: Languages) -> None:
    known = with_sites(("93066", None, None), ("93059", None, None))
    known = replace(known, sites=known.sites.assign(seat=[False, True]))
    found = commune_languages.status(known, table).set_index("code")
    assert found["sites"].to_dict() == {"93059": 0, "93066": 1}


def test_a_table_of_2025_does_not_tell_merged_communes_apart(table: Languages) -> None:
    iris = pd.DataFrame({"iris": ["930590101"], "commune": ["93059"]})
    place = with_sites(("93066", None, "turc"))
    apart = commune_languages.status(place, table, "cog_2024", origins(), iris).set_index("code")
    assert not apart["need_known"].any()
    assert all(codes(text) == ["merged_in_table"] for text in apart["need_why"])
    assert apart["iris_known"].to_dict() == {"93059": True, "93066": False}
    merged = commune_languages.status(place, table, "cog_2025", origins(), iris).set_index("code")
    assert merged["need_known"].to_dict() == {"93066": True}
    assert merged["offer_known"].to_dict() == {"93066": True}
    assert merged[["need_why", "need_file", "offer_why"]].isna().all(axis=None)


def test_a_commune_out_of_the_table_is_said_as_such(table: Languages) -> None:
    elsewhere = origins().assign(commune="93001")
    place = with_sites(("93066", None, None))
    found = commune_languages.status(place, table, "cog_2025", elsewhere)
    assert [codes(text) for text in found["need_why"]] == [["not_in_table"]]


def test_counts_say_their_basis() -> None:
    found = languages.counts_in(origins(), pd.Series({"93066": "x"}))
    assert set(found["basis"]) == {COUNTED}


@pytest.mark.parametrize("cog", ["cog_2024", "cog_2025"])
def test_a_build_with_the_tables_answers(
    table: Languages, assumptions: Assumptions, cog: Any
) -> None:
    held = pd.concat([origins().assign(status="immigrants"), origins().assign(status="foreigners")])
    iris = pd.DataFrame(
        {
            "iris": ["930590101", "930660101"],
            "commune": ["93059", "93066"],
            "immigrants": [1000.0, 3000.0],
        }
    )
    place = with_sites(("93066", None, "Accueil en arabe"))
    found = commune_languages.answer(place, table, assumptions, cog, held, iris)
    arabic = found[found["language"] == "ara"].set_index("commune")
    whole = 4000 * table.countries["algerie"].speaks["ara"][1]
    assert arabic["persons"].sum() == pytest.approx(whole)
    assert arabic.loc["93066", "verdict"] == "declared"
    alone = commune_languages.answer(place, table, assumptions, cog, held)
    assert list(alone["commune"].unique()) == (["93066"] if cog == "cog_2025" else [])
