"""The tables that set zones beside each other: why one is short, and several compared."""

from __future__ import annotations

from observatory.tables.columns import COMPUTED, count, number, pct, per_100, text
from observatory.tables.gap_results import NORMS, PRECISION
from observatory.tables.table import Table

#: The parts of what sets a zone's missing rate apart from the territory's, in order.
PARTS = (
    "age",
    "poverty",
    "diploma",
    "residents",
    "neighbours",
    "on_the_spot",
    "around",
    "distance",
    "unplaced",
    "uneven",
)

_NO_DRAWS = "no draws asked for, or a draw without anybody in difficulty there"

WHY = Table(
    "why",
    "One zone and one part of what sets its missing rate apart from the territory's. The parts of "
    "a zone sum to the difference of the two rates.",
    ("code", "part"),
    (
        text("code", "Code of the zone."),
        text("name", "Name of the zone."),
        text(
            "part",
            "Age, poverty, diploma: need by its cause. Residents: people of the zone who share the "
            "same places, at the mean rate of difficulty. Neighbours: people of other zones who "
            "share them. On the spot, around: hours in reach on foot inside the zone, beyond it. "
            "Distance: what the walk leaves of them. Unplaced: help of unknown place. Uneven: "
            "hours above the norm in some quarters, which fill no lack in others.",
            among=PARTS,
        ),
        number(
            "effect_h_per_100",
            "What the part adds to the missing rate of the zone, set against the territory's mean "
            "(Shapley's value); below zero it takes away.",
            "h/week per 100 persons in need",
            low=None,
        ),
        number(
            "effect_h_per_100_low",
            "Lower end of the effect: 5 % of the draws lie below.",
            "h/week per 100 persons in need",
            _NO_DRAWS,
            low=None,
        ),
        number(
            "effect_h_per_100_high",
            "Upper end of the effect: 5 % of the draws lie above.",
            "h/week per 100 persons in need",
            _NO_DRAWS,
            low=None,
        ),
        number("here", "The factor in the zone, in unit."),
        number(
            "reference",
            "The factor in the mean of the territory, in unit; of a cause of need, the zone's rate "
            "with that cause at the mean.",
        ),
        text("unit", "Unit of here and reference."),
        per_100("missing_h_per_100", "Hours missing per 100 people in need in the zone."),
        per_100("territory_h_per_100", "The same in the whole territory."),
        text("norm", "What the help within reach is set against.", among=NORMS),
        count("draws", "Draws that the intervals come from.", "draws"),
    ),
    source=(COMPUTED,),
)

#: What zones are compared by, in order.
MEASURES = ("missing_h_per_100", "missing_h_per_week", "access_h_per_100", "need_pct")
_FIRST = "the first zone itself, or nobody in need"
_NOBODY = "nobody in need, or outline not known"

COMPARED = Table(
    "compare",
    "One zone and one figure of it, its rank in the territory and its difference to the first.",
    ("code", "measure"),
    (
        text("code", "Code of the zone."),
        text("name", "Name of the zone."),
        text(
            "measure",
            "Hours missing per 100 people in need, hours missing, hours of help in reach per 100 "
            "people in need, or people in difficulty among residents aged 15 and over.",
            among=MEASURES,
        ),
        text("unit", "Unit of the figure."),
        number("value", "The figure under the assumptions in use.", missing=_NOBODY),
        number("low", "Lower end: 5 % of the draws lie below.", missing=_NOBODY),
        number("high", "Upper end: 5 % of the draws lie above.", missing=_NOBODY),
        text("precision", "Class of precision, where one is given.", "no class", among=PRECISION),
        number(
            "rank",
            "Rank among every zone of the level; 1 is the worst: most missing, least in reach, "
            "most in difficulty.",
            "rank",
            _NOBODY,
            low=1,
        ),
        number("rank_p05", "Rank, 5th percentile of the draws.", "rank", _NOBODY, low=1),
        number("rank_p95", "Rank, 95th percentile of the draws.", "rank", _NOBODY, low=1),
        number("difference", "The figure less that of the first.", missing=_FIRST, low=None),
        number(
            "difference_low",
            "Lower end of the difference, taken draw by draw.",
            missing=_FIRST,
            low=None,
        ),
        number("difference_high", "Upper end of the difference.", missing=_FIRST, low=None),
        pct(
            "above_pct",
            "Share of the draws in which the figure is above that of the first zone.",
            _FIRST,
        ),
        number("zones", "How many zones the rank is among.", "zones", low=1),
        text("norm", "What the help within reach is set against.", among=NORMS),
    ),
    source=(COMPUTED,),
)
