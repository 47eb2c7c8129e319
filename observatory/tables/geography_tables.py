"""The tables read from the geographic sources, outlines in metres."""

from observatory.tables.columns import text
from observatory.tables.keys import (
    COMMUNE,
    COMMUNE_NAME,
    EPT,
    EPT_NAME,
    IRIS,
    IRIS_NAME,
    IRIS_TYPE,
    OUTLINE,
    QPV_2024,
    QPV_NAME,
)
from observatory.tables.table import METRES, Table

EPT_LABEL = text(
    "ept_label", "Number and short name of the EPT, as T6 and a name.", "not in the source"
)
COMMUNE_NAMES = text(
    "commune_names",
    "Communes that the source names beside the QPV, separated by |; the list is not complete.",
    "not in the source",
)
DEPARTEMENT = text("departement", "Code of the département.", pattern=r"\d{2}|2A|2B|\d{3}")

COMMUNES = Table(
    "communes",
    "One commune, before the mergers of 2025 (cog_2024).",
    ("commune",),
    (COMMUNE, COMMUNE_NAME, EPT_LABEL, OUTLINE),
    crs=METRES,
)
EPT_COMMUNES = Table(
    "ept_communes",
    "One commune of an EPT of the Métropole du Grand Paris (cog_2024).",
    ("commune",),
    (COMMUNE, COMMUNE_NAME, EPT, EPT_NAME, DEPARTEMENT),
)
IRIS_OUTLINES = Table(
    "iris_outlines",
    "One IRIS, geography before 2025.",
    ("iris",),
    (IRIS, IRIS_NAME, COMMUNE, COMMUNE_NAME, EPT_LABEL, OUTLINE),
    crs=METRES,
)
IRIS_TYPES = Table(
    "iris_types",
    "One IRIS and its type, geography before 2025.",
    ("iris",),
    (IRIS, IRIS_TYPE, COMMUNE, COMMUNE_NAME),
)
QPV_2024_BY_COMMUNE = Table(
    "qpv_2024_by_commune",
    "One QPV of 2024 in one commune (cog_2025: those that have merged are one), without outline.",
    ("qpv", "commune"),
    (QPV_2024, QPV_NAME, COMMUNE, COMMUNE_NAMES),
)
QPV_2024_OUTLINES = Table(
    "qpv_2024_outlines",
    "One QPV of 2024 and its outline, simplified to about 5 m by its carrier.",
    ("qpv",),
    (QPV_2024, QPV_NAME, OUTLINE),
    crs=METRES,
)
