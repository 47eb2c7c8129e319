"""Positions found from addresses: what a file of them holds, kept and corrected by a person."""

from __future__ import annotations

from observatory.tables.columns import degrees, number, text
from observatory.tables.table import Table

#: What the address service is called in the column ``source``; anything else is a person's word.
SERVICE = "geoplateforme"
NOT_FOUND = "not found"

POSITIONS = Table(
    "positions",
    "One address and its position, as the address service or a person gives it.",
    ("address", "commune"),
    (
        text("address", "Number and street, as the directory writes them."),
        text("postcode", "Post code.", "not given"),
        text("commune", "INSEE code of the commune.", pattern=r"\d[\dAB]\d{3}"),
        degrees("lat", "Latitude, WGS 84.", 90, NOT_FOUND),
        degrees("lon", "Longitude, WGS 84.", 180, NOT_FOUND),
        number("score", "How sure the service is, 0 to 1.", "", "a person's", high=1),
        text("kind", "What was found: housenumber, street, locality, municipality.", NOT_FOUND),
        text("label", "The address found, as the service writes it.", NOT_FOUND),
        text("source", "Who gives the position: geoplateforme and the day, or a person."),
    ),
)
