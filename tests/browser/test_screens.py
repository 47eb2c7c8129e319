"""What only a browser shows: tables on a phone and on paper, controls in the page's language."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pypdf
import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}
#: Tables wider than their frame.
WIDE = """[...document.querySelectorAll('.obs-scroll')]
    .filter(e => e.offsetParent && e.scrollWidth > e.clientWidth + 1)
    .map(e => e.getAttribute('aria-label'))"""
#: Names of controls as Streamlit writes them.
OWN = (
    "^(Choose|Open$|Clear|Search|Fullscreen|Download|Show/hide|Help for|App pages|Expand|Collapse)"
)
ENGLISH = f"""[...document.querySelectorAll('[aria-label], [placeholder], [title]')]
    .filter(e => e.offsetParent)
    .flatMap(e => ['aria-label', 'placeholder', 'title'].map(n => e.getAttribute(n) || ''))
    .filter(t => new RegExp("{OWN}").test(t))"""


@pytest.mark.parametrize("watched", [PHONE], indirect=True)
@pytest.mark.parametrize(
    "path",
    [
        "fiche?commune=93066&part=zones",
        "donnees?part=changes",
        "methode?part=assumptions",
        "fiabilite?part=equity",
        "comparer",
        "fiche?zone=QN09329M",
    ],
)
def test_on_a_phone_no_table_is_wider_than_the_screen(watched: Any, path: str) -> None:
    page = watched.open(path)
    expect(page.locator(".obs-stack").nth(1)).to_be_attached()
    watched.settle()
    assert page.evaluate(WIDE) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_zones_are_compared_and_the_priorities_answered_in_a_browser(watched: Any) -> None:
    page = watched.open("comparer?zones=93031,93066")
    expect(page.locator('[data-zones="93031,93066"]')).to_contain_text("pinay-sur-Seine")
    expect(page.locator("iframe")).to_have_count(2)
    watched.open("priorites?tab=schools")
    expect(page.locator('[data-tab="schools"]')).to_contain_text("REP+")
    page.get_by_role("radio", name=re.compile("100 familles")).click()
    expect(page.locator('[data-tab="families"]')).to_contain_text("100 familles")
    page.wait_for_function("location.search.includes('tab=families')")


@pytest.mark.parametrize("watched", [PHONE], indirect=True)
def test_on_a_phone_a_stacked_table_is_still_one_for_a_screen_reader(watched: Any) -> None:
    page = watched.open("fiche?commune=93072&part=zones")
    table = page.get_by_role("table", name=re.compile("IRIS de Stains"))
    # Stains has sixteen IRIS: a header and a row each.
    expect(table.get_by_role("row")).to_have_count(17)
    expect(table.get_by_role("rowheader")).to_have_count(16)
    expect(table.get_by_role("cell").nth(50)).to_be_attached()
    first = page.locator(".obs-stack td").first
    label = first.evaluate("e => getComputedStyle(e, '::before').content")
    assert first.get_attribute("data-label") in label


def test_the_controls_speak_french_on_a_french_screen(watched: Any) -> None:
    page = watched.open("trouver")
    need = page.get_by_role("combobox", name=re.compile("Pour quoi faire")).first
    need.click()
    need.fill("banane")
    page.get_by_role("option", name=re.compile(r"Chercher\s: banane")).wait_for()
    expect(page.get_by_text("Add: banane")).to_have_count(0)
    need.fill("CAF")
    page.get_by_role("option", name=re.compile(r"Chercher\s: CAF")).wait_for()
    page.keyboard.press("Escape")
    for path in ("", "donnees"):
        watched.open(path)
        page.wait_for_function(f"({ENGLISH}).length === 0")


def test_the_controls_stay_english_on_an_english_screen(watched: Any) -> None:
    page = watched.open("trouver?lang=en")
    need = page.get_by_role("combobox", name=re.compile("What for")).first
    need.click()
    need.fill("banana")
    page.get_by_role("option", name="Add: banana").wait_for()


def test_a_territory_is_printed_whole_without_controls(watched: Any, tmp_path: Path) -> None:
    page = watched.open("fiche?commune=93066&part=zones")
    rows = page.locator("table", has_text="IRIS de Saint-Denis").locator("tbody th")
    expect(rows).to_have_count(39)
    names = rows.all_inner_texts()
    page.pdf(path=tmp_path / "sheet.pdf", format="A4")
    pages = pypdf.PdfReader(tmp_path / "sheet.pdf").pages
    text = " ".join(" ".join(one.extract_text() for one in pages).split())
    # A long name may be broken at a line's end.
    bare = text.replace(" ", "")
    assert [name for name in names if name.replace(" ", "") not in bare] == []
    assert "Saint-Denis : besoin, aide et écart" in text
    for control in ("Télécharger les IRIS", "Changer les hypothèses", "English"):
        assert control not in text


#: Tell the page of paper, again until its script hears it; return whether its map fits.
TO_PAPER = """() => { window.dispatchEvent(new Event('beforeprint'));
    const map = document.querySelector('iframe[data-testid="stIFrame"]').getBoundingClientRect();
    return 600 < map.width && map.width <= 670; }"""


def test_a_map_and_its_ranking_take_whole_pages_of_paper(watched: Any, tmp_path: Path) -> None:
    page = watched.open("?level=iris")
    rows = page.locator(".obs-ranking tbody th")
    expect(rows.nth(100)).to_be_attached()
    frame = page.frame_locator('iframe[data-testid="stIFrame"]')
    expect(frame.locator(".leaflet-container")).to_be_visible()
    page.wait_for_function(TO_PAPER)
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    # A heading goes from the paper with its buttons, once they are there.
    expect(page.get_by_role("button", name="Tableau (CSV)")).to_be_visible()
    page.pdf(path=tmp_path / "map.pdf", format="A4")
    pages = [one.extract_text() for one in pypdf.PdfReader(tmp_path / "map.pdf").pages]
    # No row lies over another, none is lost, and each page says what its columns are.
    bare = "".join("".join(pages).split())
    assert [name for name in rows.all_inner_texts() if "".join(name.split()) not in bare] == []
    ranked = [text for text in pages[1:] if text.count("Saint-Denis") > 1]
    assert len(ranked) >= 2
    assert all("Zone" in text and "Commune" in text for text in ranked)
    assert 3 <= len(pages) <= 6
    for control in ("Télécharger", "observatory gaps", "Une ligne et sa zone"):
        assert "".join(control.split()) not in bare


def test_a_map_is_whole_on_paper(watched: Any) -> None:
    page = watched.open("priorites")
    frame = page.locator('iframe[data-testid="stIFrame"]')
    wide = frame.bounding_box()["width"]
    assert wide > 1000
    page.wait_for_function(TO_PAPER)
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert frame.bounding_box()["width"] == wide


#: How many screens of 900 pixels a page is high.
SCREENS = """() => document.querySelector('[data-testid="stMain"]').scrollHeight / 900"""
HALF_POST = "Ouvrir ce demi-poste"


@pytest.mark.parametrize("watched", [{"width": 1280, "height": 900}], indirect=True)
def test_no_tab_of_a_long_page_is_over_three_screens(watched: Any) -> None:
    page = watched.open("decider")
    page.get_by_role("button", name=re.compile(HALF_POST)).click()
    page.wait_for_function("location.search.includes('scenario=')")
    watched.settle()
    high = {}
    for tab in ("Composer", "Zone par zone", "Prochains postes", "Garder et transmettre"):
        page.get_by_role("radio", name=tab, exact=True).click()
        watched.settle()
        high[tab] = page.evaluate(SCREENS)
    for part in ("money", "time", "found", "offer", "own"):
        high[part] = watched.open(f"programmes?part={part}").evaluate(SCREENS)
    assert {name: screens for name, screens in high.items() if screens > 3} == {}
