"""Files read and models made once in a run: the same bytes give the same rows and figures."""

from __future__ import annotations

import json
import os
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import cache, wraps
from pathlib import Path
from typing import Any

import pytest

from observatory import settings
from observatory.cli.options import Asked
from observatory.read import source_reading
from observatory.read.digests import digest, read_record
from observatory.read.readers import Communes, Reader, readers
from observatory.read.registry import load_registry
from observatory.tables.manifest import build_state
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


#: Models kept, those asked for last.
MODELS = 4


@contextmanager
def models_made_once() -> Iterator[None]:
    """Let a command take the model that an earlier one made of the same build and assumptions.

    What is refused is refused each time.
    """
    make = Asked.model
    kept: OrderedDict[object, Any] = OrderedDict()

    @wraps(make)
    def taken(asked: Asked, shown: frozenset[str] | None = None, what: str = "the gap") -> Any:
        own = sorted((name, text) for name, text in os.environ.items() if "OBSERVATORY" in name)
        state = build_state(asked.folder.absolute())
        key = (asked, shown, what, asked.assumptions().digest, state, tuple(own))
        if key not in kept:
            kept[key] = make(asked, shown, what)
        kept.move_to_end(key)
        while len(kept) > MODELS:
            kept.popitem(last=False)
        return kept[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Asked, "model", taken)
        yield
