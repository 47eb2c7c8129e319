"""Ten tasks of a planner from the first screen, each with the clicks that it may take."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pypdf
import pytest
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser


class Planner:
    """A planner on a page, whose clicks are counted; to type is no click."""

    def __init__(self, watched: Any) -> None:
        self.watched, self.clicks = watched, 0
        self.page: Page = watched.open("")

    def click(self, what: Locator) -> None:
        """Click on something once it is there, and wait for the page to answer."""
        what.wait_for()
        what.click()
        self.clicks += 1
        self.watched.settle()

    def menu(self, name: str) -> None:
        """Open a page by the menu."""
        self.click(self.page.get_by_role("link", name=name, exact=True))

    def choose(self, label: str, option: str) -> None:
        """Choose an option of a list: one click for the list, one for the option."""
        self.page.get_by_role("combobox", name=re.compile(label)).click()
        self.clicks += 1
        self.click(self.page.get_by_role("option", name=option).first)

    def tab(self, name: str) -> None:
        """Choose among buttons of which one is pressed."""
        self.click(self.page.get_by_role("radio", name=re.compile(name)))

    def take(self, name: str) -> bytes:
        """Take a file away and return it."""
        with self.page.expect_download() as started:
            self.page.get_by_role("button", name=name).click()
        self.clicks += 1
        return Path(started.value.path()).read_bytes()


@pytest.fixture
def planner(watched: Any) -> Planner:
    return Planner(watched)


def test_the_three_worst_iris_of_epinay_and_why_in_six_clicks(planner: Planner) -> None:
    planner.choose("Commune à détailler", "Épinay-sur-Seine")
    planner.click(planner.page.get_by_text("Ouvrir la fiche d'Épinay-sur-Seine"))
    planner.tab("Quartiers")
    rows = planner.page.get_by_role("table", name=re.compile("IRIS d'Épinay")).locator("tbody tr")
    for place in range(3):
        expect(rows.nth(place).locator("th")).to_have_text(re.compile(r"^Iris \d+, vers "))
    worst = rows.first.locator("th").inner_text()
    code = rows.first.get_attribute("data-zone")
    planner.click(rows.first)
    planner.page.wait_for_function(f"location.search.includes('zone={code}')")
    expect(planner.page.locator("h1")).to_contain_text(worst)
    planner.tab("Pourquoi")
    expect(planner.page.get_by_role("heading", name="Pourquoi ici")).to_be_visible()
    assert planner.clicks <= 6


def test_epinay_beside_saint_denis_in_one_click(planner: Planner) -> None:
    # The page opens on the communes where most hours are missing.
    planner.menu("Comparer")
    compared = planner.page.locator('[data-zones^="93031,93066"]')
    expect(compared).to_contain_text("Épinay-sur-Seine")
    expect(compared).to_contain_text("Saint-Denis")
    expect(planner.page.get_by_role("table", name="Les chiffres côte à côte")).to_be_visible()
    assert planner.clicks <= 1


def test_half_a_post_and_the_next_three_in_four_clicks(planner: Planner) -> None:
    planner.menu("Décider")
    planner.click(planner.page.get_by_role("button", name="Ouvrir ce demi-poste"))
    answer = planner.page.locator(".obs-answer.obs-first")
    expect(answer).to_contain_text(re.compile(r"il manquerait .* au lieu de"))
    assert planner.clicks <= 2
    planner.tab("Prochains postes")
    planner.click(planner.page.get_by_role("button", name="Chercher les meilleurs lieux"))
    gain = planner.page.get_by_text(re.compile(r"3 postes.*h manquantes de moins par semaine"))
    expect(gain.first).to_be_visible(timeout=120_000)
    assert planner.clicks <= 4


def test_a_sheet_to_hand_out_in_four_clicks(planner: Planner) -> None:
    planner.choose("Commune à détailler", "Épinay-sur-Seine")
    planner.click(planner.page.get_by_text("Ouvrir la fiche d'Épinay-sur-Seine"))
    sheet = planner.take("La fiche à remettre (PDF)")
    first = pypdf.PdfReader(io.BytesIO(sheet)).pages[0].extract_text()
    assert "Épinay-sur-Seine" in first
    assert planner.clicks <= 4


def test_programmes_the_qpv_that_lack_and_rep_plus_far_from_help_in_four_clicks(
    planner: Planner,
) -> None:
    planner.menu("Programmes")
    expect(planner.page.locator(".obs-answer").first).to_contain_text("postes")
    planner.menu("Priorités")
    expect(planner.page.locator('[data-tab="qpv"]')).to_contain_text("QPV")
    planner.tab("Quelles écoles sont loin")
    expect(planner.page.locator('[data-tab="schools"]')).to_contain_text("REP+")
    assert planner.clicks <= 4


def test_a_file_for_excel_in_french_in_one_click(planner: Planner) -> None:
    text = planner.take("Tableau (CSV pour Excel)").decode("utf-8-sig")
    head, *rows = text.splitlines()
    assert len(rows) == 9
    assert head.count(";") > 10
    assert any(re.search(r";\d+,\d+;", row) for row in rows)
    assert planner.clicks == 1


def test_the_same_view_by_its_link_in_one_more_click(planner: Planner) -> None:
    page = planner.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    planner.tab("IRIS")
    page.wait_for_function("location.search.includes('level=iris')")
    frame = page.frame_locator('iframe[data-testid="stIFrame"]')
    frame.locator(".leaflet-control-zoom-in").click()
    page.wait_for_function("/view=[0-9.]+,[0-9.]+,[0-9.]+/.test(location.search)")
    planner.clicks = 0
    planner.click(page.get_by_role("button", name="Copier le lien"))
    expect(page.locator(".obs-copied")).to_contain_text("Lien copié")
    link = page.evaluate("navigator.clipboard.readText()")
    assert planner.clicks == 1
    assert link == page.url
    assert "level=iris" in link
    other = planner.watched.open(link.removeprefix(planner.watched.address).lstrip("/"))
    other.frame_locator('iframe[data-testid="stIFrame"]').locator(".leaflet-container").wait_for()
    expect(other.get_by_role("radio", name="IRIS")).to_be_checked()
    assert _looked_at(other.url) == _looked_at(link)


def _looked_at(address: str) -> list[str]:
    """Return where the map of an address looks."""
    return parse_qs(urlsplit(address).query)["view"]
