"""The gap table: one row a zone of one level in one geography."""

from __future__ import annotations

from observatory.tables.columns import (
    COMPUTED,
    day,
    hours,
    number,
    pct,
    per_100,
    persons,
    remarks,
    text,
)
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
NORMS = ("france", "promise", "service", "number", "share", "departement")
PRECISION = ("reliable", "indicative", "not_published")
NOBODY = "nobody in need, or "
MISSING = "outline not known, or the norm is a share of what there is (see to_move_*)"
TO_MOVE = "outline not known, or the norm is no share of what there is (see missing_*)"

NO_BUILD = "tables of no build"
#: What every table taken away says of where its figures come from, whatever its rows are.
ORIGIN = (
    text("norm", "What the help within reach is set against.", among=NORMS),
    per_100("norm_h_per_100", "The norm as a number."),
    text(
        "edition",
        "The build: day its sources were read, and the start of a hash of its tables.",
        NO_BUILD,
    ),
    text(
        "vintage",
        "The census that residents by age are of, the newest read: RP2016 covers 2014 to 2018.",
        NO_BUILD,
        pattern=r"RP\d{4}",
    ),
    day("read_on", "The last day on which a source of the build was read.", NO_BUILD),
)

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
        MISSING,
    ),
    hours("missing_low", "Lower end of missing_h_per_week: 5 % of the draws lie below.", MISSING),
    hours("missing_high", "Upper end of missing_h_per_week: 5 % of the draws lie above.", MISSING),
    per_100(
        "missing_h_per_100",
        "Hours a week missing per 100 people in need: the rate to compare zones by.",
        NOBODY + MISSING,
    ),
    per_100("missing_h_per_100_low", "Lower end of missing_h_per_100.", NOBODY + MISSING),
    per_100("missing_h_per_100_high", "Upper end of missing_h_per_100.", NOBODY + MISSING),
    text(
        "missing_class",
        "How precise the missing hours are: missing_error_pct of at most 15, of at most 30, or "
        "above (the figure can mislead).",
        NOBODY + MISSING,
        among=PRECISION,
    ),
    hours(
        "to_move_h_per_week",
        "Hours a week that lack to an equal share of the help there is; to move, not missing.",
        TO_MOVE,
    ),
    hours("to_move_low", "Lower end of to_move_h_per_week.", TO_MOVE),
    hours("to_move_high", "Upper end of to_move_h_per_week.", TO_MOVE),
    per_100(
        "to_move_h_per_100",
        "Hours a week to move per 100 people in need.",
        NOBODY + TO_MOVE,
    ),
    per_100("to_move_h_per_100_low", "Lower end of to_move_h_per_100.", NOBODY + TO_MOVE),
    per_100("to_move_h_per_100_high", "Upper end of to_move_h_per_100.", NOBODY + TO_MOVE),
    text("to_move_class", "As missing_class.", NOBODY + TO_MOVE, among=PRECISION),
    *ORIGIN[:2],
    text("cog", "Geography of the communes.", among=("cog_2024", "cog_2025")),
    *ORIGIN[2:],
)

GAPS = Table(
    "gaps",
    "One zone of one level in one geography, with its need, help, access and gap.",
    ("level", "cog", "code"),
    (
        text("level", "Level of the zone.", among=LEVELS),
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
        hours(
            "balance_h_per_week",
            "Net balance: access less norm, times need; surplus offsets shortfall.",
            "outline not known",
            low=None,
        ),
        number(
            "missing_etp",
            "The missing hours turned into working time (ETP), hours over those of a post: no "
            "number of posts to open, which the study least_posts gives.",
            "ETP",
            MISSING,
        ),
        per_100("access_low", "Lower end of access_h_per_100.", "nobody in need, or no outline"),
        per_100("access_high", "Upper end of access_h_per_100.", "nobody in need, or no outline"),
        number(
            "need_cv_pct",
            "Coefficient of variation of need_persons over the draws.",
            "%",
            "nobody in need, or no outline",
        ),
        text(
            "need_class",
            "How precise need_persons is: need_cv_pct of at most 15, of at most 30, or above.",
            "nobody in need, or no outline",
            among=PRECISION,
        ),
        number(
            "missing_cv_pct",
            "Coefficient of variation over the draws of the hours missing, or to move.",
            "%",
            "nothing lacks in any draw, or no outline",
        ),
        number(
            "missing_error_pct",
            "Standard deviation over the draws of the rate missing, or to move, over the norm.",
            "%",
            "nobody in need, or no outline",
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
        persons(
            "population_15", "Residents aged 15 and over, whom need is of.", "outline not known"
        ),
        pct(
            "need_pct",
            "Share of the residents aged 15 and over in digital difficulty: need_persons in "
            "population_15.",
            "nobody aged 15 or over, or outline not known",
        ),
    ),
    source=(COMPUTED,),
)
