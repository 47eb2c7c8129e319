"""The communes of the région: what carries the need around a département to the région's level."""

from __future__ import annotations

from observatory.tables.census_tables import AGES_IRIS_2016
from observatory.tables.columns import persons
from observatory.tables.keys import COMMUNE
from observatory.tables.shared_columns import LOW_DIPLOMA, POVERTY_DISPOSABLE, POVERTY_OF_AGES
from observatory.tables.table import Table

#: Sources of the whole country, of which the région is kept; read where they are there.
AGES, INCOMES, DIPLOMAS = "ages_iris_2016_region", "incomes_2021_region", "diplomas_region"
SOURCES = (AGES, INCOMES, DIPLOMAS)
NO_IRIS = "the commune is not divided into IRIS"

REGION_COMMUNES = Table(
    "region_communes",
    "One commune of the région with what need depends on; those without ages count by their "
    "population alone.",
    ("commune",),
    (
        COMMUNE,
        *(
            column.may_miss(NO_IRIS).of(AGES)
            for column in AGES_IRIS_2016.columns
            if column.name.startswith("pop_")
        ),
        persons("population_latest", "Latest municipal population.", "not in the list").of(
            "cog_communes_2026"
        ),
        POVERTY_DISPOSABLE.of(INCOMES),
        *(column.of(INCOMES) for column in POVERTY_OF_AGES),
        LOW_DIPLOMA.of(DIPLOMAS),
    ),
    source=SOURCES,
)
