"""The tables of the directory beside its places: ledgers, notes, origins, quality, gazetteer."""

from __future__ import annotations

from observatory.tables.columns import count, degrees, flag, number, remarks, text
from observatory.tables.place_facts import PLACE_SOURCES
from observatory.tables.table import Table

#: Columns whose values are lists, written with this separator as in the national standard.
SEPARATOR = "|"
LISTS = (
    "services",
    "publics",
    "care",
    "fees",
    "programmes",
    "access",
    "support",
    "email",
    "website",
)

LEDGER = Table(
    "matching_ledger",
    "Two records that were weighed against each other, with the evidence and what was decided.",
    ("record_a", "record_b"),
    (
        text("record_a", "First record, by identifier."),
        text("record_b", "Second record, by identifier."),
        text("site_a", "Place the first record went to."),
        text("site_b", "Place the second record went to."),
        text(
            "decision",
            "Merged on the pair's own evidence, merged through other records of the group, merged "
            "or cut by a person, or kept apart.",
            among=("merged", "merged by group", "forced merge", "forced split", "apart"),
        ),
        number("score", "Sum of the points of evidence.", "points", low=None),
        number("needed", "Points from which two records are merged.", "points", low=None),
        number("name_points", "Points of the names.", "points", low=None),
        number("address_points", "Points of the addresses.", "points", low=None),
        number("distance_points", "Points of the distance.", "points", low=None),
        number("other_points", "Points of phone, SIRET, e-mail and the rest.", "points", low=None),
        number("name_score", "Likeness of the names.", "0-100", "a name is missing", low=None),
        number(
            "street_score", "Likeness of the streets.", "0-100", "an address is missing", low=None
        ),
        number(
            "distance_m", "Distance.", "m", "a coordinate is missing: it then counts for nothing"
        ),
        flag("same_siret", "Whether the SIRETs are equal.", "one is missing"),
        flag("same_phone", "Whether the phones are equal.", "one is missing"),
        flag("same_upstream_id", "Whether both carry one long identifier of a third system."),
        text("reason", "The person's reason, as written.", "nobody decided: the evidence did"),
    ),
    source=PLACE_SOURCES,
)

CLEANING_NOTES = Table(
    "cleaning_notes",
    "One field of one record that was mended, with what stood there before.",
    ("record", "field"),
    (
        text("record", "The record."),
        text("field", "The field."),
        text("before", "What the source gives.", "nothing"),
        text("after", "What is kept.", "nothing could be kept"),
        remarks("note", "What was done, and why.", None, family="cleaning"),
    ),
    source=PLACE_SOURCES,
)

ORIGINS = Table(
    "origins",
    "One field of one place, and the record its value comes from (several rows for a list united).",
    ("site", "field", "record"),
    (
        text("site", "The place."),
        text("field", "The field."),
        text("record", "The record that gives the value, or a part of the list."),
    ),
    source=PLACE_SOURCES,
)

FORCED = Table(
    "matching_corrections",
    "Two records that a person merges or keeps apart, against the evidence.",
    ("record_a", "record_b"),
    (
        text("action", "What to do.", among=("merge", "split")),
        text("record_a", "First record."),
        text("record_b", "Second record."),
        text("reason", "Why."),
    ),
)

#: What a person may decide of the help of a structure or place.
PUT = ("as_built", "over_commune", "at_place", "counted")

FORCED_HELP = Table(
    "help_corrections",
    "Where a person says that the help of one structure or place stands, against the sources or "
    "confirming what was built from them.",
    ("help",),
    (
        text("help", "The help, as the study of decisions names it."),
        text(
            "put",
            "Confirmed as built; over the whole commune; at one place; or counted beside the "
            "agents of a France Services.",
            among=PUT,
        ),
        text("record", "A record of the place, for at_place.", "not at a place"),
        text("reason", "Why, with the evidence."),
    ),
)

FRESHNESS = ("fresh", "stale", "very stale", "unknown")
QUALITY = Table(
    "quality",
    "One place with the age and completeness of what is known of it.",
    ("site",),
    (
        text("site", "The place."),
        text("name", "Its name."),
        text("commune", "Its commune.", "not known"),
        text("sources", "Sources of the record, separated by |."),
        text("confirmed_on", "Day of the last confirmation (ISO).", "not known"),
        number("age_months", "Age of the last confirmation.", "months", "not known", low=None),
        text(
            "freshness",
            "By the months that the assumptions freshness.stale_months and very_stale_months give.",
            among=FRESHNESS,
        ),
        number("completeness", "Weighted share of the fields given.", high=1),
        text("lacking", "Missing fields, separated by |.", "none"),
    ),
)

TO_ASK = Table(
    "corrections_to_ask",
    "One thing to ask of one publisher about one place.",
    ("site", "field", "source"),
    (
        text("site", "The place."),
        text("name", "Its name."),
        text("commune", "Its commune.", "not known"),
        text("source", "The source to be mended: whom to ask."),
        text("source_id", "Identifier of the place in that source.", "not known"),
        text("field", "The field concerned."),
        text("value", "What stands there.", "nothing"),
        remarks("ask", "What to ask.", None, family="asking"),
        text("contact", "Phone or e-mail of the place itself.", "not known"),
    ),
)

GAZETTEER = Table(
    "gazetteer",
    "One name that can be found without a network.",
    ("entry",),
    (
        count("entry", "Number of the entry, stable for the same inputs."),
        text("name", "Name as shown."),
        text(
            "kind",
            "What it names.",
            among=(
                "commune",
                "postcode",
                "qpv",
                "iris",
                "school",
                "place",
                "address",
                "station",
                "library",
                "hospital",
                "university",
                "post",
                "street",
            ),
        ),
        text("commune_name", "Its commune.", "not known"),
        flag("in_territory", "Whether it lies in the territory."),
        flag("at_centre", "Whether its address alone is known: the point is that of its commune."),
        text("folded", "Names and commune to compare: no accents, case, articles or plurals."),
        degrees("lon", "Longitude, WGS 84.", 180),
        degrees("lat", "Latitude, WGS 84.", 90),
    ),
)
