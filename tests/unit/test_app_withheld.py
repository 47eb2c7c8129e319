"""A figure too uncertain to be published has no number on any screen: « n. p. », said so."""

from __future__ import annotations

import pandas as pd
import pytest
from worlds import GRID, facts

from observatory.app.profile import INDICATORS, profile, profile_rows
from observatory.app.ranking import COLUMNS, as_text, gap_sentence, ranked
from observatory.model.assumptions import Assumptions
from observatory.model.assumptions_file import load_assumptions
from observatory.model.measures import MEASURES
from observatory.model.model import Model
from observatory.settings import load
from observatory.words.catalogue import load_words

WORDS = load_words("fr")
WITHHELD = WORDS("table.withheld")
GAP = ("missing_rate", "missing")


@pytest.fixture(scope="module")
def model() -> Model:
    assumptions: Assumptions = load_assumptions(load({}).assumptions)
    return Model(facts(GRID), assumptions)


@pytest.fixture(scope="module")
def gaps(model: Model) -> pd.DataFrame:
    """Return the gaps of the communes: those of Saint-Denis cannot be published, all others can."""
    table = model.gaps("commune", "cog_2024")
    sure = ["not_published" if code == "93066" else "reliable" for code in table["code"]]
    return table.assign(missing_class=sure, need_class="reliable")


def test_in_a_table_it_is_withheld_with_its_range_and_the_rest_is_there(
    gaps: pd.DataFrame,
) -> None:
    table = ranked(gaps, MEASURES["missing_rate"])
    assert table["code"].iloc[-1] == "93066", "it has no rank: it comes last"
    headers, rows = as_text(table, COLUMNS, WORDS)
    cells = dict(zip(headers, rows[-1], strict=True))
    for name in GAP:
        assert cells[WORDS(f"measure.{name}.header")] == WITHHELD
        short = WORDS(f"measure.{name}.short")
        assert cells[WORDS("table.interval_of", of=short)] == WITHHELD
    assert cells[WORDS("measure.need.header")] not in ("", WITHHELD)
    assert not any(WITHHELD in row for row in rows[:-1])


def test_the_table_beside_the_map_has_the_same_texts_without_the_ranges(
    gaps: pd.DataFrame,
) -> None:
    table = ranked(gaps, MEASURES["missing_rate"])
    whole, all_rows = as_text(table, GAP, WORDS)
    headers, rows = as_text(table, GAP, WORDS, intervals=False)
    assert headers == [WORDS("table.zone"), *(WORDS(f"measure.{name}.header") for name in GAP)]
    kept = [whole.index(name) for name in headers]
    assert rows == [[row[place] for place in kept] for row in all_rows]
    assert rows[-1][1:] == [WITHHELD] * 2


def test_need_has_a_class_of_its_own(gaps: pd.DataFrame) -> None:
    unsure = gaps.assign(missing_class="reliable", need_class=gaps["missing_class"])
    headers, rows = as_text(unsure, COLUMNS, WORDS)
    row = next(row for row, code in zip(rows, unsure["code"], strict=True) if code == "93066")
    cells = dict(zip(headers, row, strict=True))
    for name in ("need", "need_rate"):
        assert cells[WORDS(f"measure.{name}.header")] == WITHHELD
    assert WITHHELD not in (cells[WORDS(f"measure.{name}.header")] for name in GAP)


@pytest.mark.parametrize("name", ["carte.answer", "carte.panel_sentence", "commune.answer"])
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_a_sentence_says_that_it_is_not_published(gaps: pd.DataFrame, name: str, lang: str) -> None:
    words = load_words(lang)
    by_code = gaps.set_index("code")
    more = {"rank": 1, "count": 3}
    assert gap_sentence(name, by_code.loc["93066"], words, **more) == words("carte.withheld")
    assert words("carte.withheld") != gap_sentence(name, by_code.loc["93072"], words, **more)


def test_the_profile_of_a_commune_withholds_it(model: Model, gaps: pd.DataFrame) -> None:
    for code, hidden in (("93066", True), ("93072", False)):
        table = profile(model.facts, model.measured.points, gaps, code, "cog_2024")
        _, rows = profile_rows(table, {}, 15, WORDS, ("other", table))
        for item, row in zip(INDICATORS, rows, strict=True):
            kept_back = hidden and item.grade == "missing_class"
            assert (row[1:4] == [WITHHELD] * 3) == kept_back, item.name
            assert WITHHELD not in row[4:]
