"""axe-core on every page and width, and a planner's walk with the keyboard alone."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from keyboard import is_seen, tab_to
from playwright.sync_api import Page, ViewportSize, expect

from observatory.app.main import HIDDEN, PAGES

pytestmark = pytest.mark.browser
#: axe-core 4.14.1, as it is published, under the Mozilla Public License 2.0.
AXE = (Path(__file__).parent / "vendor" / "axe" / "axe.min.js").read_text(encoding="utf-8")
DESK: ViewportSize = {"width": 1366, "height": 768}
PHONE: ViewportSize = {"width": 390, "height": 844}
#: Each page as it opens, and what only a choice shows.
OPENED = [name if place else "" for place, (name, _, _) in enumerate(PAGES) if name not in HIDDEN]
CHOSEN = [
    "?level=iris&layers=qpv,schools,sites&zone=930310601&lang=en",
    "fiche?commune=93031&part=zones",
    "fiche?zone=930310601&part=why",
    "comparer?zones=93031,93066",
    "priorites?tab=schools",
    "mentions",
]
#: What axe finds; the ways to each element, which no one reads, take a third of its time.
SERIOUS = """async () => {
  const found = await axe.run(document, { resultTypes: ["violations"], selectors: false });
  return found.violations.filter(one => ["serious", "critical"].includes(one.impact))
    .map(one => [one.id, one.nodes.slice(0, 3).map(node => node.html.slice(0, 160))]);
}"""


def serious(page: Page) -> list[Any]:
    """Return the serious findings of axe, in the page and in the frames of its maps."""
    for frame in page.frames:
        if not frame.evaluate("'axe' in window"):
            frame.evaluate(AXE)
    return list(page.evaluate(SERIOUS))


@pytest.mark.parametrize(
    ("watched", "paths", "then"),
    [(DESK, OPENED, PHONE), (PHONE, CHOSEN, DESK)],
    indirect=["watched"],
    ids=["opened", "chosen"],
)
def test_axe_finds_nothing_serious_on_any_page(
    watched: Any, paths: list[str], then: ViewportSize
) -> None:
    """Open each page once, at a desk or on a phone, and look at it as both show it."""
    found = {}
    for path in paths:
        page = watched.open(path)
        first = page.viewport_size
        if page.locator('iframe[data-testid="stIFrame"]').count():
            page.frame_locator('iframe[data-testid="stIFrame"]').first.locator(
                ".leaflet-container"
            ).wait_for()
        found[path, first["width"]] = serious(page)
        page.set_viewport_size(then)
        page.wait_for_function("width => window.innerWidth === width", arg=then["width"])
        watched.settle()
        found[path, then["width"]] = serious(page)
        page.set_viewport_size(first)
    assert {where: said for where, said in found.items() if said} == {}


def test_axe_sees_what_is_wrong(watched: Any) -> None:
    page = watched.open("mentions")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=\"data:,\"><button>')")
    assert {name for name, _ in serious(page)} >= {"image-alt", "button-name"}


def test_a_planner_walks_with_the_keyboard_alone(watched: Any) -> None:
    page = watched.open("")
    tab_to(page, "^ ?Copier le lien")
    assert is_seen(page)
    # A commune, chosen in its list.
    tab_to(page, "Commune à détailler")
    page.keyboard.type("Épin")
    page.get_by_role("option", name="Épinay-sur-Seine").wait_for()
    page.keyboard.press("Enter")
    page.locator('[data-commune="93031"]').wait_for()
    # Its page, by its link.
    page.get_by_text("Ouvrir la fiche d'Épinay-sur-Seine").wait_for()
    watched.settle()
    tab_to(page, "Ouvrir la fiche")
    assert is_seen(page)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name=re.compile(r"Épinay-sur-Seine\s: besoin, aide")).wait_for()
    assert "commune=93031" in page.url


def test_a_table_is_put_in_order_with_the_keyboard_and_has_few_stops(watched: Any) -> None:
    page = watched.open("fiche?commune=93031&part=zones")
    table = page.get_by_role("table", name=re.compile("IRIS d'Épinay"))
    names = table.locator("tbody th")
    heads = table.locator("thead .obs-sort")
    expect(heads.first).to_be_visible()
    # The table scrolls (one stop), and its heads are one more.
    assert table.locator('[tabindex="0"]').count() == 1
    heads.first.focus()
    page.keyboard.press("Enter")
    expect(names.first).to_have_text(re.compile(r"^Iris 1,"))
    expect(names.nth(1)).to_have_text(re.compile(r"^Iris 2,"))
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert is_seen(page)
    page.keyboard.press("Enter")
    head = table.locator("thead th").nth(2)
    expect(head).to_have_attribute("aria-sort", "descending")
    cells = table.locator("tbody tr td:nth-of-type(2)").all_inner_texts()
    figures = [float(cell.replace(",", ".")) for cell in cells if cell != "n. p."]
    assert figures == sorted(figures, reverse=True)
    assert len(figures) > 3
    assert cells[: len(figures)] == [cell for cell in cells if cell != "n. p."], "unknown ones last"
    page.keyboard.press("Enter")
    expect(head).to_have_attribute("aria-sort", "ascending")
