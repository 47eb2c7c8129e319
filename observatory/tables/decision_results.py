"""What a decision would change: a scenario, and what the build itself decided."""

from __future__ import annotations

from observatory.tables.columns import (
    COMPUTED,
    Column,
    flag,
    hours,
    per_100,
    persons,
    remarks,
    text,
)
from observatory.tables.table import Table

UNKNOWN = "outline not known"
#: How a decision stands in the build: posts at one place, shared over several, over an area;
#: aidants counted as the agents of a France Services; a place without posts.
NOW = (
    "at_place",
    "shared",
    "over_commune",
    "over_ept",
    "over_departement",
    "counted_elsewhere",
    "no_posts",
)


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

DECISIONS = Table(
    "decisions",
    "One thing else that one decision of the build could be, and one commune that it would move by "
    "5 hours a week or more, within reach of its people or missing, under the norm of the build.",
    ("decision", "option", "commune"),
    (
        text("decision", "The help concerned, as data/corrections/help.csv names it."),
        text("name", "Its structure or place."),
        text(
            "kind",
            "What was decided: where posts stand, which place lends its position, whether aidants "
            "are the agents of a France Services, or that a place of counsellors has no posts.",
            among=("posts", "position", "agents", "place without posts"),
        ),
        text("now", "How it stands in the build.", among=NOW),
        text("option", "What else it could be; after the colon, the place."),
        hours("hours", "Hours of help concerned."),
        text("commune", "INSEE code of the commune that it moves."),
        text("commune_name", "Its name."),
        flag("in_territory", "Whether the commune is in the territory observed."),
        hours("reach_now", "Hours within reach of the commune's people, as built."),
        hours("reach_other", "The same, were it otherwise."),
        hours("reach_change", "The difference.", low=None),
        hours("missing_now", "Hours missing in the commune, as built."),
        hours("missing_other", "The same, were it otherwise."),
        hours("missing_change", "The difference.", low=None),
        flag("confirmed", "Whether a person settled it, in data/corrections/help.csv."),
        remarks("why", "The same in words.", None, family="studies"),
    ),
    source=(COMPUTED,),
)
