"""How old the sources are, and which of them a reader must be told about."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from observatory.tables.provenance import Provenance

#: The sources that move the gap, and the age at which each is said aloud, in months. A census is
#: slow by nature; posts and places are not.
WATCHED = {
    "host_structures_2023": 12,
    "france_services_2024": 12,
    "aidants_connect_2024": 12,
    "sites_cnfs_2022": 12,
    "ages_iris_2016": 60,
}


MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)
_DATED = re.compile(r"(?:(\w+) )?\b((?:19|20)\d{2})(?:-(0[1-9]|1[0-2]))?\b(?!\d)")


@dataclass(frozen=True)
class Stale:
    """A source that is old enough to be said.

    Attributes
    ----------
    id, title
        The source.
    day
        The first day of its vintage.
    months
        Its age, whole months.
    to_month
        Whether the vintage says a month, or a year only.
    """

    id: str
    title: str
    day: date
    months: int
    to_month: bool


def vintage_day(vintage: str) -> tuple[date, bool] | None:
    """Give the first day that a vintage names, and whether it names a month.

    The publishers' own words are read: ``5 avril 2023``, ``2023-04``, ``Filosofi 2021``. The last
    date of the text counts: ``2022-2023`` is of 2023.
    """
    days = [
        (date(int(year), _month(word, digits), 1), bool(digits) or word.lower() in MONTHS)
        for word, year, digits in _DATED.findall(vintage)
    ]
    return max(days) if days else None


def _month(word: str, digits: str) -> int:
    if digits:
        return int(digits)
    return MONTHS.index(word.lower()) + 1 if word.lower() in MONTHS else 1


def stale(sources: Iterable[Provenance], today: date) -> list[Stale]:
    """Give the watched sources past their age, the oldest first."""
    found: list[Stale] = []
    for source in sources:
        limit, day = WATCHED.get(source.id), vintage_day(source.vintage)
        if limit is None or day is None:
            continue
        months = (today.year - day[0].year) * 12 + today.month - day[0].month
        if months > limit:
            found.append(Stale(source.id, source.title, day[0], months, day[1]))
    return sorted(found, key=lambda item: (item.day, item.id))
