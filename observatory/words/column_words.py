"""Columns in French, as files for people name them: headers, units, meanings, missing values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from observatory.tables.columns import Column
from observatory.words.catalogue import Words, load_words, read_texts

FOLDER = "files"


def file_words() -> Words:
    """Return the texts of the files that a person takes away, in French."""
    return load_words("fr", FOLDER)


def header(name: str, table: str = "", unit: str = "") -> str:
    """Return what a column is called, its unit in brackets; its own name where no text has one."""
    called = _text("header", name, table) or name
    return f"{called} ({unit_text(unit)})" if unit else called


def headers(names: Iterable[str], columns: Mapping[str, Column], table: str = "") -> list[str]:
    """Return the headers of a table's columns; one that the table does not know has no unit."""
    return [header(name, table, columns[name].unit if name in columns else "") for name in names]


def unit_text(unit: str) -> str:
    """Return a unit in French; as it is where no text has it."""
    words = file_words()
    return words(f"unit.{unit}") if words.has(f"unit.{unit}") else unit


def meaning(column: Column, table: str = "") -> str:
    """Return what a column says; the English of its definition where no text has it."""
    return _text("meaning", column.name, table) or column.description


def missing_text(column: Column) -> str:
    """Return what an empty cell of a column means."""
    if column.missing is None:
        return file_words()("dictionary.never")
    phrases: Mapping[str, str] = read_texts(FOLDER, "fr")["phrases"]
    return phrases.get(column.missing, column.missing)


def table_title(name: str, row: str) -> str:
    """Return the title of a table; the English of its definition where no text has it."""
    words = file_words()
    return words(f"table.{name}") if words.has(f"table.{name}") else row


def _text(group: str, name: str, table: str) -> str:
    words = file_words()
    for key in (f"{group}_of.{table}.{name}", f"{group}.{name}"):
        if words.has(key):
            return words(key)
    return ""
