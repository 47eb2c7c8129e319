"""The tables of the study: ranks over draws, tornado, equity, indices, priority places, costs."""

from __future__ import annotations

from observatory.tables.columns import (
    COMPUTED,
    Column,
    count,
    flag,
    hours,
    number,
    pct,
    per_100,
    persons,
    remarks,
    text,
)
from observatory.tables.gap_results import NORMS, PRECISION
from observatory.tables.school_tables import NETWORKS as NETWORK_NAMES
from observatory.tables.school_tables import SCHOOL_TYPES
from observatory.tables.table import Table
from observatory.tables.to_move import with_to_move

CODE = text("code", "Code of the zone.")
NAME = text("name", "Name of the zone.")
HOURS = "h/week"
MISSING = hours("missing_h_per_week", "Hours of help that lack to the norm.")
NORM = text("norm", "What the help within reach is set against.", among=NORMS)
NEED = persons("need_persons", "People in digital difficulty.")
NOBODY = "nobody in need"
NOT_PLACED = "no source gives the place of the collège"


def _drawn(end: str, words: str) -> Column:
    return hours(f"missing_{end}", f"Hours missing, {words} of the draws.")


def _rank(end: str, words: str) -> Column:
    return number(f"rank_{end}", f"Rank, {words} of the draws.", "rank", low=1)


RANKS = Table(
    "ranks",
    "One zone and its rank by the hours that lack to the norm over the draws; 1 is the worst.",
    ("code",),
    (
        CODE,
        NAME,
        *with_to_move(
            MISSING,
            _drawn("p05", "5th percentile"),
            _drawn("p50", "median"),
            _drawn("p95", "95th percentile"),
            text(
                "missing_class",
                "How precise the hours missing are; those not published are not shown.",
                "nobody in need",
                among=PRECISION,
            ),
        ),
        count("rank", "Rank by these hours under the assumptions in use.", "rank", low=1),
        _rank("p05", "5th percentile"),
        _rank("p50", "median"),
        _rank("p95", "95th percentile"),
        pct("worst_pct", "Share of the draws in which the zone is among the worst (see worst)."),
        count("worst", "How many zones count as the worst.", "zones", low=1),
        count("draws", "How many draws.", "draws", low=1),
        NORM,
    ),
    source=(COMPUTED,),
)

CAUSE_NAMES = (
    "need_rates",
    "need_level",
    "need_model",
    "census",
    "help_shares",
    "counted_twice",
    "closure",
    "unknown_place",
    "walking",
    "distance",
    "border",
)

CAUSES = Table(
    "causes",
    "One cause of uncertainty, drawn alone: how wide it makes the interval of the whole territory.",
    ("cause",),
    (
        text("cause", "What is drawn, all else at its central value.", among=CAUSE_NAMES),
        pct("share_pct", "Its variance over the sum of those of all causes, of the rate."),
        *with_to_move(
            hours("missing_low", "Lower end of the hours missing (5 % of the draws below)."),
            hours("missing_high", "Upper end of the hours missing."),
            per_100("missing_h_per_100_low", "Lower end of the rate missing."),
            per_100("missing_h_per_100_high", "Upper end of the rate missing."),
        ),
        pct("pairs_pct", "Pairs of communes that change order by their rate, mean of the draws."),
        count("draws", "How many draws.", "draws", low=1),
        NORM,
    ),
    source=(COMPUTED,),
)

TORNADO = Table(
    "tornado",
    "One assumption moved alone to its bounds, and how far the ranking and the total move.",
    ("name",),
    (
        text("name", "Name of the assumption in data/assumptions.toml."),
        number("low", "Its low bound, in its own unit.", low=None),
        number("value", "Its value in use, in its own unit.", low=None),
        number("high", "Its high bound, in its own unit.", low=None),
        number(
            "pairs_low_pct",
            "Pairs of zones put in another order at the low bound (Kendall distance).",
            "%",
            "fewer than two zones",
            low=None,
        ),
        number(
            "pairs_high_pct",
            "Pairs of zones put in another order at the high bound.",
            "%",
            "fewer than two zones",
            low=None,
        ),
        number(
            "total_low_pct",
            "Change of the hours that the territory lacks to the norm, at the low bound.",
            "%",
            "nothing is missing in the territory",
            low=None,
        ),
        number(
            "total_high_pct",
            "Change of the hours that the territory lacks to the norm, at the high bound.",
            "%",
            "nothing is missing in the territory",
            low=None,
        ),
    ),
    source=(COMPUTED,),
)

EQUITY = Table(
    "equity",
    "One measure of how evenly help is within reach.",
    ("measure",),
    (
        text("measure", "Name of the measure."),
        number("value", "Its value.", missing="no help or nobody in need", low=None),
        text("unit", "Its unit.", "a pure number"),
        remarks("meaning", "What it says.", family="studies"),
    ),
    source=(COMPUTED,),
)

INDICES = Table(
    "indices",
    "One commune, the known indices recomputed, and the rank that each gives it; 1 is the worst.",
    ("code",),
    (
        CODE,
        NAME,
        *with_to_move(MISSING),
        NEED,
        per_100("access_h_per_100", "Help within reach.", NOBODY),
        number("ifn", "Like IFN V2: mean of five scores.", "0-10", "input lacks", low=None),
        number("deri", "Like DERI.", "0-10", "input lacks", low=None),
        number("rank_gap", "Rank by what lacks to the norm.", "rank", "no figure", low=None),
        number("rank_need", "Rank by people in need.", "rank", "no figure", low=None),
        number("rank_ifn", "Rank by IFN V2, recomputed.", "rank", "no figure", low=None),
        number("rank_deri", "Rank by DERI, recomputed.", "rank", "no figure", low=None),
        remarks("why", "Why the ranks differ.", family="studies"),
    ),
    source=(COMPUTED,),
)

