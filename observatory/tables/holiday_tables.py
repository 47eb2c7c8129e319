"""The table of school holidays, read from the official calendar where its file is there."""

from observatory.tables.columns import day, text
from observatory.tables.table import Table

#: What the official calendar calls each zone -> its zone A, B or C, or else the académie or
#: collectivity as ``data/departements.csv`` names it.
ZONES = {
    "Zone A": "A",
    "Zone B": "B",
    "Zone C": "C",
    "Corse": "Corse",
    "Guadeloupe": "Guadeloupe",
    "Guyane": "Guyane",
    "Martinique": "Martinique",
    "Mayotte": "Mayotte",
    "Réunion": "La Réunion",
    "Saint Pierre et Miquelon": "Saint-Pierre-et-Miquelon",
    "Polynésie": "Polynésie française",
    "Nouvelle Calédonie": "Nouvelle-Calédonie",
    "Wallis et Futuna": "Wallis et Futuna",
}

SCHOOL_HOLIDAYS = Table(
    "school_holidays",
    "Holidays of the pupils of a zone, from the day after class ends to the day before it resumes.",
    ("zone", "first", "name"),
    (
        text("zone", "Zone of the school calendar, or académie.", among=tuple(ZONES.values())),
        text("name", "Name of the holidays, in French."),
        day("first", "First day without class."),
        day("last", "Last day without class.", "the day class resumes is not published"),
    ),
    source=("school_holidays",),
)
