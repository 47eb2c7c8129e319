"""The tables of the directory beside its places: ledgers, notes, origins, quality, gazetteer."""

from __future__ import annotations

from observatory.tables.columns import Column
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
        Column("record_a", "text", "First record, by identifier."),
        Column("record_b", "text", "Second record, by identifier."),
        Column("site_a", "text", "Place the first record went to."),
        Column("site_b", "text", "Place the second record went to."),
        Column(
            "decision",
            "text",
            "Merged on the pair's own evidence, merged through other records of the group, merged "
            "or cut by a person, or kept apart.",
            among=("merged", "merged by group", "forced merge", "forced split", "apart"),
        ),
        Column("score", "float", "Sum of the points of evidence.", "points"),
        Column("needed", "float", "Points from which two records are merged.", "points"),
        Column("name_points", "float", "Points of the names.", "points"),
        Column("address_points", "float", "Points of the addresses.", "points"),
        Column("distance_points", "float", "Points of the distance.", "points"),
        Column("other_points", "float", "Points of phone, SIRET, e-mail and the rest.", "points"),
        Column(
            "name_score", "float", "Likeness of the names.", "0-100", missing="a name is missing"
        ),
        Column(
            "street_score",
            "float",
            "Likeness of the streets.",
            "0-100",
            missing="an address is missing",
        ),
        Column(
            "distance_m",
            "float",
            "Distance.",
            "m",
            missing="a coordinate is missing: it then counts for nothing",
            low=0,
        ),
        Column("same_siret", "bool", "Whether the SIRETs are equal.", missing="one is missing"),
        Column("same_phone", "bool", "Whether the phones are equal.", missing="one is missing"),
        Column(
            "same_upstream_id", "bool", "Whether both carry one long identifier of a third system."
        ),
        Column("reason", "text", "The evidence, or the person's reason, in words."),
    ),
)

CLEANING_NOTES = Table(
    "cleaning_notes",
    "One field of one record that was mended, with what stood there before.",
    ("record", "field"),
    (
        Column("record", "text", "The record."),
        Column("field", "text", "The field."),
        Column("before", "text", "What the source gives.", missing="nothing"),
        Column("after", "text", "What is kept.", missing="nothing could be kept"),
        Column("note", "text", "What was done, and why."),
    ),
)

ORIGINS = Table(
    "origins",
    "One field of one place, and the record its value comes from (several rows for a list united).",
    ("site", "field", "record"),
    (
        Column("site", "text", "The place."),
        Column("field", "text", "The field."),
        Column("record", "text", "The record that gives the value, or a part of the list."),
    ),
)

FORCED = Table(
    "matching_corrections",
    "Two records that a person merges or keeps apart, against the evidence.",
    ("record_a", "record_b"),
    (
        Column("action", "text", "What to do.", among=("merge", "split")),
        Column("record_a", "text", "First record."),
        Column("record_b", "text", "Second record."),
        Column("reason", "text", "Why."),
    ),
)

FRESHNESS = ("fresh", "stale", "very stale", "unknown")
QUALITY = Table(
    "quality",
    "One place with the age and completeness of what is known of it.",
    ("site",),
    (
        Column("site", "text", "The place."),
        Column("name", "text", "Its name."),
        Column("commune", "text", "Its commune.", missing="not known"),
        Column("sources", "text", "Sources of the record, separated by |."),
        Column("confirmed_on", "text", "Day of the last confirmation (ISO).", missing="not known"),
        Column(
            "age_months", "float", "Age of the last confirmation.", "months", missing="not known"
        ),
        Column(
            "freshness",
            "text",
            "Fresh; stale over 12 months; very stale over 24; unknown.",
            among=FRESHNESS,
        ),
        Column("completeness", "float", "Weighted share of the fields given.", low=0, high=1),
        Column("lacking", "text", "Fields lacking, separated by |.", missing="none"),
    ),
)

TO_ASK = Table(
    "corrections_to_ask",
    "One thing to ask of one publisher about one place.",
    ("site", "field", "source"),
    (
        Column("site", "text", "The place."),
        Column("name", "text", "Its name."),
        Column("commune", "text", "Its commune.", missing="not known"),
        Column("source", "text", "The source to be mended: whom to ask."),
        Column("source_id", "text", "Identifier of the place in that source.", missing="not known"),
        Column("field", "text", "The field concerned."),
        Column("value", "text", "What stands there.", missing="nothing"),
        Column("ask", "text", "What to ask, in French."),
        Column("contact", "text", "Phone or e-mail of the place itself.", missing="not known"),
    ),
)

GAZETTEER = Table(
    "gazetteer",
    "One name that can be found without a network.",
    ("entry",),
    (
        Column("entry", "int", "Number of the entry, stable for the same inputs.", low=0),
        Column("name", "text", "Name as shown."),
        Column(
            "kind",
            "text",
            "What it names.",
            among=("commune", "quartier prioritaire", "IRIS", "école", "lieu", "adresse", "gare"),
        ),
        Column("commune_name", "text", "Its commune.", missing="not known"),
        Column("folded", "text", "Name to compare: no accents, case or punctuation."),
        Column("lon", "float", "Longitude, WGS 84.", "degree", low=-180, high=180),
        Column("lat", "float", "Latitude, WGS 84.", "degree", low=-90, high=90),
    ),
)
