"""The zones: IRIS, communes, the territory, and the points where need stands."""

from __future__ import annotations

from observatory.tables.columns import count, flag, homes, pct, persons, text, why
from observatory.tables.keys import (
    COMMUNE,
    COMMUNE_NAME,
    EPT,
    EPT_NAME,
    IRIS,
    IRIS_NAME,
    IRIS_TYPE,
    LAT,
    LON,
    OUTLINE,
    X,
    Y,
)
from observatory.tables.shared_columns import (
    AGES,
    CELL_POPULATION,
    CENSUS_AGES,
    IN_TERRITORY,
    INCOME_D1,
    LOW_DIPLOMA,
    OCCUPATIONS,
    POPULATION,
    POPULATION_BASIS,
    POPULATION_LATEST,
    POVERTY_DECLARED,
    POVERTY_DISPOSABLE,
    POVERTY_OF_AGES,
)
from observatory.tables.table import METRES, Table

#: Why a commune, or its IRIS, has no EPT.
NO_EPT = "outside the EPT: Paris, or a commune around the Métropole du Grand Paris"

IRIS_TABLE = Table(
    "iris",
    "One IRIS of the territory's département or of a commune around the territory; a commune "
    "around of which no source has the IRIS outlines is one zone.",
    ("iris",),
    (
        IRIS,
        IRIS_NAME,
        IRIS_TYPE.of("iris_types"),
        COMMUNE,
        COMMUNE_NAME,
        EPT.may_miss(NO_EPT).of("cog_communes_2026"),
        EPT_NAME.may_miss(NO_EPT).of("cog_communes_2026"),
        IN_TERRITORY,
        POPULATION,
        POPULATION_BASIS,
        *AGES,
        text(
            "iris_quality",
            "INSEE's label of the IRIS's quality (1 best ... 5, Z whole commune).",
            "not in the source",
        ).of("activity_iris_2016"),
        POVERTY_DECLARED,
        why("poverty_declared_pct").of("income_declared_iris_2021"),
        INCOME_D1,
        why("income_d1_declared_eur").of("income_declared_iris_2021"),
        LOW_DIPLOMA,
        *OCCUPATIONS,
        persons(
            "unemployed_15_64",
            "Unemployed residents aged 15-64, census RP2016.",
            "not in the source",
        ).of("activity_iris_2016"),
        persons(
            "active_15_64", "Active residents aged 15-64, census RP2016.", "not in the source"
        ).of("activity_iris_2016"),
        homes("households", "Households, census RP2016.", "not published for this type of IRIS").of(
            "housing_iris_2016"
        ),
        homes(
            "alone_households",
            "One-person households, census RP2016.",
            "not published for this type of IRIS",
        ).of("households_iris_2016"),
        persons(
            "persons_single_parent",
            "Residents of single-parent households, census RP2016.",
            "not published for this type of IRIS",
        ).of("households_iris_2016"),
        homes(
            "caf_rsa",
            "CAF beneficiaries of RSA, 2021.",
            "suppressed by the CAF (a small number), or not in its file",
        ).of("caf_iris_2021"),
        *(
            homes(
                name,
                f"{whom}, 2021.",
                "suppressed by the CAF (a small number), or not in its file",
            ).of("caf_iris_2021")
            for name, whom in (
                ("caf_aah", "CAF beneficiaries of AAH"),
                ("caf_ppa", "CAF beneficiaries of the prime d'activité"),
                ("caf_single_parents", "Single-parent families that the CAF pays"),
            )
        ),
        CELL_POPULATION,
        OUTLINE.of("iris_outlines"),
    ),
    crs=METRES,
    source=("iris_outlines",),
)

COMMUNE_TABLE = Table(
    "communes",
    "One commune of the territory's département or around the territory, before the mergers "
    "of 2025 (cog_2024).",
    ("commune",),
    (
        COMMUNE,
        COMMUNE_NAME,
        EPT.may_miss(NO_EPT).of("cog_communes_2026"),
        EPT_NAME.may_miss(NO_EPT).of("cog_communes_2026"),
        IN_TERRITORY,
        POPULATION,
        POPULATION_LATEST,
        flag(
            "whole_departement",
            "Whether every commune of its département is in the build, so that need can be "
            "carried to the département's official level.",
        ).of("cog_communes_2026"),
        *AGES,
        CELL_POPULATION,
        POVERTY_DISPOSABLE,
        *POVERTY_OF_AGES,
        LOW_DIPLOMA,
        pct(
            "no_thd_pct",
            "Premises without fixed internet of 30 Mbit/s or more (2017-20).",
            "not in the source",
        ).of("fixed_coverage_communes"),
        pct(
            "mobile_coverage_pct",
            "Mobile (4G) coverage, as its source says (2017-20).",
            "not in the source",
        ).of("mobile_coverage_communes"),
        pct(
            "pop_65p_pct",
            "Share of people aged 65 and over, as an earlier index compiled it (2017-20).",
            "not published for the commune",
        ).of("commune_diplomas"),
        persons(
            "counsellor_acts",
            "People helped by conseillers numériques, to July 2023, in the post codes that are "
            "the commune's alone.",
            "no post code of its own in the source",
        ).of("counsellor_acts_2023", "cog_communes_2026"),
        OUTLINE.of("iris_outlines"),
    ),
    crs=METRES,
    source=("communes",),
)

EPT_TABLE = Table(
    "ept",
    "The territory observed.",
    ("ept",),
    (
        EPT,
        EPT_NAME,
        POPULATION,
        POPULATION_LATEST.may_miss("a commune is not in the list of communes"),
        *AGES,
        CELL_POPULATION,
        count("communes", "Communes of the territory, before the merger.", "communes", low=1),
        count("iris_count", "IRIS of the territory.", "IRIS", low=1).of("iris_outlines"),
        OUTLINE.of("iris_outlines"),
    ),
    crs=METRES,
    source=("cog_communes_2026",),
)

POINTS = Table(
    "points",
    "One place where need stands: an inhabited 200 m cell, or an IRIS's centre without cells.",
    ("point",),
    (
        text("point", "Cell (INSPIRE identifier) or IRIS<code>."),
        text("kind", "A 200 m cell, or the centre of an IRIS.", among=("cell", "iris")),
        IRIS.of("iris_outlines"),
        COMMUNE.of("iris_outlines"),
        IN_TERRITORY,
        X,
        Y,
        LON,
        LAT,
        persons(
            "residents",
            "Residents of the point: the cell's (Filosofi 2021), or the IRIS's (RP2016).",
        ).of("cells_population_2021", *CENSUS_AGES),
        persons("population", "The IRIS's census residents (RP2016), shared over its points.").of(
            *CENSUS_AGES
        ),
    ),
    source=("cells_population_2021",),
)
