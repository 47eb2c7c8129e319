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
    "One commune of the country in 2026, so that a list of places is checked and a territory is "
    "named with no network; the arrondissements of Paris, Lyon and Marseille are communes here.",
    ("commune",),
    (
        text("commune", "INSEE code of today.", pattern=r"\d[\dAB]\d{3}"),
        text("commune_name", "Name of today; no other of its département has it."),
        text("postcodes", "Its post codes, separated by |.", "not given"),
        text("siren", "SIREN of the commune itself: its town hall's SIRET begins so.", "not given"),
        text(
            "former_codes",
            "Codes of communes that have joined it or that it had before, separated by |.",
            "none",
        ),
        text("city", "Commune that it is an arrondissement of.", "it is a commune"),
        text("departement_name", "Name of its département."),
        text("region", "Code of its région, or collectivity overseas.", pattern=r"\d{2,3}"),
        count("population", "Municipal population, latest in force.", "persons", "not given"),
        text("epci", "SIREN of its EPCI.", "in none", pattern=r"\d{9}"),
        text("epci_name", "Name of its EPCI.", "in none"),
        text("ept", "SIREN of its EPT.", "in none", pattern=r"\d{9}"),
        text("ept_name", "Name of its EPT.", "in none"),
    ),
)
