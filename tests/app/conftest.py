"""The build that the pages open in their tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from observatory import settings
from observatory.app import cache


@pytest.fixture
def edition(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> cache.Build:
    """Point the app at the edition, or say that the test did not run."""
    if not (settings.load({}).edition / "manifest.json").exists():
        pytest.skip("did not run: the edition is not in data/edition (make it: observatory build)")
    monkeypatch.setenv("OBSERVATORY_BUILD", str(tmp_path / "none"))
    return cache.current()
