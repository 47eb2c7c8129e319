"""What the draws under the assumptions of the file say, kept beside a build of a dataset."""

from __future__ import annotations

from observatory.tables.columns import COMPUTED, hours, number, pct, text
from observatory.tables.gap_results import GAPS
from observatory.tables.study_results import RANKS
from observatory.tables.table import Table

_NOT_DRAWN = "nobody in need, or nobody lives there"
DRAWN_FROM = text(
    "drawn_from",
    "SHA-256 of what the draws hang on: the build, the code of the model, the assumptions and how "
    "many draws; figures drawn from anything else are not these.",
    pattern="[0-9a-f]{64}",
)
#: Intervals, coefficients and classes of the gap table.
INTERVALS = (
    "need_low",
    "need_high",
    "access_low",
    "access_high",
    "missing_low",
    "missing_high",
    "missing_h_per_100_low",
    "missing_h_per_100_high",
    "need_cv_pct",
    "missing_cv_pct",
    "missing_error_pct",
    "need_class",
    "missing_class",
)
#: What the ranking adds to them.
RANKING = ("missing_p50", "rank_p05", "rank_p50", "rank_p95", "worst_pct")

ZONE_DRAWS = Table(
    "zone_draws",
    "One zone of one level in one geography: its intervals, ranks and classes over the draws.",
    ("level", "cog", "code"),
    (
        DRAWN_FROM,
        GAPS.column("level"),
        GAPS.column("cog"),
        GAPS.column("code"),
        *(GAPS.column(name).may_miss(_NOT_DRAWN) for name in INTERVALS),
        hours("missing_p50", "Hours missing, median of the draws.", _NOT_DRAWN),
        *(RANKS.column(name).may_miss(_NOT_DRAWN) for name in RANKING[1:4]),
        pct("worst_pct", "Share of the draws in which it is among the worst.", _NOT_DRAWN),
    ),
    source=(COMPUTED,),
)

HELP_DRAWS = Table(
    "help_draws",
    "One row of help: the interval of its hours over the draws.",
    ("supply",),
    (
        DRAWN_FROM,
        text("supply", "Identifier of the row of help."),
        number("help_low", "Lower end of its hours: 5 % of the draws lie below.", "h/week"),
        number("help_high", "Upper end of its hours: 5 % of the draws lie above.", "h/week"),
    ),
    source=(COMPUTED,),
)
#: What is kept of the draws, in a folder of its own beside the tables of a build.
KEPT_DRAWS = (ZONE_DRAWS, HELP_DRAWS)
