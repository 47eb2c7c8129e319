"""What a decision would change: a scenario, and what the build itself decided."""

from __future__ import annotations

from dataclasses import replace

from observatory.tables.columns import (
    COMPUTED,
    Column,
    count,
    flag,
    hours,
    number,
    per_100,
    persons,
    remarks,
    text,
)
from observatory.tables.gap_results import ORIGIN
from observatory.tables.table import Table
from observatory.tables.to_move import with_to_move

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


#: Why an end of an interval is missing.
NO_DRAWS = f"no draws asked for, or {UNKNOWN}"


def _beside(make: Column, unknown: str = UNKNOWN, no_ends: str = NO_DRAWS) -> tuple[Column, ...]:
    """Return a figure of the base, the same of the scenario, their difference and its interval."""
    known = make.may_miss(unknown)
    change = Column(
        f"{make.name}_change", "float", f"{make.description} Change.", make.unit, missing=unknown
    )
    return (
        known.named(f"{make.name}_before", f"{make.description} Base."),
        known.named(f"{make.name}_after", f"{make.description} Scenario."),
        change,
        *_ends(change, no_ends),
    )


def _ends(change: Column, missing: str = NO_DRAWS) -> tuple[Column, Column]:
    """Return the ends of the 90 % interval of a change."""
    end = replace(change, missing=missing, low=None, high=None)
    return (
        end.named(f"{change.name}_low", f"{change.description} Lower end, over paired draws."),
        end.named(f"{change.name}_high", f"{change.description} Upper end, over paired draws."),
    )


_MISSING = hours("missing_h_per_week", "Hours of help missing to the norm.")
_RATE = per_100("missing_h_per_100", "Hours of help missing to the norm, for 100 people in need.")
_ACCESS = per_100("access_h_per_100", "Help within reach.")
_NOBODY = "nobody in need, or outline not known"
_NEWLY_NEAR = persons(
    "newly_near_persons",
    "People in need who have a place within the near walk and had none, less those who "
    "lose theirs.",
    UNKNOWN,
    low=None,
)
_SCHOOLS = number("rep_schools_near", "REP and REP+ schools within the near walk.", "schools")
_PLUS_SCHOOLS = number("rep_plus_schools_near", "Those that are REP+.", "schools")
_GINI = number("gini", "Gini index of access over the people in need.", high=1)
_NO_GINI = "no help or nobody in need, or outline not known"
_NO_GINI_ENDS = f"{NO_DRAWS}, or a draw in which nobody has help or is in need"
_NORM = per_100("norm_h_per_100", "Norm, that of the base.")

