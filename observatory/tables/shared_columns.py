"""Columns that several built tables share."""

from __future__ import annotations

from observatory.tables.columns import COMPUTED, count, flag, number, pct, persons, text

#: Residents by age: published for IRIS of dwellings, estimated from the 15-64 of the others.
CENSUS_AGES = ("ages_iris_2016", "activity_iris_2016")

IN_TERRITORY = flag("in_territory", "Whether the place is in the territory observed.").of(
    "cog_communes_2026"
)

APPOINTMENTS = flag(
    "appointments",
    "Whether the place makes appointments; no source says whether one is required.",
    "not given",
)

POPULATION = count(
    "population", "Residents, census RP2016, whole persons, conserved in every sum.", "persons"
).of(*CENSUS_AGES)

POPULATION_LATEST = count(
    "population_latest",
    "Residents, latest municipal population (2023, in force on 1 January 2026), to which need is "
    "carried: each commune's census residents by age are multiplied by it over their sum. "
    "Communes that have merged share their sum as the census does.",
    "persons",
    missing="the commune is not in the list of communes",
).of("cog_communes_2026", *CENSUS_AGES)

#: The basis of a commune whose IRIS stand for one zone.
TOGETHER = "the commune's IRIS together"

POPULATION_BASIS = text(
    "population_basis",
    "How the residents are known: published by age; or estimated from the published 15-64 with "
    "the commune's ages (activity and various IRIS), or with the département's where the commune "
    "has no IRIS with ages; or summed over the IRIS of a commune around the territory of which no "
    "source has the outlines; or nobody lives there.",
    among=(
        "ages",
        "estimated from 15-64",
        "estimated from 15-64, département's ages",
        TOGETHER,
        "none",
    ),
).of(*CENSUS_AGES)

AGES = tuple(
    persons(f"pop_{band}", f"Residents aged {words}, census RP2016.").of(*CENSUS_AGES)
    for band, words in (
        ("0_14", "0 to 14"),
        ("15_29", "15 to 29"),
        ("30_44", "30 to 44"),
        ("45_59", "45 to 59"),
        ("60_74", "60 to 74"),
        ("75p", "75 and over"),
    )
)

POVERTY_DECLARED = pct(
    "poverty_declared_pct",
    "Poverty rate on DECLARED income (Filosofi 2021 by IRIS); not to be compared with disposable.",
    missing="the reason stands in poverty_declared_pct_why",
).of("income_declared_iris_2021")

INCOME_D1 = number(
    "income_d1_declared_eur",
    "First decile of DECLARED income a consumption unit (Filosofi 2021 by IRIS), before benefits: "
    "one resident in ten lives on less; not to be compared with disposable income.",
    "EUR/year",
    "the reason stands in income_d1_declared_eur_why",
).of("income_declared_iris_2021")

POVERTY = pct(
    "poverty_pct",
    "Poverty rate on DISPOSABLE income: the commune's published rate (Filosofi 2021), spread over "
    "its IRIS along their declared poverty (an assumption: need.iris_poverty).",
    missing="no rate is published for the commune",
).of(COMPUTED)

POVERTY_DISPOSABLE = pct(
    "poverty_disposable_pct",
    "Poverty rate on DISPOSABLE income, Filosofi 2021.",
    "suppressed by the producer",
).of("income_disposable_communes_2021")

POVERTY_OF_AGES = tuple(
    pct(
        f"poverty_{ages}_pct",
        f"Poverty rate on DISPOSABLE income of households whose tax head is {words}, Filosofi "
        "2021.",
        "suppressed by the producer",
    ).of("income_disposable_communes_2021")
    for ages, words in (
        ("under_30", "under 30"),
        ("30_39", "30 to 39"),
        ("40_49", "40 to 49"),
        ("50_59", "50 to 59"),
        ("60_74", "60 to 74"),
        ("75p", "75 or over"),
    )
)

LOW_DIPLOMA = pct(
    "low_diploma_pct",
    "Share of people aged 15 and over without the baccalauréat, by commune (each IRIS has its "
    "commune's share).",
    missing="not published for the commune",
).of("commune_diplomas")

OCCUPATIONS = (
    pct(
        "managers_pct",
        "Managers and higher intellectual professions among the residents aged 15 and over with "
        "an occupation, census RP2016.",
        missing="not published for this type of IRIS, or nobody has an occupation",
    ).of("ages_iris_2016"),
    pct(
        "manual_workers_pct",
        "Manual workers among the residents aged 15 and over with an occupation, census RP2016.",
        missing="not published for this type of IRIS, or nobody has an occupation",
    ).of("ages_iris_2016"),
    pct(
        "low_diploma_expected_pct",
        "Share of people aged 15 and over without the baccalauréat that occupations and ages let "
        "expect (table diploma_fit); the commune's published share is spread along it.",
        missing="occupations are not published for the IRIS, or too few communes to fit",
    ).of("ages_iris_2016", "commune_diplomas"),
    flag(
        "low_diploma_measured",
        "Whether the expected share is measured: a newer census by IRIS was in the folder of "
        "sources (table diplomas_iris_2022).",
    ).of("ages_iris_2016", "commune_diplomas"),
)

NEED_AGE = persons(
    "need_age",
    "People in digital difficulty, estimate by age alone, at the national rates of 2019.",
)

NEED_POVERTY = persons(
    "need_poverty",
    "People in digital difficulty, estimate by age and poverty, at the national rates of 2019.",
    missing="no poverty rate is known",
)

NEED_DIPLOMA = persons(
    "need_diploma",
    "People in digital difficulty, estimate by age, poverty and diploma, at the national rates of "
    "2019.",
    missing="no diploma share is known",
)

NEED = persons(
    "need_persons",
    "Residents aged 15 and over in digital difficulty as INSEE measured it in 2019, central "
    "estimate: by age, poverty and diploma (by age and poverty, or age alone, where these are not "
    "known), for the latest municipal population, carried to INSEE's level of the département "
    "where one is given and the whole département is in the build.",
)

WEAK_SKILLS = persons(
    "weak_skills_persons",
    "Residents aged 15 and over who use the Internet and lack some of the basic skills (2019), at "
    "the national share of those who are not in digital difficulty; beside need_persons, never "
    "added to it.",
)

NEED_LOW = persons("need_low", "Lower end of need_persons: 5 % of the draws lie below.")

NEED_HIGH = persons("need_high", "Upper end of need_persons: 5 % of the draws lie above.")

CELL_POPULATION = persons(
    "cell_population",
    "Residents of the 200 m cells (Filosofi 2021) whose centre lies in the zone; another count and "
    "year than the census.",
    missing="no cells are known here",
).of("cells_population_2021")
