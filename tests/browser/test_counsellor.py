"""The counsellor's minute in a real browser: from an address in Stains to a sheet in Arabic."""

from __future__ import annotations

import http.server
import json
import re
import shutil
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pandas as pd
import pypdf
import pytest
from desk_searches import lines, wanted
from playwright.sync_api import Browser, Page, expect

from observatory import settings
from observatory.words.catalogue import load_words

pytestmark = pytest.mark.browser
FRENCH = load_words("fr")
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1366, "height": 900}
ARABIC = re.compile(r"[\u0600-\u06ff]")
MOST_CLICKS = 5
TYPED = "12 rue Secrète, Stains"
HOSTILE = (
    "<script>alert('s')</script>",
    "<img src=x onerror=alert(1)>",
    '=HYPERLINK("http://evil.example","x")',
    "\u202egnirts desrever {{ 7191 * 7 }}",
    "</script><script>alert('json')</script>",
    "[x](javascript:alert(1)) ![i](http://evil.example/i.png) $\\alert$ :material/home:",
)


class Counsellor:
    """A person at the page, whose clicks are counted."""

    def __init__(self, page: Page) -> None:
        self.page, self.clicks = page, 0

    def click(self, what: Any, **more: Any) -> None:
        self.clicks += 1
        what.click(**more)

    def start_from(self, text: str) -> None:
        self.click(self.page.get_by_label("D'où part la personne ?"))
        self.write(text)

    def write(self, text: str) -> None:
        where = self.page.get_by_label("D'où part la personne ?")
        where.fill(text)
        where.press("Enter")
        self.page.locator(".obs-from-line").wait_for()

    def need(self, text: str) -> None:
        need = self.page.get_by_role("combobox", name=re.compile("Pour quoi faire")).first
        self.click(need)
        need.fill(text)
        self.page.get_by_role("option").first.wait_for()
        need.press("Enter")
        self.page.wait_for_function("location.search.includes('besoin=')")

    def choose(self, need: str) -> None:
        label, box = FRENCH(f"find.need_label.{need}"), re.compile("Pour quoi faire")
        self.click(self.page.get_by_role("combobox", name=box).first)
        self.page.keyboard.type(label)
        self.click(self.page.get_by_role("option", name=label))
        self.page.wait_for_function("location.search.includes('besoin=')")

    def at(self, when: str) -> None:
        # While the list of needs is open, what is outside it has no role.
        self.click(self.page.get_by_text(FRENCH(f"find.when_label.{when}"), exact=True))
        self.page.wait_for_function("location.search.includes('quand=')")

    def tick(self, number: int) -> None:
        self.click(self.page.get_by_text(f"Mettre le n° {number} sur la fiche"))
        self.page.get_by_text("1 lieu sur la fiche.").wait_for()

    def print_in(self, language: str, target: Path) -> Path:
        self.click(self.page.get_by_text(language))
        self.page.get_by_text("Traduction pas encore relue").wait_for()
        with self.page.expect_download() as started:
            self.click(self.page.get_by_role("button", name="Télécharger le PDF"))
        started.value.save_as(target)
        return target


def _is_one_page_in_arabic(path: Path) -> None:
    read = pypdf.PdfReader(path)
    assert len(read.pages) == 1
    text = read.pages[0].extract_text()
    assert len(ARABIC.findall(text)) > 50
    assert "Stains" in text


def _open(watched: Any, path: str = "trouver") -> Page:
    page: Page = watched.open(path)
    return page


def test_from_a_place_in_stains_to_a_sheet_in_arabic_with_the_network_cut(
    watched: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    address = watched.address

    def cut(route: Any) -> None:
        if route.request.url.startswith((address, "data:", "blob:")):
            route.continue_()
        else:
            route.abort()

    watched.page.context.route("**/*", cut)
    person = Counsellor(_open(watched))
    person.start_from("Clos Saint-Lazare, Stains")
    person.need("CAF")
    first = person.page.locator("article.obs-card").first
    expect(first).to_contain_text(re.compile(r"\d+\smin à pied"))
    person.tick(1)
    _is_one_page_in_arabic(person.print_in("العربية", tmp_path / "sheet.pdf"))
    with capsys.disabled():
        sys.stdout.write(f"\n[counsellor] place, network cut, to sheet: {person.clicks} clicks\n")
    assert person.clicks <= MOST_CLICKS
    assert "Clos" in person.page.url
    assert watched.outside == []


def test_the_ten_searches_take_the_clicks_that_are_said(watched: Any) -> None:
    # Searches that ask the same from elsewhere take the same clicks: one of each is made.
    said: dict[tuple[tuple[str, ...], str], set[int]] = {}
    starts: dict[tuple[tuple[str, ...], str], str] = {}
    for typed, asked, *_, clicks in lines():
        said.setdefault(wanted(asked), set()).add(int(clicks))
        starts.setdefault(wanted(asked), typed)
    counted = {}
    for (needs, when), typed in starts.items():
        person = Counsellor(_open(watched))
        person.write(typed)
        for need in needs:
            person.choose(need)
        if when != "any":
            person.at(when)
        expect(person.page.locator("article.obs-card").first).to_be_visible()
        counted[needs, when] = {person.clicks}
    assert counted == said


@pytest.fixture(scope="module")
def ign() -> Iterator[tuple[str, list[str]]]:
    """Serve one address as the IGN would, and list what is asked."""
    asked: list[str] = []
    found = {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [2.3815, 48.9541]},
        "properties": {
            "label": "12 Rue Secrète 93240 Stains",
            "score": 0.97,
            "type": "housenumber",
        },
    }
    body = json.dumps({"type": "FeatureCollection", "features": [found]}).encode()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            return

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/search", asked
    server.shutdown()
    server.server_close()


