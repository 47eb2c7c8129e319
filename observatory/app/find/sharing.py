"""A place, or the places of a sheet, to be sent from the person's own device; no Streamlit here.

The links open the device's own messages, mail or WhatsApp with a text written: nothing is sent
from here, and the text holds the places alone, never where the person comes from.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

import pandas as pd

from observatory.app.find.cards import text, where
from observatory.places.rounds import RoundStop
from observatory.sheets.sheet_text import plain as one_line
from observatory.words.catalogue import Words
from observatory.words.markup import link, plain
from observatory.words.numbers import hours_text, phone_text
from observatory.words.round_words import day_names, round_lines

Row = Mapping[Any, Any]
#: Characters of a message; several text messages at most.
LONGEST = 1500
DECIMALS = 5


def point(row: Row) -> tuple[float, float] | None:
    """Return the latitude and longitude of a place, or ``None`` where they are not known."""
    lat, lon = row.get("lat"), row.get("lon")
    if pd.isna(row.get("walk_min")) or pd.isna(lat) or pd.isna(lon):
        return None
    return round(float(lat or 0), DECIMALS), round(float(lon or 0), DECIMALS)


def map_address(row: Row) -> str:
    """Return the address of a map page with a mark at the place; empty where it has no point."""
    at = point(row)
    if at is None:
        return ""
    return f"https://www.openstreetmap.org/?mlat={at[0]}&mlon={at[1]}#map=18/{at[0]}/{at[1]}"


def geo_address(row: Row) -> str:
    """Return the ``geo:`` address that a phone opens in its own map; empty without a point."""
    at = point(row)
    return "" if at is None else f"geo:{at[0]},{at[1]}?q={at[0]},{at[1]}"


def message(rows: Iterable[Row], words: Words) -> str:
    """Return places as the text of a message: name, address, stops, phone, hours, map."""
    return "\n\n".join("\n".join(_lines(row, words)) for row in rows)[:LONGEST]


def _lines(row: Row, words: Words) -> list[str]:
    here, hours = row.get("round_stop"), text(row, "hours")
    lines = [text(row, "name"), where(row)]
    lines += [f"{day}: {at}" for day, at in round_lines(row.get("round") or (), words.lang)]
    lines += [phone_text(text(row, "phone")), hours_text(hours, words.lang) if hours else ""]
    if address := map_address(row):
        named = f" ({day_names(here, words.lang)})" if isinstance(here, RoundStop) else ""
        lines.append(f"{words('find.share.map')}{named}: {address}")
    return [one_line(line, 300) for line in lines if line]


def share_links(rows: Iterable[Row], words: Words) -> str:
    """Return the links that send places by the device's own means, as HTML."""
    told = quote(message(rows, words), safe="")
    subject = quote(words("find.share.subject"), safe="")
    addresses = {
        "sms": f"sms:?&body={told}",
        "whatsapp": f"https://wa.me/?text={told}",
        "mail": f"mailto:?subject={subject}&body={told}",
    }
    return " · ".join(
        link(address, words(f"find.share.{name}")) for name, address in addresses.items()
    )


def share_part(row: Row, words: Words) -> str:
    """Return the part of a card that opens a map and sends the place, folded."""
    on_map = map_address(row)
    maps = f"<p>{link(on_map, words('find.share.map'))}</p>" if on_map else ""
    return (
        f'<details class="obs-share"><summary>{plain(words("find.share.head"))}</summary>'
        f"{maps}<p>{share_links([row], words)}</p></details>"
    )
