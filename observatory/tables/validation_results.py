"""The figures beside what others measured, and what each change of the method did to them."""

from __future__ import annotations

from observatory.tables.columns import COMPUTED, count, hours, number, per_100, remarks, text
from observatory.tables.gap_results import NORMS
from observatory.tables.table import Table
from observatory.tables.to_move import with_to_move

#: What is compared; the words of each stand in ``words/validation``.
MEASURES = (
    "level_national",
    "level",
    "level_region",
    "level_region_carried",
    "helped_need",
    "helped_access",
    "helped_posts",
    "over_60",
    "poverty",
    "ifn_v1_skills",
    "ifn_v1_skills_copy",
    "ifn_v1_total",
    "ifn_v2_need",
    "ifn_v2_missing",
    "ifn_v2_recomputed",
    "deri_recomputed",
)
#: ``input``: what is compared goes into our figure, so that agreeing proves nothing.
VERDICTS = ("agrees", "differs", "unknown", "input")
SCOPES = ("territory", "departement", "region")
NO_SAME_UNIT = "the two have no unit in common, or one is not known"
NOT_RANKED = "levels are compared, or fewer than three zones are known"

VALIDATION = Table(
    "validation",
    "One figure of ours beside what somebody else measured, published or computed.",
    ("measure", "scope"),
    (
        text("measure", "What is compared.", among=MEASURES),
        text("level", "What a zone is.", among=("iris", "commune", "departement", "region")),
        text("scope", "Where: over the zones of what.", among=SCOPES),
        count("zones", "How many zones both know.", "zones"),
        number("ours", "Our figure.", "%", NO_SAME_UNIT),
        number("ours_low", "Our figure: 5 % of the draws lie below.", "%", NO_SAME_UNIT),
        number("ours_high", "Our figure: 5 % of the draws lie above.", "%", NO_SAME_UNIT),
        number("theirs", "What the other measured.", "%", NO_SAME_UNIT),
        number("difference", "Ours less theirs.", "points", NO_SAME_UNIT, low=None),
        number(
            "correlation",
            "Rank correlation (Spearman) of the two over the zones.",
            missing=NOT_RANKED,
            low=-1,
            high=1,
        ),
        number(
            "by_chance",
            "Correlation that chance alone passes in 5 % of cases, with so many zones.",
            missing=NOT_RANKED,
        ),
        text("verdict", "Whether the two agree.", among=VERDICTS),
        remarks("why", "Why, and what to mind.", family="validation"),
    ),
    source=(COMPUTED,),
)

CHANGE_NAMES = (
    "today",
    "norm_share",
    "need_poverty",
    "need_age",
    "no_poverty_by_age",
    "no_level",
    "census_population",
    "no_border",
    "no_freshness",
    "all",
)

#: The code of the part of the territory that is inside a QPV.
INSIDE_QPV = "qpv"

CHANGES = Table(
    "changes",
    "One zone as it would be if one change of the method were taken back, the others kept.",
    ("change", "level", "code"),
    (
        text(
            "change",
            "What is taken back: nothing (today), or the norm, the model of need, its official "
            "level, the latest population, the communes around the département, the chance that "
            "help still stands; all: the norm, diploma, level, population, border and freshness.",
            among=CHANGE_NAMES,
        ),
        text(
            "level",
            "The zone; a QPV is whole, across the border of the territory too.",
            among=("ept", "commune", "qpv"),
        ),
        text(
            "code",
            "Code of the zone (cog_2024); qpv: the part of the territory that is inside a QPV.",
        ),
        text("name", "Name of the zone.", "the inside of the QPV"),
        number("need_persons", "People in digital difficulty.", "persons"),
        text("norm", "What the help within reach is set against.", among=NORMS),
        *with_to_move(
            hours("missing_h_per_week", "Hours that lack to the norm."),
            per_100("missing_h_per_100", "The same, per 100 people.", "nobody in need"),
        ),
        hours("difference_h_per_week", "These hours, less those of today.", low=None),
    ),
    source=(COMPUTED,),
)
