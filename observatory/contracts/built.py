"""The tables that a build gives: one for each level, and sites, supply, schools and QPV.

Communes and IRIS stand in the geography before the merger of Pierrefitte (``cog_2024``); figures
for ``cog_2025`` are summed from them when they are asked for.
"""

from __future__ import annotations

from observatory.contracts.columns import Column, why
from observatory.contracts.keys import (
    COMMUNE,
    COMMUNE_NAME,
    EPT,
    EPT_NAME,
    IRIS,
    IRIS_NAME,
    IRIS_TYPE,
    LAT,
    LON,
    OUTLINE,
    QPV_2015,
    QPV_2024,
    QPV_NAME,
    UAI,
    X,
    Y,
)
from observatory.contracts.tables import Table

IN_TERRITORY = Column("in_territory", "bool", "Whether the place is in the territory observed.")
POPULATION = Column(
    "population",
    "int",
    "Residents, census RP2016, whole persons, conserved in every sum.",
    "persons",
    low=0,
)
POPULATION_BASIS = Column(
    "population_basis",
    "text",
    "How the residents are known: published by age; or estimated from the published 15-64 with "
    "the commune's ages (activity and various IRIS); or nobody lives there.",
    among=("ages", "estimated from 15-64", "none"),
)
AGES = tuple(
    Column(f"pop_{band}", "float", f"Residents aged {words}, census RP2016.", "persons", low=0)
    for band, words in (
        ("0_14", "0 to 14"),
        ("15_29", "15 to 29"),
        ("30_44", "30 to 44"),
        ("45_59", "45 to 59"),
        ("60_74", "60 to 74"),
        ("75p", "75 and over"),
    )
)
POVERTY_DECLARED = Column(
    "poverty_declared_pct",
    "float",
    "Poverty rate on DECLARED income (Filosofi 2021 by IRIS); not to be compared with disposable.",
    "%",
    missing="the reason stands in poverty_declared_pct_why",
    low=0,
    high=100,
)
POVERTY = Column(
    "poverty_pct",
    "float",
    "Poverty rate on DISPOSABLE income: the commune's published rate (Filosofi 2021), spread over "
    "its IRIS along their declared poverty (an assumption: need.iris_poverty).",
    "%",
    missing="no rate is published for the commune",
    low=0,
    high=100,
)
LOW_DIPLOMA = Column(
    "low_diploma_pct",
    "float",
    "Share of people aged 15 and over without the baccalauréat, by commune (each IRIS has its "
    "commune's share).",
    "%",
    missing="not published for the commune",
    low=0,
    high=100,
)
NEED_AGE = Column(
    "need_age", "float", "People in digital difficulty, estimate by age alone.", "persons", low=0
)
NEED_POVERTY = Column(
    "need_poverty",
    "float",
    "People in digital difficulty, estimate by age and poverty.",
    "persons",
    missing="no poverty rate is known",
    low=0,
)
NEED_DIPLOMA = Column(
    "need_diploma",
    "float",
    "People in digital difficulty, estimate by age, poverty and diploma.",
    "persons",
    missing="no diploma share is known",
    low=0,
)
NEED = Column(
    "need_persons",
    "float",
    "Residents aged 15 and over in digital difficulty, central estimate (age and poverty; age "
    "alone where no poverty rate is known).",
    "persons",
    low=0,
)
NEED_LOW = Column(
    "need_low",
    "float",
    "Lower end: the lowest of the estimates less the census's sampling noise.",
    "persons",
    low=0,
)
NEED_HIGH = Column(
    "need_high",
    "float",
    "Upper end: the highest of the estimates plus the census's sampling noise.",
    "persons",
    low=0,
)
CELL_POPULATION = Column(
    "cell_population",
    "float",
    "Residents of the 200 m cells (Filosofi 2021) whose centre lies in the zone; another count and "
    "year than the census.",
    "persons",
    missing="no cells are known here",
    low=0,
)

