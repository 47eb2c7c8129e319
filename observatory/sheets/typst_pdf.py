"""The one compiler of PDF: a template of this room, data as JSON, the fonts of this room."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import UTC, date, datetime
from functools import cache
from importlib import resources
from threading import Lock
from typing import Any

import typst

from observatory.sheets.sheet_text import breakable

FONTS = ("Noto Sans", "Noto Naskh Arabic", "Noto Sans Tamil", "Noto Sans CJK SC")

# A typst compiler keeps the fonts and what it has laid out, and is not made for two threads.
_LOCK = Lock()
_KEEP = ExitStack()


def compile_pdf(template: str, data: Mapping[str, Any], day: date) -> bytes:
    """Lay data out with a template.

    The same data give the same bytes: the only date in the file is the day, and no font comes
    from the machine.

    Parameters
    ----------
    template
        Name of a file of ``templates/``, which reads ``sys.inputs.data``.
    data
        What it reads, as JSON; never read as markup.
    day
        The day written into the file.

    Returns
    -------
    bytes
        A tagged PDF with its fonts embedded.
    """
    noon = datetime(*day.timetuple()[:3], 12, tzinfo=UTC)
    with _LOCK:
        # The template is given each time: a compiler forgets a text that came as bytes.
        pdf = _compiler().compile(
            _template(template),
            format="pdf",
            sys_inputs={"data": json.dumps(data)},
            timestamp=noon,
        )
    return bytes(pdf)


def breakable_texts(value: Any) -> Any:
    """Return values whose long words can break (:func:`~sheet_text.breakable`)."""
    if isinstance(value, str):
        return breakable(value)
    if isinstance(value, dict):
        return {key: breakable_texts(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [breakable_texts(one) for one in value]
    return value


@cache
def _compiler() -> Any:
    folder = resources.files("observatory.sheets")
    fonts = _KEEP.enter_context(resources.as_file(folder / "fonts"))
    shipped = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(fonts)]
    )
    return typst.Compiler(font_paths=shipped)


@cache
def _template(name: str) -> bytes:
    return (resources.files("observatory.sheets") / "templates" / name).read_bytes()


def compile_png(svg: str, width: float, height: float, ppi: float = 144.0) -> bytes:
    """Return a drawing as PNG, in the fonts of this room.

    Parameters
    ----------
    svg
        The drawing; never read as markup.
    width, height
        Its size, in points.
    ppi
        Pixels for 72 points.
    """
    with _LOCK:
        png = _compiler().compile(
            _template("drawing.typ"),
            format="png",
            ppi=ppi,
            sys_inputs={"svg": svg, "width": f"{width:g}", "height": f"{height:g}"},
        )
    return bytes(png)
