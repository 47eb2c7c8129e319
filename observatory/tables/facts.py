"""The tables that a build gives: one for each level, and sites, supply, schools and QPV.

Communes and IRIS stand in the geography before the mergers of 2025 (``cog_2024``); figures
for ``cog_2025`` are summed from them when they are asked for.
"""

from __future__ import annotations

from observatory.tables.gap_results import GAPS, HEADLINE, LEVELS
from observatory.tables.national_facts import NATIONAL
from observatory.tables.place_facts import HELP, SITES, SUPPLY
from observatory.tables.priority_facts import POINT_QPV, QPV, SCHOOLS
from observatory.tables.shared_columns import (
    AGES,
    CELL_POPULATION,
    IN_TERRITORY,
    LOW_DIPLOMA,
    NEED,
    NEED_AGE,
    NEED_DIPLOMA,
    NEED_HIGH,
    NEED_LOW,
    NEED_POVERTY,
    POPULATION,
    POPULATION_BASIS,
    POVERTY,
    POVERTY_DECLARED,
)
from observatory.tables.table import Table
from observatory.tables.zone_facts import COMMUNE_TABLE, EPT_TABLE, IRIS_TABLE, POINTS

BUILT: tuple[Table, ...] = (
    IRIS_TABLE,
    COMMUNE_TABLE,
    EPT_TABLE,
    POINTS,
    SITES,
    SUPPLY,
    SCHOOLS,
    QPV,
    NATIONAL,
    POINT_QPV,
    GAPS,
)

__all__ = [
    "AGES",
    "BUILT",
    "CELL_POPULATION",
    "COMMUNE_TABLE",
    "EPT_TABLE",
    "GAPS",
    "HEADLINE",
    "HELP",
    "IN_TERRITORY",
    "IRIS_TABLE",
    "LEVELS",
    "LOW_DIPLOMA",
    "NATIONAL",
    "NEED",
    "NEED_AGE",
    "NEED_DIPLOMA",
    "NEED_HIGH",
    "NEED_LOW",
    "NEED_POVERTY",
    "POINTS",
    "POINT_QPV",
    "POPULATION",
    "POPULATION_BASIS",
    "POVERTY",
    "POVERTY_DECLARED",
    "QPV",
    "SCHOOLS",
    "SITES",
    "SUPPLY",
]
