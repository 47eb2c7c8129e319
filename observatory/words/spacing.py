"""The spaces of French that no line may break at: before a high sign, in guillemets, at a unit."""

from __future__ import annotations

import re

NO_BREAK, NARROW = "\u00a0", "\u202f"
_CODE = r"`[^`]*`|https?://\S+"
_SIGN = r"(?<!\s) (?=[;:!?»](?:\W|$))|(?<=«) (?=\S)|(?<=\bn°) (?=[\d{])"
_UNIT = r"(?<=[\d}]) (?=(?:h|min|m|km|€|Mo|ETP)(?:\W|$))"
_PERCENT = r"(?<=\S) (?=%(?:\W|$))"
_SPACES = re.compile(rf"(?P<code>{_CODE})|(?P<narrow>{_PERCENT})|{_SIGN}|{_UNIT}")


def unbroken(text: str) -> str:
    """Return a French text whose signs and units stay on the line of what they follow.

    Code between backquotes and addresses keep their spaces. The percent sign has the narrow space
    that Babel writes.
    """
    return _SPACES.sub(_space, text)


def plain_spaces(text: str) -> str:
    """Return a text with plain spaces alone, as a program compares it."""
    return text.replace(NO_BREAK, " ").replace(NARROW, " ")


def _space(found: re.Match[str]) -> str:
    if found["code"]:
        return found["code"]
    return NARROW if found["narrow"] is not None else NO_BREAK
