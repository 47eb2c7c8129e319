"""The counsellor's ten searches, as the documentation lists them."""

from __future__ import annotations

import re

from observatory import settings
from observatory.app.find.find_state import NEED_KEYS, WHENS

DOC = settings.PROJECT / "docs" / "find.md"


def lines() -> list[list[str]]:
    """Return the cells of each line of the table."""
    text = DOC.read_text(encoding="utf-8").partition("## Ten searches at the desk")[2]
    rows = [line for line in text.splitlines() if line.startswith("| ")][1:]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]


def wanted(asked: str) -> tuple[tuple[str, ...], str]:
    """Return the keys of the needs, and the moment, that a cell asks for."""
    words = re.findall(r"\w+", asked)
    needs = tuple(key for key in NEED_KEYS if key in words)
    return needs, next((when for when in WHENS if when in words), "any")
