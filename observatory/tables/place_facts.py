"""The places of mediation and the hours of help they give."""

from __future__ import annotations

from typing import Any

import pandas as pd

from observatory.tables.columns import (
    COMPUTED,
    Column,
    day,
    flag,
    hours,
    number,
    pct,
    persons,
    text,
)
from observatory.tables.keys import (
    COMMUNE,
    COMMUNE_NAME,
    IRIS,
    LAT,
    LON,
    QPV_EDGE,
    QPV_OF_POINT,
    QPV_OUTLINES,
    X,
    Y,
)
from observatory.tables.shared_columns import APPOINTMENTS, IN_TERRITORY
from observatory.tables.table import Table

#: The lists that give places; a place says in its row which of them know it.
PLACE_SOURCES = (
    "sites_cnfs_2022",
    "sites_data_inclusion_2023",
    "france_services_2024",
    "aidants_connect_2024",
    "host_structures_2023",
)

SITES = Table(
    "sites",
    "One real place of digital mediation, as far as the sources allow to tell them apart.",
    ("site",),
    (
        text("site", "Stable identifier of the place."),
        text("name", "Name of the place."),
        COMMUNE,
        COMMUNE_NAME,
        IN_TERRITORY,
        text("address", "Number and street.", "not given"),
        text("address_more", "Complement of the address.", "not given"),
        text("postcode", "Post code.", "not given", pattern=r"\d{5}"),
        LON.may_miss("the source gives an address only"),
        LAT.may_miss("the source gives an address only"),
        text("located", "How the place is located.", among=("point", "commune")),
        flag(
            "seat",
            "Whether only a list of seats of structures knows the place: nobody says that people "
            "are received there.",
        ),
        text("phone", "Telephone.", "not given"),
        text("email", "E-mail addresses, separated by |.", "not given"),
        text("website", "Web addresses (http or https), separated by |.", "not given"),
        text("hours", "Opening hours, OSM syntax; free text where it does not parse.", "not given"),
        hours(
            "open_h_per_week",
            "Opening hours in an ordinary week.",
            "hours not given, or free text",
            high=168,
        ),
        text("services", "Services of the national standard 1.0.2, separated by |.", "not given"),
        text("publics", "Publics addressed, national standard, separated by |.", "not given"),
        text("care", "Specific care (prise_en_charge_specifique), separated by |.", "not given"),
        text("fees", "Fees (frais_a_charge), separated by |.", "not given"),
        text(
            "programmes",
            "National programmes (dispositif_programmes_nationaux), separated by |.",
            "none given",
        ),
        text("access", "Ways of access (modalites_acces), separated by |.", "not given"),
        text("support", "Ways of support (modalites_accompagnement), separated by |.", "not given"),
        text("booking", "Web address to book (http or https).", "not given"),
        APPOINTMENTS,
        flag("itinerant", "Whether the place moves (a bus).", "not given"),
        text("siret", "SIRET, check digit verified.", "not given, or not valid", pattern=r"\d{14}"),
        text("comment", "What the source adds, as it writes it.", "nothing"),
        day("confirmed_on", "Day of the last confirmation by a source.", "not known"),
        text("sources", "Sources of the record, separated by |."),
        text("source_ids", "Identifiers in these sources, same order, separated by |."),
        text(
            "position",
            "How the position is known: a source gives it; or it was found from the address, in a "
            "build of one's own.",
            "not located",
            among=("source", "address"),
        ),
    ),
    source=PLACE_SOURCES,
)

#: Who says where help stands: the sources, a correction of ``data/corrections``, or a planner's
#: own file, which no source holds and which is never in the edition.
BY_SOURCES, BY_CORRECTION, OWN_HELP = "sources", "correction", "own"
DECIDED_BY = (BY_SOURCES, BY_CORRECTION, OWN_HELP)

SUPPLY = Table(
    "supply",
    "Human help from one programme at one place, or over an area where no place is known.",
    ("supply",),
    (
        text("supply", "Identifier."),
        text(
            "programme",
            "Programme that gives the help; own where only a planner's own list knows it.",
            among=("Conseillers numériques", "France Services", "Aidants Connect", "own"),
        ),
        text("name", "Structure or place."),
        text("site", "Place of the help in the table of sites.", "no known place"),
        COMMUNE,
        text(
            "serves",
            "Whom the hours serve: those within reach of a point, or evenly a whole area.",
            among=("point", "commune", "ept", "departement"),
        ),
        text("area", "Code of the area served.", "serves those within reach of the point"),
        IRIS.may_miss("serves an area"),
        QPV_OF_POINT.may_miss("serves an area, or outside every QPV whose outline is known").of(
            QPV_OUTLINES
        ),
        QPV_EDGE.may_miss("serves an area"),
        X.may_miss("serves an area"),
        Y.may_miss("serves an area"),
        persons(
            "posts",
            "Counsellors' posts, or aidants.",
            "a France Services, or help of one's own: counted by its opening hours",
        ),
        Column(
            "open_h_per_week",
            "float",
            "Opening hours of a France Services; of help of one's own, hours in which one person "
            "helps.",
            "h/week",
            missing="not known, or counted from posts or aidants",
            low=0,
            high=168,
        ),
        flag(
            "counted_elsewhere",
            "Whether another row counts the same people: aidants who are the agents of a France "
            "Services. Such a row gives no hours.",
        ),
        number(
            "age_months",
            "Age of the information on the day the sources were read.",
            "months",
            "the source gives no date",
        ),
        text(
            "decided_by",
            "Who says that the help is there: the sources; a person, in data/corrections; or a "
            "planner's own file, which no source holds.",
            "opened by a scenario",
            among=DECIDED_BY,
        ),
    ),
    source=("host_structures_2023", "france_services_2024", "aidants_connect_2024"),
)


def base_of(supply: pd.DataFrame) -> pd.Series[Any]:
    """Return the identifier of the help of each row without the place where a part of it stands.

    ``data/corrections/help.csv`` and the study of decisions name help by it.
    """
    names = [
        name.removesuffix(f":{site}") if isinstance(site, str) else name
        for name, site in zip(supply["supply"], supply["site"], strict=True)
    ]
    return pd.Series(names, index=supply.index, dtype="str", name="help")


#: What the hours of a row are counted from; ``charter_minimum`` stands for unknown opening hours.
BASES = ("posts", "opening_hours", "charter_minimum", "aidants", "counted_elsewhere", "own")

HELP = Table(
    "supply",
    "Hours of human help from one programme at one place, or over an area where no place is known.",
    SUPPLY.key,
    (
        *SUPPLY.columns,
        hours("listed_h_per_week", "Hours of help to persons a week, as listed.").of(COMPUTED),
        pct("standing_pct", "Chance that the help still stands, by the age of its information.").of(
            COMPUTED
        ),
        hours("help_h_per_week", "Listed hours times that chance: what the figures count.").of(
            COMPUTED
        ),
        hours("help_low", "Lower end: 5 % of the draws lie below (0 where it may be closed).").of(
            COMPUTED
        ),
        hours("help_high", "Upper end: 5 % of the draws lie above.").of(COMPUTED),
        text("basis", "What the hours are counted from.", among=BASES).of(COMPUTED),
    ),
    source=SUPPLY.source,
)