IRIS_TABLE = Table(
    "iris",
    "One IRIS of the département.",
    ("iris",),
    (
        IRIS,
        IRIS_NAME,
        IRIS_TYPE,
        COMMUNE,
        COMMUNE_NAME,
        EPT,
        EPT_NAME,
        IN_TERRITORY,
        POPULATION,
        POPULATION_BASIS,
        *AGES,
        Column(
            "iris_quality",
            "text",
            "INSEE's label of the IRIS's quality (1 best ... 5, Z whole commune).",
            missing="not in the source",
        ),
        POVERTY_DECLARED,
        why("poverty_declared_pct"),
        POVERTY,
        LOW_DIPLOMA,
        Column(
            "median_declared_eur",
            "float",
            "Median DECLARED income per consumption unit, 2021.",
            "EUR a year",
            missing="the reason stands in median_declared_eur_why",
        ),
        why("median_declared_eur"),
        Column(
            "unemployed_15_64",
            "float",
            "Unemployed residents aged 15-64, census RP2016.",
            "persons",
            missing="not in the source",
            low=0,
        ),
        Column(
            "active_15_64",
            "float",
            "Active residents aged 15-64, census RP2016.",
            "persons",
            missing="not in the source",
            low=0,
        ),
        Column(
            "households",
            "float",
            "Households, census RP2016.",
            "households",
            missing="not published for this type of IRIS",
            low=0,
        ),
        Column(
            "alone_households",
            "float",
            "One-person households, census RP2016.",
            "households",
            missing="not published for this type of IRIS",
            low=0,
        ),
        Column(
            "persons_single_parent",
            "float",
            "Residents of single-parent households, census RP2016.",
            "persons",
            missing="not published for this type of IRIS",
            low=0,
        ),
        Column(
            "caf_rsa",
            "float",
            "CAF beneficiaries of RSA, 2021.",
            "households",
            missing="the reason stands in caf_rsa_why",
            low=0,
        ),
        why("caf_rsa"),
        CELL_POPULATION,
        NEED_AGE,
        NEED_POVERTY,
        NEED_DIPLOMA,
        NEED,
        NEED_LOW,
        NEED_HIGH,
        OUTLINE,
    ),
    crs=2154,
)

COMMUNE_TABLE = Table(
    "communes",
    "One commune of the département, before the merger of Pierrefitte (cog_2024).",
    ("commune",),
    (
        COMMUNE,
        COMMUNE_NAME,
        EPT,
        EPT_NAME,
        IN_TERRITORY,
        POPULATION,
        *AGES,
        CELL_POPULATION,
        Column(
            "poverty_disposable_pct",
            "float",
            "Poverty rate on DISPOSABLE income, Filosofi 2021.",
            "%",
            missing="suppressed by the producer",
            low=0,
            high=100,
        ),
        Column(
            "median_disposable_eur",
            "float",
            "Median DISPOSABLE income per consumption unit, 2021.",
            "EUR a year",
            missing="suppressed by the producer",
        ),
        LOW_DIPLOMA,
        Column(
            "no_thd_pct",
            "float",
            "Premises without fixed internet of 30 Mbit/s or more (2017-20).",
            "%",
            missing="not in the source",
            low=0,
            high=100,
        ),
        Column(
            "mobile_coverage_pct",
            "float",
            "Mobile (4G) coverage, as its source says (2017-20).",
            "%",
            missing="not in the source",
            low=0,
            high=100,
        ),
        Column(
            "pop_65p_pct",
            "float",
            "Share of people aged 65 and over, as an earlier index compiled it (2017-20).",
            "%",
            missing="not published for the commune",
            low=0,
            high=100,
        ),
        Column(
            "counsellor_acts",
            "float",
            "People helped by conseillers numériques, cumulated to July 2023, by post code.",
            "persons",
            missing="no post code of its own in the source",
            low=0,
        ),
        OUTLINE,
    ),
    crs=2154,
)

