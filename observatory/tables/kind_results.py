"""Need by kind of difficulty, and the parents of REP and REP+ pupils as a public of its own."""

from __future__ import annotations

from observatory.tables.columns import Column
from observatory.tables.facts import LEVELS
from observatory.tables.table import Table

SKILLS, EQUIPMENT, CONNECTION = "skills", "equipment", "connection"
PROCEDURES, LANGUAGE = "procedures", "language"
KIND_NAMES = (SKILLS, EQUIPMENT, CONNECTION, PROCEDURES, LANGUAGE)
NEED, EXPOSURE = "need", "exposure"

KINDS = Table(
    "kinds",
    "One zone and one kind of digital difficulty. Kinds overlap: they are never to be summed.",
    ("level", "cog", "code", "kind"),
    (
        Column("level", "text", "Level of the zone.", among=LEVELS),
        Column("cog", "text", "Geography of the communes.", among=("cog_2024", "cog_2025")),
        Column("code", "text", "Code of the zone."),
        Column("name", "text", "Name of the zone."),
        Column(
            "kind",
            "text",
            "Kind: skills (need_persons), equipment (no internet access at home), connection (no "
            "fixed line of 30 Mbit/s), administrative procedures, language.",
            among=KIND_NAMES,
        ),
        Column(
            "nature",
            "text",
            "An estimate of people in need, or only of those exposed to the difficulty.",
            among=(NEED, EXPOSURE),
        ),
        Column("value", "float", "Central figure, in unit.", missing="not known: see why", low=0),
        Column("low", "float", "Lower end, in unit.", missing="not known: see why", low=0),
        Column("high", "float", "Upper end, in unit.", missing="no bound known: see why", low=0),
        Column("unit", "text", "Unit of the figures.", among=("persons", "households")),
        Column("known", "bool", "Whether a source allows a figure."),
        Column("why", "text", "What a reader must know, in French; why not, where not known."),
    ),
)

REP_PARENTS = Table(
    "rep_parents",
    "One commune, network or territory and the parents of its REP and REP+ pupils.",
    ("by", "cog", "code", "network"),
    (
        Column("by", "text", "What a row is.", among=("commune", "network", "ept")),
        Column("cog", "text", "Geography of the communes.", among=("cog_2024", "cog_2025")),
        Column("code", "text", "Code of the commune or EPT, or UAI of the network's collège."),
        Column("network", "text", "Priority education.", among=("REP", "REP+")),
        Column("schools", "int", "Schools.", "schools", low=1),
        Column(
            "schools_uncounted",
            "int",
            "Schools whose pupils are not published (nursery schools all).",
            "schools",
            low=0,
        ),
        Column(
            "pupils",
            "float",
            "Pupils of the other schools: a lower bound where some are uncounted.",
            "pupils",
            missing="none is published",
            low=0,
        ),
        Column("parents", "float", "Their parents, central.", "persons", missing="as pupils"),
        Column("low", "float", "Lower end.", "persons", missing="as pupils", low=0),
        Column(
            "high", "float", "Upper end, for the pupils counted.", "persons", missing="as pupils"
        ),
        Column("why", "text", "What a reader must know, in French.", missing="nothing"),
    ),
)
