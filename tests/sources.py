"""The official source files that tests build from: a small cut, always there, and the full ones."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from pathlib import Path

from observatory import settings
from observatory.read.registry import digest, load_registry
from observatory.settings import Settings

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
    (data / "registry.toml").write_text(pinned, encoding="utf-8")
    return Sources("cut", CUT, replace(base, data=data, edition=data / "edition"))
