"""The territory sheet as a PDF of three A4 pages, laid out by typst."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from observatory.sheets.territory_content import TerritoryContent
from observatory.sheets.territory_texts import Table, Writer
from observatory.sheets.typst_pdf import FONTS, breakable_texts, compile_pdf

#: Rows of a table that three pages have room for; the HTML has them all.
MOST_ZONES, MOST_PLACES, MOST_SCHOOLS = 45, 56, 96
#: From this many schools on, their table stands in two columns.
TWO_COLUMNS = 24


def territory_pdf(content: TerritoryContent) -> bytes:
    """Lay a territory sheet out on one A4 page and two of detail.

    The same content gives the same bytes.

    Returns
    -------
    bytes
        A tagged PDF of three pages with its fonts embedded.
    """
    return compile_pdf("territory.typ", _data(content), content.day)


def _data(content: TerritoryContent) -> dict[str, Any]:
    """Return what the template reads; the words can break, the drawings are left alone."""
    write = Writer(content.lang, False)
    shown = replace(
        content,
        zones=tuple(_cut(table, MOST_ZONES, write) for table in content.zones),
        places=_cut(content.places, MOST_PLACES, write),
        schools=_cut(content.schools, MOST_SCHOOLS, write),
    )
    day = content.day
    data: dict[str, Any] = breakable_texts(asdict(replace(shown, map_svg="", qr="", legend=())))
    data |= {
        "map_svg": content.map_svg,
        "qr": content.qr,
        "legend": [{"svg": svg, "text": text} for svg, text in content.legend],
        "school_parts": _parts(shown.schools),
        "nothing": write.words("detail.nothing"),
        "fonts": list(FONTS),
        "day": [day.year, day.month, day.day],
    }
    return data


def _cut(table: Table, most: int, write: Writer) -> Table:
    """Return a table of at most so many rows, that says how many it leaves out."""
    over = len(table.rows) - most
    if over <= 0:
        return table
    more = write.words("detail.more", count=over)
    return replace(table, rows=table.rows[:most], note=f"{more} {table.note}".strip())


def _parts(table: Table) -> list[list[tuple[str, ...]]]:
    """Return the rows in one part, or in two of the same length."""
    half = (len(table.rows) + 1) // 2
    if len(table.rows) < TWO_COLUMNS:
        return [list(table.rows)]
    return [list(table.rows[:half]), list(table.rows[half:])]
