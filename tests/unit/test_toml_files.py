"""The project's own TOML files, and what CLDR names in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from observatory.errors import ChoiceError
from observatory.tables.language_names import language_name
from observatory.tables.toml_files import read_entry


@dataclass(frozen=True)
class Entry:
    id: str
    name: str
    count: int
    known: str | None = None
    parts: tuple[str, ...] = ()


def test_the_fields_of_an_entry_are_read() -> None:
    read = read_entry(Entry, {"name": "a", "count": 2, "parts": ["x", "y"]}, "f.toml, [e]")
    assert Entry(id="e", **read) == Entry("e", "a", 2, None, ("x", "y"))


@pytest.mark.parametrize(
    ("entry", "found"),
    [
        ("text", "'text'"),
        ({"name": "a"}, "no count"),
        ({"name": "a", "count": 1, "knwon": "b"}, "did you mean 'known'"),
        ({"name": "a", "count": "1"}, "'1'"),
        ({"name": "a", "count": True}, "True"),
        ({"name": "a", "count": 1, "known": 3}, "3"),
    ],
)
def test_a_spoilt_entry_is_refused_by_name(entry: Any, found: str) -> None:
    with pytest.raises(ChoiceError, match=r"f\.toml, \[e\]") as caught:
        read_entry(Entry, entry, "f.toml, [e]")
    assert found in caught.value.found


def test_a_language_has_one_name_whatever_the_length_of_its_code() -> None:
    assert language_name("ar") == language_name("ara") == "arabe"
    assert language_name("ta", "en") == "Tamil"
    assert language_name("bci") == ""
