"""Places that move: which records are one bus, and a list of places that names each one once.

Two things say so: a file of the territory (``data/territories``, ``rounds.toml``), and the records
themselves, where those of one commune have one name but for what tells the stops apart.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from observatory.geo import territories
from observatory.model.proper_names import folded
from observatory.tables.directory_tables import SEPARATOR
from observatory.tables.toml_files import read_entry, read_toml

FILE = "rounds.toml"
#: What each record of a place that moves adds to it, as lists; the last two stand at one rank.
JOINED = ("services", "publics", "programmes", "sources", "source_ids")
_MOVES = re.compile(r"\b(?:bus|mobile|itinerante?|camion|caravane)\b")
_BRACKETS = re.compile(r"\([^)]*\)")
_LINKS = frozenset(("a", "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "le", "les"))
_SIREN = 9


@dataclass(frozen=True)
class Mover:
    """A place that moves: its record, the records that are the same one, its stops by weekday."""

    place: str
    reason: str
    same: tuple[str, ...]
    stops: tuple[dict[str, Any], ...]


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


def each_once(sites: pd.DataFrame, movers: tuple[Mover, ...] | None = None) -> pd.DataFrame:
    """Return places, each place that moves on one row.

    Parameters
    ----------
    sites
        The table of places. A row that is a stop or another name of a place that moves is left
        out; what it offers is offered by that one. Rows keep their index.
    movers
        The places that move; those of the project's data by default.
    """
    found = one_place(sites, movers)
    if not found:
        return sites
    whole = sites.copy()
    for name in (name for name in JOINED if name in sites):
        values = sites[name].tolist()
        once = name not in ("sources", "source_ids")
        for row, others in found.items():
            values[row] = _joined([values[one] for one in (row, *others)], once=once)
        whole[name] = pd.Series(values, index=sites.index, dtype=sites[name].dtype)
    left = {one for others in found.values() for one in others}
    return whole[[row not in left for row in range(len(whole))]]


def count_places(sites: pd.DataFrame) -> int:
    """Return how many places a territory has: each that moves once, no seat of a structure."""
    places = each_once(sites)
    return int((places["in_territory"] & ~places["seat"]).sum())


def one_place(
    sites: pd.DataFrame, movers: tuple[Mover, ...] | None = None
) -> dict[int, tuple[int, ...]]:
    """Return the position of each place that moves, with those of its other rows."""
    known = rows_of_records(sites) if "source_ids" in sites else {}
    found: dict[int, set[int]] = defaultdict(set)
    for mover in load_movers() if movers is None else movers:
        if mover.place in known:
            row = known[mover.place]
            found[row] |= {known[one] for one in mover.same if one in known} - {row}
    taken = {*found, *set().union(*found.values())}
    for row, others in _by_name(sites).items():
        if not taken & {row, *others}:
            found[row] |= others
    return {row: tuple(sorted(others)) for row, others in found.items() if others}


def rows_of_records(sites: pd.DataFrame) -> dict[str, int]:
    """Return the position of the row of each record: ``source:identifier``."""
    found: dict[str, int] = {}
    for row, (sources, ids) in enumerate(zip(sites["sources"], sites["source_ids"], strict=True)):
        for source, one in zip(
            str(sources).split(SEPARATOR), str(ids).split(SEPARATOR), strict=False
        ):
            found[f"{source}:{one}"] = row
    return found


def _by_name(sites: pd.DataFrame) -> dict[int, set[int]]:
    """Return the rows that are one place that moves, as their names and their commune say.

    One of them, and one only, is declared as moving by its source, and no two have different
    organisations (SIREN); what stands in brackets names a stop.
    """
    names = ("name", "commune", "commune_name", "itinerant", "siret", "seat")
    if not set(names) <= set(sites):
        return {}
    declared = sites["itinerant"].eq(True).fillna(False)
    communes = set(sites.loc[declared, "commune"].dropna())
    near = sites["commune"].isin(communes) & ~sites["seat"].eq(True).fillna(False)
    groups: dict[tuple[str, str], list[int]] = defaultdict(list)
    for row in near.to_numpy(dtype=bool).nonzero()[0]:
        commune, name, home = (
            str(sites[column].iloc[row]) for column in ("commune", "name", "commune_name")
        )
        if declared.iloc[row] or _MOVES.search(folded(name)):
            words = _words(_BRACKETS.sub(" ", name)) - _words(home) - _LINKS
            groups[commune, " ".join(sorted(words))].append(int(row))
    found = {}
    for rows in groups.values():
        own = [row for row in rows if declared.iloc[row]]
        owners = {str(one)[:_SIREN] for one in sites["siret"].iloc[rows].dropna()}
        if len(own) == 1 and len(owners) <= 1:
            found[own[0]] = set(rows) - set(own)
    return found


def _words(text: str) -> frozenset[str]:
    """Return the words of a text, without accents, capitals and the s of plurals."""
    return frozenset(word.rstrip("s") for word in re.findall(r"[a-z0-9]+", folded(text)))


def _joined(values: list[Any], *, once: bool) -> str | None:
    """Return lists as one; a record's source and its identifier stand at one rank in theirs."""
    parts = [part for text in values if isinstance(text, str) for part in text.split(SEPARATOR)]
    return SEPARATOR.join(dict.fromkeys(parts) if once else parts) or None
