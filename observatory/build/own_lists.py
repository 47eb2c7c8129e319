"""Lists of places that a person adds to a build of their own: a planner's, or the Hub's export."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from observatory.errors import ChoiceError
from observatory.geo.codes import commune_index
from observatory.places.cleaning import fold
from observatory.places.standard import read_list, sort_lines
from observatory.read.francilin import read_francilin
from observatory.read.place_lists import reading_of
from observatory.read.registry import Registry, day_read, digest
from observatory.settings import Settings
from observatory.tables.place_tables import NO_PIVOT
from observatory.tables.provenance import Aside, Provenance, Reading

FRANCILIN = "francilin"
#: What the identifiers of such lists begin with: no source of the registry does.
OWN = "liste_"


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


def read_lists(
    lists: Sequence[OwnList], communes: gpd.GeoDataFrame, registry: Registry
) -> tuple[dict[str, Any], tuple[Provenance, ...]]:
    """Read the lists into ``MEDNUM_SITES``, one table each; bad lines are set aside with reasons.

    Raises
    ------
    InputError
        A file cannot be used at all.
    """
    names = dict(zip(communes["commune"], communes["commune_name"], strict=True))
    index = commune_index(names.items())
    frames: dict[str, Any] = {}
    records: list[Provenance] = []
    for item in lists:
        reading = read_francilin(item.path, index) if item.francilin else _read(item, index, names)
        frames[item.id] = reading.frame
        records.append(_provenance(item, reading, registry))
    return frames, tuple(records)


def _read(item: OwnList, index: dict[str, str], names: Mapping[str, str]) -> Reading:
    day = date.fromisoformat(day_read(item.path))
    intake = sort_lines(read_list(item.path), communes=index, names=names, today=day)
    good = [{**record, "pivot": record["pivot"] or NO_PIVOT, "note": []} for record in intake.good]
    known = tuple(f"line {bad.line}: {bad.reasons[0].field}" for bad in intake.aside)
    bad = Aside("not a line of the standard", len(known), known[:5])
    return reading_of(good, index, item.id, str(item.path), bad)


def _provenance(item: OwnList, reading: Reading, registry: Registry) -> Provenance:
    days = reading.frame["date_maj"].dropna()
    dated = f"fiches de {days.min()} à {days.max()}" if len(days) else "fiches sans date"
    hub = registry.download(FRANCILIN) if item.francilin else None
    return Provenance(
        id=item.id,
        title=hub.title if hub else f"Liste de lieux « {item.path.name} »",
        publisher=hub.publisher if hub else "liste fournie par qui a compilé ces tables",
        licence="unconfirmed",
        vintage=dated,
        covers="les lieux de la liste",
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