def _hostile_edition(folder: Path) -> Path:
    """Copy the edition, its places of Stains named as an attacker would."""
    shutil.copytree(settings.load({}).edition, folder)
    path = folder / "sites.parquet"
    sites = pd.read_parquet(path)
    away = (sites["lon"] - 2.38) ** 2 + (sites["lat"] - 48.955) ** 2
    for row, name in zip(away.nsmallest(len(HOSTILE)).index, HOSTILE, strict=True):
        sites.loc[row, ["name", "address", "comment"]] = name
        sites.loc[row, ["website", "booking"]] = "javascript:alert('link')"
        sites.loc[row, "email"] = "javascript:alert('mail')"
    sites.to_parquet(path)
    _sign_again(folder)
    return folder


def _sign_again(folder: Path) -> None:
    from observatory.tables.manifest import hash_tables

    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    if "tables" in manifest:
        manifest["tables"] = hash_tables(folder)
        (folder / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False), "utf-8")


@pytest.fixture(scope="module")
def hostile_address(
    tmp_path_factory: pytest.TempPathFactory,
    serving: Callable[..., AbstractContextManager[str]],
    ign: tuple[str, list[str]],
) -> Iterator[tuple[str, Path]]:
    """Serve the app on the tampered edition, asking our own address search."""
    folder = tmp_path_factory.mktemp("hostile")
    build = _hostile_edition(folder / "build")
    with serving(folder, OBSERVATORY_BUILD=str(build), OBSERVATORY_GEOCODER=ign[0]) as address:
        yield address, folder / "log"


class Guarded:
    """A page that lists scripts run, dialogs, and requests to anyone else."""

    def __init__(self, chromium: Browser, address: str, viewport: Any) -> None:
        context = chromium.new_context(viewport=viewport, locale="fr-FR", accept_downloads=True)
        self.context, self.address, self.ran, self.outside = context, address, [""][:0], [""][:0]
        # A dialog opened by anything, in the page or in a frame, is remembered.
        context.expose_function("ranAScript", lambda what: self.ran.append(str(what)))
        context.add_init_script(
            "window.alert = window.confirm = window.prompt = w => window.top.ranAScript(String(w))"
        )
        self.page = context.new_page()
        self.page.on("dialog", lambda dialog: (self.ran.append(dialog.message), dialog.dismiss()))
        self.page.on("request", lambda request: self._asked(request.url))

    def _asked(self, url: str) -> None:
        mine = (self.address, self.address.replace("http", "ws", 1), "data:", "blob:", "about:")
        if not url.startswith(mine):
            self.outside.append(url)

    def open(self, path: str) -> Page:
        self.page.goto(f"{self.address}/{path}")
        self.page.locator("h1").first.wait_for(timeout=120_000)
        self.page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for()
        return self.page


@pytest.fixture
def guarded(chromium: Browser, hostile_address: tuple[str, Path]) -> Iterator[Guarded]:
    """Return a guarded page; at its end nothing may have run or left."""
    found = Guarded(chromium, hostile_address[0], DESK)
    yield found
    found.context.close()
    assert found.ran == []
    assert found.outside == []


