"""Walks along streets and their names, that a build of one's own may hold: no assumption."""

from __future__ import annotations

from observatory.tables.columns import Column, text
from observatory.tables.keys import COMMUNE, COMMUNE_NAME, LAT, LON
from observatory.tables.table import Table

#: The name of the streets among the sources of a build.
STREETS_SOURCE = "streets_osm"
#: The name of the Base adresse nationale among them.
ADDRESSES_SOURCE = "addresses_ban"
#: The longest walk kept, metres: an hour and more at an adult's pace.
WALK_LIMIT_M = 6000.0

STREET_DISTANCES = Table(
    "street_distances",
    "One point of need and one place of help within an hour's walk of it along the streets.",
    ("point", "supply"),
    (
        Column("point", "text", "Point of need, in the table of points."),
        Column("supply", "text", "Help at a known place, in the table of supply."),
        Column("metres", "float", "Walk along the streets, the ways to them included.", "m", low=0),
    ),
    source=(STREETS_SOURCE,),
)

STREET_NAMES = Table(
    "street_names",
    "One street of a commune, by its name, at a number or a crossing near its middle.",
    ("commune", "name"),
    (
        text("name", "Its name, as the Base adresse nationale has it, else OpenStreetMap."),
        COMMUNE,
        COMMUNE_NAME,
        text(
            "postcode",
            "Post code of most of its numbers.",
            "OpenStreetMap alone has the street, or its addresses have none",
            pattern=r"\d{5}",
        ),
        LON,
        LAT,
    ),
    source=(ADDRESSES_SOURCE, STREETS_SOURCE),
)
