"""The file of countries and languages, read into its contract."""

from __future__ import annotations

from pathlib import Path

from observatory.tables.language_tables import Languages, parse_languages
from observatory.tables.toml_files import read_toml


def load_languages(path: Path) -> Languages:
    """Read ``languages.toml``.

    Raises
    ------
    MissingInputError, FileFormatError
        There is no such file, or it is not valid TOML in UTF-8.
    ChoiceError
        An entry breaks the rules of the table.
    """
    tree = read_toml(path, "the file of countries and languages")
    return parse_languages(tree, where=path.name)
