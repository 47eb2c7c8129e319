"""The directory as vCard 4.0 (RFC 6350), for telephones and address books.

Values are escaped, and lines folded at 75 bytes without cutting a character.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from observatory.tables.place_tables import SEAT_SUMMARY
from observatory.tables.plain_text import text_or_empty, visible

LINE = 75
NOTE_FIELDS = ("hours", "services", "fees", "access", "publics", "care")


def vcards(sites: pd.DataFrame) -> bytes:
    """Return one card a place, in the order of the table.

    Parameters
    ----------
    sites
        The table of sites, its texts harmless already.
    """
    cards = ["\r\n".join(map(folded, _card(row))) for row in sites.to_dict("records")]
    return "".join(card + "\r\n" for card in cards).encode("utf-8", "replace")


def _card(row: Mapping[Any, Any]) -> Iterator[str]:
    yield "BEGIN:VCARD"
    yield "VERSION:4.0"
    yield "KIND:org"
    yield f"UID;VALUE=text:{escaped(row['site'])}"
    yield f"FN:{escaped(row['name'])}"
    yield f"ORG:{escaped(row['name'])}"
    street = ", ".join(filter(None, (_text(row, "address"), _text(row, "address_more"))))
    parts = (
        "",
        "",
        street,
        _text(row, "commune_name"),
        "",
        _text(row, "postcode"),
        "France",
    )
    yield "ADR:" + ";".join(map(escaped, parts))
    phone = re.sub(r"[^\d+]", "", _text(row, "phone"))
    if phone:
        yield f"TEL;VALUE=uri;TYPE=work:tel:{phone}"
    for email in filter(None, _text(row, "email").split("|")):
        yield f"EMAIL;TYPE=work:{escaped(email)}"
    for address in filter(None, _text(row, "website").split("|")):
        yield f"URL:{_uri(address)}"
    if pd.notna(row.get("lat")) and pd.notna(row.get("lon")):
        yield f"GEO:geo:{row['lat']:.6f},{row['lon']:.6f}"
    if _text(row, "programmes"):
        yield "CATEGORIES:" + ",".join(map(escaped, _text(row, "programmes").split("|")))
    note = [text.replace("|", ", ") for n in NOTE_FIELDS if (text := _text(row, n))]
    if row.get("seat") is True:
        note.insert(0, SEAT_SUMMARY)
    if note:
        yield "NOTE:" + escaped("\n".join(note))
    if _text(row, "confirmed_on"):
        yield f"REV:{_text(row, 'confirmed_on').replace('-', '')}T000000Z"
    yield "END:VCARD"


def _text(row: Mapping[Any, Any], name: str) -> str:
    return text_or_empty(row.get(name))


def escaped(text: str) -> str:
    """Return a text value of a card: one line, its marks of structure escaped."""
    clean = visible(re.sub(r"\r\n?|[\u0085\u2028\u2029]", "\n", text))
    for mark in ("\\", ",", ";"):
        clean = clean.replace(mark, "\\" + mark)
    return clean.replace("\n", "\\n")


def _uri(address: str) -> str:
    """Return a web address on one line: what would end the line is written as its code."""
    return re.sub(r"[\s\x00-\x1f\x7f]", lambda m: f"%{ord(m[0]):02X}", address)


def folded(line: str) -> str:
    """Fold a line at 75 bytes: each further line begins with a space."""
    if len(line.encode("utf-8", "replace")) <= LINE:
        return line
    pieces: list[str] = []
    piece, size = "", 0
    for character in line:
        width = len(character.encode("utf-8", "replace"))
        if size + width > LINE:
            pieces.append(piece)
            piece, size = " ", 1
        piece += character
        size += width
    return "\r\n".join([*pieces, piece])
