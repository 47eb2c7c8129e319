"""Folders and environment, read once into one frozen object."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path

from observatory.errors import ChoiceError

#: The name that a command takes for the compiled edition.
EDITION = "edition"
NAME = "observatoire-plaine-connexion"
MOST_DRAWS = 100_000
MOST_KEPT, MOST_MEGABYTES = 1000, 1_000_000
#: Where the wheel notes the commit that it was built from.
NOTED = "commit.txt"


def _project() -> Path:
    package = Path(str(resources.files("observatory")))
    carried = package / "_resources"
    return carried if carried.is_dir() else package.parent


#: What travels with the code: ``data/``, ``static/``, ``.streamlit/``, ``app.py`` and the
#: glossary. The checkout's own folders, or the copy that the wheel carries.
PROJECT = _project()


@dataclass(frozen=True)
class Settings:
    """Where the observatory reads and writes.

    Attributes
    ----------
    data
        The project's data folder: registry, assumptions, corrections, what territories have of
        their own.
    edition
        The compiled reference edition that works with no network.
    build
        The user's own build, used in place of the edition once it exists.
    sources
        Official source files (a folder laid out as the registry says), if there are any.
    named
        Whether the environment names the build.
    draws
        How many draws the intervals come from.
    address
        Where the app is served to the public, for the codes on printed sheets; empty where nowhere.
    feedback
        The local file of what counsellors learn of places; ``None``: nothing of it is noted.
    owner, contact
        Who serves the app, and where to write to them; empty where nobody says.
    dataset
        Address of a dataset of territories, of which the app opens one at a time; empty for one
        build.
    history, history_mb
        How many former builds are kept beside the build, and how many megabytes at most.
    former
        The folder of the former builds of ``build``, where that is of a dataset; ``None`` beside
        it.
    """

    data: Path
    edition: Path
    build: Path
    sources: Path | None
    named: bool = False
    draws: int = 1000
    address: str = ""
    feedback: Path | None = None
    owner: str = ""
    contact: str = ""
    history: int = 12
    history_mb: int = 500
    dataset: str = ""
    former: Path | None = None

    @property
    def kept(self) -> Path:
        """The folder of the builds fetched from a dataset, each under its hash."""
        from platformdirs import user_cache_path

        return user_cache_path(NAME, appauthor=False) / "territories"

    @property
    def registry(self) -> Path:
        """The file that describes every official source."""
        return self.data / "registry.toml"

    @property
    def assumptions(self) -> Path:
        """The file of every number that is a choice."""
        return self.data / "assumptions.toml"

    @property
    def corrections(self) -> Path:
        """The folder of corrections to upstream data."""
        return self.data / "corrections"

    @property
    def backdrop(self) -> Path:
        """The folder of what lies behind the maps."""
        return self.data / "backdrop"

    @property
    def current(self) -> Path:
        """The tables in use: the user's own build if there is one, else the edition."""
        return self.build if (self.build / "manifest.json").exists() else self.edition


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from the environment, with the project's own folders as defaults.

    ``OBSERVATORY_DATA``, ``OBSERVATORY_BUILD`` and ``OBSERVATORY_SOURCES`` override them;
    ``OBSERVATORY_ADDRESS`` says where the app is served, ``OBSERVATORY_OWNER`` and
    ``OBSERVATORY_CONTACT`` by whom, ``OBSERVATORY_DATASET`` from which dataset of territories,
    ``OBSERVATORY_FEEDBACK`` which file holds what counsellors learn of places,
    ``OBSERVATORY_HISTORY`` and ``OBSERVATORY_HISTORY_MB`` how much is kept of former builds.

    Parameters
    ----------
    environ
        Variables to read in place of the process's own.

    Returns
    -------
    Settings
        The folders in use. Nothing is created.
    """
    # A variable set to nothing is not set: an empty path would be the current folder.
    given = os.environ if environ is None else environ
    env = {name: value for name, value in given.items() if value}
    data = data_folder(env)
    build, sources = env.get("OBSERVATORY_BUILD"), env.get("OBSERVATORY_SOURCES")
    return Settings(
        data=data,
        edition=data / "edition",
        build=Path(build) if build else _own_build(),
        sources=Path(sources) if sources else None,
        named=build is not None,
        draws=_whole("OBSERVATORY_DRAWS", env, 1, MOST_DRAWS, 1000),
        address=env.get("OBSERVATORY_ADDRESS", ""),
        feedback=Path(env["OBSERVATORY_FEEDBACK"]) if "OBSERVATORY_FEEDBACK" in env else None,
        owner=env.get("OBSERVATORY_OWNER", ""),
        contact=env.get("OBSERVATORY_CONTACT", ""),
        dataset=env.get("OBSERVATORY_DATASET", ""),
        history=_whole("OBSERVATORY_HISTORY", env, 0, MOST_KEPT, 12),
        history_mb=_whole("OBSERVATORY_HISTORY_MB", env, 0, MOST_MEGABYTES, 500),
    )


def data_folder(environ: Mapping[str, str] | None = None) -> Path:
    """Return the project's data folder alone, for what looks a code up in one of its tables."""
    env = os.environ if environ is None else environ
    return _folder_of(env.get("OBSERVATORY_DATA", ""), PROJECT)


@lru_cache(maxsize=8)
def _folder_of(text: str, project: Path) -> Path:
    """Return a data folder by its name, the project's by default; asked for at each look-up."""
    return Path(text or project / "data")


def _whole(name: str, env: Mapping[str, str], least: int, most: int, usual: int) -> int:
    text = env.get(name, str(usual))
    if text.isascii() and text.isdigit() and least <= int(text) <= most:
        return int(text)
    raise ChoiceError(
        name,
        expected=f"a whole number from {least} to {most}",
        found=repr(text),
        next_step=f"leave it out for {usual}",
    )


def _own_build() -> Path:
    """Return the user's build: the checkout's ``build/`` where there is one, else the user's."""
    checkout = PROJECT / "build"
    if PROJECT.name != "_resources" and checkout.is_dir():
        return checkout
    from platformdirs import user_data_path

    return user_data_path(NAME, appauthor=False) / "build"


def commit(environ: Mapping[str, str] | None = None, project: Path = PROJECT) -> str | None:
    """Return the commit of the code, where it is known; git itself is not needed.

    ``OBSERVATORY_COMMIT`` says it; else the wheel, which notes it when it is built; else the
    checkout that the code runs from.

    Parameters
    ----------
    environ
        Variables to read in place of the process's own.
    project
        Folder of the checkout, or what the wheel carries.
    """
    given = (os.environ if environ is None else environ).get("OBSERVATORY_COMMIT", "")
    if given:
        return given
    try:
        noted = project / NOTED
        return noted.read_text("utf-8").strip() if noted.is_file() else _head(project / ".git")
    except OSError:
        return None


def _head(place: Path) -> str | None:
    """Return the commit that a repository's files say is checked out."""
    if place.is_file():  # a linked working tree: the file names its own folder
        place = place.parent / place.read_text("utf-8").removeprefix("gitdir:").strip()
    shared = place / "commondir"
    home = place / shared.read_text("utf-8").strip() if shared.is_file() else place
    head = (place / "HEAD").read_text("utf-8").strip()
    if not head.startswith("ref:"):
        return head or None
    name = head.removeprefix("ref:").strip()
    for folder in (place, home):
        if (folder / name).is_file():
            return (folder / name).read_text("utf-8").strip() or None
    packed = home / "packed-refs"
    lines = packed.read_text("utf-8").splitlines() if packed.is_file() else []
    return next((line.split()[0] for line in lines if line.endswith(f" {name}")), None)
