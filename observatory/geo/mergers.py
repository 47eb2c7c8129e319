"""Which communes have joined which, and on what day: the table ``data/mergers.csv``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from observatory import settings
from observatory.geo.own_csv import read_rows

NAME = "mergers.csv"


class Merger(NamedTuple):
    """One commune that has joined another one.

    Attributes
    ----------
    former, former_name
        The commune that it was.
    commune, commune_name
        The commune that it is in.
    since
        The day from which it is (ISO).
    """

    former: str
    former_name: str
    commune: str
    commune_name: str
    since: str


def mergers(folder: Path | None = None) -> Mapping[str, Merger]:
    """Return the communes that the older geography has and the later one has not, by their code.

    Parameters
    ----------
    folder
        The project's data folder; the settings' by default.

    Raises
    ------
    MissingInputError, FileFormatError
        There is no such table, or it is none.
    """
    return _read((settings.data_folder() if folder is None else folder) / NAME)


def touched() -> frozenset[str]:
    """Return every code of a commune that has joined another one, or that one has joined."""
    return frozenset(mergers()) | {one.commune for one in mergers().values()}


def among(communes: Iterable[str]) -> tuple[Merger, ...]:
    """Return the mergers of some communes (codes of the older geography), in order of code."""
    known = mergers()
    return tuple(known[code] for code in sorted({*communes} & known.keys()))


def together(commune: str) -> tuple[str, ...]:
    """Return the names of a commune of today and of those that have joined it, from any of them."""
    known = mergers()
    into = known[commune].commune if commune in known else commune
    found = [one for one in known.values() if one.commune == into]
    return tuple(dict.fromkeys(n for one in found for n in (one.commune_name, one.former_name)))


@lru_cache(maxsize=2)
def _read(path: Path) -> Mapping[str, Merger]:
    rows = read_rows(path, Merger, "the table of communes that have joined others")
    return {row.former: row for row in rows}
