"""The gap table: one row a zone of one level in one geography."""

from __future__ import annotations

from observatory.tables.columns import COMPUTED, hours, number, pct, per_100, persons, remarks, text
from observatory.tables.shared_columns import (
    NEED,
    NEED_AGE,
    NEED_DIPLOMA,
    NEED_HIGH,
    NEED_LOW,
    NEED_POVERTY,
    WEAK_SKILLS,
)
from observatory.tables.table import Table

LEVELS = ("iris", "qpv", "commune", "ept")

HEADLINE = (
    text("code", "Code of the zone."),
    text("name", "Name of the zone."),
    persons("population", "Residents, census RP2016.", "outline not known"),
    NEED.may_miss("outline not known"),
    NEED_LOW.may_miss("outline not known"),
    NEED_HIGH.may_miss("outline not known"),
    hours(
        "help_h_per_week",
        "Hours of human help of the places in the zone, and its share of the "
        "help that serves a wider area.",
        "outline not known",
    ),
    per_100(
        "access_h_per_100",
        "Hours of help a week within walking reach, per 100 people in need "
        "(E2SFCA), mean over need.",
        "nobody in need, or outline not known",
    ),
    hours(
        "missing_h_per_week",
        "Hours a week missing to the norm: the sum of its points' shortfalls.",
        "outline not known",
    ),
    hours("missing_low", "Lower end of missing_h_per_week.", "outline not known"),
    hours("missing_high", "Upper end of missing_h_per_week.", "outline not known"),
)

GAPS = Table(
    "gaps",
    "One zone of one level in one geography, with its need, help, access and gap.",
    ("level", "cog", "code"),
    (
        text("level", "Level of the zone.", among=LEVELS),
        text("cog", "Geography of the communes.", among=("cog_2024", "cog_2025")),
        *HEADLINE,
        NEED_AGE.may_miss("outline not known"),
        NEED_POVERTY.may_miss("no poverty rate or outline is known"),
        NEED_DIPLOMA.may_miss("no diploma share or outline is known"),
        WEAK_SKILLS.may_miss("outline not known"),
        persons(
            "population_latest",
            "Residents, census RP2016 carried to the commune's municipal population of 2023: whom "
            "need is of.",
            "outline not known",
        ),
        per_100("norm_h_per_100", "The norm the gap is measured against."),
        hours(
            "balance_h_per_week",
            "Net balance: access less norm, times need; surplus offsets shortfall.",
            "outline not known",
            low=None,
        ),
        number(
            "missing_etp", "The missing hours as full-time posts (ETP).", "ETP", "outline not known"
        ),
        number(
            "nearest_min",
            "Walk to the nearest located place, mean over need.",
            "min",
            "nobody in need, or outline not known",
        ),
        pct(
            "within_15_pct",
            "Share of need within 15 minutes' walk of a located place.",
            "nobody in need, or outline not known",
        ),
        remarks("note", "What a reader must know of this row.", family="zones"),
    ),
    source=(COMPUTED,),
)
