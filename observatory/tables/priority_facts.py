"""The priority places: REP and REP+ schools, and QPV."""

from __future__ import annotations

from observatory.tables.columns import Column, flag, number, persons, text
from observatory.tables.keys import (
    COMMUNE,
    COMMUNE_NAME,
    LAT,
    LON,
    QPV_2015,
    QPV_2024,
    QPV_NAME,
    UAI,
)
from observatory.tables.school_tables import QPV_SITUATIONS, SCHOOL_TYPE
from observatory.tables.shared_columns import IN_TERRITORY
from observatory.tables.table import Table

SCHOOLS = Table(
    "schools",
    "One REP or REP+ school, or any school with a published social index.",
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
        number("pupils", "Pupils, 2022-23.", "pupils", "not published (nursery schools)"),
        number(
            "ips",
            "Social index of the school (IPS), 2022-23.",
            missing="not published (nursery schools)",
            low=None,
        ),
        LON.may_miss("no source gives the school's place"),
        LAT.may_miss("no source gives the school's place"),
        text(
            "qpv_situation",
            "Place relative to a QPV, Ministry of Education 2024-25.",
            "not given",
            among=QPV_SITUATIONS,
        ),
    ),
)

QPV = Table(
    "qpv",
    "One QPV (perimeters of 2024) that touches the territory.",
    ("qpv",),
    (
        QPV_2024,
        QPV_NAME,
        text("communes", "Communes it touches, INSEE codes of cog_2025, separated by |."),
        flag("outline_known", "Whether an outline is known."),
        QPV_2015.may_miss("no outline is known").named(
            "outline_2015",
            "Code of the 2015 QPV whose outline stands for it; the 2024 perimeter can differ.",
        ),
        persons(
            "population_iris",
            "People inside, IRIS shares of surface x census RP2016.",
            "no outline is known",
        ),
        persons(
            "population_cells",
            "People inside, 200 m cells of the territory (Filosofi 2021) whose centre is inside.",
            "no outline is known",
        ),
        Column(
            "geometry", "geometry", "Outline of 2015, where known.", missing="no outline is known"
        ),
    ),
    crs=2154,
)
