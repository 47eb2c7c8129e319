"""Tables of the school sources: priority education, social index, places, and situation to QPV."""

from observatory.tables.columns import number, text
from observatory.tables.keys import COMMUNE, LAT, LON, UAI
from observatory.tables.table import Table

SCHOOL_TYPES = ("nursery", "elementary", "school", "college", "lycee")
NETWORKS = ("REP", "REP+")
QPV_SITUATIONS = ("inside", "within_300_m", "outside")

SCHOOL_NAME = text("school_name", "Name of the school, as the source writes it.")
SCHOOL_TYPE = text("school_type", "Type of the school.", among=SCHOOL_TYPES)
NETWORK = text("network", "Priority education network.", among=NETWORKS)
POSTCODE = text("postcode", "Post code.", "not given", pattern=r"\d{5}")

REP_SCHOOLS = Table(
    "rep_schools",
    "One school of priority education (REP or REP+).",
    ("uai",),
    (
        UAI,
        SCHOOL_NAME,
        SCHOOL_TYPE,
        NETWORK,
        UAI.named("network_head", "UAI of the collège at the head of its network."),
        COMMUNE,
    ),
)

IPS_SCHOOLS = Table(
    "ips_schools",
    "One school with a published social index (IPS).",
    ("uai",),
    (
        UAI,
        SCHOOL_NAME,
        SCHOOL_TYPE,
        COMMUNE,
        text("sector", "Public, or private under contract.", among=("public", "private")),
        number("pupils", "Pupils of the year.", "pupils", "not published"),
        number("ips", "Social index of the school.", missing="not published"),
    ),
)

SCHOOL_POINTS = Table(
    "school_points",
    "One school with its place.",
    ("uai",),
    (
        UAI,
        SCHOOL_NAME,
        SCHOOL_TYPE,
        COMMUNE,
        POSTCODE,
        NETWORK.may_miss("not in priority education, or not in the source"),
        number("pupils", "Pupils.", "pupils", "not in the source"),
        LON.may_miss("the source gives no place"),
        LAT.may_miss("the source gives no place"),
    ),
)

SCHOOL_QPV = Table(
    "school_qpv",
    "One school and its situation to the QPV, as the Ministry of Education gives it.",
    ("uai",),
    (
        UAI,
        text(
            "qpv_situation",
            "Place relative to a QPV.",
            "the source leaves it blank",
            among=QPV_SITUATIONS,
        ),
    ),
)