EPT_TABLE = Table(
    "ept",
    "The territory observed, an EPT.",
    ("ept",),
    (
        EPT,
        EPT_NAME,
        POPULATION,
        *AGES,
        CELL_POPULATION,
        Column(
            "communes", "int", "Communes of the territory, before the merger.", "communes", low=1
        ),
        Column("iris_count", "int", "IRIS of the territory.", "IRIS", low=1),
        OUTLINE,
    ),
    crs=2154,
)

POINTS = Table(
    "points",
    "One place where need stands: an inhabited 200 m cell, or an IRIS's centre without cells.",
    ("point",),
    (
        Column("point", "text", "Cell (INSPIRE identifier) or IRIS<code>."),
        Column("kind", "text", "A 200 m cell, or the centre of an IRIS.", among=("cell", "iris")),
        IRIS,
        COMMUNE,
        IN_TERRITORY,
        QPV_2015.may_miss("outside every QPV whose outline is known").named(
            "qpv_2015", "QPV of 2015 whose outline holds the point."
        ),
        X,
        Y,
        LON,
        LAT,
        Column(
            "residents",
            "float",
            "Residents of the point: the cell's (Filosofi 2021), or the IRIS's (RP2016).",
            "persons",
            low=0,
        ),
        Column(
            "population",
            "float",
            "The IRIS's census residents (RP2016), shared over its points.",
            "persons",
            low=0,
        ),
        NEED_AGE,
        NEED_POVERTY,
        NEED_DIPLOMA,
        NEED,
        NEED_LOW,
        NEED_HIGH,
    ),
)

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
    "Hours of human help from one programme at one place, or over an area where no place is known.",
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
        Column("posts", "float", "Posts, agents or aidants counted.", "persons", low=0),
        Column(
            "help_h_per_week", "float", "Hours of help to persons a week, central.", "h/week", low=0
        ),
        Column(
            "help_low",
            "float",
            "The same, with every share at its low bound, and times the chance that stale help is "
            "still there.",
            "h/week",
            low=0,
        ),
        Column(
            "help_high", "float", "The same, with every share at its high bound.", "h/week", low=0
        ),
        Column(
            "age_months",
            "float",
            "Age of the information on the day the sources were read.",
            "months",
            missing="the source gives no date",
            low=0,
        ),
        Column("basis", "text", "How the hours are counted, with the assumptions used."),
    ),
)

SCHOOLS = Table(
    "schools",
    "One REP or REP+ school, or any school with a published social index.",
    ("uai",),
    (
        UAI,
        Column("school_name", "text", "Name of the school."),
        Column(
            "school_type",
            "text",
            "Type of the school.",
            among=(
                "école maternelle",
                "école élémentaire ou primaire",
                "école",
                "collège",
                "lycée",
            ),
        ),
        Column(
            "network",
            "text",
            "Priority education, rentrée 2022.",
            missing="not in priority education",
            among=("REP", "REP+"),
        ),
        UAI.named("network_head", "UAI of the collège at the head of its network.").may_miss(
            "no network"
        ),
        COMMUNE,
        COMMUNE_NAME,
        IN_TERRITORY,
        Column(
            "pupils",
            "float",
            "Pupils, 2022-23.",
            "pupils",
            missing="not published (nursery schools)",
            low=0,
        ),
        Column(
            "ips",
            "float",
            "Social index of the school (IPS), 2022-23.",
            missing="not published (nursery schools)",
        ),
        LON.may_miss("no source gives the school's place"),
        LAT.may_miss("no source gives the school's place"),
        Column(
            "qpv_situation",
            "text",
            "Place relative to a QPV, Ministry of Education 2024-25.",
            missing="not given",
            among=("dans un QPV", "à moins de 300 m d'un QPV", "hors QPV"),
        ),
    ),
)

