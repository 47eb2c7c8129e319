"""People helped by conseillers numériques, by post code, and whose post code it is."""

from __future__ import annotations

from observatory.tables.cog_tables import SEPARATOR
from observatory.tables.columns import COMPUTED, count, hours, number, text
from observatory.tables.table import Table

__all__ = ["ACTIVITY", "ACTIVITY_STUDY", "BASES", "SEPARATOR"]

#: How the commune of a post code is known.
BASES = ("list of communes", "addresses", "shared", "unknown")

POSTCODE = text("postcode", "Post code.", pattern=r"\d{5}")
COMMUNES = text(
    "communes",
    "Codes of the communes that have this post code, separated by |, before the merger of 2025.",
    "no list and no address tells whose post code it is",
)
PEOPLE = count(
    "people_helped", "People helped, cumulated to July 2023: the sum of the ages.", "persons"
)
BASIS = text(
    "basis",
    "How its communes are known: one commune alone has it in the list of communes; or one alone "
    "by the addresses of the places, where communes have merged or the list does not hold the code "
    "(CEDEX); or several share it; or nothing tells.",
    among=BASES,
)

ACTIVITY = Table(
    "activity",
    "One post code of the département, and the people whom conseillers numériques helped there.",
    ("postcode",),
    (
        POSTCODE,
        COMMUNES,
        text(
            "commune",
            "The commune whose post code it is alone.",
            "shared by several communes, or not known",
        ),
        BASIS,
        PEOPLE,
    ),
    source=("counsellor_acts_2023", "cog_communes_2026"),
)

ACTIVITY_STUDY = Table(
    "activity_beside_help",
    "One post code: people helped by conseillers numériques, and the posts assumed there.",
    ("postcode",),
    (
        POSTCODE,
        COMMUNES,
        text("names", "Names of these communes, separated by |.", "not known"),
        text(
            "shared_with",
            "Communes that share the post code, where it is not one commune's alone, separated "
            "by |.",
            "one commune's alone, or not known",
        ),
        BASIS,
        PEOPLE,
        number(
            "posts_here",
            "Posts of conseillers numériques at places with this post code.",
            "posts",
        ),
        hours("help_here_h_per_week", "Hours of help that these posts are assumed to give."),
        number(
            "posts_over_communes",
            "Posts without a known place that serve the whole of its communes; a commune with "
            "several post codes has the same posts in each.",
            "posts",
            "its communes are not known",
        ),
        hours(
            "help_over_communes_h_per_week",
            "Hours of help that these posts are assumed to give.",
            "its communes are not known",
        ),
        number(
            "people_per_post",
            "People helped for each post, at a place or over the communes.",
            "persons/post",
            "no post, or its communes are not known",
        ),
    ),
    source=(COMPUTED,),
)
