"""What follows from the département of a place: ``data/departements.csv``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from observatory import settings
from observatory.errors import CodeError
from observatory.geo.codes import departement_of
from observatory.geo.own_csv import read_rows

NAME = "departements.csv"


@dataclass(frozen=True)
class Departement:
    """A département, or a collectivity overseas.

    Attributes
    ----------
    code, name
        Its code and name.
    of_name
        Its name after "of", in French: ``de la Seine-Saint-Denis``, ``du Rhône``, ``de Paris``.
    region, region_name
        Its région.
    academie
        The académie that its schools belong to; empty where it has none.
    school_zone
        ``A``, ``B`` or ``C``; empty where the académie sets its own holidays (Corsica, overseas).
    holidays
        What ``holidays`` calls a place with public holidays of its own; empty where it has none.
    time_zone
        Name of its time.
    epsg
        The projection whose metres are used there; empty where none is known here.
    """

    code: str
    name: str
    of_name: str
    region: str
    region_name: str
    academie: str
    school_zone: str
    holidays: str
    time_zone: str
    epsg: str


def departements(folder: Path | None = None) -> Mapping[str, Departement]:
    """Return every département by its code.

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


def home_of(commune: str) -> Departement:
    """Return the département of a commune or IRIS, or that of a département's own code.

    Raises
    ------
    CodeError
        No département begins so.
    """
    code = departement_of(commune)
    found = departements().get(code)
    if found is None:
        raise CodeError(
            f"commune {commune}",
            expected="a code that begins with that of a département",
            found=repr(code),
            next_step=f"mend the code at its source, or add the département to data/{NAME}",
        )
    return found


def of_region(region: str) -> tuple[str, ...]:
    """Return the codes of the départements of a région, in order."""
    return tuple(one.code for one in departements().values() if one.region == region)


@lru_cache(maxsize=2)
def _read(path: Path) -> Mapping[str, Departement]:
    rows = read_rows(path, Departement, "the table of départements")
    return {row.code: row for row in rows}
