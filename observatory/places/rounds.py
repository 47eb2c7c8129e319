"""The weekly round of a place that moves: where it stands on each day, in its record's words.

A bus of help says it in free text: ``Lundi : place Lacombe / Mardi 9h-12h, centre Houdremont``.
What is not written so is left as it is. Points of the stops, and which records are one bus, stand
in the ``rounds.toml`` of the territories that have some (``geo.territories``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from observatory.geo import territories
from observatory.tables.directory_tables import SEPARATOR
from observatory.tables.remarks import Remark, remark
from observatory.tables.toml_files import read_entry, read_toml

FILE = "rounds.toml"
WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
CODES = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_DAY = "|".join(WEEKDAYS)
_HOURS = r"(?:de\s+)?\d{1,2}\s?[h:]\s?\d{0,2}\s*(?:-|–|à|a)\s*\d{1,2}\s?[h:]\s?\d{0,2}"
#: ``mardi et jeudi matin 9h-12h :``, before the words of the stop.
_BEGINNING = re.compile(
    rf"\b(?P<days>(?:{_DAY})s?(?:\s*(?:,|et|/|&)\s*(?:{_DAY})s?\b)*)"
    rf"\s*(?P<when>(?:(?:matin|après-midi|apres-midi|soir)e?s?)?\s*(?:{_HOURS})?)\s*(?:[:,–-]|→)\s*",
    re.IGNORECASE,
)
_EDGES = " /;,.-–>\n\t"
LONGEST = 2000
#: A stop in fewer letters than this is none.
_SHORTEST = 3


@dataclass(frozen=True)
class RoundStop:
    """Where a place that moves stands.

    Attributes
    ----------
    days
        Weekdays, Monday 0.
    when
        Part of the day or hours, as written; empty where not said.
    where
        The place, as written.
    lon, lat
        Its point, where it is known.
    about
        Whether that point is a landmark beside it.
    """

    days: tuple[int, ...]
    when: str
    where: str
    lon: float | None = None
    lat: float | None = None
    about: bool = False


@dataclass(frozen=True)
class Mover:
    """A place that moves: its record, the records that are the same one, its stops by weekday."""

    place: str
    reason: str
    same: tuple[str, ...]
    stops: tuple[dict[str, Any], ...]


def weekly_round(text: object) -> tuple[RoundStop, ...]:
    """Return the stops that a free text names by weekday; none where it names fewer than two days.

    >>> weekly_round("Lundi : place Lacombe / Mardi 9h-12h, centre Houdremont")[1].where
    'centre Houdremont'
    """
    if not isinstance(text, str):
        return ()
    text = text[:LONGEST]
    begins = list(_BEGINNING.finditer(text))
    ends = [one.start() for one in begins] + [len(text)]
    stops = [
        RoundStop(_days(one["days"]), one["when"].strip(), text[one.end() : end].strip(_EDGES))
        for one, end in zip(begins, ends[1:], strict=True)
    ]
    named = {day for stop in stops for day in stop.days}
    whole = all(len(stop.where) >= _SHORTEST for stop in stops)
    return tuple(stops) if whole and len(named) > 1 else ()


def _days(text: str) -> tuple[int, ...]:
    found = re.findall(_DAY, text.lower())
    return tuple(sorted({WEEKDAYS.index(one) for one in found}))


@lru_cache(maxsize=2)
def load_movers(folder: Path | None = None) -> tuple[Mover, ...]:
    """Read the places that move, of every territory of the project's data folder by default.

    Raises
    ------
    FileFormatError, ChoiceError
        A file is not in its form.
    """
    return tuple(
        Mover(**read_entry(Mover, node, f"{path}, [{name}]"))
        for path in territories.files(FILE, folder)
        for name, node in read_toml(path, "the places that move").items()
    )


def with_rounds(sites: pd.DataFrame, movers: tuple[Mover, ...] | None = None) -> pd.DataFrame:
    """Return places with their weekly ``round``, each place that moves once.

    Parameters
    ----------
    sites
        The table of places. The places whose records are another's stops are left out; what they
        offer is offered by that one.
    movers
        The places that move; those of the project's data by default.
    """
    whole = sites.reset_index(drop=True)
    comments = whole["comment"] if "comment" in whole else pd.Series(None, index=whole.index)
    rounds = [weekly_round(text) for text in comments]
    known = _rows_of_records(whole) if "source_ids" in whole else {}
    left: set[int] = set()
    for mover in load_movers() if movers is None else movers:
        row = known.get(mover.place)
        if row is None:
            continue
        rounds[row] = tuple(_pointed(rounds[row], {str(one["day"]): one for one in mover.stops}))
        same = {known[one] for one in mover.same if one in known} - {row}
        for field in ("services", "programmes", "sources", "source_ids"):
            values = [whole[field].iloc[one] for one in (row, *sorted(same))]
            whole.loc[row, field] = _joined(values, once=field not in ("sources", "source_ids"))
        left |= same
    whole["round"] = pd.Series(rounds, dtype=object)
    return whole.drop(index=sorted(left)).reset_index(drop=True)


def _rows_of_records(sites: pd.DataFrame) -> dict[str, int]:
    """Return the row of each record: ``source:identifier``."""
    found: dict[str, int] = {}
    for row, (sources, ids) in enumerate(zip(sites["sources"], sites["source_ids"], strict=True)):
        for source, one in zip(
            str(sources).split(SEPARATOR), str(ids).split(SEPARATOR), strict=False
        ):
            found[f"{source}:{one}"] = row
    return found


def _joined(values: list[Any], *, once: bool) -> str | None:
    """Return lists as one; a record's source and its identifier stand at one rank in theirs."""
    parts = [part for text in values if isinstance(text, str) for part in text.split(SEPARATOR)]
    return SEPARATOR.join(dict.fromkeys(parts) if once else parts) or None


def _pointed(
    stops: tuple[RoundStop, ...], points: Mapping[str, Mapping[str, Any]]
) -> Iterator[RoundStop]:
    for stop in stops:
        point = points.get(CODES[stop.days[0]]) if len(stop.days) == 1 else None
        yield (
            replace(stop, lon=point["lon"], lat=point["lat"], about=bool(point["about"]))
            if point
            else stop
        )


def stop_remark(stop: RoundStop) -> Remark:
    """Return a stop as a remark: its weekdays, its hours and its words."""
    at = f"{stop.when}, {stop.where}" if stop.when else stop.where
    code = "search.round_about" if stop.about else "search.round_stop"
    return remark(code, weekdays=tuple(map(str, stop.days)), at=at)
