"""The planner's journey in a real browser: open, choose, read, download, compare."""

from __future__ import annotations

import csv
import io
import itertools
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from command import printed
from playwright.sync_api import expect

import observatory
from observatory.geo.geometry import to_degrees

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}


def _map(page: Any) -> Any:
    frame = page.frame_locator('iframe[data-testid="stIFrame"]')
    frame.locator(".leaflet-container").wait_for()
    return frame


def _choose(page: Any, label: str, option: str) -> None:
    box = page.get_by_role("combobox", name=re.compile(label))
    box.click()
    page.get_by_role("option", name=option).click()


def test_a_planner_chooses_a_commune_reads_its_gap_and_downloads_it(watched: Any) -> None:
    page = watched.open("")
    _map(page)
    _choose(page, "Commune à détailler", "Épinay-sur-Seine")
    panel = page.locator('[data-commune="93031"]')
    panel.wait_for()
    page.wait_for_function("location.search.includes('commune=93031')")
    with page.expect_download() as started:
        page.get_by_role("button", name="Tableau (CSV)").click()
    text = Path(started.value.path()).read_text(encoding="utf-8")
    asked = ("--level", "commune", "--cog", "cog_2024", "--format", "csv")
    assert text == printed("gaps", "--build", "edition", *asked)
    rows = {row["code"]: row for row in csv.DictReader(io.StringIO(text))}
    rate = f"{float(rows['93031']['missing_h_per_100']):.2f}".replace(".", ",")
    hours = round(float(rows["93031"]["missing_h_per_week"]))
    said = re.search(r"Il manque ([\d,]+)\sh d'aide.*?, soit (\d+)\sh", panel.inner_text())
    assert said is not None
    assert (said[1], int(said[2])) == (rate, hours)


def test_a_click_on_the_map_chooses_its_commune_and_the_choice_is_marked(watched: Any) -> None:
    page = watched.open("?layers=none")
    frame = _map(page)
    name = frame.locator(".obs-name-commune", has_text="Aubervilliers")
    name.scroll_into_view_if_needed()
    place = name.bounding_box()
    page.mouse.click(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
    page.locator('[data-commune="93001"]').wait_for()
    page.wait_for_function("location.search.includes('commune=93001')")
    frame.locator(".leaflet-mark-pane canvas").wait_for()
    expect(frame.locator(".leaflet-popup")).to_have_count(0)
    assert "view=" not in page.url, "a click does not move the map"
    district, iris, at = _within_a_district()
    for level, code in (("iris", iris), ("qpv", district)):
        page = watched.open(f"?level={level}&layers=qpv&view={at[0]:.6f},{at[1]:.6f},15")
        page.mouse.click(*_middle(_map(page).locator(".leaflet-container")))
        page.locator(f'[data-zone-shown="{code}"]').wait_for()


def _within_a_district() -> tuple[str, str, tuple[float, float]]:
    """Return a QPV, an IRIS and a point of both, latitude first."""
    model = observatory.load().model
    row = model.facts.qpv.sort_values("qpv").iloc[0]
    inside = row["geometry"].representative_point()
    lon, lat = (float(one[0]) for one in to_degrees(np.array([inside.x]), np.array([inside.y])))
    home = model.ground.homes.at(lat, lon)
    assert home is not None
    return str(row["qpv"]), home.iris, (lat, lon)


def _middle(locator: Any) -> tuple[float, float]:
    place = locator.bounding_box()
    return place["x"] + place["width"] / 2, place["y"] + place["height"] / 2


def test_an_iris_and_its_row_answer_to_each_other_and_either_is_chosen(watched: Any) -> None:
    page = watched.open("?level=iris&layers=none")
    frame = _map(page)
    page.mouse.move(*_middle(frame.locator(".obs-name-commune", has_text="Aubervilliers")))
    pointed = page.locator("tr.obs-pointed")
    expect(pointed).to_have_count(1)
    expect(pointed).to_contain_text("Aubervilliers")
    expect(frame.locator(".obs-tip")).to_contain_text(pointed.locator("th").inner_text())
    row = page.locator("tr[data-zone]").nth(2)
    code = row.get_attribute("data-zone")
    row.click()
    page.locator(f'[data-zone-shown="{code}"]').wait_for()
    page.wait_for_function(f"location.search.includes('zone={code}')")
    expect(page.locator("tr[aria-current]")).to_have_attribute("data-zone", code)


def test_the_link_keeps_where_the_map_looks_and_a_button_shows_the_whole(watched: Any) -> None:
    page = watched.open("?layers=none")
    frame = _map(page)
    frame.locator(".leaflet-control-zoom-in").click()
    page.wait_for_function("/view=[0-9.]+,[0-9.]+,[0-9.]+/.test(location.search)")
    seen = re.search(r"view=[0-9.,]+", page.url)
    assert seen is not None
    # A run of the page writes the link again: what was looked at stays in it.
    _choose(page, "Colorer par", "Aide accessible à pied")
    page.wait_for_function("location.search.includes('colour=access')")
    page.wait_for_function(f"location.search.includes('{seen[0]}')")
    watched.open(page.url.removeprefix(watched.address).lstrip("/"))
    frame = _map(page)
    frame.locator(".obs-whole").click()
    page.wait_for_function("!location.search.includes('view=')")


@pytest.mark.parametrize(
    ("watched", "level"),
    [(PHONE, "commune"), ({"width": 1366, "height": 768}, "iris")],
    indirect=["watched"],
    ids=["phone", "desk"],
)
def test_the_map_is_on_the_first_screen_and_its_names_lie_apart(watched: Any, level: str) -> None:
    page = watched.open(f"?level={level}")
    frame = _map(page)
    place = page.locator('iframe[data-testid="stIFrame"]').bounding_box()
    height = page.viewport_size["height"]
    if page.viewport_size["width"] > 1000:
        assert place["y"] < 300
        assert min(place["y"] + place["height"], height) - place["y"] > 0.6 * height
    else:
        assert place["y"] + place["height"] < 1.5 * height
    expect(frame.locator(".obs-name", has_text="Saint-Denis").first).to_be_visible()
    boxes = _boxes(frame, ".obs-name:visible, .obs-in-map")
    assert len(boxes) >= 8
    assert all(_apart(one, other) for one, other in itertools.combinations(boxes, 2))


def test_the_names_of_the_map_of_places_lie_beside_its_numbers(watched: Any) -> None:
    page = watched.open("trouver?pres=Stains")
    frame = page.frame_locator('iframe[title^="Carte des lieux"]')
    expect(frame.locator(".obs-pin").nth(1)).to_be_visible()
    expect(frame.locator(".obs-name", has_text="Stains")).to_be_visible()
    both = ".obs-name:visible, .obs-pin, .obs-start"
    names = len(_boxes(frame, ".obs-name:visible"))
    boxes = _boxes(frame, both)
    kinds = frame.locator(both).evaluate_all("all => all.map(e => e.className.includes('name'))")
    assert names >= 2
    for (one, name), (other, _) in itertools.permutations(zip(boxes, kinds, strict=True), 2):
        assert not name or _apart(one, other)


def _boxes(frame: Any, which: str) -> list[list[float]]:
    return list(
        frame.locator(which).evaluate_all(
            """all => all.map(e => e.getBoundingClientRect())
            .map(b => [b.left, b.top, b.right, b.bottom])"""
        )
    )


def _apart(one: list[float], other: list[float]) -> bool:
    return one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]


