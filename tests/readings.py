"""Files read once in a run: the same bytes under the same name give the same rows."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import cache, wraps
from pathlib import Path

import pytest

from observatory import settings
from observatory.read import source_reading
from observatory.read.digests import digest, read_record
from observatory.read.readers import Communes, Reader, readers
from observatory.read.registry import load_registry
from observatory.tables.provenance import Reading


@contextmanager
def read_once() -> Iterator[None]:
    """Let builds take what a reader gave of a file before, wherever a copy of the file lies.

    What is said of a file beside its rows, its provenance, is made anew each time.
    """
    known = load_registry(settings.load({}).registry).sources
    kept: dict[object, Reading] = {}

    def once(source: str, read: Reader) -> Reader:
        @wraps(read)
        def taken(path: Path, communes: Communes = None) -> Reading:
            if not path.exists():
                return read(path, communes)
            names = None if communes is None else tuple(sorted(communes.items()))
            beside = known[source].beside if source in known else ()
            # Lists that date none of their lines are dated by the record beside them.
            record = json.dumps(read_record(path), sort_keys=True)
            key = (source, path.name, digest(path, beside), names, record)
            if key not in kept:
                kept[key] = read(path, communes)
            return replace(kept[key], frame=kept[key].frame.copy(deep=False))

        return taken

    @cache
    def every() -> Mapping[str, Reader]:
        return {source: once(source, read) for source, read in readers().items()}

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(source_reading, "readers", every)
        yield


@contextmanager
def read_again() -> Iterator[None]:
    """Read every file anew."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(source_reading, "readers", readers)
        yield
