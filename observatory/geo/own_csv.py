"""The small tables of places that the project keeps itself: CSV files of its data folder."""

from __future__ import annotations

import csv
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from observatory.errors import FileFormatError, no_project_file

Row = TypeVar("Row")


def read_rows(path: Path, row: Callable[..., Row], what: str) -> list[Row]:
    """Return the lines of a file, each as a row whose fields are its columns, texts all.

    Parameters
    ----------
    row
        A type that takes the columns by their names.
    what
        What the file is, for whoever misses it.

    Raises
    ------
    MissingInputError, FileFormatError
        There is no such file, or it has other columns.
    """
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            return [row(**line) for line in csv.DictReader(stream)]
    except FileNotFoundError as error:
        raise no_project_file(path, what) from error
    except (TypeError, ValueError, OSError) as error:
        raise FileFormatError(
            str(path),
            expected="columns " + ", ".join(inspect.signature(row).parameters),
            found=str(error),
            next_step="take the project's own file again",
        ) from error
