"""The territory sheet: the figures of the gaps, three pages, escaped, same bytes, in batches."""

from __future__ import annotations

import io
import re
import string
import zipfile
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
from pypdf import PdfReader
from worlds import GRID, write_build

from observatory import load, settings
from observatory.app.assumption_state import from_params
from observatory.cli import main
from observatory.errors import ChoiceError
from observatory.geo.backdrop import SHARE_ALIKE, backdrop_layers, credits
from observatory.model.assumptions_file import load_assumptions
from observatory.model.measures import MEASURES
from observatory.model.scenario import Scenario
from observatory.model.scenario_file import parse_link
from observatory.observatory import Observatory
from observatory.sheets.map_classes import colour_of
from observatory.sheets.qr import qr_svg
from observatory.sheets.territory_content import TerritoryContent, territory_content
from observatory.sheets.territory_details import MAIN
from observatory.sheets.territory_files import file_name, sheet_bytes, write_sheets
from observatory.sheets.territory_html import territory_html
from observatory.sheets.territory_map import shade
from observatory.sheets.territory_pdf import MOST_PLACES, territory_pdf
from observatory.sheets.territory_zones import Territory
from observatory.tables.plain_text import visible
from observatory.tables.provenance import OPEN_LICENCE
from observatory.words.catalogue import LANGS, Lang, load_words
from observatory.words.numbers import number, signed

DAY = date(2026, 11, 27)
#: The whole, the commune with most IRIS and schools, the QPV of the longest name, the smallest.
ZONES = ("ept", "93066", "QN09328M", "QN09332M")


@pytest.fixture(scope="module")
def edition(edition_folder: Path) -> Observatory:
    return load(edition_folder)


