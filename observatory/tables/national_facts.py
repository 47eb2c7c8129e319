"""Totals of the country and promises, that the help of a territory is set against."""

from __future__ import annotations

from observatory.tables.columns import day, number, text
from observatory.tables.table import Table

#: The source of facts that the project's own files hold, each with its publisher beside it.
PROJECT = "project"
COUNTRY = "FR"
ITEMS = (
    "counsellor_posts",
    "france_services_hours",
    "aidants",
    "aidants_in_france_services",
    "residents_15p",
    "promised_posts",
)

NATIONAL = Table(
    "national",
    "One total of the country, or one promise to a département.",
    ("item", "area"),
    (
        text("item", "What is counted.", among=ITEMS),
        text("area", "FR for the country, or the code of a département."),
        number("quantity", "How many."),
        text("unit", "Unit of the quantity."),
        day("as_of", "Day for which it holds."),
        number("age_months", "Age on the day the sources of the build were read.", "months"),
        text("source", "Who counted or promised it, and where it stands."),
        text("url", "Address of the source."),
    ),
    source=(PROJECT,),
)
