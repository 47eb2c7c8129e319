"""Opening hours told by day, or in French, to OSM ``opening_hours`` text."""

from __future__ import annotations

import re
from collections.abc import Mapping

from observatory.places.opening_hours import DAYS

_SPAN = re.compile(r"(\d{1,2})[:hH](\d{2})?\s*-\s*(\d{1,2})[:hH](\d{2})?")
_FRENCH = re.compile(r"\b(\d{1,2})[hH](\d{2})?(?!\d)")

Spans = tuple[tuple[int, int], ...]


def read_spans(cell: str) -> tuple[Spans, bool]:
    """Read the spans of one day, such as ``09:00 - 12:00 / 13:30 - 17:30``.

    ``00:00 - 00:00`` is how some write that they are closed: no span.

    Returns
    -------
    tuple
        The spans as minutes since midnight, in order, united where they overlap or touch; and
        whether any overlapped.

    Raises
    ------
    ValueError
        A part is no span of one day.
    """
    spans: list[tuple[int, int]] = []
    for part in filter(None, (piece.strip() for piece in cell.split("/"))):
        found = _SPAN.fullmatch(part)
        if found is None:
            raise ValueError(part)
        start, end = _minutes(found[1], found[2]), _minutes(found[3], found[4])
        if start == end == 0:
            continue
        if not start < end <= 24 * 60:
            raise ValueError(part)
        spans.append((start, end))
    return _united(sorted(spans))


def _minutes(hours: str, minutes: str | None) -> int:
    if int(minutes or 0) > 59:
        raise ValueError(f"{hours}:{minutes}")
    return int(hours) * 60 + int(minutes or 0)


def _united(spans: list[tuple[int, int]]) -> tuple[Spans, bool]:
    whole: list[tuple[int, int]] = []
    overlap = False
    for start, end in spans:
        if whole and start <= whole[-1][1]:
            overlap = overlap or start < whole[-1][1]
            whole[-1] = (whole[-1][0], max(end, whole[-1][1]))
        else:
            whole.append((start, end))
    return tuple(whole), overlap


def to_osm(week: Mapping[str, Spans]) -> str:
    """Write a week as OSM text: ``Mo-Th 09:30-12:00,14:30-17:00; Sa 08:30-12:30``.

    Days with the same spans are grouped; a week without any span gives the empty string.
    """
    groups: dict[Spans, list[int]] = {}
    for number, day in enumerate(DAYS):
        if week.get(day):
            groups.setdefault(week[day], []).append(number)
    return "; ".join(
        f"{_days(numbers)} {','.join(f'{_clock(a)}-{_clock(b)}' for a, b in spans)}"
        for spans, numbers in groups.items()
    )


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _days(numbers: list[int]) -> str:
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ",".join(
        DAYS[run[0]] if len(run) == 1 else f"{DAYS[run[0]]}-{DAYS[run[-1]]}" for run in runs
    )


def mend_hours(text: str) -> str:
    """Write the French hours of an OSM text (``9h-12h30``) its way (``09:00-12:30``)."""
    return _FRENCH.sub(lambda m: f"{int(m[1]):02d}:{m[2] or '00'}", text)