@pytest.fixture(scope="module")
def territory(edition: Observatory) -> Territory:
    usual = load_assumptions(settings.load().assumptions)
    return Territory(edition.model, edition.manifest.sources, usual)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a small build whose names are as hostile as an open file can be."""
    folder = tmp_path_factory.mktemp("world")
    write_build(folder, world=GRID)
    return folder


def content(territory: Territory, zone: str, lang: Lang = "fr", **more: str) -> TerritoryContent:
    return territory_content(territory, territory.zone(zone), DAY, lang, **more)


def pages(pdf: bytes) -> list[str]:
    """Return the text of each page, on one line, with plain spaces."""
    read = (page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    return [re.sub(r"\s+", " ", one.replace("\u200b", "")) for one in read]


@pytest.mark.parametrize(("zone", "lang"), [*zip(ZONES, ("fr", "en", "fr", "en"), strict=True)])
def test_three_pages_hold_the_figures_of_the_gaps(
    territory: Territory, edition: Observatory, zone: str, lang: Lang
) -> None:
    found = content(territory, zone, lang)
    level = territory.zone(zone).level
    row = edition.model.gaps(level).set_index("code").loc[territory.zone(zone).code]
    first, second, third = pages(territory_pdf(found))
    shown = [
        number(row["need_persons"], lang),
        number(row["need_low"], lang),
        number(row["need_high"], lang),
        number(row["access_h_per_100"], lang, 2),
        number(row["access_high"], lang, 2),
        number(row["missing_h_per_week"], lang),
        number(row["missing_high"], lang),
        number(row["missing_h_per_100"], lang, 2),
        number(row["missing_h_per_100_high"], lang, 2),
    ]
    for text in shown:
        assert re.sub(r"\s", " ", text) in first
    # The last line of each page is there: nothing is cut off below.
    assert re.sub(r"\s", " ", found.edition) in first
    assert found.method.lines[-1][-30:] in second
    assert found.assumptions.rows[-1][0][-20:] in second
    assert found.all_sources.lines[-1][-20:].replace("\u00a0", " ") in third
    assert all(table.rows[-1][0].split(",")[0][:20] in second for table in found.zones)


def test_the_sentence_is_that_of_the_screens(territory: Territory, edition: Observatory) -> None:
    row = edition.gaps("commune").set_index("code").loc["93031"]
    said = load_words("fr")(
        "carte.panel_sentence",
        rate=number(row["missing_h_per_100"], "fr", 2),
        hours=number(row["missing_h_per_week"], "fr"),
        low=number(row["missing_low"], "fr"),
        high=number(row["missing_high"], "fr"),
    )
    assert content(territory, "Épinay-sur-Seine").sentence == said


def test_the_three_worst_are_published_named_and_on_the_map(territory: Territory) -> None:
    found = content(territory, "93066")
    rates = territory.worst(territory.zone("93066"))["missing_h_per_100"].tolist()
    assert [one.number for one in found.worst] == [1, 2, 3]
    assert rates == sorted(rates, reverse=True)
    assert all(", vers " in one.name for one in found.worst)
    assert all(f">{one.number}</text>" in found.map_svg for one in found.worst)
    english = territory_content(territory, territory.zone("93066"), DAY, "en").worst
    assert all(", near " in one.name for one in english)
    assert not any("vers l" in one.name for one in english)
    # A QPV is no news on its own sheet.
    assert any("quartier " in one.name for one in found.worst)
    assert not any("quartier " in one.name for one in content(territory, "QN09328M").worst)


def test_places_and_schools_are_those_of_the_zone(
    territory: Territory, edition: Observatory
) -> None:
    found = content(territory, "93031")
    schools = edition.study("rep_schools")
    here = schools[schools["commune"] == "93031"]
    assert len(found.schools.rows) == len(here)
    assert next(row[2] for row in found.schools.rows) == number(here["walk_min"].max(), "fr")
    facts = edition.facts
    sites = facts.sites[(facts.sites["commune"] == "93066") & ~facts.sites["seat"]]
    assert len(content(territory, "93066").places.rows) == len(sites)
    whole = content(territory, "ept").schools
    assert sum(int(row[1]) + int(row[2]) for row in whole.rows) == len(schools)


@pytest.fixture
def spoilt(territory: Territory) -> Territory:
    """Return a territory in which a commune and an IRIS are too uncertain to be published."""
    other = Territory(territory.model, territory.sources, territory.usual)
    other.gaps("commune").loc["93031", ["need_class", "missing_class"]] = "not_published"
    other.gaps("iris").loc["930310201", "missing_class"] = "not_published"
    return other


def test_what_is_not_published_is_not_printed(territory: Territory, spoilt: Territory) -> None:
    known, found = (content(one, "93031") for one in (territory, spoilt))
    assert found.sentence == load_words("fr")("carte.withheld")
    assert [one.value for one in found.figures] == ["n. p.", known.figures[1].value, *["n. p."] * 2]
    assert all(one.between == "" for one in found.figures if one.value == "n. p.")
    assert "€" not in " ".join(found.sections[-1].lines)
    rows = {row[0].partition(",")[0]: row for row in found.zones[0].rows}
    assert rows["Iris 5"][-3:] == ("n. p.",) * 3
    assert "Iris 5," not in found.worst[0].name
    assert "Iris 5," in known.worst[0].name
    page = territory_html(found)
    assert known.figures[2].between not in page


def test_the_posts_and_their_cost_are_those_of_the_study(
    edition: Observatory, territory: Territory
) -> None:
    row = edition.study("least_posts", level="commune").set_index("code").loc["93031"]
    text = " ".join(pages(territory_pdf(content(territory, "93031"))))
    assert row["least_posts"] == 3
    assert re.sub(r"\s", " ", "de ce manque : 3, soit") in re.sub(r"\s", " ", text)
    cost = number(round(row["cost_eur"], -3), "fr")
    assert re.sub(r"\s", " ", f"soit {cost} € par an") in text


@pytest.mark.parametrize("zone", ["QN09348M", "QN09365N"])
def test_hours_that_round_to_none_are_not_counted_in_posts(territory: Territory, zone: str) -> None:
    found = territory.least_posts("qpv")[zone]
    assert found["missing_h_per_week"] < 0.5 < found["least_posts"]
    (page, *_) = pages(territory_pdf(content(territory, zone)))
    assert "trop peu pour compter en postes" in page
    assert "Postes bien placés" not in page


def test_under_a_share_hours_are_to_move_and_nothing_is_counted_in_posts(
    edition: Observatory, territory: Territory
) -> None:
    shared = Territory(
        edition.model.with_assumptions({"gap.norm": "share"}), territory.sources, territory.usual
    )
    found = content(shared, "93031")
    text = " ".join(pages(territory_pdf(found)))
    assert "à répartir" in found.sentence
    assert [one.label for one in found.figures][2:] == ["Aide à répartir", "Heures à répartir"]
    row = edition.model.with_assumptions({"gap.norm": "share"}).gaps("commune").set_index("code")
    assert found.figures[2].value == number(row.loc["93031", "to_move_h_per_week"], "fr")
    assert "anquant" not in text
    assert "€ par an versés" not in text
    assert found.changed.endswith("Norme.")


def test_a_scenario_says_what_it_would_change(edition: Observatory, territory: Territory) -> None:
    scenario = edition.scenario().open(lat=48.9547, lon=2.3135, posts=0.5)
    row = scenario.compare("commune").set_index("code").loc["93031"]
    zone = territory.zone("93031")
    found = territory_content(
        territory, zone, DAY, "fr", scenario=scenario, scenario_name="<b>Orgemont"
    )
    section = found.sections[-1]
    before, after = (row[f"missing_h_per_week_{when}"] for when in ("before", "after"))
    assert number(before, "fr", 1) in section.lines[0]
    assert number(after, "fr", 1) in section.lines[0]
    assert after < before
    ends = (row[f"missing_h_per_week_change_{end}"] for end in ("low", "high"))
    assert all(signed(end, "fr", 1) in section.lines[0] for end in ends)
    assert "-" not in section.lines[0], "a hyphen is no minus sign"
    assert "&lt;b&gt;Orgemont" in territory_html(found)
    assert len(pages(territory_pdf(found))) == 3


def test_a_scenario_keeps_hours_that_are_not_published_to_itself(
    edition: Observatory, spoilt: Territory
) -> None:
    scenario = edition.scenario().open(lat=48.9547, lon=2.3135, posts=0.5)
    row = scenario.compare("commune").set_index("code").loc["93031"]
    found = territory_content(spoilt, spoilt.zone("93031"), DAY, "fr", scenario=scenario)
    line = found.sections[-1].lines[0]
    assert signed(row["missing_h_per_week_change"], "fr", 1) in line
    for when in ("before", "after"):
        assert number(row[f"missing_h_per_week_{when}"], "fr", 1) not in line


@pytest.mark.parametrize(
    ("address", "zone", "lang", "leads_to"),
    [
        ("https://a.fr/obs/", "93031", "fr", "https://a.fr/obs/fiche?commune=93031"),
        ("https://a.fr", "QN09330M", "en", "https://a.fr/fiche?lang=en&zone=QN09330M"),
        ("https://a.fr", "ept", "fr", "https://a.fr/"),
        ("javascript:alert(1)", "ept", "fr", ""),
        ("", "ept", "fr", ""),
    ],
)
def test_the_code_leads_to_the_page_of_the_zone(
    territory: Territory, address: str, zone: str, lang: Lang, leads_to: str
) -> None:
    found = content(territory, zone, lang, address=address)
    assert found.live_url == leads_to
    assert bool(found.qr) == bool(leads_to)
    assert "javascript" not in territory_html(found)


def test_the_code_opens_the_page_under_the_assumptions_of_the_sheet(
    territory: Territory, edition: Observatory
) -> None:
    changes = {"gap.norm": "2.5", "walk.speed_kmh": 3.6, "walk.detour": 1.25}
    used = edition.with_assumptions(changes).model
    told = Territory(used, territory.sources, territory.usual, "cog_2025")
    found = content(told, "93031", address="https://a.fr")
    query = dict(parse_qsl(urlsplit(found.live_url).query))
    assert query == {
        "commune": "93031", "cog": "cog_2025", "norm": "2.5", "speed": "3.6",
        "set": "walk.detour:1.25",
    }  # fmt: skip
    state, refused = from_params(query, territory.usual)
    assert refused == ()
    assert territory.usual.changed(state.changes()) == used.assumptions


def test_the_code_of_a_scenario_opens_it_where_a_code_can_hold_it(
    territory: Territory, edition: Observatory
) -> None:
    slow = edition.with_assumptions({"walk.speed_kmh": 4.0})
    told = Territory(slow.model, territory.sources, territory.usual, territory.cog)
    zone = told.zone("93031")
    scenario = slow.scenario().open(lat=48.9547, lon=2.3135, posts=0.5, name="École & co")

    def made(of: Scenario) -> TerritoryContent:
        opened = {"territory": "200057867"}  # as where the app serves several
        address = "https://a.fr/obs"
        return territory_content(told, zone, DAY, "en", address=address, scenario=of, opened=opened)

    found = made(scenario)
    asked = parse_qs(urlsplit(found.live_url).query)
    assert urlsplit(found.live_url).path == "/obs/decider"
    assert {name: asked[name] for name in ("territory", "speed", "commune", "lang")} == {
        "territory": ["200057867"],
        "speed": ["4"],
        "commune": ["93031"],
        "lang": ["en"],
    }
    assert parse_link(asked["scenario"][0]).on(slow.model).changes == scenario.changes
    assert found.qr == qr_svg(found.live_url)
    assert found.live_url in found.live_at
    assert found.live in territory_html(found)
    for number_of in range(40):
        scenario = scenario.open(lat=48.9547, lon=2.3135, posts=0.5, name=f"post {number_of}")
    many = made(scenario)
    assert urlsplit(many.live_url).path == "/obs/fiche"
    assert many.live != found.live


class Seen(HTMLParser):
    """Collects the tags and attributes of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]


