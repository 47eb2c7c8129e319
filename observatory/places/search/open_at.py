"""Whether places are open at the moment asked for, reading each distinct text once a search."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from observatory.places.calendars import SchoolCalendar
from observatory.places.opening_hours import day_in_doubt, local, understand_when
from observatory.places.search.request import NO, UNKNOWN, YES

_ANSWER = {True: YES, None: UNKNOWN, False: NO}
_NOT_READ = -1 + min(NO, UNKNOWN, YES)


class Opening:
    """The answers of one search.

    Parameters
    ----------
    codes, texts
        The hours of each place, as a rank among the distinct texts.
    words
        The moment asked for, in a person's words; empty: any place suits.
    at
        The moment of asking.
    school
        The calendar of school holidays.
    """

    def __init__(
        self,
        codes: NDArray[np.int64],
        texts: Sequence[str | None],
        words: str,
        at: datetime,
        school: SchoolCalendar,
    ) -> None:
        self._codes, self._texts, self._words = codes, texts, words
        self._at, self._school = at, school
        self._when = understand_when(words, at) if words else None
        self._told = np.full(len(texts), _NOT_READ if words else YES, dtype=np.int8)

    def of(self, rows: NDArray[np.int64]) -> NDArray[np.int8]:
        """Return the answer of each of some places."""
        codes = self._codes[rows]
        if self._when is not None:
            for code in np.unique(codes[self._told[codes] == _NOT_READ]):
                holds = self._when.holds(self._texts[code], self._at, self._school)
                self._told[code] = _ANSWER[holds]
        return self._told[codes]

    def answers(self, rows: Sequence[int]) -> list[str]:
        """Return ``yes``, ``no`` or ``unknown`` by place; ``yes`` where no moment is asked."""
        names = {YES: "yes", NO: "no", UNKNOWN: "unknown"}
        return [names[int(answer)] for answer in self.of(np.asarray(rows, dtype=np.int64))]

    def doubts(self, rows: Sequence[int]) -> list[str]:
        """Say of each place what is not known of the moment asked for; empty where it is known."""
        places = np.asarray(rows, dtype=np.int64)
        return [
            self._doubt(self._texts[self._codes[row]]) if answer == UNKNOWN else ""
            for row, answer in zip(places, self.of(places), strict=True)
        ]

    def _doubt(self, text: str | None) -> str:
        if self._when is None:
            return ""
        days = (local(self._at).date(),) if self._when.now else self._when.days
        beyond = [day for day in days if day_in_doubt(text, day, self._school)]
        why = f" : calendrier scolaire non connu le {beyond[0]}" if beyond else ""
        return f"ouverture non connue ({self._words}){why}"