def test_what_is_said_of_a_place_stands_in_a_corner_and_moves_nothing(watched: Any) -> None:
    page = watched.open("")
    frame = _map(page)
    at = frame.locator(".leaflet-container").evaluate(
        """box => { const map = Object.values(window).find(o => o instanceof L.Map);
        const at = drawn.sites.features[0].geometry.coordinates;
        const p = map.latLngToContainerPoint([at[1], at[0]]); return [p.x, p.y]; }"""
    )
    frame_at = page.locator('iframe[data-testid="stIFrame"]').bounding_box()
    page.mouse.click(frame_at["x"] + at[0] + 1, frame_at["y"] + at[1] + 1)
    card = frame.locator(".obs-card")
    expect(card.locator("strong")).not_to_be_empty()
    card.get_by_role("button", name="Fermer").click()
    expect(card).to_be_hidden()
    assert "view=" not in page.url
    assert "commune=" not in page.url


def test_tiles_that_do_not_come_are_said(watched: Any) -> None:
    page = watched.open("")
    page.route("https://data.geopf.fr/**", lambda route: route.abort())
    page.get_by_text("Afficher le fond de plan IGN").click()
    expect(_map(page).get_by_role("status")).to_contain_text("ne répond pas")
    page.close()  # no more tiles are asked for
    assert all(url.startswith("https://data.geopf.fr/") for url in watched.outside)
    watched.outside.clear()
    watched.complaints.clear()


@pytest.mark.parametrize("path", ["", "fiche", "fiche?commune=93066&cog=cog_2025"])
def test_every_page_opens_in_french_and_never_wider_than_the_screen(
    watched: Any, path: str
) -> None:
    page = watched.open(path)
    page.wait_for_function("document.documentElement.lang === 'fr'")
    expect(page.locator('[data-testid="stAlertContentError"]')).to_have_count(0)
    for screen in (page.viewport_size, PHONE):
        page.set_viewport_size(screen)
        page.wait_for_function("document.documentElement.scrollWidth <= window.innerWidth")
    levels = page.evaluate(
        "[...document.querySelectorAll('h1,h2,h3,h4')].map(h => Number(h.tagName[1]))"
    )
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


def test_every_input_and_frame_has_a_name(watched: Any) -> None:
    page = watched.open("?layers=qpv,schools,sites")
    nameless = page.evaluate(
        """[...document.querySelectorAll('input, button, iframe, select')]
        .filter(e => e.offsetParent !== null && !(e.getAttribute('aria-label') || e.title
            || e.textContent.trim() || (e.labels && e.labels.length)
            || e.getAttribute('aria-labelledby')))
        .map(e => e.outerHTML.slice(0, 120))"""
    )
    assert nameless == []


def test_the_other_page_keeps_the_commune_and_the_language(watched: Any) -> None:
    page = watched.open("?commune=93031&lang=en")
    page.get_by_text("Open the page of Épinay-sur-Seine").click()
    page.get_by_role("heading", name="Épinay-sur-Seine: need, help and gap").wait_for()
    page.wait_for_function("location.search.includes('commune=93031')")
    assert "lang=en" in page.url
    assert page.evaluate("document.documentElement.lang") == "en"


def test_hours_of_the_map_are_told_by_the_table_for_those_who_do_not_see_it(watched: Any) -> None:
    page = watched.open("?level=iris")
    page.get_by_text("La carte sous forme de tableau").click()
    table = page.locator("details table.obs-table").first
    table.wait_for()
    expect(table.locator("tbody tr")).to_have_count(151)
    assert table.locator("caption").inner_text().startswith("Heures manquantes pour 100")
