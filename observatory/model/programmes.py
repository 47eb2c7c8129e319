"""Public programmes and what they promised, to set beside what the build knows."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from observatory.errors import ChoiceError
from observatory.tables.toml_files import read_toml

NEEDED = {"name", "promise", "promise_en", "area", "source"}
MAY = {"quantity", "unit", "known"}


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
    return tuple(_one(name, entry, path) for name, entry in tree.items())


def _one(name: str, entry: Any, path: Path) -> Programme:
    fields = set(entry) if isinstance(entry, dict) else set()
    if not fields >= NEEDED or fields - NEEDED - MAY:
        raise ChoiceError(
            f"{path}, {name}",
            expected=", ".join(sorted(NEEDED)) + " (and " + ", ".join(sorted(MAY)) + ")",
            found=", ".join(sorted(fields)) or repr(entry),
            next_step="mend the entry",
        )
    return Programme(id=name, **entry)
