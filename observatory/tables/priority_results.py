"""Whom the programmes are for, zone by zone, and where some families of REP schools would be."""

from __future__ import annotations

from observatory.tables.columns import COMPUTED, count, number, pct, persons, text
from observatory.tables.gap_results import LEVELS
from observatory.tables.school_tables import NETWORKS
from observatory.tables.table import Table

#: Whom programmes name, in order.
PUBLIC_NAMES = (
    "rsa",
    "aah",
    "ppa",
    "job_seekers",
    "single_parents",
    "seniors",
    "young",
    "rep_parents",
)
#: What the families are shared out by.
WEIGHTS = ("pupils", "ips", "need")
GROUPS = ("network", "commune", "school")

PUBLICS = Table(
    "publics",
    "One zone and one public that programmes name, beside the help there that declares it. One "
    "person can be in several publics: they are never to be summed.",
    ("level", "cog", "code", "public"),
    (
        text("level", "Level of the zone.", among=LEVELS),
        text("cog", "Geography of the communes.", among=("cog_2024", "cog_2025")),
        text("code", "Code of the zone."),
        text("name", "Name of the zone."),
        text(
            "public",
            "RSA, AAH or prime d'activité (CAF, 31 December 2021), unemployed residents aged 15 to "
            "64 (census), single-parent families that the CAF pays, residents aged 75 and over and "
            "aged 15 to 29 (census), parents of REP and REP+ pupils (an order of size).",
            among=PUBLIC_NAMES,
        ),
        number(
            "value",
            "How many, over what is published: at least, where unpublished is above 0. A QPV has "
            "the share of each IRIS that its residents are.",
            missing="none is published, or the outline is not known",
        ),
        text("unit", "What is counted.", among=("persons", "households")),
        count(
            "unpublished",
            "IRIS whose figure is suppressed or not published, or schools whose pupils are not.",
            "IRIS or schools",
        ),
        number(
            "places",
            "Places of help in the zone, seats left out.",
            "places",
            "the outline is not known",
        ),
        text("service", "The service of the national standard that answers."),
        number(
            "places_service",
            "Those of them that declare this service.",
            "places",
            "the outline is not known",
        ),
        text(
            "declared_as",
            "What the national standard calls this public.",
            "the standard does not name it",
        ),
        number(
            "places_public",
            "Those of them that declare this public.",
            "places",
            "the standard does not name it, or the outline is not known",
        ),
        number(
            "places_silent",
            "Those of them that declare no public at all.",
            "places",
            "the outline is not known",
        ),
    ),
    source=(COMPUTED,),
)

FAMILIES = Table(
    "families",
    "One network, commune or school and its part of a number of families shared out over the REP "
    "and REP+ schools by an assumed weight.",
    ("by", "code"),
    (
        text("by", "What a row is.", among=GROUPS),
        text("code", "UAI of the network's collège or of the school, or code of the commune."),
        text("name", "Name of the collège, school or commune."),
        text("network", "Priority education.", "a commune may have both", among=NETWORKS),
        text("commune_name", "Name of its commune."),
        count("schools", "Its REP and REP+ schools.", "schools", low=1),
        count(
            "schools_uncounted",
            "Those without a weight, for their pupils or their IPS are not published.",
            "schools",
        ),
        number("pupils", "Pupils of the schools that publish them.", "pupils", "none is published"),
        number("ips", "Mean social index of these, by pupil.", "IPS", "none is published"),
        persons("parents", "Parents of these pupils: an order of size.", "none is published"),
        count(
            "schools_far",
            "Its schools without a place of help within a near walk (access.near_min).",
            "schools",
        ),
        text(
            "weight",
            "Assumed weight of a school: its pupils, its pupils over its IPS, or its pupils times "
            "the share of people in difficulty in its IRIS.",
            among=WEIGHTS,
        ),
        pct("share_pct", "Its part of the whole weight.", "no school has a weight"),
        number("families", "Families, whole.", "families", "no school has a weight"),
    ),
    source=(COMPUTED,),
)
