"""Transit stops: a hint of how to come, and names from which a search can start."""

from __future__ import annotations

from observatory.tables.columns import text
from observatory.tables.keys import COMMUNE, COMMUNE_NAME, LAT, LON, X, Y
from observatory.tables.table import Table

#: The source that a build may hold them from.
STOPS_SOURCE = "transit_stops_2024"
#: The source of the lines that call there; of bus lines it has none.
LINES_SOURCE = "transit_lines_2025"
RAIL, METRO, TRAM, BUS, OTHER = "rail", "metro", "tram", "bus", "other"
STOP_KINDS = (RAIL, METRO, TRAM, BUS, OTHER)

#: The source reads it with the town as its publisher writes it; a build has the official name.
STOPS = Table(
    "stops",
    "One stop area: the platforms of one stop, for one way of travelling.",
    ("stop",),
    (
        text("stop", "Identifier of the stop area, of Île-de-France Mobilités."),
        text("name", "Its name, as it is signed."),
        text(
            "kind",
            "What stops there: a train or RER, a metro, a tram, a bus; other where the source "
            "names a type that is not known here.",
            among=STOP_KINDS,
        ),
        COMMUNE,
        COMMUNE_NAME,
        X,
        Y,
        LON,
        LAT,
    ),
    source=(STOPS_SOURCE,),
)

STOP_LINES = Table(
    "stop_lines",
    "One line of train, RER, metro or tram at one stop area.",
    ("stop", "kind", "line"),
    (
        text("stop", "Identifier of the stop area, of Île-de-France Mobilités."),
        text("kind", "What the line is, as a stop has it.", among=STOP_KINDS),
        text("line", "The line as it is signed: ``12`` (metro), ``3b`` (tram), ``RER B``, ``H``."),
    ),
    source=(LINES_SOURCE,),
)
