"""The build that the pages open in their tests, and one search of installed components for all."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache as once
from pathlib import Path

import pytest
from streamlit.components.v2 import manifest_scanner

from observatory import settings
from observatory.app import cache


@pytest.fixture(scope="session", autouse=True)
def _components_found_once() -> Iterator[None]:
    """Search the installed packages for components once, not at each page that is opened.

    Streamlit reads the metadata of every package for each ``AppTest``; that takes longer than the
    page, and they do not change during the tests.
    """
    with pytest.MonkeyPatch.context() as patch:
        found = once(manifest_scanner.scan_component_manifests)
        patch.setattr(manifest_scanner, "scan_component_manifests", found)
        yield


@pytest.fixture
def edition(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> cache.Build:
    """Point the app at the edition, or say that the test did not run."""
    if not (settings.load({}).edition / "manifest.json").exists():
        pytest.skip("did not run: the edition is not in data/edition (make it: observatory build)")
    monkeypatch.setenv("OBSERVATORY_BUILD", str(tmp_path / "none"))
    return cache.current()
