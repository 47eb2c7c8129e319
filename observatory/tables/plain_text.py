"""Texts from outside made plain: without unseen characters, never a formula, never ``NaN``.

The one place that knows which characters nobody sees and what a spreadsheet runs.
"""

from __future__ import annotations

import re

#: Control characters but tab and line ends, and the marks that nobody sees or that turn the reading
#: direction of what follows. The joiners (200c, 200d) stay: they shape words in several scripts.
INVISIBLE = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]"
)
#: What a spreadsheet runs: a formula's sign (full-width and small forms too) behind white space
#: or unseen marks, or a cell that begins with white space of its own kind.
_RUNS = (
    r"[\s\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]*"
    r"[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b]"
)
_FORMULA = re.compile(rf"'*{_RUNS}")
_DEFUSED = re.compile(rf"'+{_RUNS}")


def visible(text: str) -> str:
    """Return a text without its unseen characters."""
    return INVISIBLE.sub("", text)


def text_or_empty(value: object) -> str:
    """Return a value that is a text, and the empty text for anything else (``NaN``, ``None``)."""
    return value if isinstance(value, str) else ""


def defuse(text: str) -> str:
    """Put an apostrophe before a cell that a spreadsheet would run as a formula."""
    return "'" + text if _FORMULA.match(text) else text


def restore(text: str) -> str:
    """Take back the apostrophe that :func:`defuse` put."""
    return text[1:] if _DEFUSED.match(text) else text