QPV = Table(
    "qpv",
    "One QPV (perimeters of 2024) that touches the territory.",
    ("qpv",),
    (
        QPV_2024,
        QPV_NAME,
        Column("communes", "text", "Communes it touches, INSEE codes of cog_2025, separated by |."),
        Column("outline_known", "bool", "Whether an outline is known."),
        QPV_2015.may_miss("no outline is known").named(
            "outline_2015",
            "Code of the 2015 QPV whose outline stands for it; the 2024 perimeter can differ.",
        ),
        Column(
            "population_iris",
            "float",
            "People inside, IRIS shares of surface x census RP2016.",
            "persons",
            missing="no outline is known",
            low=0,
        ),
        Column(
            "population_cells",
            "float",
            "People inside, 200 m cells of the territory (Filosofi 2021) whose centre is inside.",
            "persons",
            missing="no outline is known",
            low=0,
        ),
        Column(
            "geometry", "geometry", "Outline of 2015, where known.", missing="no outline is known"
        ),
    ),
    crs=2154,
)

LEVELS = ("iris", "qpv", "commune", "ept")
HEADLINE = (
    Column("code", "text", "Code of the zone."),
    Column("name", "text", "Name of the zone."),
    Column(
        "population",
        "float",
        "Residents, census RP2016.",
        "persons",
        missing="outline not known",
        low=0,
    ),
    NEED.may_miss("outline not known"),
    NEED_LOW.may_miss("outline not known"),
    NEED_HIGH.may_miss("outline not known"),
    Column(
        "help_h_per_week",
        "float",
        "Hours of human help of the places in the zone, and its share of the "
        "help that serves a wider area.",
        "h/week",
        missing="outline not known",
        low=0,
    ),
    Column(
        "access_h_per_100",
        "float",
        "Hours of help a week within walking reach, per 100 people in need "
        "(E2SFCA), mean over need.",
        "h/week per 100 persons in need",
        missing="nobody in need, or outline not known",
        low=0,
    ),
    Column(
        "missing_h_per_week",
        "float",
        "Hours a week missing to the norm: the sum of its points' shortfalls.",
        "h/week",
        missing="outline not known",
        low=0,
    ),
    Column(
        "missing_low",
        "float",
        "Lower end of missing_h_per_week.",
        "h/week",
        missing="outline not known",
        low=0,
    ),
    Column(
        "missing_high",
        "float",
        "Upper end of missing_h_per_week.",
        "h/week",
        missing="outline not known",
        low=0,
    ),
)
GAPS = Table(
    "gaps",
    "One zone of one level in one geography, with its need, help, access and gap.",
    ("level", "cog", "code"),
    (
        Column("level", "text", "Level of the zone.", among=LEVELS),
        Column("cog", "text", "Geography of the communes.", among=("cog_2024", "cog_2025")),
        *HEADLINE,
        NEED_AGE.may_miss("outline not known"),
        NEED_POVERTY.may_miss("no poverty rate or outline is known"),
        NEED_DIPLOMA.may_miss("no diploma share or outline is known"),
        Column(
            "norm_h_per_100",
            "float",
            "The norm the gap is measured against.",
            "h/week per 100 persons in need",
            low=0,
        ),
        Column(
            "balance_h_per_week",
            "float",
            "Net balance: access less norm, times need; surplus offsets shortfall.",
            "h/week",
            missing="outline not known",
        ),
        Column(
            "missing_etp",
            "float",
            "The missing hours as full-time posts (ETP).",
            "ETP",
            missing="outline not known",
            low=0,
        ),
        Column(
            "nearest_min",
            "float",
            "Walk to the nearest located place, mean over need.",
            "min",
            missing="nobody in need, or outline not known",
            low=0,
        ),
        Column(
            "within_15_pct",
            "float",
            "Share of need within 15 minutes' walk of a located place.",
            "%",
            missing="nobody in need, or outline not known",
            low=0,
            high=100,
        ),
        Column("note", "text", "What a reader must know of this row.", missing="nothing"),
    ),
)

BUILT: tuple[Table, ...] = (
    IRIS_TABLE,
    COMMUNE_TABLE,
    EPT_TABLE,
    POINTS,
    SITES,
    SUPPLY,
    SCHOOLS,
    QPV,
    GAPS,
)
