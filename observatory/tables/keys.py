"""The columns that name a place, a person-free key each: codes as validated text, never numbers."""

from observatory.tables.columns import Column, degrees, flag, number, text

COMMUNE = text(
    "commune",
    "INSEE code of the commune, in the geography the table states (before the merger: cog_2024).",
    pattern=r"(?:\d{2}|2A|2B)\d{3}",
)
COMMUNE_NAME = text("commune_name", "Official name of the commune.")
IRIS = text(
    "iris",
    "INSEE code of the IRIS, geography before 2025: in a commune that has joined another since, it "
    "begins with the old code.",
    pattern=r"(?:\d{2}|2A|2B)\d{7}",
)
IRIS_NAME = text("iris_name", "Name of the IRIS.")
IRIS_TYPE = text(
    "iris_type",
    "Type of the IRIS: H dwelling, A activity, D various, Z commune not divided.",
    among=("H", "A", "D", "Z"),
)
EPT = text(
    "ept",
    "SIREN of the EPT; of the territory observed, its own code: the SIREN of an EPT or EPCI, a "
    "département, or commune: and the codes of its communes.",
    pattern=r"\d{9}|\d[\dAB]\d?|commune:[\dAB,]+",
)
EPT_NAME = text("ept_name", "Name of the EPT, or of the territory observed.")
QPV_2024 = text(
    "qpv", "ANCT code of the QPV, perimeters of 2024.", pattern=r"QN\d{2}[\dAB]\d{2}[A-Z]"
)
QPV_OF_POINT = QPV_2024.may_miss("outside every QPV whose outline is known").named(
    "qpv", "QPV of 2024 whose outline holds the point."
)
QPV_NAME = text("qpv_name", "Name of the QPV.")
#: The source of the outlines of the QPV, and how near to an edge it cannot tell in from out.
QPV_OUTLINES = "qpv_2024_outlines"
QPV_EDGE_M = 10.0
QPV_EDGE = flag(
    "qpv_edge",
    f"Whether the point is within {QPV_EDGE_M:.0f} m of a QPV's edge: outlines are simplified to "
    "5 m, so that in or out of it is not sure.",
    "its place is not known",
).of(QPV_OUTLINES)
UAI = text("uai", "UAI code of the school, check letter included.", pattern=r"\d{7}[A-Z]")
SIRET = text(
    "siret",
    "SIRET of the structure, check digit verified.",
    "not given, or not valid",
    pattern=r"\d{14}",
)
LON = degrees("lon", "Longitude, WGS 84.", 180)
LAT = degrees("lat", "Latitude, WGS 84.", 90)
X = number("x_m", "Easting: Lambert-93 (EPSG:2154), or as official overseas.", "m", low=None)
Y = number("y_m", "Northing: Lambert-93 (EPSG:2154), or as official overseas.", "m", low=None)
OUTLINE = Column("geometry", "geometry", "Outline.")
