"""Public programmes and what they promised, to set beside what the build knows."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from observatory.tables.toml_files import read_entry, read_toml


@dataclass(frozen=True)
class Programme:
    """One programme.

    Attributes
    ----------
    id
        Its name in the file.
    name, promise, promise_en
        What it is called, and what it promised, in French and in English.
    quantity, unit
        The number promised, where there is one.
    area
        Département or EPT it was promised to.
    source
        Where the promise stands.
    known
        The fact of the manifest to set beside it, if the sources hold one.
    """

    id: str
    name: str
    promise: str
    promise_en: str
    area: str
    source: str
    quantity: int | None = None
    unit: str = ""
    known: str | None = None


def load_programmes(path: Path) -> tuple[Programme, ...]:
    """Read the programmes, in the file's order.

    Raises
    ------
    MissingInputError, FileFormatError
        There is no such file, or it is not valid TOML in UTF-8.
    ChoiceError
        A programme lacks a field or has an unknown one.
    """
    tree = read_toml(path, "the file of public programmes")
    return tuple(
        Programme(id=name, **read_entry(Programme, entry, f"{path}, {name}"))
        for name, entry in tree.items()
    )
