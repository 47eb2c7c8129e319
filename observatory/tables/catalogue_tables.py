"""The catalogue of a dataset of many territories: one row a build that it holds."""

from __future__ import annotations

from observatory.tables.columns import Column, count, persons, text
from observatory.tables.table import Table

#: Between the sources that do not cover a territory.
SEPARATOR = "|"
#: What a territory is, as :mod:`observatory.geo.perimeter` has it.
KINDS = ("ept", "epci", "departement", "communes")

CATALOGUE = Table(
    "catalogue",
    "One territory of a dataset: its build, and what no source says of it.",
    ("territory",),
    (
        text("territory", "SIREN of the EPT or EPCI, département, or commune:CODE,CODE."),
        text("name", "What it is called."),
        text("kind", "What it is.", among=KINDS),
        text("departement", "Code of the département that most of its communes are in."),
        count("communes", "Communes, before the mergers of 2025.", "communes", low=1),
        persons("population", "Residents, census RP2016."),
        count("places", "Places of help of the territory that are known.", "places"),
        text(
            "hash", "SHA-256 of the build's manifest, hence of its tables.", pattern="[0-9a-f]{64}"
        ),
        text("assumptions", "Digest of the assumptions that its row of gaps was computed with."),
        text("built_at", "When it was built, ISO 8601 in UTC.", pattern=r"\d{4}-\d\d-\d\dT.+"),
        text(
            "inputs",
            "Hash of all that its build hangs on: version, assumptions, files that speak of it.",
            "not noted",
        ),
        text("not_covered", "Sources that say nothing of a part of it, separated by |.", "none"),
        Column("geometry", "geometry", "Its outline, simplified: for a map of the country."),
    ),
    crs=(4326,),
)
