"""Need by kind of difficulty, and the parents of REP and REP+ pupils as a public of its own."""

from __future__ import annotations

from observatory.tables.columns import COMPUTED, count, flag, number, persons, remarks, text
from observatory.tables.facts import LEVELS
from observatory.tables.table import Table

SKILLS, EQUIPMENT, CONNECTION = "skills", "equipment", "connection"
PROCEDURES, LANGUAGE = "procedures", "language"
KIND_NAMES = (SKILLS, EQUIPMENT, CONNECTION, PROCEDURES, LANGUAGE)
NEED, EXPOSURE = "need", "exposure"

KINDS = Table(
    "kinds",
    "One zone and one kind of digital difficulty, for the latest municipal population. Kinds "
    "overlap: they are never to be summed.",
    ("level", "cog", "code", "kind"),
    (
        text("level", "Level of the zone.", among=LEVELS),
        text("cog", "Geography of the communes.", among=("cog_2024", "cog_2025")),
        text("code", "Code of the zone."),
        text("name", "Name of the zone."),
        text(
            "kind",
            "Kind: skills (need_persons), equipment (no internet access at home), connection (no "
            "fixed line of 30 Mbit/s), administrative procedures, language.",
            among=KIND_NAMES,
        ),
        text(
            "nature",
            "An estimate of people in need, or only of those exposed to the difficulty.",
            among=(NEED, EXPOSURE),
        ),
        number("value", "Central figure, in unit.", missing="not known: see why"),
        number(
            "low",
            "Lower end, in unit. Of skills 5 % of the draws lie below; of the other kinds it is a "
            "bound: the lowest estimate at the low bounds of the assumptions.",
            missing="not known: see why",
        ),
        number(
            "high",
            "Upper end, in unit. Of skills 5 % of the draws lie above; of the other kinds it is a "
            "bound: the highest estimate at the high bounds of the assumptions.",
            missing="no bound known: see why",
        ),
        text("unit", "Unit of the figures.", among=("persons", "households")),
        flag("known", "Whether a source allows a figure."),
        remarks("why", "What a reader must know; why not, where not known.", family="studies"),
    ),
    source=(COMPUTED,),
)

REP_PARENTS = Table(
    "rep_parents",
    "One commune, network or territory and the parents of its REP and REP+ pupils.",
    ("by", "cog", "code", "network"),
    (
        text("by", "What a row is.", among=("commune", "network", "ept")),
        text("cog", "Geography of the communes.", among=("cog_2024", "cog_2025")),
        text("code", "Code of the commune or territory, or UAI of the network's collège."),
        text("network", "Priority education.", among=("REP", "REP+")),
        count("schools", "Schools.", "schools", low=1),
        count(
            "schools_uncounted",
            "Schools whose pupils are not published (nursery schools all).",
            "schools",
        ),
        number(
            "pupils",
            "Pupils of the other schools: a lower bound where some are uncounted.",
            "pupils",
            "none is published",
        ),
        persons("parents", "Their parents, central.", "as pupils", low=None),
        persons("low", "At the low bound of parents a pupil (no draws).", "as pupils"),
        persons(
            "high",
            "At the high bound of parents a pupil (no draws), for the pupils counted.",
            "as pupils",
            low=None,
        ),
        remarks("why", "What a reader must know.", family="studies"),
    ),
    source=(COMPUTED,),
)
