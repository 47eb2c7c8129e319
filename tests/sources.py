"""The official source files that tests build from: a small cut, always there, and the full ones."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from observatory import settings
from observatory.build.steps import BuildReport
from observatory.geo.codes import commune_index
from observatory.places.french_communes import commune_table
from observatory.read.digests import digest, digest_all
from observatory.read.registry import Registry, load_registry
from observatory.read.source_reading import read_source
from observatory.settings import Settings
from observatory.tables.provenance import Provenance, Reading

CUT = Path(__file__).parent / "data"
PLAINE_COMMUNE = "200057867"
NO_FULL_FILES = (
    "{} tests of the full source files are left out: they are not beside the repository "
    "(OBSERVATORY_SOURCES names their folder); the cut in tests/data is tested"
)


@dataclass(frozen=True)
class Sources:
    """Official files and the settings that a build of them needs.

    Attributes
    ----------
    name
        ``cut`` or ``full``.
    folder
        The files, laid out as the registry says.
    settings
        With the registry that knows their bytes and the corrections that name their records.
    """

    name: str
    folder: Path
    settings: Settings

    def read(self, source_id: str) -> tuple[Reading, Provenance]:
        """Read the département's file of one source, with the communes that its layer names."""
        return read_source(source_id, self.folder, self.communes(), registry=self._home())

    def read_around(self, source_id: str) -> tuple[Reading, Provenance]:
        """Read one source as a build does, the files of the communes around added."""
        registry = load_registry(self.settings.registry)
        around = self._named(registry)
        known = self.communes()
        return read_source(source_id, self.folder, known, around=around, registry=registry)

    def _home(self) -> Registry:
        return alone(load_registry(self.settings.registry))

    def communes(self) -> dict[str, str]:
        """Return the code of each commune by its plain name."""
        return self._named(self._home())

    def _named(self, registry: Registry) -> dict[str, str]:
        """Return the codes of the layer's communes by the names of the layer and of today."""
        layer = read_source("communes", self.folder, registry=registry)[0].frame
        today = commune_table()
        today = today[today["commune"].isin(layer["commune"])]
        both = (
            *zip(layer["commune"], layer["commune_name"], strict=True),
            *zip(today["commune"], today["commune_name"], strict=True),
        )
        return commune_index(dict.fromkeys(both))


#: Gives the build of some sources as they are, made once in a session (``plain_build``).
PlainBuild = Callable[[Sources], tuple[BuildReport, Path]]


def alone(registry: Registry) -> Registry:
    """Return a registry of the département's files alone, without those of the communes around."""
    sources = registry.sources.items()
    home = {name: replace(source, also=(), pattern=()) for name, source in sources}
    return Registry(home, registry.downloads)


def on_full_files(test: Callable[..., None]) -> Any:
    """Run a test on the full files only: it speaks of what the cut does not hold."""
    alone = pytest.mark.parametrize("official", ["full"], indirect=True, scope="session")
    return pytest.mark.real_files(alone(test))


def on_the_cut(test: Callable[..., None]) -> Any:
    """Run a test on the cut only: the full files would take the same ways, for longer."""
    return pytest.mark.parametrize("official", ["cut"], indirect=True, scope="session")(test)


def full_folder() -> Path | None:
    """Return the folder of the full files, or nothing where it is not there."""
    folder = settings.load().sources
    return folder if folder is not None and folder.is_dir() else None


def full() -> Sources:
    """Return the full files with the project's own settings."""
    folder = full_folder()
    assert folder is not None
    return Sources("full", folder, settings.load({}))


def cut(data: Path) -> Sources:
    """Return the cut; its settings are the project's, written to ``data`` with its own bytes."""
    base = settings.load({})
    shutil.copytree(
        base.data,
        data,
        ignore=shutil.ignore_patterns("edition", "corrections"),
        dirs_exist_ok=True,
    )
    shutil.copytree(CUT / "corrections", data / "corrections")
    pinned = (data / "registry.toml").read_text(encoding="utf-8")
    for source in load_registry(base.registry).sources.values():
        if (CUT / source.path).exists():
            found = digest(CUT / source.path, source.beside)
            pinned = pinned.replace(source.sha256, found)
        also = [CUT / path for path in source.also if (CUT / path).exists()]
        if also:
            pinned = pinned.replace(source.also_sha256, digest_all(also))
    (data / "registry.toml").write_text(pinned, encoding="utf-8")
    return Sources("cut", CUT, replace(base, data=data, edition=data / "edition"))