def test_from_an_address_in_stains_by_the_ign_to_a_sheet_in_arabic(
    guarded: Guarded,
    hostile_address: tuple[str, Path],
    ign: tuple[str, list[str]],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    page = guarded.open("trouver")
    person = Counsellor(page)
    # The page opens with the cursor in its first field: no click to begin with.
    page.wait_for_function("document.activeElement.tagName === 'INPUT'")
    page.keyboard.type(TYPED)
    page.keyboard.press("Enter")
    page.locator(".obs-from-line").wait_for()
    assert ign[1] == []
    person.click(page.get_by_role("button", name=re.compile("envoie le texte de l'adresse")))
    page.get_by_text("Depuis 12 Rue Secrète 93240 Stains").wait_for()
    assert len(ign[1]) == 1
    person.need("CAF")
    person.tick(1)
    _is_one_page_in_arabic(person.print_in("العربية", tmp_path / "sheet.pdf"))
    with capsys.disabled():
        sys.stdout.write(f"\n[counsellor] address, by the IGN, to sheet: {person.clicks} clicks\n")
    assert person.clicks <= MOST_CLICKS
    assert "Secr" not in page.url
    assert "pres=Stains" in page.url
    page.get_by_text("Emporter les résultats").click()
    page.get_by_text("Code à coller").wait_for()
    assert all("Secr" not in text for text in page.locator("code").all_inner_texts())
    assert "Secr" not in hostile_address[1].read_text("utf-8", "replace")
    text = pypdf.PdfReader(tmp_path / "sheet.pdf").pages[0].extract_text()
    assert "Secr" not in text


@pytest.mark.parametrize("path", ["trouver?pres=Stains", "integrer?embed=true&pres=Stains"])
def test_hostile_names_are_only_text_in_page_popup_and_sheet(guarded: Guarded, path: str) -> None:
    page = guarded.open(path)
    cards = page.locator("article.obs-card")
    cards.first.wait_for()
    for name in ("<script>alert('s')</script>", "{{ 7191 * 7 }}"):
        expect(cards.filter(has_text=name).first).to_be_visible()
    text = " ".join(cards.all_inner_texts())
    assert "50337" not in text
    expect(page.locator("article a[href^='javascript' i]")).to_have_count(0)
    if path.startswith("trouver"):
        _look_everywhere(page)


def _look_everywhere(page: Page) -> None:
    frame = page.frame_locator('iframe[title^="Carte des lieux"]')
    pins = frame.locator(".obs-pin")
    pins.first.wait_for()
    expect(pins.nth(3)).to_be_attached()
    for place in range(4):
        pins.nth(place).dispatch_event("click")
        frame.locator(".leaflet-popup-content").first.wait_for()
    for number in (1, 2, 3):
        page.get_by_text(f"Mettre le n° {number} sur la fiche").click()
        page.get_by_text(re.compile(rf"^{number} lieux? sur la fiche")).wait_for()
    page.get_by_text("Voir la fiche pour").click()
    sheet = page.frame_locator('iframe[title="Fiche à imprimer"]')
    sheet.locator("body").wait_for()
    expect(sheet.locator("body")).to_contain_text("alert(")
    with page.expect_download() as started:
        page.get_by_role("button", name="Télécharger le PDF").click()
    assert len(pypdf.PdfReader(started.value.path()).pages) == 1


def test_the_hostile_edition_is_harmless_on_the_other_maps(guarded: Guarded) -> None:
    page = guarded.open("?layers=sites")
    frame = page.frame_locator('iframe[data-testid="stIFrame"]')
    frame.locator(".leaflet-container").wait_for()
    assert "50337" not in frame.locator("html").inner_html()


@pytest.mark.parametrize("watched", [PHONE], indirect=True)
def test_a_phone_shows_the_flow_and_leads_to_the_sheet(watched: Any, tmp_path: Path) -> None:
    page = _open(watched, "trouver?pres=Stains&besoin=caf")
    page.locator("article.obs-card").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    # The map stands above the list.
    expect(page.locator(".st-key-find_side iframe").first).to_be_visible()
    page.wait_for_function(
        """document.querySelector('.st-key-find_side iframe').getBoundingClientRect().bottom
        <= document.querySelector('article.obs-card').getBoundingClientRect().top"""
    )
    page.get_by_text("Mettre le n° 1 sur la fiche").click()
    bar = page.locator("a.obs-jump")
    bar.wait_for()
    box = bar.bounding_box()
    assert box is not None
    assert box["height"] >= 44
    bar.click()
    page.locator("#obs-sheet, [id$=obs-sheet]").first.wait_for()
    page.wait_for_function(
        "document.querySelector('[id$=obs-sheet]').getBoundingClientRect().top < innerHeight"
    )
    with page.expect_download() as started:
        page.get_by_role("button", name="Télécharger le PDF").click()
    assert len(pypdf.PdfReader(started.value.path()).pages) == 1


def test_the_flow_goes_by_keyboard_in_the_order_of_the_screen(watched: Any) -> None:
    page = _open(watched)
    page.wait_for_function("document.activeElement.tagName === 'INPUT'")
    page.keyboard.type("Stains")
    page.keyboard.press("Enter")
    page.locator("article.obs-card").first.wait_for()
    page.get_by_label("D'où part la personne ?").focus()
    page.keyboard.press("Tab")
    page.keyboard.type("CAF")
    page.get_by_role("option").first.wait_for()
    page.keyboard.press("Enter")
    page.wait_for_function("location.search.includes('besoin=caf')")
    page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("radio", name="Maintenant").focus()
    page.keyboard.press("Space")
    page.wait_for_function("location.search.includes('quand=now')")


def test_a_field_drawn_again_keeps_the_cursor_until_the_person_acts(watched: Any) -> None:
    page = _open(watched)
    redraw = """() => {
        const field = document.querySelector('.st-key-find_where input');
        const around = field.parentElement;
        field.remove();
        around.append(field);
    }"""
    field = page.get_by_label("D'où part la personne ?")
    expect(field).to_be_focused()
    page.evaluate(redraw)
    expect(field).to_be_focused()
    page.mouse.click(2, 400)
    expect(field).not_to_be_focused()
    page.evaluate(redraw)
    # What watches is told before the next picture.
    page.evaluate("() => new Promise((drawn) => requestAnimationFrame(drawn))")
    expect(field).not_to_be_focused()


def test_a_click_on_the_map_starts_the_search_there(watched: Any) -> None:
    page = _open(watched)
    frame = page.frame_locator('iframe[title^="Carte des lieux"]')
    frame.locator(".obs-dot").first.wait_for()
    # The places are one stop of Tab, and the arrows go from one to the next.
    stop = frame.locator('.obs-dot[tabindex="0"]')
    assert stop.count() == 1
    stop.focus()
    first = stop.get_attribute("aria-label")
    page.keyboard.press("ArrowRight")
    expect(stop).to_be_focused()
    expect(stop).not_to_have_attribute("aria-label", str(first))
    box = frame.locator(".obs-name", has_text="Stains").bounding_box()
    # Beside the name, where no place is.
    page.mouse.click(box["x"] + box["width"] + 12, box["y"] + 9)
    page.get_by_text("Depuis le point de la carte").wait_for()
    page.wait_for_function("location.search.includes('pres=')")
    assert "lat" not in page.url


def test_the_position_of_the_browser_serves_on_a_click_only(watched: Any) -> None:
    context = watched.page.context
    context.grant_permissions(["geolocation"], origin=watched.address)
    context.set_geolocation({"latitude": 48.9561, "longitude": 2.3811})
    page = _open(watched)
    expect(page.get_by_role("button", name="Partir de ma position")).to_be_visible()
    expect(page.locator(".obs-from-line")).to_have_count(0)
    page.get_by_role("button", name="Partir de ma position").click()
    page.get_by_text("Depuis votre position").wait_for()
    page.wait_for_function("location.search.includes('pres=Stains')")
    assert "48.9" not in page.url


def test_every_control_has_a_name(watched: Any) -> None:
    page = _open(watched, "trouver?pres=Stains")
    page.locator("article.obs-card").first.wait_for()
    page.get_by_text("Mettre le n° 1 sur la fiche").click()
    page.get_by_text("1 lieu sur la fiche.").wait_for()
    nameless = page.evaluate(
        """[...document.querySelectorAll('input, button, iframe, select')]
        .filter(e => e.offsetParent !== null && !(e.getAttribute('aria-label') || e.title
            || e.textContent.trim() || (e.labels && e.labels.length)
            || e.getAttribute('aria-labelledby')))
        .map(e => e.outerHTML.slice(0, 120))"""
    )
    assert nameless == []


def test_a_towns_own_page_embeds_the_search(
    chromium: Browser, app_address: str, tmp_path: Path
) -> None:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = (
                f'<!doctype html><title>Ville</title><iframe title="Aide" width="380" height="700" '
                f'src="{app_address}/integrer?embed=true&amp;pres=Stains"></iframe>'
            ).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            return

    town = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=town.serve_forever, args=(0.01,), daemon=True).start()
    context = chromium.new_context(viewport=DESK, locale="fr-FR")
    page = context.new_page()
    page.goto(f"http://localhost:{town.server_port}/")
    frame = page.frame_locator('iframe[title="Aide"]')
    frame.locator("article.obs-card").first.wait_for(timeout=60_000)
    bars = frame.locator('[data-testid="stTopNav"], [data-testid="stHeader"]:visible')
    expect(bars).to_have_count(0)
    assert frame.locator("html").evaluate("e => e.scrollWidth <= e.clientWidth + 1")
    whole = frame.get_by_role("link", name=re.compile("observatoire"))
    assert whole.get_attribute("href") == f"{app_address}/trouver?pres=Stains"
    context.close()
    town.shutdown()
    town.server_close()
