"""The history around the making of a build: the one that is replaced, then the new one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from observatory.model.assumptions_file import load_assumptions
from observatory.model.figure_changes import figures_then
from observatory.model.model import Model
from observatory.model.observed import stored_facts
from observatory.model.zone_draws import method
from observatory.places.search import named
from observatory.settings import Settings
from observatory.tables.dataset import Dataset, partition
from observatory.tables.dataset_history import keep_standing
from observatory.tables.history import Noted, keep
from observatory.tables.manifest import read_manifest


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
    if settings.history:
        keep(out, settings, named.now(), noted(out, settings))


@contextmanager
def in_dataset(
    dataset: Dataset,
    build: Path,
    departement: str,
    settings: Settings,
    made_at: datetime | None = None,
) -> Iterator[None]:
    """Keep the build that stands in a dataset, let another take its place, and keep that one too.

    Parameters
    ----------
    build
        The folder of the new build.
    departement
        That of most of its communes.
    made_at
        When it is made; now by default.

    Raises
    ------
    ChoiceError
        The former build cannot be kept: it still stands.
    """
    place = partition(departement, read_manifest(build).territory)
    keep_standing(dataset, place, settings)
    yield
    if settings.history:
        moment = made_at or named.now()
        keep_standing(dataset, place, settings, build, moment, noted(build, settings))


def noted(build: Path, settings: Settings) -> Noted:
    """Return what there is to note of a new build: assumptions, code, and what it computes."""
    assumptions = load_assumptions(settings.assumptions)
    figures = figures_then(Model(stored_facts(build), assumptions))
    return Noted({one.name: one.value for one in assumptions}, method(), figures)
