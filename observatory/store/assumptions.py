"""The file of every number that is a choice, read into its contract."""

from __future__ import annotations

import tomllib
from pathlib import Path

from observatory.contracts.assumptions import Assumptions, parse_assumptions
from observatory.errors import FileFormatError, MissingInputError


def load_assumptions(path: Path) -> Assumptions:
    """Read ``assumptions.toml``.

    Raises
    ------
    MissingInputError
        There is no such file.
    FileFormatError
        It is not valid TOML in UTF-8.
    ChoiceError
        A choice lacks its unit, source or reason, or its bounds do not hold its value.
    """
    try:
        tree = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise MissingInputError(
            str(path),
            expected="the file of assumptions",
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
    return parse_assumptions(tree, where=path.name)
