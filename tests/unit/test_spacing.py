"""French on the screens: a sign or a unit never begins a line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from observatory.words.catalogue import read_texts
from observatory.words.spacing import unbroken


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("Que changer ?", "Que changer\u00a0?"),
        ("la norme : « la France » ; rien", "la norme\u00a0: «\u00a0la France\u00a0»\u00a0; rien"),
        ("« {name} » !", "«\u00a0{name}\u00a0»\u00a0!"),
        (" ; ", "\u00a0; "),
        ("{share} % des gens", "{share}\u202f% des gens"),
        ("il manque {hours} h à 5 km", "il manque {hours}\u00a0h à 5\u00a0km"),
        ("{hours} h/100 pers.", "{hours}\u00a0h/100 pers."),
        ("le n° {number}", "le n°\u00a0{number}"),
        ("`a : b` : oui", "`a : b`\u00a0: oui"),
        ("voir https://example.org/?q=1 : là", "voir https://example.org/?q=1\u00a0: là"),
        ("{a} habitants, 3 maisons", "{a} habitants, 3 maisons"),
        ("sans :emoji: ni --option", "sans :emoji: ni --option"),
    ],
)
def test_the_spaces_of_french_do_not_break(typed: str, written: str) -> None:
    assert unbroken(typed) == written
    assert unbroken(written) == written


def _texts(tree: Mapping[str, Any]) -> Iterator[str]:
    for node in tree.values():
        if isinstance(node, Mapping):
            yield from _texts(node)
        elif isinstance(node, str):
            yield node


@pytest.mark.parametrize("folder", ["screens", "remarks", "assumptions"])
def test_no_french_text_of_a_screen_has_a_sign_that_may_begin_a_line(
    folder: str,
) -> None:
    texts = [re.sub(r"`[^`]*`", "", text) for text in _texts(read_texts(folder, "fr"))]
    assert len(texts) > 30
    assert [text for text in texts if re.search(r" [;:!?%»](?:\W|$)|« ", text)] == []


def test_what_programs_read_keeps_plain_spaces() -> None:
    for folder in ("files", "reports"):
        assert not any("\u00a0" in text for text in _texts(read_texts(folder, "fr")))
