"""The print view: escaped, self-contained, in the right direction; and its map."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from xml.etree.ElementTree import fromstring

import pytest

from observatory.sheets import Landmark, Outline, Place, Sheet, languages, render_html
from observatory.sheets.minimap import HEIGHT, RADIUS, WIDTH, minimap_svg

DAY = date(2026, 11, 22)
PLACE = Place(
    "Mairie",
    "2 place Victor-Hugo",
    "Saint-Denis",
    "93200",
    "0149336666",
    hours="Mo-Fr 09:00-12:00",
    lat=48.9362,
    lon=2.3571,
    booking="https://rdv.fr/a",
)
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>\u202e"
SVG = "{http://www.w3.org/2000/svg}"


class Seen(HTMLParser):
    """Collects tags, attributes and addresses of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]


def seen(sheet: Sheet) -> Seen:
    parser = Seen()
    parser.feed(render_html(sheet))
    return parser


def hostile_sheet() -> Sheet:
    place = Place(
        *(HOSTILE,) * 6, (HOSTILE,), (HOSTILE,), (HOSTILE,), "javascript:alert(3)", 48.9, 2.3
    )
    return Sheet(
        (place,),
        DAY,
        "ar",
        documents=(HOSTILE,),
        origin_label=HOSTILE,
        outlines=(Outline(HOSTILE, (((48.8, 2.2), (48.8, 2.4), (49.0, 2.4), (49.0, 2.2)),)),),
        landmarks=(Landmark(HOSTILE, 48.9, 2.301),),
        sources=(HOSTILE,),
    )


def test_hostile_text_is_only_text() -> None:
    page = seen(hostile_sheet())
    assert "script" not in page.tags
    assert "img" not in page.tags
    assert not [name for _, name, _ in page.attributes if name.startswith("on")]
    assert not [value for _, _, value in page.attributes if "javascript:" in value]
    assert "\u202e" not in render_html(hostile_sheet())


@pytest.mark.parametrize("language", languages())
def test_nothing_is_asked_of_the_network(language: str) -> None:
    sheet = Sheet((PLACE,), DAY, language)
    page, text = seen(sheet), render_html(sheet)
    assert not {"script", "link", "iframe", "object", "embed", "form"} & set(page.tags)
    assert not [name for tag, name, _ in page.attributes if name == "src"]
    assert re.findall(r"url\((?!data:)", text) == []
    assert "@import" not in text
    assert "default-src 'none'" in text
    links = [value for tag, name, value in page.attributes if (tag, name) == ("a", "href")]
    assert sorted(link.split(":")[0] for link in links) == ["https", "https", "tel"]


def test_language_and_direction_are_declared() -> None:
    page = seen(Sheet((PLACE,), DAY, "ar"))
    assert ("html", "lang", "ar") in page.attributes
    assert ("html", "dir", "rtl") in page.attributes
    assert ("html", "dir", "ltr") in seen(Sheet((PLACE,), DAY, "tr")).attributes
    assert "@media print" in render_html(Sheet((PLACE,), DAY))
    assert "size: A4" in render_html(Sheet((PLACE,), DAY))


def test_same_sheet_same_page() -> None:
    assert render_html(Sheet((PLACE,), DAY)) == render_html(Sheet((PLACE,), DAY))


def discs(sheet: Sheet) -> dict[str, tuple[float, float]]:
    root = fromstring(minimap_svg(sheet))  # noqa: S314  # our own drawing
    numbers = [t for t in root.iter(f"{SVG}text") if (t.text or "").isdigit()]
    return {t.text or "": (float(t.get("x", "")), float(t.get("y", "")) - 5) for t in numbers}


def test_map_puts_north_up_and_east_right() -> None:
    east = replace(PLACE, lon=2.3700)
    north = replace(PLACE, lat=48.9450)
    at = discs(Sheet((PLACE, east, north), DAY))
    assert at["2"][0] > at["1"][0]
    assert at["2"][1] == pytest.approx(at["1"][1])
    assert at["3"][1] < at["1"][1]
    assert at["3"][0] == pytest.approx(at["1"][0])


def test_map_scale_is_true() -> None:
    """One thousandth of a degree of latitude is 111.2 m, whatever the frame."""
    sheet = Sheet((PLACE, replace(PLACE, lat=48.9462)), DAY)
    at = discs(sheet)
    root = fromstring(minimap_svg(sheet))  # noqa: S314  # our own drawing
    bar = next(p for p in root.iter(f"{SVG}path") if "v4h" in p.get("d", ""))
    drawn = float(re.search(r"h([\d.]+)v", bar.get("d", "")).group(1))  # type: ignore[union-attr]
    label = next(t.text for t in root.iter(f"{SVG}text") if (t.text or "").endswith(" m"))
    metres = float(str(label).removesuffix(" m"))
    assert (at["1"][1] - at["2"][1]) / drawn * metres == pytest.approx(1112, rel=0.01)


def test_places_at_one_address_are_drawn_apart() -> None:
    at = discs(Sheet((PLACE,) * 4, DAY))
    assert len(at) == 4
    spots = list(at.values())
    for i, a in enumerate(spots):
        assert RADIUS <= a[0] <= WIDTH - RADIUS
        assert RADIUS <= a[1] <= HEIGHT - RADIUS
        for b in spots[i + 1 :]:
            assert ((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2) ** 0.5 > 2 * RADIUS - 1


def test_origin_is_drawn_only_if_given() -> None:
    without = Sheet((PLACE,), DAY)
    assert minimap_svg(replace(without, origin=(48.93, 2.35))).count('r="7"') == 1
    assert 'r="7"' not in minimap_svg(without)


def test_broken_outlines_do_not_break_the_map() -> None:
    nan = float("nan")
    rings = (
        (),
        ((48.9, 2.3),),
        ((nan, nan), (nan, 2.0), (1.0, nan)),
        ((48, 2), (49, 3), (48, 3), (49, 2)),
    )
    svg = minimap_svg(Sheet((PLACE,), DAY, outlines=(Outline("x", rings),)))
    fromstring(svg)  # noqa: S314  # our own drawing
    assert "nan" not in svg
