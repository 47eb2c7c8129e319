"""Columns in French: every one that a file takes away has a header and a meaning of its own."""

from __future__ import annotations

import pytest

from observatory.model.studies import STUDIES
from observatory.tables.decision_results import SCENARIO
from observatory.tables.directory_tables import QUALITY, TO_ASK
from observatory.tables.facts import GAPS, HELP, POINT_QPV, SCHOOLS, SITES
from observatory.tables.history_results import BETWEEN_BUILDS, OVER_TIME
from observatory.tables.table import Table
from observatory.tables.take_away import ASSUMPTIONS, CELLS, DRAWS, GAPS_IRIS, SOURCES
from observatory.words.column_words import file_words, header, headers, missing_text

#: The studies whose table a page gives to take away.
OFFERED = (
    *("ranks", "tornado", "causes", "equity", "indices", "qpv", "qpv_zones", "rep", "rep_schools"),
    *("least_posts", "validation", "changes", "programmes", "promises", "solidarity_offer"),
    *("why", "compare", "publics", "families"),
)
STUDIED = tuple(STUDIES[name].table for name in OFFERED)
TAKEN: tuple[Table, ...] = (
    *(GAPS_IRIS, SITES, HELP, SCHOOLS, CELLS, POINT_QPV, DRAWS, ASSUMPTIONS),
    *SCENARIO,
    *(QUALITY, TO_ASK, SOURCES),
    *BETWEEN_BUILDS,
    OVER_TIME,
)


@pytest.mark.parametrize("table", [*TAKEN, *STUDIED], ids=lambda table: table.name)
def test_every_column_taken_away_has_a_french_header_of_its_own(table: Table) -> None:
    called = headers(table.names, {c.name: c for c in table.columns}, table.name)
    assert len(set(called)) == len(called)
    words = file_words()
    for column in table.columns:
        name = column.name
        for group in ("header", "meaning"):
            assert words.has(f"{group}.{name}") or words.has(f"{group}_of.{table.name}.{name}")
        assert not column.unit or words.has(f"unit.{column.unit}"), column.unit


def test_an_unknown_column_keeps_its_name_and_an_unknown_reason_its_english() -> None:
    assert header("nothing_yet", unit="sheep") == "nothing_yet (sheep)"
    column = GAPS.column("population").may_miss("the dog ate it")
    assert missing_text(column) == "the dog ate it"
