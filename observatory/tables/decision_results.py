"""What a decision would change: a scenario beside its base, and the best places for new posts."""

from __future__ import annotations

from observatory.tables.columns import (
    COMPUTED,
    Column,
    count,
    hours,
    number,
    per_100,
    persons,
    text,
)
from observatory.tables.table import Table

UNKNOWN = "outline not known"


def _beside(make: Column, unknown: str = UNKNOWN) -> tuple[Column, Column, Column]:
    """Return a figure of the base, the same of the scenario, and their difference."""
    known = make.may_miss(unknown)
    change = Column(
        f"{make.name}_change", "float", f"{make.description} Change.", make.unit, missing=unknown
    )
    return (
        known.named(f"{make.name}_before", f"{make.description} Base."),
        known.named(f"{make.name}_after", f"{make.description} Scenario."),
        change,
    )


COMPARISON = Table(
    "scenario",
    "One zone before and after the changes of a scenario, under the norm of its base.",
    ("code",),
    (
        text("code", "Code of the zone."),
        text("name", "Name of the zone."),
        *_beside(hours("missing_h_per_week", "Hours of help missing to the norm.")),
        *_beside(hours("help_h_per_week", "Hours of human help of the zone.")),
        *_beside(
            per_100("access_h_per_100", "Help within reach."),
            "nobody in need, or outline not known",
        ),
        persons(
            "newly_near_persons",
            "People in need who have a place within the near walk and had none, less those who "
            "lose theirs.",
            UNKNOWN,
            low=None,
        ),
        per_100("norm_h_per_100", "Norm, that of the base."),
    ),
    source=(COMPUTED,),
)
SITING = Table(
    "siting",
    "One place that would get posts, in the order in which they gain most.",
    ("rank",),
    (
        count("rank", "Order of the gain.", "rank", low=1),
        text("place", "Identifier of the place, or UAI of the school."),
        text("kind", "What it is.", among=("site", "school")),
        text("name", "Its name."),
        text("commune", "INSEE code of its commune."),
        number("posts", "Posts of counsellors there.", "posts"),
        hours("gain_h_per_week", "Hours missing less, once the places above have theirs."),
    ),
    source=(COMPUTED,),
)
