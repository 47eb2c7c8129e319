"""Take in a list of places that a planner gives, with the communes of a build."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

from observatory.places.french_communes import french_communes
from observatory.places.standard import (
    Intake,
    Known,
    Sheet,
    problems_csv,
    read_list,
    sort_lines,
    write_csv,
)
from observatory.read.francilin import read_francilin
from observatory.tables.facts import COMMUNE_TABLE
from observatory.tables.place_tables import STANDARD_NAMES
from observatory.tables.storage import read_table

FRANCILIN = "francilin"


@dataclass(frozen=True)
class Taken:
    """A list of places taken in.

    Attributes
    ----------
    intake
        Its lines, sorted.
    good_csv
        The good lines as a file of the standard 1.0.2.
    problems_csv
        The problems, one line each.
    """

    intake: Intake
    good_csv: bytes
    problems_csv: bytes


def take_in(
    source: Path | bytes,
    build: Path,
    *,
    mend: bool = False,
    day: date | None = None,
    layout: str | None = None,
    name: str = "the file",
    today: date | None = None,
) -> Taken:
    """Check a list of places line by line, and part the good lines from the others.

    Parameters
    ----------
    source
        A path, or the bytes of a file: CSV, XLSX or JSON, of the standard or of a planner.
    build
        Folder of a build: its communes are those that exist.
    mend, day, today
        As for :func:`observatory.places.standard.sort_lines`.
    layout
        ``francilin`` for the Hub Francil'in's own export (a path).
    name
        What to call bytes in an error.

    Raises
    ------
    InputError
        The file cannot be used at all, or the build cannot.
    """
    hub = layout == FRANCILIN and isinstance(source, Path)
    # A file that cannot be used is told before the build is read.
    sheet = Sheet([], []) if hub else read_list(source, name=name)
    table = read_table(COMMUNE_TABLE, build)
    names = dict(zip(table["commune"], table["commune_name"], strict=True))
    known = Known(names, french_communes(), table)
    if layout == FRANCILIN and isinstance(source, Path):
        sheet = sheet_of(read_francilin(source, known.index).frame)
    sorted_ = sort_lines(sheet, communes=known, mend=mend, day=day, today=today)
    return Taken(sorted_, write_csv(sorted_.good), problems_csv(sorted_))


def sheet_of(frame: pd.DataFrame) -> Sheet:
    """Return a table of a source (``MEDNUM_SITES``) as a list of the standard's records."""
    plain = frame[list(STANDARD_NAMES)].astype(object)
    rows = [
        {str(name): None if pd.isna(value) else value for name, value in row.items()}
        for row in plain.to_dict("records")
    ]
    return Sheet(rows, list(range(1, len(rows) + 1)))