INSIDE = Table(
    "qpv",
    "The QPV whose outline is known (inside), or the rest of the territory (outside).",
    ("where",),
    (
        text("where", "Which side.", among=("inside", "outside")),
        persons("population", "Residents."),
        NEED,
        per_100("access_h_per_100", "Help within reach.", NOBODY),
        number("nearest_min", "Walk to the nearest help.", "min", NOBODY),
        number("within_15_pct", "People in need near help.", "%", NOBODY),
        *with_to_move(MISSING),
        NORM,
    ),
    source=(COMPUTED,),
)

_COUNTED = "no outline is known"


def _things(name: str, words: str) -> Column:
    return count(name, words, name.rpartition("_")[2], _COUNTED)


QPV_ZONES = Table(
    "qpv_zones",
    "One QPV of 2024, whole, with the rest of its communes; then the two sides of their edges in "
    "the territory. A cell that an edge cuts gives the QPV the share of its surface inside.",
    ("code",),
    (
        text("code", "QPV; or inside, outside: the territory's totals on each side."),
        text("name", "Name of the QPV.", "a total"),
        text("communes", "Its communes, INSEE codes of cog_2025, separated by |.", "a total"),
        persons("population", "Residents.", _COUNTED),
        NEED.may_miss(_COUNTED),
        persons("need_low", "Low end of need.", _COUNTED),
        persons("need_high", "High end of need.", _COUNTED),
        pct("need_pct", "People in digital difficulty among residents.", f"nobody, or {_COUNTED}"),
        hours(
            "help_h_per_week",
            "Hours of help of the places inside, and its share of the help of wider areas.",
            _COUNTED,
        ),
        per_100("access_h_per_100", "Help within reach.", f"{NOBODY}, or {_COUNTED}"),
        number("nearest_min", "Walk to the nearest help.", "min", f"{NOBODY}, or {_COUNTED}"),
        pct("within_15_pct", "People in need near help.", f"{NOBODY}, or {_COUNTED}"),
        *with_to_move(
            MISSING.may_miss(_COUNTED),
            per_100(
                "missing_h_per_100",
                "The same, per 100 people in difficulty.",
                f"{NOBODY}, or {_COUNTED}",
            ),
        ),
        pct(
            "edge_pct",
            "People in need whose cell the edge of the QPV cuts: how much of the figures rests on "
            "sharing cells by surface.",
            f"a total, {NOBODY}, or {_COUNTED}",
        ),
        _things("places", "Places where people are received, located, inside."),
        _things("schools", "Located schools inside."),
        _things("rep_schools", "Those of them in priority education."),
        count(
            "edge_points",
            "Places and schools among these within 10 m of an edge: in or out is not sure.",
            "points",
            _COUNTED,
        ),
        pct(
            "rest_need_pct",
            "People in digital difficulty among residents of its communes outside every QPV.",
            "a total, or nobody is outside",
        ),
        per_100(
            "rest_access_h_per_100",
            "Help within reach of these.",
            "a total, or nobody is outside",
        ),
        *with_to_move(
            per_100(
                "rest_missing_h_per_100",
                "Hours missing there, per 100 people in difficulty.",
                "a total, or nobody is outside",
            ),
        ),
    ),
    source=(COMPUTED,),
)

PRIORITY_SCHOOLS = Table(
    "rep_schools",
    "One school of priority education and its walk to the nearest place of help.",
    ("uai",),
    (
        text("uai", "UAI of the school."),
        text("school_name", "Name of the school."),
        text("school_type", "Type of the school.", among=SCHOOL_TYPES),
        text("network", "Priority education.", among=NETWORK_NAMES),
        text("network_head", "UAI of the collège at the head of its network.", "not given"),
        text("commune", "INSEE code of its commune (cog_2024)."),
        text("commune_name", "Name of its commune."),
        text("qpv", "QPV of 2024 that holds it.", "in none, or its place is not known"),
        number("pupils", "Pupils.", "pupils", "not published (nursery schools)"),
        persons("parents", "Their parents: an order of size.", "pupils not published"),
        number(
            "walk_min",
            "Walk to the nearest place of help.",
            "min",
            "its place is not known, or no place is",
        ),
        flag(
            "near_place",
            "Whether a place is within a near walk (access.near_min).",
            "its place is not known, or no place is",
        ),
    ),
    source=(COMPUTED,),
)

NETWORKS = Table(
    "rep",
    "One REP or REP+ network and what is around its collège; surroundings overlap: not to be "
    "summed.",
    ("network_head",),
    (
        text("network_head", "UAI of the collège."),
        text("name", "Name of the collège."),
        text("network", "Priority education.", among=("REP", "REP+")),
        text("commune", "INSEE code of its commune."),
        count("schools", "Schools of the network.", "schools", low=1),
        number("pupils", "Pupils of the schools that publish them.", "pupils", "none is published"),
        number("walk_min", "Walk to the nearest help.", "min", NOT_PLACED),
        persons("need_persons", "People in need within a near walk of it.", NOT_PLACED),
        per_100("access_h_per_100", "Help within their reach.", f"{NOT_PLACED}, or {NOBODY}"),
        *with_to_move(hours("missing_h_per_week", "Hours missing there.", NOT_PLACED)),
    ),
    source=(COMPUTED,),
)
