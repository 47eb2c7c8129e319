from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from observatory.places import standard
from observatory.places.opening_hours import DAYS, week_hours
from observatory.places.standard.upgrading import upgrade
from observatory.read.written_hours import read_spans, to_osm
from observatory.tables.place_tables import CLOSED, LISTS, STANDARD_NAMES

# What a field may hold once read: stripped text, never empty, without list marks.
TEXT = (
    st.text(
        st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="|;,"), min_size=1
    )
    .map(str.strip)
    .filter(bool)
)
HOSTILE = st.sampled_from(
    ["=1+1", "+cmd", "-2", "@x", "'=x", "''@y", "'", '"', "a\nb", "a\r\nb", "<script>", "\u202ex"]
)
FREE = TEXT | HOSTILE
COORDINATE = st.floats(-90, 90, allow_nan=False)


def _values(name: str) -> st.SearchStrategy[Any]:
    if name in ("latitude", "longitude"):
        return st.none() | COORDINATE
    if name in CLOSED and name in LISTS:
        some = st.lists(st.sampled_from(CLOSED[name]), min_size=1, unique=True)
        return st.none() | some.map("|".join)
    if name in LISTS:
        return st.none() | st.lists(TEXT, min_size=1, unique=True).map("|".join)
    return st.none() | FREE


RECORDS = st.lists(
    st.fixed_dictionaries({**{name: _values(name) for name in STANDARD_NAMES}, "nom": FREE}),
    min_size=1,
    max_size=4,
)


@given(RECORDS, st.booleans())
def test_csv_gives_back_what_was_written(rows: list[dict[str, Any]], spreadsheet: bool) -> None:
    assert standard.read_csv(standard.write_csv(rows, spreadsheet=spreadsheet)).rows == rows


@given(RECORDS)
def test_json_gives_back_what_was_written(rows: list[dict[str, Any]]) -> None:
    assert standard.read_json(standard.write_json(rows)).rows == rows


@given(RECORDS)
def test_no_cell_begins_like_a_formula(rows: list[dict[str, Any]]) -> None:
    import csv
    import io

    text = standard.write_csv(rows, spreadsheet=True).decode("utf-8-sig")
    for record in csv.DictReader(io.StringIO(text, newline="")):
        for name, cell in record.items():
            if name not in ("latitude", "longitude"):
                assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))


@given(RECORDS)
def test_upgrading_a_record_of_1_0_changes_nothing(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        once, notes = upgrade(row)
        assert once == row
        assert notes == []


@given(RECORDS, st.randoms())
def test_problems_follow_their_lines(rows: list[dict[str, Any]], random: Any) -> None:
    unique = [{**row, "id": str(rank)} for rank, row in enumerate(rows)]
    lines = list(range(2, len(unique) + 2))
    pairs = list(zip(lines, unique, strict=True))
    random.shuffle(pairs)
    shuffled = standard.validate([row for _, row in pairs], lines=[line for line, _ in pairs])
    assert shuffled == standard.validate(unique, lines=lines)


SPAN = (
    st.tuples(st.integers(0, 1438), st.integers(1, 1439)).map(sorted).filter(lambda s: s[0] < s[1])
)


@given(st.lists(st.lists(SPAN, max_size=4), min_size=7, max_size=7))
def test_week_hours_are_the_minutes_covered(week: list[list[list[int]]]) -> None:
    cells = [
        " / ".join(f"{a // 60:02d}:{a % 60:02d} - {b // 60:02d}:{b % 60:02d}" for a, b in day)
        for day in week
    ]
    text = to_osm({day: read_spans(cell)[0] for day, cell in zip(DAYS, cells, strict=True)})
    covered = sum(len({m for a, b in day for m in range(a, b)}) for day in week)
    if covered:
        assert week_hours(text) is not None
        assert abs((week_hours(text) or 0) - covered / 60) < 1e-3
    else:
        assert text == ""
