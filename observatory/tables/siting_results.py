"""Where new posts would help most: places, the curve of posts, the least posts of a zone."""

from __future__ import annotations

from observatory.tables.columns import (
    COMPUTED,
    count,
    degrees,
    flag,
    hours,
    number,
    pct,
    per_100,
    persons,
    text,
)
from observatory.tables.table import Table

#: What posts can be placed at: known places, schools, transit stops, QPV, inhabited points, and
#: points of one's own.
KINDS = ("site", "school", "stop", "qpv", "cell", "own")
#: What the best placing is the best for.
AIMS = ("hours", "near", "worst", "rep_plus")

UNKNOWN = "outline not known"
_PLACE = (
    text("place", "Identifier of the place: its own, UAI of a school, code of a QPV or point."),
    text("kind", "What it is.", among=KINDS),
    text("name", "Its name; of a point, that of its IRIS."),
    text("commune", "INSEE code of its commune."),
)
SITING = Table(
    "siting",
    "One place that would get posts, in the order in which they gain most.",
    ("rank",),
    (
        count("rank", "Order of the gain.", "rank", low=1),
        *_PLACE,
        number("posts", "Posts of counsellors there.", "posts"),
        hours("gain_h_per_week", "Hours missing less, once the places above have theirs."),
        text("commune_name", "Name of its commune."),
        text("iris", "Code of its IRIS.", "in the outline of no IRIS"),
        text("qpv", "Code of the QPV that holds it.", "in no known outline of a QPV"),
        degrees("lat", "Latitude of the place, WGS 84.", 90),
        degrees("lon", "Longitude of the place, WGS 84.", 180),
        number("cost_eur", "What these posts cost the State in a year (assumption).", "EUR"),
        persons("reach_persons", "People in need of the territory within the near walk of it."),
        persons(
            "newly_near_persons",
            "Those of them who have no place within the near walk now, nor one of those above.",
        ),
        count(
            "newly_near_rep_plus",
            "REP+ schools that have no place within the near walk now, nor one of those above.",
            "schools",
        ),
        per_100("largest_h_per_100", "Largest rate of missing hours of a commune then."),
        text("helped_communes", "Communes whose missing hours it takes, the most first, by |."),
        text("helped_qpv", "QPV whose missing hours it takes, the most first, by |."),
        text("helped_iris", "Codes of the three IRIS whose missing hours it takes most, by |."),
        text("helped_iris_names", "Their names, by |."),
    ),
    source=(COMPUTED,),
)
CURVE = Table(
    "siting_curve",
    "One number of posts, as well placed as was found, and the hours missing that it leaves.",
    ("posts",),
    (
        number("posts", "Posts of counsellors in all.", "posts"),
        number("gain", "What they gain, in the unit of the aim."),
        number("bound", "The most that any placing of as many could gain."),
        pct("gap_pct", "How much of the best possible gain may be missing."),
        hours("missing_h_per_week", "Hours missing in the territory then."),
        hours("missing_low_h_per_week", "No placing leaves less.", "the aim is not the hours"),
        number("cost_eur", "What these posts cost the State in a year (assumption).", "EUR"),
    ),
    source=(COMPUTED,),
)
CHOSEN = Table(
    "siting_draws",
    "One place that gets posts in the central figures or in a draw of the assumptions.",
    ("place",),
    (
        *_PLACE,
        pct("chosen_pct", "Draws in which it gets posts."),
        number("mean_posts", "Posts it gets on average over the draws.", "posts"),
        number("posts", "Posts it gets in the central figures.", "posts"),
        count("draws", "Draws that were computed.", "draws", low=1),
    ),
    source=(COMPUTED,),
)
LEAST_POSTS = Table(
    "least_posts",
    "One zone, and the least number of well-placed posts that closes 90 % of its missing hours.",
    ("code",),
    (
        text("code", "Code of the zone."),
        text("name", "Name of the zone."),
        hours("missing_h_per_week", "Hours of help missing to the norm.", UNKNOWN),
        number(
            "least_posts",
            "Least posts found, in halves, that close 90 % of them, placed for this zone alone.",
            "posts",
            UNKNOWN,
        ),
        number(
            "least_posts_bound",
            "No placing of fewer does.",
            "posts",
            UNKNOWN,
        ),
        flag("proved", "Whether the two are the same.", UNKNOWN),
        number(
            "missing_etp",
            "The missing hours turned into working time (ETP): no number of posts to open.",
            "ETP",
            UNKNOWN,
        ),
        *(
            number(name, f"What the least posts cost the State in a year, {at}.", "EUR", UNKNOWN)
            for name, at in (
                ("cost_eur", "at the cost of a post assumed"),
                ("cost_low_eur", "at its low bound"),
                ("cost_high_eur", "at its high bound"),
            )
        ),
    ),
    source=(COMPUTED,),
)
#: How the posts promised in January 2021 are placed: not at all, as well as can be, 20 to each EPT,
#: by the need of each, or where the State's list has them.
WAYS = ("none", "best", "equal", "by_need", "listed")
REPLAY = Table(
    "replay_2021",
    "One way of placing the posts promised in January 2021, and an EPT of the département, or all.",
    ("way", "ept"),
    (
        text("way", "How the posts are placed.", among=WAYS),
        text("ept", "SIREN of the EPT; of all, the code of the département."),
        text("ept_name", "Name of the EPT."),
        number("posts", "Posts of counsellors there.", "posts"),
        hours("missing_h_per_week", "Hours missing to the norm of today."),
        per_100("missing_h_per_100", "The same for 100 people in need."),
        persons("need_persons", "People in need."),
        hours("missing_low_h_per_week", "No placing leaves less.", "not the best, or not all"),
    ),
    source=(COMPUTED,),
)
