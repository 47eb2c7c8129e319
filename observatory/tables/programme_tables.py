"""Public programmes: the records of who promised, funded and delivered what, and their results."""

from __future__ import annotations

from observatory.tables.columns import COMPUTED, flag, number, remarks, text
from observatory.tables.national_facts import PROJECT
from observatory.tables.table import Table

EQUIPMENT, CONNECTION, TRAINING = "equipment", "connection", "training"
PLACE, POSTS, COORDINATION = "place", "posts", "coordination"
PROGRAMME_KINDS = (EQUIPMENT, CONNECTION, TRAINING, PLACE, POSTS, COORDINATION)
STATUSES = ("promised", "funded", "delivered", "aimed", "measured")
EXACT, ABOUT, AT_LEAST, AT_MOST = "exact", "about", "at_least", "at_most"
QUALIFIERS = (EXACT, ABOUT, AT_LEAST, AT_MOST)
UNITS = (
    "persons",
    "pupils",
    "pupils_parents",
    "families",
    "computers",
    "tablets",
    "sim_cards",
    "posts",
    "projects",
    "places",
    "towns",
    "pct_resources",
)
PUBLICS = (
    "residents",
    "in_difficulty",
    "poor",
    "rsa",
    "rsa_youth",
    "social_services",
    "ase_children",
    "pupils",
    "pupils_parents",
    "college_pupils",
    "other_pupils",
    "rep_families",
)
#: How a figure was read: at its publisher's, as a third party reports it, or as cited, the page
#: not being found again.
EVIDENCE = ("published", "reported", "cited")
#: What a build can set beside a promise.
FOUND_ITEMS = (
    "posts_departement",
    "posts_placed",
    "posts_territory",
    "places_territory",
    "rep_schools_near",
    "rep_schools",
)
#: The year, the month or the day, as precisely as the source says.
DATE = r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?"
TERRITORY = r"FR|\d{2}|2[AB]|97\d|\d{9}|\d[\dAB]\d{3}"
IDENTIFIER = r"[a-z0-9_]{1,60}"
NOT_SAID = "the source does not say"

RECORD_COLUMNS = (
    text("id", "Name of the record in its file.", pattern=IDENTIFIER),
    text("programme", "Programme, in French."),
    text("programme_en", "Programme, in English.", "not translated"),
    text("actor", "Who carries it out."),
    text("funders", "Who pays for it, joined by |.", NOT_SAID),
    text("partners", "Who takes part beside, joined by |.", "none is named"),
    text(
        "kind",
        "What it gives.",
        "several kinds together, or the source does not say",
        among=PROGRAMME_KINDS,
    ),
    text("says", "What the source says, in French."),
    text("says_en", "What the source says, in English.", "not translated"),
    number("amount_eur", "Money.", "EUR", NOT_SAID),
    text("amount_is", "How the source gives the amount.", "there is no amount", among=QUALIFIERS),
    number("quantity", "How many, in unit.", missing=NOT_SAID),
    text("quantity_is", "How the source gives the quantity.", "there is none", among=QUALIFIERS),
    text("unit", "Unit of the quantity.", "there is no quantity", among=UNITS),
    text("public", "For whom.", NOT_SAID, among=PUBLICS),
    text(
        "territory",
        "Where: FR, or the code of a département, of a territory or of a commune.",
        NOT_SAID,
        pattern=TERRITORY,
    ),
    text("status", "Promised, funded, delivered, aimed at or measured.", among=STATUSES),
    text("date", "Day, month or year.", pattern=DATE),
    text("until", "Until when.", NOT_SAID, pattern=DATE),
    text("part_of", "Record that this one is a part of.", "it is part of none"),
    text("sum_of", "Records whose sum the source gives here, joined by |.", "no such sum"),
    text("found_by", "What a build sets beside it, joined by |.", "no source counts it"),
    text("source", "Where it stands."),
    text("url", "Address of the source.", "no page was found"),
    text("evidence", "How the figure was read.", among=EVIDENCE),
)

RECORDS = Table(
    "programme_records",
    "One dated and sourced figure or promise of a public programme.",
    ("id",),
    RECORD_COLUMNS,
    source=(PROJECT,),
)

PROGRAMMES = Table(
    "programmes",
    "One dated and sourced figure or promise of a public programme, for each head of its public. "
    "Rows overlap (part_of): they are never to be summed blindly.",
    ("id",),
    (
        *(c.of(PROJECT) for c in RECORD_COLUMNS),
        flag("own", "Whether it comes from one's own list."),
        number("base", "Size of the public in the territory.", "in base_unit", "base not known"),
        text(
            "base_unit",
            "What the base counts.",
            "base not known",
            among=("persons", "households", "pupils"),
        ),
        text("base_source", "Source of the base.", "base not known"),
        text("base_vintage", "Vintage of the base.", "base not known"),
        number("eur_per_head", "Amount over the base.", "EUR", "no amount, or base not known"),
        number(
            "units_per_100",
            "Quantity for 100 of the base.",
            "per 100",
            "no quantity of things or people, or base not known",
        ),
        number("found", "What the build counts of it.", missing="no source counts it"),
        text("found_item", "What the build counts.", "no source counts it", among=FOUND_ITEMS),
        remarks("note", "What a reader must know.", family="studies"),
    ),
    source=(COMPUTED,),
)

PROMISES = Table(
    "promises",
    "One promise and one thing that the build counts of it.",
    ("id", "found_item"),
    (
        text("id", "Name of the record."),
        text("programme", "Programme, in French."),
        text("says", "What was promised, in French."),
        number("quantity", "How many, in unit.", missing=NOT_SAID),
        text("unit", "Unit of the quantity.", "there is no quantity", among=UNITS),
        text("found_item", "What the build counts.", among=FOUND_ITEMS),
        number("found", "How many the build counts."),
        text("found_source", "Source of what is counted."),
        text("found_vintage", "Vintage of what is counted."),
    ),
    source=(COMPUTED,),
)

SUMS = Table(
    "programme_sums",
    "One sum that a document gives, beside the sum of its parts.",
    ("id", "measure"),
    (
        text("id", "Name of the record that gives the sum."),
        text("measure", "Money or quantity.", among=("amount", "quantity")),
        number("given", "The sum as the document gives it."),
        text("given_is", "How the document gives it.", among=QUALIFIERS),
        text("parts", "Records of the parts, joined by |."),
        number("of_parts", "The sum of the parts."),
        number("difference", "The sum given less that of the parts.", low=None),
        flag("agrees", "Whether the two agree, as the document gives them."),
    ),
    source=(COMPUTED,),
)
