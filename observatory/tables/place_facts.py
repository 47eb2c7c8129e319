"""The places of mediation and the hours of help they give."""

from __future__ import annotations

from observatory.tables.columns import Column
from observatory.tables.keys import COMMUNE, COMMUNE_NAME, IRIS, LAT, LON, QPV_2015, X, Y
from observatory.tables.shared_columns import IN_TERRITORY
from observatory.tables.table import Table

SITES = Table(
    "sites",
    "One real place of digital mediation, as far as the sources allow to tell them apart.",
    ("site",),
    (
        Column("site", "text", "Stable identifier of the place."),
        Column("name", "text", "Name of the place."),
        COMMUNE,
        COMMUNE_NAME,
        IN_TERRITORY,
        Column("address", "text", "Number and street.", missing="not given"),
        Column("address_more", "text", "Complement of the address.", missing="not given"),
        Column("postcode", "text", "Post code.", missing="not given", pattern=r"\d{5}"),
        LON.may_miss("the source gives an address only"),
        LAT.may_miss("the source gives an address only"),
        Column("located", "text", "How the place is located.", among=("point", "commune")),
        Column(
            "seat",
            "bool",
            "Whether only a list of seats of structures knows the place: nobody says that people "
            "are received there.",
        ),
        Column("phone", "text", "Telephone.", missing="not given"),
        Column("email", "text", "E-mail addresses, separated by |.", missing="not given"),
        Column(
            "website", "text", "Web addresses (http or https), separated by |.", missing="not given"
        ),
        Column(
            "hours",
            "text",
            "Opening hours, OSM syntax; free text where it does not parse.",
            missing="not given",
        ),
        Column(
            "open_h_per_week",
            "float",
            "Opening hours in an ordinary week.",
            "h/week",
            missing="hours not given, or free text",
            low=0,
            high=168,
        ),
        Column(
            "services",
            "text",
            "Services of the national standard 1.0.2, separated by |.",
            missing="not given",
        ),
        Column(
            "publics",
            "text",
            "Publics addressed, national standard, separated by |.",
            missing="not given",
        ),
        Column(
            "care",
            "text",
            "Specific care (prise_en_charge_specifique), separated by |.",
            missing="not given",
        ),
        Column("fees", "text", "Fees (frais_a_charge), separated by |.", missing="not given"),
        Column(
            "programmes",
            "text",
            "National programmes (dispositif_programmes_nationaux), separated by |.",
            missing="none given",
        ),
        Column(
            "access",
            "text",
            "Ways of access (modalites_acces), separated by |.",
            missing="not given",
        ),
        Column(
            "support",
            "text",
            "Ways of support (modalites_accompagnement), separated by |.",
            missing="not given",
        ),
        Column("booking", "text", "Web address to book (http or https).", missing="not given"),
        Column("itinerant", "bool", "Whether the place moves (a bus).", missing="not given"),
        Column(
            "siret",
            "text",
            "SIRET, check digit verified.",
            missing="not given, or not valid",
            pattern=r"\d{14}",
        ),
        Column("comment", "text", "What the source adds, as it writes it.", missing="nothing"),
        Column(
            "confirmed_on",
            "date",
            "Day of the last confirmation by a source.",
            missing="not known",
            pattern=r"\d{4}-\d{2}-\d{2}",
        ),
        Column("sources", "text", "Sources of the record, separated by |."),
        Column("source_ids", "text", "Identifiers in these sources, same order, separated by |."),
    ),
)

SUPPLY = Table(
    "supply",
    "Human help from one programme at one place, or over an area where no place is known.",
    ("supply",),
    (
        Column("supply", "text", "Identifier."),
        Column(
            "programme",
            "text",
            "Programme that gives the help.",
            among=("Conseillers numériques", "France Services", "Aidants Connect"),
        ),
        Column("name", "text", "Structure or place."),
        Column(
            "site", "text", "Place of the help in the table of sites.", missing="no known place"
        ),
        COMMUNE,
        Column(
            "serves",
            "text",
            "Whom the hours serve: those within reach of a point, or evenly a whole area.",
            among=("point", "commune", "ept", "departement"),
        ),
        Column(
            "area",
            "text",
            "Code of the area served.",
            missing="serves those within reach of the point",
        ),
        IRIS.may_miss("serves an area"),
        QPV_2015.may_miss("serves an area, or outside every QPV whose outline is known").named(
            "qpv_2015", "QPV of 2015 whose outline holds the point."
        ),
        X.may_miss("serves an area"),
        Y.may_miss("serves an area"),
        Column(
            "posts",
            "float",
            "Counsellors' posts, or aidants.",
            "persons",
            missing="a France Services: counted by its opening hours",
            low=0,
        ),
        Column(
            "open_h_per_week",
            "float",
            "Opening hours of a France Services.",
            "h/week",
            missing="not known, or another programme",
            low=0,
            high=168,
        ),
        Column(
            "counted_elsewhere",
            "bool",
            "Whether another row counts the same people: aidants who are the agents of a France "
            "Services. Such a row gives no hours.",
        ),
        Column(
            "age_months",
            "float",
            "Age of the information on the day the sources were read.",
            "months",
            missing="the source gives no date",
            low=0,
        ),
    ),
)

#: What the hours of a row are counted from; ``charter_minimum`` stands for unknown opening hours.
BASES = ("posts", "opening_hours", "charter_minimum", "aidants", "counted_elsewhere")

HELP = Table(
    "supply",
    "Hours of human help from one programme at one place, or over an area where no place is known.",
    SUPPLY.key,
    (
        *SUPPLY.columns,
        Column(
            "help_h_per_week", "float", "Hours of help to persons a week, central.", "h/week", low=0
        ),
        Column(
            "help_low",
            "float",
            "The same, with every share at its low bound, and times the chance that old help is "
            "still there.",
            "h/week",
            low=0,
        ),
        Column(
            "help_high", "float", "The same, with every share at its high bound.", "h/week", low=0
        ),
        Column("basis", "text", "What the hours are counted from.", among=BASES),
    ),
)
