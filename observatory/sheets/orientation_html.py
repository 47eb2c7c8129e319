"""The orientation sheet as a page to print from the browser: one file, no request to anywhere."""

from __future__ import annotations

import base64
import math
import unicodedata
from functools import cache
from importlib import resources

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

from observatory.sheets.icons import icons
from observatory.sheets.orientation_content import Bilingual, Card, Content, content
from observatory.sheets.sheet_model import Sheet


def render_html(sheet: Sheet) -> str:
    """Write a sheet as a self-contained HTML page, A4 when printed.

    Every text is escaped by the template; only the drawings made here (map, codes, icons) go in as
    they are. The page's own policy forbids scripts and any request.
    """
    texts = content(sheet)
    return _template().render(
        sheet=texts,
        size=_size(texts),
        font=_font(texts.language),
        qr=[Markup(card.qr) for card in texts.cards],  # noqa: S704  # drawn from a number pair
        map=Markup(texts.map_svg),  # noqa: S704  # its only texts are escaped where it is drawn
        icons={name: Markup(svg) for name, svg in icons().items()},  # noqa: S704  # our own files
    )


# What a machine set up in French may lack: a person's sheet must not be a row of empty boxes.
_FONT_FILES = {
    "ar": "NotoNaskhArabic-Regular.ttf",
    "ta": "NotoSansTamil-Regular.ttf",
    "zh": "NotoSansCJKsc-Regular.otf",
}


@cache
def _font(language: str) -> str:
    """Return the script's font as base64 (the browser thickens it itself), or nothing to embed."""
    if language not in _FONT_FILES:
        return ""
    path = resources.files("observatory.sheets") / "fonts" / _FONT_FILES[language]
    return base64.b64encode(path.read_bytes()).decode("ascii")


@cache
def _template() -> Template:
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    path = resources.files("observatory.sheets") / "templates" / "orientation.html.j2"
    return environment.from_string(path.read_text(encoding="utf-8"))


# Points. A page without scripts cannot measure itself, and the fonts of the reader's machine are
# not known: the estimate below is meant to fill nine tenths of the printed page, as it does for
# every language and number of places in Debian's chromium.
_PAGE_WIDTH, _PAGE_HEIGHT = 521.0, 770.0
_QR_POINTS = {1: 102.0, 2: 82.0, 3: 71.0, 4: 68.0}
_MAP_POINTS = {1: 250.0, 2: 210.0, 3: 181.0, 4: 170.0}


def _size(texts: Content) -> float:
    """Return the largest size in points at which the sheet should fit one printed page."""
    largest = {1: 14.0, 2: 12.0, 3: 11.0, 4: 10.5}[len(texts.cards)]
    steps = [largest - 0.25 * i for i in range(int((largest - 5) / 0.25) + 1)]
    return next((size for size in steps if _height(texts, size) <= _PAGE_HEIGHT), steps[-1])


def _height(texts: Content, size: float) -> float:
    """Estimate the height in points of the page set at a size."""
    page = _PAGE_WIDTH / size
    head = 1.45 * _lines(texts.title, page / 1.45) + _lines(texts.subtitle, page) + 1.6
    foot = 0.8 * max(_lines(one, page / 3) for one in (texts.show, texts.privacy)) + 3.2
    count = len(texts.cards)
    cards = sum(_card(card, page - _QR_POINTS[count] / size - 3, count > 2) for card in texts.cards)
    drawn = _MAP_POINTS[count] * 0.643 / size + 4.5 if texts.map_svg else 0.0
    beside = page - (_MAP_POINTS[count] / size if texts.map_svg else 0.0) - 4
    listed = sum(_lines(one, beside) + 0.25 for one in texts.documents) + 2.4
    return size * (head + foot + cards + max(drawn, listed if texts.documents else 0.0))


def _card(card: Card, width: float, compact: bool) -> float:
    """Estimate the height of a card in ems."""
    name = 1.5 * _lines(Bilingual(card.name), width / 1.2) + 1.1 * _lines(
        Bilingual(card.address), width
    )
    words = (width / 2 - 2.5) if compact else width - 9.5
    rows = [sum(_lines(one, words) for one in row.lines) + 0.3 for row in card.rows]
    if not compact:
        label = [0.88 * _lines(row.label, 7.4) + 0.3 for row in card.rows]
        rows = [max(pair) for pair in zip(rows, label, strict=True)]
    inside = max(sum(rows) / 2 + max(rows) / 2, max(rows)) if compact else sum(rows)
    office = _lines(card.seat, width) + 0.9 if card.seat else 0.0
    return name + office + inside + _lines(card.age, width) + (2.9 if card.warn else 2.4)


def _lines(one: Bilingual, width: float) -> float:
    """Estimate the height in ems of a text and of the French beneath it."""
    own = math.ceil(_ems(one.main) / width) * 1.25
    return own + (math.ceil(0.76 * _ems(one.french) / width) * 0.9 if one.french else 0.0)


def _ems(text: str) -> float:
    """Estimate the width of a text in ems: a Chinese character is one, a letter about half."""
    return sum(_em(c) for c in text)


def _em(character: str) -> float:
    if unicodedata.east_asian_width(character) in "WF":
        return 1.0
    if unicodedata.category(character) in ("Mn", "Cf"):
        return 0.0
    return 0.72 if "\u0b80" <= character <= "\u0bff" else 0.52
