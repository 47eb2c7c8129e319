"""Folders and environment, read once into one frozen object."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Settings:
    """Where the observatory reads and writes.

    Attributes
    ----------
    data
        The project's data folder: registry, assumptions, programmes, corrections.
    edition
        The compiled reference edition that works with no network.
    build
        The user's own build, used in place of the edition once it exists.
    sources
        Official source files (a folder laid out as the registry says), if there are any.
    named
        Whether the environment names the build.
    """

    data: Path
    edition: Path
    build: Path
    sources: Path | None
    named: bool = False

    @property
    def registry(self) -> Path:
        """The file that describes every official source."""
        return self.data / "registry.toml"

    @property
    def assumptions(self) -> Path:
        """The file of every number that is a choice."""
        return self.data / "assumptions.toml"

    @property
    def programmes(self) -> Path:
        """The file of public programmes and what they promised."""
        return self.data / "programmes.toml"

    @property
    def corrections(self) -> Path:
        """The folder of corrections to upstream data."""
        return self.data / "corrections"

    @property
    def current(self) -> Path:
        """The tables in use: the user's own build if there is one, else the edition."""
        return self.build if (self.build / "manifest.json").exists() else self.edition


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from the environment, with the project's own folders as defaults.

    ``OBSERVATORY_DATA``, ``OBSERVATORY_BUILD`` and ``OBSERVATORY_SOURCES`` override them.
    """
    # A variable set to nothing is not set: an empty path would be the current folder.
    given = os.environ if environ is None else environ
    env = {name: value for name, value in given.items() if value}
    data = Path(env.get("OBSERVATORY_DATA", PROJECT / "data"))
    sources = env.get("OBSERVATORY_SOURCES")
    beside = PROJECT.parent / "shared" / "data"
    if sources is None and (beside / "INDEX.md").exists():
        sources = str(beside)
    return Settings(
        data=data,
        edition=data / "edition",
        build=Path(env.get("OBSERVATORY_BUILD", PROJECT / "build")),
        sources=Path(sources) if sources else None,
        named="OBSERVATORY_BUILD" in env,
    )
