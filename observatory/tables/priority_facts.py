"""The priority places: REP and REP+ schools, and QPV."""

from __future__ import annotations

from observatory.tables.columns import Column
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
from observatory.tables.shared_columns import IN_TERRITORY
from observatory.tables.table import Table

SCHOOLS = Table(
    "schools",
    "One REP or REP+ school, or any school with a published social index.",
    ("uai",),
    (
        UAI,
        Column("school_name", "text", "Name of the school."),
        Column(
            "school_type",
            "text",
            "Type of the school.",
            among=(
                "école maternelle",
                "école élémentaire ou primaire",
                "école",
                "collège",
                "lycée",
            ),
        ),
        Column(
            "network",
            "text",
            "Priority education, rentrée 2022.",
            missing="not in priority education",
            among=("REP", "REP+"),
        ),
        UAI.named("network_head", "UAI of the collège at the head of its network.").may_miss(
            "no network"
        ),
        COMMUNE,
        COMMUNE_NAME,
        IN_TERRITORY,
        Column(
            "pupils",
            "float",
            "Pupils, 2022-23.",
            "pupils",
            missing="not published (nursery schools)",
            low=0,
        ),
        Column(
            "ips",
            "float",
            "Social index of the school (IPS), 2022-23.",
            missing="not published (nursery schools)",
        ),
        LON.may_miss("no source gives the school's place"),
        LAT.may_miss("no source gives the school's place"),
        Column(
            "qpv_situation",
            "text",
            "Place relative to a QPV, Ministry of Education 2024-25.",
            missing="not given",
            among=("dans un QPV", "à moins de 300 m d'un QPV", "hors QPV"),
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
        Column("communes", "text", "Communes it touches, INSEE codes of cog_2025, separated by |."),
        Column("outline_known", "bool", "Whether an outline is known."),
        QPV_2015.may_miss("no outline is known").named(
            "outline_2015",
            "Code of the 2015 QPV whose outline stands for it; the 2024 perimeter can differ.",
        ),
        Column(
            "population_iris",
            "float",
            "People inside, IRIS shares of surface x census RP2016.",
            "persons",
            missing="no outline is known",
            low=0,
        ),
        Column(
            "population_cells",
            "float",
            "People inside, 200 m cells of the territory (Filosofi 2021) whose centre is inside.",
            "persons",
            missing="no outline is known",
            low=0,
        ),
        Column(
            "geometry", "geometry", "Outline of 2015, where known.", missing="no outline is known"
        ),
    ),
    crs=2154,
)
