"""What a territory, a département or a région has of its own: the folders of ``data/territories``.

A folder is named after the code (``93``, the SIREN of an EPT or EPCI), that of a région with
``region-`` before it, as some régions and départements share a code. It holds ``place.toml``, which
is read here, and files that have readers of their own, found by :func:`files`. Most places have
none: all else follows from the tables.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from observatory import settings
from observatory.geo.departements import departements, home_of
from observatory.tables.toml_files import read_entry, read_toml

FOLDER, OF_REGION, PLACE = "territories", "region-", "place.toml"


@dataclass(frozen=True)
class Level:
    """The share of people in digital difficulty that INSEE gives for a place.

    Attributes
    ----------
    assumption
        The assumption that holds it.
    published_pct
        As it was published, % of residents aged 15 and over.
    source
        Where.
    """

    assumption: str
    published_pct: float
    source: str


@dataclass(frozen=True)
class Own:
    """What a place has of its own.

    Attributes
    ----------
    hub
        Its hub of digital inclusion, by name; empty where none is named.
    level
        The level that INSEE gives for it; ``None``: none.
    """

    hub: str = ""
    level: Level | None = None


def of_departement(code: str, folder: Path | None = None) -> Own:
    """Return what a département has of its own.

    Parameters
    ----------
    folder
        The project's data folder; the settings' by default.

    Raises
    ------
    ChoiceError, FileFormatError
        Its file cannot be read as it is.
    """
    return _read(_folder(folder)).get(code, Own())


def of_region(code: str, folder: Path | None = None) -> Own:
    """Return what a région has of its own, as :func:`of_departement` does for a département."""
    return _read(_folder(folder)).get(OF_REGION + code, Own())


def levels() -> Mapping[str, str]:
    """Return the départements of which INSEE gives a level, with the assumption that holds it."""
    every = _read(_folder(None))
    found = ((code, every[code].level) for code in departements() if code in every)
    return {code: level.assumption for code, level in found if level is not None}


def region_level(departement: str) -> Level | None:
    """Return the level that INSEE gives for the région of a département; ``None``: none."""
    return of_region(home_of(departement).region).level


def level_places() -> Mapping[str, str]:
    """Return the assumptions of levels, each with the name of the place whose level it holds."""
    known = departements()
    regions = {one.region: one.region_name for one in known.values()}
    own = {region: of_region(region).level for region in regions}
    found = {level.assumption: regions[code] for code, level in own.items() if level}
    return found | {assumption: known[code].name for code, assumption in levels().items()}


def leveled_region(departement: str) -> tuple[str, ...]:
    """Return the départements of the région of one, where INSEE gives its level; else none."""
    if region_level(departement) is None:
        return ()
    region = home_of(departement).region
    return tuple(one.code for one in departements().values() if one.region == region)


def idle_levels(departement: str) -> frozenset[str]:
    """Return the assumptions of levels that no place of a département's région has."""
    return _idle_levels(departement, settings.data_folder())


@lru_cache(maxsize=256)
def _idle_levels(departement: str, _: Path) -> frozenset[str]:
    """Return the same, found once for each data folder: every model asks."""
    every = {
        *levels().values(),
        *(level.assumption for level in map(region_level, departements()) if level),
    }
    mine, region = leveled_region(departement), region_level(departement)
    kept = {name for code, name in levels().items() if code in {departement, *mine}}
    return frozenset(every - kept - ({region.assumption} if region else set()))


def hub_of(departement: str) -> str:
    """Return the name of a département's hub of digital inclusion; empty where none is named."""
    return of_region(home_of(departement).region).hub


def files(name: str, folder: Path | None = None) -> tuple[Path, ...]:
    """Return the files of one name that territories have, in order of their codes.

    Parameters
    ----------
    folder
        The project's data folder; the settings' by default.
    """
    return tuple(sorted(_folder(folder).glob(f"*/{name}")))


def _folder(folder: Path | None) -> Path:
    return (settings.data_folder() if folder is None else folder) / FOLDER


@lru_cache(maxsize=2)
def _read(folder: Path) -> Mapping[str, Own]:
    return {path.parent.name: _own(path) for path in sorted(folder.glob(f"*/{PLACE}"))}


def _own(path: Path) -> Own:
    tree: dict[str, Any] = read_toml(path, "what a territory has of its own")
    level = tree.pop("level", None)
    held = None if level is None else Level(**read_entry(Level, level, f"{path}, [level]"))
    return Own(level=held, **read_entry(Own, tree, str(path)))
