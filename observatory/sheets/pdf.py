"""The orientation sheet as a PDF of one A4 page, laid out by typst."""

from __future__ import annotations

import json
from contextlib import ExitStack
from dataclasses import asdict
from datetime import UTC, datetime
from functools import cache
from importlib import resources
from threading import Lock
from typing import Any

import typst

from observatory.sheets.content import Content, content
from observatory.sheets.icons import icons
from observatory.sheets.sheet_model import Sheet
from observatory.sheets.sheet_text import breakable

FONTS = ("Noto Sans", "Noto Naskh Arabic", "Noto Sans Tamil", "Noto Sans CJK SC")

# Points, the largest first, by number of places: a sheet for one place is read from further away.
_LARGEST = {1: 14.0, 2: 12.0, 3: 11.0, 4: 10.5}
_SMALLEST = 3.0

# A typst compiler keeps the fonts and what it has laid out, and is not made for two threads.
_LOCK = Lock()
_KEEP = ExitStack()


def render_pdf(sheet: Sheet) -> bytes:
    """Lay a sheet out on one A4 page.

    The same sheet gives the same bytes: the only date in the file is the day of printing, and no
    font comes from the machine.

    Returns
    -------
    bytes
        A tagged PDF with its fonts embedded.
    """
    texts = content(sheet)
    noon = datetime(*sheet.printed_on.timetuple()[:3], 12, tzinfo=UTC)
    with _LOCK:
        # The template is given each time: a compiler forgets a text that came as bytes.
        pdf = _compiler().compile(
            _template(), format="pdf", sys_inputs={"data": json.dumps(_data(texts))}, timestamp=noon
        )
    return bytes(pdf)


@cache
def _compiler() -> Any:
    folder = resources.files("observatory.sheets")
    fonts = _KEEP.enter_context(resources.as_file(folder / "fonts"))
    shipped = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(fonts)]
    )
    return typst.Compiler(font_paths=shipped)


@cache
def _template() -> bytes:
    return (resources.files("observatory.sheets") / "templates" / "sheet.typ").read_bytes()


def _data(texts: Content) -> dict[str, Any]:
    """Return what the template reads; the words of the data can break, the SVG is left alone."""
    day = texts.printed_on
    data: dict[str, Any] = _breakable(asdict(texts))
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


def _breakable(value: Any) -> Any:
    if isinstance(value, str):
        return breakable(value)
    if isinstance(value, dict):
        return {key: _breakable(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_breakable(one) for one in value]
    return value
