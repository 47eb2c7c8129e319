"""The day that a file speaks of, and since when it has not changed."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

from observatory.read.digests import read_record

_NAMED = re.compile(
    r"(?<!\d)(20\d\d)(?:-?(0[1-9]|1[0-2])(?:-?(0[1-9]|[12]\d|3[01]))?)?(?!\d)",
)


def day_of(path: Path, default: str = "") -> str:
    """Return the ISO day that a file speaks of, the last one of the year or month it names.

    Parameters
    ----------
    default
        The day of a file of which nothing says it.
    """
    record = read_record(path)
    said = str(record.get("as_of") or "") or _changed(record)
    found = re.fullmatch(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?", said) or _NAMED.search(path.name)
    return _last_day(*found.groups()) if found else default


def published_on(path: Path, default: str) -> str:
    """Return the ISO day of a list that dates none of its lines: its own.

    That is the day on which a downloaded file last changed, else the day in its name.

    Parameters
    ----------
    default
        The day of the list that the reader was made with.
    """
    found = _NAMED.search(path.name)
    named = "-".join(found.groups()) if found and all(found.groups()) else default
    return _changed(read_record(path)) or named


def own_day(path: Path) -> str:
    """Return the ISO day that a file says of itself; empty where it says none.

    A downloaded file says it in its record, another one by a whole date in its name.
    """
    return day_of(path) if read_record(path) else published_on(path, "")


def _last_day(year: str, month: str | None, day: str | None) -> str:
    last = calendar.monthrange(int(year), int(month or 12))[1]
    return f"{year}-{month or '12'}-{day or last}"


def _changed(record: dict[str, Any]) -> str:
    """Return the ISO day on which a downloaded file last changed; empty where nothing says it.

    That is the first one on which its server dated bytes that are still the same.
    """
    if record.get("same_since"):
        return str(record["same_since"])
    try:
        return parsedate_to_datetime(str(record.get("Last-Modified"))).date().isoformat()
    except ValueError:
        return str(record.get("changed") or record.get("read_on") or "")


def unchanged_since(path: Path) -> dt.date | None:
    """Return the day on which a file last changed, by its server, else the day it came."""
    if not path.is_file():
        return None
    try:
        return dt.date.fromisoformat(_changed(read_record(path)))
    except ValueError:
        return None


def is_late(since: dt.date | None, late_after: int, today: dt.date) -> bool:
    """Return whether a file has not changed for longer than it should have (0: it need not)."""
    return bool(late_after) and since is not None and (today - since).days > late_after
