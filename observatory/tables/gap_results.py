"""The gap table: one row a zone of one level in one geography."""

from __future__ import annotations

from observatory.tables.columns import Column
from observatory.tables.shared_columns import (
    NEED,
    NEED_AGE,
    NEED_DIPLOMA,
    NEED_HIGH,
    NEED_LOW,
    NEED_POVERTY,
)
from observatory.tables.table import Table

LEVELS = ("iris", "qpv", "commune", "ept")

HEADLINE = (
    Column("code", "text", "Code of the zone."),
    Column("name", "text", "Name of the zone."),
    Column(
        "population",
        "float",
        "Residents, census RP2016.",
        "persons",
        missing="outline not known",
        low=0,
    ),
    NEED.may_miss("outline not known"),
    NEED_LOW.may_miss("outline not known"),
    NEED_HIGH.may_miss("outline not known"),
    Column(
        "help_h_per_week",
        "float",
        "Hours of human help of the places in the zone, and its share of the "
        "help that serves a wider area.",
        "h/week",
        missing="outline not known",
        low=0,
    ),
    Column(
        "access_h_per_100",
        "float",
        "Hours of help a week within walking reach, per 100 people in need "
        "(E2SFCA), mean over need.",
        "h/week per 100 persons in need",
        missing="nobody in need, or outline not known",
        low=0,
    ),
    Column(
        "missing_h_per_week",
        "float",
        "Hours a week missing to the norm: the sum of its points' shortfalls.",
        "h/week",
        missing="outline not known",
        low=0,
    ),
    Column(
        "missing_low",
        "float",
        "Lower end of missing_h_per_week.",
        "h/week",
        missing="outline not known",
        low=0,
    ),
    Column(
        "missing_high",
        "float",
        "Upper end of missing_h_per_week.",
        "h/week",
        missing="outline not known",
        low=0,
    ),
)

GAPS = Table(
    "gaps",
    "One zone of one level in one geography, with its need, help, access and gap.",
    ("level", "cog", "code"),
    (
        Column("level", "text", "Level of the zone.", among=LEVELS),
        Column("cog", "text", "Geography of the communes.", among=("cog_2024", "cog_2025")),
        *HEADLINE,
        NEED_AGE.may_miss("outline not known"),
        NEED_POVERTY.may_miss("no poverty rate or outline is known"),
        NEED_DIPLOMA.may_miss("no diploma share or outline is known"),
        Column(
            "norm_h_per_100",
            "float",
            "The norm the gap is measured against.",
            "h/week per 100 persons in need",
            low=0,
        ),
        Column(
            "balance_h_per_week",
            "float",
            "Net balance: access less norm, times need; surplus offsets shortfall.",
            "h/week",
            missing="outline not known",
        ),
        Column(
            "missing_etp",
            "float",
            "The missing hours as full-time posts (ETP).",
            "ETP",
            missing="outline not known",
            low=0,
        ),
        Column(
            "nearest_min",
            "float",
            "Walk to the nearest located place, mean over need.",
            "min",
            missing="nobody in need, or outline not known",
            low=0,
        ),
        Column(
            "within_15_pct",
            "float",
            "Share of need within 15 minutes' walk of a located place.",
            "%",
            missing="nobody in need, or outline not known",
            low=0,
            high=100,
        ),
        Column("note", "text", "What a reader must know of this row.", missing="nothing"),
    ),
)
