"""The project's own TOML files, read with errors that say what to do."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any

from observatory.errors import ChoiceError, FileFormatError, no_project_file


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
        raise no_project_file(path, what) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise FileFormatError(
            str(path),
            expected="valid TOML in UTF-8",
            found=str(error),
            next_step="mend the line, or take the project's own file again",
        ) from error


def read_entry(kind: type[Any], entry: Any, where: str) -> dict[str, Any]:
    """Return the fields of an entry as arguments of a dataclass; its ``id`` is given elsewhere.

    Parameters
    ----------
    kind
        A dataclass whose fields are ``str``, ``int``, ``bool``, tuples or one of them or ``None``.
    entry
        What the file holds; lists become tuples.
    where
        File and name of the entry, for the error.

    Raises
    ------
    ChoiceError
        The entry is no table, lacks a field, has an unknown one, or one of another type.
    """
    known = {field.name: field for field in fields(kind) if field.name != "id"}
    if not isinstance(entry, dict):
        raise wrong_entry(where, "a table of fields", repr(entry))
    unknown = [key for key in entry if key not in known]
    if unknown:
        hint = did_you_mean(unknown[0], known)
        raise wrong_entry(where, ", ".join(known), f"unknown field {unknown[0]!r}{hint}")
    absent = [key for key, f in known.items() if f.default is MISSING and key not in entry]
    if absent:
        raise wrong_entry(where, ", ".join(known), f"no {', '.join(absent)}")
    for key, value in entry.items():
        wanted = str(known[key].type)
        if not wanted.startswith("tuple") and type(value).__name__ not in wanted.split(" | "):
            raise wrong_entry(f"{where}, {key}", f"a value of type {wanted}", repr(value))
    return {key: tuple(v) if isinstance(v, list) else v for key, v in entry.items()}


def wrong_entry(where: str, expected: str, found: str) -> ChoiceError:
    """Return the error of an entry that cannot be used."""
    return ChoiceError(
        where, expected=expected, found=found, next_step="mend the entry and try again"
    )


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """Return `` (did you mean ...?)`` with the closest known name, or nothing if none is close."""
    from rapidfuzz import fuzz, process  # only where something is wrong

    best = process.extractOne(name, list(names), scorer=fuzz.ratio, score_cutoff=70)
    return f" (did you mean {best[0]!r}?)" if best else ""
