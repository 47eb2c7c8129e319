"""The file of countries and languages, read into its contract."""

from __future__ import annotations

import tomllib
from pathlib import Path

from observatory.contracts.languages import Languages, parse_languages
from observatory.errors import FileFormatError, MissingInputError


def load_languages(path: Path) -> Languages:
    """Read ``languages.toml``.

    Raises
    ------
    MissingInputError
        There is no such file.
    FileFormatError
        It is not valid TOML in UTF-8.
    ChoiceError
        An entry breaks the rules of the table.
    """
    try:
        tree = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise MissingInputError(
            str(path),
            expected="the file of countries and languages",
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
    return parse_languages(tree, where=path.name)
