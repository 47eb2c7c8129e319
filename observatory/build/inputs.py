"""What the build of a territory hangs on, as one hash: with another one it is to be made again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from functools import cached_property
from pathlib import Path

from observatory import __version__
from observatory.build.optional import OPTIONAL, WHERE_THERE
from observatory.geo.perimeter import Perimeter
from observatory.geo.territories import leveled_region
from observatory.geo.touching import with_neighbours
from observatory.model.assumptions_file import load_assumptions
from observatory.read.digests import digest
from observatory.read.registry import Registry, load_registry
from observatory.read.source_files import candidates, located
from observatory.settings import Settings

#: A source's file: the source, its path in the folder, the départements of its name, its hash.
File = tuple[str, str, frozenset[str], str]


def sources_read(registry: Registry, asked: Collection[str]) -> frozenset[str]:
    """Return the sources that a build reads which holds some optional ones."""
    return frozenset({*registry.sources} - {*OPTIONAL} | {*WHERE_THERE, *asked})


class Inputs:
    """The files of a folder of sources, each hashed once, and what else builds hang on.

    Parameters
    ----------
    folder
        The folder of source files.
    settings
        The registry and the assumptions.
    """

    def __init__(self, folder: Path, settings: Settings) -> None:
        self.folder = folder
        self.registry = load_registry(settings.registry)
        self.assumptions = load_assumptions(settings.assumptions).digest

    def of(self, perimeter: Perimeter, optional: Collection[str] = ()) -> str:
        """Return the hash of what the build of a territory hangs on.

        They are the version, the assumptions, and the files of the sources that speak of the
        territory, of the départements that touch it or of its région, even where the build finds
        nothing near enough in them: a build may be made once too often, never too seldom.
        """
        own = perimeter.departements
        areas = own if perimeter.around_m == 0 else with_neighbours(own)
        areas |= {*leveled_region(perimeter.departement)}
        read = sources_read(self.registry, optional)
        files = [
            (source, path, known)
            for source, path, held, known in self._files
            if source in read and (not held or held & areas)
        ]
        told = [__version__, self.assumptions, perimeter.around_m, sorted(optional), sorted(files)]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()

    @cached_property
    def _files(self) -> list[File]:
        found: list[File] = []
        for source in self.registry.sources.values():
            first = located(self.folder / source.path).relative_to(self.folder).as_posix()
            patterns = (*source.pattern, *source.instead)
            for one in candidates(self.folder, (first, *source.also), patterns, source.as_of):
                path = one.path.relative_to(self.folder).as_posix()
                found.append((source.id, path, one.areas, digest(one.path, source.beside)))
        return found
