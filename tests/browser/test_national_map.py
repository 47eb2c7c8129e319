"""A territory chosen on the map of all of them, in a real browser."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from datasets import AWAY, write_dataset
from playwright.sync_api import BrowserContext, TimeoutError, expect

pytest.importorskip("fsspec", reason="did not run: the extra national is not installed")
pytestmark = pytest.mark.browser
#: The map says what was chosen on it.
CHOOSE = "(_, code) => parent.postMessage({ of: 'map', observatory: 'choose', code }, origin)"


def test_what_is_chosen_on_the_map_is_opened(
    serving: Callable[..., AbstractContextManager[str]],
    contexts: Callable[..., BrowserContext],
    tmp_path: Path,
) -> None:
    dataset = write_dataset(tmp_path)
    known = {"OBSERVATORY_DATASET": dataset.url, "XDG_CACHE_HOME": str(tmp_path / "cache")}
    with serving(tmp_path, **known) as address:
        page = contexts(width=1366, height=900).new_page()
        wrong: list[str] = []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto(address)
        expect(page.get_by_role("heading", name="Choisir un territoire")).to_be_visible()
        drawn = page.frame_locator('iframe[data-testid="stIFrame"]').locator("canvas").first
        expect(drawn).to_be_visible()
        # Said before the page listens, nothing is heard: then it is said again.
        for _ in range(20):
            drawn.evaluate(CHOOSE, AWAY)
            with contextlib.suppress(TimeoutError):
                page.wait_for_url(f"**/?territory={AWAY}", timeout=3_000)
                break
        expect(page.get_by_role("heading", name="Ailleurs")).to_be_visible()
        expect(page).to_have_url(f"{address}/?territory={AWAY}")
        assert wrong == []
        page.close()
