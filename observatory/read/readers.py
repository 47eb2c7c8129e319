"""The readers of the official sources, each registered beside itself by its source's name."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Protocol, TypeVar

import observatory.read
from observatory.tables.provenance import Reading

#: Folded name of a commune -> its INSEE code, for sources that name communes without a code.
Communes = Mapping[str, str] | None


class Reader(Protocol):
    """What reads one source into its contracted table, with an account of its rows."""

    def __call__(self, path: Path, communes: Communes = None) -> Reading:
        """Read the file (or folder) of the source."""


_R = TypeVar("_R", bound=Reader)
_FOUND: dict[str, Reader] = {}


def reader(source_id: str) -> Callable[[_R], _R]:
    """Register the function below as the reader of a source of the registry."""

    def register(function: _R) -> _R:
        _FOUND[source_id] = function
        return function

    return register


@cache
def readers() -> Mapping[str, Reader]:
    """Return every reader by the name of its source, from all the modules of this room."""
    for module in pkgutil.iter_modules(observatory.read.__path__):
        importlib.import_module(f"observatory.read.{module.name}")
    return _FOUND
