"""Rules of OSM opening hours that give a comment and no hours: ``Sa "sur rendez-vous"``.

In OSM such a rule means "not known": the comment has to be read. The reader of opening hours takes
it for open all day. It is put right here by writing out the ``unknown`` that OSM means.
"""

from __future__ import annotations

import re

#: What ends a rule; what gives times or a state; what begins the days of a rule. After times, days
#: can only be those of another rule (``Mo 09:00-12:00, Sa "sur rendez-vous"``).
_PIECE = re.compile(
    r'(?P<comment>"[^"]*")'
    r"|(?P<ends>;|\|\|)"
    r"|(?P<states>24/7|\d{1,2}:\d{2}|\b(?:sunrise|sunset|dawn|dusk|open|closed|off|unknown)\b)"
    r"|(?P<days>\b(?:[a-z]{2,}|\d{4})\b)",
    re.IGNORECASE,
)


def with_unknown(text: str) -> str:
    """Write ``unknown`` before each comment that is all a rule has for its days.

    A rule with times, ``24/7``, or a word such as ``open`` or ``off`` beside its comment stays as
    it is.
    """
    stated = False

    def written(piece: re.Match[str]) -> str:
        nonlocal stated
        before, stated = stated, piece.lastgroup == "states"
        alone = piece.lastgroup == "comment" and not before
        return f"unknown {piece[0]}" if alone else piece[0]

    return _PIECE.sub(written, text)
