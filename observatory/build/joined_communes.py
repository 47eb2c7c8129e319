"""Compile ``data/mergers.csv``: ``python -m observatory.build.joined_communes FOLDER``.

``FOLDER`` holds the packages ``@etalab/decoupage-administratif`` of :data:`VINTAGES` unpacked, each
in a folder with the name of its version (``npm pack`` gets one), or the INSEE's movements of
communes ``v_mvt_commune_20YY.csv``, which say every day: where that file is there it is read alone,
the newest one. Data of the INSEE, Licence Ouverte.
"""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from observatory import settings
from observatory.geo.mergers import NAME, PARTED, Merger
from observatory.geo.own_csv import read_rows
from observatory.places.french_communes import commune_table
from observatory.read.commune_movements import read_history, read_movements, read_vintages
from observatory.tables.atomic import write_whole

#: The year of the code officiel géographique that each package holds, by its number of communes
#: and the table of vintages of its README; no package has that of 2020.
VINTAGES: Mapping[int, str] = {
    2019: "0.8.0",
    2021: "1.1.1",
    2022: "2.3.1",
    2023: "3.1.1",
    2024: "4.1.0",
    2025: "5.3.0",
    2026: "6.0.0",
}
#: The package that has what became of each commune from 1943 to its own vintage, with the days.
HISTORY = "0.8.0"
#: Days that the vintages do not say, known from the act of each: a table of the data folder.
DAYS = "merger_days.csv"
MOVEMENTS = "v_mvt_commune_*.csv"


@dataclass(frozen=True)
class Today:
    """The communes of today: code -> name, the cities of arrondissements without a name."""

    names: Mapping[str, str]
    cities: frozenset[str]

    def has(self, code: str) -> bool:
        """Return whether a commune has this code today."""
        return code in self.names or code in self.cities


class Known(NamedTuple):
    """The day on which a former code ended, as its act says."""

    former: str
    since: str


def compile_mergers(
    sources: Path, today: Today, days: Mapping[str, str] = MappingProxyType({})
) -> list[Merger]:
    """Return the rows of the table from what the folder holds, in order of code.

    A code is that of its last movement; one that a commune has today is no former code.

    Parameters
    ----------
    days
        Former code -> day, where the folder does not say it (:func:`known_days`).
    """
    found = sorted(sources.glob(MOVEMENTS))
    moved = read_movements(found[-1]) if found else _of_packages(sources)
    rows = settled(moved, today)
    return [one._replace(since=one.since or days.get(one.former, "")) for one in rows]


def known_days(data: Path) -> Mapping[str, str]:
    """Return the days known from acts, by former code, from the project's data folder."""
    rows = read_rows(data / DAYS, Known, "the days of mergers known from their acts")
    return {row.former: row.since for row in rows}


def _of_packages(sources: Path) -> list[Merger]:
    def of(version: str, name: str) -> Path:
        return sources / version / "package" / "data" / name

    vintages = {year: of(version, "communes.json") for year, version in VINTAGES.items()}
    return [*read_history(of(HISTORY, "historique-communes.json")), *read_vintages(vintages)]


def settled(moved: Iterable[Merger], today: Today) -> list[Merger]:
    """Return the last movement of each code that no commune has today, and the communes parted."""
    last: dict[str, Merger] = {}
    parted: dict[str, Merger] = {}
    for one in sorted(moved, key=lambda each: each.cog):
        if one.change != PARTED and not today.has(one.former):
            last[one.former] = one
        elif one.change == PARTED and today.has(one.commune):
            parted[one.commune] = one
    rows = [*last.values(), *parted.values()]
    return sorted((_named(one, today) for one in rows), key=lambda one: (one.former, one.commune))


def _named(one: Merger, today: Today) -> Merger:
    """Return a movement with the commune's name of today."""
    return one._replace(commune_name=today.names.get(one.commune, one.commune_name))


def table_text(rows: Iterable[Merger]) -> str:
    """Return the rows as CSV text."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(Merger._fields)
    writer.writerows(rows)
    return out.getvalue()


def communes_of_today(data: Path) -> Today:
    """Return the communes of today, from the table that travels with the code."""
    france = commune_table(data)
    names = dict(zip(france["commune"], france["commune_name"], strict=True))
    return Today(names, frozenset(france["city"].dropna()))


if __name__ == "__main__":
    DATA = settings.load().data
    ROWS = compile_mergers(Path(sys.argv[1]), communes_of_today(DATA), known_days(DATA))
    write_whole(DATA / NAME, table_text(ROWS).encode())
