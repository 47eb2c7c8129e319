"""The priority places: REP and REP+ schools, and QPV."""

from __future__ import annotations

from observatory.tables.columns import Column, flag, number, persons, text
from observatory.tables.keys import (
    COMMUNE,
    COMMUNE_NAME,
    LAT,
    LON,
    QPV_2024,
    QPV_EDGE,
    QPV_NAME,
    QPV_OF_POINT,
    QPV_OUTLINES,
    UAI,
)
from observatory.tables.school_tables import QPV_SITUATIONS, SCHOOL_TYPE
from observatory.tables.shared_columns import CENSUS_AGES, IN_TERRITORY
from observatory.tables.table import METRES, Table

SOCIAL_INDEX = ("ips_ecoles_2022", "ips_colleges_2022", "ips_lycees_2022")
SCHOOL_POINTS = ("schools_directory_2025", "lycees_2024", "colleges_ms3e", "colleges_seed")

SCHOOLS = Table(
    "schools",
    "One public school, or any school of priority education or with a published social index.",
    ("uai",),
    (
        UAI,
        text("school_name", "Name of the school."),
        SCHOOL_TYPE,
        text(
            "network",
            "Priority education, rentrée 2022.",
            "not in priority education",
            among=("REP", "REP+"),
        ),
        UAI.named("network_head", "UAI of the collège at the head of its network.").may_miss(
            "no network"
        ),
        COMMUNE,
        COMMUNE_NAME,
        IN_TERRITORY,
        number("pupils", "Pupils, 2022-23.", "pupils", "not published (nursery schools)").of(
            *SOCIAL_INDEX
        ),
        number(
            "ips",
            "Social index of the school (IPS), 2022-23.",
            missing="not published (nursery schools)",
            low=None,
        ).of(*SOCIAL_INDEX),
        LON.may_miss("no source gives the school's place").of(*SCHOOL_POINTS),
        LAT.may_miss("no source gives the school's place").of(*SCHOOL_POINTS),
        text(
            "qpv_situation",
            "Place relative to a QPV, Ministry of Education 2024-25.",
            "not given",
            among=QPV_SITUATIONS,
        ).of("school_qpv_2024"),
        QPV_OF_POINT.of(QPV_OUTLINES),
        QPV_EDGE,
    ),
    source=("rep_schools_2022", "schools_directory_2025"),
)

QPV = Table(
    "qpv",
    "One QPV (perimeters of 2024) that touches the territory.",
    ("qpv",),
    (
        QPV_2024,
        QPV_NAME,
        text("communes", "Communes it touches, INSEE codes of cog_2025, separated by |."),
        flag("outline_known", "Whether its outline is known.").of(QPV_OUTLINES),
        persons(
            "population_iris",
            "People inside, IRIS shares of surface x census RP2016.",
            "no outline is known",
        ).of(*CENSUS_AGES),
        persons(
            "population_cells",
            "People inside, 200 m cells of the territory (Filosofi 2021); a cell that the edge "
            "cuts gives the share of its surface inside.",
            "no outline is known",
        ).of("cells_population_2021"),
        Column(
            "geometry",
            "geometry",
            "Outline, simplified to about 5 m.",
            missing="no outline is known",
        ).of(QPV_OUTLINES),
    ),
    crs=METRES,
    source=("qpv_2024_by_commune",),
)

POINT_QPV = Table(
    "point_qpv",
    "One point where need stands and one QPV that takes a part of its people. What no QPV takes "
    "is outside all of them.",
    ("point", "qpv"),
    (
        text("point", "Point, as in the table of points."),
        QPV_2024,
        number(
            "share",
            "Share of the surface that the point stands for (its 200 m cell, or its IRIS) inside "
            "the QPV, hence of its people; below 1, the edge of a QPV cuts it.",
            high=1,
        ),
    ),
    source=(QPV_OUTLINES,),
)
