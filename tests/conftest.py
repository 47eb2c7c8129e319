"""What the tests share: the official source files, if they are there, and the edition."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from observatory import settings

NO_SOURCES = (
    "did not run: the official source files are not beside the repository "
    "(set OBSERVATORY_SOURCES to their folder)"
)

BESIDE = settings.PROJECT.parent / "shared" / "data"
if (BESIDE / "INDEX.md").exists():
    os.environ.setdefault("OBSERVATORY_SOURCES", str(BESIDE))


@pytest.fixture(scope="session")
def source_folder() -> Path:
    """Give the folder of the official source files, or say that the test did not run."""
    folder = settings.load().sources
    if folder is None or not folder.exists():
        pytest.skip(NO_SOURCES)
    return folder


@pytest.fixture(scope="session")
def edition_folder() -> Path:
    """Give the folder of the compiled edition."""
    return settings.load({}).edition
