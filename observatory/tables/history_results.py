"""What differs between two builds: places, posts, sources, method, and the figures in parts."""

from __future__ import annotations

from observatory.tables.columns import (
    COMPUTED,
    Column,
    count,
    day,
    flag,
    hours,
    number,
    persons,
    text,
)
from observatory.tables.keys import COMMUNE, COMMUNE_NAME
from observatory.tables.shared_columns import IN_TERRITORY
from observatory.tables.table import Table

#: What becomes of a place. Records that were one place and are several, or the other way round,
#: open and close nothing.
PLACE_KINDS = ("opened", "closed", "moved", "renamed", "joined", "split")
#: What becomes of the help of one structure or place.
HELP_KINDS = ("begins", "ends", "more", "less")
SOURCE_KINDS = ("added", "removed", "vintage", "content")
METHOD_KINDS = ("assumption", "total", "version", "streets")
#: What the difference of a figure is split into, in the order in which it is told.
PARTS = ("need", "help", "border", "method")
FIGURES = (
    "population",
    "need_persons",
    "help_h_per_week",
    "access_h_per_100",
    "missing_h_per_week",
    "missing_h_per_100",
)
NOT_BEFORE, NOT_AFTER = "not in the build before", "not in the build after"

PLACE_CHANGES = Table(
    "place_changes",
    "One place that opened, closed, moved or has another name, by the identifiers of its sources.",
    ("site", "kind"),
    (
        text("kind", "What became of the place.", among=PLACE_KINDS),
        text("site", "Identifier of the place in the build that has it, the later one first."),
        text("name", "Name of the place; the later one."),
        COMMUNE,
        COMMUNE_NAME,
        IN_TERRITORY,
        flag("seat", "Whether only a list of seats of structures knows the place."),
        text("before", "What stood there: the former name, or the former address.", "new, or none"),
        text("after", "What stands there now: the name, or the address.", "gone, or none"),
        number("distance_m", "How far it moved.", "m", "it did not move, or a point is not known"),
    ),
    source=(COMPUTED,),
)

HELP_CHANGES = Table(
    "help_changes",
    "The help of one programme by one structure or place that begins, ends or changes.",
    ("help",),
    (
        text("kind", "What became of the help.", among=HELP_KINDS),
        text("help", "The help, as the study of decisions names it."),
        text("programme", "Programme that gives the help."),
        text("name", "Structure or place."),
        COMMUNE,
        COMMUNE_NAME,
        IN_TERRITORY,
        persons(
            "posts_before", "Counsellors' posts or aidants before.", f"not counted, or {NOT_BEFORE}"
        ),
        persons(
            "posts_after", "Counsellors' posts or aidants after.", f"not counted, or {NOT_AFTER}"
        ),
        hours("open_before", "Opening hours before.", f"not known, or {NOT_BEFORE}"),
        hours("open_after", "Opening hours after.", f"not known, or {NOT_AFTER}"),
    ),
    source=(COMPUTED,),
)

SOURCE_CHANGES = Table(
    "source_changes",
    "One source whose bytes differ, or that only one of two builds has.",
    ("id",),
    (
        text("kind", "What became of the source.", among=SOURCE_KINDS),
        text("id", "Name of the source in data/registry.toml."),
        text("title", "Title."),
        text("publisher", "Publisher."),
        text("vintage_before", "What its data were of.", NOT_BEFORE),
        text("vintage_after", "What its data are of.", NOT_AFTER),
        count("rows_before", "Rows kept before.", missing=NOT_BEFORE),
        count("rows_after", "Rows kept after.", missing=NOT_AFTER),
        day("read_before", "Day of reading before.", NOT_BEFORE),
        day("read_after", "Day of reading after.", NOT_AFTER),
        text("sha256_before", "SHA-256 of its bytes before.", NOT_BEFORE),
        text("sha256_after", "SHA-256 of its bytes after.", NOT_AFTER),
        count(
            "places_again",
            "Places that it gives other identifiers, known again by name, address and point.",
            missing="none",
        ),
    ),
    source=(COMPUTED,),
)

METHOD_CHANGES = Table(
    "method_changes",
    "One assumption, total of the country or version that differs between two builds.",
    ("kind", "name"),
    (
        text("kind", "What differs.", among=METHOD_KINDS),
        text("name", "Its name."),
        text("before", "Its value before.", NOT_BEFORE),
        text("after", "Its value after.", NOT_AFTER),
    ),
    source=(COMPUTED,),
)

_UNKNOWN = "not known in one of the two builds, or in a mixture of them"


def _part(name: str, description: str) -> Column:
    return number(name, description, missing=_UNKNOWN, low=None)


FIGURE_CHANGES = Table(
    "figure_changes",
    "One figure of a zone that differs, and what of the difference need, help, border and method "
    "did: the four add up to it.",
    ("level", "code", "figure"),
    (
        text("level", "Level of the zone.", among=("ept", "commune", "qpv")),
        text("code", "Code of the zone."),
        text("name", "Name of the zone."),
        text("figure", "The figure.", among=FIGURES),
        number("before", "Its value before.", missing=NOT_BEFORE, low=None),
        number("after", "Its value after.", missing=NOT_AFTER, low=None),
        _part("difference", "After less before."),
        _part("need", "What the residents, incomes, diplomas and outlines of the territory did."),
        _part("help", "What the help of the territory did."),
        _part("border", "What the residents and the help around the territory did."),
        _part(
            "method",
            "What assumptions, totals of the country, the way of walking and another version of "
            "the code did.",
        ),
    ),
    source=(COMPUTED,),
)

#: What a build's figures were when it was made, by the code of then.
FIGURES_THEN = Table(
    "figures_then",
    "One figure of a zone as it was when the build was made.",
    ("cog", "level", "code", "figure"),
    (
        text("cog", "Geography of the communes.", among=("cog_2024", "cog_2025")),
        text("level", "Level of the zone.", among=("ept", "commune", "qpv")),
        text("code", "Code of the zone."),
        text("name", "Name of the zone.", "not known"),
        text("figure", "The figure.", among=FIGURES),
        number("value", "Its value.", missing="not known", low=None),
    ),
    source=(COMPUTED,),
)

OVER_TIME = Table(
    "over_time",
    "One figure of a zone in one build of the history, under the assumptions of today.",
    ("build", "code", "figure"),
    (
        text("build", "The build: its day and hash."),
        day("day", "The day it was made."),
        text("code", "Code of the zone."),
        text("name", "Name of the zone."),
        text("figure", "The figure.", among=FIGURES),
        number("value", "Its value.", missing="not known in that build", low=None),
    ),
    source=(COMPUTED,),
)

HISTORY = Table(
    "history",
    "One build that can be compared with another.",
    ("name",),
    (
        text("name", "Its day and hash."),
        day("day", "The day it was made; the last day of reading where nobody noted it."),
        day("read_on", "The last day on which a source was read."),
        text("edition", "The name that exports give it."),
        text("version", "Version of the observatory that made it."),
        count(
            "places",
            "Places of the territory, each that moves once.",
            missing="its table does not read",
        ),
        number("size_mb", "Its size, shared bytes included.", "MB"),
        flag("in_use", "Whether it is the build in use."),
        text("folder", "Its folder."),
    ),
    source=(COMPUTED,),
)

BETWEEN_BUILDS = (PLACE_CHANGES, HELP_CHANGES, SOURCE_CHANGES, METHOD_CHANGES, FIGURE_CHANGES)
