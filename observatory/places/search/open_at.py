"""Whether places are open at the moment asked for, reading each distinct text once a search."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from observatory.places.calendars import SchoolCalendar
from observatory.places.opening_hours import day_in_doubt, moment_of
from observatory.places.search.request import NO, UNKNOWN, YES
from observatory.tables.remarks import Remark, remark

_ANSWER = {True: YES, None: UNKNOWN, False: NO}
_NOT_READ = -1 + min(NO, UNKNOWN, YES)


class Opening:
    """The answers of one search.

    Parameters
    ----------
    codes, texts
        The hours of each place, as a rank among the distinct ones: a text, and the calendar of
        holidays that it follows.
    when
        The code of the moment asked for; empty: any place suits.
    at
        The moment of asking.
    """

    def __init__(
        self,
        codes: NDArray[np.int64],
        texts: Sequence[tuple[str | None, SchoolCalendar]],
        when: str,
        at: datetime,
    ) -> None:
        self._codes, self._texts, self._when = codes, texts, when
        self._at = at
        self._moment = moment_of(when, at) if when else None
        self._known = np.full(len(texts), _NOT_READ if when else YES, dtype=np.int8)

    def of(self, rows: NDArray[np.int64]) -> NDArray[np.int8]:
        """Return the answer of each of some places."""
        codes = self._codes[rows]
        if self._moment is not None:
            for code in np.unique(codes[self._known[codes] == _NOT_READ]):
                text, school = self._texts[code]
                is_open = self._moment.is_open(text, self._at, school)
                self._known[code] = _ANSWER[is_open]
        return self._known[codes]

    def answers(self, rows: Sequence[int]) -> list[str]:
        """Return ``yes``, ``no`` or ``unknown`` by place; ``yes`` where no moment is asked."""
        names = {YES: "yes", NO: "no", UNKNOWN: "unknown"}
        return [names[int(answer)] for answer in self.of(np.asarray(rows, dtype=np.int64))]

    def doubts(self, rows: Sequence[int]) -> list[Remark | None]:
        """Return what is not known of each place at the moment asked for."""
        places = np.asarray(rows, dtype=np.int64)
        return [
            self._doubt(*self._texts[self._codes[row]]) if answer == UNKNOWN else None
            for row, answer in zip(places, self.of(places), strict=True)
        ]

    def _doubt(self, text: str | None, school: SchoolCalendar) -> Remark | None:
        if self._moment is None:
            return None
        beyond = day_in_doubt(text, self._moment.day, school)
        if beyond is None:
            return remark("search.opening_unknown", when=self._when)
        return remark("search.opening_unknown_school", when=self._when, day=beyond.isoformat())
