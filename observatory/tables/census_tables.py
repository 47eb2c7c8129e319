"""The tables read from the census, the 200 m grid and the income files, as published."""

from observatory.tables.columns import Column, homes, number, pct, persons, text, why
from observatory.tables.keys import (
    COMMUNE,
    COMMUNE_NAME,
    IRIS,
    IRIS_NAME,
    IRIS_TYPE,
    LAT,
    LON,
    X,
    Y,
)
from observatory.tables.table import Table

CELL = text(
    "cell",
    "INSPIRE identifier of the 200 m cell: its lower left corner in EPSG:3035.",
    pattern=r"CRS\d{4}RES200mN\d{6,7}E\d{6,7}",
)


def share(name: str, description: str) -> tuple[Column, Column]:
    """Return a column in per cent, and the column that says why it is missing."""
    return (pct(name, description, f"see {name}_why"), why(name))


CELLS_POPULATION_2021 = Table(
    "cells_population_2021",
    "One inhabited 200 m cell (Filosofi 2021) and the commune that it is counted in.",
    ("cell",),
    (
        CELL,
        COMMUNE,
        persons("residents", "Residents of the cell, Filosofi 2021; halves come from shared care."),
        X,
        Y,
        LON,
        LAT,
    ),
)
AGES_IRIS_2016 = Table(
    "ages_iris_2016",
    "One residential IRIS and its residents by age, census RP2016.",
    ("iris",),
    (
        IRIS,
        IRIS_TYPE,
        COMMUNE_NAME,
        persons("pop_0_14", "Residents aged 0 to 14."),
        persons("pop_15_29", "Residents aged 15 to 29."),
        persons("pop_30_44", "Residents aged 30 to 44."),
        persons("pop_45_59", "Residents aged 45 to 59."),
        persons("pop_60_74", "Residents aged 60 to 74."),
        persons("pop_75p", "Residents aged 75 and over."),
        persons("occupied", "Residents aged 15 and over with an occupation (groups 1 to 6)."),
        persons("managers", "Of them, managers and higher intellectual professions (group 3)."),
        persons("manual_workers", "Of them, manual workers (group 6)."),
    ),
)
HOUSEHOLDS_IRIS_2016 = Table(
    "households_iris_2016",
    "One residential IRIS and its residents by type of household, census RP2016 (PMEN: people, "
    "not households).",
    ("iris",),
    (
        IRIS,
        IRIS_TYPE,
        COMMUNE_NAME,
        homes("alone_households", "One-person households: as many as the people living alone."),
        persons("persons_single_parent", "People in single-parent family households."),
    ),
)
HOUSING_IRIS_2016 = Table(
    "housing_iris_2016",
    "One residential IRIS and its main residences, census RP2016.",
    ("iris",),
    (
        IRIS,
        IRIS_TYPE,
        COMMUNE_NAME,
        homes(
            "households",
            "Households, one for each main residence: houses and flats together (the few other "
            "kinds of dwelling are not in the source).",
        ),
    ),
)
ACTIVITY_IRIS_2016 = Table(
    "activity_iris_2016",
    "One IRIS of any type and its residents aged 15 to 64 by activity, census RP2016.",
    ("iris",),
    (
        IRIS,
        IRIS_NAME.may_miss("not in editions since the census of 2017"),
        IRIS_TYPE,
        COMMUNE,
        COMMUNE_NAME,
        text(
            "iris_quality",
            "INSEE's label of the IRIS's quality: 1 best ... 5 least, Z commune not divided.",
            among=("1", "2", "3", "4", "5", "Z"),
        ),
        persons("pop_15_64", "Residents aged 15 to 64."),
        persons("active_15_64", "Active residents aged 15 to 64, unemployed included."),
        persons("unemployed_15_64", "Unemployed residents aged 15 to 64, as the census counts."),
    ),
)
UNCERTAINTY = text(
    "uncertainty",
    "INSEE's degree of uncertainty of the IRIS: 1 to 3.",
    "no figure is published, or no degree for it",
    among=("1", "2", "3"),
)
INCOME_DECLARED_IRIS_2021 = Table(
    "income_declared_iris_2021",
    "One IRIS and its DECLARED income, Filosofi 2021; never to be mixed with disposable income.",
    ("iris",),
    (
        IRIS,
        *share("poverty_declared_pct", "Poverty rate on DECLARED income."),
        number(
            "income_d1_declared_eur",
            "First decile of DECLARED income a consumption unit.",
            "EUR/year",
            "see income_d1_declared_eur_why",
        ),
        why("income_d1_declared_eur"),
        UNCERTAINTY,
    ),
)
INCOME_DISPOSABLE_IRIS_2021 = Table(
    "income_disposable_iris_2021",
    "One IRIS and its DISPOSABLE income, Filosofi 2021; never to be mixed with declared income.",
    ("iris",),
    (
        IRIS,
        *share("poverty_disposable_pct", "Poverty rate of the IRIS on DISPOSABLE income."),
        number(
            "income_d1_disposable_eur",
            "First decile of DISPOSABLE income a consumption unit: benefits are in it, taxes not.",
            "EUR/year",
            "see income_d1_disposable_eur_why",
        ),
        why("income_d1_disposable_eur"),
        UNCERTAINTY,
    ),
    source=("income_disposable_iris_2021",),
)
INCOME_DISPOSABLE_COMMUNES_2021 = Table(
    "income_disposable_communes_2021",
    "One commune and its DISPOSABLE income, Filosofi 2021.",
    ("commune",),
    (
        COMMUNE,
        *share("poverty_disposable_pct", "Poverty rate on DISPOSABLE income."),
        *(
            column
            for ages, words in (
                ("under_30", "under 30"),
                ("30_39", "30 to 39"),
                ("40_49", "40 to 49"),
                ("50_59", "50 to 59"),
                ("60_74", "60 to 74"),
                ("75p", "75 or over"),
            )
            for column in share(
                f"poverty_{ages}_pct",
                f"Poverty rate on DISPOSABLE income of households whose tax head is {words}.",
            )
        ),
    ),
)