def test_hostile_names_are_only_text_and_all_zones_go_into_one_archive(
    world: Path, tmp_path: Path
) -> None:
    build = load(world)
    found = Territory(build.model, build.manifest.sources, build.assumptions)
    contents = [territory_content(found, zone, DAY, "fr") for zone in found.zones]
    for one in contents:
        page = territory_html(one)
        seen = Seen(page)
        assert not {"script", "img", "iframe", "link", "form"} & set(seen.tags)
        assert not [name for name, _ in seen.attributes if name.startswith("on")]
        assert visible(page) == page
    (archive,) = write_sheets(contents, tmp_path / "all.zip", "html")
    with zipfile.ZipFile(archive) as packed:
        names = packed.namelist()
    assert names == [file_name(one, "html") for one in contents]
    assert len(set(names)) == len(found.zones)
    assert all(re.fullmatch(r"[A-Za-z0-9_.-]+", name) for name in names)
    again = write_sheets(contents, tmp_path / "again.zip", "html")[0]
    assert again.read_bytes() == archive.read_bytes()


def test_the_same_inputs_give_the_same_bytes(territory: Territory) -> None:
    first, again = (territory_pdf(content(territory, "QN09332M", "en")) for _ in range(2))
    assert first == again
    with pytest.raises(ChoiceError, match="format"):
        sheet_bytes(content(territory, "QN09332M"), "docx")


