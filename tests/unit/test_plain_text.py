"""Texts from outside made plain: what nobody sees goes, what a spreadsheet runs is defused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from observatory.tables.plain_text import defuse, restore, text_or_empty, visible


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("a\x00b\x85c", "abc"),
        ("a\u202eb\u2066c\u200bd\ufeffe\u2060f", "abcdef"),
        ("une\tligne\r\nautre", "une\tligne\r\nautre"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("Épinay-sur-Seine", "Épinay-sur-Seine"),
    ],
)
def test_only_what_nobody_sees_is_taken_away(text: str, seen: str) -> None:
    assert visible(text) == seen


@given(st.text(alphabet="'=+-@ \t\r\n\u200ba＝", max_size=8) | st.text())
def test_a_defused_text_is_no_formula_and_comes_back(text: str) -> None:
    safe = defuse(text)
    assert restore(safe) == text
    assert safe[:1] not in tuple("=+-@\t\r\n＝")


def test_what_is_no_text_is_the_empty_text() -> None:
    assert [text_or_empty(value) for value in ("a", None, float("nan"), 3)] == ["a", "", "", ""]
