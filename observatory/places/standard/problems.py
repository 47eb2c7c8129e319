"""One thing wrong on one line of a list of places."""

from __future__ import annotations

from dataclasses import dataclass

KINDS = (
    *("required", "pattern", "type", "unique", "closed list", "commune", "siret", "length"),
    *("link", "point", "marks", "future", "outside", "postcode", "far", "cell", "cells"),
)
#: In place of a field, where a whole line is no record.
LINE = "line"


@dataclass(frozen=True)
class Problem:
    """One thing wrong on one line.

    Attributes
    ----------
    line
        Line of the file, the header being line 1.
    field
        Field of the standard, or :data:`LINE`.
    found
        What stands there.
    expected
        What the standard wants, in words.
    suggestion
        A value to put instead, or ``""``.
    kind
        One of :data:`KINDS`, for screens to say it in their own words.
    severity
        ``error`` (the standard refuses the line, or a reader's safety does), ``warning``, or
        ``mended`` (it was, and the suggestion was put in).
    """

    line: int
    field: str
    found: str
    expected: str
    suggestion: str = ""
    kind: str = "pattern"
    severity: str = "error"