COMPARISON = Table(
    "scenario",
    "One zone before and after the changes of a scenario, under the norm of its base.",
    ("code",),
    (
        text("code", "Code of the zone."),
        text("name", "Name of the zone."),
        *_beside(_MISSING),
        *_beside(_RATE, _NOBODY),
        *_beside(hours("help_h_per_week", "Hours of human help of the zone.")),
        *_beside(_ACCESS, _NOBODY),
        _NEWLY_NEAR,
        *_ends(_NEWLY_NEAR),
        *_beside(_SCHOOLS),
        *_beside(_PLUS_SCHOOLS),
        *_beside(_GINI, _NO_GINI, _NO_GINI_ENDS),
        number(
            "posts_change",
            "Counsellors' posts added in the zone, less those taken away. Posts that serve a whole "
            "commune stand in it, and in no IRIS and no QPV.",
            "posts",
            UNKNOWN,
            low=None,
        ),
        _NORM,
    ),
    source=(COMPUTED,),
)
SCENARIO_TOTALS = Table(
    "scenario_totals",
    "The whole territory before and after the changes of a scenario, and what they cost.",
    ("norm",),
    (
        count("changes", "Changes of the scenario.", "changes"),
        number(
            "posts_change", "Counsellors' posts added, less those taken away.", "posts", low=None
        ),
        hours(
            "listed_h_per_week_change",
            "Hours of help added as listed, less those taken away.",
            low=None,
        ),
        Column(
            "cost_eur_change",
            "float",
            "What the posts and the hours of stops of the changes cost in a year, at "
            "gap.post_cost_eur for a full-time post.",
            "EUR a year",
        ),
        Column("cost_eur_low", "float", "The same at the low bound of that cost.", "EUR a year"),
        Column("cost_eur_high", "float", "The same at its high bound.", "EUR a year"),
        Column(
            "uncosted_h_per_week",
            "float",
            "Listed hours that change and whose cost is not known: France Services and aidants.",
            "h/week",
        ),
        number("budget_eur", "Budget of the scenario.", "EUR a year", "no budget given"),
        flag("over_budget", "Whether the changes cost more than the budget.", "no budget given"),
        *_beside(_MISSING),
        *_beside(_RATE, _NOBODY),
        *_beside(_ACCESS, _NOBODY),
        _NEWLY_NEAR,
        *_ends(_NEWLY_NEAR),
        *_beside(_SCHOOLS),
        *_beside(_PLUS_SCHOOLS),
        *_beside(_GINI, _NO_GINI, _NO_GINI_ENDS),
        *ORIGIN,
        text("assumptions", "Hash of the assumptions of the base."),
        count("draws", "Paired draws that the intervals come from.", "draws"),
    ),
    source=(COMPUTED,),
)
SCENARIO_SCHOOLS = Table(
    "scenario_schools",
    "One REP or REP+ school that the changes of a scenario bring within the near walk of a place, "
    "or take from it.",
    ("uai",),
    (
        text("uai", "UAI of the school."),
        text("school_name", "Its name.", "the source gives no name"),
        text("network", "REP or REP+.", among=("REP", "REP+")),
        text("commune", "INSEE code of its commune."),
        text("commune_name", "Name of its commune."),
        number("walk_min_before", "Walk to the nearest place with help, base.", "min", "no place"),
        number("walk_min_after", "The same, scenario.", "min", "no place"),
    ),
    source=(COMPUTED,),
)
SCENARIO_OFFERS = Table(
    "scenario_offers",
    "One thing that a place would offer in a scenario, and whom it would reach.",
    ("place", "kind", "offer"),
    (
        text("place", "Place that would offer it."),
        text("kind", "What it is.", among=("services", "publics", "languages")),
        text("offer", "Service or public of the national standard, or code of the language."),
        persons("near_persons", "People in need within the near walk of the place."),
        persons(
            "newly_near_persons",
            "Those of them who have no place within the near walk that declares it.",
            "a language: few places declare theirs",
        ),
    ),
    source=(COMPUTED,),
)
_NEAR_OFFER = (
    "Of them, those within the near walk of a place that declares internet access, equipment or "
    "equipment at a solidarity price."
)
SCENARIO_SOLIDARITY = Table(
    "scenario_solidarity",
    "One zone: its need for equipment and for a connection, and the places that declare them, "
    "before and after the changes of a scenario.",
    ("code",),
    (
        text("code", "Code of the zone."),
        text("name", "Name of the zone."),
        persons("equipment_persons", "Without internet access at home by any device.", "unknown"),
        persons(
            "connection_persons",
            "Exposed to the lack of a fixed line of 30 Mbit/s: the commune's share of premises.",
            "unknown",
        ),
        count("declared_places_before", "Places that declare either of the two. Base.", "places"),
        count("declared_places_after", "The same, scenario.", "places"),
        number("declared_places_change", "The difference.", "places", low=None),
        persons("equipment_near_persons_before", f"{_NEAR_OFFER} Base.", "unknown"),
        persons("equipment_near_persons_after", f"{_NEAR_OFFER} Scenario.", "unknown"),
        persons("equipment_near_persons_change", f"{_NEAR_OFFER} Change.", "unknown", low=None),
    ),
    source=(COMPUTED,),
)
#: What a comparison gives, by zone first.
SCENARIO = (COMPARISON, SCENARIO_TOTALS, SCENARIO_SCHOOLS, SCENARIO_OFFERS, SCENARIO_SOLIDARITY)

DECISIONS = Table(
    "decisions",
    "One thing else that one decision of the build could be, and one commune that it would move by "
    "5 hours a week or more, within reach of its people or lacking to the norm.",
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
        *with_to_move(
            hours("missing_now", "Hours missing in the commune, as built."),
            hours("missing_other", "The same, were it otherwise."),
            hours("missing_change", "The difference.", low=None),
        ),
        flag("confirmed", "Whether a person settled it, in data/corrections/help.csv."),
        remarks("why", "The same in words.", None, family="studies"),
    ),
    source=(COMPUTED,),
)
