"""The rules of OSM opening hours for holidays, rewritten for one day so that they are read right.

The reader of opening hours knows the public holidays (``PH``) of the whole country alone and no
school holidays: for it ``SH`` is never. It also takes ``SH Mo-Fr`` (the weekdays of school
holidays) for ``SH,Mo-Fr`` (weekdays, and school holidays). All is put right here, knowing what the
day is.

One thing is not put right. Hours that run past midnight follow the rules of each of their two
days: of ``Fr 20:00-02:00; PH off``, on a Friday that is a public holiday, the evening is closed but
the two hours of Saturday still read as open, and as the next opening.
"""

from __future__ import annotations

import re
from functools import lru_cache

#: A selector of days that the reader never finds, and one that it finds on every day.
NEVER, ALWAYS = "SH", "Mo-Su,PH"
_HOLIDAY = r"(?:PH|SH)\b"
_WEEKDAY = r"(?:Mo|Tu|We|Th|Fr|Sa|Su)"
_DAYS = rf"{_WEEKDAY}(?:\s*-\s*{_WEEKDAY})?\b(?:\[[^\]]*\](?:\s*[+-]\s*\d+\s*days?\b)?)?"
_ITEM = rf"(?:{_HOLIDAY}|{_DAYS})"
_SELECTOR = re.compile(
    r'"[^"]*"'
    rf"|\b(?P<holidays>{_HOLIDAY}(?:\s*,\s*{_HOLIDAY})*)\s+(?P<days>{_DAYS}(?:\s*,\s*{_DAYS})*)"
    rf"|\b(?P<listed>{_ITEM}(?:\s*,\s*{_ITEM})*)"
)
_SCHOOL, _PUBLIC = re.compile(r"\bSH\b"), re.compile(r"\bPH\b")


def has_rules(text: str) -> tuple[bool, bool]:
    """Return whether hours have a rule for school holidays, and one for public holidays."""
    bare = re.sub(r'"[^"]*"', "", text)
    return bool(_SCHOOL.search(bare)), bool(_PUBLIC.search(bare))


@lru_cache(maxsize=200_000)
def rules_of(text: str, *, school: bool, public: bool) -> str:
    """Return the rules that apply on a day.

    Parameters
    ----------
    text
        Hours in OSM's syntax; comments are left as they are.
    school, public
        Whether the day is one of school holidays, and whether it is a public holiday.
    """

    def of_the_day(found: re.Match[str]) -> str:
        if named := found["holidays"]:
            applies = (school and _SCHOOL.search(named)) or (public and _PUBLIC.search(named))
            return found["days"] if applies else NEVER
        listed = found["listed"] or ""
        # Public holidays of a part of the country are none that the reader knows.
        inside = (school and _SCHOOL.search(listed)) or (public and _PUBLIC.search(listed))
        return ALWAYS if inside else found[0]

    return _SELECTOR.sub(of_the_day, text)
