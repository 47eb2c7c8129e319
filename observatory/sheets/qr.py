"""The code to scan for the way to a place: it holds the destination, never where one comes from."""

from __future__ import annotations

import io
from functools import lru_cache

import segno

from observatory.sheets.sheet_model import Point


def route_url(destination: Point) -> str:
    """Return the address of a page that shows the way on foot to a point, from wherever one is.

    OpenStreetMap's page is used because it asks for no account and follows no one; five decimals
    are one metre.
    """
    lat, lon = destination
    return (
        "https://www.openstreetmap.org/directions?engine=fossgis_osrm_foot"
        f"&route=%3B{lat:.5f}%2C{lon:.5f}"
    )


@lru_cache(maxsize=512)
def qr_svg(text: str) -> str:
    """Draw a QR code as SVG; half of its quiet zone is in it, the layout leaves the other half."""
    buffer = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        buffer, kind="svg", border=2, xmldecl=False, svgclass=None, lineclass=None, omitsize=True
    )
    return buffer.getvalue().decode("utf-8")
