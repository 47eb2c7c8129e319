"""The readers of the official sources, each registered beside itself by its source's name.

A source comes in several editions, as its publisher changes columns and envelopes: each edition
has its reader, and all give the same table. Which one a file is of is told by its columns.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Protocol, TypeVar

import observatory.read
from observatory.errors import ColumnsError
from observatory.read.file_heads import columns_of
from observatory.tables.provenance import Reading

#: Folded name of a commune -> its INSEE code, for sources that name communes without a code.
Communes = Mapping[str, str] | None


class Reader(Protocol):
    """What reads one source into its contracted table, with an account of its rows."""

    def __call__(self, path: Path, communes: Communes = None) -> Reading:
        """Read the file (or folder) of the source."""


@dataclass(frozen=True)
class Edition:
    """One layout that a source comes in.

    Attributes
    ----------
    source
        The source's name in the registry.
    name
        What tells the edition from the others of its source, for the page of the sources.
    signs
        What names of columns are like (regular expressions) that a file of it has; none for the
        first edition, which a file is of where no other one knows it.
    seen
        Whether a real file was at hand; else the reader was made from what is published of it.
    read
        Its reader.
    """

    source: str
    name: str
    signs: tuple[str, ...]
    seen: bool
    read: Reader


_R = TypeVar("_R", bound=Reader)
_FOUND: dict[str, list[Edition]] = {}
FIRST = "first edition"


def reader(
    source_id: str, edition: str = FIRST, *signs: str, seen: bool = True
) -> Callable[[_R], _R]:
    """Register the function below as the reader of an edition of a source of the registry."""

    def register(function: _R) -> _R:
        found = _FOUND.setdefault(source_id, [])
        place = len(found) if signs else 0
        found.insert(place, Edition(source_id, edition, signs, seen, function))
        return function

    return register


@cache
def editions() -> Mapping[str, tuple[Edition, ...]]:
    """Return the editions of every source, the first one first, from all modules of this room."""
    for module in pkgutil.iter_modules(observatory.read.__path__):
        importlib.import_module(f"observatory.read.{module.name}")
    return {source: tuple(found) for source, found in _FOUND.items()}


@cache
def readers() -> Mapping[str, Reader]:
    """Return what reads each source, whatever the edition, by the name of the source."""
    return {
        source: found[0].read if len(found) == 1 else _any_of(found)
        for source, found in editions().items()
    }


def edition_of(source_id: str, path: Path) -> Edition:
    """Return the edition that a file is of, by its columns; the first one where none knows it."""
    first, *others = editions()[source_id]
    names = columns_of(path) if others else ()
    return next((one for one in others if _is_of(one, names)), first)


def _is_of(edition: Edition, names: tuple[str, ...]) -> bool:
    return all(any(re.fullmatch(sign, name) for name in names) for sign in edition.signs)


def _any_of(found: tuple[Edition, ...]) -> Reader:
    def read(path: Path, communes: Communes = None) -> Reading:
        edition = edition_of(found[0].source, path)
        try:
            return edition.read(path, communes)
        except ColumnsError as error:
            if edition.signs:
                raise
            others = "; or ".join(f"{one.name} ({', '.join(one.signs)})" for one in found[1:])
            raise ColumnsError(
                error.where,
                expected=f"{error.expected}; or, in another edition, {others}",
                found=error.found,
                next_step=error.next_step,
            ) from error

    return read
