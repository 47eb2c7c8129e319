"""Equipment and connection by zone: the need, the places that say they answer it, the effort."""

from __future__ import annotations

from observatory.tables.columns import COMPUTED, count, number, persons, remarks, text
from observatory.tables.facts import LEVELS
from observatory.tables.table import Table

#: Values of the national standard that answer a need for equipment or for a connection.
ACCESS_SERVICE = "Accès internet et matériel informatique"
SOLIDARITY_SERVICE = "Acquisition de matériel informatique à prix solidaire"

_NO_INCOME = "no IRIS of the zone has a published first decile"
_NO_EFFORT = "no first decile is published, or it is nothing"

OFFER = Table(
    "solidarity_offer",
    "One zone: need for equipment and for a connection, places that declare it, effort rate.",
    ("level", "cog", "code"),
    (
        text("level", "Level of the zone.", among=LEVELS),
        text("cog", "Geography of the communes.", among=("cog_2024", "cog_2025")),
        text("code", "Code of the zone."),
        text("name", "Name of the zone."),
        persons("equipment_persons", "Without internet access at home by any device.", "unknown"),
        persons("equipment_low", "Lowest estimate at low bounds: a bound, no draws.", "unknown"),
        persons("equipment_high", "Highest estimate at high bounds: a bound, no draws.", "unknown"),
        persons(
            "connection_persons",
            "Exposed to the lack of a fixed line of 30 Mbit/s: the commune's share of premises.",
            "unknown",
        ),
        persons("connection_low", "At the low bound of the assumption (no draws).", "unknown"),
        persons("connection_high", "At its high bound (no draws).", "unknown"),
        count("places", "Places of digital help known in the zone.", "places"),
        count("places_declaring", "Of them, those that declare any service.", "places"),
        count("access_places", f"Of them, those that declare « {ACCESS_SERVICE} ».", "places"),
        count(
            "solidarity_places", f"Of them, those that declare « {SOLIDARITY_SERVICE} ».", "places"
        ),
        count("declared_places", "Places that declare either of the two.", "places"),
        text(
            "programmes",
            "Public programmes of equipment or connection there, joined by |.",
            "none is recorded",
        ),
        text(
            "income_kind",
            "Income that the first decile is of: DECLARED (before benefits and taxes), or "
            "DISPOSABLE (after them) where the build knows no other. Never set one beside the "
            "other.",
            "no first decile is known",
            among=("declared", "disposable"),
        ),
        number(
            "income_d1_eur_per_month",
            "First decile of the income of income_kind, a consumption unit and month; of several "
            "IRIS, the one that half of the residents live at or below.",
            "EUR/month",
            _NO_INCOME,
        ),
        number("income_d1_low", "Of the IRIS where it is lowest.", "EUR/month", _NO_INCOME),
        number("income_d1_high", "Of the IRIS where it is highest.", "EUR/month", _NO_INCOME),
        count("iris_published", "IRIS with residents and a published first decile.", "IRIS"),
        count("iris_unpublished", "IRIS with residents and none.", "IRIS"),
        *(
            number(
                f"effort_{offer}{end}_pct",
                f"Price of a {offer} offer over that income{says}.",
                "% of income",
                _NO_EFFORT,
            )
            for offer in ("basic", "solidarity")
            for end, says in (("", ""), ("_low", ", at the low price"), ("_high", ", at the high"))
        ),
        remarks("note", "What a reader must know.", family="studies"),
    ),
    source=(COMPUTED,),
)
