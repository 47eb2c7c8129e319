"""HTML from outside text: everything is escaped, and only harmless links become links."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape
from urllib.parse import urlsplit

from observatory.tables.plain_text import visible
from observatory.words.numbers import phone_text

LINKS = ("http", "https", "tel", "mailto", "sms")
LONGEST = 600
ALL, NONE = range(1, 100), range(0)
#: A table of so many columns is stacked on a phone: each row a block, each cell with its header.
WIDE = 3


def plain(text: object) -> str:
    """Return outside text as escaped HTML: without control or direction marks, cut when endless."""
    clean = visible("" if text is None or text != text else str(text)).strip()
    return _escaped(clean if len(clean) <= LONGEST else clean[:LONGEST] + "…")


def _escaped(text: str) -> str:
    """Escape a text for HTML, its braces too: a map's parts go through a template engine, which
    would run what stands between two of them."""
    return escape(text, quote=True).replace("{", "&#123;").replace("}", "&#125;")


def link(address: str, label: str | None = None) -> str:
    """Return an address as a link, or as plain text where its scheme is not a harmless one."""
    clean = visible(address).strip()
    try:
        scheme = urlsplit(clean).scheme.lower()
    except ValueError:
        scheme = ""
    if scheme not in LINKS or re.search(r"\s", clean):
        return plain(label or address)
    target = ' target="_blank"' if scheme.startswith("http") else ""
    return (
        f'<a href="{_escaped(clean)}"{target} rel="noopener noreferrer">{plain(label or clean)}</a>'
    )


def phone(text: str) -> str:
    """Return a telephone number as a link that dials it, or as plain text."""
    digits = re.sub(r"[^\d+]", "", text)
    return link(f"tel:{digits}", phone_text(text)) if len(digits) >= 4 else plain(text)


def html_table(
    caption: str,
    headers: Iterable[str],
    rows: Iterable[Iterable[str]],
    *,
    numeric: range = ALL,
    zones: Sequence[str] | None = None,
) -> str:
    """Return a table that a screen reader reads: a caption, column headers and row headers.

    On a phone a wide one is stacked; the roles keep it a table for a screen reader all the same.

    Parameters
    ----------
    caption, headers, rows
        Plain texts; all are escaped here.
    numeric
        Columns aligned to the right; all but the first by default.
    zones
        Codes of the rows that are zones of the map beside, which then answer to each other.
    """
    named = [plain(text) for text in headers]
    cells = [[plain(text) for text in row] for row in rows]
    return marked_table(caption, named, cells, numeric, zones=zones)


def marked_table(
    caption: str,
    named: list[str],
    rows: Sequence[list[str]],
    numeric: range = NONE,
    *,
    zones: Sequence[str] | None = None,
) -> str:
    """Return the same table from headers and cells that are HTML already."""
    heads = "".join(
        f'<th scope="col"{_aligned(place, numeric)} role="columnheader">{text}</th>'
        for place, text in enumerate(named)
    )
    marks = [""] * len(rows) if zones is None else [f' data-zone="{plain(code)}"' for code in zones]
    body = "".join(
        f'<tr role="row"{mark}>{_cells(row, named, numeric)}</tr>'
        for mark, row in zip(marks, rows, strict=True)
    )
    stacked = " obs-stack" if len(named) >= WIDE else ""
    return (
        f'<div class="obs-scroll" tabindex="0" role="region" aria-label="{plain(caption)}">'
        f'<table class="obs-table{stacked}" role="table"><caption>{plain(caption)}</caption>'
        f'<thead role="rowgroup"><tr role="row">{heads}</tr></thead>'
        f'<tbody role="rowgroup">{body}</tbody></table></div>'
    )


def with_chosen(table: str, code: str) -> str:
    """Return a table of zones with the row of one of them marked as the chosen one."""
    mark = f' data-zone="{plain(code)}"'
    return table.replace(mark, f'{mark} aria-current="true"', 1) if code else table


def _cells(row: list[str], named: list[str], numeric: range) -> str:
    first, *others = row
    cells = "".join(
        f'<td role="cell" data-label="{name}"{_aligned(place, numeric)}>{text}</td>'
        for place, (name, text) in enumerate(zip(named[1:], others, strict=True), start=1)
    )
    return f'<th scope="row" role="rowheader">{first}</th>{cells}'


def _aligned(place: int, numeric: range) -> str:
    return ' class="obs-number"' if place in numeric else ""
