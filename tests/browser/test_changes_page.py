"""The page of what changed, in a browser: its tabs, its feed, and axe on each of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from playwright.sync_api import expect
from test_accessibility import serious
from worlds import GRID, write_build

from observatory import settings
from observatory.files.atom import ATOM
from observatory.tables.atomic import whole_folder
from observatory.tables.history import Noted, keep

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def app_address(
    tmp_path_factory: pytest.TempPathFactory, serving: Callable[..., AbstractContextManager[str]]
) -> Iterator[str]:
    """Serve the app on a build that took the place of another, a place and its help apart."""
    home = tmp_path_factory.mktemp("history")
    out = home / "build"
    first = str(GRID.supply[0]["site"])
    fewer = replace(
        GRID,
        sites=[row for row in GRID.sites if row["site"] != first],
        supply=[row for row in GRID.supply if row.get("site") != first],
    )
    where = replace(settings.load({}), build=out)
    for month, world in ((1, GRID), (2, fewer)):
        with whole_folder(out) as there:
            write_build(there, world=world)
        keep(out, where, datetime(2026, month, 1, 9, tzinfo=UTC), Noted({}))
    with serving(home, OBSERVATORY_BUILD=str(out)) as address:
        yield address


def test_what_changed_is_read_tab_by_tab_and_taken_away(watched: Any, tmp_path: Path) -> None:
    page = watched.open("changements")
    expect(page.locator("[data-compared]")).to_contain_text("1 lieu fermé")
    expect(page.get_by_role("table", name=re.compile("Lieux ouverts")).first).to_be_visible()
    assert serious(page) == []
    page.get_by_role("radio", name="Chiffres").click()
    expect(page.get_by_role("heading", name="D'où vient la différence")).to_be_visible()
    watched.settle()
    expect(
        page.locator(
            "[data-testid=stVegaLiteChart] canvas, [data-testid=stVegaLiteChart] svg"
        ).first
    ).to_be_visible()
    page.wait_for_function("location.search.includes('part=figures')")
    assert serious(page) == []
    with page.expect_download() as taken:
        page.get_by_role("button", name=re.compile("Flux des changements")).click()
    taken.value.save_as(tmp_path / "changes.xml")
    root = ET.parse(tmp_path / "changes.xml").getroot()  # noqa: S314  # made by the app
    assert len(root.findall(f"{{{ATOM}}}entry")) == 1
    # The page of a zone tells its figures over both builds, and leads back.
    page = watched.open("fiche?commune=93066")
    expect(page.get_by_role("heading", name="Au fil des versions")).to_be_visible()
    assert serious(page) == []
    page.get_by_role("link", name=re.compile("d'une version des données à l'autre")).click()
    expect(page.locator("[data-compared]")).to_be_visible()
