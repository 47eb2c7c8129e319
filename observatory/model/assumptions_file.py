"""The file of every number that is a choice, read into its contract."""

from __future__ import annotations

from pathlib import Path

from observatory.model.assumptions import Assumptions, parse_assumptions
from observatory.tables.toml_files import read_toml


def load_assumptions(path: Path) -> Assumptions:
    """Read ``assumptions.toml``.

    Raises
    ------
    MissingInputError, FileFormatError
        There is no such file, or it is not valid TOML in UTF-8.
    ChoiceError
        A choice lacks its unit, source or reason, or its bounds do not hold its value.
    """
    return parse_assumptions(read_toml(path, "the file of assumptions"), where=path.name)
