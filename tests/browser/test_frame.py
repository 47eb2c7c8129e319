"""The frame of every page in a browser: title, old and unknown addresses, foot, keyboard."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
#: Whether what has the keyboard, or what stands around it, has a solid edge of 3:1 on white.
EDGED = """() => {
  const light = (colour) => {
    const part = colour.match(/[\\d.]+/g).slice(0, 3).map((v) => v / 255)
      .map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * part[0] + 0.7152 * part[1] + 0.0722 * part[2];
  };
  const edged = (one) => {
    const style = getComputedStyle(one), box = one.getBoundingClientRect();
    return style.outlineStyle === "solid" && parseFloat(style.outlineWidth) >= 2
      && 1.05 / (light(style.outlineColor) + 0.05) >= 3 && box.width > 8 && box.height > 8;
  };
  const first = document.activeElement;
  if (!first || first === document.body) { return null; }
  for (let one = first, up = 0; one && up < 6; one = one.parentElement, up += 1) {
    if (edged(one)) { return "edged"; }
  }
  return first.tagName + " " + (first.getAttribute("aria-label") || first.innerText || "");
}"""


def test_the_frame_of_a_page(watched: Any) -> None:
    page = watched.open("commune?commune=93031&part=zones")
    page.wait_for_function("location.pathname.endsWith('/fiche')")
    expect(page).to_have_title("Fiche – Épinay-sur-Seine – Observatoire Plaine Connexion")
    expect(page.get_by_role("table", name=re.compile("IRIS d'Épinay"))).to_be_visible()
    assert "part=zones" in page.url
    page.get_by_role("radio", name="Lieux").click()
    page.wait_for_function("location.search.includes('part=places')")
    for role in ("banner", "main", "contentinfo"):
        expect(page.get_by_role(role)).to_have_count(1)
    expect(page.get_by_role("banner")).to_contain_text("Observatoire Plaine Connexion")
    expect(page.get_by_role("main").get_by_role("heading", level=1)).to_be_visible()
    foot = page.get_by_role("contentinfo")
    expect(foot).to_contain_text(re.compile(r"Version [\d.]+, édition \d{4}-\d\d-\d\d"))
    foot.get_by_role("link", name="Accessibilité").click()
    page.get_by_role("heading", name="Ce qui ne va pas encore").wait_for()
    watched.open("nulle-part?lang=fr", lost=True)
    expect(page.get_by_role("heading", level=1)).to_have_text("Cette page n'existe pas")
    expect(page.get_by_text("Page not found")).to_have_count(0)
    # So are addresses of several levels; the first page has its name too.
    watched.open("nulle/part?lang=en", lost=True)
    expect(page.get_by_role("heading", level=1)).to_have_text("This page does not exist")
    watched.open("carte?commune=93031&lang=fr")
    page.locator('[data-commune="93031"]').wait_for()
    assert page.url.startswith(f"{watched.address}/?")
    watched.open("nulle-part?lang=fr", lost=True)
    page.get_by_role("main").get_by_role("link", name="Fiche").click()
    # Without a zone, the communes as small maps: a click is the way to a sheet.
    page.locator('a[data-zone="93072"]').click()
    page.get_by_role("heading", name=re.compile("Stains")).wait_for()


def test_a_word_stands_before_the_scripts_have_come(watched: Any) -> None:
    page, held, waiting = watched.page, [], True
    page.route("**/static/js/*", lambda one: held.append(one) if waiting else one.continue_())
    page.goto(f"{watched.address}/fiche?lang=en", wait_until="commit")
    first = page.get_by_role("status")
    expect(first).to_have_text("The figures are being prepared…")
    expect(first).to_be_in_viewport()
    expect(page).to_have_title("Observatoire Plaine Connexion")
    assert page.locator("html").get_attribute("lang") == "en"
    waiting = False
    for route in held:
        route.continue_()
    watched.settle()
    expect(page.locator("#obs-first")).to_have_count(0)


def test_the_keyboard_is_seen_everywhere_and_a_table_is_one_stop(watched: Any) -> None:
    page = watched.open("fiche?commune=93072&part=zones")
    # The page has its style and its language.
    expect(page.get_by_text("Aller au contenu")).to_be_attached()
    seen: list[str] = []
    for _ in range(60):
        page.keyboard.press("Tab")
        found = page.evaluate(EDGED)
        if found is None:
            break
        seen.append(found)
    assert len(seen) > 20
    assert [one for one in seen if one != "edged"] == []
    table = page.locator(".obs-scroll", has=page.locator("table", has_text="IRIS de Stains"))
    stops = table.first.evaluate(
        "one => [one, ...one.querySelectorAll('a, button, input, [tabindex]')]"
        ".filter(e => e.tabIndex >= 0).length"
    )
    assert stops <= 3
