"""A planner decides in a real browser: half a post, better ones instead, the sheet, the file."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Any

import pypdf
import pytest
from command import printed
from keyboard import arrow_to, is_seen, tab_to
from playwright.sync_api import expect

import observatory
from observatory.app.pages import scenario_cache

pytestmark = pytest.mark.browser
EPINAY = "93031"


def _worst_iris() -> str:
    table = observatory.load().gaps("iris")
    published = table["missing_class"] != "not_published"
    table = table[table["code"].str.startswith(EPINAY) & published]
    return str(table.sort_values("missing_h_per_100").iloc[-1]["code"])


def _answer(page: Any) -> Any:
    return page.locator("p.obs-answer[data-draws]")


def _tab(watched: Any, name: str) -> None:
    watched.page.get_by_role("radio", name=name, exact=True).click()
    watched.settle()


def _taken(page: Any, button: str, target: Path) -> Path:
    with page.expect_download() as started:
        page.get_by_role("button", name=button, exact=True).click()
    started.value.save_as(target)
    return target


def test_half_a_post_in_epinay_then_the_three_best_instead_the_sheet_and_the_file(
    watched: Any, tmp_path: Path
) -> None:
    # The quarter was looked at on another page: it stands where the post is to open.
    page = watched.open(f"decider?zone={_worst_iris()}&level=iris")
    page.get_by_role("button", name="Ajouter au scénario").click()
    draws = str(scenario_cache.draws())
    expect(_answer(page)).to_have_attribute("data-draws", draws)
    page.wait_for_function("location.search.includes('scenario=')")
    half = _answer(page).inner_text()
    assert re.search(r"personnes en difficulté de plus auraient un lieu", half)
    watched.settle()
    frame = page.frame_locator('iframe[data-testid="stIFrame"]').first
    expect(frame.locator(".obs-stamp")).to_have_text("1")
    expect(frame.locator(".obs-legend")).to_contain_text("Changement des heures manquantes")

    # What the page shows is what the command line replays from its file, figure by figure.
    _tab(watched, "Garder et transmettre")
    file = _taken(page, "Le scénario (fichier TOML)", tmp_path / "scenario.toml")
    _tab(watched, "Zone par zone")
    table = _taken(page, "Tableau (CSV)", tmp_path / "table.csv").read_text("utf-8")
    asked = ("--build", "edition", "--level", "iris", "--draws", draws, "--format", "csv")
    replayed = printed("scenario", "run", str(file), *asked)
    assert list(csv.DictReader(io.StringIO(table))) == list(csv.DictReader(io.StringIO(replayed)))

    # Three posts instead.
    _tab(watched, "Prochains postes")
    page.get_by_role("button", name="Chercher les meilleurs lieux").click()
    best = page.locator("p.obs-answer[data-proved]")
    # A loaded machine may not end the proof in its time: the distance to the best is then said.
    expect(best).to_contain_text(re.compile("c'est démontré|du meilleur placement possible"))
    gain = re.search(r"([\d,]+)\sh manquantes de moins", best.inner_text())
    assert gain is not None
    places = page.get_by_role("button", name=re.compile("Ajouter le n°")).count()
    assert places >= 1
    page.get_by_role("button", name="En faire mon scénario").click()
    expect(_answer(page)).to_contain_text(f"−{gain[1]}")
    watched.settle()
    expect(frame.locator(".obs-stamp")).to_have_count(places)

    _tab(watched, "Garder et transmettre")
    page.get_by_label("Nom du scénario").fill("Trois postes")
    page.get_by_label("Nom du scénario").press("Enter")
    page.get_by_role("button", name="Garder sous ce nom").click()
    page.get_by_text(re.compile(rf"Trois postes\s: {places} changement")).wait_for()
    watched.settle()
    sheet = _taken(page, "La fiche à remettre (PDF)", tmp_path / "sheet.pdf")
    text = " ".join(pypdf.PdfReader(sheet).pages[0].extract_text().split())
    assert "Trois postes" in text
    after = re.search(r"il manquerait ([\d,]+)\sh", _answer(page).inner_text())
    assert after is not None
    assert after[1] in text

    # The link reopens the same scenario in another visit.
    told, link = _answer(page).inner_text(), page.url
    page.context.clear_cookies()
    watched.open(link.removeprefix(watched.address).lstrip("/"))
    expect(_answer(page)).to_have_text(told)


def test_a_point_of_the_map_and_a_place_on_it_are_chosen_by_a_click(watched: Any) -> None:
    page = watched.open("decider")
    frame = page.frame_locator('iframe[data-testid="stIFrame"]').first
    name = frame.locator(".obs-name-commune", has_text="Aubervilliers")
    name.scroll_into_view_if_needed()
    place = name.bounding_box()
    page.mouse.click(place["x"] + place["width"] / 2, place["y"] + place["height"] + 6)
    where = page.get_by_role("combobox", name=re.compile("Où ouvrir"))
    expect(where).to_have_value(re.compile(r"Point de la carte.*\(Aubervilliers\)"))
    watched.settle()
    expect(frame.locator(".obs-stamp")).to_have_text("?")
    page.get_by_role("button", name="Ajouter au scénario").press("Enter")
    page.wait_for_function("location.search.includes('scenario=')")
    expect(frame.locator(".obs-stamp")).to_have_text("1")


def test_half_a_post_is_added_by_keyboard_alone(watched: Any) -> None:
    page = watched.open(f"decider?zone={_worst_iris()}&level=iris")
    expect(page.get_by_role("button", name="Ajouter au scénario")).to_be_enabled()
    watched.settle()
    tab_to(page, "Ajouter au scénario$", most=150)
    assert is_seen(page)
    page.keyboard.press("Enter")
    page.wait_for_function("location.search.includes('scenario=')")
    expect(_answer(page)).to_have_attribute("data-draws", str(scenario_cache.draws()))
    expect(_answer(page)).to_contain_text("personnes en difficulté de plus auraient un lieu")
    watched.settle()
    expect(page.get_by_role("heading", name="Avant et après")).to_be_visible()
    watched.settle()
    # Zone by zone.
    tab_to(page, "Composer .one of a group", most=150)
    arrow_to(page, "^ ?Zone par zone")
    assert is_seen(page)
    page.keyboard.press("Enter")
    page.wait_for_function("location.search.includes('part=zones')")
    heading = "Où le scénario change-t-il quelque chose"
    expect(page.get_by_role("heading", name=re.compile(heading))).to_be_visible()


def test_programmes_are_filtered_and_their_tabs_opened_by_keyboard_alone(watched: Any) -> None:
    page = watched.open("programmes")
    table = observatory.load().study("programmes")
    rows = page.locator("table").first.locator("tbody tr")
    expect(rows).to_have_count(len(table))
    watched.settle()
    tab_to(page, "Type d'aide", most=150)
    page.keyboard.type("connexion")
    page.get_by_role("option", name="connexion", exact=True).wait_for()
    page.keyboard.press("Enter")
    page.wait_for_function("location.search.includes('prog_kind=connection')")
    expect(rows).to_have_count(int((table["kind"] == "connection").sum()))
    watched.settle()
    tab_to(page, "Programmes .one of a group", most=150)
    arrow_to(page, "^ ?Promis et trouvé")
    assert is_seen(page)
    page.keyboard.press("Enter")
    page.wait_for_function("location.search.includes('part=found')")
    found = re.compile("Que retrouve-t-on de ce qui a été promis")
    expect(page.get_by_role("heading", name=found)).to_be_visible()
