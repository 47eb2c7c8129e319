"""Lists of places that a person adds to a build of their own: a planner's, or the Hub's export.

A planner's list may say what help is given at a place that no source knows: ``posts``, or
``open_h_per_week``, hours in which one person helps. Such help is a row of its own, marked so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote

import geopandas as gpd
import pandas as pd

from observatory.errors import ChoiceError
from observatory.places.cleaning import fold
from observatory.places.french_communes import french_communes
from observatory.places.standard import Known, read_list, sort_lines
from observatory.read.digests import day_read, digest
from observatory.read.francilin import read_francilin
from observatory.read.place_lists import reading_of
from observatory.read.registry import Registry
from observatory.settings import Settings
from observatory.tables.directory_tables import SEPARATOR
from observatory.tables.place_tables import HELP_COLUMNS, NO_PIVOT
from observatory.tables.provenance import Aside, Provenance, Reading

FRANCILIN = "francilin"
#: What the identifiers of such lists begin with: no source of the registry does.
OWN = "liste_"
OWN_HELP_COLUMNS = ("record", *HELP_COLUMNS)
#: More posts, or more hours a week, at one place are a slip of the pen.
MOST = {"posts": 100.0, "open_h_per_week": 168.0}


@dataclass(frozen=True)
class OwnList:
    """A list of places to add.

    Attributes
    ----------
    path
        The file.
    francilin
        Whether it is the Hub Francil'in's own export; else a list of the national standard.
    """

    path: Path
    francilin: bool = False

    @property
    def id(self) -> str:
        """What its records and the record of the build call it."""
        return FRANCILIN if self.francilin else OWN + re.sub(r"\W+", "_", fold(self.path.stem))


def check_lists(lists: Sequence[OwnList], out: Path, settings: Settings) -> None:
    """Refuse two lists of one name, and any list in the compiled edition.

    Raises
    ------
    ChoiceError
        Their licence is not known to be open, or their records could not be told apart.
    """
    names = [item.id for item in lists]
    if len(set(names)) < len(names):
        raise ChoiceError(
            "lists of places",
            expected="files of different names",
            found=", ".join(str(item.path) for item in lists),
            next_step="rename one of them: its name tells its records from the others",
        )
    if lists and out.resolve() == settings.edition.resolve():
        raise ChoiceError(
            f"list of places {lists[0].path}",
            expected="sources under an open licence only, in the compiled edition",
            found="a list of one's own, whose licence is not known",
            next_step="write it into a build of your own: --out FOLDER, without --edition",
        )


def concerned(forced: pd.DataFrame, lists: Sequence[OwnList]) -> tuple[pd.DataFrame, int]:
    """Leave out the corrections of records that stand in a list which is not here.

    Returns
    -------
    tuple
        The merges and splits that concern this build, and how many do not.
    """
    here = {item.id for item in lists}
    sources = forced[["record_a", "record_b"]].apply(lambda names: names.str.split(":").str[0])
    absent = sources.map(lambda s: s not in here and (s == FRANCILIN or s.startswith(OWN)))
    away = absent.any(axis="columns")
    return forced[~away].reset_index(drop=True), int(away.sum())


@dataclass(frozen=True)
class Added:
    """What the lists of one's own add to a build.

    Attributes
    ----------
    places
        Each list's places (``MEDNUM_SITES``), by the list's identifier.
    help
        The help given at some of them: ``record``, ``posts``, ``open_h_per_week``.
    records
        The record of each list.
    """

    places: Mapping[str, pd.DataFrame]
    help: pd.DataFrame
    records: tuple[Provenance, ...]


def read_lists(lists: Sequence[OwnList], communes: gpd.GeoDataFrame, registry: Registry) -> Added:
    """Read the lists into ``MEDNUM_SITES``, one table each; bad lines are set aside with reasons.

    Raises
    ------
    InputError
        A file cannot be used at all.
    """
    names = dict(zip(communes["commune"], communes["commune_name"], strict=True))
    known = Known(names, french_communes() if lists else None, communes)
    frames: dict[str, pd.DataFrame] = {}
    records: list[Provenance] = []
    helped = [pd.DataFrame(columns=OWN_HELP_COLUMNS)]
    for item in lists:
        if item.francilin:
            reading, given = read_francilin(item.path, known.index), helped[0]
        else:
            reading, given = _read(item, known)
        frames[item.id] = reading.frame
        helped.append(given)
        records.append(_provenance(item, reading, registry, len(given)))
    return Added(frames, pd.concat(helped, ignore_index=True), tuple(records))


def _read(item: OwnList, known: Known) -> tuple[Reading, pd.DataFrame]:
    day = date.fromisoformat(day_read(item.path))
    sheet = read_list(item.path)
    intake = sort_lines(sheet, communes=known, today=day)
    helped = {line: _amounts(values) for line, values in sheet.help.items()}
    pairs = list(zip(intake.lines, intake.good, strict=True))
    wrong = {line: found for line, found in helped.items() if isinstance(found, str)}
    good = [
        {**record, "pivot": record["pivot"] or NO_PIVOT, "note": []}
        for line, record in pairs
        if line not in wrong
    ]
    refused = [(bad.line, bad.reasons[0].field) for bad in intake.aside]
    refused += [(line, wrong[line]) for line, _ in pairs if line in wrong]
    told = tuple(f"line {line}: {name}" for line, name in sorted(refused))
    bad = Aside("not a line of the standard", len(told), told[:5])
    reading = reading_of(good, known.index, item.id, str(item.path), bad)
    return reading, _helped(item, reading, [(rec, helped.get(line)) for line, rec in pairs])


def _amounts(values: Mapping[str, str]) -> tuple[float, float] | str:
    """Return posts and hours a week, or the column that does not hold such a number."""
    found = []
    for name in HELP_COLUMNS:
        try:
            number = float(values.get(name, "nan").replace(",", "."))
        except ValueError:
            return name
        if name in values and not 0 <= number <= MOST[name]:
            return name
        found.append(number)
    return found[0], found[1]


def _helped(
    item: OwnList, reading: Reading, pairs: Sequence[tuple[Mapping[str, Any], Any]]
) -> pd.DataFrame:
    """Return the help of the records that were kept, by the identifiers that a build gives them."""
    kept = set(reading.frame["id"])
    rows = [
        (f"{item.id}:{str(record['id']).replace(SEPARATOR, quote(SEPARATOR))}", *amounts)
        for record, amounts in pairs
        if isinstance(amounts, tuple) and record["id"] in kept
    ]
    table = pd.DataFrame(rows, columns=OWN_HELP_COLUMNS)
    return table.drop_duplicates("record")


def _provenance(item: OwnList, reading: Reading, registry: Registry, helped: int) -> Provenance:
    days = reading.frame["date_maj"].dropna()
    dated = f"fiches de {days.min()} à {days.max()}" if len(days) else "fiches sans date"
    hub = registry.download(FRANCILIN) if item.francilin else None
    return Provenance(
        id=item.id,
        title=hub.title if hub else f"Liste de lieux « {item.path.name} »",
        publisher=hub.publisher if hub else "liste fournie par qui a compilé ces tables",
        licence="unconfirmed",
        vintage=dated,
        covers="les lieux de la liste"
        + f", et l'aide donnée à {helped} d'entre eux" * bool(helped),
        url=hub.url if hub else f"file:{item.path.name}",
        path=item.path.name,
        sha256=digest(item.path),
        read_on=day_read(item.path),
        rows_in=reading.rows_in,
        rows_out=reading.rows_in - reading.rows_aside,
        rows_aside=reading.rows_aside,
        aside=reading.aside,
        note=reading.note,
    )
