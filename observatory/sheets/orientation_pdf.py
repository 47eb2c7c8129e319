"""The orientation sheet as a PDF of one A4 page, laid out by typst."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from observatory.sheets.icons import icons
from observatory.sheets.orientation_content import Content, content
from observatory.sheets.sheet_model import Sheet
from observatory.sheets.typst_pdf import FONTS, breakable_texts, compile_pdf

# Points, the largest first, by number of places: a sheet for one place is read from further away.
_LARGEST = {1: 14.0, 2: 12.0, 3: 11.0, 4: 10.5}
_SMALLEST = 3.0


def render_pdf(sheet: Sheet) -> bytes:
    """Lay a sheet out on one A4 page.

    The same sheet gives the same bytes.

    Returns
    -------
    bytes
        A tagged PDF with its fonts embedded.
    """
    return compile_pdf("orientation.typ", _data(content(sheet)), sheet.printed_on)


def _data(texts: Content) -> dict[str, Any]:
    """Return what the template reads; the words of the data can break, the SVG is left alone."""
    day = texts.printed_on
    data: dict[str, Any] = breakable_texts(asdict(texts))
    for card, raw in zip(data["cards"], texts.cards, strict=True):
        card["qr"] = raw.qr
    data |= {
        "lang": texts.language,
        "map": data["map_title"],
        "map_svg": texts.map_svg,
        "icons": icons(),
        "fonts": list(FONTS),
        "day": [day.year, day.month, day.day],
        "printed_on": None,
        "sizes": _sizes(len(texts.cards)),
    }
    return data


def _sizes(places: int) -> list[float]:
    largest = _LARGEST[places]
    return [largest - 0.25 * step for step in range(int((largest - _SMALLEST) / 0.25) + 1)]
