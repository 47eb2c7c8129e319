"""The project's own TOML files, read with errors that say what to do."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from observatory.errors import FileFormatError, MissingInputError


def read_toml(path: Path, what: str) -> dict[str, Any]:
    """Read one of the project's files.

    Parameters
    ----------
    what
        What the file is, for the error: ``the file of assumptions``.

    Raises
    ------
    MissingInputError
        There is no such file.
    FileFormatError
        It is not valid TOML in UTF-8.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise MissingInputError(
            str(path),
            expected=what,
            found="no such file",
            next_step="set OBSERVATORY_DATA to the project's data folder",
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise FileFormatError(
            str(path),
            expected="valid TOML in UTF-8",
            found=str(error),
            next_step="mend the line, or take the project's own file again",
        ) from error
