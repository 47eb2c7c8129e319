"""The columns that name a place, a person-free key each: codes as validated text, never numbers."""

from observatory.tables.columns import Column

COMMUNE = Column(
    "commune",
    "text",
    "INSEE code of the commune, in the geography the table states (before the merger: cog_2024).",
    pattern=r"(?:\d{2}|2A|2B)\d{3}",
)
COMMUNE_NAME = Column("commune_name", "text", "Official name of the commune.")
IRIS = Column(
    "iris",
    "text",
    "INSEE code of the IRIS, geography before 2025 (IRIS of Pierrefitte begin with 93059).",
    pattern=r"(?:\d{2}|2A|2B)\d{7}",
)
IRIS_NAME = Column("iris_name", "text", "Name of the IRIS.")
IRIS_TYPE = Column(
    "iris_type",
    "text",
    "Type of the IRIS: H dwelling, A activity, D various, Z commune not divided.",
    among=("H", "A", "D", "Z"),
)
EPT = Column("ept", "text", "SIREN of the EPT.", pattern=r"\d{9}")
EPT_NAME = Column("ept_name", "text", "Name of the EPT.")
QPV_2024 = Column(
    "qpv", "text", "ANCT code of the QPV, perimeters of 2024.", pattern=r"QN\d{5}[A-Z]"
)
QPV_2015 = Column("qpv", "text", "ANCT code of the QPV, perimeters of 2015.", pattern=r"QP\d{6}")
QPV_NAME = Column("qpv_name", "text", "Name of the QPV.")
UAI = Column("uai", "text", "UAI code of the school, check letter included.", pattern=r"\d{7}[A-Z]")
SIRET = Column(
    "siret",
    "text",
    "SIRET of the structure, check digit verified.",
    missing="not given, or not valid",
    pattern=r"\d{14}",
)
LON = Column("lon", "float", "Longitude, WGS 84.", "degree", low=-180, high=180)
LAT = Column("lat", "float", "Latitude, WGS 84.", "degree", low=-90, high=90)
X = Column("x_m", "float", "Easting, RGF93 v1 / Lambert-93 (EPSG:2154).", "m")
Y = Column("y_m", "float", "Northing, RGF93 v1 / Lambert-93 (EPSG:2154).", "m")
OUTLINE = Column("geometry", "geometry", "Outline.")
POINT = Column("geometry", "geometry", "Point.")
