"""The mutations still apply: each breaks a line that stands once in its module."""

from __future__ import annotations

import ast

import mutations
import pytest


@pytest.mark.parametrize("item", mutations.MUTATIONS, ids=lambda item: item.wrong)
def test_the_line_stands_once_and_its_mutation_is_valid(item: mutations.Mutation) -> None:
    text = mutations.module_path(mutations.ROOT, item.module).read_text("utf-8")
    assert text.count(item.line) == 1
    ast.parse(text.replace(item.line, item.becomes))


def test_every_mutation_is_in_the_page_and_caught() -> None:
    text = (mutations.ROOT / "docs" / "mutations.md").read_text("utf-8")
    for item in mutations.MUTATIONS:
        assert f"| {item.wrong} |" in text, "run: python tests/mutations.py --to docs/mutations.md"
    assert "**none**" not in text
