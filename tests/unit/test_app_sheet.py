"""The page of a commune and the page on quality as rows and sentences, on hand-made tables."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from observatory import settings
from observatory.app.place_rows import places_rows, qpv_of, qpv_rows
from observatory.app.profile import INDICATORS, citations, profile_rows, why
from observatory.app.quality import freshness_count, origin_rows
from observatory.tables.manifest import read_manifest
from observatory.words.catalogue import Words, load_words

FRENCH, ENGLISH = load_words("fr"), load_words("en")
NOTHING = float("nan")


def profiled(**here: float) -> pd.DataFrame:
    """Return a profile whose figures are 1 here and 2 in the EPT, but those given."""
    rows = [
        {
            "indicator": item.name,
            "here": here.get(item.name, 1.0),
            "low": 3.0 if item.low else NOTHING,
            "high": 4.0 if item.high else NOTHING,
            "ept": here.get(f"{item.name}_ept", 2.0),
            "departement": 5.0,
            "withheld": False,
        }
        for item in INDICATORS
    ]
    return pd.DataFrame(rows)


def test_a_commune_says_why_from_its_figures() -> None:
    table = profiled(access=1.149, within_15=34.6, within_15_ept=59.2)
    assert why(table, 1.74, 15, 12, FRENCH).replace("\u00a0", " ") == (
        "Pourquoi : l'aide à portée est de 1,15 h pour 100 personnes en difficulté (norme : 1,74) ;"
        " 35 % des personnes en difficulté ont un lieu à moins de 15 minutes à pied (59 % dans"
        " le territoire) ; 12 lieux connus dans la commune."
    )
    assert "within 15 minutes on foot (59% in the territory)" in why(table, 1.74, 15, 1, ENGLISH)


@pytest.mark.parametrize(
    ("places", "said"), [(0, "aucun lieu connu"), (1, "un lieu connu"), (2, "2 lieux connus")]
)
def test_own_places_are_said_in_number(places: int, said: str) -> None:
    assert f"{said} dans la commune." in why(profiled(), 1.0, 15, places, FRENCH)


def test_a_share_that_is_not_known_is_not_said_as_zero() -> None:
    assert "; — des personnes en difficulté" in why(profiled(within_15=NOTHING), 1.0, 15, 0, FRENCH)


def test_a_second_commune_has_one_column_with_its_ranges() -> None:
    headers, rows = profile_rows(profiled(), {}, 15, FRENCH)
    both, wide = profile_rows(profiled(), {}, 15, FRENCH, ("Stains", profiled(need=7.0)))
    assert both == [*headers[:3], "Stains", *headers[3:]]
    assert [cells[:3] + cells[4:] for cells in wide] == rows
    added = {item.name: cells[3] for item, cells in zip(INDICATORS, wide, strict=True)}
    assert added["need"] == "7 (3 – 4)"
    assert added["missing_rate"] == "1,00 (3,00 – 4,00)"
    assert added["access"] == "1,00 (3,00 – 4,00)"
    assert added["poverty"] == "1"


def test_a_line_names_its_sources_by_the_numbers_of_the_list_below() -> None:
    sources = {one.id: one for one in read_manifest(settings.PROJECT / "data/edition").sources}
    cited = list(citations(sources).values())
    _, rows = profile_rows(profiled(), sources, 15, FRENCH)
    by_name = {item.name: cells[-1] for item, cells in zip(INDICATORS, rows, strict=True)}
    assert cited[int(by_name["low_diploma"]) - 1].startswith("Diplômes")
    named = {int(part) for text in by_name.values() for part in re.findall(r"\d+", text)}
    assert named == set(range(1, len(cited) + 1))


@pytest.mark.parametrize("words", [FRENCH, ENGLISH])
def test_the_minutes_of_a_near_place_are_those_in_use(words: Words) -> None:
    _, rows = profile_rows(profiled(), {}, 20, words)
    near = next(row for row, item in zip(rows, INDICATORS, strict=True) if item.name == "within_15")
    assert " 20 minutes" in near[0]


def test_the_people_of_a_qpv_are_those_of_all_its_communes() -> None:
    zones = pd.DataFrame(
        {
            "name": ["A", "B", "C", None],
            "communes": ["93027|93066", "93027", "93027|93066", None],
            "population": [105165.1, 900.0, NOTHING, 1.0],
            "need_persons": [10_000.2, 90.0, NOTHING, 1.0],
            "access_h_per_100": [1.5, NOTHING, NOTHING, 1.0],
            "missing_h_per_week": [33.3, 0.0, NOTHING, 1.0],
        }
    )
    rows = [
        [text.replace("\u202f", " ") for text in cells]
        for cells in qpv_rows(qpv_of(zones, ["93027"]), FRENCH)[1]
    ]
    assert rows == [
        ["A", "105 165 (tout le QPV, 2 communes)", "10 000", "1,50", "33,3"],
        ["B", "900", "90", "—", "0,0"],
        ["C", "contour inconnu", "—", "—", "—"],
    ]


def test_the_day_of_a_place_is_written_in_words() -> None:
    sites = pd.DataFrame(
        {
            "name": ["A", "B"],
            "address": None,
            "programmes": None,
            "phone": None,
            "hours": None,
            "confirmed_on": ["2024-08-01", None],
        }
    )
    days = [cells[-1] for cells in places_rows(sites, FRENCH)[1]]
    assert days == ["1er août 2024", FRENCH("map.confirmed_unknown")]


@pytest.mark.parametrize(
    ("count", "said"), [(1, "1 très ancien"), (37, "37 très anciens"), (0, "0 très ancien")]
)
def test_places_are_counted_in_the_plural(count: int, said: str) -> None:
    assert freshness_count("very stale", count, FRENCH) == said


def test_sources_are_named_by_their_titles() -> None:
    origins = pd.DataFrame(
        {"site": ["s", "s"], "field": ["name", "phone"], "record": ["a:1", "b:2"]}
    )
    sites = pd.DataFrame({"site": ["s"]})
    titles = {"a": "Liste A"}
    assert {cells[0] for cells in origin_rows(origins, sites, titles, FRENCH)[1]} == {
        "Liste A",
        "b",
    }
