"""The tables of the study: ranks over draws, tornado, equity, indices, priority places, costs."""

from __future__ import annotations

from observatory.tables.columns import Column
from observatory.tables.table import Table

CODE = Column("code", "text", "Code of the zone.")
NAME = Column("name", "text", "Name of the zone.")
HOURS = "h/week"
PER_100 = "h/week per 100 persons in need"
MISSING = Column("missing_h_per_week", "float", "Hours of help missing to the norm.", HOURS, low=0)
NEED = Column("need_persons", "float", "People in digital difficulty.", "persons", low=0)
NOBODY = "nobody in need"
NOT_PLACED = "no source gives the place of the collège"


def _drawn(end: str, words: str) -> Column:
    return Column(f"missing_{end}", "float", f"Hours missing, {words} of the draws.", HOURS, low=0)


def _rank(end: str, words: str) -> Column:
    return Column(f"rank_{end}", "float", f"Rank, {words} of the draws.", "rank", low=1)


RANKS = Table(
    "ranks",
    "One zone and its rank by missing hours over the draws; 1 is the worst.",
    ("code",),
    (
        CODE,
        NAME,
        MISSING,
        _drawn("p05", "5th percentile"),
        _drawn("p50", "median"),
        _drawn("p95", "95th percentile"),
        Column("rank", "int", "Rank by the hours missing under the choices in use.", "rank", low=1),
        _rank("p05", "5th percentile"),
        _rank("p50", "median"),
        _rank("p95", "95th percentile"),
        Column(
            "worst_pct",
            "float",
            "Share of the draws in which the zone is among the worst (see worst).",
            "%",
            low=0,
            high=100,
        ),
        Column("worst", "int", "How many zones count as the worst.", "zones", low=1),
        Column("draws", "int", "How many draws.", "draws", low=1),
    ),
)

TORNADO = Table(
    "tornado",
    "One assumption moved alone to its bounds, and how far the ranking and the total move.",
    ("name",),
    (
        Column("name", "text", "Name of the assumption in data/assumptions.toml."),
        Column("low", "float", "Its low bound, in its own unit."),
        Column("value", "float", "Its value in use, in its own unit."),
        Column("high", "float", "Its high bound, in its own unit."),
        Column(
            "pairs_low_pct",
            "float",
            "Pairs of zones put in another order at the low bound (Kendall distance).",
            "%",
            missing="fewer than two zones",
        ),
        Column(
            "pairs_high_pct",
            "float",
            "Pairs of zones put in another order at the high bound.",
            "%",
            missing="fewer than two zones",
        ),
        Column(
            "total_low_pct",
            "float",
            "Change of the territory's missing hours at the low bound.",
            "%",
            missing="nothing is missing in the territory",
        ),
        Column(
            "total_high_pct",
            "float",
            "Change of the territory's missing hours at the high bound.",
            "%",
            missing="nothing is missing in the territory",
        ),
    ),
)

EQUITY = Table(
    "equity",
    "One measure of how evenly help is within reach.",
    ("measure",),
    (
        Column("measure", "text", "Name of the measure."),
        Column("value", "float", "Its value.", missing="no help or nobody in need"),
        Column("unit", "text", "Its unit.", missing="a pure number"),
        Column("meaning", "text", "What it says."),
    ),
)

INDICES = Table(
    "indices",
    "One commune, the known indices recomputed, and the rank that each gives it; 1 is the worst.",
    ("code",),
    (
        CODE,
        NAME,
        MISSING,
        NEED,
        Column("access_h_per_100", "float", "Help within reach.", PER_100, missing=NOBODY, low=0),
        Column("ifn", "float", "Like IFN V2: mean of five scores.", "0-10", missing="input lacks"),
        Column("deri", "float", "Like DERI.", "0-10", missing="input lacks"),
        Column("rank_gap", "float", "Rank by missing hours.", "rank", missing="no figure"),
        Column("rank_need", "float", "Rank by people in need.", "rank", missing="no figure"),
        Column("rank_ifn", "float", "Rank by IFN V2, recomputed.", "rank", missing="no figure"),
        Column("rank_deri", "float", "Rank by DERI, recomputed.", "rank", missing="no figure"),
        Column("why", "text", "In one sentence, in French, why the ranks differ."),
    ),
)

INSIDE = Table(
    "qpv",
    "The known QPV outlines (inside), or the rest of the territory (outside).",
    ("where",),
    (
        Column("where", "text", "Which side.", among=("inside", "outside")),
        Column("population", "float", "Residents.", "persons", low=0),
        NEED,
        Column("need_low", "float", "Low end of need.", "persons", low=0),
        Column("need_high", "float", "High end of need.", "persons", low=0),
        Column("access_h_per_100", "float", "Help within reach.", PER_100, missing=NOBODY, low=0),
        Column("nearest_min", "float", "Walk to the nearest help.", "min", missing=NOBODY, low=0),
        Column("within_15_pct", "float", "People in need near help.", "%", missing=NOBODY, low=0),
        MISSING,
        Column("missing_etp", "float", "The same as full-time posts.", "ETP", low=0),
    ),
)

NETWORKS = Table(
    "rep",
    "One REP or REP+ network and what is around its collège; surroundings overlap: not to be "
    "summed.",
    ("network_head",),
    (
        Column("network_head", "text", "UAI of the collège."),
        Column("name", "text", "Name of the collège."),
        Column("network", "text", "Priority education.", among=("REP", "REP+")),
        Column("commune", "text", "INSEE code of its commune."),
        Column("schools", "int", "Schools of the network.", "schools", low=1),
        Column(
            "pupils",
            "float",
            "Pupils of the schools that publish them.",
            "pupils",
            missing="none is published",
            low=0,
        ),
        Column("walk_min", "float", "Walk to the nearest help.", "min", missing=NOT_PLACED, low=0),
        Column(
            "need_persons",
            "float",
            "People in need within a near walk of it.",
            "persons",
            missing=NOT_PLACED,
            low=0,
        ),
        Column(
            "access_h_per_100",
            "float",
            "Help within their reach.",
            PER_100,
            missing=f"{NOT_PLACED}, or {NOBODY}",
            low=0,
        ),
        Column(
            "missing_h_per_week",
            "float",
            "Hours missing there.",
            HOURS,
            missing=NOT_PLACED,
            low=0,
        ),
    ),
)

COSTS = Table(
    "cost",
    "One zone and what the posts that fill its gap cost the State in a year.",
    ("code",),
    (
        CODE,
        NAME,
        MISSING,
        Column("missing_etp", "float", "The same as full-time posts.", "ETP", low=0),
        Column("cost_eur", "float", "Cost of these posts in a year.", "EUR/year", low=0),
        Column("cost_low_eur", "float", "At the low cost of a post.", "EUR/year", low=0),
        Column("cost_high_eur", "float", "At the high cost of a post.", "EUR/year", low=0),
    ),
)
