"""The official school calendar of the Ministry of Education, as its service exports it.

A row is the holidays of an académie: those of one zone say the same. Instants are midnight in
Paris, overseas too, most of them written in UTC. The first one is the day on which class ends, the
second the morning on which it resumes. No real file was at hand: the reader was made from the
public description of the layout, and tested on small made files in the same layout.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from observatory.read.cut import few_aside
from observatory.read.json_tables import read_records
from observatory.read.readers import Communes, reader
from observatory.read.text_files import account, aside, validate
from observatory.tables.holiday_tables import SCHOOL_HOLIDAYS, ZONES
from observatory.tables.provenance import Reading

_PUPILS = ("", "-", "Élèves")
_DAY = pd.Timedelta(days=1)
_INSTANTS = "an instant such as 2026-10-16T22:00:00+00:00, and none in end_date before it"


@reader("school_holidays", seen=False)
def read_school_holidays(path: Path, communes: Communes = None) -> Reading:
    """Read the holidays of all pupils of each zone, of the whole country (``SCHOOL_HOLIDAYS``).

    They last from the day after class ends to the day before it resumes; a bridge, and a single
    day, begin on the day that is given. Holidays that only begin have no last day.

    Raises
    ------
    ColumnsError, FileFormatError, ContractError
        Another layout, or more than a few zones or instants that cannot be read.
    """
    columns = ("description", "population", "start_date", "end_date", "zones")
    raw, where = read_records(path, columns=columns, known=r"\w+"), str(path)
    rows = len(raw)
    raw, some = aside(raw, ~raw["population"].isin(_PUPILS), "not of all pupils", "population")
    zones = raw["zones"].str.replace("-", " ").map(ZONES)
    known = "one of " + ", ".join(ZONES)
    raw, nowhere = few_aside(raw, zones.isna(), "of no known zone", "zones", known, where)
    start, end = (_day_in_paris(raw[name]) for name in ("start_date", "end_date"))
    odd = start.isna() | (end.isna() & (raw["end_date"] != "")) | (end < start)
    raw, unread = few_aside(raw, odd, "no instants in order", "start_date", _INSTANTS, where)
    frame = _days(raw, start[raw.index], end[raw.index]).assign(zone=zones[raw.index])
    frame, twice = aside(frame, _repeated(frame), "said of another académie of the zone", "name")
    frame, begun = aside(frame, _ended_elsewhere(frame), "of holidays given with their end", "name")
    iso = {name: frame[name].dt.strftime("%Y-%m-%d") for name in ("first", "last")}
    table = validate(frame.assign(**iso)[SCHOOL_HOLIDAYS.names], SCHOOL_HOLIDAYS, path)
    return account(table, rows, some, nowhere, unread, twice, begun)


def _day_in_paris(instants: pd.Series[Any]) -> pd.Series[Any]:
    """Return the day that each instant is of in Paris; none of a text that is no instant."""
    read = pd.to_datetime(
        instants.where(instants != ""), utc=True, errors="coerce", format="ISO8601"
    )
    return read.dt.tz_convert("Europe/Paris").dt.tz_localize(None).dt.normalize()


def _days(raw: pd.DataFrame, start: pd.Series[Any], end: pd.Series[Any]) -> pd.DataFrame:
    """Return the first and the last day of holidays."""
    names = raw["description"]
    begins = names.str.startswith("Début") & ((end == start) | end.isna())
    last = (end - _DAY).mask(begins)
    first = start + _DAY
    on_the_day = ~begins & (names.str.startswith("Pont") | (last < first))
    first = first.mask(on_the_day, start)
    return pd.DataFrame(
        {"name": names, "first": first, "last": last.mask(on_the_day & (last < first), first)}
    )


def _repeated(frame: pd.DataFrame) -> pd.Series[bool]:
    """Return which rows repeat holidays; of two ends, the one that most académies give stays."""
    key = ["zone", "name", "first"]
    alike = frame.groupby([*key, "last"], dropna=False)["name"].transform("size")
    often = frame.loc[alike.sort_values(ascending=False, kind="stable").index]
    return often.duplicated(key).reindex(frame.index)


def _ended_elsewhere(frame: pd.DataFrame) -> pd.Series[bool]:
    """Return which holidays without an end begin within others of the zone that have one."""
    ended = frame.dropna(subset="last")
    inside = [
        pd.isna(last)
        and bool(((ended["zone"] == zone) & ended["first"].le(on) & ended["last"].ge(on)).any())
        for zone, on, last in zip(frame["zone"], frame["first"], frame["last"], strict=True)
    ]
    return pd.Series(inside, index=frame.index, dtype=bool)
