"""Columns that several built tables share."""

from __future__ import annotations

from observatory.tables.columns import Column

IN_TERRITORY = Column("in_territory", "bool", "Whether the place is in the territory observed.")

POPULATION = Column(
    "population",
    "int",
    "Residents, census RP2016, whole persons, conserved in every sum.",
    "persons",
    low=0,
)

POPULATION_BASIS = Column(
    "population_basis",
    "text",
    "How the residents are known: published by age; or estimated from the published 15-64 with "
    "the commune's ages (activity and various IRIS); or nobody lives there.",
    among=("ages", "estimated from 15-64", "none"),
)

AGES = tuple(
    Column(f"pop_{band}", "float", f"Residents aged {words}, census RP2016.", "persons", low=0)
    for band, words in (
        ("0_14", "0 to 14"),
        ("15_29", "15 to 29"),
        ("30_44", "30 to 44"),
        ("45_59", "45 to 59"),
        ("60_74", "60 to 74"),
        ("75p", "75 and over"),
    )
)

POVERTY_DECLARED = Column(
    "poverty_declared_pct",
    "float",
    "Poverty rate on DECLARED income (Filosofi 2021 by IRIS); not to be compared with disposable.",
    "%",
    missing="the reason stands in poverty_declared_pct_why",
    low=0,
    high=100,
)

POVERTY = Column(
    "poverty_pct",
    "float",
    "Poverty rate on DISPOSABLE income: the commune's published rate (Filosofi 2021), spread over "
    "its IRIS along their declared poverty (an assumption: need.iris_poverty).",
    "%",
    missing="no rate is published for the commune",
    low=0,
    high=100,
)

LOW_DIPLOMA = Column(
    "low_diploma_pct",
    "float",
    "Share of people aged 15 and over without the baccalauréat, by commune (each IRIS has its "
    "commune's share).",
    "%",
    missing="not published for the commune",
    low=0,
    high=100,
)

NEED_AGE = Column(
    "need_age", "float", "People in digital difficulty, estimate by age alone.", "persons", low=0
)

NEED_POVERTY = Column(
    "need_poverty",
    "float",
    "People in digital difficulty, estimate by age and poverty.",
    "persons",
    missing="no poverty rate is known",
    low=0,
)

NEED_DIPLOMA = Column(
    "need_diploma",
    "float",
    "People in digital difficulty, estimate by age, poverty and diploma.",
    "persons",
    missing="no diploma share is known",
    low=0,
)

NEED = Column(
    "need_persons",
    "float",
    "Residents aged 15 and over in digital difficulty, central estimate (age and poverty; age "
    "alone where no poverty rate is known).",
    "persons",
    low=0,
)

NEED_LOW = Column(
    "need_low",
    "float",
    "Lower end: the lowest of the estimates less the census's sampling noise.",
    "persons",
    low=0,
)

NEED_HIGH = Column(
    "need_high",
    "float",
    "Upper end: the highest of the estimates plus the census's sampling noise.",
    "persons",
    low=0,
)

CELL_POPULATION = Column(
    "cell_population",
    "float",
    "Residents of the 200 m cells (Filosofi 2021) whose centre lies in the zone; another count and "
    "year than the census.",
    "persons",
    missing="no cells are known here",
    low=0,
)
