"""The image of each map of the app: what it shows is what its page shows, in one picture."""

from __future__ import annotations

import html
import re
from xml.etree import ElementTree

import geopandas as gpd
import pytest
from screens import page_of, spaced
from shapely import box

from observatory.app import cache
from observatory.app.decide import painted_map
from observatory.app.maps import images
from observatory.app.pages import download_button
from observatory.app.pages.download_button import Download
from observatory.sheets.map_image import map_bytes, map_svg
from observatory.sheets.map_image_content import MapTexts
from observatory.words.catalogue import load_words
from observatory.words.numbers import number


@pytest.fixture
def taken(edition: cache.Build, monkeypatch: pytest.MonkeyPatch) -> dict[str, list[Download]]:
    """Return what the pages offer to take away, by the key of its row of buttons."""
    offered: dict[str, list[Download]] = {}
    monkeypatch.setattr(
        download_button, "row", lambda files, _, key: offered.update({key: list(files)})
    )
    return offered


def _svg(offered: dict[str, list[Download]]) -> str:
    made = {one.form: one for one in offered["take_map"]}
    assert list(made) == ["png", "svg"]
    assert made["png"].make().startswith(b"\x89PNG")
    svg = made["svg"].make().decode()
    ElementTree.fromstring(svg)  # noqa: S314  # our own drawing
    return svg


def _said(svg: str) -> str:
    return spaced(html.unescape(" ".join(re.findall(r"<text[^>]*>([^<]*)</text>", svg))))


def test_zones_compared_stand_beside_each_other_on_one_scale(
    taken: dict[str, list[Download]],
) -> None:
    page_of("comparer", zones="93031,93066,93001")
    svg = _svg(taken)
    assert svg.count("<clipPath") == 3
    said = _said(svg)
    scales = re.findall(r"\d+ k?m(?= |$)", said)
    assert len(set(scales[:3])) == 1
    for part in ("Épinay-sur-Seine", "Saint-Denis", "Aubervilliers", "plus de 1", "Sources"):
        assert part in said


def test_the_communes_to_choose_from_are_one_image_with_their_figures(
    edition: cache.Build, taken: dict[str, list[Download]]
) -> None:
    page_of("fiche", cog="cog_2025", lang="en")
    svg = _svg(taken)
    gaps = cache.gaps(edition, "commune", "cog_2025")
    assert svg.count("<clipPath") == len(gaps) == 8
    said = _said(svg)
    for row in gaps.to_dict("records"):
        assert f"{row['name']} {number(row['missing_h_per_100'], 'en', 2)} h" in said


def test_a_public_is_a_circle_in_each_zone_that_publishes_it(
    edition: cache.Build, taken: dict[str, list[Download]]
) -> None:
    page_of("priorites", tab="publics", level="iris", public="seniors")
    svg, words = _svg(taken), load_words("fr")
    said = _said(svg)
    assert words("measure.seniors.label") in said
    places = sum(cache.facts(edition).sites.query("in_territory")["located"] == "point")
    zones = len(cache.gaps(edition, "iris", "cog_2024"))
    circles = svg.count("<circle ")
    # Of the zones, of the places of help, and those of the legend (three counts and a place).
    assert 0.8 * zones < circles - places - 4 <= zones
    assert words("carte.norm.france", norm="1,50")[:20] not in said


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_a_scenario_is_the_map_of_the_page_with_its_changes(
    taken: dict[str, list[Download]], lang: str
) -> None:
    screen = page_of("decider", lang=lang)
    before = _said(_svg(taken))
    assert {"fr": "aujourd'hui", "en": "today"}[lang] in before.partition("Plaine Commune")[0]
    next(button for button in screen.button if button.key == "decide_half").click().run()
    assert not screen.exception
    svg = _svg(taken)
    said = _said(svg)
    words = load_words("fr" if lang == "fr" else "en")
    assert spaced(words("measure.change.label")) in said
    for colour, text in painted_map.change_classes(words):
        assert colour in svg
        assert spaced(text) in said
    # The mark on the map, and its change under it.
    assert svg.count('r="12"') == 1
    assert spaced(words("map_image.changes", changes="1.")) in said
    answer = spaced(" ".join(str(one.proto.body) for one in screen.get("html")))
    under = re.search(r"\d+[.,]\d h", answer.partition("obs-answer")[2])
    assert under is not None
    assert under[0] in said


def test_territories_of_each_projection_have_a_window_of_their_own() -> None:
    here, island = box(2.3, 48.9, 2.4, 49.0), box(55.4, -21.1, 55.6, -20.9)
    rows = gpd.GeoDataFrame(
        {
            "code": ["1", "2", "3"],
            "name": ["Ici", "À côté", "L'île"],
            "missing_h_per_100": [0.2, 1.4, float("nan")],
            "missing_class": "good",
        },
        geometry=[here, box(2.4, 48.9, 2.5, 49.0), island],
        crs=4326,
    )
    texts = MapTexts("Écart", "3 territoires", ("Source",))
    image = images.national(rows, "missing_rate", texts, load_words("fr"))
    assert [len(panel.zones) for panel in image.windows] == [2, 1]
    svg = map_svg(image)
    assert svg.count('fill-opacity="0.9"') == 3
    assert map_bytes(image, "png")[:4] == b"\x89PNG"
