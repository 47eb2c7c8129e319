"""The history around the making of a build: the one that is replaced, then the new one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from observatory.model.assumptions_file import load_assumptions
from observatory.places.search import named
from observatory.settings import Settings
from observatory.tables.history import Method, keep


@contextmanager
def in_history(out: Path, settings: Settings) -> Iterator[None]:
    """Keep the build that stands in a folder, let another take its place, and keep that one too.

    Raises
    ------
    ChoiceError
        The former build cannot be kept: it still stands.
    """
    keep(out, settings)
    yield
    keep(out, settings, named.now(), method_of(settings))


def method_of(settings: Settings) -> Method:
    """Return the assumptions of today, by name."""
    return {one.name: one.value for one in load_assumptions(settings.assumptions)}
