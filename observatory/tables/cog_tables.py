"""The list of the communes of the country, with their post codes and former codes."""

from __future__ import annotations

from observatory.tables.columns import count, text
from observatory.tables.table import Table

#: Between the post codes, or the former codes, of one commune.
SEPARATOR = "|"

COG_COMMUNES = Table(
    "cog_communes",
    "One commune of the official geography of 2026; the arrondissements of Paris, Lyon and "
    "Marseille are communes here.",
    ("commune",),
    (
        text("commune", "INSEE code of today.", pattern=r"\d[\dAB]\d{3}"),
        text("commune_name", "Name of today."),
        text("postcodes", "Its post codes, separated by |.", "not given"),
        text(
            "former_codes",
            "Codes of communes that have joined it or that it had before, separated by |.",
            "none",
        ),
        count("population", "Municipal population, latest in force.", "persons", "not given"),
    ),
)

FRENCH_COMMUNES = Table(
    "french_communes",
    "One commune of the country in 2026, so that a list of places is checked with no network; the "
    "arrondissements of Paris, Lyon and Marseille are communes here.",
    ("commune",),
    (
        text("commune", "INSEE code of today.", pattern=r"\d[\dAB]\d{3}"),
        text("commune_name", "Name of today; no other of its département has it."),
        text("postcodes", "Its post codes, separated by |.", "not given"),
        text("siren", "SIREN of the commune itself: its town hall's SIRET begins so.", "not given"),
    ),
)