def test_a_list_too_long_for_paper_says_how_much_is_left_out(territory: Territory) -> None:
    found = content(territory, "93031")
    row = ("Lieu", "rue", "France Services", "lun. 09:00-12:00", "01 02 03 04 05", "")
    places = replace(found.places, rows=(row,) * (MOST_PLACES + 7))
    long = replace(found, places=places)
    third = pages(territory_pdf(long))
    assert len(third) == 3
    assert "7 autres lignes" in third[2]
    assert territory_html(long).count(">Lieu</th>") == MOST_PLACES + 7 + 1


def test_the_map_of_the_sheet_has_the_classes_of_the_screens() -> None:
    measure = MEASURES["missing_rate"]
    for rate in (0.0, 0.1, 0.25, 0.26, 0.7, 1.0, 3.0):
        assert shade(rate, "reliable") == colour_of(rate, measure)
    assert shade(0.7, "not_published") == "url(#hatch)"
    assert shade(float("nan"), None) not in measure.colours


def test_the_map_of_the_sheet_has_the_backdrop_and_whom_it_is_owed_to(
    territory: Territory,
) -> None:
    drawn = content(territory, "93031").map_svg
    owed = credits(backdrop_layers())
    for licence in (OPEN_LICENCE, SHARE_ALIKE):
        (said,) = re.findall(rf">([^<>]+) \({licence}\)</text>", drawn)
        assert set(said.split(", ")) <= set(", ".join(owed[licence]).split(", "))


def test_every_text_of_the_sheet_is_in_both_languages() -> None:
    french, english = (load_words(lang, "territory").items for lang in LANGS)
    assert set(french) == set(english)

    def filled(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    assert [n for n in french if filled(french[n]) != filled(english[n])] == []


def test_every_main_assumption_is_one(edition: Observatory) -> None:
    assert [name for name in MAIN if name not in edition.assumptions.items] == []


def test_the_command_writes_a_sheet_or_says_what_is_wrong(
    world: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    known = load(world).gaps("commune")["code"].iloc[0]
    asked = ["sheet", "--build", str(world), "--to", str(tmp_path), "--day", "2026-11-27"]
    assert main([*asked, "--zone", known, "--lang", "en"]) == 0
    (written,) = map(Path, capsys.readouterr().out.splitlines())
    assert len(PdfReader(written).pages) == 3
    for wrong, expected in (
        (["--zone", "99999"], known),
        ([], "--zone CODE or --all"),
        (["--zone", known, "--all"], "--zone CODE or --all"),
        (["--zone", known, "--scenario", str(tmp_path / "none.toml")], "none.toml"),
    ):
        assert main([*asked, *wrong]) == 2
        assert expected in capsys.readouterr().err
    assert main([*asked[:-1], "yesterday", "--zone", known]) == 2
    assert "a day such as 2026-11-27" in capsys.readouterr().err
